"""One room: now, what to do, and what was."""

from flask import Blueprint, render_template, request

from dashboard.pages.board import live
from dashboard.pages.history.chart import state_of
from dashboard.pages.history.window import HOURS, asked, choice
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.limits import PolicyLine, kind_word, policy_line
from dashboard.pages.parts.room_history import drawing_of, history_of, noted_in, rows_of
from dashboard.web.services import services
from dashboard.words.annotations import KINDS, annotation_words
from gateway.domain.presets import HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room_state import RoomState
from gateway.registry.devices import devices_in
from gateway.store.interface import StoreError
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("room", __name__)


@blueprint.get("/rooms/<venue>/<room>")
def room(venue: VenueSlug, room: RoomSlug) -> str:
    state, locale, at = state_of(venue, room), locale_at(venue), now()
    window = asked(request.args, at, locale)
    policy = registry_view().policy_of(venue, room, at).at(state.outdoor_ppm)
    history = history_of(state, window, locale)
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
        window=window,
        choices=[(hours, choice(hours, locale)) for hours in HOURS],
        history=history,
        noted=[
            (number, annotation_words(one, locale), one)
            for number, one in noted_in(venue, room, window)
        ],
        kinds=[(kind, words(locale)) for kind, words in KINDS.items()],
        whole=None if history is None else drawing_of(history, window, locale),
        rows=[] if history is None else rows_of(history.series, locale),
        measures=_measures(venue, room, state, locale),
        devices=devices,
        held=_held(venue, room),
    )


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
