"""What is published, at which pace, and again after the connection was lost."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.domain.room_state import (
    AlertChange,
    Rendered,
    RoomState,
    decode_alert,
    decode_state,
    rendered,
)
from gateway.mqtt.connection import Outgoing
from gateway.mqtt.publisher import Publisher
from gateway.registry.alerts.flags import CHANGES_AT_ONCE, Publication
from sensors.wire.topic import RoomKey, RoomSlug, VenueSlug

TOPIC = "luchtig/rooms/de-kade/serre/state"


class Wire:
    """A connection that notes what it is given; ``is_up`` may be taken away."""

    def __init__(self) -> None:
        self.is_up = True
        self.sent: list[Outgoing] = []
        self.answered = 0

    def publish(self, message: Outgoing) -> bool:
        if self.is_up:
            self.sent.append(message)
        return self.is_up

    def confirm_all(self) -> None:
        for message in self.sent:
            if message.done is not None:
                message.done()

    def answer(self, refuses: Callable[[str], bool]) -> list[str]:
        """Answer what was sent since the last time; the topics of it."""
        new = self.sent[self.answered :]
        self.answered = len(self.sent)
        for message in new:
            answer = message.refused if refuses(message.topic) else message.done
            assert answer is not None
            answer()
        return [message.topic for message in new]

    def co2(self) -> list[float | None]:
        return [decode_state(message.payload).co2_ppm for message in self.sent if message.payload]


class Wall:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def state(
    co2_ppm: float, room: RoomSlug = RoomSlug("serre"), venue: VenueSlug = VenueSlug("de-kade")
) -> RoomState:
    return RoomState(venue, room, "2026-11-24T08:00:00Z", room, "good", co2_ppm)


class Rooms:
    """The rooms of a house, and how often one's state was made."""

    def __init__(self, *states: RoomState) -> None:
        self.states = {(one.venue, one.room): one for one in states}
        self.made = 0

    def rendered(self, name: RoomKey) -> Rendered:
        self.made += 1
        return rendered(self.states[name])

    def kept_by(self, publisher: Publisher) -> None:
        publisher.keep_only(self.states.keys())

    def become(self, publisher: Publisher, *states: RoomState) -> None:
        """They are so now, and it is known that something of them changed."""
        self.states |= {(one.venue, one.room): one for one in states}
        self.kept_by(publisher)
        publisher.touch((one.venue, one.room) for one in states)


def fired(history_id: int, room: str = "serre") -> Publication:
    change = AlertChange(f"f{history_id}", "co2", "firing", "…", "…", 1300.0, 1200.0)
    return Publication(history_id, VenueSlug("de-kade"), RoomSlug(room), change)


def test_a_room_is_published_at_most_once_a_second_and_then_as_it_is_newest() -> None:
    wire, wall, rooms = Wire(), Wall(), Rooms()
    publisher = Publisher(wire.publish, rooms.rendered, None, wall)
    for co2_ppm in (800, 810, 820):
        rooms.become(publisher, state(co2_ppm))
        publisher.pump(())
        wire.confirm_all()
        wall.now += 0.3
    assert wire.co2() == [800]
    wall.now += 0.3
    publisher.pump(())
    assert wire.co2() == [800, 820]
    assert {(message.topic, message.retain) for message in wire.sent} == {(TOPIC, True)}


def test_a_newer_state_waits_until_the_broker_has_the_last_one() -> None:
    wire, wall, rooms = Wire(), Wall(), Rooms()
    publisher = Publisher(wire.publish, rooms.rendered, None, wall)
    rooms.become(publisher, state(800))
    publisher.pump(())
    for co2_ppm in (810, 820):
        wall.now += 5
        rooms.become(publisher, state(co2_ppm))
        publisher.pump(())
    assert wire.co2() == [800]
    wire.confirm_all()
    publisher.pump(())
    assert wire.co2() == [800, 820]


def test_a_room_without_news_is_repeated_within_30_seconds() -> None:
    wire, wall, rooms = Wire(), Wall(), Rooms(state(800))
    publisher = Publisher(wire.publish, rooms.rendered, None, wall)
    for _ in range(61):
        rooms.kept_by(publisher)
        publisher.pump(())
        wire.confirm_all()
        wall.now += 1
    assert 3 <= len(wire.sent) <= 4
    assert rooms.made == len(wire.sent), "no state is made to be thrown away"


def test_everything_is_published_again_after_the_connection_was_lost() -> None:
    wire, wall, rooms = Wire(), Wall(), Rooms()
    publisher = Publisher(wire.publish, rooms.rendered, None, wall)
    rooms.become(publisher, state(800), state(900, RoomSlug("grote-zaal")))
    publisher.pump([fired(1)])
    wire.is_up = False
    publisher.connection_lost()
    assert publisher.pump([fired(1)]) == ()
    wire.is_up = True
    wire.sent.clear()
    publisher.pump([fired(1)])
    assert [message.topic.rpartition("/")[2] for message in wire.sent] == [
        "alert",
        "state",
        "state",
    ]


