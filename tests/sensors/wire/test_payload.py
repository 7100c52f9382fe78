import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.wire.instant import to_ns
from sensors.wire.payload import (
    Decoded,
    decode_about,
    decode_reading,
    decode_status,
    encode_about,
    encode_reading,
)
from sensors.wire.reading import About, AirReading, DeviceStatus, PeopleReading, Reading
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceSlug, DeviceTopic, RoomSlug, VenueSlug

ARRIVED = datetime(2026, 11, 23, 20, 0, 5, tzinfo=UTC)
ARRIVED_NS = to_ns(ARRIVED)
AT_NS = to_ns(datetime(2026, 11, 23, 20, 0, tzinfo=UTC))
AIR = DeviceTopic(VenueSlug("de-kade"), DeviceSlug("co2-01"), "air")
PEOPLE = DeviceTopic(VenueSlug("de-kade"), DeviceSlug("door-01"), "people")
WHOLE = {
    "ts": "2026-11-23T20:00:00.000Z",
    "seq": 123,
    "co2_ppm": 812,
    "temperature_c": 21.4,
    "humidity_pct": 44.0,
}


def refusal(topic: DeviceTopic, payload: bytes) -> Refused:
    answer = decode_reading(topic, payload, ARRIVED_NS)
    assert isinstance(answer, Refused), answer
    return answer


def air(payload: bytes) -> tuple[AirReading, tuple[str, ...]]:
    answer = decode_reading(AIR, payload, ARRIVED_NS)
    assert isinstance(answer, Decoded), answer
    assert isinstance(answer.reading, AirReading)
    return answer.reading, answer.dropped


def people(payload: bytes) -> PeopleReading:
    answer = decode_reading(PEOPLE, payload, ARRIVED_NS)
    assert isinstance(answer, Decoded), answer
    assert isinstance(answer.reading, PeopleReading)
    assert answer.dropped == ()
    return answer.reading


