"""What a device is to sign: once, within minutes, and for one purpose."""

import secrets
import threading
from collections import OrderedDict
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

LASTS_S: Final = 300
REMEMBERED: Final = 10_000


class Stale(Exception):
    """It is none of ours, too old, or was answered before."""


class Challenges:
    """Signed, so that nothing is kept of those that nobody answers; an answered one is remembered for as
    long as it could come again. Safe for threads.
    """

    def __init__(self, secret: str) -> None:
        self._signed = URLSafeTimedSerializer(secret, salt="luchtig challenge")
        self._lock = threading.Lock()
        self._answered: OrderedDict[str, None] = OrderedDict()

    def make(self, purpose: str) -> tuple[str, bytes]:
        """What the browser brings back with the answer, and what its device is to sign."""
        challenge = secrets.token_urlsafe(32)
        kept: str | bytes = self._signed.dumps([purpose, challenge])
        return kept if isinstance(kept, str) else kept.decode(), challenge.encode()

    def take(self, kept: object, purpose: str) -> bytes:
        """What was to be signed; it counts as answered from now on.

        Raises:
            Stale: it cannot be answered.

        """
        try:
            its_purpose, challenge = self._signed.loads(str(kept), max_age=LASTS_S)
        except (BadSignature, ValueError) as error:
            raise Stale from error
        with self._lock:
            if its_purpose != purpose or challenge in self._answered:
                raise Stale
            self._answered[challenge] = None
            while len(self._answered) > REMEMBERED:
                self._answered.popitem(last=False)
        return str(challenge).encode()
