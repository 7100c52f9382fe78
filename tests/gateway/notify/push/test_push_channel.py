"""Web push against a push service that answers what a test wants."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.access import VenueRole
from gateway.notify.notifier import Notifier
from gateway.notify.push.encryption import RECORD
from gateway.notify.retry import Retry
from gateway.registry.accounts import grants, users
from gateway.registry.alerts.channel_tests import ask_test
from gateway.registry.alerts.outbox import OutboxMessage
from gateway.registry.alerts.push_subscriptions import (
    MOST,
    PushSubscription,
    TooMany,
    change_subscription,
    put_subscription,
    subscriptions_of,
)
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database, open_database
from gateway.registry.tables.outbox import delivery_attempts, outbox
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.gateway.live_venue import START, new_database
from tests.gateway.notices import SOON, messages, notice, notifier, posted, send, sends
from tests.gateway.notify.push.test_encryption import AUTH, POINT
from tests.gateway.webhooks.receiver import Receiver, receiver
from tests.on_postgresql import copy_database
from tests.servers import free_port, wait_until

KADE = VenueSlug("de-kade")


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver() as started:
        yield started


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file to copy: migrating takes longer than most tests."""
    directory = tmp_path_factory.mktemp("furnished")
    opened = new_database(directory)
    with opened.write() as conn:
        users.add_user(conn, "anna", "", None, START)
        grants.set_roles(conn, "anna", KADE, ["viewer"])
    opened.close()
    return directory / "luchtig.db"


@pytest.fixture
def database(furnished: Path, tmp_path: Path) -> Iterator[Database]:
    copy_database(furnished, tmp_path)
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    yield opened
    opened.close()


def subscribed(database: Database, url: str, user: str = "anna") -> PushSubscription:
    with database.write() as conn:
        return put_subscription(
            conn, user, url, (POINT, AUTH), label="telefoon", language="nl", venues=[KADE], at=START
        )  # fmt: skip


def at_work_with(
    database: Database, tmp_path: Path, gone: list[int] | None = None, retry: Retry = SOON
) -> Notifier:
    counted = [] if gone is None else gone
    return notifier(
        database, None, retry=retry, directory=tmp_path, on_gone=lambda: counted.append(1),
        allow_private=True,
    )  # fmt: skip


def roles(database: Database, *given: VenueRole) -> None:
    with database.write() as conn:
        grants.set_roles(conn, "anna", KADE, given)


def only(database: Database) -> OutboxMessage:
    (found,) = messages(database)
    return found


def test_it_says_who_sends_how_long_it_counts_and_what_it_replaces(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, f"{service.url}&b=1")
    posted(database, device.recipient, notice(flag="f1"))
    send(at_work_with(database, tmp_path))
    (fired,) = service.got
    assert fired.path == "/hook?key=1&b=1"
    assert fired.headers["authorization"].startswith("vapid t=")
    assert fired.headers["content-encoding"] == "aes128gcm"
    assert (fired.headers["ttl"], fired.headers["urgency"]) == ("3600", "high")
    assert len(fired.body) <= RECORD
    assert b"Serre" not in fired.body

    posted(database, device.recipient, notice("resolved", flag="f1"))
    with database.write() as conn:  # a minute is over
        conn.execute(outbox.update().where(outbox.c.sent_ns.is_not(None)).values(sent_ns=0))
    send(at_work_with(database, tmp_path))
    over = service.got[-1]
    assert over.headers["topic"] == fired.headers["topic"]
    assert over.headers["urgency"] == "normal"


@pytest.mark.parametrize(("status", "said"), [(404, "404 Not Found"), (410, "410 Gone")])
def test_a_browser_that_wants_no_more_is_taken_off_counted_and_on_record(
    database: Database, service: Receiver, tmp_path: Path, status: int, said: str
) -> None:
    device, gone = subscribed(database, service.url), list[int]()
    service.statuses = [status]
    posted(database, device.recipient, notice())
    send(at_work_with(database, tmp_path, gone))
    message = only(database)
    assert (message.given_up, message.last_error) == (
        True,
        f"the browser wants no more (answered {said}): its subscription is removed",
    )
    with database.read() as conn:
        assert subscriptions_of(conn, "anna") == ()
        (entry,) = every_entry(conn, Wanted(noun="subscription"), SYSTEM.now())
    assert (entry.what, entry.object, entry.act.how) == (
        "subscription.deleted", "anna/telefoon", "gateway",
    )  # fmt: skip
    assert gone == [1]
    posted(database, device.recipient, notice(), "f2")
    send(at_work_with(database, tmp_path, gone))
    assert [one.given_up for one in messages(database)] == [True, True]
    assert len(service.got) == 1


