"""The calendars that meetings follow: how each goes, and what of it needs a person."""

from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.settings.changing import changing, told
from dashboard.web.reach import demand, in_reach, within
from dashboard.web.services import services
from dashboard.words.calendar import failure_words, problem_words, reason_words
from gateway.domain.access import Need
from gateway.domain.calendar.feed import Feed, FeedState, UnplacedEvent
from gateway.domain.calendar.room_matching import RULE_FIELDS, FeedRule
from gateway.domain.room import Room
from gateway.domain.room_state import Level
from gateway.outward.address import parse
from gateway.registry.agenda import feeds as registry
from gateway.registry.rooms import all_rooms, find_room
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import made_plain
from sensors.wire.topic import RoomSlug

blueprint = Blueprint("calendars", __name__)

RULE_LENGTH: Final = 200
REFRESH_TIMES: Final = 8
FIRST: Final[tuple[Level, ...]] = ("act", "watch", "unknown", "good")
"""What needs somebody stands first."""


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """A calendar with how it goes: ``act`` where it cannot be read, ``watch`` where something of it
    needs a person, ``unknown`` before its first reading.
    """

    feed: Feed
    level: Level
    how: str
    why: str
    place: str
    served_by: str
    reading: bool


@dataclass(frozen=True, slots=True)
class UnplacedLine:
    """Meetings without a room, in words, and the rule that would give them one."""

    event: UnplacedEvent
    reason: str
    first: str
    rule_field: str
    rule_text: str


@blueprint.get("/settings/calendars")
def calendars() -> str:
    with services().database.read() as conn:
        found = within(registry.all_feeds(conn), Need.SETTINGS)
        lines = [_line(conn, feed) for feed in found]
    lines.sort(key=lambda line: (FIRST.index(line.level), line.feed.name.casefold()))
    return render_template("settings/calendars.html", lines=lines)


@blueprint.get("/settings/calendars/<slug>")
def calendar(slug: str) -> str:
    with services().database.read() as conn:
        feed = found_feed(conn, slug)
        line = _line(conn, feed)
        mistakes = registry.problems_of(conn, slug)
        unplaced = registry.unplaced_of(conn, slug)
        rooms = tuple(all_rooms(conn, feed.venue))
    locale = locale_at(feed.venue)
    asked = request.args.get("again", "0")
    again = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
    return render_template(
        "settings/calendar.html",
        line=line,
        rooms=rooms,
        rules=[(rule, _room_name(rooms, rule.room)) for rule in feed.rules],
        mistakes=[(mistake.event, problem_words(mistake, locale)) for mistake in mistakes],
        unplaced=[_unplaced_line(event, locale) for event in unplaced],
        again=again + 1 if line.reading and again < REFRESH_TIMES else None,
    )


@blueprint.post("/settings/calendars/<slug>/read")
def read(slug: str) -> ResponseReturnValue:
    """Have the gateway read it at once: whether the address is right shows within seconds."""
    with services().database.write() as conn:
        registry.ask_feed(conn, found_feed(conn, slug).slug)
    return to_calendar(slug)


@blueprint.post("/settings/calendars/<slug>/rules")
def add_rule(slug: str) -> ResponseReturnValue:
    with changing() as conn:
        feed = found_feed(conn, slug)
        room = RoomSlug(request.form.get("room", ""))
        field = next((f for f in RULE_FIELDS if f == request.form.get("field")), None)
        text = made_plain(request.form.get("text", ""))[:RULE_LENGTH]
        if field is None or find_room(conn, feed.venue, room) is None:
            abort(404)
        if text:
            registry.put_feed(conn, replace(feed, rules=(*feed.rules, FeedRule(field, text, room))))
    if text:
        locale = locale_at(feed.venue)
        told(locale.gettext("Kept. The calendar is read again."), locale)
    return to_calendar(slug)


@blueprint.post("/settings/calendars/<slug>/rules/<int:number>/delete")
def delete_rule(slug: str, number: int) -> ResponseReturnValue:
    with changing() as conn:
        feed = found_feed(conn, slug)
        if number >= len(feed.rules):
            abort(404)
        kept = feed.rules[:number] + feed.rules[number + 1 :]
        registry.put_feed(conn, replace(feed, rules=kept))
    locale = locale_at(feed.venue)
    told(locale.gettext("Kept. The calendar is read again."), locale)
    return to_calendar(slug)


@blueprint.post("/settings/calendars/<slug>/delete")
def delete(slug: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        feed = found_feed(conn, slug)
        registry.delete_feed(conn, slug, now())
    flash(locale_at(feed.venue).gettext("%(name)s is followed no longer.", name=feed.name))
    return redirect(url_for("calendars.calendars"), 303)


def to_calendar(slug: str) -> ResponseReturnValue:
    return redirect(url_for("calendars.calendar", slug=slug), 303)


def found_feed(conn: Connection, slug: str) -> Feed:
    """A feed of a venue that the visitor sets up."""
    found = in_reach(registry.find_feed(conn, slug))
    if found is None:
        abort(404)
    demand(Need.SETTINGS, found.venue)
    return found


def _line(conn: Connection, feed: Feed) -> CalendarLine:
    locale, state = locale_at(feed.venue), registry.feed_state(conn, feed.slug)
    troubles = registry.problems_of(conn, feed.slug), registry.unplaced_of(conn, feed.slug)
    room = registry_view().rooms.get((feed.venue, RoomSlug(feed.room or "")))
    venue = registry_view().venue(feed.venue).name
    return CalendarLine(
        feed=feed,
        level=_level(state, any(troubles)),
        how=_how(state, sum(map(len, troubles)), locale),
        why=_why(state, locale),
        place=venue if room is None else f"{room.name}, {venue}",
        served_by=parse(feed.url).shown,
        reading=feed.asked != state.answered,
    )


def _level(state: FeedState, troubled: bool) -> Level:
    if state.failure is not None:
        return "act"
    if state.ok_at is None:
        return "unknown"
    return "watch" if troubled else "good"


def _how(state: FeedState, troubles: int, locale: PageLocale) -> str:
    if state.failure is not None:
        return locale.gettext("Cannot be read")
    if state.ok_at is None:
        return locale.gettext("Not read yet")
    if troubles:
        return locale.ngettext("One thing to look at", "%(number)s things to look at", troubles)
    return locale.gettext("In step")


def _why(state: FeedState, locale: PageLocale) -> str:
    """Why it cannot be read, or what was read and when."""
    at = "" if state.ok_at is None else locale.moment(state.ok_at, now())
    if state.failure is not None:
        why = failure_words(state.failure, locale)
        if not at:
            return why
        kept = locale.gettext("Meetings stay as they were at %(time)s.", time=at)
        return f"{why} {kept}"
    if not at:
        return locale.gettext("The gateway reads it within seconds.")
    count = locale.ngettext("%(number)s meeting", "%(number)s meetings", state.meetings)
    return locale.gettext("%(meetings)s, read at %(time)s", meetings=count, time=at)


def _unplaced_line(event: UnplacedEvent, locale: PageLocale) -> UnplacedLine:
    by_location = bool(event.location) and event.reason != "several_rooms"
    return UnplacedLine(
        event=event,
        reason=reason_words(event.reason, locale),
        first=locale.moment(event.start, now()),
        rule_field="location" if by_location else "title",
        rule_text=(event.location if by_location else event.title)[:RULE_LENGTH],
    )


def _room_name(rooms: tuple[Room, ...], slug: str) -> str:
    return next((room.name for room in rooms if room.slug == slug), slug)
