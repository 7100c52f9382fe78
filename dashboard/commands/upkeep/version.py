"""``luchtig version``: which one this is, and whether there is a newer one where somebody says so."""

import argparse
import json
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError

from gateway.config import load

WITHIN_S: Final = 10.0
MOST_BYTES: Final = 10_000
_NUMBERS: Final = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}")


class NotTold(Exception):
    """Nobody says which version is the newest; ``str()`` says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--check",
        action="store_true",
        help="ask updates.url which is the newest; 1 where it is newer",
    )


def run(arguments: argparse.Namespace) -> int:
    ours = version("luchtig")
    if not arguments.check:
        print(f"luchtig {ours}")
        return 0
    settings = load(arguments.config, os.environ)
    if not settings.updates.url:
        print(f"luchtig {ours}; nobody is asked for a newer one: [updates] url is not set",
              file=sys.stderr)  # fmt: skip
        return 1
    try:
        newest = newest_version(settings.updates.url)
    except NotTold as error:
        print(f"luchtig {ours}; {settings.updates.url}: {error}", file=sys.stderr)
        return 1
    if _numbers(newest) > _numbers(ours):
        print(f"luchtig {ours}; {newest} is newer: back up first (luchtig backup), then install it")
        return 1
    print(f"luchtig {ours} is the newest")
    return 0


def newest_version(url: str) -> str:
    """What ``{"version": "1.2.3"}`` at an address says.

    Raises:
        NotTold: it is not reached, or says something else.

    """
    try:
        answer = urllib3.request(
            "GET", url, timeout=WITHIN_S, retries=False, redirect=False, preload_content=False
        )
        with answer:
            body = answer.read(MOST_BYTES)
    except (HTTPError, ValueError) as error:
        raise NotTold(f"is not reached ({type(error).__name__})") from error
    if answer.status != 200:
        raise NotTold(f"answers {answer.status}")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotTold("says no JSON") from error
    newest = told.get("version") if isinstance(told, dict) else None
    if not isinstance(newest, str) or _NUMBERS.match(newest) is None:
        raise NotTold('says no {"version": "1.2.3"}')
    return newest[:40]


def _numbers(text: str) -> tuple[int, ...]:
    found = _NUMBERS.match(text)
    return () if found is None else tuple(int(part) for part in found[0].split("."))
