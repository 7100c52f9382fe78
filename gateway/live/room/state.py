"""A live room as others see it: its state at a moment.

Figures are rounded to what their own doubt leaves of them, so that noise alone makes no other
state.
"""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from gateway.domain.air.forecast import TOLD_MINUTES, Forecast, minutes_to
from gateway.domain.air.room_estimate import Range, RoomEstimate, two_digits
from gateway.domain.alerts.flag import Flag
from gateway.domain.compliance import compliance
from gateway.domain.level import level
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import (
    Compliance,
    FlagView,
    ForecastView,
    MeetingView,
    PeopleEstimate,
    PolicyCompliance,
    Rendered,
    RoomState,
    Rule,
    VentilationView,
    encode,
    rendered,
)
from gateway.domain.verdict import ANYBODY, RoomFacts, is_fresh
from gateway.live.room.foreseen import Foreseen
from gateway.live.room.room import LiveRoom
from sensors.wire.instant import from_ns, to_wire

RULE_ORDER = ("co2", "ventilation", "occupancy", "sensor_fault", "no_data")
ERROR_STEP_PPM = 5.0

_Shown = tuple[Foreseen | None, float | None, float | None]
"""A forecast, what it is held to and how far off it usually is."""


class _Air(NamedTuple):
    """What an estimate tells, rounded."""

    people: PeopleEstimate | None = None
    outdoor_ppm: float | None = None
    ventilation: VentilationView | None = None


_NO_AIR = _Air()


class RoomView:
    """One room, shown. What outlives a reading (the forecast as it is published, the meeting) is made
    once and kept.
    """

    __slots__ = (
        "_air", "_estimate", "_forecast", "_forecast_payload", "_gateway", "_meeting",
        "_meeting_view", "room",
    )  # fmt: skip

    def __init__(self, room: LiveRoom, gateway: str) -> None:
        self.room = room
        self._gateway = gateway
        self._forecast: _Shown = (None, None, None)
        self._forecast_payload = b""
        self._estimate: tuple[RoomEstimate | None, bool] = (None, False)
        self._air = _NO_AIR
        self._meeting: Meeting | None = None
        self._meeting_view: MeetingView | None = None

    def at(self, now: datetime) -> RoomState:
        """The room's state as it is now, also where its rules were last judged at an earlier
        reading.
        """
        state, estimate = self._without_forecast(now)
        if estimate is None or self.room.foreseen is None:
            return state
        limit_ppm, error_ppm = self._limit_and_error(estimate, now)
        view = _forecast_view(self.room.foreseen.told(limit_ppm), limit_ppm, error_ppm)
        return msgspec.structs.replace(state, forecast=view)

    def without_forecast(self, now: datetime) -> RoomState:
        """The same but for what is foreseen, for whoever asks often and leaves it out."""
        return self._without_forecast(now)[0]

    def rendered(self, now: datetime) -> Rendered:
        """The same as bytes."""
        state, estimate = self._without_forecast(now)
        foreseen = self.room.foreseen
        if estimate is None or foreseen is None:
            return rendered(state)
        limit_ppm, error_ppm = self._limit_and_error(estimate, now)
        if (foreseen, limit_ppm, error_ppm) != self._forecast:
            self._forecast = (foreseen, limit_ppm, error_ppm)
            view = _forecast_view(foreseen.told(limit_ppm), limit_ppm, error_ppm)
            self._forecast_payload = encode(view)
        return rendered(state, self._forecast_payload)

    def _without_forecast(self, now: datetime) -> tuple[RoomState, RoomEstimate | None]:
        """The state, and the estimate of the air where that is of now."""
        room = self.room
        policy = room.context.policy(now)
        facts = room.facts(now, policy)
        flags = sorted(room.flags.values(), key=lambda flag: RULE_ORDER.index(flag.rule))
        estimate = room.estimate if is_fresh(facts.co2_at, policy, now) else None
        air = self._air_of(estimate)
        state = RoomState(
            venue=room.key[0],
            room=room.key[1],
            at=to_wire(now),
            name=room.context.room.name,
            level=level(facts, flags, policy, now),
            co2_ppm=facts.co2_ppm,
            co2_at=None if facts.co2_at is None else to_wire(facts.co2_at),
            people=facts.people,
            people_at=None if facts.people_at is None else to_wire(facts.people_at),
            motion_at=None if room.moved_at is None else to_wire(room.moved_at),
            capacity=facts.capacity,
            people_estimate=air.people,
            outdoor_ppm=air.outdoor_ppm,
            ventilation=air.ventilation,
            advice=tuple(msgspec.to_builtins(one) for one in room.advice_at(now)),
            meeting=self._meeting_at(now),
            compliance=self._compliance_at(facts, now),
            flags=tuple(_flag_view(room, flag, now) for flag in flags),
            gateway=self._gateway,
        )
        return state, estimate

    def _limit_and_error(
        self, estimate: RoomEstimate, now: datetime
    ) -> tuple[float | None, float | None]:
        """What a forecast is held to, and how far off it usually is."""
        policy = self.room.context.policy(now)
        limit_ppm = policy.co2_limit_ppm
        if limit_ppm is not None:
            limit_ppm = _whole(policy.base_ppm(estimate.outdoors_ppm) + limit_ppm)
        return limit_ppm, self.room.typical_error_ppm

    def _air_of(self, estimate: RoomEstimate | None) -> _Air:
        if estimate is None:
            return _NO_AIR
        has_counter = self.room.has_counter
        known, by_counter = self._estimate
        if known is not estimate or by_counter is not has_counter:
            self._estimate = estimate, has_counter
            self._air = _Air(
                _people(estimate, has_counter=has_counter),
                _whole(estimate.outdoors_ppm),
                _ventilation(estimate),
            )
        return self._air

    def _meeting_at(self, now: datetime) -> MeetingView | None:
        meeting = self.room.context.meeting(now)
        if meeting is not self._meeting:
            self._meeting = meeting
            self._meeting_view = None if meeting is None else _meeting_view(meeting)
        return self._meeting_view

    def _compliance_at(self, facts: RoomFacts, now: datetime) -> Compliance:
        found = compliance(facts, *self.room.context.standards, now)
        return Compliance(_stands(found.legal), _stands(found.healthy))