class TestTaken:
    def test_a_whole_air_payload_becomes_a_reading(self) -> None:
        reading, dropped = air(json.dumps(WHOLE).encode())
        assert reading == AirReading(
            VenueSlug("de-kade"),
            DeviceSlug("co2-01"),
            AT_NS,
            ARRIVED_NS,
            True,
            812.0,
            21.4,
            44.0,
            123,
        )
        assert dropped == ()

    def test_without_a_time_the_arrival_counts_and_the_reading_says_so(self) -> None:
        reading, _ = air(b'{"co2_ppm":812}')
        assert (reading.at_ns, reading.ts_given, reading.seq) == (ARRIVED_NS, False, None)

    @pytest.mark.parametrize("ts", [b"null", b'""', b"0", b"0.0"])
    def test_a_time_that_is_not_given_is_that_of_arrival(self, ts: bytes) -> None:
        reading, dropped = air(b'{"co2_ppm":812,"ts":' + ts + b"}")
        assert (reading.at_ns, reading.ts_given, dropped) == (ARRIVED_NS, False, ())

    @pytest.mark.parametrize(
        "ts",
        [
            b"1795464000", b"1795464000.0", b"1795464000000", b"1.795464e9",
            b'"2026-11-23 20:00:00Z"', b'"2026-11-23T21:00:00+0100"', b'"2026-11-23T21:00+01"',
        ],
    )  # fmt: skip
    def test_a_time_in_other_spellings_is_the_same_reading(self, ts: bytes) -> None:
        reading, dropped = air(b'{"co2_ppm":812,"ts":' + ts + b"}")
        assert (reading.at_ns, reading.ts_given, dropped) == (AT_NS, True, ())

    @pytest.mark.parametrize(
        ("topic", "payload"),
        [(AIR, b'{"co2_ppm":812,"ts":"2026-11-23T21:00:00"}'),
         (PEOPLE, b'{"count":3,"ts":"2026-11-23 21:00:00"}')],
    )  # fmt: skip
    def test_a_time_without_a_zone_is_of_the_zone_at_hand_and_says_so(
        self, topic: DeviceTopic, payload: bytes
    ) -> None:
        answer = decode_reading(topic, payload, ARRIVED_NS, ZoneInfo("Europe/Amsterdam"))
        assert isinstance(answer, Decoded)
        assert (answer.reading.at_ns, answer.zone_assumed) == (AT_NS, True)

    def test_a_time_with_an_offset_is_taken_in_utc(self) -> None:
        reading, _ = air(b'{"co2_ppm":812,"ts":"2026-11-23T21:00:00+01:00"}')
        assert reading.at_ns == AT_NS

    def test_unknown_keys_are_ignored(self) -> None:
        reading, dropped = air(b'{"co2_ppm":812,"voc":3,"nested":{"a":[1]}}')
        assert (reading.co2_ppm, dropped) == (812.0, ())

    @pytest.mark.parametrize("co2_ppm", [0, 0.5, 40_000])
    def test_the_bounds_of_co2_are_inside(self, co2_ppm: float) -> None:
        assert air(json.dumps({"co2_ppm": co2_ppm}).encode())[0].co2_ppm == co2_ppm

    def test_ten_minutes_ahead_is_still_taken(self) -> None:
        ahead = (ARRIVED + timedelta(minutes=10)).isoformat()
        assert air(json.dumps({"co2_ppm": 1, "ts": ahead}).encode())[0].ts_given

    def test_a_payload_of_exactly_4_kib_is_taken(self) -> None:
        assert air(b'{"co2_ppm":812}'.ljust(4096))[0].co2_ppm == 812

    @pytest.mark.parametrize(
        ("payload", "expected"),
        [
            pytest.param(b'{"count":14}', (14, None, None), id="a counter that sees the room"),
            pytest.param(b'{"count":0}', (0, None, None), id="nobody"),
            pytest.param(b'{"count":10000}', (10_000, None, None), id="the most"),
            pytest.param(
                b'{"in_total":120,"out_total":97}', (None, 120, 97), id="a counter at a door"
            ),
            pytest.param(
                b'{"count":3,"in_total":120,"out_total":97}', (3, None, None), id="both: the room"
            ),
            pytest.param(
                b'{"count":null,"in_total":1,"out_total":0}', (None, 1, 0), id="a count of null"
            ),
            pytest.param(
                b'{"in_total":9007199254740992,"out_total":9007199254740992}',
                (None, 2**53, 2**53),
                id="largest totals",
            ),
        ],
    )
    def test_people(self, payload: bytes, expected: tuple[int | None, ...]) -> None:
        reading = people(payload)
        assert (reading.count, reading.in_total, reading.out_total) == expected
        assert reading.motion is None

    @pytest.mark.parametrize(
        ("payload", "expected"),
        [
            pytest.param(b'{"motion":true}', (None, None, 1), id="somebody moved"),
            pytest.param(b'{"motion":false}', (None, None, 0), id="nobody did"),
            pytest.param(b'{"motion":7}', (None, None, 7), id="so many movements"),
            pytest.param(b'{"motion":1000000}', (None, None, 1_000_000), id="the most"),
            pytest.param(b'{"motion":true,"count":3}', (3, None, 1), id="beside a count"),
            pytest.param(
                b'{"in_total":5,"out_total":2,"motion":0}', (None, 5, 0), id="beside totals"
            ),
            pytest.param(
                b'{"motion":1,"count":null,"in_total":null}', (None, None, 1), id="null is nothing"
            ),
            pytest.param(b'{"motion":null,"count":3}', (3, None, None), id="motion of null"),
        ],
    )
    def test_motion(self, payload: bytes, expected: tuple[int | None, ...]) -> None:
        reading = people(payload)
        assert (reading.count, reading.in_total, reading.motion) == expected
        assert type(reading.motion) is not bool

    @pytest.mark.parametrize("motion", ["-1", "1000001", "2.5", '"yes"', "[true]", "{}"])
    def test_a_count_stands_whose_motion_cannot_be_read(self, motion: str) -> None:
        answer = decode_reading(PEOPLE, f'{{"count":3,"motion":{motion}}}'.encode(), ARRIVED_NS)
        assert isinstance(answer, Decoded), answer
        assert isinstance(answer.reading, PeopleReading)
        assert (answer.reading.count, answer.reading.motion) == (3, None)
        assert answer.dropped == ("motion",)

    def test_motion_stands_whose_number_cannot_be_read(self) -> None:
        answer = decode_reading(PEOPLE, b'{"motion":true,"seq":-1}', ARRIVED_NS)
        assert isinstance(answer, Decoded), answer
        assert isinstance(answer.reading, PeopleReading)
        assert (answer.reading.motion, answer.dropped) == (1, ("seq",))


