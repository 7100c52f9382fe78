"""Devices of other makers through a real broker: into the same journal, each value once."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.store.interface import Placed
from sensors.adapters.source import Mapped, MappedTime, Source
from sensors.config import BrokerSettings
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import VenueSlug
from tests.gateway.fronts import Heard, Kind, make_front
from tests.servers import Broker, mosquitto, wait_until

VENUE = VenueSlug("de-kade")
ZIGBEE = Source(kind="zigbee2mqtt", filter="zigbee2mqtt/#", venue=VENUE)
STATES = Source(kind="statestream", filter="homeassistant/#", venue=VENUE)
TIMED = Source(
    kind="mapping", filter="fabriek/+/meting", venue=VENUE,
    fields={"co2_ppm": Mapped(path="co2"), "count": Mapped(path="n")}, ts=MappedTime(path="t"),
)  # fmt: skip


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("broker")) as started:
        yield started


class Sender:
    """A client that waits until the broker has each message."""

    def __init__(self, broker: Broker) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()

    def send(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, 1, retain).wait_for_publish(60)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def sender(broker: Broker) -> Iterator[Sender]:
    made = Sender(broker)
    yield made
    made.close()


class Running:
    """A front that hears sources on a broker until it is stopped."""

    def __init__(self, kind: Kind, directory: Path, broker: Broker, name: str) -> None:
        heard = Heard()
        settings = BrokerSettings(url=broker.url, client_id=name)
        self.front = make_front(kind, directory, broker=settings, heard=heard)
        self.front.journal.begin_after(0)
        self.front.use_sources([ZIGBEE, STATES, TIMED])
        self._stops = [threading.Event(), threading.Event()]
        works: list[Callable[[threading.Event], None]] = [self.front.subscribe, self.front.commit]
        self._threads = [
            threading.Thread(target=work, args=(stop,))
            for work, stop in zip(works, self._stops, strict=True)
        ]
        for thread in self._threads:
            thread.start()
        wait_until(lambda: heard.said["subscribed"] > 0, "the subscription")

    def entries(self) -> list[Entry]:
        return [entry for _, entry in self.front.journal.read(0, 100)]

    def readings(self) -> list[AirReading | PeopleReading]:
        return [entry.reading for entry in self.entries() if isinstance(entry, Placed)]

    def notes(self) -> list[Note]:
        return [entry for entry in self.entries() if isinstance(entry, Note)]

    def stop(self) -> None:
        for stop, thread in zip(self._stops, self._threads, strict=True):
            stop.set()
            thread.join(60)
        self.front.close()


@pytest.mark.parametrize("kind", ["near", "far"])
def test_messages_become_the_readings_of_devices(
    kind: Kind, tmp_path: Path, broker: Broker, sender: Sender
) -> None:
    running = Running(kind, tmp_path, broker, f"sources-{kind}")
    try:
        sender.send("zigbee2mqtt/Grote Zaal/availability", "online")
        sender.send("zigbee2mqtt/Grote Zaal", '{"co2":612,"temperature":21.5,"battery":87}')
        sender.send("zigbee2mqtt/grote_zaal", '{"co2":900}')
        sender.send("homeassistant/sensor/serre_co2/state", "702", retain=True)
        sender.send("homeassistant/sensor/serre_humidity/state", "39.5", retain=True)
        sender.send("fabriek/hal/meting", '{"co2":500,"n":3,"t":"2026-11-24T10:00:00Z"}')
        sender.send("fabriek/hal/meting", '{"co2":500,"n":3,"t":"2026-11-24T10:00:00Z"}')
        wait_until(lambda: len(running.readings()) == 4, "the readings")
        told = {
            (one.device, one.kind): one.co2_ppm if isinstance(one, AirReading) else one.count
            for one in running.readings()
        }
        assert told == {
            ("grote-zaal", "air"): 612,
            ("serre", "air"): 702,
            ("hal", "air"): 500,
            ("hal", "people"): 3,
        }
        (serre,) = (one for one in running.readings() if one.device == "serre")
        assert isinstance(serre, AirReading)
        assert (serre.humidity_pct, serre.ts_given) == (39.5, False)
        refused = [one for one in running.entries() if isinstance(one, RefusedMessage)]
        assert [(one.topic, one.reason) for one in refused] == [
            ("zigbee2mqtt/grote_zaal", "bad_device")
        ]
        of_zaal = [one for one in running.notes() if one.device == "grote-zaal"]
        assert [one.online for one in of_zaal if one.online is not None] == [True]
        (health,) = (one.health for one in of_zaal if one.health is not None)
        assert health.battery_pct == 87
        assert running.front.journal.flush(60)
    finally:
        running.stop()


def test_what_the_broker_kept_is_not_read_again_by_a_gateway_that_begins(
    tmp_path: Path, broker: Broker, sender: Sender
) -> None:
    sender.send("homeassistant/sensor/atelier_co2/state", "655", retain=True)
    sender.send("zigbee2mqtt/atelier/availability", "offline", retain=True)
    running = Running("near", tmp_path, broker, "sources-kept")
    try:
        wait_until(lambda: any(one.online is False for one in running.notes()), "what it kept")
        sender.send("zigbee2mqtt/atelier", '{"co2":640}')
        wait_until(running.readings, "a reading")
        time.sleep(0.1)
        assert [(one.device, one.kind) for one in running.readings()] == [("atelier", "air")]
    finally:
        running.stop()


def test_one_that_is_not_wanted_any_more_is_not_heard(
    tmp_path: Path, broker: Broker, sender: Sender
) -> None:
    running = Running("near", tmp_path, broker, "sources-left")
    try:
        running.front.use_sources([TIMED])
        sender.send("zigbee2mqtt/weg", '{"co2":640}')
        sender.send("fabriek/weg/meting", '{"co2":500,"t":"2026-11-24T11:00:00Z"}')
        wait_until(running.readings, "a reading")
        assert [one.at_ns != one.arrived_ns for one in running.readings()] == [True]
    finally:
        running.stop()
