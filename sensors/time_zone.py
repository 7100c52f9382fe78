"""Time zones by their name in the IANA database, like ``Europe/Amsterdam``."""

from zoneinfo import ZoneInfo


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, a path, a folder
        return None


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of that name; UTC where somebody wrote one into the database that is not there."""
    return find_zone(name) or ZoneInfo("UTC")
