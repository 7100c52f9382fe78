"""What devices say while somebody wants to see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.board.devices_heard import DevicesHeard, HeardDevice
from dashboard.board.ear import IDLE_S
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.dashboard.setup import publish
from tests.servers import Broker, mosquitto, wait_until

pytestmark = pytest.mark.servers
KEY = (VenueSlug("molen"), DeviceSlug("co2-7"))
AIR = "luchtig/devices/molen/co2-7/air"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with mosquitto(tmp_path) as running:
        yield running


class Ear:
    """One that listens, on a clock that a test sets."""

    def __init__(self, broker: Broker, directory: Path) -> None:
        self.now_s = 0.0
        self.broker = broker
        settings = BrokerSettings(url=broker.url)
        self.devices = DevicesHeard(settings, directory, SYSTEM, lambda: self.now_s)

    def hears(self, topic: str, payload: bytes, expected: HeardDevice) -> None:
        def so() -> bool:
            publish(self.broker, topic, payload)
            return expected in self.devices.heard()

        wait_until(so, f"{expected} to be heard")


@pytest.fixture
def ear(broker: Broker, tmp_path: Path) -> Iterator[Ear]:
    found = Ear(broker, tmp_path)
    yield found
    found.devices.close()


def test_the_newest_of_each_device_is_heard_whatever_its_venue(ear: Ear) -> None:
    ear.hears(AIR, b'{"co2_ppm": 700}', HeardDevice(KEY, 700.0))
    ear.hears(AIR, b'{"co2_ppm": 1400}', HeardDevice(KEY, 1400.0))
    ear.hears("luchtig/devices/molen/co2-7/people", b'{"count": 3}', HeardDevice(KEY, 1400.0, 3))
    other = (VenueSlug("kade"), DeviceSlug("x"))
    ear.hears("luchtig/devices/kade/x/air", b'{"co2_ppm": 500}', HeardDevice(other, 500.0))


def test_a_message_that_cannot_be_taken_says_why(ear: Ear) -> None:
    ear.hears(AIR, b'{"co2_ppm": 700}', HeardDevice(KEY, 700.0))

    def told() -> bool:
        publish(ear.broker, AIR, b"breathe")
        return any(one.refused for one in ear.devices.heard())

    wait_until(told, "the refusal to be told")


def test_when_nobody_asks_it_stops_and_begins_anew_when_somebody_does(ear: Ear) -> None:
    ear.hears(AIR, b'{"co2_ppm": 700}', HeardDevice(KEY, 700.0))
    ear.now_s += IDLE_S + 1
    wait_until(lambda: _is_gone(ear), "the listening to end")
    ear.hears(AIR, b'{"co2_ppm": 900}', HeardDevice(KEY, 900.0))


def _is_gone(ear: Ear) -> bool:
    publish(ear.broker, AIR, b'{"co2_ppm": 701}')
    return not ear.devices.is_listening


def test_the_last_ten_messages_of_a_device_are_kept_as_they_came(ear: Ear) -> None:
    assert ear.devices.messages(KEY) == ()
    ear.hears(AIR, b'{"co2_ppm": 700}', HeardDevice(KEY, 700.0))
    for number in range(12):
        publish(ear.broker, AIR, b"not JSON %d" % number)
    publish(ear.broker, "luchtig/devices/molen/co2-7/people", b'{"count": 3}' + b" " * 5_000)

    def last() -> bool:
        return any(one.leaf == "people" for one in ear.devices.messages(KEY))

    wait_until(last, "the last message")
    kept = ear.devices.messages(KEY)
    assert len(kept) == 10
    assert (kept[-2].leaf, kept[-2].payload) == ("air", b"not JSON 11")
    assert len(kept[-1].payload) == 2_000
    assert ear.devices.messages((KEY[0], DeviceSlug("another"))) == ()
