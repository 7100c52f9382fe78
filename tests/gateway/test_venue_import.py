from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, get_args

import pytest

from gateway.domain.air.generation import Activity
from gateway.domain.alerts.contact import Contact, ContactRole, url_name
from gateway.domain.presets import BY_SLUG, HEALTHY_DEFAULT
from gateway.domain.room import AirFrom, VentilationKind
from gateway.domain.room_state import Rule
from gateway.live.configuration import KnownSpan, read_configuration
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.alerts.contacts import contacts_of, put_contacts
from gateway.registry.database import Database, open_database
from gateway.registry.devices import all_devices, all_placements
from gateway.registry.policies import all_policies
from gateway.registry.revision import current
from gateway.registry.rooms import all_rooms, all_venues
from gateway.venue_import import import_venues
from sensors.config import ConfigError
from sensors.venue.file import parse_venues
from sensors.venue.tables import ACTIVITIES, AIR_FROM, ROLES, RULES, VENTILATION
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

VENUE: dict[str, Any] = {
    "venue": [
        {
            "slug": "de-kade",
            "name": "De Kade",
            "room": [
                {
                    "slug": "serre",
                    "name": "Serre",
                    "seats": 16,
                    "volume_m3": 120,
                    "design_flow_lps": 90,
                    "ventilation": "co2",
                    "air_from": "inside",
                }
            ],
            "device": [{"slug": "co2-03", "room": "serre"}, {"slug": "co2-09"}],
            "meeting": [
                {
                    "room": "serre",
                    "title": "Pitch & koffie",
                    "start": "09:00",
                    "end": "11:30",
                    "organiser": "organiser@example.org",
                    "activity": "quiet",
                    "host": "host@example.org",
                    "language": "en",
                }
            ],
        }
    ]
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database("sqlite:///luchtig.db", tmp_path)
    opened.migrate()
    return opened


def put(database: Database, tables: dict[str, Any], now: datetime = NOW) -> None:
    with database.write() as conn:
        import_venues(conn, parse_venues(tables, "venues.toml"), now, "venues.toml")


def test_everything_of_a_file_lands_with_local_times_on_the_day_of_the_clock(
    database: Database,
) -> None:
    put(database, VENUE)
    with database.read() as conn:
        assert [venue.name for venue in all_venues(conn)] == ["De Kade"]
        (room,) = all_rooms(conn)
        assert (room.seats, room.volume_m3, room.design_flow_lps) == (16, 120.0, 90.0)
        assert (room.ventilation, room.air_from) == ("co2", "inside")
        assert {d.slug: d.room for d in all_devices(conn)} == {"co2-03": "serre", "co2-09": None}
        (meeting,) = meetings_between(conn, NOW, NOW.replace(hour=23))
    assert meeting.start == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # 09:00 in Amsterdam
    assert meeting.activity == "quiet"
    assert (meeting.host, meeting.language) == ("host@example.org", "en")
    assert meeting.end == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


def test_a_file_names_the_activities_whose_co2_is_known() -> None:
    assert get_args(Activity) == ACTIVITIES


def test_a_file_names_the_kinds_of_rooms_that_there_are() -> None:
    assert get_args(VentilationKind) == VENTILATION
    assert get_args(AirFrom) == AIR_FROM


def test_importing_again_changes_nothing_but_the_revision(database: Database) -> None:
    put(database, VENUE)
    with database.read() as conn:
        before = (all_rooms(conn), all_placements(conn), meetings_between(conn, NOW, NOW))
        revision = current(conn)
    put(database, VENUE)
    with database.read() as conn:
        assert (all_rooms(conn), all_placements(conn), meetings_between(conn, NOW, NOW)) == before
        assert current(conn) > revision


def test_a_device_that_moved_keeps_its_history_where_it_was(database: Database) -> None:
    put(database, VENUE)
    (venue,) = VENUE["venue"]
    hall = {"slug": "zaal", "name": "Zaal"}
    moved = venue | {"room": [*venue["room"], hall], "device": [{"slug": "co2-03", "room": "zaal"}]}
    put(database, {"venue": [moved]})
    with database.read() as conn:
        old, new = all_placements(conn)
    assert (old.room, old.until) == ("serre", NOW)
    assert (new.room, new.since, new.until) == ("zaal", NOW, None)


def test_an_unknown_policy_is_told_with_its_place_and_nothing_is_put_in(
    database: Database,
) -> None:
    (venue,) = VENUE["venue"]
    wrong = venue | {"room": [{"slug": "serre", "name": "Serre", "policy": "nl-1000"}]}
    with pytest.raises(ConfigError, match=r"venues.toml: venue\[0\].room\[0\].policy = 'nl-1000'"):
        put(database, {"venue": [wrong]})
    with database.read() as conn:
        assert all_venues(conn) == ()


def test_a_venue_says_what_its_rooms_are_shown_against(database: Database) -> None:
    (venue,) = VENUE["venue"]
    put(database, {"venue": [venue | {"legal_policy": "be-b-1200"}]})
    with database.read() as conn:
        (kept,) = all_venues(conn)
        assert (kept.legal_policy, kept.healthy_policy) == ("be-b-1200", None)
        configuration = read_configuration(conn, KnownSpan(NOW, NOW))
    assert configuration.legal(kept).slug == "be-b-1200"
    assert configuration.healthy(kept) == HEALTHY_DEFAULT
    with pytest.raises(ConfigError, match=r"venue\[0\]\.healthy_policy = 'none'"):
        put(database, {"venue": [venue | {"healthy_policy": "none"}]})


def test_who_is_told_and_when_lands_and_contacts_made_by_hand_stay(database: Database) -> None:
    table = VENUE["venue"][0] | {"quiet_from": "22:00", "quiet_until": "07:00"}
    wim = {"name": "Wim", "address": "json://user:secret@example.org", "role": "escalation"}
    put(database, {"venue": [table | {"escalate_after_min": 15, "contact": [wim]}]})
    with database.read() as conn:
        (venue,) = all_venues(conn)
        assert contacts_of(conn, VenueSlug("de-kade")) == (
            Contact("Wim", url_name("json://user:secret@example.org"), role="escalation"),
        )
    assert (venue.quiet_from, venue.quiet_until) == (time(22), time(7))
    assert venue.escalate_after_min == 15
    by_hand = (Contact("Olga", "olga@example.org"),)
    with database.write() as conn:
        put_contacts(conn, VenueSlug("de-kade"), by_hand)
    put(database, VENUE)
    with database.read() as conn:
        assert contacts_of(conn, VenueSlug("de-kade")) == by_hand


def test_what_a_file_does_not_name_stays(database: Database) -> None:
    (venue,) = VENUE["venue"]
    full = venue | {
        "legal_policy": "be-b-1200", "quiet_from": "22:00", "quiet_until": "07:00",
        "room": [*venue["room"], {"slug": "zaal", "name": "Zaal", "policy": "nl-target-1200"}],
        "contact": [{"name": "Olga", "address": "olga@example.org"},
                    {"name": "Wim", "address": "wim@example.org"}],
    }  # fmt: skip
    put(database, {"venue": [full]})
    with database.read() as conn:
        before = (all_venues(conn), all_placements(conn), meetings_between(conn, NOW, NOW))
    bare = {
        "slug": "de-kade", "name": "De Kade", "device": [{"slug": "co2-03"}],
        "room": [{"slug": "zaal", "name": "Zaal", "seats": 40}],
        "meeting": [{"room": "zaal", "title": "Koor", "start": "12:00", "end": "13:00"}],
        "contact": [{"name": "Olga B.", "address": "olga@example.org", "rules": ["co2"]}],
    }  # fmt: skip
    put(database, {"venue": [bare]})
    with database.read() as conn:
        after = (all_venues(conn), all_placements(conn), meetings_between(conn, NOW, NOW))
        rooms = {room.slug: room for room in all_rooms(conn)}
        assert contacts_of(conn, VenueSlug("de-kade")) == (
            Contact("Olga B.", "olga@example.org", rules=("co2",)),
            Contact("Wim", "wim@example.org"),
        )
    assert after == before
    assert rooms[RoomSlug("serre")].design_flow_lps == 90
    assert rooms[RoomSlug("serre")].ventilation == "co2"
    assert rooms[RoomSlug("zaal")].air_from is None
    assert (rooms[RoomSlug("zaal")].seats, rooms[RoomSlug("zaal")].policy) == (40, "nl-target-1200")


def test_a_file_with_a_mistake_at_its_end_puts_nothing_in(database: Database) -> None:
    (venue,) = VENUE["venue"]
    other = {"slug": "de-bron", "name": "De Bron", "room": [{"slug": "zaal"}]}
    with pytest.raises(ConfigError, match=r"venue\[1\]\.room"):
        put(database, {"venue": [venue, other]})
    broken = {"slug": "de-bron", "name": "De Bron", "legal_policy": "none"}
    with pytest.raises(ConfigError, match=r"venue\[1\]\.legal_policy"):
        put(database, {"venue": [venue, broken]})
    with database.read() as conn:
        assert all_venues(conn) == ()


def test_a_file_names_the_rules_and_roles_that_there_are() -> None:
    assert set(RULES) == set(get_args(Rule))
    assert set(ROLES) == set(get_args(ContactRole))


def test_every_preset_is_kept_whole(database: Database) -> None:
    put(database, VENUE)
    with database.read() as conn:
        assert {policy.slug: policy for policy in all_policies(conn)} == BY_SLUG
