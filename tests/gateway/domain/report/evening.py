"""A meeting from 19:00 to 20:30 in a room for twelve, minute by minute, for the tests of its report."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.meeting import Meeting
from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.report.flag_history import FlagHistory
from gateway.domain.report.material import Estimate, Material, SetCount, Window
from gateway.domain.report.report import Facts, Report, make_report
from gateway.domain.room import Room, Venue
from sensors.wire.instant import to_ns
from sensors.wire.reading import About, AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

START = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # 19:00 in Amsterdam
END = START + timedelta(minutes=90)
ZONE = ZoneInfo("Europe/Amsterdam")
VENUE = Venue(VenueSlug("de-kade"), "De Kade", reset_at=time(4))
ROOM = Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre", 140.0, 48.0, 12)
MEETING = Meeting(
    "m1", VenueSlug("de-kade"), RoomSlug("serre"), "Ledenavond", START, END, 10, "o@example.org"
)
ABOUTS = {"co2-1": About("mh-z19c", "1.0", 60.0, RoomSlug("serre"))}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def ns(minutes: float) -> int:
    return to_ns(at(minutes))


WINDOW = Window(ns(-60 * 40), ns(-60), ns(90 + 120))


def air(minutes: float, ppm: float, device: DeviceSlug = DeviceSlug("co2-1")) -> AirReading:
    return AirReading(VenueSlug("de-kade"), device, ns(minutes), ns(minutes), True, ppm)


def heads(minutes: float, count: int, device: DeviceSlug = DeviceSlug("cam-1")) -> PeopleReading:
    return PeopleReading(VenueSlug("de-kade"), device, ns(minutes), ns(minutes), True, count=count)


def door(
    minutes: float, came: int, went: int, device: DeviceSlug = DeviceSlug("door-1")
) -> PeopleReading:
    return PeopleReading(
        VenueSlug("de-kade"), device, ns(minutes), ns(minutes), True, in_total=came, out_total=went
    )


def flow(minutes: float, low: float, value: float, high: float, people: int = 10) -> Estimate:
    return Estimate(ns(minutes), people, float(people), value * people, value, low, high)


def every_minute(
    values: Mapping[tuple[float, float], float], device: DeviceSlug = DeviceSlug("co2-1")
) -> tuple[AirReading, ...]:
    """A reading a minute in each span (from, to) of minutes."""
    return tuple(
        air(minute, ppm, device)
        for (begin, end), ppm in values.items()
        for minute in range(round(begin), round(end))
    )


def people_every_minute(values: Mapping[tuple[float, float], int]) -> tuple[PeopleReading, ...]:
    return tuple(
        heads(minute, count)
        for (begin, end), count in values.items()
        for minute in range(round(begin), round(end))
    )


def material(
    air: tuple[AirReading, ...] = (),
    people: tuple[PeopleReading, ...] = (),
    estimates: tuple[Estimate, ...] = (),
    set_counts: tuple[SetCount, ...] = (),
) -> Material:
    return Material(
        VenueSlug("de-kade"), RoomSlug("serre"), WINDOW, air, people, estimates, set_counts
    )


def report(
    made_of: Material,
    policy: Policy = DEFAULT,
    room: Room = ROOM,
    flags: tuple[FlagHistory, ...] = (),
    abouts: Mapping[str, About] = ABOUTS,
) -> Report:
    return make_report(made_of, Facts(MEETING, room, VENUE, ZONE, policy, abouts, flags))


THERE = people_every_minute({(-60, -5): 0, (-5, 95): 10, (95, 130): 0})
FRESH = every_minute({(-60, 210): 700})
