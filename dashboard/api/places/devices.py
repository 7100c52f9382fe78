"""Devices: what was seen of them, and the room each hangs in."""

from typing import Literal

import msgspec
from sqlalchemy import Connection

from dashboard.api.fields import DeviceRef, Instant, RoomRef, VenueRef
from dashboard.api.paging import Paging
from dashboard.api.places.rooms import no_room
from dashboard.api.route import Route
from dashboard.web.problem import Problem
from dashboard.web.reach import within
from dashboard.web.services import Services
from gateway.domain.access import Need
from gateway.registry import devices as registry
from gateway.registry.devices import Device
from gateway.registry.rooms import find_room, find_venue
from sensors.wire.instant import to_wire
from sensors.wire.topic import DeviceSlug, VenueSlug


class DeviceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``room`` null: it hangs nowhere from now on."""

    room: RoomRef | None


class HealthAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How the device said at ``ts`` that it is; ``bad`` are the frames that its sensor sent in vain, by
    kind, ``spooled`` the readings that wait on it, ``link_quality`` that of Zigbee.
    """

    ts: Instant | None
    battery_pct: float | None
    signal_dbm: float | None
    link_quality: int | None
    bad: dict[str, int]
    spooled: int | None
    calibrated_at: Instant | None


class DeviceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``new``: it was seen, and nobody has given it a room yet. ``room_hint`` is what the device
    says of itself.
    """

    venue: VenueRef
    device: DeviceRef
    room: RoomRef | None
    status: Literal["online", "offline"] | None
    first_seen: Instant | None
    last_seen: Instant | None
    new: bool
    room_hint: str | None
    model: str | None
    firmware: str | None
    interval_s: float | None
    health: HealthAnswer | None


class Devices(msgspec.Struct, frozen=True):
    devices: tuple[DeviceAnswer, ...]


class DevicesQuery(msgspec.Struct, frozen=True, kw_only=True):
    venue: VenueRef | None = None
    room: RoomRef | None = None
    status: Literal["online", "offline"] | None = None


def get_devices(services: Services, query: DevicesQuery) -> Devices:
    with services.database.read() as conn:
        found = within(registry.all_devices(conn, query.venue), Need.SETTINGS)
        hung = registry.hung_ever(conn)
    devices = (_answer(device, (device.venue, device.slug) not in hung) for device in found)
    return Devices(
        tuple(
            device
            for device in devices
            if query.room in (None, device.room) and query.status in (None, device.status)
        )
    )


def get_device(services: Services, venue: VenueSlug, device: DeviceSlug) -> DeviceAnswer:
    with services.database.read() as conn:
        found = registry.find_device(conn, venue, device)
        hung = registry.hung_ever(conn)
    if found is None:
        raise _no_device(venue, device)
    return _answer(found, (venue, device) not in hung)


def put_device(
    services: Services, venue: VenueSlug, device: DeviceSlug, body: DeviceBody
) -> DeviceAnswer:
    """The history of a device stays with the room it was in."""
    now = services.clock.now()
    with services.database.write() as conn:
        if find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}")
        if body.room is None:
            registry.register(conn, venue, device)
            registry.take_down(conn, venue, device, now)
        else:
            if find_room(conn, venue, body.room) is None:
                raise no_room(venue, body.room)
            registry.place(conn, venue, device, body.room, now)
        put = registry.find_device(conn, venue, device)
        hung = registry.hung_ever(conn)
    if put is None:
        raise _no_device(venue, device)
    return _answer(put, (venue, device) not in hung)


def delete_device(services: Services, venue: VenueSlug, device: DeviceSlug) -> None:
    with services.database.write() as conn:
        if not registry.forget(conn, venue, device):
            raise _no_device(venue, device)


def _no_device(venue: VenueSlug, device: DeviceSlug) -> Problem:
    return Problem(404, f"there is no device {venue}/{device}")


def _version(conn: Connection, venue: VenueSlug, device: DeviceSlug) -> DeviceBody | None:
    found = registry.find_device(conn, venue, device)
    return None if found is None else DeviceBody(found.room)


def _answer(device: Device, never_hung: bool) -> DeviceAnswer:
    status: Literal["online", "offline"] | None = None
    if device.online is not None:
        status = "online" if device.online else "offline"
    return DeviceAnswer(
        venue=device.venue,
        device=device.slug,
        room=device.room,
        status=status,
        first_seen=None if device.first_seen is None else to_wire(device.first_seen),
        last_seen=None if device.last_seen is None else to_wire(device.last_seen),
        new=never_hung,
        room_hint=device.about.room,
        model=device.about.model,
        firmware=device.about.firmware,
        interval_s=device.about.interval_s,
        health=_health(device),
    )


def _health(device: Device) -> HealthAnswer | None:
    said = device.health
    if said is None:
        return None
    at = said.at or device.health_at
    calibrated_at = said.calibrated_at or device.about.calibrated_at
    return HealthAnswer(
        ts=None if at is None else to_wire(at),
        battery_pct=said.battery_pct,
        signal_dbm=said.signal_dbm,
        link_quality=said.link_quality,
        bad=said.bad,
        spooled=said.spooled,
        calibrated_at=None if calibrated_at is None else to_wire(calibrated_at),
    )


ROUTES = (
    Route(
        "GET",
        "/devices",
        get_devices,
        "all devices",
        Devices,
        query=DevicesQuery,
        paging=Paging("devices", lambda device: (device.venue, device.device), tuple[str, str]),
    ),
    Route(
        "GET",
        "/devices/{venue}/{device}",
        get_device,
        "one device",
        DeviceAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/devices/{venue}/{device}",
        put_device,
        "adopt a device into a room, or move it",
        DeviceAnswer,
        body=DeviceBody,
        problems=(404,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/devices/{venue}/{device}",
        delete_device,
        "forget a device; its readings stay",
        problems=(404,),
        version=_version,
    ),
)
