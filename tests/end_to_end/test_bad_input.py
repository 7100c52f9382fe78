"""Whatever a device sends: counted by reason, kept for a person, and the next good reading arrives."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway import metrics
from sensors.clock import SYSTEM
from sensors.wire.instant import to_ns, to_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.gateway_alone import Ledger, Publisher
from tests.end_to_end.set_up import set_up
from tests.servers import Broker, wait_until

BASE = "luchtig/devices/de-kade"
AIR = f"{BASE}/co2-03/air"
PEOPLE = f"{BASE}/people-03/people"
RETAINED = f"{BASE}/co2-09/air"

REFUSALS: list[tuple[str, str, bytes, str]] = [
    ("no slug", f"{BASE.replace('kade', 'Kade')}/co2-03/air", b'{"co2_ppm":800}', "bad_topic"),
    ("no leaf", f"{BASE}/co2-03", b'{"co2_ppm":800}', "bad_topic"),
    ("an unknown leaf", f"{BASE}/co2-03/light", b"{}", "bad_topic"),
    ("a level too many", f"{AIR}/raw", b'{"co2_ppm":800}', "bad_topic"),
    ("an empty level", f"{BASE}//air", b'{"co2_ppm":800}', "bad_topic"),
    ("a name that would inject", f"{BASE}/a,b c=1/air", b'{"co2_ppm":800}', "bad_topic"),
    ("5 KiB", AIR, b'{"co2_ppm":800,"x":"' + b"x" * 5_120 + b'"}', "too_large"),
    ("not UTF-8", AIR, b'{"co2_ppm":"\xff\xfe"}', "not_utf8"),
    ("nothing at all", AIR, b"", "not_json"),
    ("not JSON", AIR, b"co2_ppm=800", "not_json"),
    ("half of it", AIR, b'{"co2_ppm":80', "not_json"),
    ("garbage bytes", AIR, bytes(range(1, 128)), "not_json"),
    ("a list", AIR, b"[800]", "not_object"),
    ("a number", AIR, b"800", "not_object"),
    ("null", AIR, b"null", "not_object"),
    ("no co2_ppm", AIR, b'{"temperature_c":21}', "missing_field"),
    ("co2_ppm is null", AIR, b'{"co2_ppm":null}', "missing_field"),
    ("a text", AIR, b'{"co2_ppm":"800"}', "wrong_type"),
    ("a boolean", AIR, b'{"co2_ppm":true}', "wrong_type"),
    ("NaN", AIR, b'{"co2_ppm":NaN}', "not_finite"),
    ("infinity", AIR, b'{"co2_ppm":Infinity}', "not_finite"),
    ("minus infinity", AIR, b'{"co2_ppm":-Infinity}', "not_finite"),
    ("beyond a double", AIR, b'{"co2_ppm":1e999}', "not_finite"),
    ("an optional NaN", AIR, b'{"co2_ppm":800,"temperature_c":NaN}', "not_finite"),
    ("below 0 ppm", AIR, b'{"co2_ppm":-1}', "out_of_range"),
    ("over 40 000 ppm", AIR, b'{"co2_ppm":40001}', "out_of_range"),
    ("a number of 400 digits", AIR, b'{"co2_ppm":' + b"9" * 400 + b"}", "out_of_range"),
    ("a negative count", PEOPLE, b'{"count":-1}', "out_of_range"),
    ("more than 10 000", PEOPLE, b'{"count":10001}', "out_of_range"),
    ("a fraction of a person", PEOPLE, b'{"count":1.5}', "wrong_type"),
    ("neither count nor totals", PEOPLE, b'{"seq":1}', "missing_field"),
    ("one total of two", PEOPLE, b'{"in_total":3}', "missing_field"),
    ("a negative total", PEOPLE, b'{"in_total":3,"out_total":-1}', "out_of_range"),
    ("the future", AIR, b'{"ts":"2099-01-01T00:00:00Z","co2_ppm":800}', "in_future"),
    ("before 2020", AIR, b'{"ts":"1970-01-01T00:00:05Z","co2_ppm":800}', "before_2020"),
    ("a word for a time", AIR, b'{"ts":"yesterday","co2_ppm":800}', "bad_time"),
    ("a time in quotes", AIR, b'{"ts":"1795464000","co2_ppm":800}', "bad_time"),
    ("no status", f"{BASE}/co2-03/status", b"asleep", "bad_status"),
    ("no about", f"{BASE}/co2-03/about", b'"mh-z19b"', "not_object"),
]


@dataclass(frozen=True)
class Bench:
    """A gateway that runs through all of it, and where to look."""

    publisher: Publisher
    ledger: Ledger

    def good_reading(self) -> None:
        """Send one and wait until it is in the store."""
        before = self.ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("serre"))
        ts = to_wire(SYSTEM.now() - timedelta(days=1, seconds=before))
        body = json.dumps({"ts": ts, "co2_ppm": 800}).encode()
        self.publisher.publish_all([(AIR, body)])
        wait_until(
            lambda: (
                self.ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("serre"))
                == before + 1
            ),
            "the next good reading in the store",
        )


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[Bench]:
    publisher = Publisher(broker)
    publisher.publish(RETAINED, b'{"co2_ppm":800}', retain=True).wait_for_publish(60)
    directory = tmp_path_factory.mktemp("bad-input")
    with set_up(directory, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        venue.start("gateway")
        ledger = Ledger(venue.config)
        bench = Bench(publisher, ledger)
        bench.good_reading()
        yield bench
        ledger.close()
    publisher.publish(RETAINED, b"", retain=True).wait_for_publish(60)
    publisher.close()


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [row[1:] for row in REFUSALS],
    ids=[f"{row[3]}: {row[0]}" for row in REFUSALS],
)
def test_a_message_that_cannot_be_taken_is_counted_kept_and_not_in_the_way(
    bench: Bench, topic: str, payload: bytes, reason: str
) -> None:
    before = bench.ledger.counters()
    bench.publisher.publish_all([(topic, payload)])
    bench.good_reading()
    wait_until(
        lambda: bench.ledger.count(metrics.REFUSED, reason) == before[metrics.REFUSED, reason] + 1,
        f"one more {reason}",
    )
    assert bench.ledger.quarantine()[0] == (topic, reason)


def test_a_reading_that_the_broker_replays_as_retained_is_not_new(bench: Bench) -> None:
    bench.good_reading()
    wait_until(lambda: bench.ledger.count(metrics.REFUSED, "retained") == 1, "the retained one")
    assert (RETAINED, "retained") in bench.ledger.quarantine()
    assert bench.ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("-")) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("humidity_pct", b"140"),
        ("temperature_c", b'"warm"'),
        ("seq", b"-3"),
    ],
)
def test_an_optional_value_that_is_wrong_is_left_out_and_counted(
    bench: Bench, field: str, value: bytes
) -> None:
    before = bench.ledger.counters()
    stored = bench.ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("serre"))
    bench.publisher.publish_all(
        [(AIR, b'{"co2_ppm":800,"' + field.encode() + b'":' + value + b"}")]
    )
    wait_until(
        lambda: bench.ledger.count(metrics.DROPPED, field) == before[metrics.DROPPED, field] + 1,
        "the value to be counted",
    )
    wait_until(
        lambda: (
            bench.ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("serre")) == stored + 1
        ),
        "the rest of it",
    )


def test_a_local_time_is_the_venues_and_is_counted_by_device(bench: Bench) -> None:
    local = datetime(2026, 7, 1, 12, 0)
    body = json.dumps({"ts": local.isoformat(" "), "co2_ppm": 811}).encode()
    bench.publisher.publish_all([(AIR, body)])
    label = metrics.device_label("de-kade", "co2-03")
    wait_until(lambda: bench.ledger.count(metrics.ZONE_ASSUMED, label) == 1, "the count")
    at_ns = to_ns(local.replace(tzinfo=ZoneInfo("Europe/Amsterdam")))
    venue = VenueSlug("de-kade")
    wait_until(
        lambda: [*bench.ledger.store.rows("air", venue, None, at_ns, at_ns + 1)],
        "the reading at its own time",
    )