OPTIONS = [
    pytest.param("temperature_c", 85.1, id="hotter than 85"),
    pytest.param("temperature_c", -40.1, id="colder than -40"),
    pytest.param("temperature_c", "21", id="a temperature in quotes"),
    pytest.param("temperature_c", True, id="a temperature that is true"),
    pytest.param("humidity_pct", 100.5, id="more than 100 %"),
    pytest.param("humidity_pct", -1, id="less than 0 %"),
    pytest.param("humidity_pct", [44], id="humidity in a list"),
    pytest.param("humidity_pct", 10**400, id="a humidity of 400 digits"),
    pytest.param("seq", -1, id="a negative number"),
    pytest.param("seq", 1.5, id="a broken number"),
    pytest.param("seq", 2**53 + 1, id="a number JSON cannot carry exactly"),
    pytest.param("seq", "7", id="a number in quotes"),
]


class TestDropped:
    @pytest.mark.parametrize(("key", "value"), OPTIONS)
    def test_a_wrong_optional_value_is_left_out_and_named_and_the_rest_stands(
        self, key: str, value: object
    ) -> None:
        reading, dropped = air(json.dumps(WHOLE | {key: value}).encode())
        assert dropped == (key,)
        assert reading.co2_ppm == 812.0
        kept = {
            "seq": reading.seq == 123,
            "temperature_c": reading.temperature_c == 21.4,
            "humidity_pct": reading.humidity_pct == 44.0,
        }
        assert [name for name, stands in kept.items() if not stands] == [key]

    def test_null_is_the_same_as_left_out(self) -> None:
        reading, dropped = air(b'{"co2_ppm":812,"temperature_c":null,"ts":null,"seq":null}')
        assert (reading.temperature_c, reading.ts_given, dropped) == (None, False, ())

    def test_all_wrong_ones_are_named(self) -> None:
        _, dropped = air(b'{"co2_ppm":812,"temperature_c":99,"humidity_pct":"x","seq":-1}')
        assert set(dropped) == {"seq", "temperature_c", "humidity_pct"}


def at(moment: datetime) -> bytes:
    return json.dumps({"co2_ppm": 812, "ts": moment.isoformat()}).encode()


