"""Mails read back as a mail program would, from a real server."""

import re
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.alerts.notice import Notice, NoticeMeeting
from gateway.links import Links
from gateway.notify.mail import Sender, parse_sender
from gateway.registry.alerts.sent_links import sent_links
from gateway.registry.alerts.unsubscriptions import unsubscribe
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database, open_database
from gateway.words.locale import LANGUAGES
from sensors.config import ConfigError
from tests.gateway import notices
from tests.gateway.live_venue import START, StandingClock, minute
from tests.gateway.mail_inbox import Inbox, html_of, mail_server, new_inbox, text_of
from tests.gateway.notices import ANNA, BOB, messages, notice, notifier, posted, send, send_until

MISCHIEF = '<script>alert(1)</script> & "Co"\' </h2><img src=x onerror=y>'


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server(new_inbox()) as started:
        yield started


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    yield opened
    opened.close()


def mailed(
    database: Database, inbox: Inbox, told: Notice, flag: str = "f1", at: float = 0, **settings: Any
) -> EmailMessage:
    """The mail that a notice becomes, ``at`` so many minutes in."""
    StandingClock.at = minute(at)
    posted(database, ANNA, told, flag)
    send(notifier(database, inbox.port, StandingClock(), **settings))
    return inbox.of(ANNA)[-1]


