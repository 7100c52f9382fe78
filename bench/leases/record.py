"""The publisher's own record: which readings the broker confirmed to it, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bench.ingest.packets import CONNECT, PUBACK, PUBLISH, Packet
from gateway.store.interface import Placed, Store
from sensors.clock import SYSTEM
from sensors.wire.payload import Decoded, decode_reading
from sensors.wire.reading import AirReading, Reading
from sensors.wire.topic import VenueSlug, parse_device_topic

DAY_NS = 86_400 * 1_000_000_000
Told = tuple[str, str, str, int, float | int | None]
"""A reading: kind, venue, device, its time in ns, what it says."""


class Said(NamedTuple):
    topic: str
    payload: bytes
    is_confirmed: bool


class Confirmations:
    """What one connection published at QoS 1, and whether the PUBACK came."""

    def __init__(self) -> None:
        self._version = 0
        self._on_their_way: dict[int, Said] = {}
        self._confirmed: list[Said] = []

    def up(self, packet: Packet, _at_s: float) -> None:
        """To the broker."""
        if packet.type == CONNECT:
            self._version = packet.version
        elif packet.type == PUBLISH and packet.qos == 1:
            payload = packet.payload_at_qos_1(self._version)
            self._on_their_way[packet.number] = Said(packet.topic, payload, is_confirmed=False)

    def down(self, packet: Packet, _at_s: float) -> None:
        """From the broker."""
        if packet.type == PUBACK and packet.is_taken:
            said = self._on_their_way.pop(packet.number, None)
            if said is not None:
                self._confirmed.append(said._replace(is_confirmed=True))

    def take(self) -> list[Said]:
        """What was confirmed since this was asked last, and what still waits."""
        confirmed, self._confirmed = self._confirmed, []
        return [*confirmed, *self._on_their_way.values()]


@dataclass(frozen=True)
class Comparison:
    """The store held against the record, in readings."""

    confirmed: int
    missing: int
    doubled: int
    unknown: int
    """Held, and never said."""

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.doubled or self.unknown)


def readings_in(said: Iterable[Said]) -> tuple[set[Told], set[Told]]:
    """The readings that were confirmed, and all that were said."""
    confirmed, everything = set[Told](), set[Told]()
    arrived_ns = SYSTEM.now_ns()
    for one in said:
        topic = parse_device_topic(one.topic)
        if topic is None or topic.leaf not in ("air", "people"):
            continue
        found = decode_reading(topic, one.payload, arrived_ns)
        if isinstance(found, Decoded):
            told = _told(found.reading)
            everything.add(told)
            if one.is_confirmed:
                confirmed.add(told)
    return confirmed, everything


def compare(said: Sequence[Said], store: Store, venues: Iterable[VenueSlug]) -> Comparison:
    confirmed, everything = readings_in(said)
    held = Counter(_held(store, venues))
    return Comparison(
        len(confirmed), len(confirmed - held.keys()), held.total() - len(held),
        len(held.keys() - everything),
    )  # fmt: skip


def _held(store: Store, venues: Iterable[VenueSlug]) -> Iterable[Told]:
    end_ns = SYSTEM.now_ns() + DAY_NS
    for venue in venues:
        for kind in ("air", "people"):
            for row in store.rows(kind, venue, None, 0, end_ns):
                if isinstance(row, Placed):
                    yield _told(row.reading)


def _told(reading: Reading) -> Told:
    value = reading.co2_ppm if isinstance(reading, AirReading) else reading.count
    return reading.kind, reading.venue, reading.device, reading.at_ns, value
