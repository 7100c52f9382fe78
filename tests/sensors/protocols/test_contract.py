"""What every protocol promises, whatever its device says: the same events however the bytes are cut, a
whole answer behind any rubbish, no reading out of a broken one, and never more kept than one frame.
"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.agent.models import MODELS
from sensors.protocols.counter_line import CounterLine
from sensors.protocols.event import (
    BadFrame,
    Event,
    MeasuredAir,
    MeasuredPeople,
    Next,
    Noise,
    NotYet,
)
from sensors.protocols.line_reader import LONGEST_LINE
from sensors.protocols.lines import Lines
from sensors.protocols.scd30 import Scd30
from sensors.protocols.senseair import SenseAir, Sunrise
from tests.sensors.protocols.frames import DEVICES, NAMES_OF_COLUMNS, Device, crc, hx


@pytest.fixture(params=DEVICES, ids=lambda device: device.name)
def device(request: pytest.FixtureRequest) -> Device:
    found = request.param
    assert isinstance(found, Device)
    return found


def measured(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, MeasuredAir | MeasuredPeople)]


def test_every_model_has_its_protocol_here() -> None:
    tried = {type(device.protocol()) for device in DEVICES}
    for model in MODELS:
        assert model.protocol is None or type(model.protocol()) in tried, model.name


def test_a_whole_answer_is_one_measurement(device: Device) -> None:
    assert device.ready().feed(device.answer) == [device.measured]


def test_byte_by_byte_it_is_the_same_and_comes_with_the_last(device: Device) -> None:
    protocol = device.ready()
    *before, last = [protocol.feed(bytes([byte])) for byte in device.answer]
    events = [event for some in (*before, last) for event in some]
    assert events == [device.measured]


@pytest.mark.parametrize("cut", range(1, 8))
def test_cut_anywhere_it_is_the_same(device: Device, cut: int) -> None:
    protocol = device.ready()
    assert protocol.feed(device.answer[:cut]) == []
    assert protocol.feed(device.answer[cut:]) == [device.measured]


def test_a_broken_answer_is_counted_and_no_measurement(device: Device) -> None:
    events = device.ready().feed(device.broken)
    assert measured(events) == []
    assert any(isinstance(event, BadFrame) or device.name.startswith("lines") for event in events)


def test_behind_a_broken_answer_the_next_one_is_read(device: Device) -> None:
    protocol = device.ready()
    protocol.feed(device.broken)
    assert measured(protocol.feed(device.answer)) == [device.measured]


def test_behind_half_an_answer_a_whole_one_is_read(device: Device) -> None:
    protocol = device.ready()
    lines = device.answer.endswith(b"\n")
    half = device.answer[: len(device.answer) // 2] + (b"\n" if lines else b"")
    assert measured(protocol.feed(half + device.answer)) == [device.measured]


@pytest.mark.parametrize("noise", [b"\x00\x13\x79", b"\xff\xff\xff", b"\x16\x05", b"\xfe\xfe\x61"])
def test_noise_before_an_answer_does_not_hide_it(device: Device, noise: bytes) -> None:
    protocol = device.ready()
    lines = device.answer.endswith(b"\n")
    events = protocol.feed(noise + (b"\n" if lines else b"") + device.answer)
    assert measured(events) == [device.measured]


def test_an_echo_of_the_request_is_no_answer_and_hides_none(device: Device) -> None:
    protocol = device.protocol()
    for said in (*device.steps, b""):
        echo = protocol.request()
        if said:  # of an order Modbus answers with the order itself: the echo is as good
            assert measured(protocol.feed(said)) == []
    if device.name == "lines csv":
        protocol.feed(NAMES_OF_COLUMNS)
    assert measured(protocol.feed(echo + device.answer)) == [device.measured]


@given(data=st.data())
def test_any_bytes_give_events_and_how_they_are_cut_makes_no_difference(
    data: st.DataObject,
) -> None:
    device = data.draw(st.sampled_from(DEVICES))
    pieces = st.one_of(
        st.binary(max_size=30), st.just(device.answer), st.just(device.answer[:-1]),
        st.just(device.broken),
    )  # fmt: skip
    stream = b"".join(data.draw(st.lists(pieces, max_size=6)))
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=5))
    edges = [0, *sorted(cuts), len(stream)]
    cut, whole = device.ready(), device.ready()
    events = [event for a, b in itertools.pairwise(edges) for event in cut.feed(stream[a:b])]
    at_once = whole.feed(stream)
    told = [event for event in events if not isinstance(event, Noise)]
    assert told == [event for event in at_once if not isinstance(event, Noise)]
    assert noise(events) == noise(at_once)


def noise(events: list[Event]) -> int:
    return sum(event.count for event in events if isinstance(event, Noise))


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=20), st.sampled_from(DEVICES))
def test_no_more_is_kept_than_one_frame(chunks: list[bytes], device: Device) -> None:
    protocol = device.ready()
    for chunk in chunks:
        protocol.feed(chunk)
        kept = protocol._kept  # type: ignore[attr-defined]
        assert len(kept) <= (LONGEST_LINE if device.answer.endswith(b"\n") else 260)


class TestWhatADeviceSaysOfItself:
    @pytest.mark.parametrize(
        ("frame", "why"),
        [
            pytest.param("fe 04 08 00 20 00 00 00 00 00 00 36 d8", "out of range", id="warming up"),
            pytest.param("fe 84 02 f2 f1", "no such register", id="refused"),
        ],
    )
    def test_a_senseair_with_a_fault_gives_no_reading_and_says_which(
        self, frame: str, why: str
    ) -> None:
        protocol = SenseAir()
        protocol.request()
        (event,) = protocol.feed(hx(frame))
        assert isinstance(event, BadFrame)
        assert event.kind in ("status", "error")
        assert why in event.why

    def test_a_sunrise_without_a_value_says_so(self) -> None:
        protocol = Sunrise()
        protocol.request()
        body = hx("fe 04 0a 00 00 00 00 00 00 7f ff 08 d6")
        (event,) = protocol.feed(body + crc(body))
        assert isinstance(event, BadFrame)
        assert event.kind == "status"

    def test_an_scd30_with_nothing_new_has_nothing_to_say(self) -> None:
        protocol = Scd30()
        assert protocol.request() == hx("61 06 00 36 00 00 60 64")
        assert protocol.feed(hx("61 06 00 36 00 00 60 64")) == [Next()]
        assert protocol.request() == hx("61 03 00 27 00 01 3d a1")
        assert protocol.feed(hx("61 03 02 00 00 38 4c")) == [NotYet()]
        assert protocol.request() == hx("61 03 00 27 00 01 3d a1")

    def test_a_float_that_is_no_number_is_no_reading(self) -> None:
        device = next(device for device in DEVICES if device.name == "scd30")
        body = hx("61 03 0c 7f c0 00 00 41 d9 e7 ff 42 43 3a 1b")
        (event,) = device.ready().feed(body + crc(body))
        assert isinstance(event, BadFrame)


class TestLines:
    @pytest.mark.parametrize(
        "line",
        [b"C,120,97*48\n", b"C,120*5C\n", b"C,-1,97*51\n", b"C,1e3,97*2A\n", b"X,120,97*65\n"],
    )
    def test_a_line_of_a_counter_that_is_none_is_counted(self, line: bytes) -> None:
        protocol = CounterLine()
        protocol.feed(b"C,120,97*7E\n")
        (event,) = protocol.feed(line)
        assert isinstance(event, BadFrame)

    def test_the_end_of_a_line_that_was_begun_before_is_no_fault(self) -> None:
        assert CounterLine().feed(b"0,97*7E\r\nC,120,97*7E\r\n") == [
            Noise(7), MeasuredPeople(in_total=120, out_total=97)
        ]  # fmt: skip

    def test_columns_go_by_their_number_from_one_on(self) -> None:
        protocol = Lines("csv", {"co2_ppm": 2, "temperature_c": 1})
        assert protocol.feed(b"4\n21.4 812\n") == [Noise(1), MeasuredAir(812, 21.4)]

    def test_one_line_may_tell_of_air_and_of_people(self) -> None:
        fields = {"co2_ppm": "co2", "count": "n", "motion": "pir"}
        assert Lines("json", fields).feed(b'{"co2":700,"n":3,"pir":true}\n') == [
            MeasuredAir(700), MeasuredPeople(count=3, motion=1)
        ]  # fmt: skip

    def test_one_total_without_the_other_is_none(self) -> None:
        protocol = Lines("json", {"in_total": "in", "out_total": "out"})
        assert measured(protocol.feed(b'{"in":3}\n{"in":3,"out":1}\n')) == [
            MeasuredPeople(in_total=3, out_total=1)
        ]

    def test_a_wrong_value_beside_a_right_one_is_left_out(self) -> None:
        protocol = Lines("json", {"co2_ppm": "co2", "temperature_c": "t"})
        assert protocol.feed(b'{"co2":812,"t":900}\n') == [MeasuredAir(812)]
