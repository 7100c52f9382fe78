"""The notifier: a sender for each channel, so that one that is slow or down holds up no other.

It shares what is for the manager out to the addresses of ``notify.urls``, and says of what no
sender takes why it is not sent.
"""

import logging
import threading
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from gateway.config import NotifySettings
from gateway.domain.alerts.notice import MANAGER
from gateway.links import Links
from gateway.notify.apprise_channel import AppriseChannel
from gateway.notify.channel_list import url_channels
from gateway.notify.mail import parse_sender
from gateway.notify.mail_channel import MailChannel
from gateway.notify.mail_server import TIMEOUT_S, mail_server
from gateway.notify.push.push_channel import PushChannel, contact_of
from gateway.notify.push.push_key import read_or_make_push_key
from gateway.notify.retry import USUAL, Retry
from gateway.notify.sender import LOOK_EVERY_S, ChannelSender
from gateway.outage import Outage, repeat
from gateway.process.threads import Work
from gateway.registry.alerts import channel_tests, deliveries, outbox
from gateway.registry.alerts.outbox import MAIL, WEB_PUSH, UnreadableMessage
from gateway.registry.alerts.told_records import sharers
from gateway.registry.database import Database, DatabaseAway
from sensors.clock import SYSTEM, Clock

log = logging.getLogger(__name__)


class Notifier:
    """Each of ``work`` in a thread of its own; of the ``venues`` of this gateway (None: all of them)
    the only ones that take messages out of the outbox.
    """

    def __init__(
        self,
        database: Database,
        settings: NotifySettings,
        links: Links,
        clock: Clock,
        directory: Path,
        venues: Collection[str] | None = None,
        retry: Retry = USUAL,
        timeout_s: float = TIMEOUT_S,
        on_gone: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_gone`` is told of each browser that a push service knows no more.

        Raises ConfigError where ``notify.mail``, ``notify.from`` or a file of theirs is
        wrong.
        """
        self._database = database
        self._clock = clock
        self._venues = venues
        sender = parse_sender(settings.sender)
        server = mail_server(settings, directory)
        self._senders: dict[str, ChannelSender] = {}
        usual = (database, links, clock, venues, retry)
        if server is not None:
            way = MailChannel(server, sender, timeout_s)
            self._senders[MAIL] = ChannelSender(MAIL, way, *usual)
        for name, url in url_channels(settings).items():
            self._senders[name] = ChannelSender(name, AppriseChannel(url), *usual)
        key = partial(read_or_make_push_key, directory / settings.push_key_file)
        contact = contact_of(links.public_url, sender.address)
        push = PushChannel(
            database, key, contact, on_gone, allow_private=settings.allow_private
        )  # fmt: skip
        self._senders[WEB_PUSH] = ChannelSender(WEB_PUSH, push, *usual)
        self._outage = Outage(log, "notifier")

    def work(self) -> dict[str, Work]:
        """What is to be run, by name: the sharing out, and a sender for each channel."""
        return {"notifier": self.run, **{name: one.run for name, one in self._senders.items()}}

    def run(self, stop: threading.Event) -> None:
        """Share out what is due until ``stop``. A database that is away is waited for."""
        repeat(self.share_out, LOOK_EVERY_S, (DatabaseAway,), stop, outage=self._outage)

    def send_due(self, stop: threading.Event) -> None:
        """One round over all channels, one after another.

        Raises:
            DatabaseAway: the database is away; what was sent and not marked goes out again.

        """
        self.share_out()
        for sender in self._senders.values():
            sender.send_due(stop)

    def share_out(self) -> None:
        """Make of each message for the manager one for each address, each with its own retries, and
        give up what no sender takes.

        Raises:
            DatabaseAway: the database is away.

        """
        try:
            with self._database.read() as conn:
                elsewhere = outbox.waiting_elsewhere(conn, self._senders, self._venues)
                asked = channel_tests.waiting_tests(conn)
                unreadable = channel_tests.unreadable_tests(conn)
        except UnreadableMessage as error:
            with self._database.write() as conn:
                outbox.give_up(conn, [error.id], self._clock.now_ns(), str(error))
            return
        lost = [test for test in asked if test.channel not in self._senders]
        if not elsewhere and not lost and not unreadable:
            return
        with self._database.write() as conn:
            now = self._clock.now()
            for message in elsewhere:
                if message.recipient == MANAGER and self._urls:
                    notice = replace(message.notice, recipient_role="manager")
                    for name in sharers(conn, message.meeting, message.notice, self._urls):
                        outbox.post(conn, message.meeting, message.flag, name, notice, now)
                    outbox.mark_sent(conn, [message.id], self._clock.now_ns(), None)
                else:
                    reason = _why_not(message.recipient)
                    outbox.give_up(conn, [message.id], self._clock.now_ns(), reason)
            for number in unreadable:
                if channel_tests.claim_test(conn, number, now):
                    log.warning("request %s cannot be read: it is set aside", number)
            for test in lost:
                if channel_tests.claim_test(conn, test.id, now):
                    reason = _why_not(test.channel)
                    deliveries.note_test(conn, test.channel, test.id, now, SYSTEM.now_ns(), reason)

    @property
    def _urls(self) -> list[str]:
        return [name for name in self._senders if name not in (MAIL, WEB_PUSH)]


def _why_not(recipient: str) -> str:
    if recipient == MANAGER:
        return "notify.urls is empty"
    if outbox.channel_of(recipient) == MAIL:
        return "notify.mail is empty: no mail is sent"
    return "its address is not among notify.urls"