AIR_REFUSALS = [
    pytest.param(b"", Reason.NOT_JSON, "not JSON", id="nothing"),
    pytest.param(b"812", Reason.NOT_OBJECT, "got int", id="a number alone"),
    pytest.param(b"[812]", Reason.NOT_OBJECT, "got list", id="a list"),
    pytest.param(b'"co2"', Reason.NOT_OBJECT, "got str", id="a text"),
    pytest.param(b"null", Reason.NOT_OBJECT, "got NoneType", id="null"),
    pytest.param(b"{'co2_ppm':812}", Reason.NOT_JSON, "not JSON", id="single quotes"),
    pytest.param(b'{"co2_ppm":812', Reason.NOT_JSON, "not JSON", id="cut off"),
    pytest.param(b'{"co2_ppm":812}}', Reason.NOT_JSON, "not JSON", id="something behind it"),
    pytest.param(b"\xef\xbb\xbf{}", Reason.NOT_JSON, "BOM", id="a byte order mark"),
    pytest.param(b"[" * 4000, Reason.NOT_JSON, "not JSON", id="nested without end"),
    pytest.param(b'{"co2_ppm":812,"x":"\xff"}', Reason.NOT_UTF8, "byte 20", id="not UTF-8"),
    pytest.param(b"\xff\x86\x02\x20", Reason.NOT_UTF8, "byte 0", id="a raw frame"),
    pytest.param(b"{}", Reason.MISSING_FIELD, "co2_ppm is missing", id="empty"),
    pytest.param(b'{"co2":812}', Reason.MISSING_FIELD, "co2_ppm", id="another name"),
    pytest.param(b'{"co2_ppm":null}', Reason.MISSING_FIELD, "co2_ppm", id="null for CO2"),
    pytest.param(b'{"co2_ppm":"812"}', Reason.WRONG_TYPE, '"812"', id="CO2 in quotes"),
    pytest.param(b'{"co2_ppm":true}', Reason.WRONG_TYPE, "true", id="CO2 is true"),
    pytest.param(b'{"co2_ppm":{}}', Reason.WRONG_TYPE, "{}", id="CO2 is an object"),
    pytest.param(
        b'{"co2_ppm":' + b"[" * 900 + b"]" * 900 + b"}", Reason.WRONG_TYPE, "", id="a deep list"
    ),
    pytest.param(b'{"co2_ppm":NaN}', Reason.NOT_FINITE, "co2_ppm", id="not a number"),
    pytest.param(b'{"co2_ppm":Infinity}', Reason.NOT_FINITE, "co2_ppm", id="infinity"),
    pytest.param(b'{"co2_ppm":-Infinity}', Reason.NOT_FINITE, "co2_ppm", id="minus infinity"),
    pytest.param(b'{"co2_ppm":1e999}', Reason.NOT_FINITE, "co2_ppm", id="too large for a float"),
    pytest.param(
        b'{"co2_ppm":812,"temperature_c":NaN}', Reason.NOT_FINITE, "temperature_c", id="NaN beside"
    ),
    pytest.param(b'{"co2_ppm":-1}', Reason.OUT_OF_RANGE, "-1", id="below nought"),
    pytest.param(b'{"co2_ppm":-0.001}', Reason.OUT_OF_RANGE, "-0.001", id="just below nought"),
    pytest.param(b'{"co2_ppm":40001}', Reason.OUT_OF_RANGE, "40001", id="over 40 000"),
    pytest.param(
        b'{"co2_ppm":' + b"9" * 400 + b"}", Reason.OUT_OF_RANGE, "400 digits", id="400 digits"
    ),
    pytest.param(b" " * 4097, Reason.TOO_LARGE, "4097 bytes", id="a byte over 4 KiB"),
    pytest.param(
        b'{"co2_ppm":812,"x":"' + b"x" * 5000 + b'"}', Reason.TOO_LARGE, "at most 4096", id="5 KiB"
    ),
    pytest.param(
        at(ARRIVED + timedelta(minutes=10, seconds=1)), Reason.IN_FUTURE, "601 s", id="in 10:01"
    ),
    pytest.param(
        at(datetime(9999, 12, 31, tzinfo=UTC)), Reason.IN_FUTURE, "s ahead", id="the year 9999"
    ),
    pytest.param(
        b'{"co2_ppm":1,"ts":"9999-12-31T23:59:59-14:00"}', Reason.IN_FUTURE, "", id="after 9999"
    ),
    pytest.param(
        at(datetime(2019, 12, 31, 23, 59, 59, tzinfo=UTC)), Reason.BEFORE_2020, "2019", id="2019"
    ),
    pytest.param(at(datetime(1970, 1, 1, tzinfo=UTC)), Reason.BEFORE_2020, "1970", id="no clock"),
    pytest.param(b'{"co2_ppm":1,"ts":1}', Reason.BEFORE_2020, "1970", id="seconds since power-on"),
    pytest.param(b'{"co2_ppm":1,"ts":99999999999}', Reason.IN_FUTURE, "", id="the year 5138"),
    pytest.param(b'{"co2_ppm":1,"ts":"1795464000"}', Reason.BAD_TIME, "ISO", id="a quoted number"),
    pytest.param(b'{"co2_ppm":1,"ts":true}', Reason.BAD_TIME, "bool", id="a time that is true"),
    pytest.param(b'{"co2_ppm":1,"ts":{"at":1}}', Reason.BAD_TIME, "dict", id="a time in an object"),
    pytest.param(b'{"co2_ppm":1,"ts":NaN}', Reason.BAD_TIME, "not a number", id="no number"),
    pytest.param(b'{"co2_ppm":1,"ts":1e999}', Reason.BAD_TIME, "9999", id="an endless number"),
    pytest.param(
        b'{"co2_ppm":1,"ts":' + b"9" * 400 + b"}", Reason.BAD_TIME, "", id="a time of 400 digits"
    ),
    pytest.param(
        b'{"co2_ppm":1,"ts":"0001-01-01T00:00:00+14:00"}',
        Reason.BEFORE_2020,
        "",
        id="before year 1",
    ),
]

