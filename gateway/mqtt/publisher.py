"""What the gateway says on MQTT: room states, retained, and each change of a flag.

A room has at most one state on its way to the broker, and the next is made when it may be sent: once
a second (``state_pace``), if anything but its time is other than in the last, and anew before half a
minute is over. Changes of flags stay in the database until the broker has confirmed them: they are asked for a
page at a time, when there are new ones or a connection begins, and never while there is none.

What the broker refuses is not published: it waits here, and its topic is tried again, later each time.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from gateway.domain.room_state import Rendered, encode
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.state_pace import StatePace
from gateway.registry.alerts.flags import CHANGES_AT_ONCE, Publication
from sensors.holding import Holding
from sensors.wire.topic import RoomKey, VenueSlug, room_topic

MOST_CHANGES = 10 * CHANGES_AT_ONCE
"""So many are read at most, however many are refused."""

Show = Callable[[RoomKey], Rendered]
"""What makes the state of one of the rooms that are kept."""

_Answer = tuple[str, bool, Callable[[bool], None]]
"""The broker's, to a message on a topic: whether it was taken, and who is to know."""


class Publisher:
    """Used by the live thread; the broker's confirmations, and that a connection was made or lost, come
    from the connection's.
    """

    def __init__(
        self,
        publish: Callable[[Outgoing], bool],
        show: Show,
        venues: frozenset[str] | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``publish`` hands a message to the connection and says whether there was one."""
        self._publish = publish
        self._show = show
        self._venues = venues
        self._monotonic = monotonic
        self._pace = StatePace()
        self._gone: dict[RoomKey, bool] = {}
        self._holding = Holding(monotonic)
        self._answers: deque[_Answer] = deque()
        self._confirmed: list[int] = []
        self._changes_to_send: dict[int, Publication] = {}
        self._changes_on_their_way: dict[int, Publication] = {}
        self._most_refused = 0
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

    def touch(self, rooms: Iterable[RoomKey]) -> None:
        """Something changed in these: publish them as soon as the pace allows."""
        for name in rooms:
            self._pace.touch(name)

    def keep_only(self, rooms: Collection[RoomKey]) -> None:
        """These are all the rooms there are: publish those that are new, and clear what was retained
        of any other.
        """
        there = set(rooms)
        for name in self._pace.rooms - there:
            self._pace.remove(name)
            self._gone[name] = False
        for name in self._gone.keys() & there:
            del self._gone[name]
        for name in rooms:
            if name not in self._pace.rooms and self._is_ours(name[0]):
                self._pace.add(name)
        self._clear_gone()

    @property
    def changes_at_once(self) -> int:
        """How many of the oldest unpublished changes to hand ``pump``: those that the broker refuses are
        not in the way of the others.
        """
        return min(CHANGES_AT_ONCE + len(self._changes_to_send), MOST_CHANGES)

    def wants_changes(self, written: int) -> bool:
        """Whether to hand ``pump`` the oldest unpublished changes; ``written`` is another with each that
        was written.
        """
        self._start_over_after_a_loss()
        if not self._is_up or not (self._may_have_more_changes or written != self._changes_read):
            return False
        self._changes_read, self._may_have_more_changes = written, False
        return True

    def pump(self, changes: Sequence[Publication] = (), *, states: bool = True) -> tuple[int, ...]:
        """Publish what is due of ``changes``, and of states unless these are to wait; the ids of changes
        the broker has by now.
        """
        self._start_over_after_a_loss()
        under_way = len(self._changes_on_their_way)
        self._hear()
        for change in changes:
            number = change.history_id
            if number not in self._changes_on_their_way and number not in self._confirmed:
                self._changes_to_send[number] = change
        self._publish_changes()
        self._clear_gone()
        if states:
            self._publish_states()
        under_way = max(under_way, len(self._changes_on_their_way))
        self._hear()
        confirmed, self._confirmed = tuple(self._confirmed), []
        if confirmed and under_way >= CHANGES_AT_ONCE:
            self._may_have_more_changes = True
        return confirmed

    def _hear(self) -> None:
        """Take in what the broker answered."""
        while self._answers:
            topic, taken, then = self._answers.popleft()
            if taken:
                self._holding.taken(topic)
            else:
                self._holding.refused(topic)
            then(taken)
        self._ask_for_more_where_many_are_refused()

    def _state_answered(self, name: RoomKey, taken: bool) -> None:
        self._pace.answered(name, taken=taken)

    def _clearing_answered(self, name: RoomKey, taken: bool) -> None:
        if name in self._gone:
            self._gone[name] = False
            if taken:
                del self._gone[name]

    def _change_answered(self, number: int, taken: bool) -> None:
        change = self._changes_on_their_way.pop(number, None)
        if taken:
            self._changes_to_send.pop(number, None)
            self._confirmed.append(number)
        elif change is not None:
            self._changes_to_send[number] = change

    def _ask_for_more_where_many_are_refused(self) -> None:
        """The page that was read may hold nothing but changes that the broker does not take."""
        if len(self._changes_to_send) > self._most_refused:
            self._most_refused = len(self._changes_to_send)
            self._may_have_more_changes = True

    def _is_ours(self, venue: VenueSlug) -> bool:
        return self._venues is None or venue in self._venues

    def _start_over_after_a_loss(self) -> None:
        if self._was_down:
            self._was_down = False
            self._answers = deque(answer for answer in self._answers if answer[1])
            self._holding.start_over()
            self._gone = dict.fromkeys(self._gone, False)
            self._changes_on_their_way.clear()
            self._changes_to_send.clear()
            self._most_refused = 0
            self._may_have_more_changes = True
            self._pace.start_over()

    def _publish_changes(self) -> None:
        for number, change in sorted(self._changes_to_send.items()):
            topic = room_topic(change.venue, change.room, "alert")
            if not self._holding.may_send(topic):
                continue
            then = partial(self._change_answered, number)
            if not self._send(topic, encode(change.change), then, retain=False):
                return
            del self._changes_to_send[number]
            self._changes_on_their_way[number] = change

    def _publish_states(self) -> None:
        now = self._monotonic()
        for name in self._pace.due(now):
            topic = room_topic(*name, "state")
            if not self._holding.may_send(topic):
                continue
            payload, shown = self._show(name)
            if shown == self._pace.shows(name):
                self._pace.looked_at(name, now)
            elif self._send(topic, payload, partial(self._state_answered, name)):
                self._pace.sent(name, shown, now)
            else:
                return

    def _clear_gone(self) -> None:
        """An empty retained message takes the broker's last one away."""
        for name, on_its_way in self._gone.items():
            topic = room_topic(*name, "state")
            if on_its_way or not self._holding.may_send(topic):
                continue
            if not self._send(topic, b"", partial(self._clearing_answered, name)):
                return
            self._gone[name] = True

    def _send(
        self, topic: str, payload: bytes, then: Callable[[bool], None], *, retain: bool = True
    ) -> bool:
        done = partial(self._answers.append, (topic, True, then))
        refused = partial(self._answers.append, (topic, False, then))
        return self._publish(Outgoing(topic, payload, retain, done, refused))
