"""The command line: a table of commands, each loaded only when it is chosen."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from types import ModuleType
from typing import Protocol

from sensors.clock import ClockError
from sensors.config import ConfigError


@dataclass(frozen=True, slots=True)
class Command:
    """``module`` under ``dashboard.commands`` holds ``add_arguments(parser)`` and
    ``run(arguments)``.
    """

    name: str
    module: str
    summary: str
    example: str


class CommandModule(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


COMMANDS = (
    Command("demo", "demo", "a whole live venue on this machine, without hardware", "luchtig demo --port 9000"),
    Command("up", "up", "a real venue: broker, gateway and dashboard on one folder that is kept",
            "luchtig up --port 9000"),
    Command("gateway", "gateway", "take readings from MQTT, store and judge them, tell organisers",
            "luchtig gateway --config luchtig.toml"),
    Command("dashboard", "dashboard", "serve the pages, the API and the live stream",
            "luchtig dashboard --config luchtig.toml"),
    Command("sensor", "sensor", "read the serial devices of this machine and publish them",
            "luchtig sensor --config luchtig.toml"),
    Command("sim", "sim", "play a venue, a recording or a serial sensor",
            "luchtig sim de-kade --speed 60"),
    Command("check", "check", "try every part of a set-up and say how to mend it",
            "luchtig check --config luchtig.toml"),
    Command("import", "import_venues", "put venues, or the meetings of a calendar, into the database",
            "luchtig import --config luchtig.toml venues.toml"),
    Command("plan", "plan", "what to expect of a group in a room, before a meeting",
            "luchtig plan --room grote-zaal --people 18 --minutes 90 --config luchtig.toml"),
    Command("report", "report", "say what was found of a meeting that is over",
            "luchtig report ledenontbijt --pdf verslag.pdf --config luchtig.toml"),
    Command("season", "season", "what the meetings of a span of days came to, signed",
            "luchtig season --venue de-kade --from 2026-09-01 --to 2026-12-01 --pdf seizoen.pdf"),
    Command("verify", "verify", "is a season's file as it was signed, by whom and when?",
            "luchtig verify seizoen.pdf"),
    Command("export", "export", "write readings as CSV",
            "luchtig export --venue de-kade --from 2026-11-24 --to 2026-11-25 readings.csv"),
    Command("setup", "upkeep.setup", "make a Debian machine a venue's own, by five answers; or undo it",
            "sudo luchtig setup --answers answers.toml --dry-run"),
    Command("backup", "upkeep.backup", "all that a set-up keeps, in one file, while it runs",
            "luchtig backup /media/usb/ --config luchtig.toml"),
    Command("restore", "upkeep.restore", "put a backup into the empty places that a configuration names",
            "luchtig restore kade.backup --config luchtig.toml"),
    Command("doctor", "upkeep.doctor", "say what is wrong with a backup, or by what a log says",
            "luchtig doctor kade.backup gateway.log"),
    Command("store", "upkeep.store", "give up what the store refuses for good",
            "luchtig store release air --config luchtig.toml"),
    Command("version", "upkeep.version", "which version this is, and whether there is a newer one",
            "luchtig version --check --config luchtig.toml"),
    Command("device", "device", "a login of its own at the broker for a device",
            "luchtig device add de-kade co2-01 --config luchtig.toml"),
    Command("erase", "upkeep.erase", "forget somebody who asks for it",
            "luchtig erase anna anna@example.org --dry-run --config luchtig.toml"),
    Command("user", "user", "make accounts and API tokens",
            "luchtig user add anna --role admin --config luchtig.toml"),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 fine, 1 failed, 2 wrong use or a mistake in a file."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help"):
        print(_overview())
        return 0 if given else 2
    if given[0] == "--version":
        print(f"luchtig {version('luchtig')}")
        return 0
    command = next((c for c in COMMANDS if c.name == given[0]), None)
    if command is None:
        print(f"luchtig: no command {given[0]!r}\n\n{_overview()}", file=sys.stderr)
        return 2
    module: CommandModule = _load(f"dashboard.commands.{command.module}")
    parser = argparse.ArgumentParser(
        prog=f"luchtig {command.name}",
        description=command.summary[0].upper() + command.summary[1:] + ".",
        epilog=f"Example: {command.example}",
    )
    module.add_arguments(parser)
    try:
        return module.run(parser.parse_args(given[1:]))
    except (ConfigError, ClockError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _load(name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    with not_looking():
        return importlib.import_module(name)


@contextmanager
def not_looking() -> Iterator[None]:
    """While modules are loaded, of which all stays: looking through them for objects that hold each other
    takes a sixth of it. What is there by then is not looked through later, either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _overview() -> str:
    rows = "\n".join(f"  {c.name:<10} {c.summary}" for c in COMMANDS)
    return (
        "Luchtig watches the rooms of a venue: how many people, how fresh the air,\n"
        "and which meeting goes over its limits.\n\n"
        f"usage: luchtig COMMAND [options]\n\n{rows}\n\n"
        "luchtig COMMAND --help says more, with an example."
    )
