"""What a card says of who is on it, and what can be done there by whoever may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dashboard.pages.attending.attention import Attention
from dashboard.pages.parts.scope import Audience
from dashboard.words.advice import advice_sentences
from dashboard.words.codes import who_words
from gateway.domain.room_state import RoomState
from gateway.words.locale import PageLocale
from sensors.wire.topic import RoomSlug, VenueSlug

FEWEST_STEPS: Final = 2
"""One step alone is what the card says in large already."""


@dataclass(frozen=True, slots=True)
class Acts:
    """``may_attend`` where nobody is on it yet, ``is_quiet`` where nobody is told for now, and
    ``may_tell`` where that can be ended here.
    """

    venue: VenueSlug
    room: RoomSlug
    may_attend: bool
    is_quiet: bool
    may_tell: bool
    steps: tuple[str, ...]


def acts_of(state: RoomState, attention: Attention, locale: PageLocale) -> Acts | None:
    """None where nothing goes on that anybody is asked for."""
    if not attention.waiting and attention.since is None:
        return None
    steps = advice_sentences(state, locale)
    return Acts(
        state.venue,
        state.room,
        may_attend=bool(attention.waiting),
        is_quiet=attention.silent_until is not None,
        may_tell=attention.is_own_silence,
        steps=steps if len(steps) >= FEWEST_STEPS else (),
    )


def attended_words(
    attention: Attention, audience: Audience, now: datetime, locale: PageLocale
) -> str:
    """Who is on it and since when, with their note, and until when nobody is told. A wall screen hangs
    where everybody passes: it names nobody.
    """
    said = []
    if attention.since is not None:
        since = locale.moment(attention.since, now)
        if audience == "kiosk":
            said.append(locale.gettext("Somebody is on it since %(time)s", time=since))
        else:
            who = _name(attention.by or "", locale)
            said.append(locale.gettext("%(who)s is on it since %(time)s", who=who, time=since))
            if attention.note:
                said.append(f"“{attention.note}”")
    if attention.silent_until is not None:
        until = locale.moment(attention.silent_until, now)
        said.append(locale.gettext("told to nobody until %(time)s", time=until))
    return " · ".join(said)


def _name(who: str, locale: PageLocale) -> str:
    """Who came by the link of a message is known by an address, which is not for everybody."""
    return locale.gettext("somebody") if "@" in who or not who else who_words(who, locale)
