"""How many people, for how long, in which room: what to expect, before a meeting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.chart.sparkline import Ahead, Drawing, draw
from dashboard.pages.agenda.plan_rooms import best_words, booking_address, room_line
from dashboard.pages.parts.context import locale_at, registry_view
from dashboard.pages.parts.form import Form
from dashboard.pages.parts.limits import policy_groups
from dashboard.planning import (
    HIGHEST_START_PPM,
    LONGEST,
    LOWEST_START_PPM,
    MOST_PEOPLE,
    Ask,
    CannotPlan,
    Choice,
    Planned,
    choices,
    planned,
)
from dashboard.web.services import services
from dashboard.words.plan import (
    basis_words,
    fits_level,
    fits_words,
    group_words,
    largest_words,
    outdoor_words,
    peak_words,
    per_person_words,
    stay_words,
    why_words,
    windows_words,
)
from gateway.domain.air.generation import ACTIVITIES, Activity
from gateway.domain.air.generation import DEFAULT as USUAL_ACTIVITY
from gateway.domain.air.plan import Outlook, Plan
from gateway.domain.policy import DEFAULT
from gateway.domain.room import Room
from gateway.domain.room_state import Level
from gateway.words.activities import activity_words
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name, policy_note
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("plan", __name__)

NS_PER_MIN: Final = 60_000_000_000
FIELDS: Final = ("room", "at", "people", "minutes", "activity", "start", "policy")


@dataclass(frozen=True, slots=True)
class OutlookPanel:
    """What to expect with the windows closed, or open; texts, ready to read."""

    title: str
    peak: str
    per_person: str
    largest: str
    stay: str
    end: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class PlanPanel:
    """The plan as its page shows it. ``limit`` is empty where CO2 has none."""

    level: Level
    headline: str
    why: str
    room: str
    group: str
    policy: str
    note: str
    limit: str
    outlooks: tuple[OutlookPanel, ...]
    basis: str
    never_open: bool
    outdoor: str


@blueprint.get("/plan")
def plan() -> ResponseReturnValue:
    given = {field: request.args.get(field, "").strip() for field in FIELDS}
    locale = locale_at(VenueSlug(given["room"].partition("/")[0]) or None)
    mistakes: dict[str, str] = {}
    panel, rooms, best, book = None, [], "", ""
    if "people" in request.args or "minutes" in request.args:
        ask = _ask(given, mistakes, locale)
        at = _at(given["at"], mistakes, locale)
        if ask is not None and not mistakes:
            found = () if given["room"] else _choices(ask, at)
            rooms = [room_line(one, ask, at, locale) for one in found]
            best = best_words(found, locale)
        if ask is not None and not mistakes and given["room"]:
            planned_here = _planned(ask, mistakes, locale)
            panel = None if planned_here is None else _panel(planned_here, locale)
            book = _book(ask, at, locale)
    page = render_template(
        "plan.html",
        given=given | {"activity": given["activity"] or USUAL_ACTIVITY},
        mistakes=mistakes,
        plan=panel,
        room_lines=rooms,
        best=best,
        book=book,
        venues=[
            (venue, [room for room in registry_view().rooms.values() if room.venue == venue.slug])
            for venue in registry_view().venues.values()
        ],
        activities=[(row.activity, activity_words(row.activity, locale)) for row in ACTIVITIES],
        groups=policy_groups(registry_view().policies.values(), locale),
        usual=policy_name(DEFAULT, locale),
        bounds={
            "people": MOST_PEOPLE,
            "minutes": round(LONGEST),
            "low": round(LOWEST_START_PPM),
            "high": round(HIGHEST_START_PPM),
        },
    )
    return page, 400 if mistakes else 200


def _ask(given: Mapping[str, str], mistakes: dict[str, str], locale: PageLocale) -> Ask | None:
    """What the form asks for; None with ``mistakes`` by field where it is not right."""
    venue, _, room = given["room"].partition("/")
    if given["room"] and (venue, room) not in registry_view().rooms:
        mistakes["room"] = locale.gettext("Choose a room")
    people = _number(given["people"], 1, MOST_PEOPLE)
    if people is None or people != round(people):
        mistakes["people"] = locale.gettext(
            "A whole number from 1 to %(most)s", most=locale.number(MOST_PEOPLE)
        )
    minutes = _number(given["minutes"], 1, LONGEST)
    if minutes is None:
        mistakes["minutes"] = locale.gettext(
            "A number of minutes from 1 to %(most)s", most=locale.number(LONGEST)
        )
    start_ppm = _number(given["start"], LOWEST_START_PPM, HIGHEST_START_PPM)
    if given["start"] and start_ppm is None:
        mistakes["start"] = locale.gettext(
            "A number of ppm from %(least)s to %(most)s, or nothing for an aired room",
            least=locale.number(LOWEST_START_PPM),
            most=locale.number(HIGHEST_START_PPM),
        )
    if given["activity"] and given["activity"] not in {row.activity for row in ACTIVITIES}:
        mistakes["activity"] = locale.gettext("Choose one of these")
    limits = registry_view().policies.get(given["policy"])
    serves = limits is not None and (not venue or limits.serves(VenueSlug(venue)))
    if given["policy"] and not serves:
        mistakes["policy"] = locale.gettext("Choose one of these")
    if mistakes or people is None or minutes is None:
        return None
    activity = cast("Activity", given["activity"]) if given["activity"] else None
    return Ask(
        VenueSlug(venue),
        RoomSlug(room),
        round(people),
        minutes,
        activity,
        start_ppm,
        given["policy"] or None,
    )


def _at(text: str, mistakes: dict[str, str], locale: PageLocale) -> datetime | None:
    """When it is to be; None where that was left open, or is wrong."""
    if not text:
        return None
    form = Form({"at": text})
    at = form.moment("at", locale)
    mistakes.update(form.wrong)
    return at


def _outdoor_ppm(room: Room) -> float | None:
    live = services().board.room(room.venue, room.slug)
    return None if live is None else live.outdoor_ppm


def _choices(ask: Ask, at: datetime | None) -> tuple[Choice, ...]:
    with services().database.read() as conn:
        return choices(conn, registry_view().rooms.values(), ask, at, _outdoor_ppm)


def _book(ask: Ask, at: datetime | None, locale: PageLocale) -> str:
    room = registry_view().rooms[ask.venue, ask.room]
    return booking_address(ask, Choice(room, None, (), None), at, locale)


def _number(text: str, least: float, most: float) -> float | None:
    """A number as people write it, within its bounds; None where it is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if least <= value <= most else None


