"""Histories of a venue at random: reports of meetings as their records keep them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.outcome import Outcome
from gateway.domain.report.presence import Presence
from gateway.domain.report.report import Basis, Curves, Report
from gateway.domain.report.sensor import SensorUse
from sensors.wire.instant import to_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
STRICT = Policy("nl-strict", co2_limit_ppm=800.0, min_flow_lps=12.0, kind="law")

outcomes = st.builds(
    Outcome,
    verdict=st.sampled_from(["kept", "not_kept", "cannot_say", None]),
    limit=st.just(1200.0),
    minutes_over=st.one_of(st.none(), st.floats(0, 300)),
    worst=st.one_of(st.none(), st.floats(400, 3000)),
    mean=st.one_of(st.none(), st.floats(0, 200)),
    known_share=st.floats(0, 1),
)
actions = st.builds(
    FlagAction,
    st.just(FIRST),
    st.sampled_from(["fired", "told", "acknowledged", "resolved"]),
    st.sampled_from(["", "organiser", "manager", "els@example.org", "Els"]),
)
flags = st.builds(
    FlagHistory,
    st.just("flag"),
    st.sampled_from(["co2", "occupancy", "no_data", "sensor_fault"]),
    st.just(FIRST),
    st.just(FIRST),
    st.none(),
    st.none(),
    st.lists(actions, max_size=3).map(tuple),
)
sensors = st.builds(
    SensorUse,
    st.just(DeviceSlug("co2-01")),
    st.just("air"),
    st.none(),
    st.just(10.0),
    st.one_of(st.none(), st.integers(0, 1000)),
    st.integers(0, 1000),
    st.just(20.0),
)
ROOM = RoomSlug("zaal")
KEPT_PEOPLE = Outcome("kept", limit=20.0, mean=12.0, known_share=1.0)
KEPT_AIR = Outcome("kept", limit=1200.0, minutes_over=0.0, known_share=1.0)
NO_LIMIT = Outcome(None, "no_limit")


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """One meeting of the season, with a title that nobody else should read."""
    start = FIRST + timedelta(minutes=draw(st.integers(0, 110 * 24 * 60)))
    end = start + timedelta(seconds=draw(st.integers(0, 8 * 3600)))
    co2, flow, occupancy = (draw(outcomes) for _ in range(3))
    return a_report(
        start=start,
        end=end,
        basis=draw(st.sampled_from(["counted", "partly", "planned", "nobody"])),
        room=RoomSlug(draw(st.sampled_from(["zaal", "kamer"]))),
        policy=draw(st.sampled_from([DEFAULT, STRICT])),
        occupancy=occupancy,
        co2=co2,
        flow=flow,
        people_by_air=draw(st.one_of(st.none(), st.floats(0, 50))),
        sensors=tuple(draw(st.lists(sensors, max_size=2))),
        flags=tuple(draw(st.lists(flags, max_size=3))),
    )


def a_report(
    *,
    start: datetime = FIRST + timedelta(days=3, hours=18),
    end: datetime | None = None,
    basis: Any = "counted",
    room: RoomSlug = ROOM,
    policy: Policy = DEFAULT,
    occupancy: Outcome = KEPT_PEOPLE,
    co2: Outcome = KEPT_AIR,
    flow: Outcome = NO_LIMIT,
    people_by_air: float | None = None,
    sensors: tuple[SensorUse, ...] = (),
    flags: tuple[FlagHistory, ...] = (),
) -> Report:
    """A meeting of two hours that kept to everything, but for what is given."""
    end = start + timedelta(hours=2) if end is None else end
    span = (to_ns(start), to_ns(start), to_ns(end))
    return Report(
        meeting=f"m-{to_ns(start)}",
        title="Jubileum van Els",
        venue=VenueSlug("de-kade"),
        venue_name="De Kade",
        room=room,
        room_name="Zaal",
        timezone="Europe/Amsterdam",
        planned_start=start,
        planned_end=end,
        expected_people=None,
        presence=Presence(start, end, basis),
        policy=policy,
        occupancy=occupancy,
        co2=co2,
        flow=flow,
        ventilation=co2,
        people_by_air=people_by_air,
        sensors=sensors,
        flags=flags,
        basis=Basis(*span, readings=0, sha256=""),
        curves=Curves(),
    )
