"""Moments in time: UTC and aware in Python, integer nanoseconds in storage, ISO 8601 with Z on the
wire.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_ns(at: datetime) -> int:
    """Nanoseconds since 1970 of an aware datetime, exact to its microsecond."""
    return (at - EPOCH) // _MICROSECOND * 1000


def from_ns(at_ns: int) -> datetime:
    """The UTC datetime of nanoseconds since 1970, cut to the microsecond."""
    return EPOCH + timedelta(microseconds=at_ns // 1000)


def to_wire(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z: ``2026-11-23T20:00:00.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_wire(text: str) -> datetime:
    """The UTC datetime of an ISO 8601 text that names its zone.

    Raises:
        ValueError: not ISO 8601, without a zone, or not a time in UTC.

    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone: end it with Z or an offset like +01:00")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the years 1 to 9999 in UTC") from error
