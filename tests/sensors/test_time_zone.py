"""Time zones by their name."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.time_zone import find_zone, zone_or_utc


def test_a_zone_is_found_by_its_name() -> None:
    assert find_zone("Europe/Amsterdam") == zone_or_utc("Europe/Amsterdam")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe"])
def test_what_is_none_is_taken_for_utc(name: str) -> None:
    assert find_zone(name) is None
    assert zone_or_utc(name) == ZoneInfo("UTC")


@given(st.text())
def test_any_text_is_a_zone_or_none(name: str) -> None:
    assert find_zone(name) in (None, zone_or_utc(name))
