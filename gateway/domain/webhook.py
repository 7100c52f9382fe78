"""A webhook: an address of a program elsewhere that is told what happens in a venue."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from gateway.domain.webhook_event import EventType
from sensors.wire.topic import VenueSlug

SECRET: Final = "whsec_"  # noqa: S105 - how a secret begins, no secret
_SECRET_BYTES: Final = 32
MOST_WEBHOOKS: Final = 20
"""Of a venue: each event goes to every one of them."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """``events`` are those that are told, all where there are none; a trial is told always.
    ``url`` may hold a secret of its own.
    """

    id: int
    venue: VenueSlug
    name: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    events: tuple[EventType, ...] = ()
    enabled: bool = True

    def hears(self, kind: EventType) -> bool:
        return kind == "luchtig.webhook.test" or (
            self.enabled and (not self.events or kind in self.events)
        )


def new_secret() -> str:
    return SECRET + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    """By which a receiver knows that a message is from us and of now, as Standard Webhooks have it
    (https://github.com/standard-webhooks/standard-webhooks).
    """
    key = base64.b64decode(secret.removeprefix(SECRET))
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"
