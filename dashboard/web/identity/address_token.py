"""What the link of a mail says of an address: whose it is to be, and until when that can be confirmed."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeSerializer

from gateway.links import LONGEST_TOKEN
from sensors.wire.instant import to_ns

LASTS: Final = timedelta(days=2)
_S_NS: Final = 1_000_000_000


def address_token(secret: str, user: str, email: str, at: datetime) -> str:
    """For a mail to ``email`` that the account ``user`` asked for."""
    token: str | bytes = _signer(secret).dumps([user, email, to_ns(at + LASTS) // _S_NS])
    return token if isinstance(token, str) else token.decode()


def confirmed_address(secret: str, token: str, user: str, at: datetime) -> str | None:
    """The address that was mailed; None where the link is none of ours, of another account or too old."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        found: Any = _signer(secret).loads(token)
        whose, email, until_s = found
    except (BadSignature, ValueError, TypeError):
        return None
    is_good = whose == user and isinstance(email, str) and to_ns(at) < until_s * _S_NS
    return email if is_good else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, salt="luchtig link: address", signer_kwargs={"digest_method": sha256}
    )
