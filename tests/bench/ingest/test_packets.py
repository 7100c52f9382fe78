import itertools

from hypothesis import given
from hypothesis import strategies as st

from bench.ingest.packets import PUBACK, PUBLISH, Packet, Packets, connect, publish, subscribe
from bench.ingest.relay import Acknowledged


@given(
    bodies=st.lists(st.binary(max_size=300), max_size=8),
    cuts=st.lists(st.integers(0, 2_000), max_size=10),
)
def test_packets_come_out_whole_however_their_bytes_come_in(
    bodies: list[bytes], cuts: list[int]
) -> None:
    said = b"".join(publish("a/b", n + 1, body) for n, body in enumerate(bodies))
    places = sorted({0, len(said), *(cut % (len(said) + 1) for cut in cuts)})
    packets = Packets()
    found = [
        packet
        for begin, end in itertools.pairwise(places)
        for packet in packets.feed(said[begin:end])
    ]
    assert [(p.type, p.qos, p.topic, p.number) for p in found] == [
        (PUBLISH, 1, "a/b", n + 1) for n in range(len(bodies))
    ]
    assert [p.body[7:] for p in found] == bodies


def test_a_packet_over_127_bytes_says_its_length_in_more_than_one() -> None:
    (packet,) = Packets().feed(publish("t", 7, b"x" * 20_000))
    assert len(packet.body) == 20_000 + 5


def test_what_opens_a_session_are_packets_too() -> None:
    first, second = Packets().feed(connect("me") + subscribe("a/+"))
    assert first.type == 1
    assert second.first == 0x82


def test_an_acknowledgement_is_timed_from_the_message_with_its_number() -> None:
    said = Acknowledged()
    (five, six) = Packets().feed(publish("a", 5, b"") + publish("a", 6, b""))
    said.down(five, 1.0)
    said.down(six, 2.0)
    said.up(Packet(PUBACK << 4, b"\x00\x06"), 2.5)
    said.up(Packet(PUBACK << 4, b"\x00\x05"), 4.0)
    said.up(Packet(PUBACK << 4, b"\x00\x05"), 9.0)
    assert said.take() == [0.5, 3.0]


def test_a_state_at_qos_0_is_waited_for_by_nobody() -> None:
    said = Acknowledged()
    said.down(Packet(0x30, b"\x00\x01a{}"), 1.0)
    assert said.take() == []
    assert Packet(0x30, b"\x00\x01a{}").payload == b"{}"
