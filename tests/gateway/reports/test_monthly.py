"""The season of a month goes out on the first of the next, once, to whoever asked and may look."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.organisation import Organisation
from gateway.domain.room import Venue
from gateway.links import Links
from gateway.notify.message import write
from gateway.registry.accounts.grants import set_roles
from gateway.registry.accounts.users import add_user
from gateway.registry.agenda.season_mails import (
    ask_for,
    ask_for_organisation,
    asked_for,
    organisations_asked_for,
)
from gateway.registry.alerts.outbox import all_messages
from gateway.registry.database import Database, open_database
from gateway.registry.organisations import put_organisation, set_roles_in
from gateway.registry.rooms import put_venue
from gateway.reports.monthly import post_months
from sensors.wire.topic import VenueSlug
from tests.dashboard.season.kept import keep
from tests.gateway.domain.season.histories import a_report

VENUE = VenueSlug("de-kade")
FIRST = datetime(2026, 10, 1, 7, tzinfo=UTC)  # nine o'clock at the venue


@pytest.fixture
def house(tmp_path: Path) -> Database:
    """Els may look and asked; Wim asked and may look no more."""
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with database.write() as conn:
        put_venue(conn, Venue(VENUE, "De Kade"))
        for name in ("els", "wim"):
            add_user(conn, name, "", None, FIRST, f"{name}@example.org", verified=True)
            ask_for(conn, VENUE, name, is_wanted=True)
        set_roles(conn, "els", VENUE, ["viewer"])
    keep(database, a_report())
    return database


def test_it_goes_once_to_who_may_look_from_the_morning_of_the_first_on(house: Database) -> None:
    assert post_months(house, None, FIRST.replace(hour=4)) == 0
    assert post_months(house, frozenset({"elders"}), FIRST) == 0
    assert post_months(house, None, FIRST) == 1
    assert post_months(house, None, FIRST.replace(day=2)) == 0
    assert post_months(house, None, FIRST.replace(day=9)) == 0
    with house.read() as conn:
        (message,) = all_messages(conn)
    assert message.recipient == "els@example.org"
    written = write(
        [message.notice], message.recipient, Links("s" * 20, "https://x.example"), FIRST
    )
    assert written.subject.startswith("De Kade, september 2026: 1 van 1")
    assert "/season?venue=de-kade&from=2026-09-01&to=2026-10-01" in written.buttons[0].url


def test_that_of_an_organisation_goes_to_who_may_look_at_each_of_its_venues(
    house: Database,
) -> None:
    with house.write() as conn:
        put_venue(conn, Venue(VenueSlug("de-molen"), "De Molen"))
        venues = (VENUE, VenueSlug("de-molen"))
        put_organisation(conn, Organisation("club", "De Club", venues))
        for name in ("els", "wim"):
            ask_for(conn, VENUE, name, is_wanted=False)
            ask_for_organisation(conn, "club", name, is_wanted=True)
        set_roles_in(conn, "club", "wim", ["viewer"])
    assert post_months(house, frozenset({"de-molen"}), FIRST) == 0  # its first venue's gateway does
    assert post_months(house, frozenset({VENUE}), FIRST) == 1
    assert post_months(house, None, FIRST) == 0
    with house.read() as conn:
        (message,) = all_messages(conn)
    assert message.recipient == "wim@example.org"
    links = Links("s" * 20, "https://x.example")
    written = write([message.notice], message.recipient, links, FIRST)
    assert written.subject.startswith("De Club, september 2026: 1 van 1")
    assert "/season?organisation=club&from=2026-09-01&to=2026-10-01" in written.buttons[0].url
    with house.write() as conn:
        ask_for_organisation(conn, "club", "wim", is_wanted=False)
        assert organisations_asked_for(conn) == {"club": frozenset({"els"})}


def test_who_no_longer_wants_it_gets_none(house: Database) -> None:
    with house.write() as conn:
        ask_for(conn, VENUE, "els", is_wanted=False)
        assert asked_for(conn) == {VENUE: frozenset({"wim"})}
    assert post_months(house, None, FIRST) == 0
