"""The law of other makers' devices: what they send gives back, through the adapter, what they meant."""

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.as_others.cast import MAKERS
from firmware_sim.as_others.voice import Voice
from firmware_sim.event import Post
from firmware_sim.scenario.scenario import DevicePlan, parse_scenario
from sensors.adapters.source import Source
from sensors.adapters.topic_filter import matches
from sensors.adapters.translation import Translated, Translation
from sensors.wire.payload import Decoded, decode_reading
from sensors.wire.reading import AirReading, PeopleReading, Reading
from sensors.wire.topic import DeviceSlug, VenueSlug, parse_device_topic
from tests.firmware_sim.scenarios import AMSTERDAM, local_ns, tables
from tests.sensors.adapters.published import PUBLISHED

VENUE = VenueSlug("test-venue")
MILLISECOND_NS = 1_000_000
ZONES = tuple(map(ZoneInfo, ("Europe/Amsterdam", "America/St_Johns", "Asia/Kathmandu")))


def plan(*measures: str) -> DevicePlan:
    given_tables = tables(device=[{"device": "air-1", "measures": list(measures)}])
    return parse_scenario(given_tables, "t").devices[0]


class Gateway:
    """What takes the messages of a kind by the filters that the simulator prints."""

    def __init__(self, kind: str, zone: ZoneInfo = AMSTERDAM, model: str | None = None) -> None:
        self.translation = Translation()
        self._zone = zone
        self._sources = [
            Source(kind=kind, filter=topics, venue=VENUE, model=model)  # type: ignore[arg-type]  # one of them
            for topics in MAKERS[kind].filters
        ]

    def take(
        self, posts: Sequence[Post], at_ns: int, *, retained: bool = False
    ) -> list[Translated]:
        now_s = at_ns / 1e9
        found = [
            one
            for post in posts
            for source in self._sources
            if matches(source.filter, post.topic)
            for one in self.translation.take(
                source, post.topic, post.payload,
                retained=retained, arrived_ns=at_ns, monotonic_s=now_s,
            )
        ]  # fmt: skip
        told = [one for one in found if isinstance(one, Translated)]
        assert told == found, found
        return [*told, *self.translation.due(now_s + 2)]

    def readings(self, posts: Sequence[Post], at_ns: int) -> list[Reading]:
        return [
            self._decoded(one) for one in self.take(posts, at_ns) if one.leaf in ("air", "people")
        ]

    def _decoded(self, one: Translated) -> Reading:
        topic = parse_device_topic(one.topic)
        assert topic is not None
        decoded = decode_reading(topic, one.payload, one.arrived_ns, self._zone)
        assert isinstance(decoded, Decoded), decoded
        assert decoded.dropped == ()
        return decoded.reading


def air(
    at_ns: int, co2_ppm: float = 812.4, temperature_c: float = 21.4, humidity_pct: float = 44.3
) -> AirReading:
    return AirReading(
        VENUE, DeviceSlug("air-1"), at_ns, at_ns, True, co2_ppm, temperature_c, humidity_pct
    )


def people(at_ns: int, **said: int) -> PeopleReading:
    return PeopleReading(VENUE, DeviceSlug("air-1"), at_ns, at_ns, ts_given=True, **said)


_gaps_ms = st.integers(2_500, 700_000)
_airs = st.tuples(_gaps_ms, st.floats(0, 40_000), st.floats(-40, 85), st.floats(0, 100))
_passing = st.tuples(
    _gaps_ms, st.integers(0, 9_000), st.integers(0, 9_000), st.integers(0, 300), st.integers(0, 255)
)


def meant(
    voice: Voice, readings: list[Reading], gateway: Gateway
) -> tuple[list[Reading], list[Reading]]:
    """What a device meant by its messages, and what was understood of them."""
    means: list[Reading] = []
    heard: list[Reading] = []
    for reading in readings:
        spoken = voice.say(reading)
        means += spoken.means
        heard += gateway.readings(spoken.posts, reading.at_ns)
    return means, heard


