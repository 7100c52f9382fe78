"""Mail that any server takes and any mail program reads: a plain server knows neither SMTPUTF8 nor more
than seven bits.
"""

from collections.abc import Iterator
from dataclasses import replace
from email import charset, message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.notice import NoticeMeeting
from gateway.notify.channel import Envelope
from gateway.notify.mail import compose, in_ascii, parse_sender
from gateway.notify.message import write
from gateway.registry.database import Database, open_database
from sensors.mail_address import is_mail_address
from tests.gateway.live_venue import START, minute
from tests.gateway.mail_inbox import Inbox, mail_server, new_inbox
from tests.gateway.notices import ANNA, LINKS, messages, notice, notifier, posted, send


@pytest.fixture
def plain_server() -> Iterator[Inbox]:
    with mail_server(new_inbox(), enable_SMTPUTF8=False, decode_data=True) as started:
        yield started


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("eva@bücher.example", "eva@xn--bcher-kva.example"),
        ("eva@BÜCHER.example", "eva@xn--bcher-kva.example"),
        ("eva@straße.example", "eva@xn--strae-oqa.example"),
        ("eva@例え.テスト", "eva@xn--r8jz45g.xn--zckzah"),
        ("eva@example.org", "eva@example.org"),
        ("zoë@bücher.example", "zoë@xn--bcher-kva.example"),
        ("eva@-ü-.example", "eva@-ü-.example"),
    ],
)
def test_a_domain_is_written_in_its_ascii_form(address: str, ascii_form: str) -> None:
    assert in_ascii(address) == ascii_form


@given(st.text(max_size=40))
def test_whatever_passes_for_an_address_stays_one(text: str) -> None:
    if is_mail_address(text):
        assert is_mail_address(in_ascii(text)) or not text.isascii()
        assert in_ascii(text).rpartition("@")[0] == text.rpartition("@")[0]


def test_a_recipient_in_another_script_is_reached_through_a_plain_server(
    database: Database, plain_server: Inbox
) -> None:
    posted(database, "eva@bücher.example", notice())
    send(notifier(database, plain_server.port))
    (mail,) = plain_server.of("eva@xn--bcher-kva.example")
    assert mail["To"] == "eva@xn--bcher-kva.example"
    assert messages(database)[0].sent


def test_so_is_one_who_is_written_to_by_a_sender_in_another_script(
    database: Database, plain_server: Inbox
) -> None:
    posted(database, ANNA, notice())
    send(notifier(database, plain_server.port, sender="Café België <lucht@bücher.example>"))
    (mail,) = plain_server.of(ANNA)
    assert mail["From"] == "Café België <lucht@xn--bcher-kva.example>"
    assert plain_server.senders == ["lucht@xn--bcher-kva.example"]


def test_a_subject_keeps_its_blanks(database: Database, plain_server: Inbox) -> None:
    title = "Jaarvergadering Genève België, dinsdag één december, café Überblick aan de Seine"
    meeting = NoticeMeeting("m1", title, START, minute(60))
    posted(database, ANNA, notice(meeting=meeting, room_name="Café Überblick"))
    send(notifier(database, plain_server.port))
    (mail,) = plain_server.of(ANNA)
    raw = [value for name, value in mail.raw_items() if name == "Subject"]
    assert "Café Überblick" in mail["Subject"]
    assert all(len(line) <= 76 and line.isascii() for line in str(raw[0]).splitlines())


words = st.text("aéüß ñ€-,:'", min_size=1, max_size=20).filter(str.strip)


# A longer name takes two encoded words, between which the library's own reader sees a blank.
names = st.text("aéüß ñ€-,:'", min_size=1, max_size=12).filter(str.strip)


@pytest.fixture(autouse=True)
def _as_apprise_leaves_the_process() -> Iterator[None]:
    charset.add_charset("utf-8", charset.QP, charset.QP, "utf-8")
    yield
    charset.add_charset("utf-8", charset.SHORTEST, charset.BASE64, "utf-8")


@given(st.lists(words, min_size=1, max_size=12), names)
def test_any_subject_and_any_senders_name_are_read_back_as_written(
    parts: list[str], name: str
) -> None:
    subject = " ".join(" ".join(parts).split())
    sender_name = " ".join(name.split()).strip(",:'- ") or "Lucht"
    message = replace(write([notice()], ANNA, LINKS, START), subject=subject)
    sender = parse_sender(f'"{sender_name}" <lucht@example.org>')
    mail = compose(Envelope(message, ANNA, START, "m1"), sender)
    back = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert back["Subject"] == subject
    assert back["From"].addresses[0].display_name == sender_name
