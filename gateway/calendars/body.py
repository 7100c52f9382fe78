"""The bytes of an answer, which count only where all of them came.

An end that is missing at any layer (what the length promised, the last chunk, the end of what was
compressed, the end of the calendar) makes the answer none: what was cut off would otherwise be
taken for what was deleted. RFC 9112, 6.3 and 8; RFC 1952, 2.3; RFC 5545, 3.4.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

import urllib3

CHUNK_BYTES: Final = 65_536
_TAIL_BYTES: Final = 4_096
_GZIP: Final = 16 + zlib.MAX_WBITS
_BLANK: Final = b" \t\r\n\0\x1a"
_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]")
_LINE_END = re.compile(rb"[\r\n]+")


class TooLarge(Exception):
    """There is more of it than may be."""


class CutShort(Exception):
    """Its end did not come; the message is the encoding that lacks one."""


def whole_body(response: urllib3.BaseHTTPResponse, most_bytes: int) -> Iterator[bytes]:
    """What an answer holds, decompressed, piece by piece.

    Raises:
        TooLarge: it would be over ``most_bytes``.
        CutShort: what was compressed has no end.
        HTTPError: less came than its length or its chunks promise.

    """
    told = response.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > most_bytes:
        raise TooLarge
    decoding = _decoding(response.headers.get("Content-Encoding", ""))
    size = 0
    while part := response.read1(CHUNK_BYTES, decode_content=False):
        for plain in (part,) if decoding is None else decoding.take(part, most_bytes):
            size += len(plain)
            if size > most_bytes:
                raise TooLarge
            yield plain
    if decoding is not None and not decoding.is_over:
        raise CutShort(decoding.name)


def ends_whole(calendar: bytes) -> bool:
    """Whether END:VCALENDAR is there and the last that is said, in whatever encoding of ASCII."""
    tail = calendar[-_TAIL_BYTES:].replace(b"\0", b"").rstrip(_BLANK)
    last = _LINE_END.split(_FOLD.sub(b"", tail))[-1]
    return last.strip().upper() == b"END:VCALENDAR"


def _decoding(named: str) -> "_Decoding | None":
    """How to decompress what is so encoded; None where it is plain, or in a way not asked for."""
    match named.strip().lower():
        case "gzip" | "x-gzip":
            return _Decoding("gzip", _GZIP)
        case "deflate":
            return _Decoding("deflate", zlib.MAX_WBITS)
        case _:
            return None


class _Decoding:
    """Decompresses bounded portions, and knows whether the end was reached."""

    def __init__(self, name: str, wbits: int) -> None:
        self.name = name
        self._wbits = wbits
        self._inner = zlib.decompressobj(wbits)
        self._is_first = True

    @property
    def is_over(self) -> bool:
        return self._inner.eof

    def take(self, part: bytes, most_bytes: int) -> Iterator[bytes]:
        while part:
            if self._inner.eof:
                if not part.startswith(b"\x1f"):
                    return  # what stands behind the end is of nobody
                self._inner = zlib.decompressobj(self._wbits)
            plain = self._plain(part, most_bytes)
            self._is_first = False
            part = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            yield plain

    def _plain(self, part: bytes, most_bytes: int) -> bytes:
        try:
            return self._inner.decompress(part, most_bytes + 1)
        except zlib.error as error:
            if not self._is_first or self._wbits != zlib.MAX_WBITS:
                raise CutShort(self.name) from error
        # Some servers say deflate and send it without its head: RFC 9110, 8.4.1.2.
        self._wbits = -zlib.MAX_WBITS
        self._inner = zlib.decompressobj(self._wbits)
        try:
            return self._inner.decompress(part, most_bytes + 1)
        except zlib.error as error:
            raise CutShort(self.name) from error
