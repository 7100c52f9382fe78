"""Meetings that repeat, made and changed on their form."""

import re

import pytest
from flask.testing import FlaskClient

from gateway.domain.meeting import Meeting
from gateway.registry.agenda.meetings import find_meeting, meetings_in_series
from tests.dashboard.pages.reading import said, text
from tests.dashboard.pages.scene import Stage
from tests.dashboard.pages.test_meeting_form import FILLED_IN, overruled, post

EVERY_WEEK = {"repeat": "week", "count": "3", "title": "Koor"}


def series(client: FlaskClient, stage: Stage, **fields: str) -> tuple[Meeting, ...]:
    answer = overruled(client, "/meetings/new", **FILLED_IN | EVERY_WEEK | fields)
    assert answer.status_code == 303, text(answer.text)
    with stage.database.read() as conn:
        first = find_meeting(conn, answer.location.rsplit("/", 1)[1])
        assert first is not None
        assert first.series is not None
        return meetings_in_series(conn, first.series)


def again(stage: Stage, meeting: Meeting) -> tuple[Meeting, ...]:
    assert meeting.series is not None
    with stage.database.read() as conn:
        return meetings_in_series(conn, meeting.series)


def test_it_is_made_as_often_as_the_rule_says(client: FlaskClient, stage: Stage) -> None:
    found = series(
        client, stage, without="2027-07-13", start="2027-07-06T19:30", end="2027-07-06T21:00"
    )
    assert [f"{one.start:%m-%d %H:%M}" for one in found] == ["07-06 17:30", "07-20 17:30"]
    page = client.get(f"/meetings/{found[0].id}")
    assert "Bewaard: 2 bijeenkomsten." in said(page)
    assert "Herhaalt zich Elke week" in said(client.get(f"/meetings/{found[1].id}"))


def test_a_room_that_is_taken_on_some_day_is_said_first(client: FlaskClient, stage: Stage) -> None:
    day = {"start": "2027-08-03T19:30", "end": "2027-08-03T21:00"}
    series(client, stage, **day)
    answer = post(client, "/meetings/new", **FILLED_IN | EVERY_WEEK | day | {"title": "Tweede"})
    assert answer.status_code == 409
    words = text(answer.text)
    assert "Koor (3 augustus, 19:30–21:00), Koor (10 augustus" in words


@pytest.mark.parametrize(("applies_to", "many"), [("this", 1), ("following", 2), ("all", 3)])
def test_one_those_that_follow_or_all_are_changed_and_deleted(
    client: FlaskClient, stage: Stage, applies_to: str, many: int
) -> None:
    day = {"start": "2027-09-07T19:30", "end": "2027-09-07T21:00"}
    found = series(client, stage, **day)
    fields = FILLED_IN | {"start": "2027-09-14T20:00", "end": "2027-09-14T21:00", "title": "Koor"}
    path = f"/meetings/{found[1].id}"
    assert 'name="applies_to"' in client.get(f"{path}/edit").text
    answer = overruled(client, f"{path}/edit", **fields, applies_to=applies_to)
    assert answer.status_code == 303, text(answer.text)
    later = [f"{one.start:%H:%M}" for one in again(stage, found[0])]
    assert later.count("18:00") == many
    assert post(client, f"{path}/delete", applies_to=applies_to).status_code == 303
    assert len(again(stage, found[0])) == 3 - many
    for one in again(stage, found[0]):
        post(client, f"/meetings/{one.id}/delete")


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("count", "", "Zeg tot welke dag of hoe vaak, een van de twee."),
        ("count", "201", "Ten hoogste 200 keer, en vier jaar vooruit."),
        ("until", "2026-12-31", "Zeg tot welke dag of hoe vaak"),
        ("interval", "0", "Een heel getal van 1 tot 52"),
        ("without", "kerst", "kerst is geen dag. Schrijf dagen als 2026-12-29."),
        ("repeat", "year", "Dit bestaat niet meer."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: FlaskClient, field: str, given: str, words: str
) -> None:
    answer = post(client, "/meetings/new", **FILLED_IN | EVERY_WEEK | {field: given})
    assert answer.status_code == 422
    assert re.search(words, text(answer.text)) is not None
