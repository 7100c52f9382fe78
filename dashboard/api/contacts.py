"""Who of a venue is told of its alerts, in order."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import Language, Name
from dashboard.api.route import Route
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from gateway.domain.contact import Contact, ContactRole, address_of
from gateway.domain.room_state import Rule
from gateway.registry.alerts import contacts as registry
from gateway.registry.rooms import find_venue
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.wire.topic import VenueSlug


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


class Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    contacts: Annotated[tuple[ContactBody, ...], Meta(max_length=50)]


def get_contacts(services: Services, venue: VenueSlug) -> Contacts:
    with services.database.read() as conn:
        if find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}")
        return _answer(registry.contacts_of(conn, venue))


def put_contacts(services: Services, venue: VenueSlug, body: Contacts) -> Contacts:
    """Replace the venue's contacts: all of them, in their order."""
    put = _checked(body)
    with services.database.write() as conn:
        if find_venue(conn, venue) is None:
            raise Problem(404, f"there is no venue {venue!r}")
        registry.put_contacts(conn, venue, put)
    return _answer(put)


def _checked(body: Contacts) -> tuple[Contact, ...]:
    addresses = [address_of(contact.address) for contact in body.contacts]
    mistakes = [
        Mistake(
            f"/contacts/{i}/address", "expected an e-mail address, or an address of notify.urls"
        )
        for i, address in enumerate(addresses)
        if address is None
    ]
    if mistakes:
        raise Problem(422, mistakes[0].message, mistakes)
    return tuple(
        Contact(given.name, address or "", given.language, given.role, given.rules)
        for given, address in zip(body.contacts, addresses, strict=True)
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
    ),
    Route(
        "PUT",
        "/venues/{venue}/contacts",
        put_contacts,
        "replace them",
        Contacts,
        body=Contacts,
        problems=(404,),
    ),
)
