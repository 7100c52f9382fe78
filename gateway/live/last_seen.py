"""When each device was heard and what it said of itself, held in memory and written now and then.

Times of the last few seconds may be lost when the gateway is killed: the next reading brings them back.
"""

from sqlalchemy import Connection

from gateway.journal.entry import Note
from gateway.registry.devices import (
    Sighting,
    all_sightings,
    note_about,
    note_health,
    note_online,
    put_sightings,
)
from sensors.wire.reading import About, Health, Reading
from sensors.wire.topic import DeviceKey


class LastSeen:
    """``has_news``: what is new is written at once, times only now and then. ``devices_changed``: what
    one measures, or what it says of itself. ``said`` is another number with each thing a device said.
    """

    def __init__(self) -> None:
        self._known: dict[DeviceKey, Sighting] = {}
        self._changed: set[DeviceKey] = set()
        self._said_online: dict[DeviceKey, bool] = {}
        self._said_about: dict[DeviceKey, About] = {}
        self._said_health: dict[DeviceKey, Health] = {}
        self._notes: list[Note] = []
        self.has_news = False
        self.devices_changed = False
        self.said = 0

    def load(self, conn: Connection) -> None:
        """What the database knows; devices that were forgotten there are forgotten here."""
        found = all_sightings(conn)
        self.said += 1
        for key, (seen, online, about) in found.items():
            if key not in self._changed:
                self._known[key] = seen
            if online is not None:
                self._said_online.setdefault(key, online)
            self._said_about.setdefault(key, about)
        there = found.keys() | self._changed
        for key in self._known.keys() - there:
            del self._known[key]
            self._said_online.pop(key, None)
            self._said_about.pop(key, None)
            self._said_health.pop(key, None)

    def measures_air(self, device: DeviceKey) -> bool:
        seen = self._known.get(device)
        return seen is None or seen.measures_air

    def is_online(self, device: DeviceKey) -> bool | None:
        """What its status says, None where it has none."""
        return self._said_online.get(device)

    def interval_s(self, device: DeviceKey) -> float | None:
        """How often it sends, as it told."""
        about = self._said_about.get(device)
        return None if about is None else about.interval_s

    def saw(self, reading: Reading, *, air: bool) -> None:
        """A device sent a reading."""
        key = (reading.venue, reading.device)
        arrived_ns = reading.arrived_ns
        seen = self._known.get(key)
        if seen is None:
            seen = self._known[key] = Sighting()
        if seen.last_ns is None:
            seen.first_ns = arrived_ns
            self.has_news = True
        if seen.last_ns is None or arrived_ns > seen.last_ns:
            seen.last_ns = arrived_ns
        if air:
            self.devices_changed |= seen.air_ns is None
            seen.air_ns = arrived_ns
        else:
            self.devices_changed |= seen.people_ns is None
            seen.people_ns = arrived_ns
        self._changed.add(key)

    def noted(self, note: Note) -> None:
        """A device said something of itself; the broker repeats it on every connection."""
        key = (note.venue, note.device)
        if note.online is not None and self._said_online.get(key) != note.online:
            self._said_online[key] = note.online
            self._keep(note)
        if note.about is not None and self._said_about.get(key) != note.about:
            self._said_about[key] = note.about
            self.devices_changed = True
            self._keep(note)
        if note.health is not None and self._said_health.get(key) != note.health:
            self._said_health[key] = note.health
            self._keep(note)

    def write(self, conn: Connection) -> None:
        changed = sorted(self._changed & self._known.keys())
        put_sightings(conn, {key: self._known[key] for key in changed})
        for note in self._notes:
            if note.online is not None:
                note_online(conn, note.venue, note.device, online=note.online)
            if note.about is not None:
                note_about(conn, note.venue, note.device, note.about)
            if note.health is not None:
                note_health(conn, note.venue, note.device, note.health, note.at_ns)

    def written(self) -> None:
        """What ``write`` wrote is committed."""
        self._changed.clear()
        self._notes.clear()
        self.has_news = False

    def _keep(self, note: Note) -> None:
        self.said += 1
        self._notes.append(note)
        self.has_news = True
