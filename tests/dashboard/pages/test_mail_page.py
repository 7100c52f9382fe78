"""The page of a mail, opened as somebody without an account, a mail scanner and a mail program would."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from gateway.domain.alerts.notice import Notice
from gateway.domain.topic import Topic
from gateway.links import Links
from gateway.registry.alerts.outbox import all_messages, mark_sent, post
from gateway.registry.alerts.sent_links import (
    SentLink,
    put_link,
    revoke_link,
    revoke_of_meeting,
)
from gateway.registry.alerts.unsubscriptions import unwanted_topics
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.live.operator_requests import AcknowledgeRequest, pending_requests
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import said, text
from tests.dashboard.pages.scene import NOW, VENUE, Stage, build

ANNA = "organiser@example.org"
LINKS = Links("a secret of tests", "")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return build(tmp_path, demo=False)


@pytest.fixture
def app(stage: Stage) -> Flask:
    return create_app(stage.services)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()


def mailed(
    stage: Stage,
    *flags: str,
    topic: Topic = "alerts",
    meetings: tuple[str, ...] = ("m-zaal",),
    private: bool = False,
    days_ago: float = 0,
) -> str:
    """The address of the page of a mail."""
    made = NOW - timedelta(days=days_ago)
    link = SentLink(
        "a" * 32, VENUE, ANNA, "organiser", topic, (RoomSlug("grote-zaal"),), flags, meetings,
        private, made, made + timedelta(days=90),
    )  # fmt: skip
    with stage.database.write() as conn:
        put_link(conn, link)
    return LINKS.page(link.id, "nl", made)


def unwanted(stage: Stage) -> frozenset[Topic]:
    with stage.database.read() as conn:
        return unwanted_topics(conn, VENUE, ANNA)


def asked(stage: Stage) -> list[AcknowledgeRequest]:
    with stage.database.read() as conn:
        return [r for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)]


def test_it_shows_the_room_as_it_is_and_what_the_message_told_of(
    stranger: FlaskClient, stage: Stage
) -> None:
    words = said(stranger.get(mailed(stage, "f-co2")))
    assert "Grote zaal De Kade · zoals het nu is, 20:11" in words
    assert "Open de ramen" in words
    assert "CO₂ 1.240 ppm" in words
    assert "Te veel CO₂ tot 1.262 ppm, 62 boven 1.200 ppm sinds 20:04" in words
    assert f"{ANNA} krijgt meldingen van De Kade." in words


def test_no_link_of_it_leads_to_a_log_in(stranger: FlaskClient, stage: Stage) -> None:
    page = stranger.get(mailed(stage, "f-co2")).text
    assert "/rooms/" not in page
    assert "/login" not in page


def test_it_says_who_was_told_by_their_part_and_no_address(
    stranger: FlaskClient, stage: Stage
) -> None:
    notice = Notice(
        "firing", "co2", VENUE, "De Kade", "nl", "Europe/Amsterdam", RoomSlug("grote-zaal"),
        "Grote zaal", None, NOW, NOW, 1240.0, 1240.0, 1200.0, flag="f-co2",
        recipient_role="manager",
    )  # fmt: skip
    with stage.database.write() as conn:
        post(conn, "m-zaal", "f-co2", "bea@example.org", notice, NOW)
        (message,) = all_messages(conn)
        mark_sent(conn, [message.id], stage.services.clock.now_ns(), "x")
    page = stranger.get(mailed(stage, "f-co2"))
    assert "Wie bericht kreeg Melding verzonden naar beheerder" in said(page)
    assert "bea@example.org" not in page.text


def test_looking_changes_nothing(stranger: FlaskClient, stage: Stage) -> None:
    address = mailed(stage, "f-co2")
    for path in (address, f"{address}/unsubscribe", f"{address}/subscribe"):
        assert stranger.get(path).status_code == 200
        assert stranger.head(path).status_code == 200
    assert (asked(stage), unwanted(stage)) == ([], frozenset())


def test_one_press_acknowledges(stranger: FlaskClient, stage: Stage) -> None:
    address = mailed(stage, "f-co2")
    answer = stranger.post(address, data={"note": "ramen open"})
    assert (answer.status_code, answer.location) == (303, address)
    (request,) = asked(stage)
    assert (request.flag, request.by, request.note) == ("f-co2", ANNA, "ramen open")
    assert "Genoteerd: u bent ermee bezig." in said(stranger.get(address))
    assert stranger.post(address).status_code == 409


def test_a_mail_program_unsubscribes_with_one_click(stranger: FlaskClient, stage: Stage) -> None:
    address = f"{mailed(stage, 'f-co2')}/unsubscribe"
    answer = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 303
    assert unwanted(stage) == {"alerts"}


def test_it_says_of_which_messages_and_can_be_undone(stranger: FlaskClient, stage: Stage) -> None:
    address = mailed(stage, topic="reports")
    stranger.post(f"{address}/unsubscribe")
    assert unwanted(stage) == {"reports"}
    words = said(stranger.get(address))
    assert f"{ANNA} krijgt geen verslagen van bijeenkomsten in De Kade meer." in words
    stranger.post(f"{address}/subscribe")
    assert unwanted(stage) == frozenset()


def test_what_is_done_by_a_link_is_on_record_with_whom_it_was_sent_to(
    stranger: FlaskClient, stage: Stage
) -> None:
    address = mailed(stage, "f-co2")
    stranger.post(address)
    stranger.post(f"{address}/unsubscribe")
    with stage.database.read() as conn:
        found = list(every_entry(conn, Wanted(), NOW))
    assert [(e.what, e.act.who, e.act.how) for e in found] == [
        ("unsubscription.made", ANNA, "link"), ("acknowledge.asked", ANNA, "link"),
    ]  # fmt: skip


def test_who_has_a_private_meeting_is_on_record_by_their_part(
    stranger: FlaskClient, stage: Stage
) -> None:
    stranger.post(f"{mailed(stage, private=True)}/unsubscribe")
    with stage.database.read() as conn:
        (found,) = every_entry(conn, Wanted(), NOW)
    assert found.act.who == "organiser"


def test_of_a_report_it_leads_to_the_report(stranger: FlaskClient, stage: Stage) -> None:
    page = stranger.get(mailed(stage, topic="reports", meetings=("m-ochtend",))).text
    (address,) = [part.split('"')[0] for part in page.split('href="')[1:] if "/report?" in part]
    assert stranger.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("way", ["by itself", "by its meeting"])
def test_a_link_that_was_withdrawn_does_nothing(
    stranger: FlaskClient, stage: Stage, way: str
) -> None:
    address = mailed(stage, "f-co2")
    with stage.database.write() as conn:
        if way == "by itself":
            revoke_link(conn, "a" * 32, "bea", NOW)
        else:
            revoke_of_meeting(conn, "m-zaal", "bea", NOW)
    acknowledge = LINKS.acknowledge(("f-co2",), ANNA, "nl", NOW, "a" * 32)
    report = LINKS.report("m-zaal", ANNA, "nl", NOW, "a" * 32)
    for path in (address, f"{address}/unsubscribe", acknowledge, report):
        answer = stranger.get(path)
        assert answer.status_code == 410
        assert "Deze link is ingetrokken" in text(answer.text)
    for path in (address, f"{address}/unsubscribe", acknowledge):
        assert stranger.post(path).status_code == 410
    assert (asked(stage), unwanted(stage)) == ([], frozenset())


def test_links_from_before_they_were_on_record_go_on_working_until_their_meeting_is_withdrawn(
    stranger: FlaskClient, stage: Stage
) -> None:
    report = LINKS.report("m-ochtend", ANNA, "nl", NOW - timedelta(hours=1))
    assert stranger.get(report).status_code == 200
    with stage.database.write() as conn:
        revoke_of_meeting(conn, "m-ochtend", "bea", NOW)
    assert stranger.get(report).status_code == 410


def test_an_expired_link_is_gone_and_a_forged_one_refused(
    stranger: FlaskClient, stage: Stage
) -> None:
    expired = stranger.get(mailed(stage, "f-co2", days_ago=30))
    assert (expired.status_code, "Deze link is verlopen" in text(expired.text)) == (410, True)
    for path in ("/s/forged", LINKS.acknowledge(("f-co2",), ANNA, "nl", NOW).replace("ack", "s")):
        assert stranger.get(path).status_code == 403
        assert stranger.post(path).status_code == 403
    unknown = stranger.get(LINKS.page("b" * 32, "nl", NOW))
    assert unknown.status_code == 410


def test_who_is_logged_in_is_led_on_to_the_room(tmp_path: Path) -> None:
    stage = build(tmp_path)  # a demo, where everybody is
    page = create_app(stage.services).test_client().get(mailed(stage, "f-co2")).text
    assert "/rooms/de-kade/grote-zaal" in page