def _planned(ask: Ask, mistakes: dict[str, str], locale: PageLocale) -> Planned | None:
    live = services().board.room(ask.venue, ask.room)
    try:
        with services().database.read() as conn:
            return planned(conn, ask, None if live is None else live.outdoor_ppm)
    except CannotPlan as error:
        if error.missing == "volume":
            mistakes["room"] = locale.gettext(
                "Of this room neither the volume nor the floor is known: a manager can fill it in"
            )
        else:
            mistakes[error.missing] = locale.gettext("Choose one of these")
        return None


def _panel(found: Planned, locale: PageLocale) -> PlanPanel:
    its = found.plan
    policy = its.policy
    outlooks = [its.closed, *([] if its.opened is None else [its.opened])]
    return PlanPanel(
        level=fits_level(its),
        headline=fits_words(its, locale),
        why=why_words(its, locale),
        room=found.room.name,
        group=group_words(found, locale),
        policy=policy_name(policy, locale),
        note=policy_note(policy, locale),
        limit="" if policy.co2_limit_ppm is None else locale.number(policy.co2_limit_ppm),
        outlooks=tuple(_outlook_panel(outlook, its, locale) for outlook in outlooks),
        basis=basis_words(its.basis, found.room.design_flow_lps, locale),
        never_open=its.basis.knowledge == "history" and its.opened is None,
        outdoor=outdoor_words(found, locale),
    )


def _outlook_panel(outlook: Outlook, its: Plan, locale: PageLocale) -> OutlookPanel:
    return OutlookPanel(
        title=windows_words(outlook, its, locale),
        peak=peak_words(outlook, locale),
        per_person=per_person_words(outlook, locale),
        largest=largest_words(outlook, locale),
        stay=stay_words(outlook, its.policy, locale),
        end=locale.span(timedelta(minutes=its.group.minutes)),
        drawing=_drawing(outlook, its),
    )


def _drawing(outlook: Outlook, its: Plan) -> Drawing:
    """The path; both outlooks on the same scale, so that they can be compared."""
    both = [its.closed, *([] if its.opened is None else [its.opened])]
    reach = max(point.high_ppm for one in both for point in one.path)
    ahead = [
        Ahead(round(point.minutes * NS_PER_MIN), point.ppm, point.low_ppm, point.high_ppm)
        for point in outlook.path
    ]
    floor = min([its.start_ppm, *(point.low_ppm for one in both for point in one.path)])
    limit_ppm = its.policy.co2_limit_ppm
    return draw((), 0, 0, limit_ppm, floor=floor, reach=reach, ahead=ahead)
