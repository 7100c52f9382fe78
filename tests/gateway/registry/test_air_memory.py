"""What a room's flow has been, read out of what the estimates remember."""

import logging
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from gateway.domain.air.flow_history import BINS, FlowHistory
from gateway.domain.air.outdoor import Night, OutdoorMemory, SensorBaseline
from gateway.registry.live.air_memory import (
    AirMemory,
    find_history,
    find_outdoor_ppm,
    put_memories,
)
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEEN = FlowHistory((1.0,) * BINS, 5.0, ((5.0, 0.3),), 1.0)


def remember(conn: Connection, state: bytes) -> None:
    put_memories(conn, [AirMemory(VenueSlug("de-kade"), "room", "serre", 1, NOW, state)])


def test_it_is_found_among_whatever_else_is_remembered(conn: Connection) -> None:
    remember(conn, msgspec.msgpack.encode({"track": [1, {"a": None}], "history": SEEN, "of": "x"}))
    assert find_history(conn, VenueSlug("de-kade"), RoomSlug("serre")) == SEEN


def test_a_room_that_remembers_nothing_of_it_has_none(conn: Connection) -> None:
    assert find_history(conn, VenueSlug("de-kade"), RoomSlug("serre")) is None
    remember(conn, msgspec.msgpack.encode({"track": [1]}))
    assert find_history(conn, VenueSlug("de-kade"), RoomSlug("serre")) is None


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xff\x00",
        msgspec.msgpack.encode([1, 2]),
        msgspec.msgpack.encode({"history": {"minutes_at": "x"}}),
        msgspec.msgpack.encode({"history": FlowHistory((1.0, 2.0))}),
    ],
    ids=["nothing", "no msgpack", "no map", "another shape", "other bins"],
)
def test_what_cannot_be_read_is_said_in_one_line_and_left(
    conn: Connection, caplog: pytest.LogCaptureFixture, state: bytes
) -> None:
    remember(conn, state)
    with caplog.at_level(logging.WARNING):
        assert find_history(conn, VenueSlug("de-kade"), RoomSlug("serre")) is None
    assert [record.getMessage()[:28] for record in caplog.records] == [
        "what de-kade/serre remembers"
    ]


@given(state=st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_no_bytes_break_it(conn: Connection, state: bytes) -> None:
    remember(conn, state)
    assert find_history(conn, VenueSlug("de-kade"), RoomSlug("serre")) is None


def test_what_a_venue_learned_of_outdoor_air_is_found(conn: Connection) -> None:
    assert find_outdoor_ppm(conn, VenueSlug("de-kade")) is None
    nights = tuple(Night(day, 470.0) for day in range(3))
    learned = OutdoorMemory({"co2-01": SensorBaseline(nights)})
    remember_venue(conn, msgspec.msgpack.encode(learned))
    found = find_outdoor_ppm(conn, VenueSlug("de-kade"))
    assert found is not None
    assert 430.0 < found < 470.0  # one sensor may have an offset of its own


@pytest.mark.parametrize("state", [b"", b"\xc1", msgspec.msgpack.encode(OutdoorMemory())])
def test_of_outdoor_air_nothing_is_known_without_a_night_or_from_damaged_bytes(
    conn: Connection, state: bytes
) -> None:
    remember_venue(conn, state)
    assert find_outdoor_ppm(conn, VenueSlug("de-kade")) is None


def remember_venue(conn: Connection, state: bytes) -> None:
    put_memories(conn, [AirMemory(VenueSlug("de-kade"), "venue", "", 1, NOW, state)])
