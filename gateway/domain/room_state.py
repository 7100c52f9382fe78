"""The state of a room as MQTT, REST and the live stream all give it: one JSON form."""

from typing import Any, Literal

import msgspec

Level = Literal["good", "watch", "act", "unknown"]
Rule = Literal["occupancy", "co2", "no_data"]
FlagState = Literal["pending", "firing", "resolved"]


class FlagView(msgspec.Struct, frozen=True):
    """A flag in a room state. ``value`` and ``limit`` are in the rule's own unit: ppm, people or
    seconds without data; ``since`` is when the breach began.
    """

    rule: Rule
    state: FlagState
    since: str
    value: float | None
    limit: float | None


class MeetingView(msgspec.Struct, frozen=True):
    id: str
    title: str
    start: str
    end: str


class RoomState(msgspec.Struct, frozen=True):
    """All times are ISO 8601 in UTC. What cannot be known is None, never a guess.

    ``gateway`` is the client id of the gateway that judged the room, so that a board knows whose
    silence makes the room unknown. ``ventilation`` and ``forecast`` stay None until they are known.
    """

    venue: str
    room: str
    at: str
    name: str
    level: Level
    co2_ppm: float | None = None
    co2_at: str | None = None
    people: int | None = None
    people_at: str | None = None
    capacity: int | None = None
    ventilation: dict[str, float] | None = None
    forecast: dict[str, float] | None = None
    advice: tuple[dict[str, Any], ...] = ()
    meeting: MeetingView | None = None
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


encode = msgspec.json.Encoder().encode
decode_state = msgspec.json.Decoder(RoomState).decode
decode_alert = msgspec.json.Decoder(AlertChange).decode
