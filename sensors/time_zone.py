"""Time zones by their name in the IANA database, like ``Europe/Amsterdam``."""

from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = Path("/etc/localtime")
USUAL: Final = "Europe/Amsterdam"


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, a path, a folder
        return None


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of that name; UTC where somebody wrote one into the database that is not there."""
    return find_zone(name) or ZoneInfo("UTC")


def local_zone(link: Path = LOCAL) -> str:
    """The zone that this machine is set to. One set to UTC, as servers are, says nothing of where it stands:
    then the usual one.
    """
    name = str(link.resolve()).partition("zoneinfo/")[2]
    is_placed = find_zone(name) is not None and not name.startswith(("Etc/", "UTC"))
    return name if is_placed else USUAL
