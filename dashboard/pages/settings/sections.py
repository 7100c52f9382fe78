"""The sections of the settings, each at an address of its own: what is where, for whom, and which of them
a page belongs to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, request, url_for

from dashboard.pages.parts.context import locale_at
from dashboard.web.reach import may_somewhere
from gateway.domain.access import Need
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class Section:
    """A section in words. ``here`` where the page that is shown belongs to it, ``exact`` where it is
    that page.
    """

    slug: str
    title: str
    says: str
    href: str
    here: bool
    exact: bool


def register(app: Flask) -> None:
    app.jinja_env.globals["settings_sections"] = sections


def sections() -> tuple[Section, ...]:
    """Those that the visitor may open, in the order of setting up a house."""
    locale = locale_at()
    return tuple(_section(known, locale) for known in _KNOWN if may_somewhere(known.need))


@dataclass(frozen=True, slots=True)
class _Known:
    slug: str
    endpoint: str
    need: Need
    under: tuple[str, ...] = ()
    """Other addresses that belong to it."""


_KNOWN = (
    _Known("venues", "venues.venues", Need.SETTINGS),
    _Known("organisations", "organisation.organisations", Need.SYSTEM),
    _Known("sensors", "sensors.sensors", Need.SETTINGS, ("/settings/devices/",)),
    _Known("sources", "sources.sources", Need.SYSTEM),
    _Known("counters", "counters.counters", Need.SETTINGS),
    _Known("limits", "limits.limits", Need.SETTINGS),
    _Known("protocols", "protocols.protocols", Need.SETTINGS),
    _Known("contacts", "contacts.contacts", Need.SETTINGS),
    _Known("calendars", "calendars.calendars", Need.SETTINGS),
    _Known("users", "users.list_users", Need.ROLES),
    _Known("kiosks", "kiosks.kiosks", Need.ROLES),
    _Known("doors", "doors.doors", Need.ROLES),
    _Known("audit", "audit.audit", Need.ROLES, ("/settings/links",)),
    _Known("programs", "webhooks.webhooks", Need.SETTINGS),
    _Known("system", "system.system", Need.SYSTEM),
)


_WORDS: Final[dict[str, Callable[[PageLocale], tuple[str, str]]]] = {
    "venues": lambda locale: (
        locale.gettext("Venues and rooms"),
        locale.gettext("Names, sizes and seats, and what kind of room each is."),
    ),
    "organisations": lambda locale: (
        locale.gettext("Organisations"),
        locale.gettext("Venues that belong together, and who has a role in all of them."),
    ),
    "sensors": lambda locale: (
        locale.gettext("Sensors"),
        locale.gettext("Which hangs where, how each is heard, and what was refused."),
    ),
    "sources": lambda locale: (
        locale.gettext("Devices of other makers"),
        locale.gettext("What comes on any topic, and what is made of it."),
    ),
    "counters": lambda locale: (
        locale.gettext("People counters"),
        locale.gettext("What each room counts, its doors and how far they are off."),
    ),
    "limits": lambda locale: (
        locale.gettext("Limits"),
        locale.gettext("What rooms are held to, and what they are shown against."),
    ),
    "protocols": lambda locale: (
        locale.gettext("Protocols"),
        locale.gettext("The house rules of meetings, and who chose which."),
    ),
    "contacts": lambda locale: (
        locale.gettext("Who is told"),
        locale.gettext("Who hears of an alert, when not, and by which way."),
    ),
    "calendars": lambda locale: (
        locale.gettext("Calendars"),
        locale.gettext("Meetings follow them by themselves."),
    ),
    "users": lambda locale: (
        locale.gettext("Users"),
        locale.gettext("Who is let in, and what each may do where."),
    ),
    "kiosks": lambda locale: (
        locale.gettext("Wall screens"),
        locale.gettext("Screens that show the board without a log-in."),
    ),
    "doors": lambda locale: (
        locale.gettext("Doors"),
        locale.gettext("Cards with a code: what guests read at a door."),
    ),
    "audit": lambda locale: (
        locale.gettext("On record"),
        locale.gettext("Who changed what, and the links that went out in mails."),
    ),
    "programs": lambda locale: (
        locale.gettext("For programs"),
        locale.gettext("Webhooks, and how to use the API."),
    ),
    "system": lambda locale: (
        locale.gettext("System"),
        locale.gettext("The parts of the house and how they are, storage and the log."),
    ),
}
"""What a section is called, and what it holds."""


def _section(known: _Known, locale: PageLocale) -> Section:
    href = url_for(known.endpoint)
    title, says = _WORDS[known.slug](locale)
    here = request.path == href or request.path.startswith((f"{href}/", *known.under))
    return Section(known.slug, title, says, href, here, request.path == href)
