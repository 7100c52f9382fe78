"""Three months of meetings for the demo's season, from one equation for each: no readings, only what a
gateway would have put on record.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import exp
from typing import Final
from zoneinfo import ZoneInfo

from gateway.domain.policy import Policy, chosen_policy
from gateway.domain.report.curve import Curve, Stretch, highest, joined
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.outcome import (
    Outcome,
    SensorError,
    Time,
    both,
    judge_co2,
    judge_occupancy,
)
from gateway.domain.report.presence import Presence
from gateway.domain.report.report import Basis, Curves, Report
from gateway.domain.report.sensor import SensorUse
from gateway.domain.room import Room, Venue
from gateway.registry.agenda.reports import Record, put_record
from gateway.registry.database import Database
from gateway.registry.policies import policies_by_slug
from gateway.registry.rooms import all_rooms, all_venues
from gateway.reports.builder import encode_summary
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import DeviceSlug

DAYS: Final = 92
STARTS: Final = (time(9, 30), time(14), time(19, 30))
OUTDOORS_PPM: Final = 430.0
CO2_LPS: Final = 0.005
"""Of somebody who sits and talks: 18 l an hour."""
STEP_S: Final = 60
_NS: Final = 1_000_000_000
NO_LIMIT: Final = Outcome(None, "no_limit")


def put_past(database: Database, today: date) -> int:
    """Put the records of the days before into the database; how many meetings that were."""
    with database.write() as conn:
        policies = policies_by_slug(conn)
        count = 0
        for venue in all_venues(conn):
            for room in all_rooms(conn, venue.slug):
                policy = chosen_policy(policies, room.policy).at(OUTDOORS_PPM)
                for report in past(venue, room, policy, today):
                    put_record(conn, _record(report))
                    count += 1
    return count


def past(venue: Venue, room: Room, policy: Policy, today: date) -> Iterator[Report]:
    """The meetings of a room before a day, the same each time."""
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        dice = random.Random(f"{room.venue}/{room.slug}/{day}")  # noqa: S311 - dice
        for start in STARTS:
            is_busy = dice.random() < (0.4 if day.weekday() < 5 else 0.1)
            if is_busy:
                at = datetime.combine(day, start, ZoneInfo(venue.timezone))
                yield _meeting(venue, room, policy, at, dice)


def _meeting(
    venue: Venue, room: Room, policy: Policy, start: datetime, dice: random.Random
) -> Report:
    end = start + timedelta(minutes=dice.choice((60, 90, 120, 150)))
    seats = room.seats or 10
    people = max(2, round(seats * min(1.1, dice.gauss(0.6, 0.2))))
    changes_per_h = dice.choice((1.5, 3.0, 4.5, 6.0))
    co2 = _co2(room.air_volume_m3 or 100.0, people, changes_per_h, start, end, dice)
    heads = joined([Stretch(to_ns(start), to_ns(end), float(people))])
    span = to_ns(start), to_ns(end)

    def judged(pending_s: float) -> Time:
        return Time(*span, pending_s, policy.clear_s)

    air = judge_co2(co2, policy.co2_limit_ppm, SensorError(), judged(policy.co2_pending_s))
    places = policy.places(room.seats, room.floor_area_m2)
    occupancy = judge_occupancy(heads, places, 0, judged(policy.occupancy_pending_s))
    sent = (span[1] - span[0]) // (30 * _NS)
    return Report(
        meeting=f"demo-{room.slug}-{start:%Y%m%d%H%M}"[:64],
        title="",
        venue=venue.slug,
        venue_name=venue.name,
        room=room.slug,
        room_name=room.name,
        timezone=venue.timezone,
        planned_start=start,
        planned_end=end,
        expected_people=people,
        presence=Presence(start, end, "counted"),
        policy=policy,
        occupancy=occupancy,
        co2=air,
        flow=NO_LIMIT,
        ventilation=both(air, NO_LIMIT, one_suffices=policy.one_suffices),
        people_by_air=None,
        sensors=(
            SensorUse(
                DeviceSlug("co2-01"), "air", None, 30.0, sent, sent - dice.randrange(3), 30.0
            ),
        ),
        flags=_flags(co2, air),
        basis=Basis(span[0], *span, readings=0, sha256=""),
        curves=Curves(),
    )


def _co2(
    volume_m3: float,
    people: int,
    changes_per_h: float,
    start: datetime,
    end: datetime,
    dice: random.Random,
) -> Curve:
    """A room of one zone that people fill with CO2 and fresh air empties; now and then its sensor was
    silent for part of the meeting.
    """
    flow_lps = volume_m3 * changes_per_h / 3.6
    settles_ppm = OUTDOORS_PPM + 1e6 * CO2_LPS * people / flow_lps
    ppm = dice.uniform(450, 650)
    begin_ns, end_ns = to_ns(start), to_ns(end)
    if dice.random() < 0.04:
        begin_ns += round((end_ns - begin_ns) * 0.4)
    edges = [*range(begin_ns, end_ns, STEP_S * _NS), end_ns]
    stays = exp(-changes_per_h * STEP_S / 3600)
    stretches = []
    for from_ns_, to_ns_ in pairwise(edges):
        ppm = settles_ppm + (ppm - settles_ppm) * stays
        stretches.append(Stretch(from_ns_, to_ns_, round(ppm)))
    return joined(stretches)


def _flags(co2: Curve, air: Outcome) -> tuple[FlagHistory, ...]:
    """What was flagged of it and who was told."""
    limit = air.limit
    worst = highest(co2)
    if air.verdict != "not_kept" or limit is None or worst is None:
        return ()
    over = [stretch for stretch in co2 if stretch.value > limit]
    since, until = from_ns(over[0].from_ns), from_ns(over[-1].to_ns)
    told = since + timedelta(minutes=5)
    actions = (
        FlagAction(told, "fired"),
        FlagAction(told + timedelta(minutes=1), "told", "organiser"),
        FlagAction(until, "resolved"),
    )
    return (FlagHistory("demo", "co2", since, until, worst.value, limit, actions),)


def _record(report: Report) -> Record:
    return Record(
        meeting=report.meeting,
        venue=report.venue,
        room=report.room,
        people_from_ns=report.basis.people_from_ns,
        to_ns=report.basis.to_ns,
        computed_at=report.planned_end + timedelta(hours=3),
        revision=1,
        sha256="",
        basis="",
        occupancy=report.occupancy.verdict,
        ventilation=report.ventilation.verdict,
        summary=encode_summary(report),
    )
