import json
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from dashboard.web import stream
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import Site, publish_state, state


def blocks(answer: TestResponse) -> Iterator[list[str]]:
    """The events of a stream as they come, each the lines of one."""
    for block in answer.iter_encoded():
        yield block.decode().rstrip("\n").split("\n")


class TestStream:
    def test_all_rooms_come_first_then_changes(self, site: Site) -> None:
        answer = site.call("GET", "/api/v1/stream", buffered=False)
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"
        events = blocks(answer)
        assert next(events) == ["retry: 3000"]
        first = [next(events), next(events)]
        assert {lines[0] for lines in first} == {"event: room"}
        assert {json.loads(lines[1].removeprefix("data: "))["room"] for lines in first} == {
            "grote-zaal",
            "serre",
        }
        publish_state(site.broker, state(people=18))
        name, data = next(events)
        body: dict[str, Any] = json.loads(data.removeprefix("data: "))
        assert (name, body["people"]) == ("event: room", 18)
        answer.close()

    def test_comment_comes_when_nothing_else_does(self, site: Site) -> None:
        app = Flask("quiet")
        stream.register(app, site.app.extensions["luchtig"], heartbeat_s=0.01)
        answer = app.test_client().get("/api/v1/stream", buffered=False)
        events = blocks(answer)
        next(events), next(events), next(events)
        assert next(events) == [": still here"]
        answer.close()

    def test_full_stream_says_when_to_ask_again(self, make_site: SiteMaker) -> None:
        site = make_site(viewers=1)
        watching = site.call("GET", "/api/v1/stream", buffered=False)
        refused = site.call("GET", "/api/v1/stream")
        assert refused.status_code == 503
        assert refused.content_type == "application/problem+json"
        assert int(refused.headers["Retry-After"]) > 0
        watching.close()
        again = site.call("GET", "/api/v1/stream", buffered=False)
        assert again.status_code == 200
        again.close()
        assert site.feed.figures().viewers == 0

    def test_stream_ends_in_time_for_who_may_watch_to_be_asked_again(
        self, site: Site, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(stream, "LASTS_S", 0.0)
        answer = site.call("GET", "/api/v1/stream", buffered=False)
        assert [lines[0] for lines in blocks(answer)] == ["retry: 3000", "event: room"]
        answer.close()