def test_a_change_is_published_once_and_told_when_the_broker_has_it() -> None:
    wire = Wire()
    publisher = Publisher(wire.publish, Rooms().rendered, None)
    assert publisher.pump([fired(1), fired(2)]) == ()
    assert publisher.pump([fired(1), fired(2)]) == ()
    wire.confirm_all()
    assert publisher.pump([fired(1), fired(2)]) == (1, 2)
    sent = [decode_alert(message.payload) for message in wire.sent]
    assert sent == [fired(1).change, fired(2).change]
    assert not any(message.retain for message in wire.sent)


def test_a_room_that_is_gone_is_cleared_from_the_broker() -> None:
    wire, rooms = Wire(), Rooms(state(800))
    publisher = Publisher(wire.publish, rooms.rendered, None)
    rooms.kept_by(publisher)
    publisher.pump(())
    publisher.keep_only(())
    publisher.pump(())
    assert [(message.topic, message.payload) for message in wire.sent[1:]] == [(TOPIC, b"")]


def test_only_the_venues_looked_after_are_published() -> None:
    wire, rooms = Wire(), Rooms()
    publisher = Publisher(wire.publish, rooms.rendered, frozenset({"de-kade"}))
    rooms.become(publisher, state(800), state(800, venue=VenueSlug("elders")))
    publisher.pump(())
    assert [message.topic for message in wire.sent] == [TOPIC]
    assert rooms.made == 1, "none of the others'"


def test_a_state_that_differs_in_its_time_alone_waits_to_be_repeated() -> None:
    wire, wall, rooms = Wire(), Wall(), Rooms()
    publisher = Publisher(wire.publish, rooms.rendered, None, wall)
    for second in range(24):
        rooms.become(publisher, replace(state(800), at=f"2026-11-24T08:00:{second:02}Z"))
        publisher.pump(())
        wire.confirm_all()
        wall.now += 1
    assert [decode_state(message.payload).at for message in wire.sent] == ["2026-11-24T08:00:00Z"]
    rooms.become(publisher, state(801))
    publisher.pump(())
    assert wire.co2() == [800, 801]


def test_a_thousand_changes_of_a_room_within_a_second_make_one_state() -> None:
    wire, wall, rooms = Wire(), Wall(), Rooms()
    publisher = Publisher(wire.publish, rooms.rendered, None, wall)
    for change in range(1000):
        rooms.become(publisher, state(800 + change))
        publisher.pump(())
        wire.confirm_all()
        wall.now += 0.001
    assert rooms.made == len(wire.sent) == 1
    wall.now += 0.1
    publisher.pump(())
    assert wire.co2() == [800, 1799]


class House:
    """The changes of flags that a database holds, and how many of them were read in all."""

    def __init__(self, changes: int) -> None:
        self.unpublished = list(range(1, changes + 1))
        self.written = changes
        self.read = 0

    def pumped_by(self, publisher: Publisher) -> None:
        page = []
        if publisher.wants_changes(self.written):
            page = [fired(number) for number in self.unpublished[:CHANGES_AT_ONCE]]
            self.read += len(page)
        for number in publisher.pump(page):
            self.unpublished.remove(number)


class TestChangesOfFlags:
    def test_are_not_read_while_there_is_no_connection(self) -> None:
        wire, house = Wire(), House(10)
        publisher = Publisher(wire.publish, Rooms().rendered, None)
        wire.is_up = False
        for _ in range(100):
            house.written += 1
            publisher.connection_lost()  # as each attempt ends
            house.pumped_by(publisher)
        assert house.read == 0

    def test_are_read_once_and_again_only_when_there_are_others(self) -> None:
        wire, house = Wire(), House(10)
        publisher = Publisher(wire.publish, Rooms().rendered, None)
        publisher.connection_made()
        for _ in range(100):
            house.pumped_by(publisher)
        assert house.read == 10
        wire.confirm_all()
        house.pumped_by(publisher)
        assert house.unpublished == []
        house.unpublished, house.written = [11], 11
        for _ in range(100):
            house.pumped_by(publisher)
        assert house.read == 11
        assert len(wire.sent) == 11

    def test_are_read_a_page_at_a_time_and_each_is_published_once_in_order(self) -> None:
        wire, house = Wire(), House(3 * CHANGES_AT_ONCE + 7)
        publisher = Publisher(wire.publish, Rooms().rendered, None)
        publisher.connection_made()
        for _ in range(10):
            house.pumped_by(publisher)
        assert len(wire.sent) == house.read == CHANGES_AT_ONCE
        confirmed = 0
        while house.unpublished:
            on_their_way = wire.sent[confirmed : confirmed + 60]
            confirmed += len(on_their_way)
            for message in on_their_way:
                assert message.done is not None
                message.done()
            house.pumped_by(publisher)
            house.pumped_by(publisher)
            assert len(wire.sent) - confirmed <= CHANGES_AT_ONCE
        assert [decode_alert(message.payload).id for message in wire.sent] == [
            f"f{n + 1}" for n in range(3 * CHANGES_AT_ONCE + 7)
        ]

    def test_are_read_again_when_the_connection_came_back(self) -> None:
        wire, house = Wire(), House(10)
        publisher = Publisher(wire.publish, Rooms().rendered, None)
        publisher.connection_made()
        house.pumped_by(publisher)
        wire.is_up = False
        publisher.connection_lost()
        for _ in range(100):
            house.pumped_by(publisher)
        assert house.read == 10
        wire.is_up = True
        publisher.connection_made()
        house.pumped_by(publisher)
        house.pumped_by(publisher)
        assert (house.read, len(wire.sent)) == (20, 20)


