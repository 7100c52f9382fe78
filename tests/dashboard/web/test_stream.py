import json

from flask import Flask

from dashboard.board.port import StreamEvent
from dashboard.web import stream
from dashboard.web.stream import HANDOVER, Followed
from gateway.domain.room import Room, Venue
from gateway.registry.accounts import tokens, users
from gateway.registry.accounts.grants import set_roles
from gateway.registry.rooms import put_room, put_venue
from sensors.clock import SYSTEM
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import PASSWORD, VENUE, Site, publish_state, state
from tests.servers import wait_until


def ask(site: Site) -> tuple[int, list[Followed]]:
    """What the server gets when somebody asks for the stream: the status, and what it goes on with."""
    taken: list[Followed] = []
    answer = site.call("GET", "/api/v1/stream", environ_overrides={HANDOVER: taken.append})
    if answer.status_code == 200:
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, taken


class TestStream:
    def test_all_rooms_come_first_then_changes(self, site: Site) -> None:
        _, (followed,) = ask(site)
        assert followed.begin == b"retry: 3000\n\n"
        events, is_over = followed.events.take()
        assert not is_over
        assert {event.name for event in events} == {"room"}
        assert {json.loads(event.data)["room"] for event in events} == {"grote-zaal", "serre"}
        publish_state(site.broker, state(people=18))
        wait_until(lambda: site.feed.rooms()[0].people == 18, "the state")
        ((event,), _) = followed.events.take()
        assert event.sent() == b"event: room\ndata: " + event.data + b"\n\n"
        assert json.loads(event.data)["people"] == 18
        followed.events.close()

    def test_its_time_is_bounded_for_who_may_watch_to_be_asked_again(self, site: Site) -> None:
        app = Flask("quiet")
        stream.register(app, site.app.extensions["luchtig"], heartbeat_s=0.01)
        taken: list[Followed] = []
        app.test_client().get("/api/v1/stream", environ_overrides={HANDOVER: taken.append})
        assert (taken[0].heartbeat_s, taken[0].lasts_s) == (0.01, 3600.0)
        assert taken[0].heartbeat == b": still here\n\n"
        taken[0].events.close()

    def test_full_stream_says_when_to_ask_again(self, make_site: SiteMaker) -> None:
        site = make_site(viewers=1)
        _, (watching,) = ask(site)
        refused = site.call("GET", "/api/v1/stream", environ_overrides={HANDOVER: print})
        assert refused.status_code == 503
        assert refused.content_type == "application/problem+json"
        assert int(refused.headers["Retry-After"]) > 0
        watching.events.close()
        status, (again,) = ask(site)
        assert status == 200
        again.events.close()
        assert site.feed.figures().viewers == 0


class TestBoardStream:
    """The parts of cards, as far as who asks may look."""

    def test_what_one_may_not_look_at_is_in_no_event(self, make_site: SiteMaker) -> None:
        site = make_site()
        haven, loods = VenueSlug("de-haven"), RoomSlug("loods")
        with site.database.write() as conn:
            put_venue(conn, Venue(haven, "De Haven"))
            put_room(conn, Room(haven, loods, "Loods"))
            users.add_user(conn, "gijs", "viewer", PASSWORD, SYSTEM.now())
            set_roles(conn, "gijs", VENUE, ["viewer"])
            token = tokens.new_token(conn, "gijs", "board", SYSTEM.now())
        publish_state(site.broker, state(venue=haven, room=loods, level="act"))
        publish_state(site.broker, state(level="good"))
        wait_until(lambda: len(site.feed.rooms()) == 3, "the rooms of both venues")
        heard = told(site, "/board/stream?lang=en&show=*&show=de-haven&show=de-haven/loods", token)
        assert {event.name for event in heard} == {"head", "asking", "card"}
        assert b"de-kade/grote-zaal" in b"".join(event.data for event in heard)
        assert not any(b"haven" in event.data or b"Loods" in event.data for event in heard)
        everything = told(site, "/board/stream?lang=en", site.token())
        assert any(b"de-haven/loods" in event.data for event in everything)

    def test_without_a_login_there_is_none(self, site: Site) -> None:
        answer = site.visitor().get("/board/stream", environ_overrides={HANDOVER: print})
        assert (answer.status_code, answer.headers["Location"][:12]) == (303, "/login?next=")


def told(site: Site, path: str, token: str) -> list[StreamEvent]:
    """All that is told at first."""
    taken: list[Followed] = []
    answer = site.call(
        "GET",
        path,
        environ_overrides={HANDOVER: taken.append},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    heard: list[StreamEvent] = []

    def has_come() -> bool:
        heard.extend(taken[0].events.take()[0])
        return any(event.name == "card" for event in heard)

    wait_until(has_come, "the cards")
    taken[0].events.close()
    return heard