class Page(HTMLParser):
    """What of an HTML mail is tags, and what a person reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_a_mail_has_what_mail_programs_need(database: Database, inbox: Inbox) -> None:
    mail = mailed(database, inbox, notice(), sender="Lucht in De Kade ☁ <lucht@example.org>")
    assert mail["From"] == "Lucht in De Kade ☁ <lucht@example.org>"
    assert inbox.senders == ["lucht@example.org"]
    assert mail["To"] == ANNA
    assert mail["Subject"] == "Serre: CO₂ is 1.240 ppm, de streefwaarde is 1.200"
    assert mail["Date"].datetime == START
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", mail["Message-ID"])
    assert mail["In-Reply-To"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    unsubscribe = r"<https://lucht\.example\.org/s/[\w.-]+/unsubscribe>"
    assert re.fullmatch(unsubscribe, mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Deze berichten niet meer krijgen: {mail['List-Unsubscribe'][1:-1]}" in text_of(mail)
    assert mail["Content-Language"] == "nl"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not mail.defects


def test_text_and_html_say_the_same_and_carry_the_same_links(
    database: Database, inbox: Inbox
) -> None:
    mail = mailed(database, inbox, notice())
    page = Page(html_of(mail))
    for said in (
        "Serre, De Kade",
        "Pitch & koffie, 10:00–11:00",
        "et ramen en deuren open.",
        "Sinds 10:05.",
    ):
        assert said in page.text
        assert said in text_of(mail)
    links = re.findall(r"https://\S+", text_of(mail))
    assert sorted(links) == sorted(page.links)
    assert any("/ack/" in link for link in links)
    assert f'lang="{mail["Content-Language"]}"' in html_of(mail)


def test_html_in_a_title_a_room_or_a_sensor_is_shown_and_does_nothing(
    database: Database, inbox: Inbox
) -> None:
    meeting = NoticeMeeting("m1", MISCHIEF, START, minute(60))
    told = notice(
        rule="sensor_fault", meeting=meeting, room_name=MISCHIEF, venue_name=MISCHIEF,
        evidence=({"device": MISCHIEF, "code": "stuck"},),
    )  # fmt: skip
    page = Page(html_of(mailed(database, inbox, told)))
    plain = Page(html_of(mailed(database, inbox, notice(venue="other", rule="sensor_fault"), "f2")))
    assert page.tags == plain.tags
    assert page.text.count("<script>alert(1)</script>") >= 3


def test_a_title_cannot_add_a_header(database: Database, inbox: Inbox) -> None:
    title = "Borrel\r\nBcc: bob@example.org\r\n\r\nhello"
    told = notice("report", meeting=NoticeMeeting("m/1?x=#", title, START, minute(60)))
    mail = mailed(database, inbox, told)
    assert [to for to, _ in inbox.mails] == [ANNA]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Verslag: Borrel Bcc: bob@example.org hello, 24 november"
    assert "/meetings/m%2F1%3Fx%3D%23/report?token=" in text_of(mail)


def test_what_is_over_lands_under_the_first(database: Database, inbox: Inbox) -> None:
    first = mailed(database, inbox, notice())
    second = mailed(database, inbox, notice(rule="occupancy"), "f2", at=2)
    both = mailed(database, inbox, notice("resolved"), at=4)
    assert both["In-Reply-To"] == first["Message-ID"]
    assert both["References"] == first["Message-ID"]
    assert second["In-Reply-To"] is None
    later = mailed(database, inbox, notice("resolved", rule="occupancy"), "f2", at=6)
    assert later["References"] == second["Message-ID"]
    ids = [mail["Message-ID"] for _, mail in inbox.mails]
    assert len(set(ids)) == 4


def test_what_was_told_in_two_mails_and_ends_in_one_follows_both(
    database: Database, inbox: Inbox
) -> None:
    first = mailed(database, inbox, notice())
    second = mailed(database, inbox, notice(rule="occupancy"), "f2", at=2)
    posted(database, ANNA, notice("resolved"))
    over = mailed(database, inbox, notice("resolved", rule="occupancy"), "f2", at=4)
    assert over["References"].split() == [first["Message-ID"], second["Message-ID"]]
    assert over["In-Reply-To"] == second["Message-ID"]


def test_a_thread_is_one_recipients_own(database: Database, inbox: Inbox) -> None:
    mail = mailed(database, inbox, notice())
    posted(database, BOB, notice())
    send(notifier(database, inbox.port, StandingClock()))
    assert inbox.of(BOB)[0]["Message-ID"] != mail["Message-ID"]


def test_a_mail_that_is_sent_again_has_the_same_id(database: Database, inbox: Inbox) -> None:
    """As after a kill between handing it over and writing that down."""
    from sqlalchemy import update

    from gateway.registry.tables.outbox import outbox

    first = mailed(database, inbox, notice())
    with database.write() as conn:
        conn.execute(update(outbox).values(sent_ns=None, sent_as=None))
    send(notifier(database, inbox.port, StandingClock()))
    assert [mail["Message-ID"] for mail in inbox.of(ANNA)] == [first["Message-ID"]] * 2


def test_ids_and_links_of_a_long_domain_are_read_back_whole(
    database: Database, inbox: Inbox
) -> None:
    domain = ".".join(["een-heel-lange-naam-van-een-huis"] * 5) + ".example.org"
    sender = f"lucht@{domain}"
    first = mailed(database, inbox, notice(), sender=sender)
    over = mailed(database, inbox, notice("resolved"), at=2, sender=sender)
    assert first["Message-ID"].endswith(f"@{domain}>")
    assert over["In-Reply-To"] == over["References"] == first["Message-ID"]


def test_many_mails_of_one_round_share_a_connection(database: Database, inbox: Inbox) -> None:
    for number in range(20):
        posted(database, f"{number}@example.org", notice())
    send(notifier(database, inbox.port, StandingClock()))
    assert len(inbox.mails) == 20
    assert len(inbox.sessions) == 1
    assert all(message.sent for message in messages(database))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits_in_a_mail(database: Database, inbox: Inbox, language: str) -> None:
    mail = mailed(database, inbox, notice(language=language))
    assert mail["Content-Language"] == language
    assert "CO₂" in text_of(mail)


@pytest.mark.parametrize(
    "text", ["", "Luchtig", "a@b, c@d", "Luchtig <nobody>", "A\r\nBcc: b@c <a@b>", "Luchtig <á@b>"]
)
def test_a_sender_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match=r"notify\.from"):
        parse_sender(text)


def test_a_sender_may_be_an_address_alone() -> None:
    assert parse_sender("lucht@example.org") == Sender("", "lucht@example.org")


def test_every_link_of_a_mail_works_without_an_account(database: Database, inbox: Inbox) -> None:
    mail = mailed(database, inbox, notice())
    links = set(re.findall(r"https?://\S+", text_of(mail)))
    assert links
    for link in links:
        assert link.startswith(("https://lucht.example.org/s/", "https://lucht.example.org/ack/"))


def test_without_https_no_mail_program_is_asked_to_unsubscribe_by_itself(
    database: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "LINKS", Links("a secret of the tests", "http://lucht.local"))
    mail = mailed(database, inbox, notice())
    assert mail["List-Unsubscribe"].startswith("<http://lucht.local/s/")
    assert mail["List-Unsubscribe-Post"] is None


def test_the_link_of_a_mail_is_on_record_and_the_same_when_it_is_sent_again(
    database: Database, inbox: Inbox
) -> None:
    inbox.refuses[ANNA] = "451 later"
    posted(database, ANNA, notice())
    StandingClock.at = START
    sending = notifier(database, inbox.port, StandingClock())
    sending.send_due(threading.Event())
    inbox.refuses.clear()
    send_until(sending, lambda: inbox.of(ANNA), "the mail to be tried again")
    with database.read() as conn:
        (link,) = sent_links(conn, START, 9)
        (entry,) = every_entry(conn, Wanted(), START)
    assert (link.recipient, link.rooms, link.flags, link.meetings, link.topic) == (
        ANNA, ("serre",), ("f1",), ("m1",), "alerts",
    )  # fmt: skip
    assert (entry.what, entry.object, entry.act.who) == ("mail.sent", ANNA, "luchtig")
    assert entry.after == {"flags": ["f1"], "meetings": ["m1"], "kinds": ["firing"]}


def test_who_unsubscribed_gets_no_more_of_that_kind_and_goes_on_getting_the_other(
    database: Database, inbox: Inbox
) -> None:
    with database.write() as conn:
        unsubscribe(conn, notice().venue, ANNA.upper(), "alerts", START)
    posted(database, ANNA, notice())
    posted(database, BOB, notice())
    posted(database, ANNA, notice("report"), flag="")
    send(notifier(database, inbox.port))
    assert (len(inbox.of(ANNA)), len(inbox.of(BOB))) == (1, 1)
    given_up = [one for one in messages(database) if one.given_up]
    assert [(one.kind, one.last_error) for one in given_up] == [("firing", "unsubscribed")]


def test_to_whom_a_private_meeting_s_mail_went_is_not_on_record(
    database: Database, inbox: Inbox
) -> None:
    private = NoticeMeeting("m1", "Ontslag", START, minute(60), private=True)
    mailed(database, inbox, notice(meeting=private))
    with database.read() as conn:
        (entry,) = every_entry(conn, Wanted(), START)
    assert entry.object == "organiser"
    assert ANNA not in str(entry)
