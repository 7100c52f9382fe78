"""A broker that takes nothing of the gateway's: what it refused stays unpublished until it does."""

import sqlite3
from pathlib import Path

import paho.mqtt.publish as mqtt_publish
import pytest

from tests.acl import mosquitto_with_rules
from tests.end_to_end.gateway_alone import Ledger
from tests.end_to_end.set_up import SetUp, set_up
from tests.servers import Broker, wait_until


def sent(broker: Broker, topic: str, payload: bytes) -> None:
    """A device with a login of its own publishes."""
    mqtt_publish.single(
        topic, payload, qos=1, hostname="127.0.0.1", port=broker.port,
        auth={"username": "dev", "password": "x"},
    )  # fmt: skip


def changes(venue: SetUp) -> set[int]:
    """The marks of the changes of flags that there are: 0 is unpublished."""
    with sqlite3.connect(venue.directory / "luchtig.db") as database:
        return {mark for (mark,) in database.execute("SELECT published FROM flag_history")}


def test_a_change_of_a_flag_stays_unpublished_until_the_broker_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCHTIG_BROKER_USERNAME", "gw")
    monkeypatch.setenv("LUCHTIG_BROKER_PASSWORD", "x")
    with (
        mosquitto_with_rules(tmp_path / "b", "topic read luchtig/#") as broker,
        set_up(tmp_path, broker, "sqlite:///readings.db") as venue,
    ):
        venue.import_venue()
        venue.start("gateway")
        ledger = Ledger(venue.config)
        for topic, payload in (
            ("luchtig/devices/luchtig-check/probe/air", b'{"co2_ppm":2500}'),
            ("luchtig/devices/luchtig-check/probe/air", b"rubbish"),
            ("luchtig/devices/de-kade/luchtig-check/status", b"rubbish"),
            ("luchtig/devices/de-kade/co2-03/air", b'{"co2_ppm":2500}'),
        ):
            sent(broker, topic, payload)
        wait_until(lambda: changes(venue), "a change of a flag")
        wait_until(lambda: ledger.count("broker_refused_total", "puback 135") >= 5, "some noes")
        assert changes(venue) == {0}
        assert ledger.count("readings_accepted_total", "air") == 1
        assert ledger.quarantine() == []
        rules = tmp_path / "b" / "rules.acl"
        rules.write_text(rules.read_text() + "topic write luchtig/#\n")
        broker.reload()
        wait_until(lambda: changes(venue) == {1}, "the broker to take it")
        ledger.close()
        said = venue.log("gateway")
    assert said.count("`topic write luchtig/rooms/#`") == 1
