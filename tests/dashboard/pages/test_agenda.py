"""Meetings by room, sought, filtered, and moved."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.domain.calendar.feed import Feed
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.feeds import put_feed
from gateway.registry.agenda.meetings import delete_meeting, find_meeting, put_meeting
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import HOSTILE, VENUE, Stage, ago

NEXT_DAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 9:00 in Amsterdam
OWN = Meeting(
    "a-own", VENUE, RoomSlug("serre"), "Ontbijt <b>", NEXT_DAY, NEXT_DAY + timedelta(hours=1)
)
FOLLOWING = Meeting("a-koor", VENUE, RoomSlug("serre"), "Koor", NEXT_DAY + timedelta(hours=3),
                    NEXT_DAY + timedelta(hours=5), feed="agenda", uid="u")  # fmt: skip
SECRET = Meeting("a-secret", VENUE, RoomSlug("atelier"), "Ontslagronde", NEXT_DAY,
                 NEXT_DAY + timedelta(hours=1), private=True)  # fmt: skip


@pytest.fixture(autouse=True)
def planned(stage: Stage) -> Iterator[None]:
    with stage.database.write() as conn:
        put_feed(conn, Feed("agenda", VENUE, "Agenda", "https://example.org/a.ics"))
        for meeting in (OWN, FOLLOWING, SECRET):
            put_meeting(conn, meeting)
    yield
    with stage.database.write() as conn:
        for meeting in (OWN, FOLLOWING, SECRET):
            delete_meeting(conn, meeting.id)


def cell(html: str, room: str, day: str) -> str:
    found = re.search(rf'data-room="{room}" data-day="{day}".*?</td>', html, re.DOTALL)
    assert found is not None
    return text(f"<td {found[0]}")


class TestByRoom:
    def test_a_week_has_a_cell_for_each_room_and_day(self, client: FlaskClient) -> None:
        page = client.get("/meetings?view=week&day=2026-11-25")
        assert "Week 48: 23 november tot en met 29 november · 9 bijeenkomsten" in said(page)
        assert (
            cell(page.text, "de-kade/serre", "2026-11-25")
            == "09:00–10:00 Ontbijt <b> 12:00–14:00 Koor"
        )
        assert cell(page.text, "de-kade/serre", "2026-11-24") == f"19:15–20:45 {HOSTILE}"
        assert cell(page.text, "de-kade/bibliotheek", "2026-11-25") == ""

    def test_a_day_is_drawn_by_quarters_of_an_hour(self, client: FlaskClient) -> None:
        page = client.get("/meetings?view=day&day=2026-11-25").text
        row = next(row for row in page.split("<tr>") if 'scope="row"' in row and ">Serre<" in row)
        taken = re.findall(r'<td colspan="(\d+)">(<div)?', row)
        assert [int(n) for n, _ in taken] == [4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 4]
        assert [bool(slot) for _, slot in taken] == [False, True, False, False, True] + 6 * [False]

    def test_what_overlaps_stands_above_each_other(self, client: FlaskClient, stage: Stage) -> None:
        late = Meeting("a-late", VENUE, RoomSlug("serre"), "Erbij", OWN.start, OWN.end)
        with stage.database.write() as conn:
            put_meeting(conn, late)
        try:
            page = client.get("/meetings?view=day&day=2026-11-25").text
            assert '<th scope="row" rowspan="2"><bdi>Serre' in page
        finally:
            with stage.database.write() as conn:
                delete_meeting(conn, late.id)

    def test_a_phone_reads_the_same_in_a_row(self, client: FlaskClient) -> None:
        page = client.get("/meetings?view=week&day=2026-11-25").text
        row = page.split('class="in-a-row"')[1]
        assert row.index("dinsdag 24 november") < row.index("woensdag 25 november")
        assert "Ontbijt" in row


class TestSought:
    @pytest.mark.parametrize(
        ("asked", "found", "not_found"),
        [
            ("q=ontbijt", ["Ontbijt <b>", "Ontbijtsessie"], ["Koor", "Boekenclub"]),
            ("q=SERRE koor", ["Koor"], ["Ontbijt"]),
            ("q=ontslag", ["Niets gevonden"], ["Ontslagronde"]),
            ("room=de-kade/grote-zaal", ["Ledenavond"], ["Bestuursoverleg"]),
            ("which=over", ["Ledenavond", "Bestuursoverleg"], ["Boekenclub"]),
            ("which=coming", ["Boekenclub", "Ledenavond"], ["Ontbijtsessie"]),
            ("which=own", ["0 bijeenkomsten"], ["Boekenclub"]),
            ("room=de-kade/kelder&which=none&view=x", ["Boekenclub"], []),
        ],
    )
    def test_only_what_is_asked_for_is_shown(
        self, client: FlaskClient, asked: str, found: list[str], not_found: list[str]
    ) -> None:
        words = said(client.get(f"/meetings?{asked}"))
        assert all(word in words for word in found)
        assert not any(word in words for word in not_found)

    def test_what_comes_stands_before_what_was(self, client: FlaskClient) -> None:
        words = said(client.get("/meetings?q=ontbijt"))
        assert words.index("Ontbijt <b>") < words.index("Ontbijtsessie")


class TestMoved:
    def move(self, client: FlaskClient, meeting: str, **fields: str) -> TestResponse:
        form = client.get(f"/meetings/{meeting}/move")
        return client.post(
            f"/meetings/{meeting}/move",
            data={"csrf_token": token(client.get("/meetings/new").text)} | fields,
        ) if form.status_code == 200 else form  # fmt: skip

    def kept(self, stage: Stage, meeting: str) -> Meeting | None:
        with stage.database.read() as conn:
            return find_meeting(conn, meeting)

    def test_it_lasts_as_long_elsewhere(self, client: FlaskClient, stage: Stage) -> None:
        answer = self.move(client, "a-own", room="de-kade/bibliotheek", start="2026-11-27T09:00")
        assert (answer.status_code, answer.location) == (303, "/meetings?view=week&day=2026-11-27")
        found = self.kept(stage, "a-own")
        assert found is not None
        assert (found.room, found.start) == ("bibliotheek", OWN.start + timedelta(days=2))
        assert found.end - found.start == timedelta(hours=1)
        assert "is verplaatst: vrijdag 27 november, 09:00, Bibliotheek." in said(
            client.get(answer.location)
        )

    def test_a_room_that_is_taken_is_said_first(self, client: FlaskClient, stage: Stage) -> None:
        place = {"room": "de-kade/serre", "start": "2026-11-25T12:30"}
        answer = self.move(client, "a-own", **place)
        assert answer.status_code == 409
        assert "De zaal is dan bezet: Koor (12:00–14:00)." in text(answer.text)
        assert self.kept(stage, "a-own") == OWN
        key = re.search(r'name="overrule" value="(\w+)"', answer.text)
        assert key is not None
        assert self.move(client, "a-own", **place, overrule=key[1]).status_code == 303

    def test_one_of_a_calendar_stays_and_says_why(self, client: FlaskClient, stage: Stage) -> None:
        page = client.get("/meetings/a-koor/move")
        assert "Deze bijeenkomst volgt de agenda Agenda. Daar wordt ze verplaatst" in said(page)
        answer = self.move(client, "a-koor", room="de-kade/atelier", start="2026-11-27T09:00")
        assert answer.status_code == 409
        assert self.kept(stage, "a-koor") == FOLLOWING
        week = client.get("/meetings?view=week&day=2026-11-25").text
        assert 'data-move="/meetings/a-own/move"' in week
        assert "a-koor/move" not in week
        assert "Koor volgt een agenda: daar wordt het verplaatst." in week

    def test_what_began_stays_on_record(self, client: FlaskClient, stage: Stage) -> None:
        before = self.kept(stage, "m-zaal")
        answer = self.move(client, "m-zaal", room="de-kade/atelier", start="2026-11-27T09:00")
        assert answer.status_code == 409
        assert self.kept(stage, "m-zaal") == before

    @pytest.mark.parametrize(
        ("field", "given", "words"),
        [
            ("start", "2026-11-23T09:00", "Dat is voorbij."),
            ("start", "ooit", "Vul een datum en een tijd in."),
            ("room", "", "Kies een zaal"),
            ("room", "de-kade/kelder", "Dit bestaat niet meer."),
        ],
    )
    def test_what_is_wrong_is_said(
        self, client: FlaskClient, field: str, given: str, words: str
    ) -> None:
        place = {"room": "de-kade/serre", "start": "2026-11-27T09:00"}
        answer = self.move(client, "a-own", **place | {field: given})
        assert answer.status_code == 422
        assert words in text(answer.text)


def test_a_meeting_before_today_has_no_grip(client: FlaskClient, stage: Stage) -> None:
    assert ago(0) > OWN.start - timedelta(days=1)
    assert "m-ochtend/move" not in client.get("/meetings?view=week").text
