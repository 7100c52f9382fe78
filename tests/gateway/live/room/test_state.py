"""What a room's state says of its air: the figures, rounded, and nothing that is not known any more."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gateway.domain.room_state import ForecastView, RoomState, VentilationView, decode_state, encode
from gateway.live.room.air import RoomAir
from gateway.live.room.state import RoomView
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.rooms import put_room, put_venue
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns, from_wire
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.aired import (
    Spell,
    aired_database,
    aired_room,
    hours,
    long_meeting,
    put_meetings,
    told_flow,
)
from tests.gateway.live_venue import START, Gateway, StandingClock, air, count, meeting, minute


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    database = aired_database(tmp_path)
    put_meetings(database, long_meeting())
    return Gateway(database)


def passed(gateway: Gateway, readings: Iterable[Placed]) -> RoomState:
    entries = list(readings)
    at = max(from_ns(entry.reading.arrived_ns) for entry in entries)
    gateway.take(*entries, now=(at - START).total_seconds() / 60)
    return serre(gateway)


def serre(gateway: Gateway) -> RoomState:
    (found,) = [state for state in gateway.live.states() if state.room == "serre"]
    return found


def air_of(gateway: Gateway) -> RoomAir:
    return gateway.live._rooms.rooms[VenueSlug("de-kade"), RoomSlug("serre")]._air


def forecast_of(state: RoomState) -> ForecastView:
    assert state.forecast is not None
    return state.forecast


CROWD = Spell(20, 14, 45.0)


def test_what_a_view_keeps_is_what_it_would_make_anew(gateway: Gateway) -> None:
    readings = list(hours(Spell(40, 3, 45.0), Spell(50, 15, 30.0), Spell(40, 0, 150.0)))
    put_meetings(gateway.database, long_meeting(60.0), meeting("m2", 80, 100))
    kept = set()
    for number, entry in enumerate(readings):
        gateway.take(entry, now=(from_ns(entry.reading.arrived_ns) - START).total_seconds() / 60)
        if number == 100:
            with gateway.database.write() as conn:
                put_room(conn, aired_room(name="Wintertuin", seats=9, policy="who-10"))
        gateway.live.refresh()
        gateway.live.tick()
        for key, room in gateway.live._rooms.rooms.items():
            found = gateway.live.state(key)
            view = RoomView(room, "gw")
            assert found == view.at(StandingClock.at)
            bare = msgspec.structs.replace(found, forecast=None)
            assert bare == view.without_forecast(StandingClock.at)
            assert gateway.live.rendered(key).payload == encode(found)
            kept.add((found.name, found.meeting is None, found.forecast is None))
    assert len(kept) >= 5


class TestWhatIsKnown:
    def test_flow_and_litres_per_person_lie_within_their_intervals(self, gateway: Gateway) -> None:
        found = passed(gateway, hours(replace(CROWD, minutes=50))).ventilation
        assert found is not None
        flow_lps, low_lps, high_lps = told_flow(found)
        assert low_lps <= flow_lps <= high_lps
        assert found.per_person_lps is not None
        assert found.per_person_low_lps is not None
        assert found.per_person_high_lps is not None
        assert found.per_person_low_lps <= found.per_person_lps <= found.per_person_high_lps
        assert found.per_person_lps == pytest.approx(flow_lps / 14, rel=0.2)

    def test_nobody_in_has_no_litres_per_person(self, gateway: Gateway) -> None:
        state = passed(gateway, hours(replace(CROWD, minutes=50), Spell(40, 0, 45.0)))
        assert state.ventilation is not None
        assert state.ventilation.per_person_lps is None
        assert state.ventilation.per_person_low_lps is None
        assert state.compliance is not None
        assert state.compliance.legal.verdict == "cannot_say"

    def test_people_are_estimated_on_a_counter_or_by_the_air_alone(self, gateway: Gateway) -> None:
        by_counter = passed(gateway, hours(CROWD)).people_estimate
        assert by_counter is not None
        assert by_counter.basis == "counter"
        assert by_counter.low <= by_counter.people <= by_counter.high
        assert by_counter.people == pytest.approx(14, abs=2)

    def test_without_a_counter_the_air_speaks(self, gateway: Gateway) -> None:
        uncounted = replace(CROWD, counted=False, minutes=40)
        state = passed(gateway, hours(uncounted))
        assert state.people is None
        assert state.people_estimate is not None
        assert state.people_estimate.basis == "air"

    def test_figures_are_those_their_doubt_leaves(self, gateway: Gateway) -> None:
        found = passed(gateway, hours(replace(CROWD, minutes=50))).ventilation
        assert found is not None
        figures = [one for one in msgspec.to_builtins(found).values() if type(one) is float]
        assert len(figures) == 6
        for figure in figures:
            assert figure == float(f"{figure:.2g}")

    def test_a_flow_that_is_changing_is_told_without_figures(self, gateway: Gateway) -> None:
        passed(gateway, hours(replace(CROWD, minutes=50)))
        air = air_of(gateway)
        assert air.estimate is not None
        air.estimate = air.estimate._replace(changing=True)
        assert serre(gateway).ventilation == VentilationView(None, None, None, changing=True)

    def test_what_each_person_gets_is_told_where_the_flow_is_not_known(
        self, gateway: Gateway
    ) -> None:
        known = passed(gateway, hours(replace(CROWD, minutes=50))).ventilation
        assert known is not None
        assert known.per_person_lps is not None
        air = air_of(gateway)
        assert air.estimate is not None
        air.estimate = air.estimate._replace(flow_lps=None)
        assert serre(gateway).ventilation == msgspec.structs.replace(
            known, flow_lps=None, low_lps=None, high_lps=None
        )
        air.estimate = air.estimate._replace(per_person_lps=None)
        assert serre(gateway).ventilation is None

    def test_what_the_air_is_as_fresh_as_is_told(self, gateway: Gateway) -> None:
        outdoor_air = passed(gateway, hours(replace(CROWD, minutes=50))).ventilation
        assert outdoor_air is not None
        assert (outdoor_air.basis, outdoor_air.changing) == ("outdoors", False)
        air = air_of(gateway)
        assert air.estimate is not None
        air.estimate = air.estimate._replace(basis="room_base")
        of_the_house = serre(gateway).ventilation
        assert of_the_house == msgspec.structs.replace(outdoor_air, basis="room_base")

    def test_the_state_is_one_json_there_and_back(self, gateway: Gateway) -> None:
        state = passed(gateway, hours(replace(CROWD, minutes=30)))
        assert decode_state(encode(state)) == state
        assert len(encode(state)) < 4096


class TestWhatIsOld:
    def test_a_sensor_that_is_silent_takes_all_of_it_along(self, gateway: Gateway) -> None:
        known = passed(gateway, hours(replace(CROWD, minutes=30)))
        assert None not in (known.ventilation, known.forecast, known.outdoor_ppm)
        assert known.advice
        gateway.tick(36)
        old = serre(gateway)
        assert (old.ventilation, old.forecast, old.outdoor_ppm) == (None, None, None)
        assert old.people_estimate is None
        assert old.compliance is not None
        assert old.compliance.healthy.verdict == "cannot_say"

    def test_a_broken_limit_still_asks_for_windows_and_names_no_figures(
        self, gateway: Gateway
    ) -> None:
        passed(gateway, hours(Spell(40, 16, 30.0)))
        gateway.tick(46)
        assert serre(gateway).advice == ({"code": "open_windows"},)

    def test_looking_changes_nothing(self, gateway: Gateway) -> None:
        passed(gateway, hours(replace(CROWD, minutes=30)))
        gateway.tick(36)
        once, twice = serre(gateway), serre(gateway)
        assert once == twice


class TestTheForecast:
    def test_minutes_to_the_limit_count_down_to_the_crossing(self, gateway: Gateway) -> None:
        told, crossed = [], None
        for entry in hours(replace(CROWD, minutes=45)):
            state = passed(gateway, [entry])
            at = (StandingClock.at - START).total_seconds() / 60
            if state.co2_ppm is not None and state.co2_ppm > 1200 and crossed is None:
                crossed = at
            if state.forecast is not None and state.forecast.minutes:
                told.append((at, state.forecast))
        assert crossed is not None
        late = [(at, f) for at, f in told if crossed - 12 <= at <= crossed - 3]
        assert len(late) > 10
        for at, said in late:
            assert said.minutes is not None
            assert said.low_minutes is not None
            assert at + said.low_minutes - 1 <= crossed
            assert said.high_minutes is None or crossed <= at + said.high_minutes + 1
        assert late[0][1].minutes > late[-1][1].minutes  # type: ignore[operator]

    def test_over_the_limit_it_is_now(self, gateway: Gateway) -> None:
        state = passed(gateway, hours(Spell(45, 16, 30.0)))
        told = forecast_of(state)
        assert (told.limit_ppm, told.minutes, told.low_minutes, told.high_minutes) == (
            1200,
            0,
            0,
            0,
        )

    def test_a_room_that_never_comes_there_has_no_time_for_it(self, gateway: Gateway) -> None:
        told = forecast_of(passed(gateway, hours(Spell(45, 5, 120.0))))
        assert (told.limit_ppm, told.minutes) == (1200, None)

    def test_the_path_is_short_whole_and_ends_with_the_meeting(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, meeting("m1", 0, 66))
        gateway.live.refresh()
        told = forecast_of(passed(gateway, hours(CROWD)))
        left_min = round((minute(66) - from_wire(told.at)).total_seconds() / 60)
        assert [point[0] for point in told.path] == [0, 5, 10, 15, 20, 30, 40, left_min]
        for point in told.path:
            assert all(figure == round(figure) for figure in point)
            _, ppm, low, high = point
            assert low <= ppm <= high

    def test_the_limit_is_that_of_the_policy_in_force(self, gateway: Gateway) -> None:
        passed(gateway, hours(CROWD))
        with gateway.database.write() as conn:
            put_meeting(conn, replace(long_meeting(), policy="hse-1500"))
        gateway.live.refresh()
        assert forecast_of(serre(gateway)).limit_ppm == 1500

    def test_a_limit_over_outdoors_counts_from_what_was_learned(self, tmp_path: Path) -> None:
        gateway = Gateway(aired_database(tmp_path, policy="en-16798-1-ii"))
        state = passed(gateway, hours(CROWD))
        assert state.outdoor_ppm is not None
        assert forecast_of(state).limit_ppm == pytest.approx(state.outdoor_ppm + 800, abs=1)

    def test_a_policy_of_fresh_air_alone_has_no_limit_to_come_to(self, tmp_path: Path) -> None:
        gateway = Gateway(aired_database(tmp_path, policy="who-10"))
        told = forecast_of(passed(gateway, hours(CROWD)))
        assert (told.limit_ppm, told.minutes) == (None, None)
        assert len(told.path) > 5


class TestStanding:
    def test_a_room_can_be_legal_and_not_healthy(self, gateway: Gateway) -> None:
        found = passed(gateway, hours(Spell(60, 10, 65.0))).compliance
        assert found is not None
        assert (found.legal.policy, found.legal.verdict) == ("nl-bbl-assembly", "kept")
        assert (found.healthy.policy, found.healthy.verdict) == ("who-10", "not_kept")
        assert found.healthy.limit == 10
        assert found.healthy.value == pytest.approx(6.5, rel=0.3)

    def test_the_venue_names_the_two(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            venue = gateway.live._rooms.configuration.venues[VenueSlug("de-kade")]
            put_venue(conn, replace(venue, legal_policy="be-b-1200", healthy_policy="en-16798-1-i"))
        gateway.live.refresh()
        found = passed(gateway, hours(CROWD)).compliance
        assert found is not None
        assert (found.legal.policy, found.healthy.policy) == ("be-b-1200", "en-16798-1-i")
        assert (found.legal.name, found.healthy.name) == (None, None)


class TestAdvice:
    def test_a_limit_that_comes_near_is_said_before_it_is_there(self, gateway: Gateway) -> None:
        state = passed(gateway, hours(Spell(14, 16, 40.0)))
        assert state.co2_ppm is not None
        assert state.co2_ppm < 1200
        assert [said["code"] for said in state.advice] == ["open_windows"]

    def test_too_many_people_are_told_at_once(self, gateway: Gateway) -> None:
        gateway.take(air(1, 600), count(1, 18), now=1)
        assert serre(gateway).advice == ({"code": "at_most", "people": 16},)

    def test_it_is_gone_when_the_windows_did_their_work(self, gateway: Gateway) -> None:
        crowded = passed(gateway, hours(Spell(30, 14, 40.0), Spell(30, 14, 280.0)))
        assert [said["code"] for said in crowded.advice] == []

    def test_another_policy_asks_for_something_else(self, gateway: Gateway) -> None:
        passed(gateway, hours(Spell(40, 10, 60.0)))
        assert serre(gateway).flags == ()
        with gateway.database.write() as conn:
            put_room(conn, aired_room(policy="nl-frisse-scholen-a"))
        gateway.live.refresh()
        assert {flag.rule for flag in serre(gateway).flags} == {"co2", "ventilation"}
        assert serre(gateway).advice[0]["code"] == "open_windows"
