"""What was heard over MQTT, and what of it may still be shown. Pure: messages and the time come in.

A state that is older than ``STALE_S`` of wall time, or whose gateway is offline, is shown with level
``unknown`` and without advice: its values are what was measured, but nobody judges them any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from gateway.domain.room import Room
from gateway.domain.room_state import AlertChange, RoomState, decode_alert, decode_state
from sensors.wire.instant import from_wire, to_wire
from sensors.wire.topic import (
    CHECK,
    RoomKey,
    RoomSlug,
    RoomTopic,
    VenueSlug,
    parse_gateway_topic,
    parse_room_topic,
)

STALE_S = 90.0
MAX_ROOMS = 10_000  # of the broker's retained states; a broker full of rubbish must not fill memory


class Malformed(ValueError):
    """A message on one of our topics that no gateway of this version sends."""


class RoomAlert(msgspec.Struct, frozen=True):
    """A change of a flag as the live stream gives it: what came over MQTT, and where."""

    venue: VenueSlug
    room: RoomSlug
    change: AlertChange

    def to_json(self) -> bytes:
        fields = {"venue": self.venue, "room": self.room} | msgspec.structs.asdict(self.change)
        return msgspec.json.encode(fields)


@dataclass(frozen=True, slots=True)
class _Heard:
    state: RoomState
    at: datetime


class RoomStates:
    """The newest state of each room and the status of each gateway, as the broker told them.

    ``speed`` is that of the clock: ages are judged in wall time. ``places`` is where each room of the
    registry comes among the others. Not safe for threads by itself.
    """

    def __init__(self, speed: float) -> None:
        self._stale_s = STALE_S * speed
        self._states: dict[RoomKey, _Heard] = {}
        self._rooms: dict[RoomKey, Room] = {}
        self._never: dict[RoomKey, RoomState] = {}
        self.gateways: dict[str, bool] = {}
        self.places: dict[RoomKey, int] = {}

    def take(self, topic: str, payload: bytes) -> RoomKey | RoomAlert | None:
        """Remember a message: the room it changed, a change of a flag to pass on, or None where
        it may have changed any room (a gateway came or went).

        Raises:
            Malformed: it is none of ours, and nothing was changed.

        """
        room_topic = parse_room_topic(topic)
        if room_topic is not None:
            if room_topic.venue == CHECK:
                return None
            if room_topic.leaf == "state":
                self._take_state(room_topic, payload)
                return (room_topic.venue, room_topic.room)
            return _alert(room_topic, payload)
        client_id = parse_gateway_topic(topic)
        if client_id is None:
            raise Malformed("a topic of another shape")
        if payload not in (b"online", b"offline", b""):
            raise Malformed("expected online or offline")
        if payload:
            self.gateways[client_id] = payload == b"online"
        else:
            self.gateways.pop(client_id, None)
        return None

    def know(self, rooms: Sequence[Room], now: datetime) -> None:
        """The rooms of the registry, in their order: those never heard of are shown too, as unknown."""
        known = {(room.venue, room.slug): room for room in rooms}
        self._never = {
            key: self._never[key]
            if self._rooms.get(key) == room and key in self._never
            else _never_heard(room, now)
            for key, room in known.items()
        }
        self._rooms = known
        self.places = {
            key: room.position for key, room in known.items() if room.position is not None
        }

    def keys(self) -> frozenset[RoomKey]:
        """All rooms that are known or were heard of."""
        return frozenset(self._states) | frozenset(self._never)

    def show(self, key: RoomKey, now: datetime) -> RoomState | None:
        """What a board shows of a room; None where it shows none.

        A room that the registry does not hold (any more) is shown while its state is fresh.
        """
        heard = self._states.get(key)
        if heard is None:
            return self._never.get(key)
        if self._is_current(heard, now):
            return heard.state
        if self._rooms and key not in self._rooms:
            return None
        return msgspec.structs.replace(heard.state, level="unknown", advice=())

    def ages_s(self, now: datetime) -> Mapping[RoomKey, float]:
        """How old each room's newest state is, in seconds of the clock."""
        return {key: (now - heard.at).total_seconds() for key, heard in self._states.items()}

    def _take_state(self, topic: RoomTopic, payload: bytes) -> None:
        key = (topic.venue, topic.room)
        if not payload:  # the gateway took the room away
            self._states.pop(key, None)
            return
        try:
            state = decode_state(payload)
            at = from_wire(state.at)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            raise Malformed(str(error)) from error
        if (state.venue, state.room) != key:
            raise Malformed(f"speaks of room {state.venue}/{state.room}")
        if key not in self._states and len(self._states) >= MAX_ROOMS:
            raise Malformed(f"more than {MAX_ROOMS} rooms")
        self._states[key] = _Heard(state, at)

    def _is_current(self, heard: _Heard, now: datetime) -> bool:
        if heard.state.gateway is not None and not self.gateways.get(heard.state.gateway, True):
            return False
        return (now - heard.at).total_seconds() <= self._stale_s


def _alert(topic: RoomTopic, payload: bytes) -> RoomAlert:
    try:
        return RoomAlert(topic.venue, topic.room, decode_alert(payload))
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def _never_heard(room: Room, now: datetime) -> RoomState:
    return RoomState(
        venue=room.venue,
        room=room.slug,
        at=to_wire(now),
        name=room.name,
        level="unknown",
        capacity=room.seats,
    )
