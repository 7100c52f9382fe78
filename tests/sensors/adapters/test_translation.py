"""What one message alone does not tell: names, values that come one by one, what passed in all."""

import json
from typing import Any

import pytest

from sensors.adapters.naming import name_by, pattern_fault, slug_of
from sensors.adapters.said import Said
from sensors.adapters.source import Mapped, MappedTime, Source, faults_of
from sensors.adapters.topic_filter import filter_fault, matches
from sensors.adapters.translation import Translated, Translation
from sensors.wire.refusal import Reason, Refused
from tests.sensors.adapters.published import source

NOW_NS = 1_795_464_000_000_000_000
ZIGBEE = source("zigbee2mqtt", "zigbee2mqtt/#")
ESPHOME = source("esphome", "+/sensor/+/state")


class Conversation:
    """A translation that is told message after message, each at a time in seconds."""

    def __init__(self) -> None:
        self.translation = Translation()

    def hear(
        self, of: Source, topic: str, told: object, at_s: float = 0.0, *, retained: bool = False
    ) -> list[Any]:
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        found: list[Translated | Refused] = [*self.translation.due(at_s)]
        found += self.translation.take(
            of, topic, payload, retained=retained, arrived_ns=NOW_NS + int(at_s * 1e9),
            monotonic_s=at_s,
        )  # fmt: skip
        return [_shown(one) for one in found]

    def due(self, at_s: float) -> list[Any]:
        return [_shown(one) for one in self.translation.due(at_s)]


def _shown(one: Translated | Refused) -> Any:
    if isinstance(one, Refused):
        return one.reason
    body = one.payload.decode() if one.leaf == "status" else json.loads(one.payload)
    return f"{one.device}/{one.leaf}", body


def readings(found: list[Any]) -> list[Any]:
    return [one for one in found if one[0].endswith(("/air", "/people"))]


class TestValuesOneByOne:
    def test_those_within_two_seconds_are_one_reading_at_the_first_ones_arrival(self) -> None:
        said = Conversation()
        assert readings(said.hear(ESPHOME, "zaal/sensor/co2/state", b"812", 10.0)) == []
        assert readings(said.hear(ESPHOME, "zaal/sensor/temperature/state", b"21.5", 11.9)) == []
        assert said.due(11.9) == []
        assert said.due(12.0) == [("zaal/air", {"co2_ppm": 812, "temperature_c": 21.5})]
        assert said.due(99.0) == []
        made = Translation()
        made.take(
            ESPHOME, "zaal/sensor/co2/state", b"1",
            retained=False, arrived_ns=NOW_NS, monotonic_s=0.0,
        )  # fmt: skip
        assert [one.arrived_ns for one in made.due(5.0)] == [NOW_NS]

    def test_a_value_that_comes_again_begins_the_next_reading(self) -> None:
        said = Conversation()
        said.hear(ESPHOME, "zaal/sensor/co2/state", b"800", 0.0)
        assert readings(said.hear(ESPHOME, "zaal/sensor/co2/state", b"810", 1.0)) == [
            ("zaal/air", {"co2_ppm": 800})
        ]
        assert said.due(3.0) == [("zaal/air", {"co2_ppm": 810})]

    def test_one_that_comes_later_is_not_of_that_reading(self) -> None:
        said = Conversation()
        said.hear(ESPHOME, "zaal/sensor/co2/state", b"800", 0.0)
        found = said.hear(ESPHOME, "zaal/sensor/temperature/state", b"21", 2.1)
        assert readings(found) == [("zaal/air", {"co2_ppm": 800})]
        assert said.due(9.0) == []  # a temperature alone is no reading

    def test_devices_do_not_mix(self) -> None:
        said = Conversation()
        said.hear(ESPHOME, "zaal-1/sensor/co2/state", b"800", 0.0)
        said.hear(ESPHOME, "zaal-2/sensor/co2/state", b"900", 0.1)
        assert said.due(5.0) == [
            ("zaal-1/air", {"co2_ppm": 800}),
            ("zaal-2/air", {"co2_ppm": 900}),
        ]

    def test_a_value_that_the_broker_kept_is_in_none(self) -> None:
        said = Conversation()
        said.hear(ESPHOME, "zaal/sensor/co2/state", b"800", 0.0, retained=True)
        assert said.due(9.0) == []


