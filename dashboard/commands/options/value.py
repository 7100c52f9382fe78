"""What stands behind an option on the command line, read and checked: for ``type=`` of an argument."""

import argparse
import re
from zoneinfo import ZoneInfo

from sensors.time_zone import find_zone
from sensors.wire.topic import is_slug

DAY_S = 86_400
UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": DAY_S}
MAX_SPEED = 100_000.0


def speed(text: str) -> float:
    if text == "max":
        return float("inf")
    found = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0
    if not 0 < found <= MAX_SPEED:
        raise argparse.ArgumentTypeError(f"expected a number over 0 up to {MAX_SPEED:g}, or max")
    return found


def duration_s(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text)
    if match is None:
        raise argparse.ArgumentTypeError("expected a duration like 90m, 3h or 2d")
    return float(match[1]) * UNIT_S[match[2]]


def slug(text: str) -> str:
    if not is_slug(text):
        raise argparse.ArgumentTypeError("expected small letters, digits and '-'")
    return text


def zone(text: str) -> ZoneInfo:
    found = find_zone(text)
    if found is None:
        raise argparse.ArgumentTypeError("expected a zone like Europe/Amsterdam")
    return found
