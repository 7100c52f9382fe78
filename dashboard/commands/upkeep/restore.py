"""``luchtig restore``: a backup put into the empty places that a configuration names, or all of it onto
another machine.
"""

import argparse
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dashboard.setup.another_machine import Backup, give_all, restore_machine
from dashboard.setup.machine import SetupError, SystemCommands, Tree
from dashboard.setup.plan import addresses
from dashboard.setup.shipped import site_of
from gateway.config import load
from gateway.keeping.archive import KeepingError
from gateway.keeping.restore import PutBack, restore
from gateway.keeping.sealing import private_key
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FROM", help="what luchtig backup wrote")
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="the private key, where it is encrypted"
    )
    parser.add_argument(
        "--machine", action="store_true",
        help="make this Debian machine what that one was: its authority, logins and services too",
    )  # fmt: skip
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="FOLDER",
        help="with --machine: of a system that is not running, such as the image of a card",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    try:
        key = None if arguments.key is None else private_key(arguments.key)
        done = _machine(arguments, key) if arguments.machine else _data(arguments, key)
    except (KeepingError, SetupError) as error:
        print(f"luchtig restore: {error}", file=sys.stderr)
        return 1
    readings = "no readings" if done.readings is None else f"{done.readings} readings and samples"
    print(
        f"{arguments.file}: of {done.made_at}: {done.rows} rows of the database and {readings} are "
        "back, and counted there"
    )
    return 0


def _data(arguments: argparse.Namespace, key: X25519PrivateKey | None) -> PutBack:
    settings = load(arguments.config, os.environ)
    folder: Path = settings.directory
    owner = (folder.stat().st_uid, folder.stat().st_gid) if folder.is_dir() else None
    done = restore(settings, arguments.file, key)
    if os.geteuid() == 0 and owner is not None:  # services have to read what root put there
        give_all(folder, owner)
    return done


def _machine(arguments: argparse.Namespace, key: X25519PrivateKey | None) -> PutBack:
    root: Path = arguments.root.resolve()
    if os.geteuid() != 0 and root == Path("/"):
        raise SetupError("this is for the machine's owner: sudo luchtig restore --machine")
    if not (root / "etc/debian_version").exists():
        raise SetupError(f"{root} is no Debian system")
    tree, backup = Tree(root), Backup(arguments.file, key)
    answers, done = restore_machine(
        tree, SystemCommands(root), site_of(tree), backup, clock_from(os.environ).now(), _step
    )
    print(f"\n{addresses(answers)}")
    return done


def _step(says: str) -> None:
    print(f"… {says}", flush=True)
