"""Instants on the wire: UTC, whatever zone they were written in."""

from datetime import UTC, datetime

import pytest

from sensors.wire.instant import from_wire, to_wire


def test_an_instant_of_any_zone_is_read_in_utc() -> None:
    found = from_wire("2026-11-24T09:00:00+01:00")
    assert (found, found.tzinfo) == (datetime(2026, 11, 24, 8, tzinfo=UTC), UTC)
    assert to_wire(found) == "2026-11-24T08:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("2026-11-24T09:00:00", "names no time zone: end it with Z", id="no zone"),
        pytest.param("9999-12-31T23:30:00-01:00", "outside the years 1 to 9999", id="too late"),
        pytest.param("0001-01-01T00:30:00+01:00", "outside the years 1 to 9999", id="too early"),
    ],
)
def test_what_is_no_instant_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_wire(text)
