"""The notifier: takes what is due out of the outbox and sends it, at least once.

A message is marked as sent when its channel took it; whoever is killed in between sends it again. What
fails is tried again, later each time, until a day has passed: by then it tells nobody anything. All of
that goes by wall time, as does ``due_ns`` in the outbox. A channel that is down is left alone until the
next round, so that it holds up nothing that goes another way.
"""

import hashlib
import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.channel import MailServer, SendFailed, Unsendable, mail_server, send_mail, send_to
from gateway.config import NotifySettings
from gateway.domain.notice import MANAGER
from gateway.message import Message, write
from gateway.registry import outbox
from gateway.registry.database import Database
from gateway.registry.told import sharers
from sensors.clock import SYSTEM, Clock

LOOK_EVERY_S = 1.0
BATCH = 50
STRIKES = 3
"""So many failures in a row are the channel's, not the recipients': the others wait."""

MAIL = "mail"
URL = "url:"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retry:
    """How long to wait after each failure, in wall time: twice as long each time, up to a limit, and
    up to a fifth more or less, so that what failed together does not come back together.
    """

    first_s: float = 10.0
    most_s: float = 1800.0
    give_up_after_s: float = 86_400.0

    def wait_s(self, attempts: int) -> float:
        """The wait after so many failed attempts."""
        wait_s = min(self.most_s, self.first_s * 2.0 ** min(attempts - 1, 30))
        return wait_s * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

    def waited_s(self, attempts: int) -> float:
        """About how long ago the first of so many attempts was."""
        return sum(min(self.most_s, self.first_s * 2.0 ** min(i, 30)) for i in range(attempts - 1))


class Notifier:
    """``run`` in a thread of its own; the only one that takes messages out of the outbox."""

    def __init__(
        self,
        database: Database,
        settings: NotifySettings,
        public_url: str,
        clock: Clock,
        directory: Path,
        retry: Retry = Retry(),
    ) -> None:
        """Raises ConfigError where ``notify.mail`` or its password file is wrong."""
        self._database = database
        self._server: MailServer | None = mail_server(settings, directory)
        self._sender = settings.sender
        self._urls = {_url_name(url): url for url in settings.urls}
        self._public_url = public_url
        self._clock = clock
        self._retry = retry
        self._down: set[str] = set()
        self._said: set[str] = set()
        self._failing = False

    def run(self, stop: threading.Event) -> None:
        """Send what is due, every second, until ``stop``. A database that is away is waited for."""
        while not stop.is_set():
            try:
                self.send_due(stop)
                self._failing = False
            except SQLAlchemyError as error:
                if not self._failing:
                    self._failing = True
                    log.error("notifier: %s; trying again", str(error).splitlines()[0])  # noqa: TRY400 - no traceback for a database away
            stop.wait(LOOK_EVERY_S)

    def send_due(self, stop: threading.Event) -> None:
        """One round over what is due now.

        Raises:
            SQLAlchemyError: the database is away; what was sent and not marked goes out again.

        """
        with self._database.read() as conn:
            due = outbox.due_messages(conn, SYSTEM.now_ns(), BATCH)
        strikes: dict[str, int] = {}
        for message in due:
            if stop.is_set():
                return
            channel = _channel_of(message.recipient)
            if message.recipient == MANAGER:
                self._mark(partial(self._share_out, message))
            elif strikes.get(channel, 0) < STRIKES:
                sent = self._send(message, channel)
                strikes[channel] = 0 if sent else strikes.get(channel, 0) + 1
            else:
                due_ns = SYSTEM.now_ns() + int(self._retry.wait_s(1) * 1e9)
                self._mark(partial(_leave, message.id, due_ns))

    def _send(self, message: outbox.Message, channel: str) -> bool:
        """Try one message; whether its channel is all right."""
        try:
            self._hand_over(message.recipient, write(message.notice, self._public_url))
        except Unsendable as error:
            reason = str(error)
            level = logging.DEBUG if reason in self._said else logging.WARNING
            log.log(level, "message %s will not be sent: %s", message.id, reason)
            self._said.add(reason)
            self._mark(lambda conn: outbox.give_up(conn, message.id, self._now_ns(), reason))
            return True
        except SendFailed as error:
            self._failed(message, channel, str(error))
            return False
        self._mark(lambda conn: outbox.mark_sent(conn, message.id, self._now_ns()))
        if channel in self._down:
            self._down.discard(channel)
            log.warning("notifier: %s goes out again", channel)
        return True

    def _hand_over(self, recipient: str, message: Message) -> None:
        if recipient.startswith(URL):
            url = self._urls.get(recipient)
            if url is None:
                raise Unsendable("its address is no longer among notify.urls")
            send_to(url, message)
        elif self._server is None:
            raise Unsendable("notify.mail is empty: no mail is sent")
        else:
            send_mail(self._server, self._sender, recipient, message)

    def _failed(self, message: outbox.Message, channel: str, error: str) -> None:
        if channel not in self._down:
            self._down.add(channel)
            log.warning("notifier: %s fails (%s); trying again", channel, error)
        attempts = message.attempts + 1
        now_ns = SYSTEM.now_ns()
        if self._retry.waited_s(attempts) > self._retry.give_up_after_s:
            reason = f"given up after {attempts} attempts: {error}"
            self._mark(lambda conn: outbox.give_up(conn, message.id, self._now_ns(), reason))
            return
        due_ns = now_ns + int(self._retry.wait_s(attempts) * 1e9)
        self._mark(lambda conn: outbox.put_off(conn, message.id, due_ns, error))

    def _share_out(self, message: outbox.Message, conn: Connection) -> None:
        """Make of the manager's message one for each address, each with its own retries."""
        now = self._clock.now()
        if not self._urls:
            outbox.give_up(conn, message.id, self._now_ns(), "notify.urls is empty")
            return
        for name in sharers(conn, message.meeting, message.notice, self._urls):
            outbox.post(conn, message.meeting, message.flag, name, message.notice, now)
        outbox.mark_sent(conn, message.id, self._now_ns())

    def _mark(self, change: Callable[[Connection], None]) -> None:
        with self._database.write() as conn:
            change(conn)

    def _now_ns(self) -> int:
        return self._clock.now_ns()


def _leave(message_id: int, due_ns: int, conn: Connection) -> None:
    outbox.leave_until(conn, message_id, due_ns)


def _channel_of(recipient: str) -> str:
    return recipient if recipient.startswith(URL) else MAIL


def _url_name(url: str) -> str:
    """A recipient that stands for an address, which may hold a password and stays in the settings."""
    return URL + hashlib.sha256(url.encode()).hexdigest()[:16]
