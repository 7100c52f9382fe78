"""What a live room learns from its readings, people, meetings and its own past."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.domain.room_state import RoomState, VentilationView
from gateway.live.judged import Judged
from gateway.live.pace import Pace
from gateway.live.room.air import RoomAir
from gateway.registry.rooms import put_room
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.aired import (
    Spell,
    aired_database,
    aired_room,
    hours,
    long_meeting,
    put_meetings,
    told_flow,
)
from tests.gateway.live_venue import START, Gateway, StandingClock, air, count, door, minute

DAY_MIN = 24 * 60.0
CROWD = Spell(60, 12, 60.0)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(aired_database(tmp_path))


def passed(gateway: Gateway, readings: Iterable[Placed]) -> Judged:
    """Take all of them, the clock at the last."""
    entries = list(readings)
    at = max(from_ns(entry.reading.arrived_ns) for entry in entries)
    return gateway.take(*entries, now=(at - START).total_seconds() / 60)


def serre(gateway: Gateway) -> RoomState:
    (found,) = [state for state in gateway.live.states() if state.room == "serre"]
    return found


def air_of(gateway: Gateway) -> RoomAir:
    return gateway.live._rooms.rooms[VenueSlug("de-kade"), RoomSlug("serre")]._air


def fresh_air(gateway: Gateway) -> VentilationView:
    found = serre(gateway).ventilation
    assert found is not None
    return found


def narrow(found: VentilationView) -> float:
    """How many times the low end the high end is."""
    _, low_lps, high_lps = told_flow(found)
    return high_lps / low_lps


class TestTheEstimate:
    def test_the_flow_of_a_crowded_hour_is_found_with_its_interval(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD))
        found = fresh_air(gateway)
        flow_lps, low_lps, high_lps = told_flow(found)
        assert flow_lps == pytest.approx(60, rel=0.3)
        assert low_lps <= 60 <= high_lps
        assert found.per_person_lps == pytest.approx(5.0, rel=0.3)

    def test_windows_that_open_show_within_minutes(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD, Spell(8, 12, 260.0)))
        assert told_flow(fresh_air(gateway)).value > 130

    def test_nothing_is_said_of_a_room_without_a_size(self, tmp_path: Path) -> None:
        gateway = Gateway(aired_database(tmp_path, volume_m3=None, floor_area_m2=None))
        passed(gateway, hours(CROWD))
        state = serre(gateway)
        assert (state.ventilation, state.forecast, state.people_estimate) == (None, None, None)
        assert state.outdoor_ppm is None

    def test_a_room_that_loses_its_size_says_nothing_any_more(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD))
        with gateway.database.write() as conn:
            put_room(conn, aired_room(volume_m3=None, floor_area_m2=None))
        gateway.live.refresh()
        gateway.take(air(60.2, 900), now=60.2)
        assert serre(gateway).forecast is None

    def test_the_floor_stands_for_a_volume_nobody_gave(self, tmp_path: Path) -> None:
        gateway = Gateway(aired_database(tmp_path, volume_m3=None))  # 36 m2 by 2.8 m
        passed(gateway, hours(CROWD))
        assert fresh_air(gateway).flow_lps == pytest.approx(60, rel=0.3)

    def test_what_the_group_does_counts(self, tmp_path: Path) -> None:
        found = {}
        for activity in ("quiet", "active"):
            (tmp_path / activity).mkdir()
            database = aired_database(tmp_path / activity)
            put_meetings(database, long_meeting(activity=activity))
            gateway = Gateway(database)
            passed(gateway, hours(CROWD))
            found[activity] = told_flow(fresh_air(gateway)).value
        # The table says 1.67; the readings themselves pull towards what people really gave off.
        assert 1.25 < found["active"] / found["quiet"] < 2.0

    def test_hours_of_silence_begin_anew(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD))
        known = narrow(fresh_air(gateway))
        gateway.take(count(60 + 7 * 60, 12), air(60 + 7 * 60, 600), now=60 + 7 * 60)
        found = serre(gateway).ventilation
        assert found is None or narrow(found) > 2 * known


class TestTwoSensors:
    def test_that_disagree_are_one_room(self, gateway: Gateway) -> None:
        """Taken at face value a step of 80 ppm every ten seconds would be a storm."""
        one = hours(CROWD, seed=1)
        other = hours(
            replace(CROWD, counted=False),
            begin=1 / 6,
            seed=2,
            device=DeviceSlug("co2-99"),
            offset_ppm=80.0,
        )
        both = sorted([*one, *other], key=lambda entry: entry.reading.at_ns)
        passed(gateway, both)
        flow_lps, low_lps, high_lps = told_flow(fresh_air(gateway))
        assert flow_lps == pytest.approx(60, rel=0.3)
        assert low_lps <= 60 <= high_lps

    def test_their_disagreement_is_no_error_of_the_forecast(self, gateway: Gateway) -> None:
        one = hours(CROWD, seed=1, every_s=80.0)
        other = hours(
            replace(CROWD, counted=False), begin=2 / 3, seed=2, device=DeviceSlug("co2-99"), offset_ppm=200.0,
            every_s=80.0,
        )  # fmt: skip
        outcome = passed(gateway, sorted([*one, *other], key=lambda e: e.reading.at_ns))
        assert len(outcome.misses) > 20
        assert sum(miss.told_ppm for miss in outcome.misses) / len(outcome.misses) < 80


class TestLateReadings:
    def test_never_turn_the_estimate_back(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD))
        before, state = air_of(gateway).snapshot(), serre(gateway)
        late = [air(m, 2000, arrived=60, device=DeviceSlug("co2-02")) for m in (5, 20, 59)]
        gateway.take(*late, now=60 - 1 / 3)
        assert air_of(gateway).snapshot() == before
        assert serre(gateway) == state

    def test_in_another_order_change_nothing(self, tmp_path: Path) -> None:
        states = []
        for name, step in (("up", 1), ("down", -1)):
            (tmp_path / name).mkdir()
            gateway = Gateway(aired_database(tmp_path / name))
            whole = list(hours(CROWD))
            kept = [e for i, e in enumerate(whole) if i % 7]
            passed(gateway, [*kept, *[e for i, e in enumerate(whole) if not i % 7][::step]])
            states.append((serre(gateway), air_of(gateway).snapshot()))
        assert states[0] == states[1]


class TestItsOwnPast:
    def test_an_hour_of_people_is_remembered_as_the_rooms_flow(self, gateway: Gateway) -> None:
        passed(gateway, hours(Spell(150, 12, 60.0)))
        closed = air_of(gateway).ahead.history.closed
        assert closed is not None
        assert closed.median == pytest.approx(2.16, rel=0.3)  # 60 l/s of 100 m3, an hour
        usual, opened = air_of(gateway).learned.regimes
        assert usual is not None
        assert usual.median == pytest.approx(60, rel=0.3)
        assert opened is None

    def test_windows_seen_open_tell_what_opening_gains(self, tmp_path: Path) -> None:
        database = aired_database(tmp_path)
        put_meetings(database, long_meeting(60 * 14))
        gateway = Gateway(database)
        for day in range(3):
            passed(gateway, hours(Spell(90, 14, 40.0), Spell(60, 14, 260.0), begin=day * DAY_MIN))
        closed, opened = air_of(gateway).learned.regimes
        assert closed is not None
        assert opened is not None
        assert opened.median > 2.5 * closed.median
        assert len(air_of(gateway).snapshot()) < 16_000
        passed(gateway, hours(Spell(40, 14, 40.0), begin=3 * DAY_MIN))
        said = serre(gateway).advice[0]
        assert said["code"] == "open_windows"
        assert said["opened_lps"] > 2 * said["flow_lps"]

    def test_what_the_ventilation_was_built_for_is_told_before_the_air_tells(
        self, tmp_path: Path
    ) -> None:
        found = {}
        for name, design_flow_lps in (("blank", None), ("built", 60.0)):
            (tmp_path / name).mkdir()
            gateway = Gateway(aired_database(tmp_path / name, design_flow_lps=design_flow_lps))
            passed(gateway, hours(replace(CROWD, minutes=12)))
            found[name] = serre(gateway).ventilation
        assert found["blank"] is None
        built = told_flow(found["built"])
        assert built.low < CROWD.flow_lps < built.high


class TestOutdoors:
    def test_nights_of_a_sensor_that_reads_high_move_what_it_would_show_outdoors(
        self, gateway: Gateway
    ) -> None:
        for day in range(3):
            night = (air(day * DAY_MIN + m, 478 + m % 5) for m in range(0, 1440, 2))
            passed(gateway, night)
        passed(gateway, hours(Spell(5, 0, 60.0, counted=False), begin=3 * DAY_MIN, offset_ppm=50))
        outdoor_ppm = serre(gateway).outdoor_ppm
        assert outdoor_ppm == pytest.approx(478, abs=12)

    def test_a_limit_above_outdoors_is_the_same_after_a_restart(self, tmp_path: Path) -> None:
        """By the typical outdoor value the limit would be at 1230 ppm, and broken at once."""
        gateway = Gateway(aired_database(tmp_path, policy="en-16798-1-ii"), 1e5)
        for day in range(3):
            passed(gateway, (air(day * DAY_MIN + m, 478 + m % 5) for m in range(0, 1440, 2)))
        passed(gateway, (air(3 * DAY_MIN + m / 6, 1245) for m in range(12)))
        assert serre(gateway).flags == ()
        gateway.second_later()
        gateway.restarted()
        assert serre(gateway).flags == ()

    def test_until_then_it_is_what_outdoor_air_is(self, gateway: Gateway) -> None:
        passed(gateway, hours(Spell(2, 0, 60.0)))
        assert serre(gateway).outdoor_ppm == pytest.approx(435, abs=20)


class TestTheScore:
    def test_every_forecast_is_scored_once_also_over_a_restart(self, tmp_path: Path) -> None:
        seldom = Pace(checkpoint_every=timedelta(days=1))  # so that all is heard again
        counted = {}
        whole = list(hours(CROWD))
        for name in ("never", "often"):
            (tmp_path / name).mkdir()
            gateway = Gateway(aired_database(tmp_path / name), 1e5, seldom)
            counted[name] = 0
            for begin in range(0, len(whole), 24):
                counted[name] += len(passed(gateway, whole[begin : begin + 24]).misses)
                gateway.second_later()
                if name == "often":
                    gateway.restarted()
            assert counted[name] == air_of(gateway).ahead.skill.scored
        assert counted["never"] == counted["often"] > 30

    def test_it_is_told_once_enough_was_scored(self, gateway: Gateway) -> None:
        whole = list(hours(CROWD))
        passed(gateway, whole[:80])  # twenty minutes
        told = serre(gateway).forecast
        assert told is not None
        assert told.typical_error_ppm is None
        passed(gateway, whole[80:])
        told = serre(gateway).forecast
        assert told is not None
        assert told.typical_error_ppm is not None
        assert 0 < told.typical_error_ppm <= 150


class TestSamples:
    def test_what_is_stored_of_a_room_carries_its_air(self, gateway: Gateway) -> None:
        sample = passed(gateway, hours(CROWD)).samples[-1]
        assert sample.flow_lps == pytest.approx(60, rel=0.3)
        assert sample.flow_low_lps is not None
        assert sample.flow_high_lps is not None
        assert sample.flow_low_lps < 60 < sample.flow_high_lps
        assert sample.per_person_lps == pytest.approx(5, rel=0.3)
        assert sample.people_estimate == pytest.approx(12, abs=2)
        assert sample.people == 12

    def test_nothing_stale_is_stored(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD))
        (silent,) = gateway.take(count(66, 12), now=66).samples
        assert (silent.people, silent.co2_ppm, silent.flow_lps) == (12, None, None)
        assert silent.people_estimate is None
        gateway.take(air(67, 700), now=67)
        uncounted = gateway.take(air(73, 700), now=73).samples[-1]
        assert (uncounted.co2_ppm, uncounted.people) == (700, None)

    def test_what_ends_a_silence_is_stored_however_soon_it_comes(self, gateway: Gateway) -> None:
        passed(gateway, hours(Spell(60, 6, 60.0)))
        (silent,) = gateway.tick(64.7).samples
        assert (silent.level, silent.flow_lps) == ("unknown", None)
        (back,) = gateway.take(air(64.75, 900), now=64.75).samples
        assert (back.level, back.co2_ppm) == ("good", 900)
        assert back.flow_lps is not None
        assert gateway.take(air(64.8, 900), now=64.8).samples == ()

    def test_an_empty_room_is_stored_without_fresh_air_for_each_person(
        self, gateway: Gateway
    ) -> None:
        passed(gateway, hours(CROWD))
        (left,) = gateway.take(count(60, 0), now=60).samples
        assert (left.people, left.people_estimate, left.per_person_lps) == (0, 0, None)
        assert left.flow_lps == pytest.approx(60, rel=0.3)
        told = serre(gateway).ventilation
        assert told is not None
        assert told.per_person_lps is None

    def test_a_room_that_empties_by_its_door_is_stored_so_too(self, gateway: Gateway) -> None:
        there = [door(-1, 0, 0), door(0, 12, 0), *hours(replace(CROWD, counted=False))]
        passed(gateway, there)
        (left,) = gateway.take(door(60, 12, 12), now=60).samples
        assert (left.people, left.people_estimate, left.per_person_lps) == (0, 0, None)
        assert left.flow_lps is not None

    def test_who_is_counted_in_a_silence_is_stored_every_ten_seconds(
        self, gateway: Gateway
    ) -> None:
        passed(gateway, hours(Spell(60, 6, 60.0)))
        gateway.tick(66)
        counts = [count(66 + s / 60, 12) for s in range(2, 22, 2)]
        assert len(gateway.take(*counts, now=67).samples) == 2


def test_a_reading_from_ahead_is_taken_for_one_of_its_arrival(gateway: Gateway) -> None:
    ahead = AirReading(
        VenueSlug("de-kade"), DeviceSlug("co2-01"), to_ns(minute(9)), to_ns(minute(2)), True, 700.0
    )
    gateway.take(Placed(RoomSlug("serre"), ahead), now=2)
    gateway.take(air(3, 705), now=3)
    told = serre(gateway).forecast
    assert told is not None
    assert told.at == "2026-11-24T09:03:00.000Z"
