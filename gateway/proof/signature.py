"""A document signed by a house, and what can be said of one that claims to be.

What is signed is the digest of each of its parts, so that one that was altered can be named.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from gateway.proof.canonical import (
    LARGEST_BYTES,
    Document,
    NotReadable,
    canonical,
    digest_of,
    read_document,
)
from gateway.proof.signing_key import PublicKey, SigningKey, from_text, to_text
from sensors.wire.instant import to_wire

ALGORITHM: Final = "Ed25519"
PREFIX: Final = b"luchtig-signature-1\n"
"""So that nothing else that is ever signed with the key can be taken for one of these."""
TRAILER: Final = b"%luchtig-signature "
"""What begins the last line of a signed PDF. For its readers it is a comment."""
ATTACHED: Final = (b"\nstream\n", b"\nendstream")
_MEMBERS: Final = {"algorithm", "name", "address", "key", "at", "digests", "value"}

State = Literal["genuine", "altered", "unsigned"]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the ``name`` of the venue or organisation, the ``address`` of its pages."""

    key: SigningKey
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be said of a file. ``altered`` names what is not as it was signed: parts of the document,
    ``pages`` of a PDF, ``signature``. Who and when are what the signature says, true where it holds.
    """

    state: State
    is_pdf: bool = False
    altered: tuple[str, ...] = ()
    key: PublicKey | None = None
    name: str = ""
    address: str = ""
    at: str = ""
    document: Document | None = None


def sign(document: Document, signer: Signer, at: datetime) -> dict[str, Any]:
    """The document with its ``signature``."""
    return {**document, "signature": _signature(dict(_digests(document)), signer, at)}


def seal_pdf(pdf: bytes, signer: Signer, at: datetime) -> bytes:
    """A PDF with a signature over each of its bytes behind it."""
    pdf = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    signature = _signature({"pages": sha256(pdf).hexdigest()}, signer, at)
    return pdf + TRAILER + to_text(canonical(signature)).encode() + b"\n"


def check(data: bytes) -> Checked:
    """Whether a file, JSON or PDF, is as it was signed.

    Raises:
        NotReadable: it is neither.

    """
    if not data.startswith(b"%PDF-"):
        return _check_document(read_document(data))
    pages = _check_pdf(data)
    attached = _attached(data)
    inside = Checked("unsigned") if attached is None else _check_document(attached)
    if pages.state == "unsigned":
        return Checked(pages.state, is_pdf=True, document=attached)
    altered = pages.altered + tuple(f"attachment/{name}" for name in inside.altered)
    if inside.state == "unsigned" or inside.key != pages.key:
        altered += ("attachment",)
    return Checked(
        "altered" if altered else "genuine",
        is_pdf=True,
        altered=altered,
        key=pages.key,
        name=pages.name,
        address=pages.address,
        at=pages.at,
        document=attached,
    )


def _signature(digests: Mapping[str, str], signer: Signer, at: datetime) -> dict[str, Any]:
    signed = {
        "algorithm": ALGORITHM,
        "name": signer.name,
        "address": signer.address,
        "key": signer.key.public.text,
        "at": to_wire(at),
        "digests": dict(digests),
    }
    return {**signed, "value": to_text(signer.key.sign(PREFIX + canonical(signed)))}


def _digests(document: Document) -> Iterator[tuple[str, str]]:
    """Of each part; of months one by one as well."""
    for name, part in document.items():
        if name == "signature":
            continue
        yield name, digest_of(part)
        if name == "months" and isinstance(part, list):
            for month in part:
                if isinstance(month, dict) and isinstance(month.get("month"), str):
                    yield f"months/{month['month']}", digest_of(month)


def _check_document(document: dict[str, Any]) -> Checked:
    signature = document.get("signature")
    if not isinstance(signature, dict):
        return Checked("unsigned", document=document)
    return _checked(signature, dict(_digests(document)), document)


def _check_pdf(data: bytes) -> Checked:
    begin = data.rfind(b"\n" + TRAILER) + 1
    if not begin:
        return Checked("unsigned")
    line = data[begin + len(TRAILER) :]
    try:
        text = line.removesuffix(b"\n").decode("ascii")
        signature = read_document(from_text(text))
        if to_text(canonical(signature)) != text or not line.endswith(b"\n"):
            return Checked("altered", altered=("signature",))
    except (NotReadable, UnicodeDecodeError):
        return Checked("altered", altered=("signature",))
    return _checked(signature, {"pages": sha256(data[:begin]).hexdigest()}, None)


def _attached(data: bytes) -> dict[str, Any] | None:
    """The document in a PDF of ours: of what is attached the one that is signed."""
    begin, end = ATTACHED
    for piece in data.split(begin)[1:]:
        text = _unpacked(piece.partition(end)[0])
        if text.startswith(b"{"):
            try:
                found = read_document(text)
            except NotReadable:
                continue
            if "signature" in found:
                return found
    return None


def _unpacked(stream: bytes) -> bytes:
    """A stream as it was before it was packed, as far as a document may be long."""
    try:
        return zlib.decompressobj().decompress(stream, LARGEST_BYTES)
    except zlib.error:
        return stream


def _checked(
    signature: dict[str, Any], digests: Mapping[str, str], document: Document | None
) -> Checked:
    """The signature against the digests of what is there."""
    forged = Checked("altered", altered=("signature",), document=document)
    signed = {name: part for name, part in signature.items() if name != "value"}
    if set(signature) != _MEMBERS or not isinstance(signed["digests"], dict):
        return forged
    texts = [signed[name] for name in ("name", "address", "at", "key")]
    if signed["algorithm"] != ALGORITHM or not all(isinstance(text, str) for text in texts):
        return forged
    key = PublicKey(signed["key"])
    try:
        holds = key.verifies(from_text(signature["value"]), PREFIX + canonical(signed))
    except NotReadable:
        holds = False
    if not holds:
        return forged
    altered = _differing(signed["digests"], digests)
    return Checked(
        "altered" if altered else "genuine",
        altered=altered,
        key=key,
        name=signed["name"],
        address=signed["address"],
        at=signed["at"],
        document=document,
    )


def _differing(signed: Mapping[str, Any], found: Mapping[str, str]) -> tuple[str, ...]:
    names = sorted(n for n in signed.keys() | found.keys() if signed.get(n) != found.get(n))
    # Where it is known which month, that it is the months goes without saying.
    closer = {name.partition("/")[0] for name in names if "/" in name}
    return tuple(name for name in names if name not in closer)