@pytest.mark.parametrize("kind", MAKERS)
class TestRoundTrip:
    @settings(max_examples=25)
    @given(rows=st.lists(_airs, min_size=1, max_size=5), zone=st.sampled_from(ZONES))
    def test_air_comes_back_as_it_was_meant(
        self, kind: str, rows: list[tuple[int, float, float, float]], zone: ZoneInfo
    ) -> None:
        voice = MAKERS[kind](plan("air"), zone, 1)
        at_ns, readings = local_ns(9), list[Reading]()
        for gap_ms, *values in rows:
            at_ns += gap_ms * MILLISECOND_NS
            readings.append(air(at_ns, *values))
        means, heard = meant(voice, readings, Gateway(kind, zone))
        assert heard == means
        assert bool(means) is ("air" in MAKERS[kind].makes)
        for said in means:
            at = next(r for r in readings if 0 <= r.at_ns - said.at_ns < 1_000_000_000)
            assert isinstance(said, AirReading)
            assert isinstance(at, AirReading)
            assert abs(said.co2_ppm - at.co2_ppm) <= 0.5
            assert (
                said.temperature_c is None
                or abs(said.temperature_c - (at.temperature_c or 0)) <= 0.051
            )
            assert (
                said.humidity_pct is None or abs(said.humidity_pct - (at.humidity_pct or 0)) <= 0.51
            )

    @settings(max_examples=25)
    @given(
        rows=st.lists(_passing, min_size=1, max_size=5),
        measures=st.sampled_from(["count", "door", "motion"]),
        zone=st.sampled_from(ZONES),
    )
    def test_people_come_back_as_they_were_meant(
        self, kind: str, rows: list[tuple[int, int, int, int, int]], measures: str, zone: ZoneInfo
    ) -> None:
        voice = MAKERS[kind](plan(measures), zone, 1)
        at_ns, come, gone, readings = local_ns(9), 0, 0, list[Reading]()
        for gap_ms, more, fewer, moves, count in rows:
            at_ns, come, gone = at_ns + gap_ms * MILLISECOND_NS, come + more, gone + fewer
            said = {
                "count": {"count": count}, "door": {"in_total": come, "out_total": gone},
                "motion": {"motion": moves},
            }[measures]  # fmt: skip
            readings.append(people(at_ns, **said))
        means, heard = meant(voice, readings, Gateway(kind, zone))
        assert heard == means
        assert bool(means) is (measures in MAKERS[kind].makes)
        counted = [one.count for one in means if isinstance(one, PeopleReading)]
        if measures == "count" and means and kind != "statestream":
            assert counted == [count for *_, count in rows]

    def test_its_shape_is_that_of_the_published_payload(self, kind: str) -> None:
        """Every key of ours that a published payload of the kind has too is of the same type there."""
        published = [p for p in PUBLISHED.values() if p.source.kind == kind]
        theirs = _types(body for one in published for _, body in one.messages)
        measures = ("air", "count", "door", "motion")
        posts = [
            post
            for one in measures
            if one in MAKERS[kind].makes
            for post in _voice_of(kind, one).say(_any(one)).posts
        ]
        ours = _types(post.payload for post in posts)
        shared = ours.keys() & theirs.keys()
        assert {key: ours[key] for key in shared} == {key: theirs[key] for key in shared}
        if theirs:
            assert shared


def _voice_of(kind: str, measures: str) -> Voice:
    return MAKERS[kind](plan(measures), AMSTERDAM, 1)


def _any(measures: str) -> Reading:
    said = {
        "count": {"count": 3}, "door": {"in_total": 5, "out_total": 2}, "motion": {"motion": 1},
    }.get(measures)  # fmt: skip
    return air(local_ns(9)) if said is None else people(local_ns(9), **said)


