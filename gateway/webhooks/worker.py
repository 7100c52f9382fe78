"""The webhook worker: takes what is due for each webhook out of the outbox and sends it, at least
once, each webhook in a thread of its own, so that one that is slow or away holds up no other.

A message has the same id however often it is sent, and is signed anew each time. What fails is tried
again, later each time, for a day. Retries go by wall time, as does the timestamp that a receiver
compares with its own clock.
"""

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.domain.webhook import Webhook, signature
from gateway.domain.webhook_event import MEDIA_TYPE, structured, trial_event
from gateway.outage import BackOff, Outage, repeat
from gateway.outward.address import is_public
from gateway.outward.delivery import Limits, NotDelivered, deliver
from gateway.registry import webhook_outbox
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.live import operator_requests
from gateway.registry.webhook_outbox import Failure, WebhookMessage
from gateway.registry.webhooks import find_webhook, waiting_trials
from sensors.clock import SYSTEM, Clock

LOOK_EVERY_S: Final = 0.5
AT_ONCE: Final = 100
MOST_THREADS: Final = 32

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retry(BackOff):
    """How long to wait, and when to give up: after a day an event tells nobody anything."""

    first_s: float = 10.0
    most_s: float = 1800.0
    give_up_after_s: float = 86_400.0


USUAL: Final = Retry()
PATIENCE: Final = Limits()


class WebhookWorker:
    """``run`` in a thread of its own; of the ``venues`` of this gateway (None: all of them) the only
    one that takes messages out of the outbox.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        public_url: str,
        venues: Collection[str] | None = None,
        *,
        allow_private: bool = False,
        retry: Retry = USUAL,
        limits: Limits = PATIENCE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._public_url = public_url
        self._venues = venues
        self._may_reach = (lambda _: True) if allow_private else is_public
        self._retry = retry
        self._limits = limits
        self._busy: dict[int, threading.Thread] = {}
        self._outage = Outage(log, "webhooks")

    def run(self, stop: threading.Event) -> None:
        """Send what is due until ``stop``. A database that is away is waited for."""

        def look() -> None:
            self.look(stop)

        repeat(look, LOOK_EVERY_S, (DatabaseAway,), stop, outage=self._outage)

    def look(self, stop: threading.Event) -> None:
        """Begin with each webhook that something is due for, and with which nobody is busy.

        Raises:
            DatabaseAway: the database is away.

        """
        self._take_up_trials()
        self._busy = {number: one for number, one in self._busy.items() if one.is_alive()}
        for number in self._due():
            if len(self._busy) >= MOST_THREADS:
                return
            if number not in self._busy:
                name = f"webhook {number}"
                thread = threading.Thread(
                    target=self._serve, args=(number, stop), name=name, daemon=True
                )
                self._busy[number] = thread
                thread.start()

    def send_due(self, stop: threading.Event) -> None:
        """One round over all that is due, one after another; raises as ``look`` does."""
        self._take_up_trials()
        for number in self._due():
            self.serve(number, stop)

    def serve(self, number: int, stop: threading.Event) -> None:
        """Send what is due for one, in its order, until it turns out to be away.

        Raises:
            DatabaseAway: the database is away; what was sent and not marked is sent again.

        """
        with self._database.read() as conn:
            webhook = find_webhook(conn, number)
            due = webhook_outbox.due_messages(conn, number, SYSTEM.now_ns(), AT_ONCE)
        if webhook is None:
            return
        for message in due:
            if stop.is_set() or not self._send(webhook, message):
                return

    def _serve(self, number: int, stop: threading.Event) -> None:
        try:
            self.serve(number, stop)
        except DatabaseAway as error:
            log.debug("webhook %s: %s", number, error)
        except Exception:  # of one webhook; the others go on, and so does this one's next message
            log.exception("webhook %s failed", number)
            self._leave(number)

    def _due(self) -> tuple[int, ...]:
        with self._database.read() as conn:
            return webhook_outbox.due_webhooks(conn, self._venues, SYSTEM.now_ns())

    def _send(self, webhook: Webhook, message: WebhookMessage) -> bool:
        """Send one; whether there was somebody who answered."""
        body = structured(message.event, self._public_url)
        timestamp_s = SYSTEM.now_ns() // 1_000_000_000
        headers = {
            "Content-Type": MEDIA_TYPE,
            "webhook-id": message.event.id,
            "webhook-timestamp": f"{timestamp_s}",
            "webhook-signature": signature(webhook.secret, message.event.id, timestamp_s, body),
        }
        try:
            status = deliver(webhook.url, headers, body, self._may_reach, self._limits)
        except NotDelivered as error:
            self._failed(message, error)
            return error.status is not None
        with self._database.write() as conn:
            webhook_outbox.mark_sent(conn, message.id, self._clock.now_ns(), status)
        return True

    def _failed(self, message: WebhookMessage, error: NotDelivered) -> None:
        wall_ns = SYSTEM.now_ns()
        failure = Failure(str(error), error.status)
        wait_s = max(self._retry.wait_s(message.attempts + 1), error.after_s)
        due_ns = wall_ns + int(wait_s * 1e9)
        first_ns = wall_ns if message.first_wall_ns is None else message.first_wall_ns
        is_over = due_ns - first_ns > self._retry.give_up_after_s * 1e9
        with self._database.write() as conn:
            at_ns = self._clock.now_ns()
            if is_over or message.event.type == "luchtig.webhook.test":
                webhook_outbox.give_up(conn, message.id, at_ns, failure)
            else:
                webhook_outbox.put_off(conn, message.id, at_ns, wall_ns, due_ns, failure)
            if error.status is None:
                webhook_outbox.leave_until(conn, message.webhook, due_ns)

    def _leave(self, number: int) -> None:
        due_ns = SYSTEM.now_ns() + int(self._retry.wait_s(1) * 1e9)
        try:
            with self._database.write() as conn:
                webhook_outbox.leave_until(conn, number, due_ns)
        except DatabaseAway as error:
            log.debug("webhook %s: %s", number, error)

    def _take_up_trials(self) -> None:
        with self._database.read() as conn:
            asked = waiting_trials(conn)
        if not asked:
            return
        with self._database.write() as conn:
            for trial in asked:
                webhook = None if trial.webhook is None else find_webhook(conn, trial.webhook)
                if webhook is not None and not self._is_ours(webhook):
                    continue
                if webhook is not None:
                    event = trial_event(webhook.venue, trial.id, trial.by, trial.at)
                    webhook_outbox.tell_one(conn, webhook.id, event)
                operator_requests.mark_done(conn, trial.id, self._clock.now())

    def _is_ours(self, webhook: Webhook) -> bool:
        return self._venues is None or webhook.venue in self._venues
