import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.config import NotifySettings
from gateway.domain.notice import MANAGER, Notice, NoticeKind, NoticeMeeting
from gateway.notifier import Notifier, Retry
from gateway.registry.database import Database, open_database
from gateway.registry.outbox import Message, all_messages, post
from sensors.clock import SYSTEM
from tests.gateway.live_venue import START, minute
from tests.servers import free_port, wait_until

# Apprise loads every plugin it has; some of their libraries warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SOON = Retry(first_s=0.01, most_s=0.05)


@dataclass
class Inbox:
    """What a mail server took; it refuses the recipients in ``refuses``."""

    port: int
    refuses: set[str] = field(default_factory=set)
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refuses:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails += [(recipient, mail) for recipient in envelope.rcpt_tos]
        return "250 OK"


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[Inbox]:
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server(Inbox(free_port())) as started:
        yield started


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    return opened


def notice(kind: NoticeKind = "firing", **changes: Any) -> Notice:
    values: dict[str, Any] = {
        "kind": kind,
        "rule": "co2",
        "venue": "de-kade",
        "venue_name": "De Kade",
        "language": "nl",
        "timezone": "Europe/Amsterdam",
        "room": "serre",
        "room_name": "Serre",
        "meeting": NoticeMeeting("m1", "Pitch & koffie", START, minute(60)),
        "since": minute(5),
        "at": minute(10),
        "value": 1240.4,
        "peak": 1301.0,
        "limit": 1200.0,
        "advice": ({"code": "open_windows"},),
    }
    return Notice(**values | changes)


def posted(database: Database, recipient: str, told: Notice, flag: str = "f1") -> None:
    with database.write() as conn:
        assert post(conn, "m1", flag, recipient, told, START)


def messages(database: Database) -> tuple[Message, ...]:
    with database.read() as conn:
        return all_messages(conn)


def notifier(database: Database, inbox: Inbox | None, **settings: Any) -> Notifier:
    mail = "" if inbox is None else f"smtp://127.0.0.1:{inbox.port}"
    return Notifier(
        database,
        NotifySettings(mail=mail, sender="Luchtig <luchtig@localhost>", **settings),
        "https://lucht.example.org/",
        SYSTEM,
        Path("/nowhere"),
        SOON,
    )


def send(found: Notifier) -> None:
    found.send_due(threading.Event())


def sends(found: Notifier, database: Database) -> bool:
    send(found)
    return messages(database)[0].sent


def test_the_organiser_gets_a_mail_that_says_what_where_how_far_over_since_when_and_what_to_do(
    database: Database, inbox: Inbox
) -> None:
    posted(database, "anna@example.org", notice())
    send(notifier(database, inbox))
    ((recipient, mail),) = inbox.mails
    assert recipient == "anna@example.org"
    assert mail["Subject"] == "Serre: CO₂ is 1.240 ppm, de streefwaarde is 1.200"
    assert mail["From"] == "Luchtig <luchtig@localhost>"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == [
        "Pitch & koffie (Serre, De Kade)",
        "",
        "De CO₂ is 1.240 ppm. Dat is 40 ppm boven de streefwaarde van 1.200 ppm.",
        "Sinds 10:05.",
        "",
        "Wat nu: zet ramen en deuren open.",
        "",
        "Meer: https://lucht.example.org/meetings/m1",
    ]
    (message,) = messages(database)
    assert (message.sent, message.attempts, message.last_error) == (True, 1, None)


def test_a_server_that_is_down_is_tried_again_and_the_mail_comes_once(database: Database) -> None:
    inbox = Inbox(free_port())
    posted(database, "anna@example.org", notice())
    found = notifier(database, inbox)
    send(found)
    (message,) = messages(database)
    assert not message.sent
    assert message.attempts == 1
    assert "refused" in (message.last_error or "")
    with mail_server(inbox):
        wait_until(lambda: sends(found, database), "the mail to go out")
        send(found)
    assert len(inbox.mails) == 1


def test_nothing_is_doubled_by_a_restart_of_the_notifier(database: Database, inbox: Inbox) -> None:
    posted(database, "anna@example.org", notice())
    for _ in range(3):
        stop = threading.Event()
        thread = threading.Thread(target=notifier(database, inbox).run, args=(stop,))
        thread.start()
        try:
            wait_until(lambda: messages(database)[0].sent, "the mail to go out")
        finally:
            stop.set()
            thread.join()
    assert len(inbox.mails) == 1