class TestTheDeviceItself:
    def test_one_that_measures_neither_air_nor_people_is_made_known(self) -> None:
        found = Conversation().hear(ZIGBEE, "zigbee2mqtt/klimaat", {"temperature": 21.0})
        assert found == [("klimaat/about", {"model": "zigbee2mqtt"})]

    def test_how_often_it_sends_is_told_where_its_source_says_so(self) -> None:
        slow = source("zigbee2mqtt", "zigbee2mqtt/#", interval_s=600)
        found = Conversation().hear(slow, "zigbee2mqtt/klimaat", {"temperature": 21.0})
        assert found == [("klimaat/about", {"model": "zigbee2mqtt", "interval_s": 600})]

    def test_what_it_is_and_whether_it_is_there_are_told_once(self) -> None:
        said = Conversation()
        said.hear(ZIGBEE, "zigbee2mqtt/pir", {"occupancy": False, "battery": 80})
        said.hear(ZIGBEE, "zigbee2mqtt/pir/availability", b"online")
        assert said.hear(ZIGBEE, "zigbee2mqtt/pir", {"occupancy": True, "battery": 80}) == [
            ("pir/people", {"motion": True})
        ]
        assert said.hear(ZIGBEE, "zigbee2mqtt/pir/availability", b"online", retained=True) == []
        assert said.hear(ZIGBEE, "zigbee2mqtt/pir/availability", b"offline") == [
            ("pir/status", "offline")
        ]

    def test_a_signal_that_wavers_is_told_every_five_minutes_a_battery_at_once(self) -> None:
        said = Conversation()
        said.hear(ZIGBEE, "zigbee2mqtt/a", {"linkquality": 90, "battery": 80}, 0.0)
        assert said.hear(ZIGBEE, "zigbee2mqtt/a", {"linkquality": 91, "battery": 80}, 60.0) == []
        assert said.hear(ZIGBEE, "zigbee2mqtt/a", {"linkquality": 92, "battery": 79}, 90.0) == [
            ("a/health", {"battery_pct": 79, "link_quality": 92})
        ]
        assert said.hear(ZIGBEE, "zigbee2mqtt/a", {"linkquality": 93, "battery": 79}, 391.0) == [
            ("a/health", {"battery_pct": 79, "link_quality": 93})
        ]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "slug"),
        [("Grote Zaal", "grote-zaal"), ("0x00158D00", "0x00158d00"), ("hal/pir_1", "hal-pir-1"),
         ("  ", None), ("Ω", None), ("a" * 80, "a" * 63)],
    )  # fmt: skip
    def test_a_slug_has_small_letters_and_a_dash_for_other_signs(
        self, name: str, slug: str | None
    ) -> None:
        assert slug_of(name) == slug

    def test_the_second_of_two_names_with_one_slug_is_refused(self) -> None:
        said = Conversation()
        said.hear(ZIGBEE, "zigbee2mqtt/Zaal 1", {"co2": 600})
        assert said.hear(ZIGBEE, "zigbee2mqtt/zaal_1", {"co2": 700}) == [Reason.BAD_DEVICE]
        assert readings(said.hear(ZIGBEE, "zigbee2mqtt/Zaal 1", {"co2": 610})) == [
            ("zaal-1/air", {"co2_ppm": 610})
        ]

    def test_a_pattern_takes_levels_of_the_topic(self) -> None:
        said = Said(device="d", line="2", model="m")
        assert name_by("{topic[1]}", "a/b/c", said) == "b-2"
        assert name_by("{topic[-1]}-{name}", "a/b/c", said) == "c-d-2"
        assert name_by("{topic[7]}", "a/b/c", said) is None
        assert pattern_fault("{topic}") is None
        assert pattern_fault("{level[1]}") is not None


