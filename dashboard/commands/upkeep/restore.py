"""``luchtig restore``: a backup put into the empty places that a configuration names."""

import argparse
import os
import sys
from pathlib import Path

from gateway.config import load
from gateway.keeping.archive import KeepingError
from gateway.keeping.restore import restore
from gateway.keeping.sealing import private_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FROM", help="what luchtig backup wrote")
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="the private key, where it is encrypted"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    try:
        key = None if arguments.key is None else private_key(arguments.key)
        done = restore(settings, arguments.file, key)
    except KeepingError as error:
        print(f"luchtig restore: {error}", file=sys.stderr)
        return 1
    readings = "no readings" if done.readings is None else f"{done.readings} readings and samples"
    print(
        f"{arguments.file}: of {done.made_at}: {done.rows} rows of the database and {readings} are "
        "back, and counted there"
    )
    return 0
