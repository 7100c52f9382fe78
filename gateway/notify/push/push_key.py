"""The key by which push services know us: who may send to the browsers that subscribed under it (VAPID,
https://www.rfc-editor.org/rfc/rfc8292). A file of its own, made when it is missing; with another one every
browser has to subscribe again.
"""

from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.notify.push.encryption import CURVE
from gateway.proof.signing_key import to_text
from sensors.config import ConfigError
from sensors.private_files import put_once

LASTS_S: Final = 12 * 3600
"""For how long a push service may take what we signed for ours: at most a day is allowed."""
_HALF: Final = 32
"""Bytes of each number of a signature by this curve (RFC 7518, 3.4)."""


class PushKey:
    """Used by any thread. ``public`` is what a browser subscribes under (``applicationServerKey``)."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public = to_text(point)

    def authorization(self, origin: str, contact: str, now_s: int) -> str:
        """The header for the push service at ``origin``; ``contact`` is whom it may turn to, ``mailto:`` or
        ``https:``.
        """
        claims = {"aud": origin, "exp": now_s + LASTS_S, "sub": contact}
        signed = ".".join(
            to_text(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
        )
        r, s = decode_dss_signature(self._private.sign(signed.encode(), ec.ECDSA(SHA256())))
        signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
        return f"vapid t={signed}.{to_text(signature)}, k={self.public}"


def read_or_make_push_key(path: Path) -> PushKey:
    """The key in a file, which only its owner may read; processes that start together agree.

    Raises:
        ConfigError: it can be neither read nor made, or is no key of this curve.

    """
    try:
        if not path.exists():
            put_once(path, _new())
        private = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError([f"{_named(path)}: cannot be read or made: {error}"]) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != CURVE.name:
        raise ConfigError([f"{_named(path)}: expected a key of the curve P-256"])
    return PushKey(private)


def _new() -> bytes:
    return ec.generate_private_key(CURVE).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _named(path: Path) -> str:
    return f"notify.push_key_file = {str(path)!r}"
