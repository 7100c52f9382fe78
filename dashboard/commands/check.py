"""``luchtig check``: try every part of a set-up, say what is wrong and how to mend it."""

import argparse
import os
import sys
from pathlib import Path

from dashboard.checks.parts import check_all
from gateway.config import load

SIGNS = {"ok": "ok  ", "note": "note", "fail": "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    print(f"ok    config     {arguments.config or 'none given: the defaults'}")
    failed = 0
    for finding in check_all(settings):
        print(f"{SIGNS[finding.verdict]}  {finding.part:<10} {finding.found}")
        if finding.mend:
            print(f"{'':17}→ {finding.mend}")
        failed += finding.verdict == "fail"
    if failed:
        print(f"\n{failed} of the parts need a hand.", file=sys.stderr)
    return 1 if failed else 0
