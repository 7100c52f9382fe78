import tomllib
from pathlib import Path

import pytest

from bench.ingest.site import OURS, environment_of, venue_text, versions


def test_another_version_is_measured_first_and_ours_always(tmp_path: Path) -> None:
    other = tmp_path / "luchtig"
    assert list(versions(other).items()) == [("luchtig before", [str(other)]), ("luchtig", OURS)]
    assert list(versions(None)) == ["luchtig"]


def test_another_version_does_not_find_the_modules_of_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", "here")
    environment = environment_of(["/other/luchtig"])
    assert environment is not None
    assert "PYTHONPATH" not in environment
    assert environment_of(OURS) is None


def test_every_room_has_a_volume_and_a_device() -> None:
    (venue,) = tomllib.loads(venue_text(3))["venue"]
    assert [room["volume_m3"] for room in venue["room"]] == [150] * 3
    assert [device["room"] for device in venue["device"]] == [
        room["slug"] for room in venue["room"]
    ]
