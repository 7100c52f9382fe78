"""What happened in a room is noted on its page, and told there and in reports."""

from datetime import timedelta

from flask.testing import FlaskClient

from gateway.domain.annotation import Annotation
from gateway.registry.annotations import annotations_between, make_annotation
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import Stage
from tests.dashboard.setup import csrf_token

ROOM = "/rooms/de-kade/grote-zaal"
VENUE, ZAAL = VenueSlug("de-kade"), RoomSlug("grote-zaal")


def note(stage: Stage, minutes_ago: float, text: str) -> None:
    since = stage.services.clock.now() - timedelta(minutes=minutes_ago)
    with stage.database.write() as conn:
        make_annotation(conn, Annotation(VENUE, ZAAL, "sensor", text, since, None, "anna"))


def test_a_page_lists_it_and_shows_it_in_its_chart(client: FlaskClient, stage: Stage) -> None:
    note(stage, 60, "knippert")
    page = client.get(ROOM)
    assert "Genoteerd Sensor kapot: knippert" in said(page)
    assert page.text.count('class="note-name"') == 1
    assert "Sensor kapot: knippert" in client.get(f"{ROOM}/chart.svg").text


def test_it_is_made_and_taken_away_on_the_page(client: FlaskClient, stage: Stage) -> None:
    token = csrf_token(client.get(ROOM))
    form = {
        "csrf_token": token,
        "kind": "window",
        "text": "ramen\nopen",
        "since": "2026-11-24T19:30",
    }
    assert client.post(f"{ROOM}/notes", data=form).status_code == 303
    assert "Raam: ramen open" in said(client.get(ROOM))
    now = stage.services.clock.now()
    with stage.database.read() as conn:
        found = annotations_between(conn, now - timedelta(hours=2), now, VENUE, ZAAL)
    (number,) = [number for number, one in found if one.kind == "window"]
    assert (
        client.post(f"{ROOM}/notes/{number}/delete", data={"csrf_token": token}).status_code == 303
    )
    assert "ramen open" not in said(client.get(ROOM))


def test_what_says_nothing_or_ends_before_it_begins_is_not_noted(
    client: FlaskClient, stage: Stage
) -> None:
    token = csrf_token(client.get(ROOM))
    for form, why in (
        ({"kind": "other", "text": " "}, "Zeg in een paar woorden wat het was."),
        ({"kind": "window", "until": "2020-01-01T10:00"}, "Het kan niet eindigen voor het begint."),
    ):
        client.post(f"{ROOM}/notes", data=form | {"csrf_token": token})
        assert why in said(client.get(ROOM))
    now = stage.services.clock.now()
    with stage.database.read() as conn:
        found = annotations_between(conn, now - timedelta(days=9999), now)
    assert {one.kind for _, one in found} <= {"sensor"}
