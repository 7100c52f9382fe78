"""Laws of delivery, whatever a channel does: hypothesis plays the venue, the channel and the kills."""

import itertools
import tempfile
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select, update

from gateway.notify.batch import GATHER
from gateway.notify.channel import Envelope, SendFailed, SendRefused
from gateway.notify.retry import Retry
from gateway.notify.sender import ChannelSender
from gateway.registry.alerts.outbox import all_messages, post
from gateway.registry.database import Database, open_database
from gateway.registry.tables.outbox import outbox
from tests.gateway.live_venue import START, StandingClock
from tests.gateway.notices import ANNA, BOB, LINKS, notice
from tests.on_postgresql import copy_database

Mood = Literal["takes", "fails", "refuses", "takes and breaks off"]

FLAGS = tuple(f"flag-{number}" for number in range(4))


@lru_cache
def migrated() -> Path:
    """A database file to copy: migrating takes longer than a run."""
    directory = Path(tempfile.mkdtemp())
    opened = open_database("sqlite:///luchtig.db", directory)
    opened.migrate()
    opened.close()
    return directory / "luchtig.db"


@dataclass
class Moody:
    """A channel that does as it is told, and keeps what reached the other side."""

    mood: Mood = "takes"
    reached: list[tuple[datetime, Envelope, bool]] = field(default_factory=list)

    def send(self, letter: Envelope) -> None:
        if self.mood == "fails":
            raise SendFailed("down")
        if self.mood == "refuses":
            raise SendRefused("451 later", for_good=False)
        ended_well = self.mood == "takes"
        self.reached.append((StandingClock.at, letter, ended_well))
        if not ended_well:
            raise SendFailed("broke off")

    def rest(self) -> None:
        """It holds nothing open."""

    def told(self, recipient: str) -> list[dict[str, bool]]:
        """Of each letter that reached somebody: which flags it told of, and whether as over."""
        return [
            {s.place.partition(",")[0]: s.said[0].level == "good" for s in letter.message.sections}
            for _, letter, _ in self.reached
            if letter.recipient == recipient
        ]


class Delivery(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        copy_database(migrated(), Path(self.folder.name))
        self.database: Database = open_database("sqlite:///luchtig.db", Path(self.folder.name))
        self.channel = Moody()
        self.posted: dict[tuple[str, str], list[str]] = {}
        StandingClock.at = START
        self.restart()

    @rule()
    def restart(self) -> None:
        """The gateway was killed: what it knew beside the database is gone."""
        self.sender = ChannelSender(
            "mail", self.channel, self.database, LINKS, StandingClock(), None,
            Retry(first_s=0.0, most_s=0.0),
        )  # fmt: skip

    @rule(flag=st.sampled_from(FLAGS), recipient=st.sampled_from((ANNA, BOB)))
    def something_happens(self, flag: str, recipient: str) -> None:
        """A flag fires, and the next time it is over."""
        kinds = self.posted.setdefault((flag, recipient), [])
        if len(kinds) == 2:
            return
        kind: Literal["firing", "resolved"] = "resolved" if kinds else "firing"
        told = notice(kind, room=flag, room_name=flag)
        with self.database.write() as conn:
            assert post(conn, "m1", flag, recipient, told, StandingClock.at)
        kinds.append(kind)

    @rule(mood=st.sampled_from(("takes", "fails", "refuses", "takes and breaks off")))
    def the_channel_changes(self, mood: Mood) -> None:
        self.channel.mood = mood

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        StandingClock.at += timedelta(seconds=seconds)
        with self.database.write() as conn:  # as the clock on the wall would have gone on as well
            conn.execute(update(outbox).values(due_ns=0))

    @rule()
    def a_round(self) -> None:
        self.sender.send_due(threading.Event())

    @precondition(lambda self: self.channel.reached)
    @rule()
    def a_kill_before_it_was_written_down(self) -> None:
        name = self.channel.reached[-1][1].name
        with self.database.write() as conn:
            lost = update(outbox).where(outbox.c.sent_as == name)
            conn.execute(lost.values(sent_ns=None, sent_as=None))
        at, letter, _ = self.channel.reached[-1]
        self.channel.reached[-1] = (at, letter, False)

    @invariant()
    def nobody_is_told_of_what_was_not_written(self) -> None:
        for recipient in (ANNA, BOB):
            for told in self.channel.told(recipient):
                for flag, over in told.items():
                    kinds = self.posted.get((flag, recipient), [])
                    assert ("resolved" if over else "firing") in kinds

    @invariant()
    def what_is_on_record_as_sent_reached_the_other_side(self) -> None:
        reached = {letter.name for _, letter, _ in self.channel.reached}
        with self.database.read() as conn:
            named = conn.execute(select(outbox.c.sent_as).where(outbox.c.sent_ns.is_not(None)))
            assert set(named.scalars()) <= reached

    @invariant()
    def what_was_taken_is_a_minute_apart(self) -> None:
        for recipient in (ANNA, BOB):
            taken = [
                at
                for at, letter, ended_well in self.channel.reached
                if letter.recipient == recipient and ended_well
            ]
            for earlier, later in itertools.pairwise(taken):
                assert later - earlier >= GATHER

    def teardown(self) -> None:
        """Once all is well, everybody has heard of everything, and last how it stands."""
        try:
            self.channel.mood = "takes"
            for _ in range(2):
                self.time_passes(90)
                self.a_round()
            with self.database.read() as conn:
                assert all(message.sent for message in all_messages(conn))
            for (flag, recipient), kinds in self.posted.items():
                told = [one[flag] for one in self.channel.told(recipient) if flag in one]
                assert told
                assert told[-1] == (kinds[-1] == "resolved")
        finally:
            self.database.close()
            self.folder.cleanup()


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=25, stateful_step_count=25)
