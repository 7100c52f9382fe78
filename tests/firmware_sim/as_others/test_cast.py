"""Who plays what when a venue is sent as devices of other makers, and over which connections."""

import threading
import tomllib
from pathlib import Path

import pytest

from firmware_sim.as_others.cast import MAKERS, cast
from firmware_sim.device_events import device_events
from firmware_sim.event import ConnectionLost, OtherMessage
from firmware_sim.scenario.scenario import find_scenario, load_scenario, parse_scenario
from firmware_sim.venue import PlayedSpan, run_venue
from sensors.adapters.lorawan.models import MODELS
from sensors.adapters.source import KINDS, Source, faults_of
from sensors.config import BrokerSettings, ConfigError
from tests.firmware_sim.listener import listening
from tests.firmware_sim.scenarios import local_ns, tables
from tests.firmware_sim.test_sim_mqtt import clock_at, silent
from tests.servers import Broker, wait_until

DE_KADE = load_scenario(find_scenario("de-kade"))
DOCS = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_every_maker_that_an_adapter_reads_is_played_and_explained() -> None:
    assert set(MAKERS) == set(KINDS) - {"mapping"}
    for kind in MAKERS:
        assert f"| `{kind}` |" in DOCS


def test_devices_are_dealt_in_turn_among_those_who_make_them() -> None:
    parts = cast(DE_KADE, ("zigbee2mqtt", "esphome", "tts", "xovis"))
    dealt = {str(slug): voice.kind for (_, slug), voice in parts.voices.items()}
    assert dealt == {
        "co2-01": "zigbee2mqtt", "co2-02": "esphome", "co2-03": "tts", "co2-04": "zigbee2mqtt",
        "co2-05": "esphome", "people-01": "xovis", "people-02": "tts", "door-03a": "xovis",
        "door-03b": "tts", "door-04": "xovis",
    }  # fmt: skip
    assert parts.left_out == ()
    assert "people-01 is heard as people-01-zone-1" in parts.renamed


def test_what_nobody_makes_is_left_out_and_said() -> None:
    parts = cast(DE_KADE, ("tasmota",))
    assert len(parts.voices) == 5
    assert parts.left_out[0] == "co2-05 tells no count: tasmota does not in one device"
    assert "door-04 is left out: none of these makes door" in parts.left_out
    with pytest.raises(ConfigError, match="makes none of the scenario's devices"):
        cast(DE_KADE, ("shelly",))


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind != "shelly"])
def test_the_sources_it_prints_have_no_fault(kind: str) -> None:
    for table in tomllib.loads(cast(DE_KADE, (kind,)).sources)["source"]:
        assert faults_of(Source(**table), frozenset(MODELS)) == []


def test_a_bridge_tells_who_is_lost_and_a_device_of_its_own_connection_is() -> None:
    fault = {"kind": "offline", "start": "09:20", "end": "09:40", "backlog": True}

    def events(kind: str) -> list[object]:
        scenario = parse_scenario(tables(device=[{"device": "air-1", "fault": [fault]}]), "t")
        parts = cast(scenario, (kind,))
        return list(device_events(parts.scenario, local_ns(9, 19), local_ns(9, 41), parts.voices))

    lost = [e for e in events("zigbee2mqtt") if isinstance(e, OtherMessage) and not e.means]
    assert [e.posts[-1].payload for e in lost] == [b'{"state":"offline"}', b'{"state":"online"}']
    assert any(isinstance(e, ConnectionLost) for e in events("tasmota"))
    kept = [e for e in events("tts") if isinstance(e, OtherMessage) and e.means]
    gone = [e for e in events("tasmota") if isinstance(e, OtherMessage) and e.means]
    assert len(kept) - len(gone) == 120  # twenty minutes of its three devices' one that is away


def test_messages_reach_a_broker_as_the_makers_devices_send_them(
    broker: Broker, tmp_path: Path
) -> None:
    scenario = parse_scenario(tables(), "t")
    now_ns = local_ns(9, 30)

    with listening(broker, "#") as listener:
        run_venue(
            scenario, BrokerSettings(url=broker.url), tmp_path, clock_at(now_ns),
            PlayedSpan(60, now_ns), threading.Event(), silent,
            cast(scenario, ("zigbee2mqtt", "esphome", "milesight")),
        )  # fmt: skip
        wanted = {
            "zigbee2mqtt/air-1", "zigbee2mqtt/bridge/state", "milesight/door-1",
            "count-1/sensor/people_count/state", "count-1/status",
        }  # fmt: skip

        def topics() -> set[str]:  # what others left retained is not of this venue
            return {heard.topic for heard in listener.messages if not heard.retained}

        wait_until(lambda: wanted <= topics(), f"all of {wanted}")
    assert not {topic for topic in topics() if topic.startswith("luchtig/devices/test-venue")}
    with listening(broker, "count-1/#") as later:
        wait_until(lambda: later.on("/state"), "the retained state")
    assert all(heard.retained for heard in later.messages)