PEOPLE_REFUSALS = [
    pytest.param(b"{}", Reason.MISSING_FIELD, "in_total", id="nothing of it"),
    pytest.param(b'{"count":3,"ts":"soon"}', Reason.BAD_TIME, "soon", id="no time"),
    pytest.param(b'{"in_total":3}', Reason.MISSING_FIELD, "out_total", id="one total alone"),
    pytest.param(b'{"count":-1}', Reason.OUT_OF_RANGE, "-1", id="fewer than nobody"),
    pytest.param(b'{"count":10001}', Reason.OUT_OF_RANGE, "10001", id="more than 10 000"),
    pytest.param(b'{"count":14.5}', Reason.WRONG_TYPE, "14.5", id="half a person"),
    pytest.param(b'{"count":"14"}', Reason.WRONG_TYPE, '"14"', id="a count in quotes"),
    pytest.param(b'{"count":NaN}', Reason.NOT_FINITE, "count", id="not a number"),
    pytest.param(b'{"count":false}', Reason.WRONG_TYPE, "false", id="a count that is false"),
    pytest.param(
        b'{"count":"?","in_total":1,"out_total":1}',
        Reason.WRONG_TYPE,
        "count",
        id="count before all",
    ),
    pytest.param(
        b'{"in_total":-1,"out_total":0}', Reason.OUT_OF_RANGE, "totals", id="a negative total"
    ),
    pytest.param(
        b'{"in_total":9007199254740993,"out_total":0}', Reason.OUT_OF_RANGE, "", id="over 2**53"
    ),
    pytest.param(b'{"motion":null}', Reason.MISSING_FIELD, "motion", id="no motion at all"),
    pytest.param(b'{"motion":"yes"}', Reason.WRONG_TYPE, '"yes"', id="motion in words"),
    pytest.param(b'{"motion":0.5}', Reason.WRONG_TYPE, "0.5", id="half a movement"),
    pytest.param(b'{"motion":-1}', Reason.OUT_OF_RANGE, "-1", id="fewer movements than none"),
    pytest.param(b'{"motion":1000001}', Reason.OUT_OF_RANGE, "1000001", id="too many movements"),
    pytest.param(b'{"motion":NaN}', Reason.NOT_FINITE, "motion", id="motion is no number"),
    pytest.param(
        b'{"motion":true,"in_total":3}',
        Reason.MISSING_FIELD,
        "out_total",
        id="one total and motion",
    ),
    pytest.param(
        b'{"motion":true,"count":"3"}', Reason.WRONG_TYPE, "count", id="a wrong count and motion"
    ),
    pytest.param(
        b'{"in_total":' + b"9" * 30 + b',"out_total":0}', Reason.OUT_OF_RANGE, "", id="30 digits"
    ),
]


