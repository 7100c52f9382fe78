"""``luchtig verify``: whether a season's file is as it was signed, by whom and when."""

import argparse
import os
import sys
from pathlib import Path

from gateway.config import load
from gateway.proof.canonical import LARGEST_BYTES, NotReadable
from gateway.proof.signature import Checked, check
from gateway.proof.signing_key import (
    WELL_KNOWN,
    PublicKey,
    read_or_make_key,
    read_public_keys,
)

PROVES_NOT = (
    "That says who put these figures out and that they are unchanged, not that the air was so: the\n"
    "sensors may have stood at the window."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the JSON or PDF of a season")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument(
        "--key", metavar="FILE", type=Path,
        help=f"the key of whom it must be: what stands at their {WELL_KNOWN}, or a PEM",
    )  # fmt: skip
    whose.add_argument("--config", type=Path, help="a set-up whose own it must be")


def run(arguments: argparse.Namespace) -> int:
    try:
        wanted = _wanted(arguments)
        found = check(_bytes(arguments.file))
    except NotReadable as error:
        print(f"luchtig verify: {arguments.file}: {error}", file=sys.stderr)
        return 1
    return _tell(arguments.file, found, wanted)


def _wanted(arguments: argparse.Namespace) -> tuple[PublicKey, ...] | None:
    """None where anybody's will do."""
    if arguments.key is not None:
        return read_public_keys(_bytes(arguments.key))
    if arguments.config is not None:
        settings = load(arguments.config, os.environ)
        path = settings.directory / settings.dashboard.signing_key_file
        if not path.exists():
            raise NotReadable(f"this set-up has signed nothing yet: there is no {path}")
        return (read_or_make_key(path).public,)
    return None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4 * LARGEST_BYTES)
    except OSError as error:
        raise NotReadable(f"{path}: {error.strerror}") from error


def _tell(file: Path, found: Checked, wanted: tuple[PublicKey, ...] | None) -> int:
    if found.state == "unsigned":
        return _refused(f"{file} carries no signature")
    if found.state == "altered":
        named = ", ".join(found.altered)
        return _refused(f"{file} is not as it was signed. Altered: {named}")
    key = found.key
    if key is None or (wanted is not None and key not in wanted):
        return _refused(f"{file} is signed by another key: {key and key.thumbprint}")
    print(f"{file} is genuine: signed {found.at} by {found.name} ({found.address})")
    print(f"key {key.thumbprint}")
    if wanted is None:
        print(f"Anybody can sign in any name: compare the key with {found.address}{WELL_KNOWN}")
    print(PROVES_NOT)
    return 0


def _refused(why: str) -> int:
    print(f"luchtig verify: {why}", file=sys.stderr)
    return 1
