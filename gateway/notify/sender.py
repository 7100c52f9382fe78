"""The sender of one channel: takes what is due for it out of the outbox and sends it, at least
once.

A message is marked as sent when its channel took it; whoever is killed in between sends it again, together
with what it was sent with, under the same name. What fails is tried again, later each time. Retries go by wall time, as does
``due_ns`` in the outbox; how long alerts are gathered goes by the one clock, as the moments that
people read do.
"""

import logging
import threading
from collections.abc import Collection, Sequence
from datetime import datetime

from gateway.links import Links
from gateway.notify.batch import Batch, batches, held_for
from gateway.notify.channel import (
    Channel,
    Envelope,
    SendBrokeOff,
    SendFailed,
    SendRefused,
    Unsendable,
)
from gateway.notify.message import Unwritable, write, write_test
from gateway.notify.on_record import link_of, sent_entry
from gateway.notify.retry import REFUSALS, Retry
from gateway.outage import Outage, repeat
from gateway.registry.alerts import channel_tests, deliveries, outbox
from gateway.registry.alerts.channel_tests import ChannelTest
from gateway.registry.alerts.outbox import Addressee, UnreadableMessage
from gateway.registry.alerts.sent_links import put_link
from gateway.registry.alerts.unsubscriptions import unwanted_topics
from gateway.registry.audit.entries import put_entries
from gateway.registry.database import Database, DatabaseAway
from sensors.clock import SYSTEM, Clock

LOOK_EVERY_S = 0.5
BATCH = 200
UNSUBSCRIBED = "unsubscribed"
STRIKES = 3
"""So many failures in a row are the channel's, not the recipients': the others wait."""

log = logging.getLogger(__name__)


