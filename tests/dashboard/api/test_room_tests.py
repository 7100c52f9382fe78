"""A room's own test through the API, judged from what the store holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from gateway.config import StoreSettings
from gateway.registry.database import Database
from gateway.registry.room_tests import RoomTest, begin_test
from gateway.store.interface import Placed, Store
from gateway.store.open import open_store
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site
from tests.gateway.domain.room_test.curve import curve

ZAAL = RoomSlug("grote-zaal")
TESTS = f"/api/v1/rooms/{VENUE}/{ZAAL}/tests"
BEGUN = datetime(2026, 11, 23, 10, tzinfo=UTC)


class SetClock(Clock):
    """Shows the moment that a test began, and then what it is moved on to."""

    passed: ClassVar[float] = 0.0

    def now_ns(self) -> int:
        return to_ns(BEGUN) + int(type(self).passed * 1e9)

    def advance(self, seconds: float) -> None:
        type(self).passed += seconds


@pytest.fixture
def clock() -> SetClock:
    SetClock.passed = 0.0
    return SetClock()


@pytest.fixture
def here(make_site: SiteMaker, clock: SetClock) -> Site:
    return make_site(clock)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(StoreSettings(), tmp_path)
    yield opened
    opened.close()


def air(at_s: float, ppm: float, device: str = "co2-01") -> Placed:
    at_ns = to_ns(BEGUN) + int(at_s * 1e9)
    return Placed(
        ZAAL, AirReading(VENUE, DeviceSlug(device), at_ns, at_ns, ts_given=True, co2_ppm=ppm)
    )


def sent(store: Store, ppm: float, until_s: float = 0.0) -> None:
    """Ten minutes of readings that do not change, the last just before a moment from the begin on."""
    store.write([air(until_s - 10.0 * number, ppm) for number in range(60, 0, -1)])


def begin(site: Site) -> str:
    with site.database.write() as conn:
        asked = RoomTest("", VENUE, ZAAL, "windows shut", "anna", BEGUN, 210.0)
        return begin_test(conn, asked).id


def told(site: Site, test: str) -> dict[str, Any]:
    answer = site.call("GET", f"/api/v1/tests/{test}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = msgspec.json.decode(answer.data)
    return found


def test_it_is_begun_runs_and_only_one_at_a_time(here: Site, store: Store) -> None:
    sent(store, 1400.0)
    made = here.call("POST", TESTS, {"conditions": "windows shut"})
    assert made.status_code == 201
    body = msgspec.json.decode(made.data)
    assert made.headers["Location"] == f"/api/v1/tests/{body['id']}"
    assert (body["state"], body["conditions"], body["by"]) == ("running", "windows shut", "anna")
    assert body["air_changes_per_h"] is None
    assert told(here, body["id"])["state"] == "running"


def test_its_end_is_kept_as_the_readings_show_it(here: Site, store: Store, clock: SetClock) -> None:
    test = begin(here)
    store.write([air(s.at_s, s.ppm) for s in curve(lambda _: 3.0)])
    clock.advance(4000.0)
    found = told(here, test)
    assert found["state"] == "done", found
    assert found["low"] <= 3.0 <= found["high"]
    assert found["high"] / found["low"] <= 1.25
    assert found["flow_lps"] == pytest.approx(found["air_changes_per_h"] * 210.0 / 3.6, rel=0.001)
    assert found["device"] == "co2-01"
    assert found["ended"] < "2026-11-23T10:31:00Z"
    store.write([air(s.at_s, 2000.0, "co2-02") for s in curve(lambda _: 9.0, every_s=5.0)])
    assert told(here, test) == found
    listed = msgspec.json.decode(here.call("GET", TESTS).data)
    assert listed == {"tests": [found]}


def test_a_door_that_opened_is_refused_with_its_reason(
    here: Site, store: Store, clock: SetClock
) -> None:
    test = begin(here)
    store.write([air(s.at_s, s.ppm) for s in curve(lambda at_s: 6.6 if at_s > 700 else 3.0)])
    clock.advance(4000.0)
    found = told(here, test)
    assert (found["state"], found["reason"]) == ("refused", "changed")
    assert found["air_changes_per_h"] is found["low"] is found["flow_lps"] is None


def test_who_is_counted_in_ends_it(here: Site, store: Store, clock: SetClock) -> None:
    test = begin(here)
    store.write([air(s.at_s, s.ppm) for s in curve(lambda _: 3.0)])
    at_ns = to_ns(BEGUN + timedelta(seconds=400))
    count = PeopleReading(VENUE, DeviceSlug("camera"), at_ns, at_ns, ts_given=True, count=2)
    store.write([Placed(ZAAL, count)])
    clock.advance(500.0)
    assert told(here, test)["reason"] == "people"


def test_it_is_stopped_with_what_it_has(here: Site, store: Store, clock: SetClock) -> None:
    test = begin(here)
    sent(store, 1400.0, 10.0)
    clock.advance(60.0)
    stopped = msgspec.json.decode(here.call("POST", f"/api/v1/tests/{test}/stop").data)
    assert (stopped["state"], stopped["reason"]) == ("refused", "too_few")
    again = here.call("POST", TESTS, {"conditions": "windows shut"})
    assert again.status_code == 201


def test_another_waits_for_the_one_that_goes_on(here: Site, store: Store, clock: SetClock) -> None:
    first = begin(here)
    clock.advance(60.0)
    assert here.call("POST", TESTS, {"conditions": "windows open"}).status_code == 409
    clock.advance(5000.0)
    unready = here.call("POST", TESTS, {"conditions": "windows open"})
    assert (unready.status_code, "no_sensor" in unready.text) == (409, True)
    sent(store, 1400.0, 5060.0)
    second = here.call("POST", TESTS, {"conditions": "windows open"})
    assert second.status_code == 201
    assert msgspec.json.decode(second.data)["id"] != first


@pytest.mark.parametrize(
    ("ppm", "until_s", "code"),
    [
        (None, 0.0, "no_sensor"),
        (1400.0, -900.0, "silent"),
        (500.0, 0.0, "too_little"),
        (5200.0, 0.0, "too_much"),
    ],
)
def test_a_room_that_is_not_ready_is_refused_with_what_to_do(
    here: Site, store: Store, ppm: float | None, until_s: float, code: str
) -> None:
    if ppm is not None:
        sent(store, ppm, until_s)
    answer = here.call("POST", TESTS, {"conditions": "windows shut"})
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    problem = msgspec.json.decode(answer.data)
    assert problem["detail"].startswith("this room is not ready for a test: ")
    assert problem["detail"].endswith(f" ({code})")
    assert msgspec.json.decode(here.call("GET", TESTS).data) == {"tests": []}


def test_what_is_not_there_is_not_tested(here: Site, database: Database) -> None:
    del database
    nowhere = here.call("POST", f"/api/v1/rooms/{VENUE}/kelder/tests", {"conditions": "dicht"})
    assert nowhere.status_code == 404
    assert here.call("GET", "/api/v1/tests/0123").status_code == 404
    assert here.call("POST", TESTS, {"conditions": ""}).status_code == 422
