"""Meetings made, changed and deleted by hand."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.domain.calendar.feed import Feed
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import (
    delete_meeting,
    find_meeting,
    meetings_between,
    put_meeting,
)
from gateway.registry.revision import current
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import HOSTILE, VENUE, Stage, ahead

FILLED_IN = {
    "title": "Boekenclub <b>", "room": "de-kade/serre", "start": "2026-12-01T19:30",
    "end": "2026-12-01T21:00", "expected_people": "12", "organiser": "o@example.org",
    "host": "h@example.org", "language": "en", "activity": "quiet", "policy": "nl-target-1200",
}  # fmt: skip


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    page = client.get(path if path.endswith(("new", "edit")) else path.replace("delete", "edit"))
    return client.post(path, data=fields | {"csrf_token": token(page.text)})


def overruled(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """What comes of it when what is of concern is read and overruled."""
    answer = post(client, path, **fields)
    if answer.status_code == 409:
        answer = post(client, path, **fields | {"overrule": overrule(answer)})
    return answer


def overrule(answer: TestResponse) -> str:
    found = re.search(r'name="overrule" value="(\w+)"', answer.text)
    assert found is not None, answer.text
    return found[1]


def made(client: FlaskClient, stage: Stage, **fields: str) -> Meeting:
    answer = overruled(client, "/meetings/new", **FILLED_IN | fields)
    assert answer.status_code == 303, text(answer.text)
    return kept(stage, answer.location.rsplit("/", 1)[1])


def kept(stage: Stage, meeting: str) -> Meeting:
    with stage.database.read() as conn:
        found = find_meeting(conn, meeting)
    assert found is not None
    return found


class TestMaking:
    def test_what_was_filled_in_is_kept_at_the_venues_own_time(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        with stage.database.read() as conn:
            before = current(conn)
        found = made(client, stage)
        assert found == Meeting(
            found.id, VENUE, RoomSlug("serre"), "Boekenclub <b>", datetime(2026, 12, 1, 18, 30, tzinfo=UTC),
            datetime(2026, 12, 1, 20, 0, tzinfo=UTC), 12, "o@example.org", "nl-target-1200",
            "quiet", "h@example.org", "en",
        )  # fmt: skip
        with stage.database.read() as conn:
            assert current(conn) == before + 1
        page = client.get(f"/meetings/{found.id}")
        assert "Bewaard." in text(page.text)
        assert "Boekenclub &lt;b&gt;" in page.text

    def test_only_title_room_and_times_are_needed(self, client: FlaskClient, stage: Stage) -> None:
        empty = dict.fromkeys(
            ("expected_people", "organiser", "host", "language", "activity", "policy"), ""
        )
        found = made(client, stage, **empty)
        chosen = (found.expected_people, found.organiser, found.host, found.language,
                  found.activity, found.policy)  # fmt: skip
        assert chosen == (None,) * 6

    def test_the_day_that_was_looked_at_is_suggested(self, client: FlaskClient) -> None:
        page = client.get("/meetings/new?day=2026-12-24&room=de-kade/serre").text
        assert 'value="2026-12-24T10:00"' in page
        assert '<option value="de-kade/serre" selected>' in page
        assert 'value="2026-11-25T10:00"' in client.get("/meetings/new?day=never").text

    @pytest.mark.parametrize(
        ("field", "given", "words"),
        [
            ("title", "  ", "Vul dit in."),
            ("title", "x" * 301, "Ten hoogste 300 tekens."),
            ("room", "", "Kies een zaal"),
            ("room", "de-kade/kelder", "Dit bestaat niet meer. Kies opnieuw."),
            ("start", "morgen", "Vul een datum en een tijd in."),
            ("start", "", "Vul een datum en een tijd in."),
            ("start", "9999-12-31T23:59", "Vul een datum en een tijd in."),
            ("start", "2026-12-01T19:30Z", "Vul een datum en een tijd in."),
            ("start", "2027-03-28T02:30", "De klok slaat deze tijd op die dag over."),
            ("title", "Boeken\nclub", "Eén regel, zonder tekens die niet te zien zijn."),
            ("title", "\u202eklec", "Eén regel, zonder tekens die niet te zien zijn."),
            ("end", "2026-12-01T19:30", "Het einde komt na het begin"),
            ("end", "2026-12-01T18:00", "Het einde komt na het begin"),
            ("end", "2026-12-09T18:00", "Het einde komt na het begin"),
            ("expected_people", "veel", "Een heel getal, ten hoogste 10.000."),
            ("expected_people", "-1", "Een heel getal"),
            ("expected_people", "10001", "Een heel getal"),
            ("expected_people", "²", "Een heel getal"),
            ("organiser", "anna", "Dit is geen e-mailadres"),
            ("host", "a@b@c", "Dit is geen e-mailadres"),
            ("host", "a@b, c@d", "Dit is geen e-mailadres"),
            ("language", "fr", "Dit bestaat niet meer. Kies opnieuw."),
            ("activity", "dancing", "Dit bestaat niet meer. Kies opnieuw."),
            ("policy", "none", "Dit bestaat niet meer. Kies opnieuw."),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_not_lost(
        self, client: FlaskClient, field: str, given: str, words: str
    ) -> None:
        answer = post(client, "/meetings/new", **FILLED_IN | {field: given})
        assert answer.status_code == 422
        assert "Eén ding klopt nog niet." in text(answer.text)
        beside = answer.text.split(f'id="wrong-{field}">')[1].split("<")[0]
        assert words in beside
        assert f'name="{field}" aria-invalid="true"' in answer.text
        if field != "title":
            assert 'value="Boekenclub &lt;b&gt;"' in answer.text

    def test_everything_is_told_at_once(self, client: FlaskClient) -> None:
        words = text(post(client, "/meetings/new").text)
        assert "4 dingen kloppen nog niet." in words

    def test_a_form_of_another_site_is_refused(self, client: FlaskClient) -> None:
        assert client.post("/meetings/new", data=FILLED_IN).status_code == 403


class TestConcerns:
    DAY: ClassVar = {"start": "2027-02-01T19:30", "end": "2027-02-01T21:00"}

    def test_a_room_that_is_taken_is_said_before_anything_is_kept(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        first = made(client, stage, **self.DAY, title="Koor <i>")
        second = FILLED_IN | self.DAY | {"end": "2027-02-01T19:45", "start": "2027-02-01T18:00"}
        answer = post(client, "/meetings/new", **second)
        assert answer.status_code == 409
        assert "De zaal is dan bezet: Koor <i> (19:30–21:00)." in text(answer.text)
        assert "Toch bewaren" in text(answer.text)
        assert 'value="2027-02-01T19:45"' in answer.text
        with stage.database.read() as conn:
            assert meetings_between(conn, first.start, first.end, VENUE) == (first,)

    def test_it_can_be_overruled_by_who_has_read_just_that(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        day = {"start": "2027-02-02T19:30", "end": "2027-02-02T21:00"}
        made(client, stage, **day)
        read = overrule(post(client, "/meetings/new", **FILLED_IN | day))
        made(client, stage, **day, title="Nog een")
        fields = FILLED_IN | day
        again = post(client, "/meetings/new", **fields, overrule=read)
        assert again.status_code == 409
        assert "Nog een" in again.text
        kept_now = post(client, "/meetings/new", **fields, overrule=overrule(again))
        assert kept_now.status_code == 303

    def test_more_people_than_seats_are_said(self, client: FlaskClient) -> None:
        day = {"start": "2027-02-03T19:30", "end": "2027-02-03T21:00"}
        answer = post(client, "/meetings/new", **FILLED_IN | day | {"expected_people": "1700"})
        assert answer.status_code == 409
        assert "De zaal heeft 16 plaatsen, en er worden 1.700 mensen verwacht." in text(answer.text)
        fields = FILLED_IN | day | {"expected_people": "16"}
        assert post(client, "/meetings/new", **fields).status_code == 303

    def test_what_was_overruled_before_is_not_said_at_each_change(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        day = {"start": "2027-02-04T19:30", "end": "2027-02-04T21:00"}
        made(client, stage, **day)
        found = made(client, stage, **day, title="Tweede")
        fields = FILLED_IN | day | {"title": "Derde"}
        assert post(client, f"/meetings/{found.id}/edit", **fields).status_code == 303
        fields["end"] = "2027-02-04T21:15"
        assert post(client, f"/meetings/{found.id}/edit", **fields).status_code == 409


class TestChanging:
    def test_a_meeting_comes_back_as_it_is(self, client: FlaskClient, stage: Stage) -> None:
        found = made(client, stage)
        page = client.get(f"/meetings/{found.id}/edit").text
        for name in ("start", "end", "expected_people", "organiser", "host"):
            assert f'value="{FILLED_IN[name]}"' in page
        for chosen in ("de-kade/serre", "en", "quiet", "nl-target-1200"):
            assert f'<option value="{chosen}" selected>' in page
        fields = FILLED_IN | {"title": "Leesclub", "room": "de-kade/atelier"}
        answer = overruled(client, f"/meetings/{found.id}/edit", **fields)
        assert answer.status_code == 303
        assert kept(stage, found.id) == replace(found, title="Leesclub", room=RoomSlug("atelier"))

    def test_deleting_goes_back_to_its_day(self, client: FlaskClient, stage: Stage) -> None:
        found = made(client, stage)
        answer = post(client, f"/meetings/{found.id}/delete")
        assert (answer.status_code, answer.location) == (303, "/meetings?day=2026-12-01")
        assert "Boekenclub <b> is verwijderd." in said(client.get("/meetings?day=2026-12-01"))
        assert client.get(f"/meetings/{found.id}").status_code == 404

    def test_what_is_not_there_is_not_found(self, client: FlaskClient) -> None:
        form = {"csrf_token": token(client.get("/meetings/new").text)}
        assert client.get("/meetings/m-nooit/edit").status_code == 404
        assert client.post("/meetings/m-nooit/edit", data=form).status_code == 404
        assert client.post("/meetings/m-nooit/delete", data=form).status_code == 404


class TestOfACalendar:
    @pytest.fixture
    def followed(self, stage: Stage) -> Any:
        meeting = Meeting(
            "m-koor",
            VENUE,
            RoomSlug("serre"),
            HOSTILE,
            ahead(600),
            ahead(700),
            feed="agenda",
            uid="u",
        )
        with stage.database.write() as conn:
            put_feed(conn, Feed("agenda", VENUE, "Agenda", "https://example.org/a.ics"))
            put_meeting(conn, meeting)
        yield meeting
        with stage.database.write() as conn:
            delete_meeting(conn, meeting.id)

    @pytest.mark.usefixtures("followed")
    def test_it_says_where_it_comes_from_and_where_it_is_changed(self, client: FlaskClient) -> None:
        page = client.get("/meetings/m-koor")
        assert "Uit de agenda Agenda" in said(page)
        assert 'href="/settings/calendars/agenda"' in page.text
        form = client.get("/meetings/m-koor/edit")
        assert "Deze bijeenkomst volgt de agenda Agenda." in said(form)
        for name in ("title", "room", "start", "end", "organiser"):
            assert f'name="{name}"' not in form.text
        assert "verwijderen" not in said(form)

    def test_limits_activity_host_and_language_are_chosen_here(
        self, client: FlaskClient, stage: Stage, followed: Meeting
    ) -> None:
        assert post(client, "/meetings/m-koor/edit", **FILLED_IN).status_code == 303
        assert kept(stage, "m-koor") == replace(
            followed, policy="nl-target-1200", activity="quiet", host="h@example.org", language="en"
        )

    def test_it_is_not_deleted_here(
        self, client: FlaskClient, stage: Stage, followed: Meeting
    ) -> None:
        assert post(client, "/meetings/m-koor/delete").status_code == 409
        assert kept(stage, "m-koor") == followed


def test_what_shares_a_room_at_the_same_time_is_shown(client: FlaskClient, stage: Stage) -> None:
    evening = {"start": "2026-12-08T19:30", "end": "2026-12-08T21:00"}
    first = made(client, stage, title="Eerste", **evening)
    made(client, stage, title="Tweede", start="2026-12-08T20:59", end="2026-12-08T22:00")
    made(client, stage, title="Derde", start="2026-12-08T22:00", end="2026-12-08T23:00")
    made(client, stage, title="Elders", room="de-kade/atelier", **evening)
    words = said(client.get("/meetings?day=2026-12-08"))
    assert words.count("Tegelijk met") == 2
    assert "Eerste Serre · 12 mensen verwacht Tegelijk met Tweede" in words
    assert "In dezelfde zaal op dezelfde tijd: Tweede" in said(client.get(f"/meetings/{first.id}"))
