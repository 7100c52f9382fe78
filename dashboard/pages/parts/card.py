"""A room as its card shows it: all words and shapes ready, nothing left to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dashboard.chart.sparkline import Drawing, draw
from dashboard.pages.attending.acts import Acts
from dashboard.pages.attending.due import Due, due_words, ticked_words
from dashboard.pages.parts.live.trend_cache import Trend
from dashboard.words.air import about_people, changing_words, shown_estimate, somebody_words
from dashboard.words.card import QuietRoom, advise
from dashboard.words.codes import level_word, occupied_words
from gateway.domain.meeting import Meeting
from gateway.domain.people import WORD_HOLDS
from gateway.domain.policy import Policy
from gateway.domain.room_state import Level, RoomState
from gateway.words.locale import DASH, PageLocale
from sensors.wire.instant import from_wire
from sensors.wire.topic import RoomSlug, VenueSlug

URGENCY: Final[tuple[Level, ...]] = ("act", "watch", "unknown", "good")


@dataclass(frozen=True, slots=True)
class Card:
    """``drawing`` is None where the store is away; ``seen`` is empty before the first reading,
    ``limit`` where CO2 has none. ``is_estimated``: nobody counted the people, the air says how many
    there are. ``somebody`` stands in the place of their number where motion alone tells of them,
    ``changing`` in that of the fresh air; ``is_dilution`` where that is not outdoor air. ``attended``
    says who is on it, ``acts`` what whoever looks can do, None where that is nothing. ``due`` says what is
    to be ticked of the meeting ``due_in`` and ``ticked`` what was; each is empty where that is nothing.
    """

    venue: VenueSlug
    room: RoomSlug
    name: str
    level: Level
    level_word: str
    occupied: str
    headline: str
    why: str
    co2: str
    people: str
    somebody: str
    is_estimated: bool
    capacity: str
    per_person: str
    changing: str
    is_dilution: bool
    limit: str
    drawing: Drawing | None
    seen: str
    attended: str
    acts: Acts | None
    due: str
    ticked: str
    due_in: str


def card(
    state: RoomState,
    policy: Policy,
    following: Meeting | None,
    trace: Trend | None,
    quiet: QuietRoom,
    now: datetime,
    locale: PageLocale,
    attended: str = "",
    acts: Acts | None = None,
    due: Due | None = None,
) -> Card:
    advice = advise(state, policy, quiet, now, locale)
    # What an absent gateway said last is no measurement of now.
    known = state.level != "unknown"
    # While the gateway lives, who was counted in is in, whether the air is measured or not.
    counted = known or (quiet.cause in ("sensor", "never") and _still_counts(state, now))
    air = state.ventilation if known else None
    flow = None if air is None else air.per_person_lps
    is_heard = known or quiet.cause in ("sensor", "never")
    somebody = somebody_words(state, locale) if is_heard else ""
    estimate = shown_estimate(state) if known and not somebody else None
    seen = [at for at in (state.co2_at, state.people_at, state.motion_at) if at is not None]
    return Card(
        venue=state.venue,
        room=state.room,
        name=state.name,
        level=state.level,
        level_word=level_word(state.level, locale),
        occupied=occupied_words(state.meeting, following, now, locale),
        headline=advice.headline,
        why=advice.why,
        co2=_shown(state.co2_ppm if known else None, locale),
        people=_shown(state.people if counted else None, locale)
        if estimate is None
        else about_people(estimate, locale),
        somebody=somebody,
        is_estimated=estimate is not None,
        capacity="" if state.capacity is None else locale.number(state.capacity),
        per_person=DASH if flow is None else locale.figure(flow),
        changing=changing_words(air, locale),
        is_dilution=air is not None and air.basis == "room_base",
        limit="" if policy.co2_limit_ppm is None else locale.number(policy.co2_limit_ppm),
        drawing=None
        if trace is None
        else draw(trace.points, trace.from_ns, trace.to_ns, policy.co2_limit_ppm),
        seen=locale.moment(max(from_wire(at) for at in seen), now) if seen else "",
        attended=attended,
        acts=acts,
        due="" if due is None else due_words(due, locale),
        ticked="" if due is None else ticked_words(due, now, locale),
        due_in="" if due is None else due.meeting,
    )


def urgency(state: RoomState) -> int:
    """Where a room comes on the board: the lower, the sooner."""
    return URGENCY.index(state.level)


def _still_counts(state: RoomState, now: datetime) -> bool:
    return state.people_at is not None and now - from_wire(state.people_at) < WORD_HOLDS


def _shown(value: float | None, locale: PageLocale) -> str:
    return DASH if value is None else locale.number(value)
