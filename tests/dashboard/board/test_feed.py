"""The feed on a real Mosquitto and a real database."""

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from dashboard.board.feed import BoardFeed
from dashboard.board.port import StreamEvent, TooManyViewers
from dashboard.board.viewers import Viewer
from gateway.domain.room import Room
from gateway.domain.room_state import AlertChange, RoomState, decode_state, encode
from gateway.registry import revision, rooms
from gateway.registry.database import Database
from gateway.registry.rooms import all_rooms
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site, publish, publish_state, state
from tests.servers import Broker, free_port, mosquitto, wait_until

HALL = (VENUE, RoomSlug("grote-zaal"))


def level(site: Site, room: RoomSlug = RoomSlug("grote-zaal")) -> str | None:
    found = site.feed.room(VENUE, room)
    return None if found is None else found.level


@dataclass
class Reader:
    """Takes the events of a viewer one by one, waiting for each."""

    viewer: Viewer
    waiting: list[StreamEvent] = field(default_factory=list)

    def next(self) -> StreamEvent:
        def has_come() -> bool:
            self.waiting += self.viewer.take()[0]
            return bool(self.waiting)

        wait_until(has_come, "an event")
        return self.waiting.pop(0)

    def next_state(self) -> RoomState:
        return decode_state(self.next().data)


