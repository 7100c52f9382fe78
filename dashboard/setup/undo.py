"""Puts back what was there before a set-up, by its journal. Data stay unless they are asked for."""

import shutil
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from dashboard.setup.broker_login import NoLogin, remove_login
from dashboard.setup.contents import DATA, PASSWORDS
from dashboard.setup.journal import Entry, Journal
from dashboard.setup.machine import Commands, SetupError, Tree

WITH_DATA: Final = ("user", "authority")
"""What the data belong to, and what devices trust."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one entry: what is done, or why it is not."""

    is_undone: bool
    says: str


class Undo:
    def __init__(
        self, tree: Tree, commands: Commands, journal: Journal, say: Callable[[str], None]
    ) -> None:
        self._tree = tree
        self._commands = commands
        self._journal = journal
        self._say = say

    def outcomes(self, wanted: Container[str] = (), *, with_data: bool = False) -> list[Outcome]:
        """Of all entries but those ``wanted``, the last first."""
        return [self._outcome(entry, with_data=with_data) for entry in self._entries(wanted)]

    def carry_out(self, wanted: Container[str] = (), *, with_data: bool = False) -> list[Outcome]:
        """Undo them; what was done and what was kept.

        Raises:
            SetupError: one cannot be undone; those after it are.

        """
        found = []
        for entry in self._entries(wanted):
            outcome = self._outcome(entry, with_data=with_data)
            found.append(outcome)
            if not outcome.is_undone:
                continue
            self._say(outcome.says)
            try:
                self._undo(entry)
            except (OSError, NoLogin) as error:
                raise SetupError(f"{outcome.says}: {error}") from error
            self._journal.remove(entry)
        return found

    def finish(self, *, with_data: bool) -> None:
        """After all is undone: what was running before starts with what it had."""
        if self._commands.is_running:
            self._commands.run(["systemctl", "daemon-reload"])
            for unit in self._journal.notes.restart:
                self._commands.succeeds(["systemctl", "try-restart", unit])
        self._journal.notes.restart = []
        if with_data and self._tree.at(DATA).is_dir():
            self._say(f"remove {DATA}")
            shutil.rmtree(self._tree.at(DATA))
        if self._journal.notes.entries:
            self._journal.save()
        else:
            self._journal.close()

    def _entries(self, wanted: Container[str]) -> list[Entry]:
        entries = reversed(self._journal.notes.entries)
        return [entry for entry in entries if entry.key not in wanted]

    def _outcome(self, entry: Entry, *, with_data: bool) -> Outcome:
        name, kind = entry.name, entry.kind
        if kind in WITH_DATA and not with_data:
            return Outcome(False, f"{kind} {name}")
        if kind == "file":
            if self._journal.is_by_hand(entry):
                return Outcome(False, f"{name}, which was changed by hand")
            return Outcome(True, f"put back {name}" if entry.kept else f"remove {name}")
        if kind == "folder" and self._has_else(entry, with_data=with_data):
            return Outcome(False, f"{name}, which has something in it")
        if kind == "login":
            return Outcome(True, f"take the login {name} out of {PASSWORDS}")
        if kind == "unit":
            verb = "start again" if entry.was_enabled else "stop"
            return Outcome(True, f"{verb} {name}")
        return Outcome(True, f"remove the {kind} {name}")

    def _has_else(self, entry: Entry, *, with_data: bool) -> bool:
        """Whether a folder holds what is not undone before it."""
        at = self._tree.at(entry.name)
        ours: set[str] = set()
        for other in self._journal.notes.entries:
            inside = other.name.startswith(f"{entry.name}/")
            if inside and self._outcome(other, with_data=with_data).is_undone:
                ours.add(other.name)
                if other.kind in ("authority", "certificate"):
                    ours.add(key_of(other.name))
        return at.is_dir() and any(f"{entry.name}/{held.name}" not in ours for held in at.iterdir())

    def _undo(self, entry: Entry) -> None:
        match entry.kind:
            case "file":
                self._put_back(entry)
            case "folder":
                at = self._tree.at(entry.name)
                if at.is_dir():
                    at.rmdir()
            case "authority" | "certificate":
                self._tree.at(entry.name).unlink(missing_ok=True)
                self._tree.at(key_of(entry.name)).unlink(missing_ok=True)
            case "login":
                self._log_out(entry.name)
            case "unit":
                self._stop(entry)
            case "package":
                self._commands.run(["apt-get", "remove", "-y", entry.name])
            case "user":
                self._commands.run(["userdel", entry.name])

    def _put_back(self, entry: Entry) -> None:
        if entry.kept is None:
            self._tree.at(entry.name).unlink(missing_ok=True)
            return
        kept = self._tree.at(entry.kept)
        self._tree.write(entry.name, kept.read_bytes(), entry.mode, (entry.uid, entry.gid))
        kept.unlink()

    def _log_out(self, name: str) -> None:
        """The file goes with the last of its logins: those of devices stay."""
        at = self._tree.at(PASSWORDS)
        try:
            remove_login(at, name)
        except NoLogin:  # gone already
            return
        if not at.read_bytes():
            at.unlink()

    def _stop(self, entry: Entry) -> None:
        if entry.was_enabled:
            self._journal.restart((entry.name,))
        elif self._commands.is_running:
            self._commands.run(["systemctl", "disable", "--now", entry.name])
        else:
            self._commands.run(["systemctl", "disable", entry.name])


def key_of(certificate: str) -> str:
    """Where the key of a certificate lies."""
    return str(PurePosixPath(certificate).with_suffix(".key"))
