"""Messages that the browser alone can read; the worked example is that of RFC 8291, appendix A."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.notify.push.encryption import (
    CURVE,
    LARGEST,
    RECORD,
    BadKeys,
    encrypt,
    encrypt_with,
    read_keys,
)
from gateway.proof.signing_key import from_text, to_text

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    number = int.from_bytes(from_text("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    made = encrypt_with(
        b"When I grow up, I want to be a watermelon",
        read_keys(POINT, AUTH),
        ec.derive_private_key(number, CURVE),
        from_text("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert to_text(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
        "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulc"
        "y4a-fN"
    )


def test_the_longest_message_fills_a_push_and_no_longer_one_is_taken() -> None:
    keys = read_keys(POINT + "==", AUTH)  # some browsers pad
    assert len(encrypt(b"x" * LARGEST, keys)) == RECORD
    with pytest.raises(ValueError, match="at most"):
        encrypt(b"x" * (LARGEST + 1), keys)


def test_no_two_are_the_same() -> None:
    keys = read_keys(POINT, AUTH)
    assert encrypt(b"x", keys) != encrypt(b"x", keys)


@pytest.mark.parametrize(
    ("point", "auth"),
    [
        pytest.param("", AUTH, id="nothing"),
        pytest.param(POINT[:-4], AUTH, id="a piece of one"),
        pytest.param(to_text(b"\x04" + b"\x01" * 64), AUTH, id="a point beside the curve"),
        pytest.param(POINT, to_text(b"short"), id="a short secret"),
        pytest.param("geen sleutel!", AUTH, id="other letters"),
        pytest.param("é" * 87, AUTH, id="letters beyond ASCII"),
    ],
)
def test_what_is_no_key_is_refused(point: str, auth: str) -> None:
    with pytest.raises(BadKeys):
        read_keys(point, auth)
