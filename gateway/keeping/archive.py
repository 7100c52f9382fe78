"""The file of a backup: a zip whose parts are named in a manifest, each with its length and SHA-256.

Rows are JSON, one a line, so that they can be read with anything and put into another kind of store or
database than they came from. The manifest is written last: a file that was cut has none.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Final, Protocol

import msgspec

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
JOURNAL: Final = "journal.db"
SECRET: Final = "secret"  # noqa: S105 - the name of a part, not a secret
SIGNING_KEY: Final = "signing-key"
PUSH_KEY: Final = "push-key"
SET_UP: Final = "set-up"
"""What begins the names of parts that make a machine what it is: who restores the data leaves them."""
MAX_MANIFEST_BYTES: Final = 64 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_NOT_OURS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,  # packed in a way that none of ours is
    RuntimeError,  # a zip with a password
    ValueError,
    msgspec.MsgspecError,
)


class KeepingError(Exception):
    """A backup cannot be taken, read or put back; the message says why and what to do."""


class Part(msgspec.Struct, frozen=True):
    """``rows`` is how many lines it has, None of a part that is no list of rows."""

    size: int
    sha256: str
    rows: int | None = None


class Manifest(msgspec.Struct, frozen=True):
    """``schema`` is the database's version, ``venues`` are those whose readings are in, None where
    readings were left out.
    """

    format: int
    program: str
    made_at: str
    schema: str
    parts: dict[str, Part]
    venues: tuple[str, ...] | None = None


class Sink(Protocol):
    """A file as far as writing goes."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


class ArchiveWriter:
    """Puts one part after the other into ``file``; whole once ``finish`` returned."""

    def __init__(self, file: Sink) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._parts: dict[str, Part] = {}

    def close(self) -> None:
        """Let go of the file, whole or not."""
        self._zip.close()

    def put_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """A part of rows, none of which holds a line break; how many there were."""
        rows = 0

        def counted() -> Iterator[bytes]:
            nonlocal rows
            for line in lines:
                rows += 1
                yield line + b"\n"

        self._put(name, counted())
        self._parts[name] = msgspec.structs.replace(self._parts[name], rows=rows)
        return rows

    def put_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._put(name, iter(lambda: file.read(_CHUNK), b""))

    def put_bytes(self, name: str, held: bytes) -> None:
        self._put(name, iter((held,)))

    def finish(self, manifest: Callable[[dict[str, Part]], Manifest]) -> None:
        """Close it with what ``manifest`` makes of its parts."""
        self._zip.writestr(MANIFEST, msgspec.json.encode(manifest(self._parts)))
        self._zip.close()

    def _put(self, name: str, chunks: Iterable[bytes]) -> None:
        digest, size = sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                part.write(chunk)
        self._parts[name] = Part(size, digest.hexdigest())


class Archive:
    """A backup's file for reading; ``opened`` gives one."""

    def __init__(self, shown: str, opened: zipfile.ZipFile) -> None:
        self._shown = shown
        self._zip = opened
        self.manifest = self._manifest()

    def lines(self, name: str) -> Iterator[bytes]:
        """The rows of a part; none of one that is not there."""
        if name in self.manifest.parts:
            with self._zip.open(name) as part:
                yield from part

    def read(self, name: str) -> bytes:
        """All of a part; KeyError where it is not there."""
        return self._zip.read(name)

    def copy(self, name: str, to: IO[bytes]) -> None:
        for chunk in self._chunks(name):
            to.write(chunk)

    def verify(self) -> None:
        """Read all of it against the manifest.

        Raises:
            KeepingError: a part is missing or is not what was written.

        """
        for name, part in self.manifest.parts.items():
            digest, size, rows = sha256(), 0, 0
            for chunk in self._chunks(name):
                digest.update(chunk)
                size += len(chunk)
                rows += chunk.count(b"\n")
            is_same = (size, digest.hexdigest()) == (part.size, part.sha256)
            if not is_same or part.rows not in (None, rows):
                raise KeepingError(
                    f"{self._shown}: its part {name} is not what was written: the file was altered or "
                    "damaged; take another backup"
                )

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._zip.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk

    def _manifest(self) -> Manifest:
        if self._zip.getinfo(MANIFEST).file_size > MAX_MANIFEST_BYTES:
            raise KeepingError(f"{self._shown}: is no backup of luchtig: its manifest is too long")
        manifest = msgspec.json.decode(self._zip.read(MANIFEST), type=Manifest)
        if manifest.format != FORMAT:
            raise KeepingError(
                f"{self._shown}: was taken by luchtig {manifest.program}, in a format that this one "
                "does not know: install that version to restore it"
            )
        return manifest


@contextmanager
def opened(path: Path, plain: IO[bytes] | None = None) -> Iterator[Archive]:
    """A backup's file for reading, once all of it was held against its manifest. ``plain`` is what it
    holds, where it is encrypted.

    Raises:
        KeepingError: it cannot be read, or is not one, or not a whole one.

    """
    with ExitStack() as held:
        try:
            archive = Archive(str(path), held.enter_context(zipfile.ZipFile(plain or path)))
            archive.verify()
        except OSError as error:
            raise KeepingError(f"{path}: cannot be read: {error.strerror or error}") from error
        except _NOT_OURS as error:
            raise KeepingError(
                f"{path}: is no backup of luchtig, or was cut or damaged ({error}): take the whole "
                "file, or another backup"
            ) from error
        yield archive
