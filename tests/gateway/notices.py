"""Notices as the gateway would write them, and a notifier to send them with."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.config import NotifySettings
from gateway.domain.alerts.notice import Notice, NoticeKind, NoticeMeeting
from gateway.links import Links
from gateway.notify.notifier import Notifier
from gateway.notify.retry import Retry
from gateway.process.threads import Threads
from gateway.registry.alerts.outbox import OutboxMessage, all_messages, post
from gateway.registry.database import Database
from sensors.clock import SYSTEM, Clock
from tests.gateway.live_venue import START, minute
from tests.servers import wait_until

SOON = Retry(first_s=0.01, most_s=0.05)
LINKS = Links("a secret of the tests", "https://lucht.example.org/")
ANNA, BOB = "anna@example.org", "bob@example.org"


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


def posted(
    database: Database, recipient: str, told: Notice, flag: str = "f1", at: datetime = START
) -> None:
    with database.write() as conn:
        assert post(conn, "m1", flag, recipient, told, at)


def messages(database: Database) -> tuple[OutboxMessage, ...]:
    with database.read() as conn:
        return all_messages(conn)


def notifier(
    database: Database,
    port: int | None,
    clock: Clock = SYSTEM,
    retry: Retry = SOON,
    timeout_s: float = 5.0,
    directory: Path = Path("/nowhere"),
    on_gone: Callable[[], None] = lambda: None,
    **settings: Any,
) -> Notifier:
    values: dict[str, Any] = {
        "mail": "" if port is None else f"smtp://127.0.0.1:{port}",
        "sender": "Luchtig <luchtig@localhost>",
    }
    return Notifier(
        database,
        NotifySettings(**values | settings),
        LINKS,
        clock,
        directory,
        retry=retry,
        timeout_s=timeout_s,
        on_gone=on_gone,
    )


@contextmanager
def at_work(found: Notifier) -> Iterator[None]:
    """A notifier whose threads run, and are stopped at the end."""
    threads = Threads(threading.Event())
    for name, work in found.work().items():
        threads.start(name, work)
    try:
        yield
    finally:
        assert threads.stop(*found.work(), within_s=30)
    assert threads.death is None


def send(found: Notifier) -> None:
    found.send_due(threading.Event())


def send_until(found: Notifier, condition: Callable[[], object], what: str) -> None:
    """Send round after round until it is so."""

    def is_so() -> object:
        send(found)
        return condition()

    wait_until(is_so, what)


def sends(found: Notifier, database: Database) -> bool:
    send(found)
    return messages(database)[0].sent
