"""Devices: what they say of themselves, when they were seen, and where they hung from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, select, update

from gateway.domain.room import Placement
from gateway.registry.revision import raise_revision
from gateway.registry.tables.venues import devices, placements
from gateway.registry.upsert import put, put_columns, put_new
from sensors.wire.instant import EPOCH, from_ns, to_ns
from sensors.wire.reading import About, Health
from sensors.wire.topic import DeviceKey, DeviceSlug, RoomSlug, VenueSlug

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Health).decode


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the registry knows it; ``room`` is where it hangs now, None for a new one. How it is,
    ``health``, it said at ``health_at``. ``label`` is what people call it.
    """

    venue: VenueSlug
    slug: DeviceSlug
    room: RoomSlug | None
    about: About
    online: bool | None
    first_seen: datetime | None
    last_seen: datetime | None
    health: Health | None = None
    health_at: datetime | None = None
    label: str | None = None

    @property
    def name(self) -> str:
        """What to call it to people."""
        return self.label or self.slug


@dataclass(slots=True)
class Sighting:
    """When a device was heard first and last, and when it last sent air and people."""

    first_ns: int | None = None
    last_ns: int | None = None
    air_ns: int | None = None
    people_ns: int | None = None

    @property
    def measures_air(self) -> bool:
        """A device that never sent anything may well be one that does."""
        return self.air_ns is not None or self.people_ns is None


_HANGS = and_(
    placements.c.venue == devices.c.venue,
    placements.c.device == devices.c.slug,
    placements.c.until_ns.is_(None),
)
_DEVICES = (
    select(devices, placements.c.room)
    .outerjoin(placements, _HANGS)
    .order_by(devices.c.venue, devices.c.slug)
)


def all_devices(conn: Connection, venue: VenueSlug | None = None) -> tuple[Device, ...]:
    """Every device that was registered or seen, of all venues or of one, by venue and slug."""
    query = _DEVICES if venue is None else _DEVICES.where(devices.c.venue == venue)
    return tuple(_device(row) for row in conn.execute(query))


def devices_in(conn: Connection, venue: VenueSlug, room: RoomSlug) -> tuple[Device, ...]:
    """The devices that hang in a room now, by their slug."""
    query = _DEVICES.where(placements.c.venue == venue, placements.c.room == room)
    return tuple(_device(row) for row in conn.execute(query))


