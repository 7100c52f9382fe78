"""The protocol of a meeting on its page, by the link of a mail, and in the report."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from gateway.domain.protocol.times import waiting
from gateway.domain.protocol.verdict import Declaration
from gateway.domain.room import Venue
from gateway.links import Links
from gateway.registry.agenda.meetings import find_meeting
from gateway.registry.alerts.sent_links import SentLink, put_link, revoke_link
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.protocols.of_meetings import declarations_of, declare, protocol_of
from gateway.registry.rooms import find_venue, put_venue
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said
from tests.dashboard.pages.scene import NOW, VENUE, Stage, build
from tests.dashboard.setup import csrf_token

OLGA = "organiser@example.org"
LINKS = Links("a secret of tests", "")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    built = build(tmp_path)
    with built.database.write() as conn:
        place = find_venue(conn, VENUE) or Venue(VENUE, "De Kade")
        put_venue(conn, replace(place, protocol="club-2020-21"))
    return built


@pytest.fixture
def app(stage: Stage) -> Flask:
    return create_app(stage.services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def board_says(client: FlaskClient) -> list[tuple[str, str]]:
    return re.findall(r'<p class="due"><a href="([^"]+)">([^<]+)</a>', client.get("/").text)


def test_the_card_of_a_room_says_to_a_host_what_is_to_be_ticked(
    app: Flask, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.attending.due.FRESH_S", 0.0)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with stage.database.read() as conn:
        meeting = find_meeting(conn, "m-zaal")
        assert meeting is not None
        held = protocol_of(conn, meeting, NOW)
    due = waiting(held, meeting.start, meeting.end, (), NOW)
    (said,) = [one for one in board_says(client) if "m-zaal" in one[0]]
    assert said == ("/meetings/m-zaal#protocol", f"{len(due)} to tick now")
    with stage.database.write() as conn:
        for item in due[1:]:
            declare(conn, meeting, Declaration(item.id, True, "anna", NOW))
    assert ("/meetings/m-zaal#protocol", "1 to tick now") in board_says(client)
    with stage.database.write() as conn:
        declare(conn, meeting, Declaration(due[0].id, True, "anna", NOW))
    assert not [one for one in board_says(client) if "m-zaal" in one[0]]


def test_the_card_says_to_a_host_who_ticked_last_and_when(
    app: Flask, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.attending.due.FRESH_S", 0.0)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert 'class="ticked"' not in client.get("/").text
    with stage.database.write() as conn:
        meeting = find_meeting(conn, "m-zaal")
        assert meeting is not None
        held = protocol_of(conn, meeting, NOW)
        first, second, *rest = waiting(held, meeting.start, meeting.end, (), NOW)
        declare(conn, meeting, Declaration(first.id, True, "anna", NOW - timedelta(minutes=9)))
        declare(conn, meeting, Declaration(second.id, False, "host", NOW - timedelta(minutes=2)))
    page = client.get("/").text
    assert "Protocol: 2 answered, 1 of them no · host, 20:09" in page
    with stage.database.write() as conn:
        for item in rest:
            declare(conn, meeting, Declaration(item.id, True, "anna", NOW))
    words = re.findall(
        r'<p class="ticked"><a href="([^"]+)"><bdi>([^<]+)</bdi>', client.get("/").text
    )
    said_of = f"Protocol: {2 + len(rest)} answered, 1 of them no · anna, 20:11"
    assert ("/meetings/m-zaal#protocol", said_of) in words


def mailed(stage: Stage, role: str = "organiser") -> str:
    link = SentLink(
        "c" * 32, VENUE, OLGA, "host" if role == "host" else "organiser", "protocols",
        (RoomSlug("grote-zaal"),), (), ("m-zaal",), False, NOW, NOW + timedelta(days=30),
    )  # fmt: skip
    with stage.database.write() as conn:
        put_link(conn, link)
    return LINKS.page(link.id, "nl", NOW)


def spoken(stage: Stage) -> list[tuple[str, bool, str, str]]:
    with stage.database.read() as conn:
        found = declarations_of(conn, ("m-zaal",)).get("m-zaal", ())
    return [(one.item, one.declared, one.by, one.note) for one in found]


def test_what_is_due_comes_first_and_measured_stands_apart(client: FlaskClient) -> None:
    words = said(client.get("/meetings/m-zaal"))
    assert "Protocol: Clubbijeenkomst, 2020/21" in words
    overdue = words.index("De tafels staan uit elkaar")
    due = words.index("Ramen en deuren staan wijd open in de pauze")  # it is past the middle
    later = words.index("De tafels zijn schoongemaakt")
    assert overdue < due < later < words.index("Gemeten")
    assert "CO₂ blijft binnen de grens van de zaal: staat in het verslag" in words


def test_a_word_is_kept_and_shown_with_who_and_how_late(client: FlaskClient, stage: Stage) -> None:
    page = client.get("/meetings/m-zaal")
    form = {"csrf_token": csrf_token(page), "declared": "no", "note": "te weinig tafels"}
    answer = client.post("/meetings/m-zaal/protocol/tables-apart", data=form)
    assert answer.status_code == 303
    assert answer.location.endswith("/meetings/m-zaal#protocol")
    assert spoken(stage)[0][:2] == ("tables-apart", False)
    words = said(client.get("/meetings/m-zaal"))
    assert "20:11 · te laat" in words
    assert "te weinig tafels" in words


@pytest.mark.parametrize("item", ["co2", "of-tomorrow"])
def test_only_what_is_declared_can_be_said(client: FlaskClient, item: str) -> None:
    token = csrf_token(client.get("/meetings/m-zaal"))
    form = {"csrf_token": token, "declared": "yes"}
    assert client.post(f"/meetings/m-zaal/protocol/{item}", data=form).status_code == 404


def test_a_host_without_an_account_says_yes_by_the_link_of_a_mail(
    client: FlaskClient, stage: Stage
) -> None:
    page = mailed(stage, "host")
    assert "Protocol: Clubbijeenkomst, 2020/21" in said(client.get(page))
    assert client.post(f"{page}/protocol/nobody-ill", data={"declared": "yes"}).status_code == 303
    assert spoken(stage) == [("nobody-ill", True, "host", "")]
    with stage.database.read() as conn:
        found = next(iter(every_entry(conn, Wanted(), NOW)))
    assert (found.what, found.act.who, found.act.how) == ("declaration.made", OLGA, "link")


def test_a_link_that_was_withdrawn_says_nothing(client: FlaskClient, stage: Stage) -> None:
    page = mailed(stage)
    with stage.database.write() as conn:
        revoke_link(conn, "c" * 32, "anna", NOW)
    assert client.post(f"{page}/protocol/nobody-ill", data={"declared": "yes"}).status_code == 410
    assert spoken(stage) == []


def test_the_report_keeps_what_is_measured_and_what_is_said_apart(
    client: FlaskClient, stage: Stage
) -> None:
    words = said(client.get("/meetings/m-ochtend/report"))
    assert "Protocol: Clubbijeenkomst, 2020/21" in words
    assert words.index("Gemeten") < words.index("Verklaard door mensen")
    assert "niemand zei iets" in words
    assert client.get("/meetings/m-ochtend/report.pdf").data.startswith(b"%PDF")
    with stage.database.read() as conn:
        assert find_meeting(conn, "m-ochtend") is not None
