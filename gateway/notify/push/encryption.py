"""A message encrypted to the one browser that asked for it, so that the push service between carries what
it cannot read.

Message Encryption for Web Push (https://www.rfc-editor.org/rfc/rfc8291) in one record of the encoding
``aes128gcm`` (https://www.rfc-editor.org/rfc/rfc8188).
"""

import os
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.proof.canonical import NotReadable
from gateway.proof.signing_key import from_text

RECORD: Final = 4096
"""Bytes: more no push service has to take (RFC 8030, 7.2)."""
CURVE: Final = ec.SECP256R1()
SALT: Final = 16
_AUTH: Final = 16
_POINT: Final = 65
_TAG: Final = 16
_LAST: Final = b"\x02"
"""What follows the text of the last record, before padding."""
LARGEST: Final = RECORD - (SALT + 4 + 1 + _POINT) - _TAG - len(_LAST)
"""Bytes of a message."""


class BadKeys(ValueError):
    """What a browser said of itself are no keys."""


@dataclass(frozen=True, slots=True)
class BrowserKeys:
    """The public key of a browser, as a point of the curve, and the secret that it shares with us."""

    point: bytes
    auth: bytes


def read_keys(p256dh: str, auth: str) -> BrowserKeys:
    """The keys as ``PushSubscription.toJSON`` has them, in base64 for addresses.

    Raises:
        BadKeys: they are none.

    """
    try:
        keys = BrowserKeys(from_text(p256dh.rstrip("=")), from_text(auth.rstrip("=")))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.point)
    except (NotReadable, ValueError) as error:
        raise BadKeys("no key of a browser") from error
    if len(keys.point) != _POINT or len(keys.auth) != _AUTH:
        raise BadKeys("no key of a browser")
    return keys


def encrypt(text: bytes, to: BrowserKeys) -> bytes:
    """The body for the push service, under a key that is used once.

    Raises:
        ValueError: the text is longer than ``LARGEST``.

    """
    return encrypt_with(text, to, ec.generate_private_key(CURVE), os.urandom(SALT))


def encrypt_with(
    text: bytes, to: BrowserKeys, private: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The same under a given key and salt; neither may ever be used again."""
    if len(text) > LARGEST:
        raise ValueError(f"a message has {LARGEST} bytes at most")
    own = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, to.point)
    shared = private.exchange(ec.ECDH(), theirs)
    secret = _derived(to.auth, shared, b"WebPush: info\0" + to.point + own, 32)
    key = _derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, secret, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own
    return head + AESGCM(key).encrypt(nonce, text + _LAST, None)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
