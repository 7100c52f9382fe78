"""What a private meeting is about is its organiser's alone: everywhere else its room is taken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.report.pdf import write_pdf
from dashboard.report.sheet import sheet
from dashboard.report.text import write_text
from dashboard.web.services import Services
from dashboard.words.locale import page_locale
from gateway.config import DashboardSettings
from gateway.domain.alerts.notice import NoticeMeeting
from gateway.domain.calendar.feed import Feed, UnplacedEvent
from gateway.domain.room_state import MeetingView
from gateway.links import Links
from gateway.notify.message import write
from gateway.notify.message_html import html
from gateway.notify.message_text import plain
from gateway.registry.agenda.feeds import put_feed, put_troubles
from gateway.registry.agenda.meetings import find_meeting, put_meeting
from gateway.registry.alerts.outbox import post
from gateway.reports.builder import ReportBuilder
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, token
from tests.dashboard.pages.scene import MEETINGS, NOW, VENUE, Stage, StageBoard, build, room_state
from tests.gateway.domain.report.evening import MEETING, THERE
from tests.gateway.notices import notice
from tests.gateway.reported import Evening, evening

SECRETS = ("Functioneringsgesprek", "eva.secret", "host.secret")
PRIVATE = replace(
    MEETINGS[0], title="Functioneringsgesprek P. de Vries", private=True,
    organiser="eva.secret@example.org", host="host.secret@example.org",
)  # fmt: skip
DAY = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The scene, in which one meeting is private; its people were told, and one is unplaced."""
    found = build(tmp_path_factory.mktemp("private"))
    view = MeetingView(PRIVATE.id, None, to_wire(PRIVATE.start), to_wire(PRIVATE.end), True)
    found.board.show(room_state(RoomSlug("grote-zaal"), meeting=view, co2_ppm=1240.0))
    told = NoticeMeeting(PRIVATE.id, PRIVATE.title, PRIVATE.start, PRIVATE.end, private=True)
    with found.database.write() as conn:
        put_meeting(conn, PRIVATE)
        put_meeting(conn, replace(PRIVATE, id="m-beside", room=RoomSlug("serre")))
        post(conn, PRIVATE.id, "f-co2", PRIVATE.organiser or "", notice(meeting=told), NOW)
        put_feed(conn, Feed("agenda", VENUE, "Agenda", "https://example.org/a.ics"))
        unplaced = UnplacedEvent("", "Kelder", "unknown_location", NOW, 1)
        put_troubles(conn, "agenda", (), (unplaced,))
    yield found
    found.services.store.close()
    found.database.close()


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    client = create_app(stage.services).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl-NL,nl;q=0.9"
    return client


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "Bezet · nog 52 min"),
        ("/rooms/de-kade/grote-zaal", "Bezet"),
        ("/rooms/de-kade/grote-zaal/chart.json", "Bezet"),
        ("/meetings", "Bezet"),
        ("/meetings/m-zaal", "Bezet"),
        ("/meetings/m-serre", "In dezelfde zaal op dezelfde tijd: Bezet"),
        ("/meetings/m-zaal/edit", "besloten"),
        ("/plan", ""),
        ("/alerts", "organisator"),
        ("/settings/calendars/agenda", "Bezet Kelder"),
    ],
)  # fmt: skip
def test_pages_say_that_the_room_is_taken(client: FlaskClient, path: str, words: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert words.casefold() in (said(page) if "json" not in path else page.text).casefold()
    assert not any(secret in page.text for secret in SECRETS)


@pytest.mark.parametrize(("language", "word"), [("en", "Busy"), ("de", "Belegt")])
def test_it_is_worded_in_the_language_of_the_visitor(
    stage: Stage, language: str, word: str
) -> None:
    client = create_app(stage.services).test_client()
    page = client.get("/meetings", headers={"Accept-Language": language})
    assert word in said(page)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/rooms", "/api/v1/rooms/de-kade/grote-zaal", "/api/v1/alerts",
        "/api/v1/alerts/f-co2/deliveries", "/api/v1/meetings", "/api/v1/meetings/m-zaal",
        "/api/v1/export.csv?meeting=m-zaal", "/api/v1/feeds",
    ],
)  # fmt: skip
def test_the_api_says_that_the_room_is_taken(client: FlaskClient, path: str) -> None:
    answer = client.get(path, query_string=DAY if path == "/api/v1/meetings" else None)
    assert answer.status_code == 200, answer.text
    assert not any(secret in answer.text for secret in SECRETS)


def test_its_room_and_the_meeting_have_no_title_and_say_why(client: FlaskClient) -> None:
    room = client.get("/api/v1/rooms/de-kade/grote-zaal").json
    assert room is not None
    assert (room["meeting"]["title"], room["meeting"]["private"]) == (None, True)
    found = client.get("/api/v1/meetings/m-zaal").json
    assert found is not None
    hidden = ("title", "organiser", "host")
    assert [found[name] for name in hidden] == [None, None, None]
    assert found["private"] is True


def test_its_organiser_is_on_it_by_that_name_alone(client: FlaskClient, stage: Stage) -> None:
    links = Links("a secret of tests", "https://lucht.example.org")
    address = links.acknowledge(("f-co2",), PRIVATE.organiser or "", "nl", NOW)
    path = address.removeprefix("https://lucht.example.org")
    assert client.post(path).status_code == 303
    assert "u bent ermee bezig" in said(client.get(path))
    page = client.get("/alerts")
    assert "de organisator is ermee bezig" in said(page)
    assert not any(secret in page.text for secret in SECRETS)