def test_a_recipient_who_is_refused_holds_up_nobody_else(database: Database, inbox: Inbox) -> None:
    inbox.refuses.add("gone@example.org")
    posted(database, "gone@example.org", notice())
    posted(database, "anna@example.org", notice())
    send(notifier(database, inbox))
    gone, anna = messages(database)
    assert anna.sent
    assert not gone.sent
    assert "550" in (gone.last_error or "")


@pytest.mark.parametrize(
    "recipient",
    [
        pytest.param("anna", id="no address"),
        pytest.param("anna@example.org, bob@example.org", id="two addresses"),
        pytest.param("anna@example.org\r\nBcc: bob@example.org", id="a header in the address"),
        pytest.param("Anna <anna@example.org>", id="with a name"),
        pytest.param("anna bob@example.org", id="a space"),
    ],
)
def test_a_malformed_recipient_is_an_error_on_the_message(
    database: Database, inbox: Inbox, recipient: str
) -> None:
    posted(database, recipient, notice())
    send(notifier(database, inbox))
    (message,) = messages(database)
    assert message.given_up
    assert "is not an e-mail address" in (message.last_error or "")
    assert inbox.mails == []


def test_a_title_cannot_add_a_header(database: Database, inbox: Inbox) -> None:
    title = "Borrel\r\nBcc: bob@example.org\r\n\r\nhello"
    told = notice(meeting=NoticeMeeting("m/1?x=#", title, START, minute(60)), room_name="A\nB: c")
    posted(database, "anna@example.org", told)
    send(notifier(database, inbox))
    ((recipient, mail),) = inbox.mails
    assert recipient == "anna@example.org"
    assert mail["Bcc"] is None
    assert mail["B"] is None
    assert mail["Subject"].startswith("A B: c: CO₂")
    assert "Borrel Bcc: bob@example.org hello (A B: c, De Kade)" in mail.get_content()
    assert "/meetings/m%2F1%3Fx%3D%23" in mail.get_content()


def test_without_a_mail_server_the_message_says_why_it_was_not_sent(database: Database) -> None:
    posted(database, "anna@example.org", notice())
    posted(database, MANAGER, notice())
    send(notifier(database, None))
    organiser, manager = messages(database)
    assert (organiser.given_up, organiser.last_error) == (
        True,
        "notify.mail is empty: no mail is sent",
    )
    assert (manager.given_up, manager.last_error) == (True, "notify.urls is empty")


def test_every_address_of_the_manager_is_told_and_one_that_fails_holds_up_no_other(
    database: Database, inbox: Inbox
) -> None:
    good = (
        f"mailto://127.0.0.1:{inbox.port}?from=luchtig@localhost&to=boss@example.org&mode=insecure"
    )
    bad = f"json://127.0.0.1:{free_port()}/"
    posted(database, MANAGER, notice(language="en", meeting=None))
    found = notifier(database, inbox, urls=(bad, "nothing://at/all", good))
    send(found)
    send(found)
    shared, down, wrong, sent = messages(database)
    assert (shared.sent, down.sent, wrong.given_up, sent.sent) == (True, False, True, True)
    ((recipient, mail),) = inbox.mails
    assert recipient == "boss@example.org"
    assert mail["Subject"] == "Serre: CO₂ is 1,240 ppm, the target is 1,200"
    assert "https://lucht.example.org/rooms/de-kade/serre" in mail.get_content()


def test_what_cannot_be_sent_for_a_day_is_given_up(database: Database) -> None:
    posted(database, "anna@example.org", notice())
    found = notifier(database, Inbox(free_port()))
    found._retry = Retry(first_s=0.0, most_s=0.0, give_up_after_s=-1.0)
    send(found)
    (message,) = messages(database)
    assert message.given_up
    assert (message.last_error or "").startswith("given up after 1 attempts")


@pytest.mark.parametrize("attempts", range(1, 12))
def test_the_wait_doubles_up_to_its_limit(attempts: int) -> None:
    expected_s = min(1800.0, 10.0 * 2 ** (attempts - 1))
    assert 0.8 * expected_s <= Retry().wait_s(attempts) <= 1.2 * expected_s


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
@pytest.mark.parametrize("rule", ["co2", "occupancy", "no_data"])
@pytest.mark.parametrize("kind", ["firing", "resolved"])
def test_every_notice_has_words(language: str, rule: str, kind: NoticeKind) -> None:
    from gateway.message import write

    told = notice(kind, rule=rule, language=language, since=minute(5) - timedelta(days=1))
    message = write(told, "http://x")
    assert message.subject.startswith("Serre: ")
    assert "{" not in message.subject + message.body
    assert "10:05" in message.body
    assert ("23 november" if language == "nl" else "23 November") in message.body
