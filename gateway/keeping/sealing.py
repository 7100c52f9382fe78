"""A backup that only the holder of a key can read: the machine that takes it has the public half alone.

An X25519 key of the file's own with the recipient's gives a key by HKDF-SHA256 (RFC 7748, RFC 5869);
with that, pieces of 64 KiB go through ChaCha20-Poly1305 (RFC 8439), numbered, the last one marked, so
that a file that was cut, or whose pieces were moved, is refused: STREAM of Hoang, Reyhanitabar, Rogaway
and Vizár, Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from gateway.keeping.archive import KeepingError

MAGIC: Final = b"luchtig sealed 1\n"
PIECE: Final = 64 * 1024
_KEY: Final = 32
_TAG: Final = 16
_HEAD: Final = len(MAGIC) + 2 * _KEY


def public_key(path: Path) -> X25519PublicKey:
    """The key to encrypt to, out of a PEM file.

    Raises:
        KeepingError: it cannot be read, or is no such key.

    """
    key = _loaded(path)
    if isinstance(key, X25519PrivateKey):
        raise KeepingError(
            f"{path}: is the private key, which must not lie here: openssl pkey -in {path} -pubout "
            "makes the public one"
        )
    return key


def private_key(path: Path) -> X25519PrivateKey:
    """The key to read with, out of a PEM file.

    Raises:
        KeepingError: it cannot be read, or is no such key.

    """
    key = _loaded(path)
    if isinstance(key, X25519PublicKey):
        raise KeepingError(f"{path}: is the public key: reading a backup takes the private one")
    return key


def is_sealed(path: Path) -> bool:
    """Whether a file begins as those do that are encrypted; raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class Sealer:
    """Writes what it is given into ``file``, encrypted to a key; whole once ``close`` returned."""

    def __init__(self, file: IO[bytes], to: X25519PublicKey) -> None:
        own = X25519PrivateKey.generate()
        head = own.public_key().public_bytes_raw()
        self._file = file
        self._cipher = _cipher(own.exchange(to), head, to)
        self._waiting = bytearray()
        self._piece = 0
        file.write(MAGIC + head + _name(to))

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is known by its mark: one stays
            self._put(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Write the last piece; ``file`` stays open."""
        self._put(bytes(self._waiting), is_last=True)
        self._file.flush()

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._piece, is_last=is_last), piece, None))
        self._piece += 1


def unseal(path: Path, key: X25519PrivateKey, to: IO[bytes]) -> None:
    """Write what a file holds, decrypted.

    Raises:
        KeepingError: it is encrypted to another key, or is not what was written.

    """
    with path.open("rb") as file:
        head = file.read(_HEAD)[len(MAGIC) :]
        theirs, name = head[:_KEY], head[_KEY:]
        if len(name) < _KEY:
            raise KeepingError(f"{path}: was cut: take the whole file, or another backup")
        if name != _name(key.public_key()):
            raise KeepingError(f"{path}: is encrypted to another key than this one")
        try:
            shared = key.exchange(X25519PublicKey.from_public_bytes(theirs))
            cipher = _cipher(shared, theirs, key.public_key())
            for number, (piece, is_last) in enumerate(_pieces(file)):
                to.write(cipher.decrypt(_nonce(number, is_last=is_last), piece, None))
        except (InvalidTag, ValueError) as error:
            raise KeepingError(
                f"{path}: was cut, altered or damaged: take the whole file, or another backup"
            ) from error


def _pieces(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    piece = file.read(PIECE + _TAG)
    while following := file.read(PIECE + _TAG):
        yield piece, False
        piece = following
    yield piece, True


def _cipher(shared: bytes, head: bytes, to: X25519PublicKey) -> ChaCha20Poly1305:
    salt = head + to.public_bytes_raw()
    return ChaCha20Poly1305(HKDF(SHA256(), _KEY, salt, MAGIC).derive(shared))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _name(key: X25519PublicKey) -> bytes:
    return sha256(key.public_bytes_raw()).digest()


def _loaded(path: Path) -> X25519PublicKey | X25519PrivateKey:
    try:
        pem = path.read_bytes()
        is_private = b"PRIVATE KEY" in pem
        key = load_pem_private_key(pem, None) if is_private else load_pem_public_key(pem)
    except OSError as error:
        raise KeepingError(f"{path}: cannot be read: {error.strerror or error}") from error
    except TypeError as error:
        raise KeepingError(f"{path}: has a password of its own: give a key without one") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeepingError(f"{path}: is no key in a PEM file ({_EXPECTED})") from error
    if not isinstance(key, X25519PublicKey | X25519PrivateKey):
        raise KeepingError(f"{path}: is another kind of key ({_EXPECTED})")
    return key


_EXPECTED: Final = "expected what openssl genpkey -algorithm x25519 makes"
