"""What is heard on any topic, and what it would become."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dashboard.ingest.preview import Heard, became, kind_of, leaves_of, suggestions
from sensors.adapters.json_path import at_path, parse_path
from sensors.adapters.source import Mapped, Source
from sensors.wire.topic import VenueSlug
from tests.sensors.adapters.published import PUBLISHED

NOW_NS = 1_795_464_000_000_000_000
VENUE = VenueSlug("de-kade")


def test_every_maker_that_is_published_is_known_by_what_it_sends() -> None:
    guessed = {
        name: kind_of(Heard(*one.messages[0]), VENUE)
        for name, one in PUBLISHED.items()
        if one.source.kind != "mapping"
    }
    bytes_alone = {name for name, one in PUBLISHED.items() if one.source.model is not None}
    wrong = {
        name: kind
        for name, kind in guessed.items()
        if kind != PUBLISHED[name].source.kind and name not in bytes_alone
    }
    assert wrong == {}


def test_a_source_is_suggested_for_all_topics_of_a_maker() -> None:
    told = b'{"co2":612,"linkquality":90}'
    heard = [Heard("zigbee2mqtt/a", told), Heard("zigbee2mqtt/b", told), Heard("x/y", b"1")]
    (found,) = suggestions(heard, VENUE, NOW_NS)
    assert (found.source.kind, found.source.filter) == ("zigbee2mqtt", "zigbee2mqtt/#")
    assert (found.topics, found.devices) == (2, ("a", "b"))


def test_a_mapping_shows_the_device_and_what_it_would_tell() -> None:
    source = Source(
        kind="mapping", filter="fabriek/+/meting", venue=VENUE, device="{topic[1]}",
        fields={"co2_ppm": Mapped(path="$.lucht[0].co2")},
    )  # fmt: skip
    (one,) = became(source, [Heard("fabriek/Hal 1/meting", b'{"lucht":[{"co2":640}]}')], NOW_NS)
    assert (one.device, one.told["co2_ppm"]) == ("hal-1", 640)


_JSON = st.recursive(
    st.integers() | st.text(max_size=5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(_JSON)
def test_every_value_lies_where_its_path_says(told: object) -> None:
    for leaf in leaves_of(json.dumps(told).encode()):
        path = parse_path(leaf.path)
        if path is None:  # a key that no path can name
            continue
        found = at_path(told, path)
        assert leaf.value == (found[:80] if isinstance(found, str) else json.dumps(found)[:80])