class ChannelSender:
    """``run`` in a thread of its own; the only one that sends on its channel."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        database: Database,
        links: Links,
        clock: Clock,
        venues: Collection[str] | None,
        retry: Retry,
    ) -> None:
        self.name = name
        self._channel = channel
        self._database = database
        self._links = links
        self._clock = clock
        self._venues = venues
        self._retry = retry
        self._said: set[str] = set()
        self._down = Outage(log, name, back="goes out again")
        self._away = Outage(log, f"{name}, outbox")

    def run(self, stop: threading.Event) -> None:
        """Send what is due until ``stop``. A database that is away is waited for."""

        def send_due() -> None:
            self.send_due(stop)

        repeat(send_due, LOOK_EVERY_S, (DatabaseAway,), stop, outage=self._away)

    def send_due(self, stop: threading.Event) -> None:
        """One round over what is due now.

        Raises:
            DatabaseAway: the database is away; what was sent and not marked goes out again.

        """
        with self._database.read() as conn:
            tests = [t for t in channel_tests.waiting_tests(conn) if t.channel == self.name]
            due = outbox.due_addressees(conn, self.name, self._venues, SYSTEM.now_ns(), BATCH)
        try:
            for test in tests:
                self._try(test)
            self._serve_all(due, stop)
        finally:
            self._rest()

    def _serve_all(self, due: Sequence[Addressee], stop: threading.Event) -> None:
        """Everybody, until it is clear that the channel is down: the rest is then left untried."""
        strikes = 0
        for done, whom in enumerate(due):
            if stop.is_set():
                return
            if strikes >= STRIKES:
                self._leave(due[done:])
                return
            strikes = 0 if self._serve(whom) else strikes + 1

    def _serve(self, whom: Addressee) -> bool:
        """Send what waits for one recipient; whether the channel is all right."""
        try:
            with self._database.read() as conn:
                waiting = outbox.waiting_for(conn, whom)
                last_sent = outbox.last_sent(conn, whom)
                unwanted = unwanted_topics(conn, whom.venue, whom.recipient)
        except UnreadableMessage as error:
            self._never([error.id], str(error))
            return True
        all_right = True
        for batch in batches(waiting):
            if batch.topic in unwanted:
                self._unwanted(batch)
                continue
            held = held_for(last_sent, self._clock.now())
            if held and not batch.is_alone:
                held_ns = int(self._clock.wall_s(held.total_seconds()) * 1e9)
                with self._database.write() as conn:
                    outbox.leave_until(conn, batch.ids, SYSTEM.now_ns() + held_ns)
            elif all_right:
                all_right = self._send(batch, whom.recipient)
                if not batch.is_alone:
                    last_sent = self._clock.now()
        return all_right

    def _send(self, batch: Batch, recipient: str) -> bool:
        now = self._clock.now()
        thread = self._thread(batch, recipient)
        link = self._begin(batch, recipient, now)
        try:
            message = write(batch.notices, recipient, self._links, now, link)
            venue = batch.messages[0].venue
            self._channel.send(Envelope(message, recipient, now, batch.name, thread, venue))
        except (Unsendable, Unwritable) as error:
            self._never(batch.ids, str(error))
            return True
        except SendFailed as error:
            self._failed(batch, error)
            return isinstance(error, SendRefused)
        except Exception as error:
            # One message that trips over a mistake of ours must not take the others down.
            log.exception("message %s failed", batch.ids[0])
            self._failed(batch, SendRefused(f"{type(error).__name__}: {error}", for_good=True))
            return True
        with self._database.write() as conn:
            at_ns = self._clock.now_ns()
            deliveries.note_attempt(conn, self.name, batch.ids, at_ns, SYSTEM.now_ns(), None)
            outbox.mark_sent(conn, batch.ids, at_ns, batch.name)
            put_entries(conn, [sent_entry(batch, recipient, now)])
        self._down.ends()
        return True

    def _begin(self, batch: Batch, recipient: str, now: datetime) -> str:
        """Write down what goes out together, and by which name what is signed in a mail can be withdrawn:
        that name; nothing elsewhere.
        """
        is_mail = outbox.channel_of(recipient) == outbox.MAIL
        with self._database.write() as conn:
            outbox.begin(conn, batch.ids, batch.name)
            if not is_mail:
                return ""
            link = link_of(batch, recipient, now)
            put_link(conn, link)
        return link.id

    def _unwanted(self, batch: Batch) -> None:
        with self._database.write() as conn:
            outbox.give_up(conn, batch.ids, self._clock.now_ns(), UNSUBSCRIBED)

    def _thread(self, batch: Batch, recipient: str) -> tuple[str, ...]:
        """The names of what a batch follows."""
        if batch.is_alone:
            return ()
        with self._database.read() as conn:
            return outbox.sent_as(conn, recipient, batch.flags)

    def _failed(self, batch: Batch, error: SendFailed) -> None:
        if not isinstance(error, SendRefused):
            self._down.begins(str(error))
        attempts = batch.attempts + 1
        wall_ns = SYSTEM.now_ns()
        asked_s = error.after_s if isinstance(error, SendRefused) else 0.0
        due_ns = wall_ns + int(max(self._retry.wait_s(attempts), asked_s) * 1e9)
        with self._database.write() as conn:
            at_ns = self._clock.now_ns()
            deliveries.note_attempt(conn, self.name, batch.ids, at_ns, wall_ns, str(error))
            may_be_out = isinstance(error, SendBrokeOff)
            outbox.put_off(conn, batch.ids, due_ns, str(error), may_be_out=may_be_out)
            day_ago_ns = due_ns - int(self._retry.give_up_after_s * 1e9)
            over = set(deliveries.tried_before(conn, batch.ids, day_ago_ns))
            if isinstance(error, SendRefused) and error.for_good:
                over |= {one.id for one in batch.messages if one.attempts + 1 >= REFUSALS}
            outbox.give_up(conn, over, at_ns, f"given up: {error}")

    def _never(self, ids: Sequence[int], reason: str) -> None:
        level = logging.DEBUG if reason in self._said else logging.WARNING
        log.log(level, "message %s will not be sent: %s", ids[0], reason)
        self._said.add(reason)
        with self._database.write() as conn:
            outbox.give_up(conn, ids, self._clock.now_ns(), reason)

    def _leave(self, due: Sequence[Addressee]) -> None:
        due_ns = SYSTEM.now_ns() + int(self._retry.wait_s(1) * 1e9)
        with self._database.write() as conn:
            for whom in due:
                outbox.leave_all_until(conn, whom, due_ns)

    def _try(self, test: ChannelTest) -> None:
        """Send a test once, and keep how that went."""
        now = self._clock.now()
        with self._database.write() as conn:
            if not channel_tests.claim_test(conn, test.id, now):
                return
        error: str | None = None
        try:
            message = write_test(test.language, test.by, test.at, self._links)
            self._channel.send(Envelope(message, test.to, now, f"test-{test.id}"))
        except (SendFailed, Unsendable, Unwritable) as failure:
            error = str(failure)
        except Exception as failure:
            # Whatever a library trips over is how this test went, and ends nothing else.
            log.exception("test %s of %s failed", test.id, self.name)
            error = f"{type(failure).__name__}: {failure}"
        with self._database.write() as conn:
            at, wall_ns = self._clock.now(), SYSTEM.now_ns()
            deliveries.note_test(conn, self.name, test.id, at, wall_ns, error)

    def _rest(self) -> None:
        try:
            self._channel.rest()
        except Exception:  # what was taken stays taken, however a library says goodbye
            log.exception("%s did not come to rest", self.name)
