"""What a publisher says of itself, and what it does with a broker that never acknowledges."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sensors.agent.link import Identity
from sensors.agent.publisher import IN_FLIGHT, SpoolPublisher
from sensors.agent.spool import Spool
from sensors.config import BrokerSettings
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.scripted_broker import Script, ScriptedBroker
from tests.servers import wait_until

CONNACK = b"\x20\x03\x00\x00\x00"
IDENTITY = Identity(VenueSlug("de-kade"), DeviceSlug("co2-01"), About(model="mh-z19b"))


class MuteBroker:
    """It says yes to a connection and nothing afterwards."""

    def __init__(self) -> None:
        self.received = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            connection.sendall(CONNACK)
            while more := connection.recv(65536):
                self.received += more

    @contextmanager
    def serving(self) -> Iterator["MuteBroker"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._thread.join()
            self._listening.close()


def test_nothing_leaves_the_spool_and_few_are_under_way_without_an_acknowledgement(
    tmp_path: Path,
) -> None:
    with Spool(tmp_path / "spool.db") as spool, MuteBroker().serving() as broker:
        for _ in range(3 * IN_FLIGHT):
            spool.append(IDENTITY.name, "air", lambda seq: b'{"seq":%03d,"co2_ppm":812}' % seq)
        settings = BrokerSettings(url=f"mqtt://127.0.0.1:{broker.port}")
        publisher = SpoolPublisher(IDENTITY, settings, tmp_path, spool)
        publisher.start()
        last = b'{"seq":%03d' % IN_FLIGHT
        wait_until(lambda: last in broker.received, "as many as may be under way")
        publisher.look()
        publisher.stop()
        assert not publisher.is_alive()
        assert spool.waiting() == {IDENTITY.name: 3 * IN_FLIGHT}
    assert broker.received.count(b'{"seq":') == IN_FLIGHT
    assert broker.received.index(b"/status") < broker.received.index(b'{"seq":001')
    # The goodbye was tried all the same: the will, the birth and the last word.
    assert broker.received.count(b"offline") == 2
    assert broker.received.count(b"online") == 1


def test_what_it_is_and_that_it_lives_is_said_again_and_again(tmp_path: Path) -> None:
    with (
        Spool(tmp_path / "spool.db") as spool,
        ScriptedBroker(Script()).serving() as broker,
    ):
        settings = BrokerSettings(url=broker.url)
        publisher = SpoolPublisher(IDENTITY, settings, tmp_path, spool, repeat_s=0.05)
        publisher.start()
        for leaf in ("status", "about"):
            topic = IDENTITY.topic(leaf)
            wait_until(lambda t=topic: broker.published(t) >= 3, leaf)  # type: ignore[misc]
        publisher.stop()