def test_a_service_that_asks_to_wait_is_left_alone_for_so_long(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, service.url)
    service.statuses, service.headers = [429], {"Retry-After": "3000"}
    posted(database, device.recipient, notice())
    before_ns = SYSTEM.now_ns()
    send(at_work_with(database, tmp_path))
    with database.read() as conn:
        due_ns = conn.execute(outbox.select()).one().due_ns
    assert due_ns - before_ns > 2_999 * 10**9
    assert not only(database).given_up


def test_a_service_that_is_away_is_tried_again(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, service.url)
    service.statuses = [503, 500]
    posted(database, device.recipient, notice())
    found = at_work_with(database, tmp_path)
    wait_until(lambda: sends(found, database), "it to be sent")
    assert only(database).attempts == 3


def test_one_that_takes_us_for_somebody_else_is_given_up_the_third_time(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, service.url)
    service.statuses = [403] * 9
    posted(database, device.recipient, notice())
    found = at_work_with(database, tmp_path)

    def given_up() -> bool:
        send(found)
        return only(database).given_up

    wait_until(given_up, "it to be given up")
    assert len(service.got) == 3


def test_a_service_in_the_house_s_own_network_is_not_reached(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, service.url.replace("http:", "https:"))
    posted(database, device.recipient, notice())
    send(notifier(database, None, directory=tmp_path))
    assert "is not of the public internet" in (only(database).last_error or "")
    other = subscribed(database, "http://push.example.org/1")
    posted(database, other.recipient, notice(), "f2")
    send(notifier(database, None, directory=tmp_path))
    assert messages(database)[1].last_error == "a push service is reached by https alone"
    assert service.got == []


def test_whoever_may_no_longer_see_the_alerts_hears_nothing(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, service.url)
    roles(database)
    posted(database, device.recipient, notice())
    send(at_work_with(database, tmp_path))
    assert only(database).last_error == "its user may not see the alerts of the venue"
    roles(database, "host")
    posted(database, device.recipient, notice(), "f2")
    send(at_work_with(database, tmp_path))
    assert len(service.got) == 1


def test_another_password_ends_what_somebody_else_may_have_subscribed(
    database: Database, service: Receiver
) -> None:
    subscribed(database, service.url)
    with database.write() as conn:
        users.set_password(conn, "anna", "vier heel andere woorden")
        assert subscriptions_of(conn, "anna") == ()


def test_a_device_that_is_down_holds_up_no_other(
    database: Database, service: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    dead = subscribed(database, f"http://127.0.0.1:{free_port()}/1")
    alive = subscribed(database, service.url)
    for device in (dead, alive):
        posted(database, device.recipient, notice())
    send(at_work_with(database, tmp_path))
    assert [one.sent for one in messages(database)] == [False, True]


def test_a_test_goes_to_the_device_that_it_was_asked_for(
    database: Database, service: Receiver, tmp_path: Path
) -> None:
    device = subscribed(database, service.url)
    with database.write() as conn:
        ask_test(conn, "push", device.recipient, "nl", "anna", SYSTEM.now())
    at_work_with(database, tmp_path).send_due(threading.Event())
    assert len(service.got) == 1
    with database.read() as conn:
        tried = conn.execute(delivery_attempts.select()).one()
    assert (tried.channel, tried.error) == ("push", None)


def test_an_account_has_so_many_and_one_again_is_the_same(
    database: Database, service: Receiver
) -> None:
    for number in range(MOST):
        subscribed(database, f"{service.url}&n={number}")
    subscribed(database, f"{service.url}&n=0")
    with pytest.raises(TooMany):
        subscribed(database, f"{service.url}&n=more")
    with database.read() as conn:
        assert len(subscriptions_of(conn, "anna")) == MOST


def test_a_browser_that_changes_hands_is_told_for_who_sits_at_it(
    database: Database, service: Receiver
) -> None:
    device = subscribed(database, service.url)
    with database.write() as conn:
        users.add_user(conn, "ben", "", None, START)
    subscribed(database, service.url, "ben")
    with database.write() as conn:
        assert subscriptions_of(conn, "anna") == ()
        assert not change_subscription(conn, "anna", device.number, "x", [])
        assert [one.user for one in subscriptions_of(conn, "ben")] == ["ben"]
