"""The key that push services know us by."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.notify.push.push_channel import contact_of
from gateway.notify.push.push_key import LASTS_S, read_or_make_push_key
from gateway.proof.signing_key import from_text
from sensors.config import ConfigError


def test_it_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys/push-key"
    made = read_or_make_push_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_or_make_push_key(file).public == made.public


def test_a_file_that_holds_something_else_is_said_to(tmp_path: Path) -> None:
    file = tmp_path / "push-key"
    file.write_text("niets")
    with pytest.raises(ConfigError, match="push_key_file"):
        read_or_make_push_key(file)


def test_a_push_service_can_verify_who_sends(tmp_path: Path) -> None:
    key = read_or_make_push_key(tmp_path / "push-key")
    said = key.authorization("https://push.example.org", "mailto:a@example.org", 1_000)
    token, public = said.removeprefix("vapid t=").split(", k=")
    assert public == key.public
    head, claims, signature = token.split(".")
    assert json.loads(from_text(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(from_text(claims)) == {
        "aud": "https://push.example.org", "exp": 1_000 + LASTS_S, "sub": "mailto:a@example.org",
    }  # fmt: skip
    raw = from_text(signature)
    assert len(raw) == 64
    numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_text(public))
    point.verify(encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


def test_a_push_service_is_told_whom_it_may_turn_to() -> None:
    assert contact_of("https://lucht.example.org", "a@b.nl") == "https://lucht.example.org"
    assert contact_of("http://10.0.0.3:8080", "a@b.nl") == "mailto:a@b.nl"
