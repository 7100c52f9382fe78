"""Who of a venue is told and when, as the settings show it, and what is filled in there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import cast

from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.silence_panel import RULES
from dashboard.words.codes import rule_words
from gateway.domain.alerts.contact import URL, Contact, ContactRole, address_of
from gateway.domain.room import Venue
from gateway.domain.room_state import Rule
from gateway.registry.alerts.contacts import all_contacts
from gateway.registry.alerts.push_subscriptions import Hearer, hearers
from gateway.registry.alerts.unsubscriptions import Unsubscription, all_unsubscriptions
from gateway.words.locale import DEFAULT_LANGUAGE, LANGUAGES, PageLocale
from sensors.wire.plain_line import is_plain_line
from sensors.wire.topic import VenueSlug

LONGEST_WAIT_MIN = 1440
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What was filled in for a contact, and what is wrong with it, by the field's name; ``place`` is its
    place in the list, None of a new one.
    """

    venue: VenueSlug = VenueSlug("")
    name: str = ""
    address: str = ""
    language: str = DEFAULT_LANGUAGE
    role: str = "manager"
    rules: Sequence[str] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)
    place: int | None = None


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in words, with its place in the list, and the form that changes it."""

    place: int
    name: str
    address: str
    when: str
    rules: str
    is_mail: bool
    form: ContactForm


@dataclass(frozen=True, slots=True)
class HoursForm:
    """What was filled in of quiet hours and escalation; ``mistake`` is what is wrong."""

    venue: VenueSlug
    quiet_from: str
    quiet_until: str
    escalate_after_min: str
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class ContactsPanel:
    lines: list[ContactLine]
    unwanted: list[str]
    devices: list[tuple[str, str]]
    """Those that are told themselves, by web push: whose each is, and what it is called."""
    rules: list[tuple[str, str]]
    quiet: str
    contact: ContactForm
    hours: HoursForm


Filled = ContactForm | HoursForm | None


def contacts_panels(
    conn: Connection, venues: Sequence[Venue], filled: Filled
) -> dict[str, ContactsPanel]:
    """By venue; the one whose form has mistakes shows it as it was filled in."""
    contacts, unwanted, devices = all_contacts(conn), all_unsubscriptions(conn), hearers(conn)
    return {
        venue.slug: _panel(
            venue,
            contacts.get(venue.slug, ()),
            unwanted.get(venue.slug, ()),
            devices.get(venue.slug, ()),
            filled,
        )
        for venue in venues
    }


def read_contact(
    venue: VenueSlug, form: Mapping[str, str], rules: Sequence[str], before: Contact | None = None
) -> Contact | ContactForm:
    """A contact as it was filled in, or what is wrong with that. An address that is not mail is never
    shown: left empty it stays as it is of ``before``.
    """
    locale = locale_at(venue)
    given = ContactForm(
        venue,
        form.get("name", "").strip(),
        form.get("address", "").strip(),
        language if (language := form.get("language", "")) in LANGUAGES else DEFAULT_LANGUAGE,
        "escalation" if form.get("role") == "escalation" else "manager",
        tuple(rule for rule in RULES if rule in rules),
    )
    mistakes: dict[str, str] = {}
    if not given.name:
        mistakes["name"] = locale.gettext("Give a name.")
    elif len(given.name) > NAME_LENGTH:
        mistakes["name"] = locale.gettext("At most %(number)s characters.", number=NAME_LENGTH)
    elif not is_plain_line(given.name):
        mistakes["name"] = locale.gettext("One line, without signs that cannot be seen.")
    address = address_of(given.address)
    if not given.address and before is not None and before.address.startswith(URL):
        address = before.address
    if address is None:
        mistakes["address"] = locale.gettext("Give an e-mail address, or one of notify.urls.")
    if mistakes or address is None:
        return replace(given, mistakes=mistakes)
    role = cast("ContactRole", given.role)
    return Contact(given.name, address, given.language, role, _chosen(rules))


def read_hours(venue: Venue, form: Mapping[str, str]) -> Venue | HoursForm:
    locale = locale_at(venue.slug)
    names = ("quiet_from", "quiet_until", "escalate_after_min")
    given = HoursForm(venue.slug, *(form.get(name, "").strip() for name in names))
    since, until = _time(given.quiet_from), _time(given.quiet_until)
    wait = given.escalate_after_min
    wrong = wait and not (
        wait.isdecimal() and len(wait) < 10 and 1 <= int(wait) <= LONGEST_WAIT_MIN
    )
    if wrong:
        longest = locale.number(LONGEST_WAIT_MIN)
        mistake = locale.gettext("Give 1 to %(longest)s minutes, or nothing.", longest=longest)
        return replace(given, mistake=mistake)
    asked = bool(given.quiet_from or given.quiet_until)
    if asked and (since is None or until is None or since == until):
        mistake = locale.gettext("Quiet hours have a beginning and another end, or neither.")
        return replace(given, mistake=mistake)
    minutes = int(wait) if wait else None
    return replace(venue, quiet_from=since, quiet_until=until, escalate_after_min=minutes)


def _chosen(rules: Sequence[str]) -> tuple[Rule, ...]:
    """None where all of them were."""
    chosen = tuple(rule for rule in RULES if rule in rules)
    return chosen if len(chosen) < len(RULES) else ()


def _panel(
    venue: Venue,
    contacts: Sequence[Contact],
    unwanted: Sequence[Unsubscription],
    devices: Sequence[Hearer],
    filled: Filled,
) -> ContactsPanel:
    locale = locale_at(venue.slug)
    its = filled if filled is not None and filled.venue == venue.slug else None
    new = its if isinstance(its, ContactForm) and its.place is None else None
    wait = venue.escalate_after_min
    hours = HoursForm(
        venue.slug, _text(venue.quiet_from), _text(venue.quiet_until), "" if not wait else str(wait)
    )
    return ContactsPanel(
        [_line(place, contact, venue.slug, its, locale) for place, contact in enumerate(contacts)],
        [_unwanted_words(one, locale) for one in unwanted],
        sorted((one.user, one.label) for one in devices),
        [(rule, rule_words(rule, locale)) for rule in RULES],
        _quiet_words(venue, locale),
        new or ContactForm(venue.slug, language=venue.language),
        its if isinstance(its, HoursForm) else hours,
    )


def _line(
    place: int, contact: Contact, venue: VenueSlug, filled: Filled, locale: PageLocale
) -> ContactLine:
    when = locale.gettext("at once")
    if contact.role == "escalation":
        when = locale.gettext("when nobody is on it")
    of_urls = contact.address.startswith(URL)
    form = ContactForm(
        venue,
        contact.name,
        "" if of_urls else contact.address,
        contact.language,
        contact.role,
        contact.rules,
        place=place,
    )
    if isinstance(filled, ContactForm) and filled.place == place:
        form = filled
    return ContactLine(
        place,
        contact.name,
        locale.gettext("an address of notify.urls") if of_urls else contact.address,
        when,
        ", ".join(rule_words(rule, locale) for rule in contact.rules)
        or locale.gettext("All alerts"),
        is_mail=not of_urls,
        form=form,
    )


def _unwanted_words(one: Unsubscription, locale: PageLocale) -> str:
    since = locale.date(one.at)
    if one.topic == "reports":
        return locale.gettext(
            "%(address)s wants no more reports, since %(since)s", address=one.address, since=since
        )
    if one.topic == "protocols":
        return locale.gettext(
            "%(address)s wants no more protocols, since %(since)s", address=one.address, since=since
        )
    return locale.gettext(
        "%(address)s wants no more alerts, since %(since)s", address=one.address, since=since
    )


def _quiet_words(venue: Venue, locale: PageLocale) -> str:
    """When nobody is told, and when somebody else is."""
    parts = []
    if venue.quiet_from is not None and venue.quiet_until is not None:
        parts.append(
            locale.gettext(
                "Quiet from %(since)s to %(until)s.",
                since=_text(venue.quiet_from),
                until=_text(venue.quiet_until),
            )
        )
    if venue.escalate_after_min is not None:
        parts.append(
            locale.ngettext(
                "After %(number)s minute without anybody on it the next is told.",
                "After %(number)s minutes without anybody on it the next is told.",
                venue.escalate_after_min,
            )
        )
    return " ".join(parts)


def _text(local: time | None) -> str:
    return "" if local is None else local.isoformat("minutes")


def _time(text: str) -> time | None:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0) if found.tzinfo is None else None