def find_device(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> Device | None:
    query = _DEVICES.where(devices.c.venue == venue, devices.c.slug == device)
    row = conn.execute(query).one_or_none()
    return None if row is None else _device(row)


def hung_ever(conn: Connection) -> frozenset[tuple[str, str]]:
    """The venue and slug of every device that hung somewhere at some time."""
    query = select(placements.c.venue, placements.c.device).distinct()
    return frozenset((row.venue, row.device) for row in conn.execute(query))


def all_placements(conn: Connection) -> tuple[Placement, ...]:
    """Where every device hung, oldest first."""
    query = select(placements).order_by(placements.c.since_ns)
    return tuple(map(_placement, conn.execute(query)))


def placements_of(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> tuple[Placement, ...]:
    """Where one device hung, oldest first."""
    of_device = and_(placements.c.venue == venue, placements.c.device == device)
    query = select(placements).where(of_device).order_by(placements.c.since_ns)
    return tuple(map(_placement, conn.execute(query)))


def register(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> None:
    """Make a device known that hangs nowhere yet; one that is known stays as it is."""
    put_new(conn, devices, {"venue": venue, "slug": device})


def place(
    conn: Connection, venue: VenueSlug, device: DeviceSlug, room: RoomSlug, at: datetime
) -> None:
    """Hang a device in a room from ``at`` on; its first room is also that of all before.

    Placing it where it hangs already changes nothing. History stays with the room it was in.
    """
    put_new(conn, devices, {"venue": venue, "slug": device})
    of_device = and_(placements.c.venue == venue, placements.c.device == device)
    hung = conn.execute(
        select(placements).where(of_device, placements.c.until_ns.is_(None))
    ).first()
    if hung is not None and hung.room == room:
        return
    never_hung = conn.execute(select(placements.c.id).where(of_device).limit(1)).first() is None
    since_ns = to_ns(EPOCH if never_hung else at)
    _take_down(conn, venue, device, since_ns)
    row = {"venue": venue, "device": device, "room": room, "since_ns": since_ns, "until_ns": None}
    conn.execute(placements.insert().values(**row))
    raise_revision(conn)


def take_down(conn: Connection, venue: VenueSlug, device: DeviceSlug, at: datetime) -> None:
    """From ``at`` on the device hangs nowhere."""
    _take_down(conn, venue, device, to_ns(at))
    raise_revision(conn)


def call(conn: Connection, venue: VenueSlug, device: DeviceSlug, label: str | None) -> None:
    """Say what people call a device; None: its slug."""
    which = and_(devices.c.venue == venue, devices.c.slug == device)
    conn.execute(update(devices).where(which).values(label=label))


def note_calibrated(conn: Connection, venue: VenueSlug, device: DeviceSlug, at: datetime) -> None:
    """Note that a device was calibrated; what it says itself counts where that is newer."""
    which = and_(devices.c.venue == venue, devices.c.slug == device)
    conn.execute(update(devices).where(which).values(calibration_ns=to_ns(at)))


def forget(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> bool:
    """Delete a device and where it hung; its readings stay. Whether it was there."""
    of_device = and_(placements.c.venue == venue, placements.c.device == device)
    conn.execute(delete(placements).where(of_device))
    raise_revision(conn)
    found = delete(devices).where(devices.c.venue == venue, devices.c.slug == device)
    return conn.execute(found).rowcount == 1


def note_seen(conn: Connection, venue: VenueSlug, device: DeviceSlug, at: datetime) -> None:
    """Remember that a device spoke at ``at``; first sight registers it as new."""
    at_ns = to_ns(at)
    put_new(conn, devices, {"venue": venue, "slug": device})
    of_device = and_(devices.c.venue == venue, devices.c.slug == device)
    newer = and_(of_device, (devices.c.last_seen_ns.is_(None)) | (devices.c.last_seen_ns < at_ns))
    conn.execute(update(devices).where(newer).values(last_seen_ns=at_ns))
    first = and_(of_device, devices.c.first_seen_ns.is_(None))
    conn.execute(update(devices).where(first).values(first_seen_ns=at_ns))


def all_sightings(
    conn: Connection,
) -> dict[DeviceKey, tuple[Sighting, bool | None, About]]:
    """By venue and slug: when each device was heard, whether it is online, what it said of itself."""
    return {
        (row.venue, row.slug): (
            Sighting(row.first_seen_ns, row.last_seen_ns, row.last_air_ns, row.last_people_ns),
            row.online,
            _about(row),
        )
        for row in conn.execute(select(devices))
    }


def put_sightings(conn: Connection, sightings: Mapping[tuple[str, str], Sighting]) -> None:
    columns = ("venue", "slug", "first_seen_ns", "last_seen_ns", "last_air_ns", "last_people_ns")
    rows = [
        (*device, seen.first_ns, seen.last_ns, seen.air_ns, seen.people_ns)
        for device, seen in sightings.items()
    ]
    put_columns(conn, devices, columns, rows)


def note_online(conn: Connection, venue: VenueSlug, device: DeviceSlug, *, online: bool) -> None:
    put(conn, devices, {"venue": venue, "slug": device, "online": online})


def note_about(conn: Connection, venue: VenueSlug, device: DeviceSlug, about: About) -> None:
    calibrated = about.calibrated_at
    said = {
        "model": about.model,
        "firmware": about.firmware,
        "interval_s": about.interval_s,
        "room_hint": about.room,
        "calibrated_ns": None if calibrated is None else to_ns(calibrated),
        "error_ppm": about.error_ppm,
        "error_pct": about.error_pct,
    }
    put(conn, devices, {"venue": venue, "slug": device} | said)


def note_health(
    conn: Connection, venue: VenueSlug, device: DeviceSlug, health: Health, at_ns: int
) -> None:
    said = {"health": _encode(health).decode(), "health_ns": at_ns}
    put(conn, devices, {"venue": venue, "slug": device} | said)


def _health(text: str | None) -> Health | None:
    try:
        return None if text is None else _decode(text)
    except msgspec.MsgspecError:  # somebody wrote it by hand
        return None


def _about(row: Row[tuple[Any, ...]]) -> About:
    """What a row of ``devices`` keeps of what the device said of itself, or people of it."""
    calibrated_ns = max(row.calibrated_ns or 0, row.calibration_ns or 0) or None
    return About(
        row.model,
        row.firmware,
        row.interval_s,
        row.room_hint,
        None if calibrated_ns is None else from_ns(calibrated_ns),
        row.error_ppm,
        row.error_pct,
    )


def _placement(row: Row[Any]) -> Placement:
    until = None if row.until_ns is None else from_ns(row.until_ns)
    return Placement(row.venue, row.device, row.room, from_ns(row.since_ns), until)


def _take_down(conn: Connection, venue: VenueSlug, device: DeviceSlug, at_ns: int) -> None:
    open_ = and_(
        placements.c.venue == venue, placements.c.device == device, placements.c.until_ns.is_(None)
    )
    # A placement that would have lasted no time never was.
    conn.execute(delete(placements).where(open_, placements.c.since_ns >= at_ns))
    conn.execute(update(placements).where(open_).values(until_ns=at_ns))


def _device(row: Row[tuple[Any, ...]]) -> Device:
    return Device(
        row.venue,
        row.slug,
        row.room,
        _about(row),
        row.online,
        None if row.first_seen_ns is None else from_ns(row.first_seen_ns),
        None if row.last_seen_ns is None else from_ns(row.last_seen_ns),
        _health(row.health),
        None if row.health_ns is None else from_ns(row.health_ns),
        row.label,
    )
