"""A machine of the tests: real files under a root of its own, and a system that does as it is told."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dashboard.setup.answers import Answers
from dashboard.setup.executor import Executor
from dashboard.setup.journal import Journal
from dashboard.setup.machine import SetupError, Tree
from dashboard.setup.plan import Site, plan
from dashboard.setup.shipped import shipped
from dashboard.setup.undo import Outcome, Undo

NOW = datetime(2026, 11, 29, 20, tzinfo=UTC)
FRESH = Answers(host="air.local", store="influxdb")


@dataclass
class System:
    """What is installed, enabled and running, changed by the commands of the system's programs."""

    passwd: Path
    is_running: bool = True
    installed: set[str] = field(default_factory=lambda: {"mosquitto"})
    enabled: set[str] = field(default_factory=lambda: {"mosquitto.service"})
    active: set[str] = field(default_factory=lambda: {"mosquitto.service"})
    restarted: list[str] = field(default_factory=list)
    failing: str = ""

    def run(self, command: Sequence[str]) -> None:
        program, *given = command
        name = given[-1]
        if self.failing and self.failing in command:
            raise SetupError(f"{' '.join(command)} failed")
        users = self.passwd.read_text()
        match program, given[0]:
            case "apt-get", "install":
                self.installed.add(name)
            case "apt-get", "remove":
                self.installed.discard(name)
            case "systemctl", "enable":
                self.enabled.add(name)
            case "systemctl", "disable":
                self.enabled.discard(name)
                self.active.discard(name)
            case "systemctl", "restart":
                self.active.add(name)
                self.restarted.append(name)
            case "useradd", _:
                self.passwd.write_text(
                    f"{users}{name}:x:{os.getuid()}:{os.getgid()}::/:/bin/false\n"
                )
            case "userdel", _:
                kept = [line for line in users.splitlines(True) if not line.startswith(f"{name}:")]
                self.passwd.write_text("".join(kept))

    def succeeds(self, command: Sequence[str]) -> bool:
        match command[0], command[1]:
            case "systemctl", "is-enabled":
                return command[-1] in self.enabled
            case "systemctl", "is-active":
                return command[-1] in self.active
            case "sh", _:
                return any(f" {name} |" in command[-1] for name in self.installed)
        try:
            self.run(command)
        except SetupError:
            return False
        return True


@dataclass
class Machine:
    root: Path
    system: System
    said: list[str] = field(default_factory=list)

    def set_up(self, answers: Answers = FRESH, now: datetime = NOW) -> list[str]:
        """What was due, and is done."""
        tree, journal = Tree(self.root), Journal(Tree(self.root))
        steps = plan(answers, Site(), shipped())
        wanted = {step.key for step in steps}
        undo = Undo(tree, self.system, journal, self.said.append)
        executor = Executor(tree, self.system, journal, now, self.said.append)
        gone = [one.says for one in undo.outcomes(wanted) if one.is_undone]
        due = [*gone, *(step.says for step in executor.due(steps))]
        if due:
            journal.notes.answers = answers
            journal.save()
        undo.carry_out(wanted)
        executor.carry_out(steps)
        return due

    def undo(self, *, with_data: bool = False) -> list[Outcome]:
        tree, journal = Tree(self.root), Journal(Tree(self.root))
        undo = Undo(tree, self.system, journal, self.said.append)
        outcomes = undo.carry_out(with_data=with_data)
        undo.finish(with_data=with_data)
        return outcomes

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def files(self) -> dict[str, tuple[bytes, int, float]]:
        """Each file with what is in it, its mode, and when it was written."""
        return {
            str(file.relative_to(self.root)): (
                file.read_bytes(), file.stat().st_mode, file.stat().st_mtime,
            )
            for file in self.root.rglob("*") if file.is_file()
        }  # fmt: skip


def new_machine(root: Path) -> Machine:
    """Debian with Mosquitto, as far as a set-up looks."""
    for folder in (
        "etc/mosquitto/conf.d",
        "etc/caddy",
        "etc/systemd/system",
        "var/backups",
        "var/lib",
    ):
        (root / folder).mkdir(parents=True)
    users = ("root", "mosquitto", "caddy")
    (root / "etc/debian_version").write_text("12.9\n")
    (root / "etc/passwd").write_text(
        "".join(f"{name}:x:{os.getuid()}:{os.getgid()}::/:/bin/false\n" for name in users)
    )
    (root / "etc/group").write_text(
        "".join(f"{name}:x:{os.getgid()}:\n" for name in (*users, "luchtig"))
    )
    (root / "etc/caddy/Caddyfile").write_text(":80 {\n}\n")
    (root / "etc/caddy/Caddyfile").chmod(0o640)
    return Machine(root, System(root / "etc/passwd"))
