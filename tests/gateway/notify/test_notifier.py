"""Messages from the outbox to real channels: at least once, gathered, and on record."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.domain.alerts.notice import MANAGER
from gateway.notify import mail_channel
from gateway.notify.channel import Envelope
from gateway.notify.mail import Sender, compose
from gateway.notify.retry import Retry
from gateway.notify.sender import ChannelSender
from gateway.registry.alerts import channel_tests
from gateway.registry.alerts import outbox as outbox_of
from gateway.registry.alerts.deliveries import Delivery, deliveries_of, newest_by_channel
from gateway.registry.alerts.outbox import post
from gateway.registry.database import Database, DatabaseAway, open_database
from gateway.registry.tables.flags import operator_requests
from gateway.registry.tables.outbox import delivery_attempts, outbox
from tests.gateway.live_venue import START, StandingClock, minute
from tests.gateway.mail_inbox import Inbox, mail_server, new_inbox, raw_server, text_of
from tests.gateway.notices import (
    ANNA,
    BOB,
    LINKS,
    SOON,
    at_work,
    messages,
    notice,
    notifier,
    posted,
    send,
    send_until,
    sends,
)
from tests.servers import free_port, wait_until

# Apprise loads every plugin it has; some of their libraries warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


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


@pytest.fixture
def clock() -> StandingClock:
    StandingClock.at = START
    return StandingClock()


def deliveries(database: Database, flag: str = "f1") -> tuple[Delivery, ...]:
    with database.read() as conn:
        return deliveries_of(conn, [flag]).get(flag, ())


def subjects(inbox: Inbox, recipient: str = ANNA) -> list[str]:
    return [mail["Subject"] for mail in inbox.of(recipient)]


def outcomes_of_tests(database: Database) -> dict[int, str | None]:
    """By request, how its test went."""
    with database.read() as conn:
        tested = select(delivery_attempts.c.test, delivery_attempts.c.error)
        rows = conn.execute(tested.where(delivery_attempts.c.test.is_not(None))).all()
    return {row.test: row.error for row in rows}


class TestAtLeastOnce:
    def test_a_server_that_is_down_is_tried_again_and_the_mail_comes_once(
        self, database: Database
    ) -> None:
        inbox = new_inbox()
        posted(database, ANNA, notice())
        found = notifier(database, inbox.port)
        send(found)
        (message,) = messages(database)
        assert (message.sent, message.attempts) == (False, 1)
        assert "refused" in (message.last_error or "")
        with mail_server(inbox):
            wait_until(lambda: sends(found, database), "the mail to go out")
            send(found)
        assert len(inbox.mails) == 1

    def test_nothing_is_doubled_by_a_restart_of_the_notifier(
        self, database: Database, inbox: Inbox
    ) -> None:
        posted(database, ANNA, notice())
        for _ in range(3):
            with at_work(notifier(database, inbox.port)):
                wait_until(lambda: messages(database)[0].sent, "the mail to go out")
        assert len(inbox.mails) == 1

    def test_what_cannot_be_sent_for_a_day_is_given_up(self, database: Database) -> None:
        posted(database, ANNA, notice())
        never = Retry(first_s=0.0, most_s=0.0, give_up_after_s=-1.0)
        send(notifier(database, free_port(), retry=never))
        (message,) = messages(database)
        assert message.given_up
        assert (message.last_error or "").startswith("given up: ")

    def test_what_is_new_is_not_given_up_with_what_was_tried_for_a_day(
        self, database: Database
    ) -> None:
        found = notifier(database, free_port())
        posted(database, ANNA, notice())
        send(found)
        with database.write() as conn:
            day_ns = 86_400 * 10**9
            conn.execute(
                update(delivery_attempts).values(wall_ns=delivery_attempts.c.wall_ns - day_ns)
            )
        posted(database, ANNA, notice("resolved"))
        send(found)
        assert [message.given_up for message in messages(database)] == [True, False]

    def test_what_cannot_be_read_is_given_up_and_holds_up_nothing(
        self, database: Database, inbox: Inbox
    ) -> None:
        for recipient in (ANNA, MANAGER):
            posted(database, recipient, notice())
        with database.write() as conn:
            conn.execute(update(outbox).values(body='{"kind":"of another version"}'))
        posted(database, ANNA, notice(), "f2")
        found = notifier(database, inbox.port)
        send(found)
        send(found)
        with database.read() as conn:
            reasons = conn.execute(select(outbox.c.last_error).order_by(outbox.c.id)).scalars()
            assert list(reasons) == ["its notice cannot be read"] * 2 + [None]
        assert len(inbox.mails) == 1
        assert deliveries(database)[0].state == "given_up"

    def test_a_database_that_goes_away_just_before_the_mail_refuses_nothing(
        self, database: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> tuple[str, ...]:
            raise DatabaseAway("gone just now")

        posted(database, ANNA, notice())
        found = notifier(database, inbox.port)
        with monkeypatch.context() as patch:
            patch.setattr(outbox_of, "sent_as", away)
            with pytest.raises(DatabaseAway):
                send(found)
        (message,) = messages(database)
        assert (message.attempts, message.last_error) == (0, None)
        send(found)
        assert len(inbox.mails) == 1

    def test_a_mistake_of_ours_takes_down_no_other_message(
        self, database: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stumble(letter: Envelope, sender: Sender) -> EmailMessage:
            if letter.recipient == ANNA:
                raise RuntimeError("a mistake")
            return compose(letter, sender)

        monkeypatch.setattr(mail_channel, "compose", stumble)
        posted(database, ANNA, notice())
        posted(database, BOB, notice())
        send(notifier(database, inbox.port))
        anna, bob = messages(database)
        assert (anna.sent, anna.last_error) == (False, "RuntimeError: a mistake")
        assert bob.sent

    @pytest.mark.parametrize("attempts", range(1, 12))
    def test_the_wait_doubles_up_to_its_limit(self, attempts: int) -> None:
        expected_s = min(1800.0, 10.0 * 2 ** (attempts - 1))
        assert 0.8 * expected_s <= Retry().wait_s(attempts) <= 1.2 * expected_s


class TestWhoIsRefused:
    def test_one_who_is_refused_holds_up_nobody_else(
        self, database: Database, inbox: Inbox
    ) -> None:
        inbox.refuses["gone@example.org"] = "550 nobody here"
        posted(database, "gone@example.org", notice())
        posted(database, ANNA, notice())
        send(notifier(database, inbox.port))
        gone, anna = messages(database)
        assert anna.sent
        assert not gone.sent
        assert gone.last_error == "550 nobody here"

    def test_a_refusal_for_good_is_believed_the_third_time(
        self, database: Database, inbox: Inbox
    ) -> None:
        inbox.refuses[ANNA] = "550 nobody here"
        posted(database, ANNA, notice())
        found = notifier(database, inbox.port)
        send_until(found, lambda: messages(database)[0].given_up, "it to be given up")
        (delivery,) = deliveries(database)
        assert delivery.reason == "given up: 550 nobody here"
        assert [attempt.error for attempt in delivery.attempts] == ["550 nobody here"] * 3

    def test_a_refusal_for_now_is_tried_until_it_passes(
        self, database: Database, inbox: Inbox
    ) -> None:
        inbox.refuses[ANNA] = "451 greylisted, come again"
        posted(database, ANNA, notice())
        found = notifier(database, inbox.port)
        send_until(found, lambda: messages(database)[0].attempts > 4, "some tries")
        inbox.refuses.clear()
        wait_until(lambda: sends(found, database), "the mail to go out")

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
        self, database: Database, inbox: Inbox, recipient: str
    ) -> None:
        posted(database, recipient, notice())
        send(notifier(database, inbox.port))
        (message,) = messages(database)
        assert message.given_up
        assert "is not an e-mail address" in (message.last_error or "")
        assert inbox.mails == []

    def test_without_channels_each_message_says_why_it_was_not_sent(
        self, database: Database
    ) -> None:
        posted(database, ANNA, notice())
        posted(database, MANAGER, notice())
        posted(database, "url:0123456789abcdef", notice())
        posted(database, ANNA, notice("report", meeting=None), "r1")
        send(notifier(database, None))
        reasons = [message.last_error for message in messages(database)]
        assert reasons[:3] == [
            "notify.mail is empty: no mail is sent",
            "notify.urls is empty",
            "its address is not among notify.urls",
        ]
        assert all(message.given_up for message in messages(database))

    def test_what_cannot_be_written_is_given_up_with_the_reason(
        self, database: Database, inbox: Inbox
    ) -> None:
        posted(database, ANNA, notice("report", meeting=None))
        send(notifier(database, inbox.port))
        assert messages(database)[0].last_error == "a report without its meeting"


class TestChannels:
    def test_every_address_of_the_manager_is_told_and_one_that_fails_holds_up_no_other(
        self, database: Database, inbox: Inbox
    ) -> None:
        good = (
            f"mailto://127.0.0.1:{inbox.port}?from=luchtig@localhost&to=boss@example.org"
            "&mode=insecure"
        )
        bad = f"json://127.0.0.1:{free_port()}/"
        posted(database, MANAGER, notice(language="en", meeting=None, recipient_role="manager"))
        found = notifier(database, None, urls=(bad, "nothing://at/all", good))
        send(found)
        shared, down, wrong, sent = messages(database)
        assert (shared.sent, down.sent, wrong.given_up, sent.sent) == (True, False, True, True)
        ((recipient, mail),) = inbox.mails
        assert recipient == "boss@example.org"
        assert mail["Subject"] == "Serre: CO₂ is 1,240 ppm, the target is 1,200"
        assert "https://lucht.example.org/rooms/de-kade/serre" in text_of(mail)
        roles = [delivery.role for delivery in deliveries(database)]
        assert roles == ["manager"] * 3

    def test_a_mail_server_that_hangs_holds_up_no_push_message(self, database: Database) -> None:
        pushed = threading.Event()
        over = threading.Event()

        def push(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            pushed.set()

        def hang(_connection: socket.socket) -> None:
            over.wait(30)

        with (
            raw_server(hang) as mail_port,
            raw_server(push) as push_port,
        ):
            for number in range(5):
                posted(database, f"{number}@example.org", notice())
            posted(database, MANAGER, notice())
            found = notifier(
                database, mail_port, timeout_s=20.0, urls=(f"json://127.0.0.1:{push_port}/",)
            )
            with at_work(found):
                try:
                    assert pushed.wait(60)
                finally:
                    over.set()

    def test_a_gateway_sends_what_is_of_its_own_venues(
        self, database: Database, inbox: Inbox
    ) -> None:
        posted(database, ANNA, notice())
        posted(database, ANNA, notice(venue="elders"), "f2")
        found = notifier(database, inbox.port)
        for sender in found._senders.values():
            sender._venues = {"elders"}
        send(found)
        assert [message.sent for message in messages(database)] == [False, True]

    def test_a_test_goes_out_once_and_its_outcome_is_kept(
        self, database: Database, inbox: Inbox
    ) -> None:
        with database.write() as conn:
            ask = channel_tests.ask_test
            mailed = ask(conn, "mail", ANNA, "nl", "anna", START)
            ask(conn, "mail", "nobody", "nl", "anna", START)
            gone = ask(conn, "url:gone", "", "nl", "anna", START)
        found = notifier(database, inbox.port)
        send(found)
        send(found)
        assert subjects(inbox) == ["Proefbericht van Luchtig"]
        with database.read() as conn:
            newest = newest_by_channel(conn)
        assert newest["mail"].error == "'nobody' is not an e-mail address"
        assert newest["mail"].test == mailed + 1
        assert (newest["url:gone"].test, newest["url:gone"].error) == (
            gone,
            "its address is not among notify.urls",
        )

    def test_a_test_that_a_library_trips_over_says_so_and_the_next_one_goes_out(
        self,
        database: Database,
        inbox: Inbox,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def stumble(letter: Envelope, sender: Sender) -> EmailMessage:
            if letter.recipient == BOB:
                raise LookupError("no such codec")
            return compose(letter, sender)

        monkeypatch.setattr(mail_channel, "compose", stumble)
        with database.write() as conn:
            tripping = channel_tests.ask_test(conn, "mail", BOB, "nl", "anna", START)
            good = channel_tests.ask_test(conn, "mail", ANNA, "nl", "anna", START)
        send(notifier(database, inbox.port))
        assert subjects(inbox) == ["Proefbericht van Luchtig"]
        assert outcomes_of_tests(database) == {tripping: "LookupError: no such codec", good: None}
        (logged,) = (record for record in caplog.records if record.exc_info)
        assert logged.message == f"test {tripping} of mail failed"

    def test_a_channel_that_trips_when_it_comes_to_rest_goes_on(
        self, database: Database, clock: StandingClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Restless:
            def send(self, letter: Envelope) -> None: ...

            def rest(self) -> None:
                raise RuntimeError("not open")

        posted(database, ANNA, notice())
        sender = ChannelSender("mail", Restless(), database, LINKS, clock, None, SOON)
        sender.send_due(threading.Event())
        assert messages(database)[0].sent
        assert "mail did not come to rest" in caplog.text

    def test_a_test_that_cannot_be_read_is_set_aside_and_holds_up_nothing(
        self, database: Database, inbox: Inbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        with database.write() as conn:
            ask = channel_tests.ask_test
            for _ in range(2):
                ask(conn, "mail", BOB, "nl", "anna", START)
            conn.execute(update(operator_requests).values(body='{"channel":1}'))
            good = ask(conn, "mail", ANNA, "nl", "anna", START)
        found = notifier(database, inbox.port)
        send(found)
        send(found)
        assert subjects(inbox) == ["Proefbericht van Luchtig"]
        assert outcomes_of_tests(database) == {good: None}
        with database.read() as conn:
            assert None not in set(conn.execute(select(operator_requests.c.done_ns)).scalars())
            assert [test.id for test in channel_tests.unanswered_tests(conn, START)] == []
        said = [record.message for record in caplog.records if "cannot be read" in record.message]
        assert len(said) == 2


class TestGathering:
    def test_the_first_goes_out_at_once_and_what_comes_within_the_minute_goes_together(
        self, database: Database, inbox: Inbox, clock: StandingClock
    ) -> None:
        found = notifier(database, inbox.port, clock)
        posted(database, ANNA, notice())
        send(found)
        assert len(inbox.mails) == 1
        clock_at(20)
        posted(database, ANNA, notice(rule="occupancy", value=24.0, limit=20.0), "f2")
        send(found)
        clock_at(50)
        posted(database, ANNA, notice(room="zaal", room_name="Grote zaal"), "f3")
        send(found)
        assert len(inbox.mails) == 1
        clock_at(60)
        due_again(database)
        send(found)
        assert subjects(inbox)[1:] == ["De Kade: 2 zalen vragen iets van u"]
        assert all(message.sent for message in messages(database))

    def test_what_was_written_in_one_moment_goes_together(
        self, database: Database, inbox: Inbox, clock: StandingClock
    ) -> None:
        with database.write() as conn:
            for number in range(50):
                told = notice(room=f"room-{number}", room_name=f"Zaal {number}")
                post(conn, "m1", f"f{number}", ANNA, told, START)
        send(notifier(database, inbox.port, clock))
        assert subjects(inbox) == ["De Kade: 50 zalen vragen iets van u"]

    def test_others_and_other_venues_do_not_wait(
        self, database: Database, inbox: Inbox, clock: StandingClock
    ) -> None:
        found = notifier(database, inbox.port, clock)
        posted(database, ANNA, notice())
        send(found)
        posted(database, BOB, notice(), "f2")
        posted(database, ANNA, notice(venue="elders", venue_name="Elders"), "f3")
        send(found)
        assert len(inbox.of(BOB)) == 1
        assert len(inbox.of(ANNA)) == 2

    def test_the_minute_is_the_one_clocks(self, database: Database, inbox: Inbox) -> None:
        """Sixty times as fast, it is a second."""
        from sensors.clock import started_at

        found = notifier(database, inbox.port, started_at(START, 600.0))
        posted(database, ANNA, notice())
        send(found)
        posted(database, ANNA, notice(), "f2")
        send_until(found, lambda: len(inbox.mails) == 2, "the second")

    def test_what_was_never_told_and_is_over_is_told_once_as_over(
        self, database: Database, clock: StandingClock
    ) -> None:
        inbox = new_inbox()
        found = notifier(database, inbox.port, clock)
        posted(database, ANNA, notice())
        send(found)
        posted(database, ANNA, notice("resolved"))
        with mail_server(inbox):
            send_until(found, lambda: all(m.sent for m in messages(database)), "both to be sent")
        assert subjects(inbox) == ["Serre: CO₂ is weer goed"]

    def test_a_report_waits_for_nothing_and_holds_up_nothing(
        self, database: Database, inbox: Inbox, clock: StandingClock
    ) -> None:
        found = notifier(database, inbox.port, clock)
        posted(database, ANNA, notice("report"), "")
        send(found)
        posted(database, ANNA, notice())
        send(found)
        posted(database, ANNA, notice("report"), "r2")
        send(found)
        assert len(inbox.mails) == 3

    def test_a_clock_that_was_set_back_holds_nothing_up(
        self, database: Database, inbox: Inbox, clock: StandingClock
    ) -> None:
        found = notifier(database, inbox.port, clock)
        clock_at(3600)
        posted(database, ANNA, notice())
        send(found)
        clock_at(0)
        posted(database, ANNA, notice(), "f2")
        send(found)
        assert len(inbox.mails) == 2


class TestRecord:
    def test_each_try_is_on_record_with_its_time_and_error(
        self, database: Database, clock: StandingClock
    ) -> None:
        inbox = new_inbox()
        posted(database, ANNA, notice(recipient_role="host"))
        found = notifier(database, inbox.port, clock)
        for second in (1, 2):
            clock_at(second)
            due_again(database)
            send(found)
        clock_at(3)
        due_again(database)
        with mail_server(inbox):
            send(found)
        (delivery,) = deliveries(database)
        assert (delivery.state, delivery.role, delivery.recipient) == ("sent", "host", ANNA)
        assert delivery.ended_at == START + timedelta(seconds=3)
        assert [(a.at - START).seconds for a in delivery.attempts] == [1, 2, 3]
        assert [a.error is None for a in delivery.attempts] == [False, False, True]

    def test_what_waits_is_on_record_as_waiting(self, database: Database) -> None:
        posted(database, ANNA, notice())
        (delivery,) = deliveries(database)
        assert (delivery.state, delivery.ended_at, delivery.attempts) == ("waiting", None, ())
        assert deliveries(database, "of nothing") == ()


def clock_at(seconds: float) -> None:
    StandingClock.at = minute(seconds / 60)


def due_again(database: Database) -> None:
    """As if the wall's clock had gone as far as the test's."""
    with database.write() as conn:
        conn.execute(update(outbox).values(due_ns=0))
