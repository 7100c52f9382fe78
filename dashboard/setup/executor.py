"""Carries steps out, and first looks which of them are done already."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from dashboard.setup import certificates
from dashboard.setup.broker_login import NoLogin, has_login, write_login
from dashboard.setup.journal import Entry, Journal, digest
from dashboard.setup.machine import Commands, SetupError, Tree
from dashboard.setup.steps import (
    Authority,
    Certificate,
    File,
    Folder,
    Login,
    Package,
    Secret,
    Step,
    Unit,
    User,
)

NOLOGIN: Final = "/usr/sbin/nologin"


class Executor:
    """``now`` is when certificates begin; ``say`` is told of each step before it is done."""

    def __init__(
        self,
        tree: Tree,
        commands: Commands,
        journal: Journal,
        now: datetime,
        say: Callable[[str], None],
    ) -> None:
        self._tree = tree
        self._commands = commands
        self._journal = journal
        self._now = now
        self._say = say

    def due(self, steps: Sequence[Step]) -> list[Step]:
        """Those that are not done yet. A file that somebody changed by hand is left to them; a unit
        that reads what is due has to start anew.
        """
        due: list[Step] = []
        for step in steps:
            starts = isinstance(step, Unit) and any(step.name in read_by(one) for one in due)
            if starts or not (self._is_done(step) or self.is_left(step)):
                due.append(step)
        return due

    def is_left(self, step: Step) -> bool:
        """Whether it is a file that was written by us, and by hand since."""
        entry = self._journal.entry(step.key)
        return isinstance(step, File) and entry is not None and self._journal.is_by_hand(entry)

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Do all that are due, in their order.

        Raises:
            SetupError: one cannot be done; those before it are.

        """
        for step in steps:
            if self._is_done(step) or self.is_left(step):
                continue
            self._say(step.says)
            try:
                self._note(step)
                self._do(step)
            except (OSError, NoLogin, ValueError) as error:
                raise SetupError(f"{step.says}: {error}") from error

    def _note(self, step: Step) -> None:
        entry = self._journal.entry(step.key)
        is_new = entry is None
        entry = entry or Entry(key=step.key)
        if isinstance(step, File):
            if is_new:
                self._journal.keep(step.path, entry)
            ours = digest(step.text.encode())
            if ours not in entry.digests:
                entry.digests = [*entry.digests, ours]
        if isinstance(step, Unit) and is_new:
            entry.was_enabled = self._is_enabled(step)
        if is_new and not (isinstance(step, Folder) and self._tree.at(step.path).is_dir()):
            self._journal.add(entry)
        self._journal.restart(read_by(step))

    def _is_done(self, step: Step) -> bool:
        tree = self._tree
        match step:
            case Package():
                asked = f"dpkg-query -W -f '${{db:Status-Status}}' {step.name} | grep -qx installed"
                return self._commands.succeeds(["sh", "-c", asked])
            case User():
                return tree.has_user(step.name)
            case Folder():
                return self._is_as(step.path, step) and tree.at(step.path).is_dir()
            case File():
                return (
                    self._is_as(step.path, step)
                    and tree.at(step.path).read_bytes() == step.text.encode()
                )
            case Secret():
                return self._is_as(step.path, step) and bool(tree.at(step.path).read_bytes())
            case Login():
                passwords, password = tree.at(step.passwords), tree.at(step.password_file)
                return password.is_file() and has_login(
                    passwords, step.name, password.read_text(encoding="ascii").strip()
                )
            case Authority():
                certificate = self._read(step.certificate)
                return (
                    tree.is_as(step.private_key, 0o640, "root", step.group)
                    and certificate is not None
                    and certificates.is_authority(certificate, self._now)
                )
            case Certificate():
                held, above = self._read(step.certificate), self._read(step.authority.certificate)
                return (
                    held is not None
                    and above is not None
                    and tree.is_as(step.private_key, 0o640, "root", step.group)
                    and certificates.is_good_for(held, step.names, above, self._now)
                )
            case Unit():
                waits = step.name in self._journal.notes.restart
                return not waits and self._is_enabled(step) and self._is_active(step)

    def _do(self, step: Step) -> None:
        tree, commands = self._tree, self._commands
        match step:
            case Package():
                self._install(step.name)
            case User():
                commands.run(
                    ["useradd", "--system", "--home-dir", step.home, "--shell", NOLOGIN, step.name]
                )
            case Folder():
                tree.make_folder(step.path, step.mode, tree.owner(step.owner, step.group))
            case File():
                owner = tree.owner(step.owner, step.group)
                tree.write(step.path, step.text.encode(), step.mode, owner)
            case Secret():
                held = self._read(step.path) or f"{secrets.token_urlsafe(24)}\n".encode()
                tree.write(step.path, held, step.mode, tree.owner(step.owner, step.group))
            case Login():
                self._log_in(step)
            case Authority():
                self._make_authority(step)
            case Certificate():
                self._sign(step)
            case Unit():
                self._start(step)

    def _install(self, name: str) -> None:
        install = ["apt-get", "install", "-y", "--no-install-recommends", name]
        if not self._commands.succeeds(install):  # the lists of a fresh machine are empty or old
            self._commands.run(["apt-get", "update"])
            self._commands.run(install)

    def _log_in(self, step: Login) -> None:
        at = self._tree.at(step.passwords)
        if not at.exists():
            owner = self._tree.owner("root", step.group)
            self._tree.write(step.passwords, b"", 0o640, owner)
        password = self._tree.at(step.password_file).read_text(encoding="ascii").strip()
        write_login(at, step.name, password)

    def _make_authority(self, step: Authority) -> None:
        """What is good stays, for devices trust it: then only who may read the key is put right."""
        certificate, key = self._read(step.certificate), self._read(step.private_key)
        if (
            certificate is None
            or key is None
            or not certificates.is_authority(certificate, self._now)
        ):
            certificate, key = certificates.new_authority(step.name, self._now)
        self._put_pair(step.certificate, certificate, step.private_key, key, step.group)

    def _sign(self, step: Certificate) -> None:
        above, above_key = (
            self._read(step.authority.certificate),
            self._read(step.authority.private_key),
        )
        if above is None or above_key is None:
            raise SetupError(f"{step.authority.certificate} is missing")
        certificate, key = certificates.new_certificate(step.names, above, above_key, self._now)
        self._put_pair(step.certificate, certificate, step.private_key, key, step.group)

    def _put_pair(
        self, certificate: str, held: bytes, private_key: str, key: bytes, group: str
    ) -> None:
        """The key first: where it breaks off in between, the pair is made anew."""
        self._tree.write(private_key, key, 0o640, self._tree.owner("root", group))
        self._tree.write(certificate, held, 0o644, self._tree.owner("root", "root"))

    def _start(self, step: Unit) -> None:
        commands = self._commands
        if commands.is_running:
            commands.run(["systemctl", "daemon-reload"])
        commands.run(["systemctl", "enable", step.name])
        if commands.is_running:
            commands.run(["systemctl", "restart", step.name])
        self._journal.notes.restart = [
            unit for unit in self._journal.notes.restart if unit != step.name
        ]
        self._journal.save()

    def _is_enabled(self, step: Unit) -> bool:
        return self._commands.succeeds(["systemctl", "is-enabled", "--quiet", step.name])

    def _is_active(self, step: Unit) -> bool:
        if not self._commands.is_running:
            return True
        return self._commands.succeeds(["systemctl", "is-active", "--quiet", step.name])

    def _is_as(self, path: str, step: Folder | File | Secret) -> bool:
        at = self._tree.at(path)
        if not at.exists():
            return False
        try:
            return self._tree.is_as(path, step.mode, step.owner, step.group)
        except SetupError:  # its owner is still to be made
            return False

    def _read(self, path: str) -> bytes | None:
        at = self._tree.at(path)
        return at.read_bytes() if at.is_file() else None


def read_by(step: Step) -> tuple[str, ...]:
    """The units that have to start anew when it was done."""
    return step.read_by if isinstance(step, File | Secret | Login | Certificate) else ()
