"""``luchtig check``: try every part of a set-up, say what is wrong and how to mend it."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from dashboard.checks.damage import repair_all
from dashboard.checks.finding import Finding
from dashboard.checks.parts import check_all
from gateway.config import load
from sensors.config import BrokerSettings, ConfigError, secret

SIGNS = {"ok": "ok  ", "note": "note", "fail": "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--repair", action="store_true",
        help="save what can be read of damaged files, with the programs stopped; they are kept beside",
    )  # fmt: skip
    parser.add_argument(
        "--device-login", metavar="NAME", help="publish through the broker with a device's login"
    )
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="whose first line is its password"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    device = _device(settings.broker, arguments.device_login, arguments.password_file)
    print(f"ok    config     {arguments.config or 'none given: the defaults'}")
    failed = _print(repair_all(settings)) if arguments.repair else 0
    failed += _print(check_all(settings, device))
    if failed:
        print(f"\n{failed} of the parts need a hand.", file=sys.stderr)
    return 1 if failed else 0


def _print(findings: Iterable[Finding]) -> int:
    """How many of them are failures."""
    failed = 0
    for finding in findings:
        print(f"{SIGNS[finding.verdict]}  {finding.part:<10} {finding.found}")
        if finding.mend:
            print(f"{'':17}→ {finding.mend}")
        failed += finding.verdict == "fail"
    return failed


def _device(broker: BrokerSettings, name: str | None, file: Path | None) -> BrokerSettings | None:
    """The broker with a device's login.

    Raises:
        ConfigError: the file cannot be read, or has no name to it.

    """
    if name is None:
        if file is not None:
            raise ConfigError(["--password-file: whose? give --device-login NAME too"])
        return None
    shown = None if file is None else str(file.absolute())
    password = secret(None, shown, Path(), "--password-file")
    return msgspec.structs.replace(broker, username=name, password=password, password_file=None)
