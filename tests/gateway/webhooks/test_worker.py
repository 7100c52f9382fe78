"""Webhooks sent to a real server: signed, once, and again where that went wrong."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.room import Venue
from gateway.domain.webhook import Webhook, new_secret
from gateway.domain.webhook_event import Event
from gateway.outward.delivery import Limits
from gateway.registry.database import Database, open_database
from gateway.registry.rooms import put_venue
from gateway.registry.webhook_outbox import WebhookMessage, messages_of, tell
from gateway.registry.webhooks import (
    ask_trial,
    delete_webhook,
    make_webhook,
    put_webhook,
    waiting_trials,
)
from gateway.webhooks.worker import Retry, WebhookWorker
from sensors.clock import SYSTEM
from sensors.wire.topic import VenueSlug
from tests.gateway.webhooks.receiver import Receiver, receiver
from tests.servers import free_port, wait_until

KADE = VenueSlug("de-kade")
AT = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)
AT_ONCE = Retry(first_s=0.0, most_s=0.0)
LATER = Retry(first_s=3600.0, most_s=3600.0)
NEVER = threading.Event()


@dataclass
class House:
    database: Database
    far: Receiver
    webhook: Webhook

    def worker(self, retry: Retry = AT_ONCE, *, allow_private: bool = True) -> WebhookWorker:
        limits = Limits(connect_s=30.0, read_s=30.0)
        return WebhookWorker(
            self.database, SYSTEM, "https://luchtig.example.org",
            allow_private=allow_private, retry=retry, limits=limits,
        )  # fmt: skip

    def tell(self, *names: str) -> None:
        with self.database.write() as conn:
            told = (
                Event(n, "luchtig.flag.fired", KADE, f"alerts/{n}", AT, {"id": n}) for n in names
            )
            tell(conn, told)

    def messages(self) -> list[WebhookMessage]:
        """Oldest first."""
        with self.database.read() as conn:
            return list(reversed(messages_of(conn, self.webhook.id, 100)))

    def become(self, changed: Webhook) -> None:
        with self.database.write() as conn:
            put_webhook(conn, changed)
        self.webhook = changed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with receiver() as far:
        made = Webhook(0, KADE, "Control", far.url, new_secret())
        with database.write() as conn:
            put_venue(conn, Venue(KADE, "De Kade"))
            number = make_webhook(conn, made)
        yield House(database, far, replace(made, id=number))
    database.close()


class TestSending:
    def test_a_receiver_can_tell_that_it_is_from_us_and_of_now(self, house: House) -> None:
        house.tell("a")
        house.worker().send_due(NEVER)
        (got,) = house.far.got
        assert got.path == "/hook?key=1"
        assert got.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        assert got.headers["webhook-id"] == "a"
        now_s = SYSTEM.now_ns() / 1e9
        assert now_s - 300 < int(got.headers["webhook-timestamp"]) <= now_s
        assert got.is_signed_with(house.webhook.secret)
        assert not got.is_signed_with(new_secret())
        event = json.loads(got.body)
        assert (event["specversion"], event["id"], event["data"]) == ("1.0", "a", {"id": "a"})
        (message,) = house.messages()
        assert (message.state, message.status, message.attempts) == ("sent", 204, 1)

    def test_what_is_sent_is_sent_no_more(self, house: House) -> None:
        house.tell("a", "b")
        worker = house.worker()
        for _ in range(3):
            worker.send_due(NEVER)
        assert [one.headers["webhook-id"] for one in house.far.got] == ["a", "b"]

    def test_what_is_not_taken_is_sent_again_under_the_same_id(self, house: House) -> None:
        house.far.statuses += [500, 503]
        house.tell("a")
        worker = house.worker()
        for _ in range(4):
            worker.send_due(NEVER)
        assert [one.headers["webhook-id"] for one in house.far.got] == ["a"] * 3
        assert all(one.is_signed_with(house.webhook.secret) for one in house.far.got)
        (message,) = house.messages()
        assert (message.state, message.attempts, message.error) == ("sent", 3, None)

    def test_one_that_is_not_taken_holds_up_no_other(self, house: House) -> None:
        house.far.statuses += [400]
        house.tell("a", "b")
        house.worker(LATER).send_due(NEVER)
        first, second = house.messages()
        assert (first.state, first.status, first.error) == (
            "waiting",
            400,
            "answered 400 Bad Request",
        )
        assert second.state == "sent"

    def test_a_server_that_is_away_is_left_alone_with_all_of_it(self, house: House) -> None:
        house.become(replace(house.webhook, url=f"http://127.0.0.1:{free_port()}/"))
        house.tell("a", "b")
        worker = house.worker(LATER)
        worker.send_due(NEVER)
        worker.send_due(NEVER)
        first, second = house.messages()
        assert (first.attempts, first.error) == (1, "no connection")
        assert second.attempts == 0
        house.become(replace(house.webhook, url=house.far.url))
        with house.database.write() as conn:
            conn.exec_driver_sql("UPDATE webhook_messages SET due_ns = 0")
        worker.send_due(NEVER)
        assert [one.headers["webhook-id"] for one in house.far.got] == ["a", "b"]

    def test_after_a_day_it_is_given_up(self, house: House) -> None:
        house.far.statuses += [500]
        house.tell("a")
        house.worker(Retry(first_s=10.0, give_up_after_s=5.0)).send_due(NEVER)
        (message,) = house.messages()
        assert (message.state, message.error) == ("given_up", "answered 500 Internal Server Error")

    def test_one_who_asks_for_time_gets_it(self, house: House) -> None:
        house.far.statuses += [429]
        house.far.headers["Retry-After"] = "3600"
        house.tell("a")
        worker = house.worker()
        worker.send_due(NEVER)
        worker.send_due(NEVER)
        assert len(house.far.got) == 1

    def test_nobody_is_led_elsewhere(self, house: House) -> None:
        house.far.statuses += [307]
        house.far.headers["Location"] = house.far.url
        house.tell("a")
        house.worker(LATER).send_due(NEVER)
        assert len(house.far.got) == 1
        assert house.messages()[0].error == "answered 307 Temporary Redirect"

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"]
    )
    def test_a_machine_that_is_not_public_is_not_reached(self, house: House, host: str) -> None:
        house.become(replace(house.webhook, url=f"http://{host}:{house.far.port}/"))
        house.tell("a")
        house.worker(LATER, allow_private=False).send_due(NEVER)
        assert house.far.got == []
        error = house.messages()[0].error
        assert error is not None
        assert error.endswith("is not of the public internet")


class TestTrials:
    def test_it_is_sent_once_also_where_the_webhook_is_off(self, house: House) -> None:
        house.become(replace(house.webhook, enabled=False))
        house.far.statuses += [500]
        with house.database.write() as conn:
            ask_trial(conn, house.webhook, "anna", AT)
        worker = house.worker()
        worker.send_due(NEVER)
        worker.send_due(NEVER)
        (got,) = house.far.got
        event = json.loads(got.body)
        assert (event["type"], event["data"]) == ("luchtig.webhook.test", {"by": "anna"})
        assert house.messages()[0].state == "given_up"
        with house.database.read() as conn:
            assert waiting_trials(conn) == ()

    def test_one_whose_webhook_is_gone_is_set_aside(self, house: House) -> None:
        with house.database.write() as conn:
            ask_trial(conn, house.webhook, "anna", AT)
            delete_webhook(conn, house.webhook.id)
        house.worker().send_due(NEVER)
        with house.database.read() as conn:
            assert waiting_trials(conn) == ()


class TestRun:
    def test_one_that_does_not_answer_holds_up_no_other(self, house: House) -> None:
        with receiver() as slow:
            slow.hold = threading.Event()
            with house.database.write() as conn:
                make_webhook(conn, replace(house.webhook, url=slow.url))
            house.tell("a")
            stop = threading.Event()
            thread = threading.Thread(target=house.worker().run, args=(stop,))
            thread.start()
            try:
                wait_until(lambda: len(slow.got) == 1, "the slow one to be asked")
                house.tell("b")
                wait_until(lambda: len(house.far.got) == 2, "the quick one to hear of both")
                assert len(slow.got) == 1
                slow.hold.set()
                wait_until(lambda: len(slow.got) == 2, "the slow one to hear of the next")
            finally:
                stop.set()
                thread.join(30)
