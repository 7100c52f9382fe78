from datetime import timedelta
from pathlib import Path

from gateway.domain.audit import Act, Entry
from gateway.registry.alerts.sent_links import SentLink, find_link, put_link
from gateway.registry.audit.entries import Wanted, every_entry, put_entries
from gateway.registry.database import open_database
from gateway.retention import Retention
from sensors.wire.instant import to_ns
from sensors.wire.topic import VenueSlug
from tests.clocks import StillClock
from tests.gateway.live_venue import START

KADE = VenueSlug("de-kade")


def test_what_is_too_old_is_forgotten_and_what_is_not_stays(tmp_path: Path) -> None:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with database.write() as conn:
        for name, days in (("old", 800), ("new", 1)):
            act = Act("anna", "session", START - timedelta(days=days), address="192.0.2.7")
            put_entries(conn, [Entry(act, "room", "made", KADE, name, None, {})])
            put_link(
                conn,
                SentLink(
                    name, KADE, "a@example.org", "host", "alerts", (), (), ("m1",), False,
                    act.at, act.at + timedelta(days=30),
                ),
            )  # fmt: skip
    Retention(database, StillClock(to_ns(START)), timedelta(days=730)).forget()
    with database.read() as conn:
        (kept,) = every_entry(conn, Wanted(), START)
        assert kept.object == "new"
        assert find_link(conn, "old") is None
        assert find_link(conn, "new") is not None
    database.close()