class TestStates:
    def test_retained_states_are_there_for_a_dashboard_that_starts_later(
        self, make_site: SiteMaker, own_broker: Broker
    ) -> None:
        shown = state(level="act", co2_ppm=1240.0, people=18)
        publish_state(own_broker, shown)
        site = make_site()
        wait_until(lambda: level(site) == "act", "the retained state")
        assert site.feed.room(*HALL) == shown

    def test_rooms_come_by_venue_and_name_with_those_never_heard_of(self, site: Site) -> None:
        publish_state(site.broker, state(RoomSlug("atelier")))
        wait_until(lambda: level(site, RoomSlug("atelier")), "the third room")
        assert [(s.room, s.level) for s in site.feed.rooms()] == [
            ("atelier", "good"),
            ("grote-zaal", "unknown"),
            ("serre", "unknown"),
        ]

    def test_rooms_of_a_gateway_that_dies_turn_unknown_and_followers_hear_it(
        self, site: Site
    ) -> None:
        status = "luchtig/gateways/gw-1/status"
        publish(site.broker, status, b"online")
        publish_state(site.broker, state(gateway="gw-1"))
        wait_until(lambda: level(site) == "good", "the state")
        with_all = Reader(site.feed.follow())
        assert {with_all.next_state().room, with_all.next_state().room} == {"grote-zaal", "serre"}
        publish(site.broker, status, b"offline")
        assert with_all.next_state().level == "unknown"
        assert site.feed.gateways() == {"gw-1": False}
        publish(site.broker, status, b"online")
        assert with_all.next_state().level == "good"

    def test_state_that_grows_old_turns_unknown_and_followers_hear_it(self, site: Site) -> None:
        publish_state(site.broker, state(at=SYSTEM.now() - timedelta(seconds=88)))
        wait_until(lambda: level(site) == "good", "the state")
        viewer = Reader(site.feed.follow())
        levels = {s.room: s.level for s in (viewer.next_state(), viewer.next_state())}
        assert levels == {"grote-zaal": "good", "serre": "unknown"}
        assert viewer.next_state().level == "unknown"
        assert level(site) == "unknown"

    def test_malformed_messages_are_counted_and_the_next_good_one_arrives(self, site: Site) -> None:
        for payload in (b"{", b"\xff\xfe", b"[]", encode(state(RoomSlug("serre")))):
            publish(site.broker, f"luchtig/rooms/{VENUE}/grote-zaal/state", payload, retain=False)
        publish(site.broker, "luchtig/gateways/gw/status", b"perhaps", retain=False)
        publish_state(site.broker, state())
        wait_until(lambda: level(site) == "good", "the good state")
        assert site.feed.figures().malformed == 5

    def test_new_room_of_the_registry_appears(
        self, make_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dashboard.board.feed.REGISTRY_S", 0.05)
        site = make_site()
        with site.database.write() as conn:
            rooms.put_room(conn, Room(VENUE, RoomSlug("zolder"), "Zolder"))
        wait_until(lambda: level(site, RoomSlug("zolder")) == "unknown", "the new room")

    def test_registry_is_read_again_only_where_it_changed(
        self, make_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, read = Counter[str](), all_rooms

        def current(conn: Connection) -> int:
            asked["whether"] += 1
            return revision.current(conn)

        def counted(conn: Connection) -> tuple[Room, ...]:
            asked["which"] += 1
            return read(conn)

        monkeypatch.setattr("dashboard.board.feed.REGISTRY_S", 0.05)
        monkeypatch.setattr("dashboard.board.feed.current", current)
        monkeypatch.setattr("dashboard.board.feed.all_rooms", counted)
        make_site()
        wait_until(lambda: asked["whether"] > 3, "the registry to be asked again")
        assert asked["which"] == 1


class TestStream:
    def test_alerts_are_passed_on_with_their_place(self, site: Site) -> None:
        viewer = Reader(site.feed.follow())
        assert {viewer.next().name, viewer.next().name} == {"room"}
        now = to_wire(SYSTEM.now())
        change = AlertChange("f1", "co2", "firing", now, now, 1240.0, 1200.0, "m1")
        publish(site.broker, f"luchtig/rooms/{VENUE}/serre/alert", encode(change), retain=False)
        event = viewer.next()
        assert event.name == "alert"
        body: dict[str, Any] = json.loads(event.data)
        assert (body["room"], body["id"], body["meeting"]) == ("serre", "f1", "m1")

    def test_event_is_encoded_once_for_all(self, site: Site) -> None:
        viewers = [Reader(site.feed.follow()) for _ in range(3)]
        for viewer in viewers:
            viewer.next()
            viewer.next()
        publish_state(site.broker, state(people=3))
        events = [viewer.next() for viewer in viewers]
        assert events[0] is events[1] is events[2]

    def test_same_state_again_is_not_told_again(self, site: Site) -> None:
        viewer = Reader(site.feed.follow())
        viewer.next()
        viewer.next()
        shown = state(people=3)
        publish_state(site.broker, shown)
        assert viewer.next_state().people == 3
        publish_state(site.broker, shown)
        publish_state(site.broker, state(RoomSlug("serre")))
        assert viewer.next_state().room == "serre"

    def test_no_more_viewers_than_there_are_places(self, make_site: SiteMaker) -> None:
        site = make_site(viewers=1)
        first = site.feed.follow()
        with pytest.raises(TooManyViewers):
            site.feed.follow()
        first.close()
        site.feed.follow().close()
        assert site.feed.figures().viewers == 0

    def test_closing_the_feed_ends_every_stream(self, site: Site) -> None:
        viewer = site.feed.follow()
        site.feed.close()
        assert viewer.take() == ([], True)


class TestBrokerAway:
    def test_broker_that_comes_later_is_found(
        self, database: Database, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        port, directory = free_port(), tmp_path_factory.mktemp("late")
        broker = BrokerSettings(url=f"mqtt://127.0.0.1:{port}")
        feed = BoardFeed(broker, directory, database, SYSTEM, 1, watch_s=0.05)
        feed.start()
        try:
            assert not feed.is_connected()
            assert {found.level for found in feed.rooms()} == {"unknown"}
            with mosquitto(directory, port=port) as started:
                publish_state(started, state())
                wait_until(lambda: "good" in {found.level for found in feed.rooms()}, "the state")
            wait_until(lambda: not feed.is_connected(), "the loss to be noticed")
        finally:
            feed.close()

    def test_where_one_address_dies_the_next_is_listened_to(
        self, database: Database, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        directory = tmp_path_factory.mktemp("several")
        with mosquitto(directory / "b") as second, ExitStack() as dies:
            first = dies.enter_context(mosquitto(directory / "a"))
            dead = f"mqtt://127.0.0.1:{free_port()}"
            broker = BrokerSettings(url=(dead, first.url, second.url))
            feed = BoardFeed(broker, directory, database, SYSTEM, 1, watch_s=0.05)
            feed.start()
            try:
                wait_until(feed.is_connected, "the first")
                publish_state(second, state())
                assert {found.level for found in feed.rooms()} == {"unknown"}
                dies.close()
                wait_until(lambda: "good" in {found.level for found in feed.rooms()}, "the state")
            finally:
                feed.close()
