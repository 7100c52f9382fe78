"""Web push: a message to the browser of a person who asked for it, by the push service of its maker.

Where the service is, the browser said: somebody else's address, which is checked like that of a calendar
and reached at the very machine that was checked.
"""

import logging
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from gateway.domain.alerts.contact import PUSH
from gateway.domain.audit import Act, Entry
from gateway.notify.channel import Envelope, SendFailed, SendRefused, Unsendable
from gateway.notify.push.encryption import BadKeys, encrypt, read_keys
from gateway.notify.push.payload import lasts_s, payload, urgency
from gateway.notify.push.push_key import PushKey
from gateway.outward.address import is_public
from gateway.outward.delivery import Limits, NotDelivered, deliver
from gateway.registry.alerts.push_subscriptions import (
    PushSubscription,
    find_subscription,
    forget_subscription,
    may_hear,
)
from gateway.registry.audit.entries import put_entries
from gateway.registry.database import Database, DatabaseAway
from sensors.clock import SYSTEM
from sensors.config import ConfigError

GATEWAY: Final = "luchtig"
PATIENCE: Final = Limits(connect_s=4.0, read_s=6.0)
_GONE: Final = (404, 410)
"""The service knows the browser no more, and never will again (RFC 8030, 7.3)."""
_LATER: Final = (408, 425, 429)

log = logging.getLogger(__name__)


class PushChannel:
    """``key`` reads the key when the first message goes out; ``on_gone`` is told of each subscription that
    a push service ended.
    """

    def __init__(
        self,
        database: Database,
        key: Callable[[], PushKey],
        contact: str,
        on_gone: Callable[[], None],
        *,
        allow_private: bool = False,
        limits: Limits = PATIENCE,
    ) -> None:
        self._database = database
        self._read_key = key
        self._key: PushKey | None = None
        self._contact = contact
        self._on_gone = on_gone
        self._allow_private = allow_private
        self._limits = limits

    def send(self, letter: Envelope) -> None:
        try:
            self._deliver(letter, self._found(letter))
        except DatabaseAway as error:
            raise SendFailed(str(error)) from error

    def rest(self) -> None:
        """Nothing is held open."""

    def _found(self, letter: Envelope) -> PushSubscription:
        with self._database.read() as conn:
            found = find_subscription(conn, letter.recipient.removeprefix(PUSH))
            if found is None:
                raise Unsendable("the device is no longer subscribed")
            if not may_hear(conn, found, letter.venue):
                raise Unsendable("its user may not see the alerts of the venue")
        return found

    def _deliver(self, letter: Envelope, to: PushSubscription) -> None:
        tag = letter.thread[0] if letter.thread else letter.name
        try:
            body = encrypt(payload(letter.message, tag), read_keys(to.p256dh, to.auth))
        except BadKeys as error:
            raise Unsendable(str(error)) from error
        parts = urlsplit(to.endpoint)
        if parts.scheme != "https" and not self._allow_private:
            raise Unsendable("a push service is reached by https alone")
        now_s = SYSTEM.now_ns() // 1_000_000_000
        headers = {
            "Authorization": self._signed(f"{parts.scheme}://{parts.netloc}", now_s),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": f"{lasts_s(letter.message)}",
            "Urgency": urgency(letter.message),
            "Topic": tag[:32],
        }
        may_reach = (lambda _: True) if self._allow_private else is_public
        try:
            deliver(to.endpoint, headers, body, may_reach, self._limits)
        except NotDelivered as error:
            raise self._failure(error, to) from error

    def _signed(self, origin: str, now_s: int) -> str:
        if self._key is None:
            try:
                self._key = self._read_key()
            except ConfigError as error:
                raise SendFailed(str(error)) from error
        return self._key.authorization(origin, self._contact, now_s)

    def _failure(self, error: NotDelivered, to: PushSubscription) -> Exception:
        if error.status in _GONE:
            self._forget(to, str(error))
            return Unsendable(f"the browser wants no more ({error}): its subscription is removed")
        if error.status is None:
            return SendFailed(f"{to.shown}: {error}")
        for_good = error.status < 500 and error.status not in _LATER
        return SendRefused(f"{to.shown}: {error}", for_good=for_good, after_s=error.after_s)

    def _forget(self, gone: PushSubscription, why: str) -> None:
        log.info("%s of %s: %s: removed", gone.label, gone.user, why)
        at = SYSTEM.now()
        with self._database.write() as conn:
            if forget_subscription(conn, gone.number):
                act = Act(GATEWAY, "gateway", at)
                told = {"endpoint": gone.shown, "why": why}
                shown = f"{gone.user}/{gone.label}"
                put_entries(conn, [Entry(act, "subscription", "deleted", None, shown, told, None)])
                self._on_gone()


def contact_of(public_url: str, sender: str) -> str:
    """Whom a push service may turn to about us: our address where it is one of the web's, or else whoever
    sends our mail.
    """
    return public_url if public_url.startswith("https://") else f"mailto:{sender}"
