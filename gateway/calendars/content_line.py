"""The lines of a calendar: from bytes to text, from text to name, parameters and value.

Lines are put together before they are decoded, since a fold may cut a letter in two (RFC 5545, 3.1),
and taken for what they must mean rather than refused: stray blanks, quotes that do not close, colons
that should have been quoted.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?=[;:])")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=((?:"[^"]*"|[^";:])*)')
_CHARSET = re.compile(rb";\s*CHARSET\s*=\s*\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    # A file of two bytes a letter without a mark, by the B of its BEGIN.
    (b"B\0E\0", "utf-16-le"),
    (b"\0B\0E", "utf-16-be"),
)
_WESTERN: Final = "cp1252"
"""What is taken for Latin-1 and for ASCII as well: https://encoding.spec.whatwg.org, 4.2."""


@dataclass(frozen=True, slots=True)
class ContentLine:
    """``NAME;PARAMETER=…:value``; names in capitals, parameters without their quotes."""

    name: str
    parameters: dict[str, str]
    value: str


def parse(line: str) -> ContentLine | None:
    """The parts of a line; None where it has no name."""
    name = _NAME.match(line)
    if name is None:
        return None
    parameters: dict[str, str] = {}
    at = name.end()
    while found := _PARAMETER.match(line, at):
        parameters.setdefault(found[1].upper(), found[2].replace('"', "").strip())
        at = found.end()
    rest = line[at:]
    value = rest[1:] if rest.startswith(":") else rest.partition(":")[2]
    return ContentLine(name[1].upper(), parameters, value.strip())


def unfolded(data: bytes, charset: str = "") -> Iterator[str]:
    """The lines that any bytes hold, without those that are blank. ``charset`` is what their server
    says of them: it counts where they are no UTF-8.
    """
    whole = _whole_lines(_in_octets(data))
    other = _known(charset)
    is_utf8 = any(not line.isascii() and _is_utf8(line) for line in whole)
    for line in whole:
        yield _text(line, other, is_utf8).replace("\0", "")


def _in_octets(data: bytes) -> bytes:
    """The same text in an encoding whose line ends are single octets."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = data if name == "utf-8" else data.decode(name, "replace").encode()
            return text.removeprefix(codecs.BOM_UTF8)
    return data


def _whole_lines(data: bytes) -> list[bytes]:
    """Each line with what was folded from it. CR, LF and any number of both end a line."""
    lines: list[list[bytes]] = []
    for piece in data.replace(b"\r", b"\n").split(b"\n"):
        if lines and piece[:1] in {b" ", b"\t"}:
            lines[-1].append(piece[1:])
        elif piece.strip(b" \t\0"):
            lines.append([piece])
    return [b"".join(pieces) for pieces in lines]


def _text(line: bytes, other: str, is_utf8: bool) -> str:
    if line.isascii() or _is_utf8(line):
        return line.decode()
    said = _CHARSET.search(line)
    own = _known(said[1].decode()) if said else ""
    if not own and is_utf8:
        # All else is UTF-8: a letter was broken, and no other encoding makes it whole.
        return line.decode(errors="replace")
    return line.decode(own or other or _WESTERN, "replace")


def _known(charset: str) -> str:
    """The codec of a charset's name; empty where there is none or where it says UTF-8."""
    try:
        name = codecs.lookup(charset.strip(" \t\"'")).name
        b"a".decode(name)  # no bytes at all would be decoded by anything
    except (LookupError, ValueError):  # not there, or no encoding of text
        return ""
    if name in {"ascii", "iso8859-1"}:
        return _WESTERN
    return "" if name.startswith(("utf", "idna", "punycode", "unicode", "raw")) else name


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
