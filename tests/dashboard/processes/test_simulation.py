"""Simulated sensors that a page starts: a process of their own, which ends with the one that asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from dashboard.pages.setup.simulated_venue import scenario
from dashboard.processes.simulation import SimulationChild
from tests.servers import mosquitto, wait_until


def simulations() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [one for one in children if "--with-input" in one.cmdline()]


@contextmanager
def heard(port: int) -> Iterator[list[str]]:
    """The topics on which something is said."""
    topics: list[str] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: topics.append(message.topic)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe("luchtig/#")
    yield topics
    client.disconnect()
    client.loop_stop()


def test_they_send_until_they_are_stopped(tmp_path: Path) -> None:
    rooms = ("Große Halle", 'Kamer "zes"', "Tuin")
    text = scenario("Alles", rooms, "Iets", "Europe/Berlin", "nl", datetime.now(UTC))
    with mosquitto(tmp_path / "mosquitto") as broker:
        config = tmp_path / "luchtig.toml"
        config.write_text(f'[broker]\nurl = "{broker.url}"\n', encoding="utf-8")
        child = SimulationChild(tmp_path, config)
        with heard(broker.port) as topics:
            child.play(text)
            wait_until(
                lambda: {topic.rpartition("/")[2] for topic in topics} >= {"air", "people"},
                "readings of air and of people",
            )
            (process,) = simulations()
            child.stop()
            child.stop()
    assert not process.is_running()
    assert all(topic.startswith("luchtig/devices/luchtig-simulated/") for topic in topics)