class TestRefused:
    @pytest.mark.parametrize(("payload", "reason", "detail"), AIR_REFUSALS)
    def test_air(self, payload: bytes, reason: Reason, detail: str) -> None:
        answer = refusal(AIR, payload)
        assert answer.reason == reason
        assert detail in answer.detail
        assert len(answer.detail) < 200

    @pytest.mark.parametrize(("payload", "reason", "detail"), PEOPLE_REFUSALS)
    def test_people(self, payload: bytes, reason: Reason, detail: str) -> None:
        answer = refusal(PEOPLE, payload)
        assert answer.reason == reason
        assert detail in answer.detail

    @given(st.binary(max_size=300), st.sampled_from([AIR, PEOPLE]))
    def test_any_bytes_are_a_reading_or_a_refusal(self, payload: bytes, topic: DeviceTopic) -> None:
        assert isinstance(decode_reading(topic, payload, ARRIVED_NS), Decoded | Refused)

    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=6,
    )

    @given(
        st.dictionaries(
            st.sampled_from([*WHOLE, "count", "in_total", "out_total", "motion", "x"]), json_values
        ),
        st.sampled_from([AIR, PEOPLE]),
    )
    def test_any_json_is_a_refusal_or_a_reading_within_the_contract(
        self, message: dict[str, Any], topic: DeviceTopic
    ) -> None:
        answer = decode_reading(topic, json.dumps(message).encode(), ARRIVED_NS)
        if isinstance(answer, Refused):
            return
        reading = answer.reading
        msgspec.msgpack.encode(reading)
        assert reading.at_ns <= ARRIVED_NS + 600 * 10**9
        if isinstance(reading, AirReading):
            assert 0 <= reading.co2_ppm <= 40_000
            assert reading.temperature_c is None or -40 <= reading.temperature_c <= 85
            assert reading.humidity_pct is None or 0 <= reading.humidity_pct <= 100
        else:
            counted = (reading.count is not None) + (reading.in_total is not None)
            assert counted == 1 or (counted == 0 and reading.motion is not None)
            assert (reading.in_total is None) == (reading.out_total is None)
            assert reading.motion is None or 0 <= reading.motion <= 1_000_000
            assert type(reading.motion) is not bool


def readings() -> st.SearchStrategy[Reading]:
    at_ns = st.integers(1_577_836_800_000, 4_102_444_800_000).map(lambda ms: ms * 1_000_000)
    seq = st.none() | st.integers(0, 2**53)
    total = st.integers(0, 2**53)
    motion = st.integers(0, 1_000_000)
    aired = st.builds(
        lambda at, co2, t, h, seq: AirReading(
            VenueSlug("v"), DeviceSlug("d"), at, at, True, co2, t, h, seq
        ),
        at_ns,
        st.floats(0, 40_000),
        st.none() | st.floats(-40, 85),
        st.none() | st.floats(0, 100),
        seq,
    )
    counted = st.builds(
        lambda at, n, seq, motion: PeopleReading(VenueSlug("v"), DeviceSlug("d"), at, at, True, n, None, None, seq, motion),
        at_ns, st.integers(0, 10_000), seq, st.none() | motion,
    )  # fmt: skip
    passed = st.builds(
        lambda at, i, o, seq, motion: PeopleReading(VenueSlug("v"), DeviceSlug("d"), at, at, True, None, i, o, seq, motion),
        at_ns, total, total, seq, st.none() | motion,
    )  # fmt: skip
    moved = st.builds(
        lambda at, seq, motion: PeopleReading(VenueSlug("v"), DeviceSlug("d"), at, at, True, seq=seq, motion=motion),
        at_ns, seq, motion,
    )  # fmt: skip
    return aired | counted | passed | moved


class TestEncoder:
    def test_the_payload_is_that_of_the_contract(self) -> None:
        reading = AirReading(
            VenueSlug("v"), DeviceSlug("d"), AT_NS, AT_NS, True, 812.0, 21.4, None, 123
        )
        assert json.loads(encode_reading(reading)) == {
            "ts": "2026-11-23T20:00:00.000Z",
            "seq": 123,
            "co2_ppm": 812.0,
            "temperature_c": 21.4,
        }

    def test_a_time_that_was_not_given_is_not_sent(self) -> None:
        reading = AirReading(VenueSlug("v"), DeviceSlug("d"), AT_NS, AT_NS, False, 812.0)
        assert json.loads(encode_reading(reading)) == {"co2_ppm": 812.0}

    @given(readings())
    def test_every_reading_comes_back_as_it_went(self, reading: Reading) -> None:
        topic = DeviceTopic(reading.venue, reading.device, reading.kind)
        assert decode_reading(topic, encode_reading(reading), reading.at_ns) == Decoded(reading)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            pytest.param({"co2_ppm": math.nan}, "not_finite", id="CO2 is no number"),
            pytest.param({"co2_ppm": math.inf}, "not_finite", id="CO2 is infinite"),
            pytest.param({"co2_ppm": 40_001.0}, "out_of_range", id="CO2 over 40 000"),
            pytest.param({"co2_ppm": -1.0}, "out_of_range", id="CO2 below nought"),
            pytest.param({"temperature_c": math.nan}, "not_finite", id="no temperature"),
            pytest.param({"temperature_c": 85.5}, "out of range: temperature_c", id="too hot"),
            pytest.param({"humidity_pct": 101.0}, "out of range: humidity_pct", id="too humid"),
            pytest.param({"seq": -1}, "out of range: seq", id="a negative number"),
            pytest.param({"at_ns": 0}, "before_2020", id="1970"),
        ],
    )
    def test_what_the_gateway_would_not_take_is_not_sent(
        self, change: dict[str, Any], message: str
    ) -> None:
        reading = AirReading(
            VenueSlug("v"), DeviceSlug("d"), AT_NS, AT_NS, True, 812.0, 21.4, 44.0, 1
        )
        with pytest.raises(ValueError, match=message):
            encode_reading(msgspec.structs.replace(reading, **change))


