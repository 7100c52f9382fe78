"""The machine that is set up: its files under a root, and the commands that it is told."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

WITHIN_S: Final = 900.0


class SetupError(Exception):
    """The machine cannot be made what was asked; the message says why."""


class Commands(Protocol):
    """Programs of the system. ``is_running`` is whether it runs: units are enabled in an image too,
    but not started.
    """

    is_running: bool

    def run(self, command: Sequence[str]) -> None:
        """Run it to its end.

        Raises:
            SetupError: it is missing or failed.

        """

    def succeeds(self, command: Sequence[str]) -> bool: ...


class SystemCommands:
    """The system's own, inside the root where that is not the machine itself."""

    def __init__(self, root: Path) -> None:
        self._inside = [] if root == Path("/") else ["chroot", str(root)]
        self.is_running = not self._inside and Path("/run/systemd/system").is_dir()

    def run(self, command: Sequence[str]) -> None:
        try:
            done = self._done(command)
        except OSError as error:
            raise SetupError(f"{command[0]}: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise SetupError(f"{' '.join(command)}: took over {WITHIN_S:g} s") from error
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-5:]
            raise SetupError("\n  ".join([f"{' '.join(command)} failed", *said]))

    def succeeds(self, command: Sequence[str]) -> bool:
        try:
            return self._done(command).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    def _done(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [*self._inside, *command],
            env=environment, capture_output=True, text=True, timeout=WITHIN_S, check=False,
        )  # fmt: skip


class Tree:
    """The files of the machine, by the paths that it knows them by."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def has_user(self, name: str) -> bool:
        return self._number("etc/passwd", name) is not None

    def owner(self, user: str, group: str) -> tuple[int, int] | None:
        """Their numbers; None for somebody who may not give files away.

        Raises:
            SetupError: there is no such user or group.

        """
        if os.geteuid() != 0:
            return None
        numbers = self._number("etc/passwd", user), self._number("etc/group", group)
        if numbers[0] is None or numbers[1] is None:
            raise SetupError(f"there is no user {user} or no group {group}")
        return numbers[0], numbers[1]

    def names(self, user: int, group: int) -> tuple[str, str]:
        """What they are called; ``root`` where nobody is."""
        return self._name("etc/passwd", user), self._name("etc/group", group)

    def is_as(self, path: str, mode: int, user: str, group: str) -> bool:
        """Whether it is there with this mode and owner."""
        at = self.at(path)
        if not at.exists():
            return False
        found = at.stat()
        wanted = self.owner(user, group)
        return found.st_mode & 0o7777 == mode and wanted in (None, (found.st_uid, found.st_gid))

    def write(self, path: str, data: bytes, mode: int, owner: tuple[int, int] | None) -> None:
        """All of it or nothing, for nobody's eyes before it has its owner and mode."""
        at = self.at(path)
        at.parent.mkdir(parents=True, exist_ok=True)
        draft = at.with_name(f".{at.name}.luchtig-setup")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._give(draft, mode, owner)
        draft.replace(at)

    def make_folder(self, path: str, mode: int, owner: tuple[int, int] | None) -> None:
        at = self.at(path)
        at.mkdir(parents=True, exist_ok=True)
        self._give(at, mode, owner)

    def _give(self, at: Path, mode: int, owner: tuple[int, int] | None) -> None:
        if owner is not None:
            os.chown(at, *owner)
        at.chmod(mode)

    def _name(self, table: str, number: int) -> str:
        for line in self.at(table).read_text(encoding="utf-8").splitlines():
            parts = line.split(":")
            if parts[2] == str(number):
                return parts[0]
        return "root"

    def _number(self, table: str, name: str) -> int | None:
        for line in self.at(table).read_text(encoding="utf-8").splitlines():
            parts = line.split(":")
            if parts[0] == name:
                return int(parts[2])
        return None
