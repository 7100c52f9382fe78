"""The state of a room as MQTT, REST and the live stream all give it: one JSON form."""

from typing import Any, Final, Literal, NamedTuple

import msgspec

from gateway.domain.air.room_estimate import AirBasis
from sensors.wire.topic import RoomSlug, VenueSlug

Level = Literal["good", "watch", "act", "unknown"]
Rule = Literal["occupancy", "co2", "ventilation", "no_data", "sensor_fault"]
FlagState = Literal["pending", "firing", "resolved"]


class FlagView(msgspec.Struct, frozen=True):
    """A flag in a room state. ``value`` and ``limit`` are in the rule's own unit: ppm, people,
    litres a second for each person, or seconds without data; ``since`` is when the breach began.
    ``evidence`` says of a sensor's fault what was seen, in codes and numbers.
    """

    rule: Rule
    state: FlagState
    since: str
    value: float | None
    limit: float | None
    evidence: tuple[dict[str, Any], ...] = ()


class VentilationView(msgspec.Struct, frozen=True):
    """Fresh air into the room, litres a second, and for each person in it, each within its 90 %
    interval; per person None while nobody is in. Each is told where it is known by itself: with an
    uncertain count what each person gets is often known better than the flow. All figures are None
    while the flow is ``changing``: what it came to cannot be told yet.

    ``basis`` is what that air is as fresh as: ``outdoors``, or ``room_base``, the air that the room
    comes back to when it is empty, where that cannot be told from outdoor air.
    """

    flow_lps: float | None
    low_lps: float | None
    high_lps: float | None
    per_person_lps: float | None = None
    per_person_low_lps: float | None = None
    per_person_high_lps: float | None = None
    changing: bool = False
    basis: AirBasis = "outdoors"


class PeopleEstimate(msgspec.Struct, frozen=True):
    """How many people are in by the air and the counter together, with its 90 % interval. ``basis``
    is ``counter`` where a counter stands at the base of it, ``air`` where the air alone speaks.
    """

    people: float
    low: float
    high: float
    basis: Literal["counter", "air"]


class ForecastView(msgspec.Struct, frozen=True):
    """What comes if people and windows stay as they are. ``minutes`` to ``limit_ppm`` with its 90 %
    interval: 0 where it is over, None where it is not expected within the path; ``high_minutes``
    None where it may never come. ``path`` are points (minutes from ``at``, ppm, low, high).
    ``typical_error_ppm`` is how far off the forecast usually was at 15 minutes, None until it is
    known.
    """

    at: str
    limit_ppm: float | None = None
    minutes: float | None = None
    low_minutes: float | None = None
    high_minutes: float | None = None
    path: tuple[tuple[float, float, float, float], ...] = ()
    typical_error_ppm: float | None = None


class PolicyCompliance(msgspec.Struct, frozen=True):
    """How a room keeps to one policy, by its slug. ``value`` and ``limit`` are what decided it, of
    ``rule``. ``name`` is that of a policy that the venue made, None of a published one.
    """

    policy: str
    verdict: Literal["kept", "not_kept", "cannot_say"]
    rule: Rule | None = None
    value: float | None = None
    limit: float | None = None
    name: str | None = None


class Compliance(msgspec.Struct, frozen=True):
    """What the law asks and what is healthy, apart: a room can be legal and over every
    guideline.
    """

    legal: PolicyCompliance
    healthy: PolicyCompliance


class MeetingView(msgspec.Struct, frozen=True):
    """``title`` is None of a private one."""

    id: str
    title: str | None
    start: str
    end: str
    private: bool = False


class RoomState(msgspec.Struct, frozen=True):
    """All times are ISO 8601 in UTC. What cannot be known is None, never a guess.

    ``gateway`` is the client id of the gateway that judged the room, so that a board knows whose
    silence makes the room unknown. ``outdoor_ppm`` is what this room's sensors would show outdoors.
    ``motion_at`` is when a motion sensor last saw somebody move.
    """

    venue: VenueSlug
    room: RoomSlug
    at: str
    name: str
    level: Level
    co2_ppm: float | None = None
    co2_at: str | None = None
    people: int | None = None
    people_at: str | None = None
    motion_at: str | None = None
    capacity: int | None = None
    people_estimate: PeopleEstimate | None = None
    outdoor_ppm: float | None = None
    ventilation: VentilationView | None = None
    forecast: ForecastView | None = None
    advice: tuple[dict[str, Any], ...] = ()
    meeting: MeetingView | None = None
    compliance: Compliance | None = msgspec.field(default=None, name="standing")
    flags: tuple[FlagView, ...] = ()
    gateway: str | None = None


class AlertChange(msgspec.Struct, frozen=True):
    """One change of a flag, as published on a room's ``alert`` topic; ``meeting`` is an id."""

    id: str
    rule: Rule
    state: FlagState
    at: str
    since: str
    value: float | None
    limit: float | None
    meeting: str | None = None
    evidence: tuple[dict[str, Any], ...] = ()


encode = msgspec.json.Encoder().encode
decode_state = msgspec.json.Decoder(RoomState).decode
decode_alert = msgspec.json.Decoder(AlertChange).decode


class Rendered(NamedTuple):
    """A state as bytes; ``but_time`` is another number where anything but ``at`` is other."""

    payload: bytes
    but_time: int


NO_FORECAST: Final = b'"forecast":null'


def rendered(state: RoomState, forecast: bytes = b"") -> Rendered:
    """``forecast``, where there is one, is what ``encode`` made of the state's, which is left out there."""
    payload = encode(state)
    if forecast:  # no text holds that key, as its quotation marks would be escaped
        payload = payload.replace(NO_FORECAST, b'"forecast":' + forecast, 1)
    # No slug holds a quotation mark: the first of these is the key behind ``at``.
    return Rendered(payload, hash(payload[payload.index(b'"name":') :]))
