"""docs/devices.md tells the truth: its examples run, and what exists is in it."""

import re
import shlex
import textwrap
import tomllib
from pathlib import Path

import msgspec
import pytest

from sensors.adapters.lorawan.models import MODELS as MODELS_OF_UPLINKS
from sensors.adapters.source import KINDS, MAPPED, Source, faults_of
from sensors.agent.models import I2C_MODELS, MODELS, Model
from sensors.agent.settings import load
from sensors.config import DeviceSettings
from sensors.wire.payload import Decoded, decode_about, decode_reading
from sensors.wire.reading import About
from sensors.wire.refusal import Reason
from sensors.wire.topic import parse_device_topic

PAGE = (Path(__file__).parents[2] / "docs/devices.md").read_text(encoding="utf-8")
NOW_NS = 1_795_464_000_000_000_000


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_its_configuration_is_one(tmp_path: Path) -> None:
    path = tmp_path / "luchtig.toml"
    path.write_text("".join(text for text in blocks("toml") if "[[source]]" not in text))
    first, *others = load(path, {}).devices
    assert (first.venue, first.device, first.port) == ("de-kade", "co2-01", "/dev/serial0")
    assert [device.model.name for device in others] == ["scd4x", "lines"]


def test_its_sources_are_ones_and_every_kind_is_in_it() -> None:
    tables = [text for text in blocks("toml") if "[[source]]" in text]
    for text in tables:
        (table,) = tomllib.loads(textwrap.dedent(text))["source"]
        assert faults_of(msgspec.convert(table, Source), frozenset(MODELS_OF_UPLINKS)) == []
    assert len(tables) == 2
    for kind in KINDS:
        assert f"| `{kind}` |" in PAGE
    for name in MAPPED:
        assert f"`{name}`" in PAGE


def test_every_message_that_it_sends_by_hand_is_taken() -> None:
    commands = [
        line for block in blocks("sh") for line in block.splitlines() if "mosquitto" in line
    ]
    assert len(commands) == 4
    for command in commands:
        words = shlex.split(command)
        topic = parse_device_topic(words[words.index("-t") + 1])
        payload = words[words.index("-m") + 1].encode()
        assert topic is not None
        if topic.leaf == "about":
            about = decode_about(payload)
            assert isinstance(about, About)
            assert None not in (about.model, about.interval_s)
        else:
            assert isinstance(decode_reading(topic, payload, NOW_NS), Decoded)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_a_refusal_is_in_it(reason: Reason) -> None:
    assert f"| `{reason}` |" in PAGE


@pytest.mark.parametrize("key", [f.encode_name for f in msgspec.structs.fields(DeviceSettings)])
def test_every_key_of_a_device_is_in_it(key: str) -> None:
    assert f"| `{key}` |" in PAGE


@pytest.mark.parametrize("model", [*MODELS, *I2C_MODELS], ids=lambda model: model.name)
def test_every_model_is_in_it_with_its_times(model: Model) -> None:
    minutes = int(model.warm_up_s // 60)
    warms = f"{minutes} minute{'s' if minutes > 1 else ''}" if minutes else "at once"
    assert f"| `{model.name}` | {model.interval_s:g} s | {warms} |" in PAGE
