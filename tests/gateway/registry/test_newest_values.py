"""A database that kept the newest values of rooms in rows of their own is brought up to date."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from gateway.live.engine import Engine
from gateway.registry.database import Database, open_database
from gateway.registry.schema import MIGRATIONS
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.live_venue import START, StandingClock, air, minute

ROWS = (
    ("co2", minute(7), 1180.0),
    ("people", minute(6), 12.0),
    ("judged", minute(8), 0.0),
    ("watched", minute(0), 0.0),
    ("sampled", minute(7), 1.0),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the version before, with one room of which all was known."""
    url = "sqlite:///luchtig.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_database_url()
    opened = open_database(url, tmp_path)
    config = Config()
    config.set_main_option("script_location", str(files(MIGRATIONS)))
    with opened.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0009")
    with opened.write() as conn:
        conn.execute(
            text(
                "INSERT INTO venues (slug, name, timezone, language, reset_at, trust_hints)"
                " VALUES ('de-kade', 'De Kade', 'UTC', 'nl', '04:00', false)"
            )
        )
        for room in ("serre", "zaal"):
            conn.execute(
                text("INSERT INTO rooms (venue, slug, name) VALUES ('de-kade', :room, :room)"),
                {"room": room},
            )
        conn.execute(
            text("INSERT INTO cursors VALUES ('gw', 1, :alive)"), {"alive": to_ns(minute(8))}
        )
        for kind, at, value in ROWS:
            conn.execute(
                text("INSERT INTO room_latest VALUES ('de-kade', 'serre', :kind, :at, :value)"),
                {"kind": kind, "at": to_ns(at), "value": value},
            )
    yield opened
    opened.close()


@pytest.mark.parametrize("at", [minute(8), minute(8) + timedelta(seconds=20)])
def test_a_room_goes_on_from_what_was_known_of_it(old: Database, at: datetime) -> None:
    old.migrate()
    StandingClock.at = at
    try:
        live = Engine(old, StandingClock(), "gw")
        live.load(lambda after, limit: [(1, air(7, 1180))][after : after + limit])
        states = {state.room: state for state in live.states()}
    finally:
        StandingClock.at = START
    serre = states[RoomSlug("serre")]
    assert (serre.co2_ppm, serre.people, serre.level) == (1180.0, 12, "watch")
    assert states[RoomSlug("zaal")].co2_ppm is None
    room = live._rooms.rooms[VenueSlug("de-kade"), RoomSlug("serre")]
    assert room.newest.judged_at == minute(8)
    assert (room.newest.sampled_at, room.newest.sampled_level) == (minute(7), "watch")