def _types(payloads: Any) -> dict[str, str]:
    """By the path of a key, what lies there: a number, a text, a truth."""
    found: dict[str, str] = {}

    def walk(path: str, value: Any) -> None:
        match value:
            case dict():
                for key, one in value.items():
                    walk(f"{path}.{key}", one)
            case list():
                for one in value:
                    walk(f"{path}[]", one)
            case bool() | str():
                found[path] = type(value).__name__
            case int() | float():
                found[path] = "number"

    for payload in payloads:
        if payload[:1] == b"{":
            walk("", json.loads(payload))
    return found


@pytest.mark.parametrize("kind", ["tts", "chirpstack"])
@pytest.mark.parametrize("measures", ["air", "count", "door"])
def test_the_bytes_of_an_uplink_say_what_the_network_made_of_them(kind: str, measures: str) -> None:
    voice = _voice_of(kind, measures)
    (post,) = voice.say(_any(measures)).posts
    body = json.loads(post.payload)
    body.pop("object", None)
    body.get("uplink_message", {}).pop("decoded_payload", None)
    raw = Post(post.topic, json.dumps(body).encode())
    model: str = voice.model  # type: ignore[attr-defined]  # these two have one
    (heard,) = Gateway(kind, model=model).readings((raw,), local_ns(9))
    (means,) = _voice_of(kind, measures).say(_any(measures)).means
    assert heard == means


def test_totals_of_a_door_go_round_at_two_bytes_and_passings_do_not() -> None:
    lora = _voice_of("tts", "door")
    xovis = _voice_of("xovis", "door")
    readings: list[Reading] = [
        people(local_ns(9, minute), in_total=65_530 + 4 * minute, out_total=0)
        for minute in range(1, 4)
    ]
    for voice, expected in ((lora, [65_534, 2, 6]), (xovis, [0, 4, 8])):
        means, heard = meant(voice, readings, Gateway(voice.kind))
        assert heard == means
        assert [one.in_total for one in heard if isinstance(one, PeopleReading)] == expected


@pytest.mark.parametrize("kind", ["zigbee2mqtt", "esphome", "tasmota", "shelly", "statestream"])
def test_coming_and_going_is_heard(kind: str) -> None:
    maker = MAKERS[kind]
    measures = "air" if "air" in maker.makes else "motion"
    voice, gateway = _voice_of(kind, measures), Gateway(kind)

    def states(posts: Sequence[Post]) -> list[bytes]:
        return [one.payload for one in gateway.take(posts, local_ns(9)) if one.leaf == "status"]

    will = voice.will()
    start = maker.hub_births([voice]) if voice.hub else voice.births()
    first = states((*start, *voice.say(_any(measures)).posts))
    lost = states(voice.gone() if will is None else (will,))
    assert (first, lost) == ([b"online"], [b"offline"])


@pytest.mark.parametrize("kind", MAKERS)
def test_what_it_says_at_the_start_or_of_the_device_is_no_reading(kind: str) -> None:
    maker = MAKERS[kind]
    measures = next(iter(sorted(maker.makes)))
    voice, gateway = _voice_of(kind, measures), Gateway(kind)
    start = maker.hub_births([voice]) if voice.hub else voice.births()
    assert gateway.readings((*start, *voice.back(), *voice.gone()), local_ns(9)) == []
    retained = [p for p in voice.say(_any(measures)).posts if p.retain]
    assert {one.leaf for one in gateway.take(retained, local_ns(10), retained=True)} <= {
        "about", "status", "health",
    }  # fmt: skip


def test_a_sensor_that_failed_tells_no_carbon_dioxide() -> None:
    for kind, maker in MAKERS.items():
        if "air" in maker.makes:
            broken = msgspec.structs.replace(air(local_ns(9)), co2_ppm=float("nan"))
            spoken = _voice_of(kind, "air").say(broken)
            assert spoken.means == ()
            assert Gateway(kind).readings(spoken.posts, local_ns(9)) == []
