"""What every adapter keeps to, and that published payloads become what they say."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensors.adapters.kinds import ADAPTERS
from sensors.adapters.lorawan.models import MODELS
from sensors.adapters.said import Said
from sensors.adapters.source import HTTP_KINDS, KINDS, Mapped, MappedTime, Source, faults_of
from sensors.adapters.topic_filter import matches
from sensors.adapters.translation import Translated, Translation
from sensors.wire.payload import Decoded, decode_reading
from sensors.wire.refusal import Refused
from sensors.wire.topic import DeviceTopic, parse_device_topic
from tests.sensors.adapters.published import PUBLISHED, VENUE, Published, source

NOW_NS = 1_795_464_000_000_000_000


def translated(
    published: Published, *, retained: bool = False, translation: Translation | None = None
) -> list[Translated]:
    made = translation or Translation()
    found: list[Translated] = []
    for topic, payload in published.messages:
        for one in made.take(
            published.source, topic, payload, retained=retained, arrived_ns=NOW_NS, monotonic_s=0.0
        ):
            assert isinstance(one, Translated), one
            found.append(one)
    return [*found, *made.due(2.0)]


def told_by(messages: list[Translated]) -> dict[tuple[str, str], dict[str, Any]]:
    """By device and leaf, the last that is told."""
    return {
        (str(one.device), one.leaf): {"online": one.payload == b"online"}
        if one.leaf == "status"
        else json.loads(one.payload)
        for one in messages
    }


@pytest.mark.parametrize("name", PUBLISHED)
class TestPublished:
    def test_it_becomes_what_it_says(self, name: str) -> None:
        published = PUBLISHED[name]
        told = told_by(translated(published))
        assert {key: told.get(key) for key in published.expected} == published.expected
        readings = {key for key in told if key[1] in ("air", "people")}
        extra = readings - published.expected.keys()
        assert not {key for key in extra if "-" not in key[0][-3:]}, extra  # but empty zones

    def test_its_readings_are_ones_that_our_own_devices_send(self, name: str) -> None:
        for one in translated(PUBLISHED[name]):
            topic = parse_device_topic(one.topic)
            assert topic is not None
            if one.leaf in ("air", "people"):
                decoded = decode_reading(topic, one.payload, NOW_NS)
                assert isinstance(decoded, Decoded), decoded
                assert decoded.dropped == ()

    def test_what_the_broker_kept_is_no_reading(self, name: str) -> None:
        leaves = {one.leaf for one in translated(PUBLISHED[name], retained=True)}
        assert leaves.isdisjoint(("air", "people"))

    def test_the_source_is_one_without_a_fault_and_hears_the_message(self, name: str) -> None:
        published = PUBLISHED[name]
        assert faults_of(published.source, frozenset(MODELS)) == []
        assert matches(published.source.filter, published.messages[0][0])


def test_every_kind_has_a_published_payload() -> None:
    assert {one.source.kind for one in PUBLISHED.values()} == set(KINDS)
    assert {*KINDS, *HTTP_KINDS} == set(ADAPTERS)


_TOPICS = st.sampled_from(
    sorted({topic for one in PUBLISHED.values() for topic, _ in one.messages})
) | st.text(max_size=60)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["1e400", "-", "NaN", "9" * 400, "2024-05-02T08:00:00Z", "UTC+99:99"])
)  # fmt: skip
_WORDS = sorted(
    {
        "co2", "temperature", "humidity", "occupancy", "logics_data", "logics", "records", "counts",
        "name", "value", "to", "content", "element", "measurement", "uplink_message", "f_port",
        "decoded_payload", "frm_payload", "end_device_ids", "device_id", "rx_metadata", "rssi",
        "deviceInfo", "deviceName", "object", "data", "time_info", "timezone", "start_time",
        "current_total", "current_counted", "line_total_data", "line", "in", "out", "device_info",
        "device_sn", "params", "method", "ts", "temperature:0", "tC", "Time", "MHZ19B", "model_id",
        "CarbonDioxide", "sensordatavalues", "value_type", "esp8266id", "serialNumber", "rco2",
        "line_1_total_in", "region_1_count", "last_seen", "battery", "received_at", "time",
    }
)  # fmt: skip
_OBJECTS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(_WORDS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=20,
)
_PAYLOADS = (
    st.binary(max_size=80)
    | _OBJECTS.map(lambda told: json.dumps(told).encode())
    | st.sampled_from([body for one in PUBLISHED.values() for _, body in one.messages])
)
_MAPPED = source(
    "mapping", "a/+", device="{topic[-1]}",
    fields={"co2_ppm": Mapped(path="data[0].co2", unit="ppb"), "motion": Mapped(path="$.motion")},
    ts=MappedTime(path="$.time", zone="Europe/Amsterdam"),
)  # fmt: skip


def source_of(kind: str) -> Source:
    if kind == "mapping":
        return _MAPPED
    model = "milesight-vs133" if kind in ("tts", "chirpstack") else None
    return Source(kind=kind, filter="a/#", venue=VENUE, model=model)  # type: ignore[arg-type]  # one of the two


@pytest.mark.parametrize("kind", sorted(ADAPTERS))
class TestAnyMessage:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(messages=st.lists(st.tuples(_TOPICS, _PAYLOADS, st.booleans()), min_size=1, max_size=4))
    def test_it_raises_nothing_and_says_only_what_our_topics_hold(
        self, kind: str, messages: list[tuple[str, bytes, bool]]
    ) -> None:
        made = Translation()
        found: list[Translated | Refused] = []
        for at, (topic, payload, retained) in enumerate(messages):
            found += made.take(
                source_of(kind), topic, payload,
                retained=retained, arrived_ns=NOW_NS + at, monotonic_s=float(at),
            )  # fmt: skip
        found += made.due(100.0)
        for one in found:
            if isinstance(one, Translated):
                parsed = parse_device_topic(one.topic)
                assert parsed == DeviceTopic(one.venue, one.device, one.leaf)
                json.loads(one.payload) if one.leaf != "status" else None
                if one.leaf in ("air", "people"):
                    decode_reading(parsed, one.payload, NOW_NS)

    def test_a_payload_of_any_depth_or_length_is_none(self, kind: str) -> None:
        for payload in (b"[" * 100_000, b'{"co2":' + b"1" * 100_000 + b"}", b"{}", b"", b"null"):
            for topic in ("a/b/c/up", "a/readings/b", "a/sensor/co2/state", ""):
                said = ADAPTERS[kind](source_of(kind), topic, payload)
                assert isinstance(said, Refused) or all(isinstance(one, Said) for one in said)


@pytest.mark.parametrize("odd", ["9" * 30, "1e999", "NaN", '"\\ud800"', '"a\\u0000b"', '""', "-1"])
@pytest.mark.parametrize("key", ["co2", "count", "occupancy", "last_seen", "battery", "device"])
def test_a_value_that_no_message_can_hold_is_left_out_or_refused(key: str, odd: str) -> None:
    payload = f'{{"co2":600,"people":3,"{key}":{odd}}}'.encode()
    found = Translation().take(
        source("zigbee2mqtt", "zigbee2mqtt/#"), "zigbee2mqtt/a", payload,
        retained=False, arrived_ns=NOW_NS, monotonic_s=0.0,
    )  # fmt: skip
    for one in found:
        assert isinstance(one, Refused) or json.loads(one.payload)


@given(st.binary(max_size=300), st.sampled_from(sorted(MODELS)))
def test_bytes_of_an_uplink_may_be_anything(data: bytes, model: str) -> None:
    assert isinstance(MODELS[model](data, 1), dict)
