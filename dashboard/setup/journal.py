"""What a set-up changed and what was there before: kept for the undo, and written before each step."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from dashboard.setup.answers import Answers
from dashboard.setup.contents import JOURNAL
from dashboard.setup.machine import SetupError, Tree

FILE: Final = JOURNAL
FOLDER: Final = str(PurePosixPath(FILE).parent)


class Entry(msgspec.Struct, kw_only=True):
    """Of one step. ``kept`` is the copy of a file that was there, with its mode and owner; ``digests``
    are of all that we ever wrote there; ``was_enabled`` is of a unit.
    """

    key: str
    kept: str | None = None
    mode: int = 0
    uid: int = 0
    gid: int = 0
    digests: list[str] = []
    was_enabled: bool = False

    @property
    def kind(self) -> str:
        return self.key.partition(" ")[0]

    @property
    def name(self) -> str:
        return self.key.partition(" ")[2]


class Notes(msgspec.Struct, kw_only=True):
    """``restart`` are units that have to start anew: noted, lest a set-up that broke off forgets."""

    answers: Answers | None = None
    entries: list[Entry] = []
    restart: list[str] = []
    copies: int = 0


class Journal:
    """Of a tree, in a folder that root alone may write."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        at = tree.at(FILE)
        try:
            self.notes = (
                msgspec.json.decode(at.read_bytes(), type=Notes) if at.exists() else Notes()
            )
        except (OSError, msgspec.DecodeError) as error:
            raise SetupError(f"{FILE}: cannot be read: {error}") from error

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.notes.entries if entry.key == key), None)

    def add(self, entry: Entry) -> None:
        self.notes.entries.append(entry)
        self.save()

    def remove(self, entry: Entry) -> None:
        self.notes.entries.remove(entry)
        self.save()

    def is_by_hand(self, entry: Entry) -> bool:
        """Whether somebody else wrote the file since: neither we did, nor is it what was there."""
        found = digest_of(self._tree.at(entry.name))
        if found is None or not entry.digests:
            return False
        was = None if entry.kept is None else digest_of(self._tree.at(entry.kept))
        return found not in (*entry.digests, was)

    def restart(self, units: tuple[str, ...]) -> None:
        self.notes.restart += [unit for unit in units if unit not in self.notes.restart]
        self.save()

    def keep(self, path: str, entry: Entry) -> None:
        """Copy what is there, with mode and owner, before it is replaced."""
        at = self._tree.at(path)
        if not at.is_file():
            return
        was = at.stat()
        self.notes.copies += 1
        entry.kept = f"{FOLDER}/kept-{self.notes.copies}"
        entry.mode, entry.uid, entry.gid = was.st_mode & 0o7777, was.st_uid, was.st_gid
        self._tree.make_folder(FOLDER, 0o700, None)
        self._tree.write(entry.kept, at.read_bytes(), 0o600, None)

    def save(self) -> None:
        self._tree.make_folder(FOLDER, 0o700, None)
        self._tree.write(FILE, msgspec.json.encode(self.notes), 0o600, None)

    def close(self) -> None:
        """Remove it, where nothing is left of what it told."""
        folder = self._tree.at(FOLDER)
        for file in folder.glob("*"):
            file.unlink()
        if folder.is_dir():
            folder.rmdir()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(at: Path) -> str | None:
    return digest(at.read_bytes()) if at.is_file() else None
