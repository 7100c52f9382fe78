"""``[[source]]`` in the configuration: read, and every mistake said at its place."""

from pathlib import Path

import pytest

from gateway.config import load
from sensors.adapters.source import Mapped, MappedTime, Source
from sensors.config import ConfigError
from sensors.wire.topic import VenueSlug


def test_sources_are_read_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "luchtig.toml"
    path.write_text(
        """
        [[source]]
        kind = "zigbee2mqtt"
        filter = "zigbee2mqtt/#"
        venue = "de-kade"

        [[source]]
        kind = "mapping"
        filter = "huis/+/lucht"
        venue = "de-kade"
        device = "{topic[1]}"
        fields = { co2_ppm = { path = "$.co2", scale = 10 } }
        ts = { path = "om" }
        """
    )
    venue = VenueSlug("de-kade")
    assert load(path, {}).sources == (
        Source(kind="zigbee2mqtt", filter="zigbee2mqtt/#", venue=venue),
        Source(
            kind="mapping", filter="huis/+/lucht", venue=venue, device="{topic[1]}",
            fields={"co2_ppm": Mapped(path="$.co2", scale=10)}, ts=MappedTime(path="om"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source = 3", "source: expected tables"),
        ('[[source]]\nkind = "zigby"\nfilter = "a/#"\nvenue = "x"', "source[0].kind: invalid enum"),
        ('[[source]]\nkind = "tts"\nvenue = "x"', "source[0].filter: is missing"),
        (
            '[[source]]\nkind = "tts"\nfilter = "#"\nvenue = "x"',
            "source[0].filter: matches our own",
        ),
        (
            '[[source]]\nkind = "tts"\nfilter = "a/#"\nvenue = "x"\nmodle = "y"',
            "did you mean model?",
        ),
    ],
)
def test_a_mistake_is_said_at_its_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "luchtig.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as failed:
        load(path, {})
    assert said in str(failed.value)
