"""The packets of MQTT 5, by its standard."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mqtt import packets
from gateway.mqtt.packets import Login, Malformed, Will

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
IDENTIFIERS = st.integers(1, 65_535)
STREAMS = st.lists(
    st.tuples(TEXTS, IDENTIFIERS, st.binary(max_size=400), st.booleans()), max_size=6
)


@given(STREAMS)
def test_what_is_published_is_read_again_packet_by_packet(
    messages: list[tuple[str, int, bytes, bool]],
) -> None:
    data = b"".join(packets.publish(i, t, p, retain=r) for t, i, p, r in messages)
    found, begin = [], 0
    while begin < len(data):
        body, end = packets.frame(data, begin)
        topic, packet_id, payload = packets.read_publish(data, data[begin], body, end)
        found.append((topic.decode(), packet_id, payload, bool(data[begin] & packets.RETAINED)))
        begin = end
    assert found == messages


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_packet_that_is_not_all_there_ends_beyond_what_is(payload: bytes, cut: int) -> None:
    data = packets.publish(7, "a/b", payload, retain=False)
    part = data[: min(cut, len(data) - 1)]
    assert packets.frame(part, 0)[1] > len(part)


@given(st.binary(min_size=2, max_size=60))
def test_rubbish_is_malformed_or_read_and_never_anything_else(data: bytes) -> None:
    try:
        body, end = packets.frame(data, 0)
        if end <= len(data):
            packets.read_publish(data, data[0], body, end)
            packets.read_connack(data[body:end])
            packets.read_suback(data[body:end])
            packets.read_puback(data[body:end])
            packets.read_disconnect(data[body:end])
    except Malformed:
        pass


@pytest.mark.parametrize("size", [0, 127, 128, 16_383, 16_384, 2_097_152])
def test_lengths_of_one_to_four_bytes(size: int) -> None:
    data = packets.publish(1, "t", bytes(size), retain=False)
    body, end = packets.frame(data, 0)
    assert end == len(data)
    assert len(packets.read_publish(data, data[0], body, end)[2]) == size


def test_properties_of_a_message_are_passed_over() -> None:
    told = b"\x26\x00\x01k\x00\x01v\x03\x00\x04text"
    body = b"\x00\x01t\x00\x07" + bytes([len(told)]) + told + b"payload"
    data = bytes([0x32, len(body)]) + body
    assert packets.read_publish(data, data[0], 2, len(data)) == (b"t", 7, b"payload")


def test_a_message_at_qos_0_has_no_identifier() -> None:
    data = b"\x30\x05\x00\x01t\x00x"
    assert packets.read_publish(data, data[0], 2, len(data)) == (b"t", None, b"x")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\x01\x00\x00", packets.Connack(0, session_present=True)),
        (
            b"\x00\x00\x13\x21\x00\x14\x25\x00\x13\x00\x3c\x26\x00\x01k\x00\x01v\x1f\x00\x01r",
            packets.Connack(0, receive_maximum=20, keepalive_s=60, keeps_retained=False),
        ),
        (b"\x00\x87\x00", packets.Connack(0x87)),
        pytest.param(b"\x00\x01", packets.Connack(132), id="3.1.1: unacceptable version"),
        pytest.param(b"\x00\x05", packets.Connack(128), id="3.1.1: another no"),
        pytest.param(b"\x00\x00", packets.Connack(0), id="3.1.1: a yes"),
    ],
)
def test_the_answer_to_connect(body: bytes, expected: packets.Connack) -> None:
    assert packets.read_connack(body) == expected


@pytest.mark.parametrize(
    ("login", "flags", "rest"),
    [
        (None, 0x2C, b""),
        (Login("me", None), 0xAC, b"\x00\x02me"),
        (Login("me", "é"), 0xEC, b"\x00\x02me\x00\x02\xc3\xa9"),
    ],
)
def test_connect_asks_for_a_session_that_outlives_the_connection(
    login: Login | None, flags: int, rest: bytes
) -> None:
    found = packets.connect(
        "g1", keepalive_s=20, session_expiry_s=604_800, receive_maximum=500,
        will=Will("w", b"offline", retain=True), login=login,
    )  # fmt: skip
    told = b"\x11" + struct.pack(">I", 604_800) + b"\x21" + struct.pack(">H", 500)
    head = b"\x00\x04MQTT\x05" + bytes([flags]) + b"\x00\x14\x08" + told
    body = head + b"\x00\x02g1" + b"\x00\x00\x01w\x00\x07offline" + rest
    assert found == bytes([0x10, len(body)]) + body


def test_acknowledgements_of_one_commit_are_one_piece_in_their_order() -> None:
    assert packets.acknowledge([1, 65_535, 256]) == bytes.fromhex("40020001 4002ffff 40020100")


def test_filters_are_asked_for_at_qos_1() -> None:
    assert packets.subscribe(3, ["a/#", "b"]) == b"\x82\x0d\x00\x03\x00\x00\x03a/#\x11\x00\x01b\x11"
