"""Silences as the page shows them: those that are on, and the form that makes another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.reach import access, is_short_enough, may
from dashboard.words.codes import rule_words
from gateway.domain.access import Need
from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import LONGEST, Silence
from gateway.domain.room import Venue
from gateway.domain.room_state import Rule
from gateway.registry.alerts.silences import silences_since
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import made_plain
from sensors.wire.topic import RoomSlug, VenueSlug

RULES: tuple[Rule, ...] = ("co2", "ventilation", "occupancy", "no_data", "sensor_fault")
USUAL = timedelta(hours=2)
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class SilenceLine:
    """A silence in words."""

    id: int
    place: str
    rule: str
    until: str
    reason: str
    by: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """What of a venue can be silenced: (value, name), the venue as a whole first."""

    venue: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SilenceForm:
    """What was filled in, and what is wrong with it, by the field's name. ``place`` is the slug of
    the venue, a slash, and that of the room or nothing; ``until`` the local time of the venue.
    """

    place: str = ""
    rule: str = ""
    until: str = ""
    reason: str = ""
    mistakes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SilencePanel:
    lines: list[SilenceLine]
    groups: list[PlaceGroup]
    rules: list[tuple[str, str]]
    form: SilenceForm
    is_open: bool


def silence_panel(conn: Connection, form: SilenceForm | None) -> SilencePanel:
    locale = locale_at()
    return SilencePanel(
        [
            _line(number, one)
            for number, one in silences_since(conn, now())
            if may(Need.ALERTS, one.venue)
        ],
        _groups(locale),
        [(rule, rule_words(rule, locale)) for rule in RULES],
        form or begun(),
        is_open=form is not None,
    )


def begun(place: str = "", rule: str = "") -> SilenceForm:
    """A form about something, with the time that is usual."""
    venue = place.partition("/")[0] or next((one.slug for one in _venues()), "")
    until = locale_at(VenueSlug(venue)).local(now() + USUAL)
    return SilenceForm(place, rule, until.strftime("%Y-%m-%dT%H:%M"))


def read(form: Mapping[str, str], by: str) -> Silence | SilenceForm:
    """The silence that was asked for, or the form with what is wrong."""
    given = SilenceForm(
        form.get("place", ""),
        form.get("rule", ""),
        form.get("until", ""),
        made_plain(form.get("reason", "")),
    )
    venue, _, room = given.place.partition("/")
    locale = locale_at(VenueSlug(venue))
    mistakes: dict[str, str] = {}
    known = {one.slug for one in _venues()}
    if venue not in known or (room and (venue, room) not in registry_view().rooms):
        mistakes["place"] = locale.gettext("Choose a room.")
    if given.rule and given.rule not in RULES:
        mistakes["rule"] = locale.gettext("Choose an alert.")
    until = _moment(given.until, locale)
    longest = (access().longest_silence(VenueSlug(venue)) if venue in known else None) or LONGEST
    if until is None or not now() < until <= now() + longest:
        mistakes["until"] = _span_words(longest, locale)
    if not given.reason:
        mistakes["reason"] = locale.gettext("Say why, for those who wonder.")
    elif len(given.reason) > REASON_LENGTH:
        mistakes["reason"] = locale.gettext("At most %(number)s characters.", number=REASON_LENGTH)
    if mistakes or until is None:
        return SilenceForm(given.place, given.rule, given.until, given.reason, mistakes)
    rule = cast("Rule", given.rule) if given.rule else None
    return Silence(
        VenueSlug(venue), RoomSlug(room) if room else None, rule, now(), until, given.reason, by
    )


def _span_words(longest: timedelta, locale: PageLocale) -> str:
    if longest < timedelta(days=1):
        hours = locale.number(longest / timedelta(hours=1))
        return locale.gettext("Choose a time within the next %(hours)s hours.", hours=hours)
    days = locale.number(longest.days)
    return locale.gettext("Choose a time within the next %(days)s days.", days=days)


def _venues() -> tuple[Venue, ...]:
    """Those where the visitor may have nobody told."""
    return tuple(one for one in registry_view().venues.values() if may(Need.SILENCE, one.slug))


def silent_words(flag: Flag, silences: Iterable[Silence], locale: PageLocale) -> str:
    """Until when nobody is told of a flag; empty where that is not so."""
    its = [s for s in silences if s.venue == flag.venue and s.covers(flag.room, flag.rule)]
    until = max((one.over_at for one in its), default=None)
    if until is None or flag.state == "resolved":
        return ""
    return locale.gettext("told to nobody until %(time)s", time=locale.moment(until, now()))


def _moment(text: str, locale: PageLocale) -> datetime | None:
    """A local time of the venue, as a browser gives it."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return local.replace(tzinfo=locale.zone) if local.tzinfo is None else None


def _groups(locale: PageLocale) -> list[PlaceGroup]:
    known = registry_view()
    return [
        PlaceGroup(
            venue.name,
            (
                (f"{venue.slug}/", locale.gettext("All rooms")),
                *(
                    (f"{room.venue}/{room.slug}", room.name)
                    for room in known.rooms.values()
                    if room.venue == venue.slug
                ),
            ),
        )
        for venue in _venues()
    ]


def _line(number: int, silence: Silence) -> SilenceLine:
    locale, known = locale_at(silence.venue), registry_view()
    room = known.rooms.get((silence.venue, RoomSlug(silence.room or "")))
    place = silence.room or locale.gettext("All rooms")
    if len(known.venues) > 1:
        place = f"{place}, {known.venue(silence.venue).name}"
    return SilenceLine(
        number,
        place if room is None else room.name,
        locale.gettext("All alerts") if silence.rule is None else rule_words(silence.rule, locale),
        locale.moment(silence.over_at, now()),
        silence.reason,
        silence.by,
        may_end=may(Need.SILENCE, silence.venue) and is_short_enough(silence),
    )
