"""Connections that stall, break off, are left half open or carry a byte at a time."""

from pathlib import Path
from typing import Literal

from tests.faults.proxy import Manner, Proxy, proxy
from tests.faults.site import site
from tests.servers import Broker, Influx, mosquitto, wait_until

Bend = Manner | Literal["reset"]


def test_a_bent_wire_to_the_broker_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    bends: tuple[Bend, ...] = ("stall", "byte", "cut", "reset", "stall", "reset")
    with proxy(broker.port) as wire:
        behind = Broker(wire.port, broker.directory)
        with site(tmp_path, behind, "sqlite:///readings.db") as place:
            place.venue.start("gateway")
            over, other = place.devices(broker.port)
            with over, other:
                other.says(30)
                for each in bends:
                    bend(wire, each)
                    other.says(60)
                    wire.manner = "through"
                    other.says(30)
                place.ends_equal((over, other))


def test_half_open_wires_to_broker_and_store_lose_and_double_nothing(
    tmp_path: Path, influx: Influx
) -> None:
    """The broker asks for a word each ten seconds; an answer of the store is waited for half a minute."""
    folder = tmp_path / "broker"
    with (
        mosquitto(folder, extra="max_keepalive 10\n") as broker,
        proxy(broker.port) as wire,
        proxy(influx.port) as store_wire,
        site(
            tmp_path, Broker(wire.port, folder), f"influxdb://127.0.0.1:{store_wire.port}/half"
        ) as place,
    ):
        place.venue.start("gateway")
        over, other = place.devices(broker.port, per_s=20.0)
        with over, other:
            wait_until(place.held, "the first readings")
            taken = wire.taken
            wire.forget()
            store_wire.forget()
            wait_until(lambda: wire.taken > taken, "another connection to the broker")
            other.says(30)
            place.ends_equal((over, other))


def test_a_bent_wire_to_the_store_loses_and_doubles_nothing(
    tmp_path: Path, broker: Broker, influx: Influx
) -> None:
    bends: tuple[Bend, ...] = ("stall", "byte", "cut", "reset")
    with (
        proxy(influx.port) as wire,
        site(tmp_path, broker, f"influxdb://127.0.0.1:{wire.port}/bent") as place,
    ):
        place.venue.start("gateway")
        over, other = place.devices(broker.port)
        with over, other:
            wait_until(place.held, "the first readings")
            for each in bends:
                bend(wire, each)
                other.says(60)
                wire.manner = "through"
                other.says(30)
            place.ends_equal((over, other))


def bend(wire: Proxy, how: Bend) -> None:
    if how == "reset":
        wire.reset()
    else:
        wire.manner = how
