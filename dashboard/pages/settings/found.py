"""A search across the settings: sections and their parts, and whatever is named in them."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask import url_for
from sqlalchemy import Connection

from dashboard.pages.settings.sections import Section
from dashboard.web.identity.people import people
from dashboard.web.reach import access, may_somewhere, sees, within
from gateway.domain.access import Need
from gateway.domain.room import Venue
from gateway.registry.agenda.feeds import all_feeds
from gateway.registry.alerts.contacts import all_contacts
from gateway.registry.devices import all_devices
from gateway.registry.policies import all_policies
from gateway.registry.protocols.kept import all_protocols
from gateway.registry.rooms import all_rooms, all_venues
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from gateway.words.protocols import protocol_name

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What answers to a question: its name, what it is or where, and its address."""

    title: str
    what: str
    href: str


def found_lines(
    conn: Connection, asked: str, shown: Sequence[Section], locale: PageLocale
) -> tuple[FoundLine, ...]:
    """What has every word of the question in its name or in what is said of it; at most ``MOST``,
    those that begin with it first.
    """
    words = plain(asked).split()
    if not words:
        return ()
    known = {section.slug: section for section in shown}
    every = [*_of_sections(shown, locale), *_of_house(conn, known, locale)]
    fitting = (
        one for one in every if all(word in plain(f"{one.title} {one.what}") for word in words)
    )
    found = dict.fromkeys(
        sorted(fitting, key=lambda one: not plain(one.title).startswith(words[0]))
    )
    return tuple(found)[:MOST]


def plain(text: str) -> str:
    """A text without its accents and capitals."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def _of_sections(shown: Iterable[Section], locale: PageLocale) -> Iterator[FoundLine]:
    parts = _parts(locale)
    for section in shown:
        yield FoundLine(section.title, section.says, section.href)
        for title, href in parts.get(section.slug, ()):
            yield FoundLine(title, section.title, href or section.href)


def _parts(locale: PageLocale) -> dict[str, list[tuple[str, str]]]:
    """By section what it holds, and where; empty where that is the section itself."""
    _, runs_house = locale.gettext, may_somewhere(Need.SYSTEM)
    channels = url_for("contacts.contacts", _anchor="messages")
    return {
        "venues": [
            (_("What kind of room it is"), ""),
            *([(_("Set up another venue"), url_for("setup_venue.venue"))] if runs_house else []),
        ],
        "sensors": [(_("Refused messages"), url_for("sensors.sensors", _anchor="refused"))],
        "counters": [(_("Set how many are in"), "")],
        "limits": [
            (_("What the rooms are shown against"), ""),
            (_("Limits to choose from"), url_for("limits.limits", _anchor="choose")),
            (_("Limits of your own"), url_for("limit_form.new")),
        ],
        "protocols": [
            (_("What meetings are held under"), ""),
            (_("A protocol of your own"), url_for("protocol_form.new")),
        ],
        "contacts": [
            (_("Quiet hours, and who is next"), ""),
            *([(_("How messages go out"), channels)] if runs_house else []),
        ],
        "calendars": [(_("Follow a calendar"), url_for("calendar_form.new"))],
        "users": [(_("Invite somebody"), url_for("users.list_users", _anchor="invite"))],
        "kiosks": [(_("Another screen"), url_for("kiosks.kiosks", _anchor="new"))],
        "audit": [(_("Links in mails"), url_for("links.links"))],
        "programs": [
            (_("Webhooks"), ""),
            (_("API"), url_for("api_page.api")),
            (_("Documentation"), url_for("docs.docs")),
        ],
        "system": [(_("The store refuses readings"), "")],
    }


def _of_house(
    conn: Connection, known: dict[str, Section], locale: PageLocale
) -> Iterator[FoundLine]:
    """What is named in the settings, as far as the visitor sets it up."""
    own = access().venues(Need.SETTINGS)
    venues = [venue for venue in all_venues(conn) if own is None or venue.slug in own]
    names = {venue.slug: venue.name for venue in venues}
    yield from _of_venues(conn, venues, known)
    for device in within(all_devices(conn), Need.SETTINGS):
        href = url_for("device.device", venue=device.venue, device=device.slug)
        model = device.about.model or ""
        said = " · ".join(
            filter(None, (known["sensors"].title, model, names.get(device.venue, "")))
        )
        yield FoundLine(device.name, f"{said} · {device.slug}" if device.label else said, href)
    for policy in filter(sees, all_policies(conn)):
        href = url_for("limit_form.policy", policy=policy.slug)
        yield FoundLine(policy_name(policy, locale), known["limits"].title, href)
    for protocol in filter(sees, all_protocols(conn)):
        href = url_for("protocol_form.protocol", protocol=protocol.slug)
        yield FoundLine(protocol_name(protocol, locale), known["protocols"].title, href)
    for feed in within(all_feeds(conn), Need.SETTINGS):
        href = url_for("calendars.calendar", slug=feed.slug)
        yield FoundLine(feed.name, known["calendars"].title, href)
    if may_somewhere(Need.ROLES):
        for person in people(conn):
            said = " · ".join(filter(None, (known["users"].title, person.user.email)))
            yield FoundLine(person.user.name, said, known["users"].href)


def _of_venues(
    conn: Connection, venues: Iterable[Venue], known: dict[str, Section]
) -> Iterator[FoundLine]:
    contacts = all_contacts(conn)
    for venue in venues:
        href = known["venues"].href
        yield FoundLine(venue.name, known["venues"].title, f"{href}#venue-{venue.slug}")
        for room in all_rooms(conn, venue.slug):
            yield FoundLine(
                room.name,
                f"{known['venues'].title} · {venue.name}",
                f"{href}#room-{venue.slug}-{room.slug}",
            )
        for contact in contacts.get(venue.slug, ()):
            said = f"{known['contacts'].title} · {venue.name}"
            yield FoundLine(contact.name, said, f"{known['contacts'].href}#telling-{venue.slug}")
