"""What the gateway says on MQTT: room states, retained, and each change of a flag.

A room has at most one state on its way to the broker; a newer one waits and replaces the one that
waits. Changes of flags stay in the database until the broker has confirmed them: they are asked for a
page at a time, when there are new ones or a connection begins, and never while there is none.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.domain.room_state import RoomState, encode
from gateway.mqtt.connection import Outgoing
from gateway.registry.alerts.flags import CHANGES_AT_ONCE, Publication
from sensors.wire.topic import RoomKey, VenueSlug, room_topic

EVERY_S = 1.0
REPEAT_S = 25.0  # within the 30 s of the contract


@dataclass(slots=True)
class _Room:
    """``on_its_way`` until the broker confirmed the state that was sent last."""

    newest: RoomState
    on_its_way: bool = False
    sent_at: float | None = None


class Publisher:
    """Used by the live thread; the broker's confirmations, and that a connection was made or lost, come
    from the connection's.
    """

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
        self._rooms: dict[RoomKey, _Room] = {}
        self._waiting: dict[RoomKey, _Room] = {}
        self._confirmed_rooms: deque[RoomKey] = deque()
        self._confirmed_changes: deque[int] = deque()
        self._changes_on_their_way: set[int] = set()
        self._changes_read = 0
        self._may_have_more_changes = True
        self._is_up = False
        self._was_down = False

    def connection_made(self) -> None:
        """What is published from now on has somewhere to go."""
        self._is_up = True

    def connection_lost(self) -> None:
        """What was on its way may not have arrived: all of it is published again."""
        self._is_up = False
        self._was_down = True

    def offer(self, states: Iterable[RoomState]) -> None:
        """Publish these states as soon as the pace allows."""
        for state in states:
            if self._is_ours(state.venue):
                name = (state.venue, state.room)
                room = self._rooms.setdefault(name, _Room(state))
                room.newest = state
                self._waiting[name] = room

    def keep_only(
        self, rooms: Collection[RoomKey], state_of: Callable[[RoomKey], RoomState]
    ) -> None:
        """Repeat what is due of all ``rooms`` there are, and clear what was retained of any other."""
        for name in [name for name in self._rooms if name not in rooms]:
            if self._publish(Outgoing(room_topic(*name, "state"), b"", retain=True)):
                del self._rooms[name]
                self._waiting.pop(name, None)
        self.offer([state_of(name) for name in rooms if self._is_due(name)])

    def wants_changes(self, written: int) -> bool:
        """Whether to hand ``pump`` the oldest unpublished changes, ``CHANGES_AT_ONCE`` at most;
        ``written`` is another with each that was written.
        """
        self._start_over_after_a_loss()
        if not self._is_up or not (self._may_have_more_changes or written != self._changes_read):
            return False
        self._changes_read, self._may_have_more_changes = written, False
        return True

    def pump(self, changes: Sequence[Publication] = ()) -> tuple[int, ...]:
        """Publish what is due of states and ``changes``; the ids of changes the broker has by now."""
        self._start_over_after_a_loss()
        while self._confirmed_rooms:
            name = self._confirmed_rooms.popleft()
            if name in self._rooms:
                self._rooms[name].on_its_way = False
        self._publish_changes(changes)
        self._publish_states()
        confirmed = tuple(
            self._confirmed_changes.popleft() for _ in range(len(self._confirmed_changes))
        )
        if confirmed and len(self._changes_on_their_way) >= CHANGES_AT_ONCE:
            self._may_have_more_changes = True
        self._changes_on_their_way.difference_update(confirmed)
        return confirmed

    def _is_ours(self, venue: VenueSlug) -> bool:
        return self._venues is None or venue in self._venues

    def _is_due(self, name: RoomKey) -> bool:
        room = self._rooms.get(name)
        if room is None:
            return self._is_ours(name[0])
        return room.sent_at is not None and self._monotonic() - room.sent_at >= REPEAT_S

    def _start_over_after_a_loss(self) -> None:
        if self._was_down:
            self._was_down = False
            self._changes_on_their_way.clear()
            self._may_have_more_changes = True
            self._waiting = dict(self._rooms)
            for room in self._rooms.values():
                room.on_its_way, room.sent_at = False, None

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
        for name, room in list(self._waiting.items()):
            too_soon = room.sent_at is not None and now - room.sent_at < EVERY_S
            if room.on_its_way or too_soon:
                continue
            done = partial(self._confirmed_rooms.append, name)
            topic = room_topic(*name, "state")
            if not self._publish(Outgoing(topic, encode(room.newest), retain=True, done=done)):
                return
            del self._waiting[name]
            room.on_its_way, room.sent_at = True, now
