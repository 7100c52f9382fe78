from datetime import timedelta
from pathlib import Path

from gateway.domain.audit import Act, Entry
from gateway.registry.alerts import outbox
from gateway.registry.alerts.sent_links import SentLink, find_link, put_link
from gateway.registry.audit.entries import Wanted, every_entry, put_entries
from gateway.registry.database import open_database
from gateway.retention import Retention
from gateway.store.spans import DAY_NS
from sensors.wire.instant import to_ns
from sensors.wire.topic import VenueSlug
from tests.clocks import StillClock
from tests.gateway.live_venue import START
from tests.gateway.notices import notice

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
    Retention(database, StillClock(to_ns(START)), timedelta(days=730), timedelta(days=730)).forget()
    with database.read() as conn:
        (kept,) = every_entry(conn, Wanted(), START)
        assert kept.object == "new"
        assert find_link(conn, "old") is None
        assert find_link(conn, "new") is not None
    database.close()


def test_what_was_told_long_ago_is_forgotten_and_what_still_waits_is_not(tmp_path: Path) -> None:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    said = (("old", 800), ("new", 1), ("waits", 800), ("given-up", 800))
    with database.write() as conn:
        for flag, days in said:
            at = START - timedelta(days=days)
            assert outbox.post(conn, "m1", flag, "a@example.org", notice(venue=KADE), at)
        numbers = {message.flag: message.id for message in outbox.all_messages(conn)}
        outbox.mark_sent(conn, [numbers["old"]], to_ns(START) - 800 * DAY_NS, "a")
        outbox.mark_sent(conn, [numbers["new"]], to_ns(START) - DAY_NS, "b")
        outbox.give_up(conn, [numbers["given-up"]], to_ns(START) - 799 * DAY_NS, "no such address")
    Retention(database, StillClock(to_ns(START)), timedelta(days=730), timedelta(days=730)).forget()
    with database.read() as conn:
        assert {message.flag for message in outbox.all_messages(conn)} == {"new", "waits"}
    database.close()
