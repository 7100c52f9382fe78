"""The report of a meeting: what was measured while people were there, against what it was held
to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.domain.report.curve import Curve, held, mean_of, within
from gateway.domain.report.digest import digest
from gateway.domain.report.flag_history import FlagHistory
from gateway.domain.report.flow import flow_curves
from gateway.domain.report.head_count import HeadCount, count_heads
from gateway.domain.report.material import Material
from gateway.domain.report.outcome import (
    Outcome,
    Time,
    Verdict,
    both,
    judge_co2,
    judge_flow,
    judge_occupancy,
)
from gateway.domain.report.presence import Presence, find_presence, settled_at
from gateway.domain.report.sensor import SensorUse, error_of, sensors_used
from gateway.domain.room import Room, Venue
from gateway.domain.room_state import Rule
from sensors.wire.instant import to_ns
from sensors.wire.reading import About
from sensors.wire.topic import RoomSlug, VenueSlug


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report is made from beside the readings; ``zone`` is the venue's."""

    meeting: Meeting
    room: Room
    venue: Venue
    zone: ZoneInfo
    policy: Policy
    abouts: Mapping[str, About] = field(default_factory=dict)
    flags: tuple[FlagHistory, ...] = ()


class Basis(msgspec.Struct, frozen=True):
    """The readings behind a report, so that it can be checked against the store later."""

    people_from_ns: int
    from_ns: int
    to_ns: int
    readings: int
    sha256: str


class Curves(msgspec.Struct, frozen=True):
    """What is drawn: CO2 in ppm, people, l/s for each person, over the whole window."""

    co2: Curve = ()
    people: Curve = ()
    flow: Curve = ()


class Report(msgspec.Struct, frozen=True):
    """``ventilation`` is what decides of ``co2`` and ``flow``. ``people_by_air`` is how many were
    in on average by the air alone, where nobody counted. The policy's levels are absolute. The
    title of a ``private`` one is for its organiser alone.
    """

    meeting: str
    title: str
    venue: VenueSlug
    venue_name: str
    room: RoomSlug
    room_name: str
    timezone: str
    planned_start: datetime
    planned_end: datetime
    expected_people: int | None
    presence: Presence
    policy: Policy
    occupancy: Outcome
    co2: Outcome
    flow: Outcome
    ventilation: Outcome
    people_by_air: float | None
    sensors: tuple[SensorUse, ...]
    flags: tuple[FlagHistory, ...]
    basis: Basis
    curves: Curves
    private: bool = False

    @property
    def verdicts(self) -> tuple[Verdict | None, Verdict | None]:
        """Of occupancy and of ventilation."""
        return self.occupancy.verdict, self.ventilation.verdict

    @property
    def verdict(self) -> Verdict | None:
        """The worse of the two; None where there is no limit at all."""
        worse: tuple[Verdict, ...] = ("not_kept", "cannot_say", "kept")
        return next((verdict for verdict in worse if verdict in self.verdicts), None)

    @property
    def worst_rule(self) -> tuple[Rule, Outcome]:
        """What went most wrong; the CO2 where nothing did."""
        order: tuple[tuple[Rule, Outcome], ...] = (
            ("co2", self.co2),
            ("ventilation", self.flow),
            ("occupancy", self.occupancy),
        )
        broken = [one for one in order if one[1].verdict == "not_kept"]
        return broken[0] if broken else order[0]


def make_report(material: Material, facts: Facts) -> Report:
    """The report of a meeting from the material around it, in whatever order that came."""
    meeting, policy = facts.meeting, facts.policy.at(None)
    fresh_for = timedelta(seconds=policy.no_data_s)
    counted = count_heads(material, fresh_for, facts.zone, facts.venue.reset_at).curve
    nearby = within(counted, material.window.from_ns, material.window.to_ns)
    presence = find_presence(nearby, meeting.start, meeting.end)
    material = material.until(to_ns(settled_at(presence, meeting.end)))
    heads = count_heads(material, fresh_for, facts.zone, facts.venue.reset_at)
    span = to_ns(presence.start), to_ns(presence.end)
    sensors = sensors_used(material, facts.abouts, *span)
    curves = _curves(material, policy, heads)
    judged = _judge(material, facts.room, policy, heads, sensors, curves, span)
    return Report(
        meeting=meeting.id,
        title=meeting.title,
        venue=meeting.venue,
        venue_name=facts.venue.name,
        room=meeting.room,
        room_name=facts.room.name,
        timezone=facts.venue.timezone,
        planned_start=meeting.start,
        planned_end=meeting.end,
        expected_people=meeting.expected_people,
        presence=presence,
        policy=policy,
        occupancy=judged.occupancy,
        co2=judged.co2,
        flow=judged.flow,
        ventilation=both(judged.co2, judged.flow, one_suffices=policy.one_suffices),
        people_by_air=_people_by_air(material, span),
        sensors=sensors,
        flags=facts.flags,
        basis=_basis(material),
        curves=curves,
        private=meeting.private,
    )


def _basis(material: Material) -> Basis:
    window = material.window
    span = (window.people_from_ns, window.from_ns, window.to_ns)
    return Basis(*span, material.readings, digest(material))


@dataclass(frozen=True, slots=True)
class _Judged:
    occupancy: Outcome
    co2: Outcome
    flow: Outcome


def _judge(
    material: Material,
    room: Room,
    policy: Policy,
    heads: HeadCount,
    sensors: tuple[SensorUse, ...],
    curves: Curves,
    span: tuple[int, int],
) -> _Judged:
    def time(pending_s: float) -> Time:
        return Time(*span, pending_s, policy.clear_s)

    flow = flow_curves(material.estimates, policy, room.floor_area_m2, *span)
    return _Judged(
        judge_occupancy(
            within(curves.people, *span),
            policy.places(room.seats, room.floor_area_m2),
            heads.miscount,
            time(policy.occupancy_pending_s),
        ),
        judge_co2(
            within(curves.co2, *span),
            policy.co2_limit_ppm,
            error_of(sensors),
            time(policy.co2_pending_s),
        ),
        judge_flow(
            (flow.most, flow.estimated, flow.least),
            flow.each,
            flow.limit_lps,
            time(policy.ventilation_pending_s),
            may_be_cleaned=policy.counts_cleaned_air,
        ),
    )


def _curves(material: Material, policy: Policy, heads: HeadCount) -> Curves:
    hold_ns = round(policy.no_data_s * 1e9)
    window = material.window
    by_device: dict[str, dict[int, float]] = {}
    for air in sorted(material.air, key=lambda a: (a.at_ns, a.co2_ppm), reverse=True):
        by_device.setdefault(air.device, {})[air.at_ns] = air.co2_ppm
    co2 = [held(by_device[d].items(), hold_ns, window.to_ns) for d in sorted(by_device)]
    flow = flow_curves(material.estimates, policy, None, window.from_ns, window.to_ns)
    return Curves(
        mean_of(co2) if co2 else (),
        within(heads.curve, window.from_ns, window.to_ns),
        flow.each,
    )


def _people_by_air(material: Material, span: tuple[int, int]) -> float | None:
    """None where somebody counted."""
    known = [
        one.people_estimate
        for one in material.estimates
        if one.people_estimate is not None and span[0] <= one.at_ns < span[1]
    ]
    counted = any(r.at_ns >= material.window.from_ns for r in material.people)
    return None if counted or not known else sum(known) / len(known)