class TestStatus:
    @pytest.mark.parametrize(("payload", "online"), [(b"online", True), (b"offline", False)])
    def test_the_two_words(self, payload: bytes, online: bool) -> None:
        assert decode_status(payload) == DeviceStatus(online)

    @pytest.mark.parametrize(
        "payload", [b"", b"Online", b"online\n", b"1", b'"online"', b"\xff\xfe", b"x" * 5000]
    )
    def test_anything_else_is_refused(self, payload: bytes) -> None:
        answer = decode_status(payload)
        assert isinstance(answer, Refused)
        assert answer.reason == Reason.BAD_STATUS
        assert len(answer.detail) < 300


class TestAbout:
    def test_what_a_device_says_of_itself_comes_back(self) -> None:
        about = About("mh-z19b", "1.0", 10.0, RoomSlug("grote-zaal"))
        assert decode_about(encode_about(about)) == about
        exact = About(
            "scd30",
            calibrated_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
            error_ppm=30.0,
            error_pct=3.0,
        )
        assert decode_about(encode_about(exact)) == exact
        assert b'"calibrated_at":"2026-03-02T09:00:00.000Z"' in encode_about(exact)

    @pytest.mark.parametrize(
        ("payload", "about"),
        [
            pytest.param(b'{"interval_s":86400}', About(interval_s=86_400.0), id="once a day"),
            pytest.param(b'{"interval_s":0.5}', About(interval_s=0.5), id="twice a second"),
            pytest.param(
                b'{"error_ppm":10000,"error_pct":100}',
                About(error_ppm=10_000.0, error_pct=100.0),
                id="the largest errors",
            ),
            pytest.param(b'{"error_pct":0}', About(error_pct=0.0), id="none"),
            pytest.param(
                b'{"calibrated_at":"1970-01-01T00:00:00Z"}',
                About(calibrated_at=datetime(1970, 1, 1, tzinfo=UTC)),
                id="the first year",
            ),
            pytest.param(
                b'{"firmware":"' + b"f" * 101 + b'"}', About(firmware="f" * 100), id="cut"
            ),
            pytest.param(b"{}".ljust(4096), About(), id="exactly 4 KiB"),
        ],
    )
    def test_the_bounds_are_inside(self, payload: bytes, about: About) -> None:
        assert decode_about(payload) == about

    def test_keys_without_a_value_are_not_sent(self) -> None:
        assert encode_about(About(model="mh-z19b")) == b'{"model":"mh-z19b"}'

    @pytest.mark.parametrize(
        ("payload", "about"),
        [
            pytest.param(b"{}", About(), id="nothing"),
            pytest.param(b'{"model":3,"room":"Grote zaal"}', About(), id="wrong ones"),
            pytest.param(b'{"model":"' + b"m" * 300 + b'"}', About(model="m" * 100), id="too long"),
            pytest.param(b'{"interval_s":0}', About(), id="an interval of nought"),
            pytest.param(b'{"interval_s":NaN}', About(), id="an interval that is no number"),
            pytest.param(b'{"interval_s":true}', About(), id="an interval that is true"),
            pytest.param(b'{"interval_s":86401}', About(), id="an interval over a day"),
            pytest.param(b'{"interval_s":5,"x":1}', About(interval_s=5.0), id="an unknown key"),
            pytest.param(
                b'{"model":"\\ud800","firmware":"1"}', About(firmware="1"), id="half a surrogate"
            ),
            pytest.param(b'{"model":"a\\u0000b"}', About(), id="a NUL, which PostgreSQL refuses"),
            pytest.param(b'{"firmware":"a\\nb"}', About(), id="a line break"),
            pytest.param(b'{"calibrated_at":"last spring"}', About(), id="a time that is none"),
            pytest.param(
                b'{"calibrated_at":"2026-03-02T09:00"}', About(), id="a time without zone"
            ),
            pytest.param(
                b'{"calibrated_at":"9999-01-01T00:00:00Z"}', About(), id="a time beyond 64 bits"
            ),
            pytest.param(b'{"calibrated_at":17}', About(), id="a time that is a number"),
            pytest.param(b'{"error_ppm":-1,"error_pct":101}', About(), id="errors out of range"),
            pytest.param(b'{"error_ppm":0}', About(error_ppm=0.0), id="a sensor without error"),
        ],
    )
    def test_wrong_keys_are_left_out(self, payload: bytes, about: About) -> None:
        assert decode_about(payload) == about

    @pytest.mark.parametrize(
        ("payload", "reason"),
        [
            pytest.param(b"mh-z19b", Reason.NOT_JSON, id="not JSON"),
            pytest.param(b"[]", Reason.NOT_OBJECT, id="a list"),
            pytest.param(b"\xff", Reason.NOT_UTF8, id="not UTF-8"),
            pytest.param(b" " * 4097, Reason.TOO_LARGE, id="over 4 KiB"),
        ],
    )
    def test_what_is_no_object_is_refused(self, payload: bytes, reason: Reason) -> None:
        answer = decode_about(payload)
        assert isinstance(answer, Refused)
        assert answer.reason == reason

    @given(
        st.binary(max_size=200)
        | st.dictionaries(
            st.sampled_from(["model", "firmware", "interval_s", "room"]),
            st.text(st.characters()) | st.floats() | st.integers(),
        ).map(lambda d: json.dumps(d).encode())
    )
    def test_any_bytes_are_a_refusal_or_something_that_can_be_stored(self, payload: bytes) -> None:
        answer = decode_about(payload)
        assert isinstance(answer, About | Refused)
        if isinstance(answer, About):
            msgspec.msgpack.encode(answer)


