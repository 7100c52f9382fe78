"""What is signed holds as it is, and nothing else does."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.proof.canonical import NotReadable, canonical
from gateway.proof.signature import Signer, check, seal_pdf, sign
from gateway.proof.signing_key import (
    PublicKey,
    SigningKey,
    read_or_make_key,
    read_public_keys,
    well_known,
)
from sensors.config import ConfigError

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SIGNER = Signer(KEY, "De Kade", "https://lucht.example.org")
DOCUMENT: dict[str, Any] = {
    "meetings": 3,
    "hours": 6.25,
    "name": "Café “De Kade”",
    "completeness": None,
    "months": [{"month": "2026-10", "kept": 2}, {"month": "2026-11", "kept": 1}],
}
SIGNED = sign(DOCUMENT, SIGNER, AT)
JSON = canonical(SIGNED)


def _pdf(*, packed: bool = False) -> bytes:
    page = FPDF()
    page.add_page()
    page.embed_file(bytes=JSON, basename="season.json", compress=packed)
    return seal_pdf(bytes(page.output()), SIGNER, AT)


PDF = _pdf()


@pytest.mark.parametrize("data", [JSON, PDF, _pdf(packed=True)], ids=["json", "pdf", "packed"])
def test_what_was_signed_is_genuine_and_says_by_whom_and_when(data: bytes) -> None:
    found = check(data)
    assert (found.state, found.altered, found.name) == ("genuine", (), "De Kade")
    assert found.address == "https://lucht.example.org"
    assert found.at == "2026-12-01T09:00:00.000Z"
    assert found.key == KEY.public
    assert found.document == SIGNED


def test_blanks_and_the_order_of_keys_alter_nothing() -> None:
    turned = msgspec.json.format(msgspec.json.encode(dict(reversed(SIGNED.items()))), indent=2)
    assert check(turned).state == "genuine"
    assert check(JSON.replace(b":3,", b":3.0,")).state == "genuine"


@settings(deadline=None)
@given(st.integers(0, len(JSON) - 1), st.integers(1, 255))
def test_one_byte_changed_is_seen(index: int, flip: int) -> None:
    assert _state(_flipped(JSON, index, flip)) != "genuine"


@settings(deadline=None, max_examples=50)
@given(st.integers(0, len(PDF) - 1), st.integers(1, 255))
def test_one_byte_of_the_pdf_changed_is_seen(index: int, flip: int) -> None:
    assert _state(_flipped(PDF, index, flip)) != "genuine"


@pytest.mark.parametrize("more", [b"\n", b"%", b"1 0 obj\n<<>>\nendobj\n%%EOF\n"])
def test_what_is_put_behind_a_pdf_is_seen(more: bytes) -> None:
    assert check(PDF + more).state == "altered"


@pytest.mark.parametrize(
    ("changed", "altered"),
    [
        ({"meetings": 4}, ("meetings",)),
        ({"completeness": 1}, ("completeness",)),
        ({"more": 1}, ("more",)),
        ({"months": [{"month": "2026-10", "kept": 3}, DOCUMENT["months"][1]]}, ("months/2026-10",)),
        ({"months": DOCUMENT["months"][:1]}, ("months/2026-11",)),
        ({"months": DOCUMENT["months"][::-1]}, ("months",)),
    ],
)
def test_what_was_altered_is_named(changed: dict[str, Any], altered: tuple[str, ...]) -> None:
    found = check(canonical(SIGNED | changed))
    assert (found.state, found.altered) == ("altered", altered)
    assert found.name == "De Kade"  # that much still holds


@pytest.mark.parametrize("part", ["name", "address", "at", "key", "algorithm", "value"])
def test_a_signature_that_says_something_else_is_none(part: str) -> None:
    forged = SIGNED | {"signature": SIGNED["signature"] | {part: "AAAA"}}
    assert check(canonical(forged)).altered == ("signature",)


def test_a_digest_that_was_changed_with_its_part_is_seen() -> None:
    other = sign(DOCUMENT | {"meetings": 4}, SIGNER, AT)["signature"]["digests"]
    forged = SIGNED["signature"] | {"digests": other}
    assert check(canonical(SIGNED | {"meetings": 4, "signature": forged})).altered == ("signature",)


def test_of_the_pdf_it_is_said_whether_it_is_the_pages_or_the_figures() -> None:
    pages = PDF.replace(b"/Type /Page\n", b"/Type /Pagf\n", 1)
    assert pages != PDF
    assert check(pages).altered == ("pages",)
    figures = PDF.replace(b'"meetings":3', b'"meetings":4')
    assert check(figures).altered == ("pages", "attachment/meetings")


def test_pages_signed_by_another_than_the_figures_are_not_genuine() -> None:
    other = Signer(
        SigningKey(Ed25519PrivateKey.generate()), "De Molen", "https://molen.example.org"
    )
    body = PDF[: PDF.rfind(b"%luchtig-signature")]
    assert check(seal_pdf(body, other, AT)).altered == ("attachment",)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff", b"[" * 100_000, b'{"a":"\\ud800"}'],
)
def test_what_is_no_document_is_refused_or_unsigned(data: bytes) -> None:
    assert _state(data) in ("unreadable", "unsigned")


def test_a_document_or_pdf_without_a_signature_is_unsigned() -> None:
    assert check(canonical(DOCUMENT)).state == "unsigned"
    assert check(PDF[: PDF.rfind(b"%luchtig-signature")]).state == "unsigned"


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys/signing-key"
    made = read_or_make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_or_make_key(file).public == made.public
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("text", ["", "nonsense"])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "signing-key"
    file.write_text(text)
    with pytest.raises(ConfigError, match="signing_key_file"):
        read_or_make_key(file)


def test_the_public_key_is_read_as_it_is_published_and_as_a_pem() -> None:
    assert read_public_keys(well_known(KEY.public)) == (KEY.public,)
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert read_public_keys(pem) == (KEY.public,)
    with pytest.raises(NotReadable):
        read_public_keys(b'{"keys":[]}')


def test_the_thumbprint_is_that_of_the_standard() -> None:
    example = PublicKey("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")  # of RFC 8037, A.3
    assert example.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def _flipped(data: bytes, index: int, flip: int) -> bytes:
    return data[:index] + bytes([data[index] ^ flip]) + data[index + 1 :]


def _state(data: bytes) -> str:
    try:
        return check(data).state
    except NotReadable:
        return "unreadable"