def is_of_the_serre(topic: str) -> bool:
    return "/serre/" in topic


class TestWhatTheBrokerRefuses:
    """A minute of seconds, in which each message is answered before the next second."""

    def test_a_change_stays_unpublished_and_is_tried_again_ever_later(self) -> None:
        wire, wall = Wire(), Wall()
        publisher = Publisher(wire.publish, Rooms().rendered, None, wall)
        assert publisher.pump([fired(1), fired(2)]) == ()
        tried = []
        for second in range(120):
            wire.answer(is_of_the_serre)
            sent = len(wire.sent)
            assert publisher.pump(()) == ()
            if len(wire.sent) > sent:
                tried.append(second)
            wall.now += 1
        assert tried == [1, 4, 9, 18, 35, 66, 97], "one message each time"
        assert len(wire.sent) == 2 + len(tried)

    def test_changes_are_published_in_order_once_the_broker_takes_them(self) -> None:
        wire, wall = Wire(), Wall()
        publisher = Publisher(wire.publish, Rooms().rendered, None, wall)
        publisher.pump([fired(1), fired(2), fired(3)])
        wire.answer(is_of_the_serre)
        confirmed: list[int] = []
        for _ in range(5):
            confirmed += publisher.pump(())
            wire.answer(lambda _: False)
            wall.now += 1
        assert confirmed == [1, 2, 3]
        assert [decode_alert(message.payload).id for message in wire.sent[3:]] == ["f1", "f2", "f3"]

    def test_a_room_that_is_refused_is_not_in_the_way_of_another(self) -> None:
        wire, wall, rooms = Wire(), Wall(), Rooms()
        publisher = Publisher(wire.publish, rooms.rendered, None, wall)
        rooms.become(publisher, state(800), state(900, RoomSlug("zaal")))
        assert publisher.pump([fired(1), fired(2, "zaal")]) == ()
        wire.answer(is_of_the_serre)
        assert publisher.pump([fired(1), fired(2, "zaal"), fired(3), fired(4, "zaal")]) == (2,)
        assert wire.answer(is_of_the_serre) == ["luchtig/rooms/de-kade/zaal/alert"]
        assert publisher.pump(()) == (4,)

    def test_the_newest_state_of_a_room_is_what_comes_when_the_broker_takes_it(self) -> None:
        wire, wall, rooms = Wire(), Wall(), Rooms()
        publisher = Publisher(wire.publish, rooms.rendered, None, wall)
        for co2_ppm in range(800, 860):
            rooms.become(publisher, state(co2_ppm))
            publisher.pump(())
            wire.answer(is_of_the_serre)
            wall.now += 1
        assert wire.co2() == [800, 802, 805, 810, 819, 836], "no hot loop"
        for _ in range(31):
            publisher.pump(())
            wire.answer(lambda _: False)
            wall.now += 1
        assert wire.co2()[-1] == 859

    def test_a_room_that_is_gone_is_cleared_when_the_broker_lets_us(self) -> None:
        wire, wall, rooms = Wire(), Wall(), Rooms(state(800))
        publisher = Publisher(wire.publish, rooms.rendered, None, wall)
        rooms.kept_by(publisher)
        publisher.pump(())
        wire.answer(lambda _: False)
        publisher.keep_only(())
        for _ in range(3):
            wire.answer(is_of_the_serre)
            publisher.pump(())
            wall.now += 1
        for _ in range(60):
            wire.answer(lambda _: False)
            publisher.pump(())
            wall.now += 1
        assert [message.payload for message in wire.sent[1:]] == [b"", b"", b""]

    def test_the_changes_of_other_rooms_are_read_past_a_page_of_refused_ones(self) -> None:
        wire = Wire()
        publisher = Publisher(wire.publish, Rooms().rendered, None)
        publisher.connection_made()
        stored = [fired(number) for number in range(1, CHANGES_AT_ONCE + 1)] + [fired(500, "zaal")]
        confirmed: list[int] = []
        for _ in range(4):
            wanted = publisher.wants_changes(1)
            page = stored[: publisher.changes_at_once] if wanted else []
            confirmed += publisher.pump(page)
            wire.answer(is_of_the_serre)
        assert confirmed == [500]

    def test_a_new_connection_is_tried_at_once(self) -> None:
        wire, rooms = Wire(), Rooms()
        publisher = Publisher(wire.publish, rooms.rendered, None, Wall())
        publisher.connection_made()
        for _ in range(3):
            rooms.become(publisher, state(800))
            publisher.pump([fired(1)])
            assert wire.answer(is_of_the_serre) == ["luchtig/rooms/de-kade/serre/alert", TOPIC]
            publisher.pump(())
            publisher.connection_lost()
