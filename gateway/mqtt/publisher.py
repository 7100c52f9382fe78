"""What the gateway says on MQTT: room states, retained, and each change of a flag.

A room has at most one state on its way to the broker; a newer one waits and replaces the one that
waits. Changes of flags are taken from the database until the broker has confirmed them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.domain.room_state import RoomState, encode
from gateway.mqtt.connection import Outgoing
from gateway.registry.alerts.flags import Publication
from sensors.wire.topic import room_topic

EVERY_S = 1.0
REPEAT_S = 25.0  # within the 30 s of the contract

Name = tuple[str, str]


@dataclass(slots=True)
class _Room:
    """``newest`` is published where ``waiting``; ``on_its_way`` until the broker confirmed the last one."""

    newest: RoomState
    waiting: bool = True
    on_its_way: bool = False
    sent_at: float | None = None


class Publisher:
    """Used by the live thread; the broker's confirmations come from the connection's."""

    def __init__(
        self,
        publish: Callable[[Outgoing], bool],
        venues: frozenset[str] | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``publish`` hands a message to the connection and says whether there was one."""
        self._publish = publish
        self._venues = venues
        self._monotonic = monotonic
        self._rooms: dict[Name, _Room] = {}
        self._confirmed_rooms: deque[Name] = deque()
        self._confirmed_changes: deque[int] = deque()
        self._changes_on_their_way: set[int] = set()
        self._was_down = False

    def connection_lost(self) -> None:
        """What was on its way may not have arrived: all of it is published again."""
        self._was_down = True

    def offer(self, states: Iterable[RoomState]) -> None:
        """Publish these states as soon as the pace allows."""
        for state in states:
            if self._venues is not None and state.venue not in self._venues:
                continue
            room = self._rooms.setdefault((state.venue, state.room), _Room(state))
            room.newest, room.waiting = state, True

    def keep_only(self, states: Iterable[RoomState]) -> None:
        """Repeat what is due of all rooms there are, and clear what was retained of any other."""
        now = self._monotonic()
        present = {(state.venue, state.room): state for state in states}
        for name in [name for name in self._rooms if name not in present]:
            if self._publish(Outgoing(room_topic(*name, "state"), b"", retain=True)):
                del self._rooms[name]
        due = (
            state
            for name, state in present.items()
            if (room := self._rooms.get(name)) is None
            or (room.sent_at is not None and now - room.sent_at >= REPEAT_S)
        )
        self.offer(list(due))

    def pump(self, changes: Sequence[Publication]) -> tuple[int, ...]:
        """Publish what is due of states and ``changes``; the ids of changes the broker has by now."""
        if self._was_down:
            self._was_down = False
            self._changes_on_their_way.clear()
            for room in self._rooms.values():
                room.waiting, room.on_its_way, room.sent_at = True, False, None
        while self._confirmed_rooms:
            name = self._confirmed_rooms.popleft()
            if name in self._rooms:
                self._rooms[name].on_its_way = False
        self._publish_changes(changes)
        self._publish_states()
        confirmed = tuple(
            self._confirmed_changes.popleft() for _ in range(len(self._confirmed_changes))
        )
        self._changes_on_their_way.difference_update(confirmed)
        return confirmed

    def _publish_changes(self, changes: Sequence[Publication]) -> None:
        for change in changes:
            if change.history_id in self._changes_on_their_way:
                continue
            done = partial(self._confirmed_changes.append, change.history_id)
            topic = room_topic(change.venue, change.room, "alert")
            if not self._publish(Outgoing(topic, encode(change.change), retain=False, done=done)):
                return
            self._changes_on_their_way.add(change.history_id)

    def _publish_states(self) -> None:
        now = self._monotonic()
        for name, room in self._rooms.items():
            too_soon = room.sent_at is not None and now - room.sent_at < EVERY_S
            if not room.waiting or room.on_its_way or too_soon:
                continue
            done = partial(self._confirmed_rooms.append, name)
            topic = room_topic(*name, "state")
            if not self._publish(Outgoing(topic, encode(room.newest), retain=True, done=done)):
                return
            room.waiting, room.on_its_way, room.sent_at = False, True, now
