"""The contacts of a venue, in their order."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, delete, insert, select

from gateway.domain.alerts.contact import Contact
from gateway.domain.room_state import Rule
from gateway.registry.revision import raise_revision
from gateway.registry.tables.alerts import contacts
from sensors.wire.topic import VenueSlug


def all_contacts(conn: Connection) -> dict[str, tuple[Contact, ...]]:
    """By venue; venues without any are left out."""
    found: dict[str, tuple[Contact, ...]] = {}
    for row in conn.execute(select(contacts).order_by(contacts.c.venue, contacts.c.place)):
        contact = Contact(row.name, row.address, row.language, row.role, _rules(row.rules))
        found[row.venue] = (*found.get(row.venue, ()), contact)
    return found


def contacts_of(conn: Connection, venue: VenueSlug) -> tuple[Contact, ...]:
    return all_contacts(conn).get(venue, ())


def put_contacts(conn: Connection, venue: VenueSlug, found: Sequence[Contact]) -> None:
    """Replace a venue's contacts. Raises IntegrityError where the venue is not there."""
    conn.execute(delete(contacts).where(contacts.c.venue == venue))
    rows = [
        {
            "venue": venue,
            "place": place,
            "name": contact.name,
            "address": contact.address,
            "language": contact.language,
            "role": contact.role,
            "rules": " ".join(contact.rules),
        }
        for place, contact in enumerate(found)
    ]
    if rows:
        conn.execute(insert(contacts), rows)
    raise_revision(conn)


def _rules(text: str) -> tuple[Rule, ...]:
    return cast("tuple[Rule, ...]", tuple(text.split()))
