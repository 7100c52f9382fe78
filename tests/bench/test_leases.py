"""The record that a shared house is held against: what the broker confirmed, and what the store has."""

from pathlib import Path

from bench.ingest.packets import CONNECT, PUBACK, Packet, Packets, publish
from bench.leases.record import Comparison, Confirmations, compare
from gateway.config import StoreSettings
from gateway.store.interface import Placed
from gateway.store.open import open_store
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

DE_KADE = VenueSlug("de-kade")
TOPIC = "luchtig/devices/de-kade/co2-03/air"
AT_NS = 1_764_400_000_000_000_000
MQTT_5 = Packet(CONNECT << 4, b"\x00\x04MQTT\x05")
MQTT_311 = Packet(CONNECT << 4, b"\x00\x04MQTT\x04")


def body(second: int) -> bytes:
    at = to_wire(from_ns(AT_NS + second * 1_000_000_000))
    return f'{{"ts": "{at}", "co2_ppm": {600 + second}}}'.encode()


def says(device: Confirmations, number: int, payload: bytes) -> None:
    for packet in Packets().feed(publish(TOPIC, number, payload)):
        device.up(packet, 0.0)


def confirms(device: Confirmations, number: int, more: bytes = b"") -> None:
    device.down(Packet(PUBACK << 4, number.to_bytes(2, "big") + more), 0.0)


def held(second: int) -> Placed:
    at_ns = AT_NS + second * 1_000_000_000
    reading = AirReading(
        DE_KADE, DeviceSlug("co2-03"), at_ns, at_ns, ts_given=True, co2_ppm=600.0 + second
    )
    return Placed(RoomSlug("serre"), reading)


def test_what_no_acknowledgement_came_for_or_was_refused_is_not_confirmed() -> None:
    device = Confirmations()
    device.up(MQTT_5, 0.0)
    no_properties = b"\x00"
    for number in (1, 2, 3):
        says(device, number, no_properties + body(number))
    confirms(device, 1)
    confirms(device, 2, b"\x97")
    assert [(one.payload, one.is_confirmed) for one in device.take()] == [
        (body(1), True),
        (body(2), False),
        (body(3), False),
    ]
    confirms(device, 3, b"\x10\x00")
    assert [(one.payload, one.is_confirmed) for one in device.take()] == [
        (body(3), True),
        (body(2), False),
    ]


def test_the_store_is_held_against_the_record_reading_by_reading(tmp_path: Path) -> None:
    device = Confirmations()
    device.up(MQTT_311, 0.0)
    for number in (1, 2, 3):
        says(device, number, body(number))
    for number in (1, 2):
        confirms(device, number)
    said = device.take()
    store = open_store(StoreSettings(url="sqlite:///readings.db"), tmp_path)
    store.write([held(1), held(9)])
    assert compare(said, store, [DE_KADE]) == Comparison(
        confirmed=2, missing=1, doubled=0, unknown=1
    )
    store.write(
        [held(2), held(3)]
    )  # the third was said, whether or not anybody heard that it was safe
    assert compare(said, store, [DE_KADE]) == Comparison(
        confirmed=2, missing=0, doubled=0, unknown=1
    )
    store.close()
