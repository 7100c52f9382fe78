"""The key of the house: an Ed25519 key in a file of its own, made when it is missing."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from gateway.proof.canonical import NotReadable, canonical, read_document
from sensors.config import ConfigError
from sensors.private_files import put_once

WELL_KNOWN: Final = "/.well-known/luchtig-key"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a signature is checked with; two are the same where their ``text`` is."""

    text: str

    @property
    def jwk(self) -> dict[str, str]:
        """As RFC 8037 writes it, with the thumbprint of RFC 7638 as its name."""
        return {**_members(self.text), "use": "sig", "alg": "EdDSA", "kid": self.thumbprint}

    @property
    def thumbprint(self) -> str:
        """What people compare: 43 letters, digits, ``-`` and ``_``."""
        return to_text(sha256(canonical(_members(self.text))).digest())

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(from_text(self.text)).verify(signature, message)
        except (InvalidSignature, NotReadable, ValueError):
            return False
        return True


class SigningKey:
    """Used by any thread."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(to_text(private.public_key().public_bytes_raw()))

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


def read_or_make_key(path: Path) -> SigningKey:
    """The key in a file, which only its owner may read; processes that start together agree.

    Raises:
        ConfigError: it can be neither read nor made, or is no Ed25519 key.

    """
    try:
        if not path.exists():
            put_once(path, _new())
        private = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError([f"{_named(path)}: cannot be read or made: {error}"]) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise ConfigError([f"{_named(path)}: expected an Ed25519 key"])
    return SigningKey(private)


def well_known(key: PublicKey) -> bytes:
    """What stands at ``/.well-known/luchtig-key``: a JWK set (RFC 7517)."""
    return canonical({"keys": [key.jwk]})


def read_public_keys(data: bytes) -> tuple[PublicKey, ...]:
    """The keys in a JWK set, or the one of a PEM.

    Raises:
        NotReadable: there is none.

    """
    if data.lstrip().startswith(b"-----"):
        return (_from_pem(data),)
    found = read_document(data).get("keys")
    keys = tuple(_from_jwk(one) for one in found) if isinstance(found, list) else ()
    if not keys:
        raise NotReadable("holds no key: expected what stands at " + WELL_KNOWN)
    return keys


def to_text(data: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: object) -> bytes:
    """The bytes of what ``to_text`` wrote, and of nothing else.

    Raises:
        NotReadable: that it did not write.

    """
    if isinstance(text, str) and text.isascii():
        try:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            data = b""
        if to_text(data) == text:
            return data
    raise NotReadable("is no base64 as a signature has it")


def _members(text: str) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": text}


def _from_pem(data: bytes) -> PublicKey:
    try:
        found = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotReadable(f"is no public key: {error}") from error
    if not isinstance(found, Ed25519PublicKey):
        raise NotReadable("is no Ed25519 key")
    return PublicKey(to_text(found.public_bytes_raw()))


def _from_jwk(found: Any) -> PublicKey:
    if not isinstance(found, dict) or found.get("crv") != "Ed25519":
        raise NotReadable("holds a key that is no Ed25519 key")
    from_text(found.get("x"))
    return PublicKey(str(found["x"]))


def _named(path: Path) -> str:
    return f"dashboard.signing_key_file = {str(path)!r}"


def _new() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
