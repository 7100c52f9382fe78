"""A mail server with TLS and a login, and ones that refuse, dawdle or break off."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import NotifySettings
from gateway.notify.mail_server import MailServer, mail_server
from gateway.registry.database import Database, open_database
from sensors.config import ConfigError
from tests.gateway.mail_inbox import (
    PASSWORD,
    USER,
    certificate,
    new_inbox,
    raw_server,
    secure_mail_server,
)
from tests.gateway.mail_inbox import mail_server as plain_mail_server
from tests.gateway.notices import ANNA, messages, notice, notifier, posted, send, send_until

# aiosmtpd takes a connection that is TLS from its first byte for a plain one.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("authority"))


def error_of(database: Database) -> str:
    return messages(database)[0].last_error or ""


class TestTlsAndLogin:
    @pytest.mark.parametrize(
        ("scheme", "from_first"), [("smtp", False), ("smtps", True)], ids=["STARTTLS", "TLS"]
    )
    def test_a_mail_goes_out_encrypted_with_a_login(
        self, database: Database, authority: Path, scheme: str, from_first: bool
    ) -> None:
        inbox = new_inbox()
        password = authority.with_name("password")
        password.write_text(f"{PASSWORD}\n", encoding="utf-8")
        posted(database, ANNA, notice())
        found = notifier(
            database, inbox.port, mail=f"{scheme}://{USER}@127.0.0.1:{inbox.port}",
            password_file=str(password), ca_file=str(authority),
        )  # fmt: skip
        with secure_mail_server(inbox, authority, from_first=from_first):
            send(found)
        assert error_of(database) == ""
        assert len(inbox.mails) == 1
        assert inbox.secured == [not from_first]  # aiosmtpd knows of STARTTLS alone

    def test_a_wrong_password_is_told_in_the_servers_words(
        self, database: Database, authority: Path
    ) -> None:
        inbox = new_inbox()
        posted(database, ANNA, notice())
        address = f"smtp://{USER}:wrong@127.0.0.1:{inbox.port}"
        found = notifier(database, inbox.port, mail=address, ca_file=str(authority))
        with secure_mail_server(inbox, authority, from_first=False):
            send(found)
        assert error_of(database).startswith("535 5.7.8")
        assert not messages(database)[0].given_up

    def test_a_server_that_nobody_vouches_for_gets_no_password(
        self, database: Database, authority: Path
    ) -> None:
        inbox = new_inbox()
        posted(database, ANNA, notice())
        address = f"smtp://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{inbox.port}"
        with secure_mail_server(inbox, authority, from_first=False):
            send(notifier(database, inbox.port, mail=address))
        assert "certificate verify failed" in error_of(database)
        assert inbox.mails == []

    def test_a_password_never_travels_in_the_clear(self, database: Database) -> None:
        inbox = new_inbox()
        posted(database, ANNA, notice())
        with plain_mail_server(inbox):
            send(notifier(database, None, mail=f"smtp://{USER}:x@127.0.0.1:{inbox.port}"))
        assert "STARTTLS" in error_of(database)
        assert inbox.mails == []


def greet(connection: socket.socket, until: bytes) -> None:
    """Speak SMTP up to the command that begins with ``until``, and take that."""
    connection.sendall(b"220 here\r\n")
    answers = {b"EHLO": b"250 here\r\n", b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n"}
    with connection.makefile("rb") as lines:
        for line in lines:
            if line.upper().startswith(until):
                return
            connection.sendall(answers.get(line[:4].upper(), b"250 ok\r\n"))


def take_data(connection: socket.socket) -> bytes:
    connection.sendall(b"354 go on\r\n")
    taken = b""
    while not taken.endswith(b"\r\n.\r\n"):
        taken += connection.recv(65536)
    return taken


class TestFaults:
    def test_one_that_drops_after_the_mail_before_it_said_yes_is_asked_again(
        self, database: Database
    ) -> None:
        """It may have it or not: the same mail again, under the same id."""
        taken: list[bytes] = []

        def drop(connection: socket.socket) -> None:
            greet(connection, b"DATA")
            taken.append(take_data(connection))

        posted(database, ANNA, notice())
        with raw_server(drop) as port:
            found = notifier(database, port)
            send_until(found, lambda: len(taken) >= 2, "a second try")
        assert not messages(database)[0].sent
        assert "closed" in error_of(database)
        ids = {line for mail in taken for line in mail.split(b"\r\n") if b"Message-ID" in line}
        assert len(ids) == 1

    def test_one_that_drops_after_the_mail_gets_it_again_without_what_came_since(
        self, database: Database
    ) -> None:
        taken: list[bytes] = []

        def drop(connection: socket.socket) -> None:
            greet(connection, b"DATA")
            taken.append(take_data(connection))
            if len(taken) > 1:
                connection.sendall(b"250 taken\r\n")

        posted(database, ANNA, notice())
        with raw_server(drop) as port:
            found = notifier(database, port)
            send(found)
            posted(database, ANNA, notice(room="atelier", room_name="Atelier"), "f2")
            send_until(found, lambda: len(taken) >= 2, "a second try")
        assert all(b"Atelier" not in mail for mail in taken[:2])
        assert [message.sent for message in messages(database)] == [True, False]

    def test_one_that_drops_after_it_said_yes_has_taken_it(self, database: Database) -> None:
        taken: list[bytes] = []

        def drop(connection: socket.socket) -> None:
            greet(connection, b"DATA")
            taken.append(take_data(connection))
            connection.sendall(b"250 taken\r\n")

        posted(database, ANNA, notice())
        with raw_server(drop) as port:
            found = notifier(database, port)
            send(found)
            send(found)
        assert messages(database)[0].sent
        assert len(taken) == 1

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            pytest.param(b"", "closed", id="hangs up at once"),
            pytest.param(b"421 too busy\r\n", "421 too busy", id="is busy"),
            pytest.param(b"\xff\xfe\x00 no SMTP\r\n", "", id="speaks something else"),
            pytest.param(b"2" * 100_000, "too long", id="never ends its line"),
        ],
    )
    def test_one_that_does_not_greet_is_tried_again(
        self, database: Database, answer: bytes, said: str
    ) -> None:
        posted(database, ANNA, notice())
        with raw_server(lambda connection: connection.sendall(answer)) as port:
            send(notifier(database, port))
        (message,) = messages(database)
        assert (message.sent, message.given_up, message.attempts) == (False, False, 1)
        assert said in error_of(database)

    @pytest.mark.parametrize("until", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
    def test_one_that_says_nothing_is_left_after_the_timeout(
        self, database: Database, until: bytes
    ) -> None:
        over = threading.Event()

        def dawdle(connection: socket.socket) -> None:
            greet(connection, until)
            over.wait(20)

        posted(database, ANNA, notice())
        with raw_server(dawdle) as port:
            send(notifier(database, port, timeout_s=0.3))
            over.set()
        assert "timed out" in error_of(database)

    def test_one_that_is_slow_gets_its_mail_once(self, database: Database) -> None:
        taken: list[bytes] = []

        def take(connection: socket.socket) -> None:
            time.sleep(0.2)
            greet(connection, b"DATA")
            time.sleep(0.2)
            taken.append(take_data(connection))
            time.sleep(0.2)
            connection.sendall(b"250 taken\r\n")

        posted(database, ANNA, notice())
        with raw_server(take) as port:
            found = notifier(database, port)
            send(found)
            send(found)
        assert messages(database)[0].sent
        assert len(taken) == 1

    @pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
    def test_one_that_answers_a_byte_at_a_time_is_cut_off(
        self, database: Database, authority: Path, secure: bool
    ) -> None:
        over = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority, authority.with_suffix(".key"))

        def drip(connection: socket.socket) -> None:
            spoken = context.wrap_socket(connection, server_side=True) if secure else connection
            with spoken:
                greet(spoken, b"DATA")
                while not over.wait(0.05):
                    spoken.sendall(b"3")

        posted(database, ANNA, notice())
        with raw_server(drip) as port:
            scheme = "smtps" if secure else "smtp"
            address = f"{scheme}://127.0.0.1:{port}"
            found = notifier(database, None, mail=address, ca_file=str(authority))
            found._senders["mail"]._channel._deadline_s = 0.5  # type: ignore[attr-defined]
            send(found)
            over.set()
        (message,) = messages(database)
        assert (message.sent, message.attempts) == (False, 1)
        assert "ValueError" not in error_of(database)

    def test_after_a_fault_the_others_of_a_round_are_still_tried(self, database: Database) -> None:
        """Until it is clear that it is the server."""
        seen: list[int] = []

        def refuse(connection: socket.socket) -> None:
            seen.append(1)
            connection.sendall(b"421 too busy\r\n")

        for number in range(10):
            posted(database, f"{number}@example.org", notice())
        with raw_server(refuse) as port:
            send(notifier(database, port))
        assert len(seen) == 3
        assert [message.attempts for message in messages(database)] == [1] * 3 + [0] * 7


class TestSettings:
    @pytest.mark.parametrize(
        ("mail", "expected"),
        [
            ("smtp://mail:2525", MailServer("mail", 2525, "plain")),
            ("smtp://mail", MailServer("mail", 25, "plain")),
            ("smtp://a%40b:p%20w@mail", MailServer("mail", 587, "starttls", "a@b", "p w")),
            ("smtps://a:b@mail", MailServer("mail", 465, "tls", "a", "b")),
        ],
    )
    def test_an_address_says_how_safely_mail_goes(self, mail: str, expected: MailServer) -> None:
        assert mail_server(NotifySettings(mail=mail), Path()) == expected

    @pytest.mark.parametrize("mail", ["http://mail", "smtp://", "smtp://mail:port", "mail:25"])
    def test_what_is_no_address_is_told_with_what_is(self, mail: str) -> None:
        with pytest.raises(ConfigError, match="expected smtp://HOST:PORT"):
            mail_server(NotifySettings(mail=mail), Path())

    @pytest.mark.parametrize("content", [None, "no certificate"])
    def test_a_ca_file_that_holds_no_certificate_is_told(
        self, tmp_path: Path, content: str | None
    ) -> None:
        if content is not None:
            (tmp_path / "ca.pem").write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"notify\.ca_file"):
            mail_server(NotifySettings(mail="smtps://mail", ca_file="ca.pem"), tmp_path)

    def test_no_address_is_no_mail(self) -> None:
        assert mail_server(NotifySettings(mail=""), Path()) is None
