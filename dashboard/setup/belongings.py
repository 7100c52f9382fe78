"""What makes a machine what it is beside its data: the authority, the logins at the broker, and what
else a set-up wrote, read for a backup and put back elsewhere.

Who takes backups each night may read but part of it: the rest is handed to that unit alone, by the
system, as credentials.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from dashboard.setup.answers import Answers
from dashboard.setup.contents import ACL, BROKER_CONF, CADDYFILE, CONFIG, ETC, PASSWORDS, credential
from dashboard.setup.journal import FILE, Entry, Journal, Notes
from dashboard.setup.machine import SetupError, Tree
from gateway.keeping.archive import SET_UP

INDEX: Final = f"{SET_UP}.json"
LARGEST_BYTES: Final = 1024 * 1024
"""What the system hands over as credentials, at the most; none of ours comes near."""
NOBODY: Final = ("nobody", "nogroup")
ELSEWHERE: Final = (PASSWORDS, ACL, BROKER_CONF, CADDYFILE)
REMEMBERED: Final = ("file", "folder", "login", "authority", "certificate")
"""What of a set-up's journal is true on another machine, too."""


class Held(msgspec.Struct, frozen=True):
    """Who may do what with a file: names, since numbers differ from machine to machine."""

    mode: int
    user: str
    group: str


class Index(msgspec.Struct, frozen=True):
    answers: Answers
    entries: list[Entry]
    files: dict[str, Held]


@dataclass(frozen=True, slots=True)
class Taken:
    """``parts`` go into the backup; ``unread`` are files that whoever takes it may not read."""

    parts: Mapping[str, bytes]
    unread: tuple[str, ...]


def machine_of(config: Path | None) -> Tree | None:
    """The machine whose configuration this is; None of one that is somewhere else."""
    path = "" if config is None else str(config.resolve())
    return Tree(Path(path.removesuffix(CONFIG) or "/")) if path.endswith(CONFIG) else None


def take(tree: Tree, credentials: Path | None) -> Taken | None:
    """All of it, out of the files or ``credentials``; None where no set-up of ours was made."""
    try:
        journal = _read(tree, FILE, credentials)
    except PermissionError:
        return Taken({}, (FILE,))
    notes = Notes() if journal is None else msgspec.json.decode(journal, type=Notes)
    if notes.answers is None:
        return None
    texts: dict[str, bytes] = {}
    unread: list[str] = []
    for path in _paths(tree, notes):
        try:
            held = _read(tree, path, credentials)
        except PermissionError:
            unread.append(path)
        else:
            texts |= {} if held is None else {path: held}
    index = Index(
        notes.answers,
        [Entry(key=one.key, digests=one.digests) for one in notes.entries if _is_kept(one, texts)],
        {path: _held_as(tree, path) for path in texts},
    )
    parts = {f"{SET_UP}{path}": held for path, held in texts.items()}
    return Taken({INDEX: msgspec.json.encode(index), **parts}, tuple(unread))


def put_back(
    tree: Tree,
    journal: Journal,
    index: Index,
    texts: Mapping[str, bytes],
    owners: Mapping[str, tuple[str, str]],
) -> None:
    """Write the files, and into the journal what an undo has to know of them. ``owners`` are user and
    group of those that a set-up writes: who took the backup may have seen nobody there, as a unit with
    users of its own does.

    Raises:
        SetupError: one of them belongs nowhere that a set-up writes.

    """
    for path in texts:
        if not _is_ours(path):
            raise SetupError(f"the backup holds {path}, which is no file of a set-up")
    journal.notes.answers = index.answers
    for entry in index.entries:
        if journal.entry(entry.key) is None:
            if entry.kind == "file":
                journal.keep(entry.name, entry)
            journal.add(entry)
    for path, held in texts.items():
        was = index.files[path]
        names = owners.get(path, (was.user, was.group))
        tree.write(path, held, was.mode & 0o777, _owner(tree, *names))


def _paths(tree: Tree, notes: Notes) -> Iterator[str]:
    for file in sorted(tree.at(ETC).rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield f"/{file.relative_to(tree.root)}"
    ours = {entry.name for entry in notes.entries if entry.kind == "file"}
    yield from (path for path in ELSEWHERE if path in ours or path == PASSWORDS)


def _read(tree: Tree, path: str, credentials: Path | None) -> bytes | None:
    """None of a file that is not there, or is too large for one of a set-up; raises PermissionError."""
    try:
        held = tree.at(path).read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError:
        handed = None if credentials is None else credentials / credential(path)
        if handed is None or not handed.is_file():
            raise
        held = handed.read_bytes()
    return held if len(held) <= LARGEST_BYTES else None


def _is_kept(entry: Entry, texts: Mapping[str, bytes]) -> bool:
    if entry.kind == "file":
        return entry.name in texts
    return entry.kind in REMEMBERED and (entry.kind != "folder" or entry.name.startswith(ETC))


def _is_ours(path: str) -> bool:
    inside = PurePosixPath(path).is_relative_to(ETC) and ".." not in PurePosixPath(path).parts
    return inside or path in ELSEWHERE


def _held_as(tree: Tree, path: str) -> Held:
    found = tree.at(path).stat()
    names = tree.names(found.st_uid, found.st_gid)
    return Held(found.st_mode & 0o777, *names)


def _owner(tree: Tree, user: str, group: str) -> tuple[int, int] | None:
    """Root where they are not known here, or were not seen."""
    try:
        return tree.owner(
            "root" if user == NOBODY[0] else user, "root" if group == NOBODY[1] else group
        )
    except SetupError:
        return tree.owner("root", "root")
