"""``luchtig doctor``: read a backup or a log, and say what is wrong and how to mend it."""

import argparse
import sys
from pathlib import Path

from dashboard.checks.backup_file import check_backup, is_backup
from dashboard.checks.log_file import check_log
from dashboard.commands.check import SIGNS
from gateway.keeping.archive import KeepingError
from gateway.keeping.sealing import private_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="a backup, or the log of gateway or dashboard",
    )
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="the private key, where a backup is encrypted"
    )


def run(arguments: argparse.Namespace) -> int:
    failed = 0
    try:
        key = None if arguments.key is None else private_key(arguments.key)
        for file in arguments.files:
            print(f"{file}:")
            for finding in check_backup(file, key) if is_backup(file) else check_log(file):
                print(f"{SIGNS[finding.verdict]}  {finding.part:<10} {finding.found}")
                if finding.mend:
                    print(f"{'':17}→ {finding.mend}")
                failed += finding.verdict == "fail"
    except KeepingError as error:
        print(f"luchtig doctor: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"luchtig doctor: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 1 if failed else 0