def _ventilation(estimate: RoomEstimate) -> VentilationView | None:
    if estimate.changing:
        return VentilationView(None, None, None, changing=True, basis=estimate.basis)
    flow, each = estimate.flow_lps, estimate.per_person_lps
    if estimate.people is None or estimate.people.value < ANYBODY:
        each = None
    if flow is None and each is None:
        return None
    return VentilationView(*_figures(flow), *_figures(each), basis=estimate.basis)


def _people(estimate: RoomEstimate, *, has_counter: bool) -> PeopleEstimate | None:
    if estimate.people is None:
        return None
    value, low, high = (_tenths(people) for people in estimate.people)
    return PeopleEstimate(value, low, high, "counter" if has_counter else "air")


def _forecast_view(
    made: Forecast, limit_ppm: float | None, error_ppm: float | None
) -> ForecastView:
    crosses = None if limit_ppm is None else minutes_to(made.path, limit_ppm)
    return ForecastView(
        at=to_wire(from_ns(round(made.at_s * 1e3) * 1_000_000)),
        limit_ppm=limit_ppm,
        minutes=None if crosses is None else _whole(crosses.value),
        low_minutes=None if crosses is None else _whole(crosses.low),
        high_minutes=None if crosses is None or math.isinf(crosses.high) else _up(crosses.high),
        path=_path(made),
        typical_error_ppm=None
        if error_ppm is None
        else ERROR_STEP_PPM * _up(error_ppm / ERROR_STEP_PPM),
    )


def _path(made: Forecast) -> tuple[tuple[float, float, float, float], ...]:
    last = made.path[-1]
    return tuple(
        (round(m, 0), round(ppm, 0), round(low, 0), round(high, 0))
        for m, ppm, low, high in made.path
        if m in TOLD_MINUTES or m == last.minutes
    )


def _stands(found: PolicyCompliance) -> PolicyCompliance:
    if found.rule is None:
        return found
    return msgspec.structs.replace(
        found, value=_value(found.rule, found.value), limit=_limit(found.rule, found.limit)
    )


def _meeting_view(meeting: Meeting) -> MeetingView:
    span = to_wire(meeting.start), to_wire(meeting.end)
    return MeetingView(meeting.id, meeting.public_title, *span, meeting.private)


def _flag_view(room: LiveRoom, flag: Flag, now: datetime) -> FlagView:
    value = flag.value
    if flag.rule == "no_data" and flag.clearing_since is None:
        value = max(0.0, (now - flag.since) / timedelta(seconds=1))
    return FlagView(
        flag.rule,
        flag.state,
        to_wire(flag.since),
        _value(flag.rule, value),
        _limit(flag.rule, flag.limit),
        room.evidence_of(flag),
    )


def _value(rule: Rule, value: float | None) -> float | None:
    return None if value is None else _tenths(value) if rule == "ventilation" else _whole(value)


def _limit(rule: Rule, limit: float | None) -> float | None:
    """Of fresh air it may have two decimals (2.12 l/s is law); of CO2 it moves with outdoors."""
    return None if limit is None else round(limit, 2) if rule == "ventilation" else _whole(limit)


def _figures(found: Range | None) -> tuple[float | None, float | None, float | None]:
    if found is None:
        return None, None, None
    return two_digits(found.value), two_digits(found.low), two_digits(found.high)


def _tenths(value: float) -> float:
    return round(value, 1)


def _whole(value: float) -> float:
    return round(value, 0)


def _up(value: float) -> float:
    return float(math.ceil(value))