class TestWhatPassed:
    def record(self, minute: int, come: int, gone: int) -> object:
        counts = [{"name": "fw", "value": come}, {"name": "bw", "value": gone}]
        at = {"to": f"2026-05-02T08:{minute:02}:00Z", "counts": counts}
        return {
            "logics_data": {"sensor_info": {"name": "deur"}, "logics": [{"id": 1, "records": [at]}]}
        }

    def test_it_is_added_up_and_the_same_interval_counts_once(self) -> None:
        said, of = Conversation(), source("xovis", "xovis/#")
        said.hear(of, "xovis/a", self.record(1, 5, 1))
        said.hear(of, "xovis/a", self.record(2, 2, 4))
        assert readings(said.hear(of, "xovis/a", self.record(2, 2, 4))) == []
        assert readings(said.hear(of, "xovis/a", self.record(3, 1, 0))) == [
            ("deur-1/people", {"ts": "2026-05-02T08:03:00Z", "in_total": 8, "out_total": 5})
        ]


class TestMapping:
    def test_units_scales_and_a_local_time(self) -> None:
        of = source(
            "mapping", "fabriek/+/meting",
            fields={
                "co2_ppm": Mapped(path="$.lucht[0].co2", scale=100),
                "temperature_c": Mapped(path="t", unit="°F"),
                "humidity_pct": Mapped(path="h", unit="fraction"),
            },
            ts=MappedTime(path="om", zone="Europe/Amsterdam"),
        )  # fmt: skip
        told = {"lucht": [{"co2": 6.5}], "t": 68, "h": 0.4, "om": "2026-01-02 10:00:00"}
        assert readings(Conversation().hear(of, "fabriek/zaal/meting", told)) == [
            ("zaal/air", {"ts": "2026-01-02T09:00:00.000Z", "co2_ppm": 650.0, "temperature_c": 20.0,
                          "humidity_pct": 40.0})
        ]  # fmt: skip

    def test_a_number_alone_on_a_topic(self) -> None:
        of = source("mapping", "huis/+/co2", fields={"co2_ppm": Mapped(path="$")})
        said = Conversation()
        said.hear(of, "huis/zaal/co2", b"640")
        assert said.due(2.0) == [("zaal/air", {"co2_ppm": 640.0})]

    def test_what_is_wrong_with_a_source_is_said_at_its_key(self) -> None:
        of = source(
            "mapping", "#", device="{x}", model="acme",
            fields={"co": Mapped(path="a..b", unit="mg")}, ts=MappedTime(path="t", zone="Mars"),
        )  # fmt: skip
        keys = [fault.split(":")[0] for fault in faults_of(of, frozenset({"elsys-ers-co2"}))]
        assert keys == [
            "filter", "device", "model", "fields.co", "fields.co.path", "fields.co.unit", "ts.zone",
        ]  # fmt: skip
        assert faults_of(
            source("zigbee2mqtt", "z/#", fields={"co2_ppm": Mapped(path="a")}), frozenset()
        )


@pytest.mark.parametrize(
    ("topic_filter", "is_one"),
    [("zigbee2mqtt/#", True), ("+/events/rpc", True), ("#", False), ("+/#", False), ("a/#/b", False),
     ("a+/b", False), ("", False), ("luchtig/devices/#", False), ("+/devices/+/+/air", False),
     ("$share/g/a", False)],
)  # fmt: skip
def test_a_filter_is_one_that_leaves_our_own_topics_alone(topic_filter: str, is_one: bool) -> None:
    assert (filter_fault(topic_filter) is None) == is_one


@pytest.mark.parametrize(
    ("topic_filter", "topic", "does"),
    [("a/#", "a", True), ("a/#", "a/b/c", True), ("a/+", "a/b", True), ("a/+", "a/b/c", False),
     ("a/+/c", "a/b/c", True), ("+", "a", True), ("a", "b", False), ("#", "$SYS/x", False)],
)  # fmt: skip
def test_a_filter_matches_as_a_broker_has_it(topic_filter: str, topic: str, does: bool) -> None:
    assert matches(topic_filter, topic) == does
