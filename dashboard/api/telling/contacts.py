"""Who of a venue is told of its alerts, in order."""

from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import Language, Name, VenueRef
from dashboard.api.paging import OnlyNumber, Paging
from dashboard.api.route import Route
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from gateway.domain.alerts.contact import Contact, ContactRole, address_of
from gateway.domain.room_state import Rule
from gateway.registry.alerts import contacts as registry
from gateway.registry.rooms import find_venue
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.wire.topic import VenueSlug

MOST = 50


class ContactBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ``manager`` is told at once; an ``escalation`` contact, in order, when nobody acknowledges.
    ``address`` is an e-mail address or one of ``notify.urls``, which is kept by a name; ``rules``
    are those that the contact hears of, none for all.
    """

    name: Name
    address: Annotated[str, Meta(min_length=1, max_length=1000)]
    language: Language = DEFAULT_LANGUAGE
    role: ContactRole = "manager"
    rules: tuple[Rule, ...] = ()


class PlacedContact(msgspec.Struct, frozen=True, kw_only=True):
    """A contact in its ``place`` of the venue's list, counted from 0."""

    venue: VenueRef
    place: int
    name: Name
    address: str
    language: Language
    role: ContactRole
    rules: tuple[Rule, ...]


class Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    contacts: Annotated[tuple[ContactBody, ...], Meta(max_length=MOST)]


def get_contacts(services: Services, venue: VenueSlug) -> Contacts:
    with services.database.read() as conn:
        if find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}")
        return _answer(registry.contacts_of(conn, venue))


def put_contacts(services: Services, venue: VenueSlug, body: Contacts) -> Contacts:
    """Replace the venue's contacts: all of them, in their order."""
    put = _checked(body.contacts, "/contacts/{}")
    with services.database.write() as conn:
        if find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}")
        registry.put_contacts(conn, venue, put)
    return _answer(put)


def add_contact(services: Services, venue: VenueSlug, body: ContactBody) -> PlacedContact:
    """Put somebody at the end of the list."""
    (made,) = _checked((body,), "")
    with services.database.write() as conn:
        before = _version(conn, venue)
        if before is None:
            raise _no_venue(venue)
        if len(before) >= MOST:
            raise Problem(409, f"a venue has {MOST} contacts at most")
        registry.put_contacts(conn, venue, (*before, made))
    return _placed(venue, len(before), made)


def get_contact(services: Services, venue: VenueSlug, place: str) -> PlacedContact:
    with services.database.read() as conn:
        number, found = _find(conn, venue, place)
    return _placed(venue, number, found[number])


def put_contact(
    services: Services, venue: VenueSlug, place: str, body: ContactBody
) -> PlacedContact:
    (put,) = _checked((body,), "")
    with services.database.write() as conn:
        number, found = _find(conn, venue, place)
        registry.put_contacts(conn, venue, (*found[:number], put, *found[number + 1 :]))
    return _placed(venue, number, put)


def delete_contact(services: Services, venue: VenueSlug, place: str) -> None:
    """Those behind move up one place."""
    with services.database.write() as conn:
        number, found = _find(conn, venue, place)
        registry.put_contacts(conn, venue, (*found[:number], *found[number + 1 :]))


def _find(conn: Connection, venue: VenueSlug, place: str) -> tuple[int, tuple[Contact, ...]]:
    found = registry.contacts_of(conn, venue)
    number = int(place) if place.isascii() and place.isdecimal() and len(place) < 10 else len(found)
    if number >= len(found):
        raise Problem(404, f"there is no contact {venue}/{place}")
    return number, found


def _no_venue(venue: VenueSlug) -> Problem:
    return Problem(404, f"there is no venue {venue!r}")


def _version(conn: Connection, venue: VenueSlug, **_place: str) -> tuple[Contact, ...] | None:
    """All contacts of the venue: a place means another one as soon as they change."""
    if find_venue(conn, venue) is None:
        return None
    return registry.contacts_of(conn, venue)


def _placed(venue: VenueSlug, place: int, contact: Contact) -> PlacedContact:
    (shown,) = _answer((contact,)).contacts
    return PlacedContact(venue=venue, place=place, **msgspec.structs.asdict(shown))


def _checked(given: tuple[ContactBody, ...], pointer: str) -> tuple[Contact, ...]:
    """Raises Problem where somebody cannot be reached; ``pointer`` leads to one by its number."""
    addresses = [address_of(contact.address) for contact in given]
    expected = "expected an e-mail address, or an address of notify.urls"
    mistakes = [
        Mistake(f"{pointer.format(i)}/address", expected)
        for i, address in enumerate(addresses)
        if address is None
    ]
    if mistakes:
        raise Problem(422, mistakes[0].message, mistakes)
    return tuple(
        Contact(one.name, address or "", one.language, one.role, one.rules)
        for one, address in zip(given, addresses, strict=True)
    )


def _answer(found: tuple[Contact, ...]) -> Contacts:
    return Contacts(
        tuple(
            ContactBody(
                name=contact.name,
                address=contact.address,
                language=contact.language,
                role=contact.role,
                rules=contact.rules,
            )
            for contact in found
        )
    )


ROUTES = (
    Route(
        "GET",
        "/venues/{venue}/contacts",
        get_contacts,
        "who is told of a venue's alerts",
        Contacts,
        problems=(404,),
        paging=Paging("contacts", None, OnlyNumber),
        version=_version,
    ),
    Route(
        "PUT",
        "/venues/{venue}/contacts",
        put_contacts,
        "replace them",
        Contacts,
        body=Contacts,
        problems=(404,),
        version=_version,
    ),
    Route(
        "POST",
        "/venues/{venue}/contacts",
        add_contact,
        "tell one more, the last in order",
        PlacedContact,
        body=ContactBody,
        problems=(404, 409),
        made_at=lambda made: f"/venues/{made.venue}/contacts/{made.place}",
    ),
    Route(
        "GET",
        "/venues/{venue}/contacts/{place}",
        get_contact,
        "one who is told, by their place in the order",
        PlacedContact,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/venues/{venue}/contacts/{place}",
        put_contact,
        "change one who is told",
        PlacedContact,
        body=ContactBody,
        problems=(404,),
        version=_version,
    ),
    Route(
        "DELETE",
        "/venues/{venue}/contacts/{place}",
        delete_contact,
        "tell one no longer; those behind move up",
        problems=(404,),
        version=_version,
    ),
)