class TestChanging:
    def body(self, client: FlaskClient) -> dict[str, object]:
        found = client.get("/api/v1/meetings/m-beside").json
        assert found is not None
        return {key: found[key] for key in found.keys() - {"id", "feed", "flags"}}

    def test_what_the_api_does_not_show_stays_when_it_is_put_back(
        self, client: FlaskClient, stage: Stage
    ) -> None:
        answer = client.put(
            "/api/v1/meetings/m-beside", json=self.body(client) | {"language": "en"}
        )
        assert answer.status_code == 200, answer.text
        assert not any(secret in answer.text for secret in SECRETS)
        with stage.database.read() as conn:
            kept = find_meeting(conn, "m-beside")
        assert kept == replace(PRIVATE, id="m-beside", room=RoomSlug("serre"), language="en")

    def test_it_becomes_public_with_a_title_alone(self, client: FlaskClient) -> None:
        body = self.body(client) | {"private": False}
        assert client.put("/api/v1/meetings/m-beside", json=body).status_code == 422
        other = client.put(
            "/api/v1/meetings/m-new", json=body | {"title": "Open", "room": "atelier"}
        )
        assert other.json is not None
        assert (other.json["title"], other.json["private"]) == ("Open", False)

    def test_a_meeting_made_by_hand_is_private_where_that_is_said(
        self, client: FlaskClient
    ) -> None:
        body = self.body(client) | {"title": "Geheim", "room": "atelier"}
        made = client.put("/api/v1/meetings/m-hidden", json=body)
        assert made.json is not None
        assert (made.json["title"], made.json["private"]) == (None, True)
        untitled = client.put("/api/v1/meetings/m-other", json=body | {"title": None})
        assert untitled.status_code == 422

    def test_its_form_leaves_what_is_left_empty(self, client: FlaskClient, stage: Stage) -> None:
        page = client.get("/meetings/m-beside/edit")
        filled = {
            "csrf_token": token(page.text), "title": "", "room": "de-kade/serre",
            "start": "2026-11-27T19:00", "end": "2026-11-27T20:00", "organiser": "", "host": "",
        }  # fmt: skip
        answer = client.post("/meetings/m-beside/edit", data=filled)
        assert answer.status_code == 303, answer.text
        with stage.database.read() as conn:
            kept = find_meeting(conn, "m-beside")
        assert kept is not None
        assert (kept.title, kept.organiser, kept.private) == (
            PRIVATE.title,
            PRIVATE.organiser,
            True,
        )


class TestMails:
    LINKS = Links("a secret", "https://lucht.example.org/")

    def mail(self, title: str | None) -> str:
        meeting = NoticeMeeting("m", title, NOW, NOW + timedelta(hours=1), private=True)
        found = write((notice(meeting=meeting),), "x@example.org", self.LINKS, NOW)
        return found.subject + plain(found) + html(found)

    def test_its_organiser_reads_its_title_and_others_that_the_room_is_taken(self) -> None:
        assert "Functioneringsgesprek" in self.mail("Functioneringsgesprek")
        assert "Bezet, " in self.mail(None)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Evening]:
    opened = evening(tmp_path)
    with opened.database.write() as conn:
        put_meeting(conn, replace(MEETING, title=PRIVATE.title, organiser=PRIVATE.organiser,
                                  private=True))  # fmt: skip
    opened.arrive(THERE)
    opened.look(40)
    yield opened
    opened.store.close()
    opened.database.close()


class TestReports:
    SECRET = "s" * 20

    def client(self, hall: Evening, *, demo: bool) -> FlaskClient:
        chosen = DashboardSettings(demo=demo)
        services = Services(
            hall.clock, hall.database, hall.store, StageBoard(), chosen, self.SECRET
        )
        client = create_app(services).test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl-NL,nl;q=0.9"
        return client

    def link(self, recipient: str) -> str:
        links = Links(self.SECRET, "http://luchtig.test")
        address = links.report(MEETING.id, recipient, "nl", MEETING.end)
        return address.removeprefix("http://luchtig.test")

    def test_who_is_logged_in_reads_that_the_room_was_taken(self, hall: Evening) -> None:
        page = self.client(hall, demo=True).get("/meetings/m1/report")
        assert "Bezet" in said(page)
        assert not any(secret in page.text for secret in SECRETS)

    def test_its_organiser_reads_it_whole_behind_the_link(self, hall: Evening) -> None:
        for demo in (True, False):
            client = self.client(hall, demo=demo)
            assert PRIVATE.title in said(client.get(self.link(PRIVATE.organiser or "")))
            assert PRIVATE.title not in said(client.get(self.link("other@example.org")))

    def test_a_report_that_was_kept_is_as_private(self, hall: Evening) -> None:
        with hall.database.write() as conn:
            conn.exec_driver_sql("DELETE FROM meetings")
        page = self.client(hall, demo=True).get("/meetings/m1/report")
        assert "Bezet" in said(page)
        assert PRIVATE.title not in page.text

    def test_as_text_and_as_pdf_it_is_the_same(self, hall: Evening) -> None:
        report = ReportBuilder(hall.database, hall.store).report("m1", hall.clock.now())
        locale = page_locale("nl", "Europe/Amsterdam")
        found = sheet(report, None, NOW, locale)
        assert write_text(found, locale).splitlines()[0] == "Bezet"
        assert found.title == "Bezet"
        assert write_pdf(found, locale).startswith(b"%PDF")
        assert sheet(report, None, NOW, locale, for_organiser=True).title == PRIVATE.title

    def test_the_mail_about_it_goes_to_its_organiser_with_its_title(self, hall: Evening) -> None:
        (mail,) = hall.mails()
        assert mail.recipient == PRIVATE.organiser
        assert mail.notice.meeting is not None
        assert mail.notice.meeting.title == PRIVATE.title
