import json

from flask import Flask

from dashboard.web import stream
from dashboard.web.stream import HANDOVER, Followed
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import Site, publish_state, state
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
