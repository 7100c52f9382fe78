"""A gateway killed between the mail and its mark tells nothing anew, whatever came meanwhile."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.notify.channel import Envelope, SendBrokeOff, SendFailed
from gateway.notify.retry import Retry
from gateway.notify.sender import ChannelSender
from gateway.registry.alerts.outbox import all_messages, post
from gateway.registry.database import Database, open_database
from gateway.registry.tables.outbox import outbox
from tests.gateway.live_venue import START, StandingClock
from tests.gateway.notices import ANNA, LINKS, notice


class Killed(BaseException):
    """Nothing of the process goes on."""


class Mails:
    """What arrived; the process is killed when so many have."""

    def __init__(self) -> None:
        self.arrived: list[Envelope] = []
        self.kills_after = 0
        self.fails = self.breaks_off = False

    def send(self, letter: Envelope) -> None:
        if self.fails:
            raise SendFailed("down")
        self.arrived.append(letter)
        if len(self.arrived) == self.kills_after:
            raise Killed
        if self.breaks_off:
            raise SendBrokeOff("no answer")

    def rest(self) -> None: ...

    def told(self) -> dict[str, set[str]]:
        """Of each room by which letters it was told of."""
        found: dict[str, set[str]] = {}
        for letter in self.arrived:
            for section in letter.message.sections:
                found.setdefault(section.place.partition(",")[0], set()).add(letter.name)
        return found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    StandingClock.at = START
    yield opened
    opened.close()


def fires(database: Database, room: str) -> None:
    told = notice("firing", room=room, room_name=room)
    with database.write() as conn:
        assert post(conn, "m1", room, ANNA, told, StandingClock.at)


def a_round(database: Database, mails: Mails) -> None:
    """Of a gateway that knows what is in the database; a minute and a half after the one before."""
    StandingClock.at += timedelta(seconds=90)
    with database.write() as conn:
        conn.execute(update(outbox).values(due_ns=0))
    retry = Retry(first_s=0.0, most_s=0.0)
    sender = ChannelSender("mail", mails, database, LINKS, StandingClock(), None, retry)
    sender.send_due(threading.Event())


def test_what_may_be_out_is_sent_in_the_same_piece_and_what_came_since_in_another(
    database: Database,
) -> None:
    mails = Mails()
    mails.kills_after = 1
    fires(database, "serre")
    fires(database, "atelier")
    with pytest.raises(Killed):
        a_round(database, mails)
    fires(database, "zolder")
    a_round(database, mails)
    a_round(database, mails)
    first, again, last = mails.arrived
    assert first.name == again.name != last.name
    assert {len(names) for names in mails.told().values()} == {1}
    with database.read() as conn:
        assert all(message.sent for message in all_messages(conn))


def test_what_failed_is_gathered_with_what_came_since(database: Database) -> None:
    mails = Mails()
    mails.fails = True
    fires(database, "serre")
    a_round(database, mails)
    mails.fails = False
    fires(database, "atelier")
    a_round(database, mails)
    (letter,) = mails.arrived
    assert len(letter.message.sections) == 2


def test_what_broke_off_is_sent_in_the_same_piece(database: Database) -> None:
    mails = Mails()
    mails.breaks_off = True
    fires(database, "serre")
    a_round(database, mails)
    mails.breaks_off = False
    fires(database, "atelier")
    a_round(database, mails)
    a_round(database, mails)
    first, again, last = mails.arrived
    assert first.name == again.name != last.name
