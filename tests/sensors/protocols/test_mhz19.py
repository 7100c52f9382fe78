import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.protocols.event import BadFrame, Event, MeasuredAir, Noise
from sensors.protocols.mhz19 import FRAME_BYTES, Mhz19
from sensors.protocols.order import (
    CalibrateSpan,
    CalibrateZero,
    CannotOrder,
    DetectionRange,
    Order,
    SelfCalibration,
)

MANUAL_REPLY = bytes.fromhex("ff 86 02 20 00 00 00 00 58")

REPLIES = [
    pytest.param("ff 86 02 20 00 00 00 00 58", 544, id="544 ppm, from the manual, page 7"),
    pytest.param("ff 86 02 60 47 00 00 00 d1", 608, id="608 ppm with a module temperature"),
    pytest.param("ff 86 01 9a 40 02 1a 30 53", 410, id="410 ppm with all undocumented bytes set"),
    pytest.param("ff 86 00 00 00 00 00 00 7a", 0, id="nought"),
    pytest.param("ff 86 9c 40 00 00 00 00 9e", 40_000, id="the largest the contract takes"),
    pytest.param("ff 86 00 ff 86 00 00 00 f5", 255, id="a value that looks like a beginning"),
]

JUNK = [
    pytest.param(b"", id="no junk"),
    pytest.param(b"\x00\x13\x79", id="junk without a beginning"),
    pytest.param(b"\xff\xff\xff", id="lone beginnings"),
    pytest.param(b"\xff\x86\x02\x20", id="half a frame"),
    pytest.param(b"\xff\x79\x01\x00\x00\x00\x00\x00\x86", id="the answer some give to 0x79"),
]


def encode_reply(co2_ppm: int) -> bytes:
    """The frame in which a device answers: 0xFF, 0x86, high and low byte, four more, a checksum."""
    body = bytes([0x86, *divmod(co2_ppm, 256), 0, 0, 0, 0])
    return b"\xff" + body + bytes([-sum(body) % 256])


def measured(events: list[Event]) -> list[float]:
    return [event.co2_ppm for event in events if isinstance(event, MeasuredAir)]


class TestReplies:
    @pytest.mark.parametrize(("frame", "co2_ppm"), REPLIES)
    def test_a_whole_frame_is_one_measurement(self, frame: str, co2_ppm: float) -> None:
        assert Mhz19().feed(bytes.fromhex(frame)) == [MeasuredAir(co2_ppm)]

    @pytest.mark.parametrize(("frame", "co2_ppm"), REPLIES)
    def test_byte_by_byte_it_is_the_same_and_comes_with_the_last(
        self, frame: str, co2_ppm: float
    ) -> None:
        protocol = Mhz19()
        *before, last = [protocol.feed(bytes([byte])) for byte in bytes.fromhex(frame)]
        assert before == [[]] * 8
        assert last == [MeasuredAir(co2_ppm)]

    @pytest.mark.parametrize("after", JUNK)
    @pytest.mark.parametrize("before", JUNK)
    @pytest.mark.parametrize(("frame", "co2_ppm"), REPLIES)
    def test_junk_before_and_after_does_not_hide_it(
        self, frame: str, co2_ppm: float, before: bytes, after: bytes
    ) -> None:
        stream = before + bytes.fromhex(frame) + after
        protocol = Mhz19()
        assert measured(protocol.feed(stream)) == [co2_ppm]
        # The next frame is found behind whatever was left over.
        assert measured(protocol.feed(MANUAL_REPLY)) == [544]

    def test_two_frames_in_one_read_are_two_measurements(self) -> None:
        assert measured(Mhz19().feed(MANUAL_REPLY + encode_reply(800))) == [544, 800]


class TestTrouble:
    def test_a_wrong_checksum_is_told_with_the_right_one(self) -> None:
        events = Mhz19().feed(MANUAL_REPLY[:-1] + b"\x59")
        assert events == [
            BadFrame(MANUAL_REPLY[:-1] + b"\x59", "checksum 59, expected 58"),
            Noise(9),
        ]

    @pytest.mark.parametrize("at", range(2, FRAME_BYTES))
    def test_one_flipped_bit_anywhere_in_a_frame_is_no_measurement(self, at: int) -> None:
        broken = bytearray(MANUAL_REPLY)
        broken[at] ^= 0x10
        assert measured(Mhz19().feed(bytes(broken))) == []

    def test_a_value_the_contract_does_not_take_is_a_bad_frame(self) -> None:
        frame = bytes.fromhex("ff 86 ff ff 00 00 00 00 7c")
        assert Mhz19().feed(frame) == [BadFrame(frame, "65535 ppm, at most 40000", "value")]

    def test_noise_is_counted_and_told_before_the_frame_behind_it(self) -> None:
        assert Mhz19().feed(b"\x00\x01\x02" + MANUAL_REPLY) == [Noise(3), MeasuredAir(544)]

    def test_a_frame_that_begins_within_a_broken_one_is_found(self) -> None:
        events = Mhz19().feed(MANUAL_REPLY[:5] + MANUAL_REPLY)
        assert measured(events) == [544]
        assert Noise(5) in events


class TestRequests:
    def test_it_asks_for_co2_as_the_manual_does(self) -> None:
        assert Mhz19().request() == bytes.fromhex("ff 01 86 00 00 00 00 00 79")

    @pytest.mark.parametrize(
        ("order", "frame"),
        [
            pytest.param(SelfCalibration(True), "ff 01 79 a0 00 00 00 00 e6", id="ABC on"),
            pytest.param(SelfCalibration(False), "ff 01 79 00 00 00 00 00 86", id="ABC off"),
            pytest.param(CalibrateZero(), "ff 01 87 00 00 00 00 00 78", id="zero"),
            pytest.param(CalibrateSpan(2000), "ff 01 88 07 d0 00 00 00 a0", id="span of 2000 ppm"),
            pytest.param(DetectionRange(5000), "ff 01 99 00 00 00 13 88 cb", id="up to 5000 ppm"),
        ],
    )
    def test_orders_are_those_of_the_manual(self, order: Order, frame: str) -> None:
        assert Mhz19().frames(order) == (bytes.fromhex(frame),)

    @pytest.mark.parametrize("co2_ppm", [-1, 0, 999, 10_001, 65_536])
    def test_a_span_that_no_device_takes_is_refused(self, co2_ppm: int) -> None:
        with pytest.raises(CannotOrder, match="expected 1000 to 10000"):
            Mhz19().frames(CalibrateSpan(co2_ppm))

    @given(st.integers(0, 40_000))
    def test_every_reply_comes_back_as_it_went(self, co2_ppm: int) -> None:
        assert Mhz19().feed(encode_reply(co2_ppm)) == [MeasuredAir(float(co2_ppm))]
