"""What the broker refuses of a device: said once, kept in the spool, sent when the broker takes it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sensors.agent.link import Identity
from sensors.agent.publisher import IN_FLIGHT, SpoolPublisher
from sensors.agent.spool import Spool
from sensors.config import BrokerSettings
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, VenueSlug
from tests.acl import mosquitto_with_rules
from tests.gateway.brokers import amqtt_broker
from tests.scripted_broker import CONNECT, PUBLISH, Packet, Script, ScriptedBroker
from tests.sensors.listener import Listener
from tests.servers import Broker, mosquitto, wait_until

IDENTITY = Identity(VenueSlug("de-kade"), DeviceSlug("co2-01"), About(model="mh-z19b"))
AIR = "luchtig/devices/de-kade/co2-01/air"
PEOPLE = "luchtig/devices/de-kade/co2-01/people"
STATUS = "luchtig/devices/de-kade/co2-01/status"


@contextmanager
def published(
    url: str | tuple[str, ...], directory: Path, spool: Spool
) -> Iterator[SpoolPublisher]:
    settings = BrokerSettings(url=url, username="gw", password="x")
    publisher = SpoolPublisher(IDENTITY, settings, directory, spool)
    publisher.start()
    try:
        yield publisher
    finally:
        publisher.stop()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool.db") as opened:
        yield opened


def fill(spool: Spool, count: int) -> None:
    for _ in range(count):
        spool.append(IDENTITY.name, "air", lambda seq: b'{"seq":%d,"co2_ppm":812}' % seq)


def said(caplog: pytest.LogCaptureFixture, part: str) -> list[str]:
    return [record.message for record in list(caplog.records) if part in record.message]


def heard_from(broker: Broker) -> Listener:
    listener = Listener(broker.port)
    listener._client.username_pw_set("dev", "x")
    return listener


def test_what_is_refused_stays_in_the_spool_until_the_rules_are_mended(
    tmp_path: Path, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    fill(spool, 3 * IN_FLIGHT)
    with mosquitto_with_rules(tmp_path / "b", "topic read luchtig/#") as broker:
        with heard_from(broker).listening() as heard, published(broker.url, tmp_path, spool):
            wait_until(lambda: said(caplog, "0x87"), "the complaint")
            assert spool.waiting() == {IDENTITY.name: 3 * IN_FLIGHT}
            rules = tmp_path / "b" / "rules.acl"
            rules.write_text(rules.read_text() + "topic write luchtig/devices/de-kade/co2-01/#\n")
            broker.reload()
            wait_until(lambda: not spool.waiting(), "all to be taken")
            wait_until(lambda: len(heard.readings(AIR)) == 3 * IN_FLIGHT, "all to be heard")
            wait_until(lambda: heard.payloads(STATUS) == [b"online"], "its birth")
        sequence = [reading["seq"] for reading in heard.readings(AIR)]
    assert sorted(sequence) == list(range(1, 3 * IN_FLIGHT + 1))
    (line,) = said(caplog, "0x87")
    assert line.startswith("co2-01: the broker: does not let us publish on luchtig/devices/de-kade")
    assert "`topic write luchtig/devices/de-kade/co2-01/#`" in line


def test_a_kind_that_is_refused_is_not_in_the_way_of_another_and_not_tried_hotly(
    tmp_path: Path, spool: Spool
) -> None:
    for _ in range(2 * IN_FLIGHT):
        spool.append(IDENTITY.name, "people", lambda seq: b'{"seq":%d,"count":1}' % seq)
    fill(spool, 2 * IN_FLIGHT)
    script = Script(puback=lambda packet: 0x87 if packet.topic == PEOPLE else 0)
    with ScriptedBroker(script).serving() as broker, published(broker.url, tmp_path, spool):
        wait_until(lambda: broker.published(AIR) == 2 * IN_FLIGHT, "all of the other kind")
        wait_until(lambda: spool.waiting() == {IDENTITY.name: 2 * IN_FLIGHT}, "them to be let go")
        tried = broker.published(PEOPLE)
        wait_until(lambda: broker.published(PEOPLE) >= tried + 2, "two more tries")
        assert broker.published(PEOPLE) <= tried + 3
    assert tried <= IN_FLIGHT + 2


def test_a_broker_that_speaks_3_1_1_alone_is_spoken_to_in_that(
    tmp_path: Path, spool: Spool
) -> None:
    fill(spool, 2 * IN_FLIGHT)
    with amqtt_broker(tmp_path) as broker, published(broker.url, tmp_path, spool):
        wait_until(lambda: not spool.waiting(), "all to be taken")


def test_a_broker_that_leaves_mqtt_5_without_an_answer_is_spoken_to_in_3_1_1(
    tmp_path: Path, spool: Spool
) -> None:
    fill(spool, 2 * IN_FLIGHT)

    class Deaf(ScriptedBroker):
        def _answer(self, connection: object, packet: Packet) -> bool:
            return not packet.is_5 and super()._answer(connection, packet)  # type: ignore[arg-type]

    with Deaf(Script()).serving() as broker, published(broker.url, tmp_path, spool):
        wait_until(lambda: not spool.waiting(), "all to be taken")
        assert [packet.is_5 for packet in broker.of_kind(CONNECT)] == [True, False]


def test_where_one_address_dies_the_next_takes_what_is_in_the_spool(
    tmp_path: Path, spool: Spool
) -> None:
    """One that refuses MQTT 5 stands in for one that speaks it."""
    old = ScriptedBroker(Script(connack=lambda packet: 0x84 if packet.is_5 else 0))
    with old.serving() as second, ExitStack() as dies:
        first = dies.enter_context(mosquitto(tmp_path / "a"))
        fill(spool, IN_FLIGHT)
        with published((first.url, second.url), tmp_path, spool) as publisher:
            wait_until(lambda: not spool.waiting(), "the first to take all")
            dies.close()
            fill(spool, IN_FLIGHT)
            publisher.look()
            wait_until(lambda: not spool.waiting(), "the second to take all")
        assert [packet.is_5 for packet in second.of_kind(CONNECT)] == [True, False]


def test_a_broker_that_keeps_no_retained_messages_is_told_and_worked_with(
    tmp_path: Path, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    fill(spool, 2 * IN_FLIGHT)
    with (
        mosquitto(tmp_path / "b", extra="retain_available false\n") as broker,
        heard_from(broker).listening() as heard,
        published(broker.url, tmp_path, spool),
    ):
        wait_until(lambda: not spool.waiting(), "all to be taken")
        wait_until(lambda: heard.payloads(STATUS) == [b"online"], "its birth")
    (line,) = said(caplog, "retained")
    assert "retain_available true" in line


def test_a_broker_that_closes_over_a_reading_is_quoted_once_and_left_in_peace(
    tmp_path: Path, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    fill(spool, 1)

    def closes(packet: Packet) -> int | None:
        return 0x87 if packet.kind == PUBLISH and packet.topic == AIR else None

    with (
        ScriptedBroker(Script(closes=closes)).serving() as broker,
        published(broker.url, tmp_path, spool),
    ):
        wait_until(lambda: broker.published(AIR) >= 2, "two attempts")
        assert spool.waiting() == {IDENTITY.name: 1}
    (line,) = said(caplog, "closed the connection")
    assert "DISCONNECT 0x87, Not authorized" in line


@pytest.mark.parametrize(("code", "advice"), [(0x86, "broker.password"), (0x8A, "bans")])
def test_a_no_to_the_connection_says_what_to_do(
    tmp_path: Path, spool: Spool, caplog: pytest.LogCaptureFixture, code: int, advice: str
) -> None:
    script = Script(connack=lambda packet: code if packet.is_5 else 0)
    with ScriptedBroker(script).serving() as broker, published(broker.url, tmp_path, spool):
        wait_until(lambda: len(broker.of_kind(CONNECT)) >= 2, "two attempts")
        assert all(packet.is_5 for packet in broker.of_kind(CONNECT))
    (line,) = said(caplog, "refuses us")
    assert f"CONNACK 0x{code:02x}" in line
    assert advice in line
