"""One room: now, what to do, and the last hours."""

import msgspec
from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.chart.figure import figure
from dashboard.chart.palette import theme_named
from dashboard.pages.board import live
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.limits import PolicyLine, kind_word, policy_line
from dashboard.pages.parts.room_history import (
    asked_lps,
    history_of,
    rows_of,
    still_co2,
    still_flow,
    still_marks,
)
from dashboard.web.services import services
from gateway.domain.presets import HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room_state import RoomState
from gateway.registry.devices import devices_in
from gateway.store.interface import StoreError
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("room", __name__)

HOURS = (2, 6, 24, 168)
LONGEST_H = 168


@blueprint.get("/rooms/<venue>/<room>")
def room(venue: VenueSlug, room: RoomSlug) -> str:
    state, locale, at = _state(venue, room), locale_at(venue), now()
    hours = _hours()
    policy = registry_view().policy_of(venue, room, at).at(state.outdoor_ppm)
    history = history_of(state, hours, locale)
    with services().database.read() as conn:
        devices = devices_in(conn, venue, room)
    return render_template(
        "room.html",
        locale=locale,
        name=state.name,
        venue=venue,
        room=room,
        place=registry_view().venue(venue),
        registered=registry_view().rooms.get((venue, room)),
        policy=policy,
        held_to=policy_name(policy, locale),
        board=live(venue, room),
        hours=hours,
        choices=HOURS,
        history=history,
        drawing=None if history is None else still_co2(history),
        flow_drawing=None if history is None else still_flow(history),
        flow_limit=None if history is None else asked_lps(history),
        marks=[] if history is None else still_marks(history),
        rows=[] if history is None else rows_of(history.series, locale),
        measures=_measures(venue, room, state, locale),
        devices=devices,
        held=_held(venue, room),
    )


@blueprint.get("/rooms/<venue>/<room>/chart.json")
def chart(venue: VenueSlug, room: RoomSlug) -> ResponseReturnValue:
    """The Plotly figure of the room's history, in the colours of ``?theme=light`` or ``dark``."""
    locale = locale_at(venue)
    history = history_of(_state(venue, room), _hours(), locale)
    if history is None:
        abort(503)
    theme = theme_named(request.args.get("theme"))
    answer = make_response(msgspec.json.encode(figure(history, theme, locale)))
    answer.content_type = "application/json"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.update(("Cookie", "Accept-Language"))
    answer.add_etag()
    return answer.make_conditional(request)


def _state(venue: VenueSlug, room: RoomSlug) -> RoomState:
    state = services().board.room(venue, room)
    if state is None:
        abort(404)
    return state


def _measures(
    venue: VenueSlug, room: RoomSlug, state: RoomState, locale: PageLocale
) -> tuple[tuple[str, PolicyLine, str], ...]:
    """What the room is held to and shown against: what for, the policy, and its kind in words."""
    place, policies = registry_view().venue(venue), registry_view().policies
    legal = place.legal_policy or LEGAL_DEFAULT.slug
    healthy = place.healthy_policy or HEALTHY_DEFAULT.slug
    if state.compliance is not None:
        legal, healthy = state.compliance.legal.policy, state.compliance.healthy.policy
    named = (
        (locale.gettext("Its limits"), registry_view().policy_of(venue, room, now())),
        (locale.gettext("Legal"), policies.get(legal, LEGAL_DEFAULT)),
        (locale.gettext("Healthy"), policies.get(healthy, HEALTHY_DEFAULT)),
    )
    return tuple(
        (title, policy_line(policy, locale), kind_word(policy.kind, locale))
        for title, policy in named
    )


def _hours() -> int:
    asked = request.args.get("hours", default=6, type=int)
    return min(max(asked, 1), LONGEST_H)


def _held(venue: VenueSlug, room: RoomSlug) -> dict[str, int] | None:
    """How many readings the store holds of this room; None where it is away."""
    store = services().store
    try:
        return {
            "air": store.count("air", venue, room),
            "people": store.count("people", venue, room),
        }
    except StoreError:
        return None
