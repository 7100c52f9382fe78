"""What was noted of rooms, through the API and in a chart."""

from datetime import timedelta

import pytest

from dashboard.chart.figure import figure
from dashboard.chart.history import Note
from dashboard.chart.whole import whole
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.dashboard.chart.test_figure import NL, at, history
from tests.dashboard.setup import VENUE, Site

SERRE = {"venue": VENUE, "room": "serre"}


class TestApi:
    def test_a_note_is_made_read_changed_and_taken_away(self, site: Site) -> None:
        made = site.call("POST", "/api/v1/annotations", SERRE | {"kind": "filter", "text": " F7 "})
        assert made.status_code == 201
        address = made.headers["Location"].removeprefix("http://localhost")
        found = site.call("GET", address).get_json()
        assert (found["kind"], found["text"], found["until"]) == ("filter", "F7", None)
        changed = site.call("PUT", address, SERRE | {"kind": "window"}).get_json()
        assert (changed["id"], changed["kind"], changed["text"]) == (found["id"], "window", "")
        assert site.call("DELETE", address).status_code == 204
        assert site.call("GET", address).status_code == 404

    def test_those_of_a_time_and_of_the_whole_venue_are_listed_newest_first(
        self, site: Site
    ) -> None:
        hour, now = timedelta(hours=1), SYSTEM.now()
        for text, since, until, room in (
            ("long ago", now - 1000 * hour, None, "serre"),
            ("goes on", now - 30 * hour, now - 2 * hour, "serre"),
            ("venue", now - 3 * hour, None, None),
            ("elsewhere", now - hour, None, "grote-zaal"),
        ):
            body = {"venue": VENUE, "room": room, "text": text, "since": to_wire(since)}
            body |= {} if until is None else {"until": to_wire(until)}
            assert site.call("POST", "/api/v1/annotations", body).status_code == 201
        asked = f"/api/v1/annotations?venue={VENUE}&room=serre&from={to_wire(now - 4 * hour)}"
        found = site.call("GET", asked).get_json()["annotations"]
        assert [one["text"] for one in found] == ["venue", "goes on"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"venue": VENUE, "text": "x", "room": "nergens"}, "/room"),
            ({"venue": VENUE, "kind": "other"}, "/text"),
            ({"venue": VENUE, "kind": "fire"}, "/kind"),
            ({"venue": VENUE, "kind": "window", "until": "2020-01-01T00:00:00Z"}, "/until"),
        ],
    )
    def test_what_cannot_be_is_refused(self, site: Site, body: dict[str, str], field: str) -> None:
        answer = site.call("POST", "/api/v1/annotations", body)
        assert answer.status_code == 422
        assert field in answer.text


def test_it_stands_in_the_chart_and_out_of_each_others_way() -> None:
    shown = history(
        notes=[
            Note("Raam", at(1), at(2)),
            Note("Raam", at(1.1), None),
            Note("Filter vervangen", at(3), None),
            Note("buiten beeld", at(9), None),
        ]
    )
    drawn = whole(shown, NL, "CO₂")
    assert [note.name for note in drawn.notes] == ["Raam", "", "Filter vervangen"]
    assert [note.width > 0 for note in drawn.notes] == [True, False, False]
    layout = figure(shown, "light", NL)["layout"]
    assert isinstance(layout, dict)
    named = [one["text"] for one in layout["annotations"] if one.get("name") == "note"]
    assert named == ["Raam", "Filter vervangen"]
