"""A store that is away until the journal is full: then the broker keeps what comes, and all of it arrives."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.faults.site import Site, site
from tests.servers import Broker, Influx, free_port, influxd, wait_until

TINY = "[journal]\nmax_mb = 1\n"
MANY = 2_000
"""So many messages that are no JSON, of which 512 bytes each are kept, are over 1 MB."""


def test_a_full_journal_leaves_what_comes_to_the_broker_and_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    port, folder = free_port(), tmp_path / "influx"
    url = Influx(port).database_url("bounded")
    with ExitStack() as stores, site(tmp_path, broker, url, TINY) as place:
        running = stores.enter_context(influxd(folder, port=port))
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            wait_until(place.held, "the first readings")
            os.kill(running.pid, signal.SIGKILL)
            fill(broker, MANY)
            wait_until(lambda: "journal: full: it holds the 1 MB" in log(place), "a full journal")
            found = place.venue.run("check").stdout
            assert "FAIL  journal    full: nothing is acknowledged" in found
            other.says(120)  # to the broker
            assert "takes messages again" not in log(place)
            stores.enter_context(influxd(folder, port=port))
            wait_until(lambda: "journal: takes messages again after" in log(place), "room in it")
            place.ends_equal((over, other))
    assert "% of the 1 MB that it may hold are taken" in log(place)


def log(place: Site) -> str:
    return place.venue.log("gateway")


def fill(broker: Broker, messages: int) -> None:
    """Have the broker confirm so many messages that are refused, and kept until the store is back."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    said = [
        client.publish("luchtig/devices/de-kade/co2-09/air", f"{number:-<600}", 1)
        for number in range(messages)
    ]
    for one in said:
        one.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()
