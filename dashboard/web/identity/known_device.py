"""The cookie of a browser that was logged in before, and as whom: what others guess at its name never slows
it. It lets nobody in.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from flask import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

COOKIE: Final = "luchtig_device"
LASTS_S: Final = 365 * 24 * 3600
NAMES_AT_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """``names`` are digests of whom it was logged in as, the last first."""

    key: str
    names: tuple[str, ...] = ()

    def key_for(self, name: str) -> str | None:
        """What names the browser where it was logged in as ``name``, else None."""
        return self.key if _digest(name) in self.names else None

    def also(self, name: str) -> "KnownDevice":
        digest = _digest(name)
        others = (one for one in self.names if one != digest)
        return KnownDevice(self.key, (digest, *others)[:NAMES_AT_MOST])


class KnownDevices:
    """Signs and reads the cookie."""

    def __init__(self, secret: str) -> None:
        self._signed = URLSafeSerializer(secret, salt="luchtig known device")

    def find(self, request: Request) -> KnownDevice:
        """The browser that asks; a new one where it shows no cookie of ours."""
        try:
            key, *names = self._signed.loads(request.cookies.get(COOKIE, ""))
        except (BadSignature, ValueError):
            return KnownDevice(secrets.token_urlsafe(16))
        return KnownDevice(str(key), tuple(map(str, names)))

    def remember(self, answer: Response, device: KnownDevice, *, secure: bool) -> None:
        answer.set_cookie(
            COOKIE, self._signed.dumps([device.key, *device.names]),
            max_age=LASTS_S, httponly=True, samesite="Lax", secure=secure,
        )  # fmt: skip


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