class TestSecondLook:
    """One key that is wrong costs that key alone, and the bounds are where they were."""

    @pytest.mark.parametrize("edge", [(-40.0, 0.0), (85.0, 100.0)], ids=["lowest", "highest"])
    def test_the_other_options_of_air_stand(self, edge: tuple[float, float]) -> None:
        payload = {"co2_ppm": 812, "temperature_c": edge[0], "humidity_pct": edge[1], "seq": -1}
        reading, dropped = air(json.dumps(payload).encode())
        assert (reading.temperature_c, reading.humidity_pct, reading.seq) == (*edge, None)
        assert dropped == ("seq",)

    @pytest.mark.parametrize("seq", [0, 2**53])
    def test_the_bounds_of_seq_are_inside(self, seq: int) -> None:
        assert air(json.dumps({"co2_ppm": 812, "seq": seq}).encode())[0].seq == seq
        payload = {"co2_ppm": 812, "seq": seq, "temperature_c": 99}
        reading, dropped = air(json.dumps(payload).encode())
        assert (reading.seq, dropped) == (seq, ("temperature_c",))

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            pytest.param({"count": 3}, (3, None, None), id="a counter that sees the room"),
            pytest.param({"in_total": 7, "out_total": 4}, (None, 7, 4), id="a door"),
        ],
    )
    def test_people_stand(
        self, said: dict[str, int], expected: tuple[int | None, int | None, int | None]
    ) -> None:
        answer = decode_reading(PEOPLE, json.dumps(said | {"seq": -1}).encode(), ARRIVED_NS)
        assert isinstance(answer, Decoded), answer
        assert isinstance(answer.reading, PeopleReading)
        found = (answer.reading.count, answer.reading.in_total, answer.reading.out_total)
        assert (found, answer.dropped) == (expected, ("seq",))
