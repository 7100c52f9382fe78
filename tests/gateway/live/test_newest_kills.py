"""A room shows the same whether the gateway was killed or not, whatever came and whenever it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.registry.devices import place, take_down
from gateway.registry.live.operator_requests import ask_people
from gateway.registry.rooms import put_room
from gateway.store.interface import Placed
from sensors.wire.instant import to_ns
from sensors.wire.reading import PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import aired_database, aired_room
from tests.gateway.live_venue import (
    NO_BACKLOG,
    START,
    Gateway,
    StandingClock,
    air,
    count,
    door,
    minute,
)

FAST = 1e5
"""So that an hour on the clock is no absence of the gateway."""
SERRE = (VenueSlug("de-kade"), RoomSlug("serre"))


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


Move = tuple[str, Any]

moves = st.one_of(
    st.tuples(st.just("air"), st.sampled_from([600.0, 1050.0, 1150.0, 1250.0])),
    st.tuples(st.just("late"), st.sampled_from([600.0, 1300.0])),
    st.tuples(st.just("count"), st.integers(0, 18)),
    st.tuples(st.just("door"), st.integers(0, 9)),
    st.tuples(st.just("motion"), st.integers(0, 1)),
    st.tuples(st.just("set"), st.integers(0, 18)),
    st.tuples(st.just("hang"), st.booleans()),
    st.tuples(st.just("room"), st.integers(4, 30)),
    st.tuples(st.just("tick"), st.none()),
    st.tuples(st.just("written"), st.none()),
)
story = st.lists(
    st.tuples(st.sampled_from([0.1, 0.5, 1.0, 3.0, 6.0]), moves, st.booleans()),
    min_size=1,
    max_size=20,
)


def entry(at: float, move: Move) -> Placed | None:
    kind, value = move
    if kind == "late":
        return air(at - 2, value, arrived=at)
    if kind == "air":
        return air(at, value)
    if kind == "count":
        return count(at, value)
    if kind == "motion":
        at_ns = to_ns(minute(at))
        moved = PeopleReading(SERRE[0], DeviceSlug("pir-01"), at_ns, at_ns, True, motion=value)
        return Placed(SERRE[1], moved)
    return door(at, 20 + int(10 * at), value) if kind == "door" else None


def done(gateway: Gateway, at: float, move: Move) -> None:
    """One move, with the clock ticking as the gateway's own loop has it."""
    kind, value = move
    StandingClock.at = minute(at)
    gateway.take()
    gateway.live.tick()
    came = entry(at, move)
    if came is not None:
        gateway.take(came)
    elif kind == "written":
        gateway.second_later()
    elif kind != "tick":
        with gateway.database.write() as conn:
            if kind == "set":
                ask_people(conn, *SERRE, value, "anna", minute(at))
            elif kind == "room":
                put_room(conn, aired_room(seats=value))
            elif value:
                place(conn, SERRE[0], DeviceSlug("co2-01"), SERRE[1], minute(at))
            else:
                take_down(conn, SERRE[0], DeviceSlug("co2-01"), minute(at))
        gateway.live.refresh()
        gateway.second_later()  # of a configuration the journal knows nothing


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(story)
def test_a_kill_at_any_instant_changes_nothing_of_a_room(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[float, Move, bool]]
) -> None:
    pace = replace(NO_BACKLOG, checkpoint_every=timedelta(minutes=4), checkpoint_every_s=0.0)
    gateways = []
    for name in ("never", "often"):
        StandingClock.at = START
        gateways.append(Gateway(aired_database(tmp_path_factory.mktemp(name)), FAST, pace))
        gateways[-1].second_later()  # since when it is watched, is written
    never, often = gateways
    at = 1.0
    for wait, move, killed in moves:
        at += wait
        for gateway in gateways:
            done(gateway, at, move)
        if killed:
            often.restarted()
            for gateway in gateways:
                gateway.take()
                gateway.live.tick()
            rooms = [
                {key: room.newest for key, room in gateway.live._rooms.rooms.items()}
                for gateway in gateways
            ]
            assert rooms[0] == rooms[1]
            assert often.live.states() == never.live.states()
