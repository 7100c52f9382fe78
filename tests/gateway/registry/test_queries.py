"""Queries are written in the registry alone, once, and asked from everywhere."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

import dashboard
import gateway
from gateway.domain.room import Room, Venue
from gateway.registry import devices
from gateway.registry.database import Database
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REGISTRY = Path(gateway.__file__).parent / "registry"
FOR_QUERIES = {"select", "insert", "update", "delete", "text", "func", "and_", "or_", "Table"}


MODULES = [
    path
    for package in (gateway, dashboard)
    for path in sorted(Path(package.__file__ or "").parent.rglob("*.py"))
    if REGISTRY not in path.parents
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_outside_the_registry_writes_a_query(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named = {name.name for node in imports if node.module == "sqlalchemy" for name in node.names}
    assert named & FOR_QUERIES == set()
    assert not [
        node for node in imports if (node.module or "").startswith("gateway.registry.tables")
    ]


class TestDevices:
    @pytest.fixture(autouse=True)
    def venue(self, conn: Connection) -> None:
        for venue in ("de-bron", "de-kade"):
            put_venue(conn, Venue(VenueSlug(venue), venue))
            put_room(conn, Room(VenueSlug(venue), RoomSlug("serre"), "Serre"))
            devices.place(conn, VenueSlug(venue), DeviceSlug("co2-01"), RoomSlug("serre"), NOW)
        devices.register(conn, VenueSlug("de-kade"), DeviceSlug("co2-02"))
        devices.place(conn, VenueSlug("de-kade"), DeviceSlug("co2-03"), RoomSlug("serre"), NOW)
        devices.take_down(
            conn,
            VenueSlug("de-kade"),
            DeviceSlug("co2-03"),
            datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
        )

    def test_are_found_by_venue_room_and_name(self, conn: Connection) -> None:
        of_venue = devices.all_devices(conn, VenueSlug("de-kade"))
        assert [one.slug for one in of_venue] == ["co2-01", "co2-02", "co2-03"]
        assert [
            one.slug for one in devices.devices_in(conn, VenueSlug("de-kade"), RoomSlug("serre"))
        ] == ["co2-01"]
        assert devices.find_device(conn, VenueSlug("de-kade"), DeviceSlug("co2-02")) == of_venue[1]
        assert devices.find_device(conn, VenueSlug("de-bron"), DeviceSlug("co2-02")) is None

    def test_that_hung_somewhere_once_are_not_new(self, conn: Connection) -> None:
        hung = {("de-bron", "co2-01"), ("de-kade", "co2-01"), ("de-kade", "co2-03")}
        assert devices.hung_ever(conn) == hung


def test_a_database_that_answers_is_one(database: Database) -> None:
    database.ping()
