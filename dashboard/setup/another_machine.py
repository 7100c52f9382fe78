"""A machine made what another was, out of its backup: the set-up first, and the data before anything
runs that would begin new ones.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dashboard.setup.answers import Answers
from dashboard.setup.belongings import INDEX, Index, put_back
from dashboard.setup.contents import CONFIG, DATA
from dashboard.setup.executor import Executor
from dashboard.setup.journal import Journal
from dashboard.setup.machine import Commands, SetupError, Tree
from dashboard.setup.plan import BROKER, GATEWAY, PROXY, Site, plan
from dashboard.setup.shipped import shipped
from dashboard.setup.steps import (
    Authority,
    Certificate,
    File,
    Login,
    Package,
    Secret,
    Step,
    Unit,
    User,
)
from gateway.config import load
from gateway.keeping.archive import SET_UP
from gateway.keeping.restore import PutBack, readable, restore

DATABASE: Final = f"{DATA}/luchtig.db"


@dataclass(frozen=True, slots=True)
class Backup:
    """``key`` is for one that is encrypted."""

    file: Path
    key: X25519PrivateKey | None = None


def restore_machine(
    tree: Tree,
    commands: Commands,
    site: Site,
    backup: Backup,
    now: datetime,
    say: Callable[[str], None],
) -> tuple[Answers, PutBack]:
    """Make a fresh machine that of the backup; ``now`` and ``say`` as of the steps. Where it breaks off, it can be run again.

    Raises:
        KeepingError: it is no whole backup, or the data cannot be put back.
        SetupError: it holds no set-up, the machine has one of its own, or a step cannot be done.

    """
    journal = Journal(tree)
    if journal.entry(f"unit {GATEWAY}") is not None or tree.at(DATABASE).exists():
        raise SetupError(
            "this machine has a set-up of its own: sudo luchtig setup --undo --with-data takes it away;"
            " without --machine the data alone are put back"
        )
    index, texts = _read(tree, backup)
    steps = plan(index.answers, site, shipped())
    first, before, after = _parted(steps)
    executor = Executor(tree, commands, journal, now, say)
    executor.carry_out(first)
    say(f"put back {len(texts)} files of the set-up")
    put_back(tree, journal, index, texts, owners_of(steps))
    journal.restart((BROKER, PROXY) if index.answers.is_open else (BROKER,))
    executor.carry_out(before)
    say("put back the data")
    folder = tree.at(DATA)
    settings = load(tree.at(CONFIG), {"LUCHTIG_DATA_DIR": str(folder)})
    done = restore(settings, backup.file, backup.key)
    give_all(folder, tree.owner("luchtig", "luchtig"))
    executor.carry_out(after)
    return index.answers, done


def owners_of(steps: Sequence[Step]) -> dict[str, tuple[str, str]]:
    """User and group of each file that these steps write."""
    found: dict[str, tuple[str, str]] = {}
    for step in steps:
        match step:
            case File() | Secret():
                found[step.path] = (step.owner, step.group)
            case Login():
                found[step.passwords] = ("root", step.group)
            case Authority() | Certificate():
                found[step.private_key] = ("root", step.group)
                found[step.certificate] = ("root", "root")
    return found


def give_all(folder: Path, owner: tuple[int, int] | None) -> None:
    """Hand a folder and all that is in it over; nothing where one may not."""
    if owner is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *owner, follow_symlinks=False)


def _read(tree: Tree, backup: Backup) -> tuple[Index, dict[str, bytes]]:
    with readable(backup.file, backup.key, tree.at(DATA)) as archive:
        if INDEX not in archive.manifest.parts:
            raise SetupError(
                f"{backup.file}: holds the data and no set-up: sudo luchtig setup, then restore without"
                " --machine"
            )
        try:
            index = msgspec.json.decode(archive.read(INDEX), type=Index)
        except msgspec.MsgspecError as error:
            raise SetupError(f"{backup.file}: its set-up cannot be read: {error}") from error
        named = {path: f"{SET_UP}{path}" for path in index.files}
        held = archive.manifest.parts
        return index, {path: archive.read(part) for path, part in named.items() if part in held}


def _parted(steps: Sequence[Step]) -> tuple[list[Step], list[Step], list[Step]]:
    """What files need that are put back; what else comes before the gateway starts; and the rest."""
    first: list[Step] = [step for step in steps if isinstance(step, Package | User)]
    others = [step for step in steps if step not in first]
    at = next(n for n, one in enumerate(others) if isinstance(one, Unit) and one.name == GATEWAY)
    return first, others[:at], others[at:]
