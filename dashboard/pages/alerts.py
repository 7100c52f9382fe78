"""What went over lately, and saying that somebody is on it."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, parts, registry_view
from dashboard.pages.parts.deliveries import DeliveryLine, delivery_lines
from dashboard.pages.parts.live.live_parts import look_around
from dashboard.pages.parts.scope import NO_ROOM
from dashboard.pages.parts.silence_panel import SilenceForm, begun, silence_panel, silent_words
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access, demand, in_reach, may, may_somewhere, shown_name, within
from dashboard.web.services import services
from dashboard.words.codes import (
    flag_state_words,
    how_far_over,
    lasted_words,
    rule_words,
    who_words,
)
from gateway.domain.access import Need
from gateway.domain.alerts.flag import Flag
from gateway.domain.alerts.silence import Silence
from gateway.registry.alerts.deliveries import Delivery, deliveries_of
from gateway.registry.alerts.flags import find_flag, recent_flags
from gateway.registry.alerts.silences import silences_since
from gateway.registry.live.operator_requests import (
    AcknowledgeRequest,
    ask_acknowledge,
    pending_requests,
)
from gateway.words.locale import PageLocale
from sensors.wire.plain_line import made_plain

blueprint = Blueprint("alerts", __name__)

BACK = timedelta(days=7)
SHOWN = 200
NOTE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class AlertLine:
    """A flag in words; ``acknowledged`` is empty until somebody is on it, ``silent`` while who
    should know is told.
    """

    flag: Flag
    room: str
    name: str
    state: str
    lasted: str
    over: str
    acknowledged: str
    note: str
    silent: str
    deliveries: list[DeliveryLine]
    may_acknowledge: bool
    may_silence: bool


@blueprint.get("/alerts")
def alerts() -> str:
    """The page; where its address names a place, with the form for a silence about that."""
    place = request.args.get("place", "")
    return page(begun(place, request.args.get("rule", "")) if place else None)


def page(form: SilenceForm | None) -> str:
    """The page, with the form for a silence as it was filled in."""
    with services().database.read() as conn:
        flags = recent_flags(
            conn, since=now() - BACK, venues=access().venues(Need.ALERTS), limit=SHOWN
        )
        asked = {r.flag: r for r in pending_requests(conn) if isinstance(r, AcknowledgeRequest)}
        silences = [one for _, one in silences_since(conn, now())]
        told = deliveries_of(conn, (flag.id for flag in within(flags, Need.ADDRESSES)))
        panel = silence_panel(conn, form)
    lines = [_line(flag, asked, silences, told.get(flag.id, ())) for flag in flags]
    return render_template(
        "alerts.html",
        live=_live(),
        open_lines=[line for line in lines if line.flag.state != "resolved"],
        past_lines=[line for line in lines if line.flag.state == "resolved"],
        silences=panel,
        may_silence=may_somewhere(Need.SILENCE),
    )


def _live() -> dict[str, str]:
    """What the page goes on from: which rooms wait for somebody, and as of when."""
    asking = look_around(parts().trends.newest).asking(access().venues())
    renderings = parts().renderings
    return {
        "asking": asking.parts["rooms"],
        "since": renderings.name_of(renderings.edition),
        "shows": NO_ROOM,
    }


@blueprint.post("/alerts/<flag_id>/acknowledge")
def acknowledge(flag_id: str) -> ResponseReturnValue:
    visitor = current_user()
    if visitor is None:
        abort(403)
    note = made_plain(request.form.get("note", ""))[:NOTE_LENGTH]
    with services().database.write() as conn:
        found = in_reach(find_flag(conn, flag_id))
        if found is None:
            abort(404)
        demand(Need.ACKNOWLEDGE, found.venue)
        ask_acknowledge(conn, flag_id, visitor.name, note, now())
    parts().attention.forget()
    flash(locale_at().gettext("Noted: you are on it."))
    return redirect(url_for("alerts.alerts"), 303)


def _line(
    flag: Flag,
    asked: dict[str, AcknowledgeRequest],
    silences: list[Silence],
    told: tuple[Delivery, ...],
) -> AlertLine:
    locale, at = locale_at(flag.venue), now()
    room = registry_view().rooms.get((flag.venue, flag.room))
    acknowledged, note = "", flag.acknowledged_note
    if flag.acknowledged_at is not None:
        seen = {
            "who": _who(flag, flag.acknowledged_by, locale),
            "time": locale.moment(flag.acknowledged_at, at),
        }
        if flag.state == "resolved":
            acknowledged = locale.gettext("seen by %(who)s at %(time)s", **seen)
        else:
            acknowledged = locale.gettext("%(who)s is on it since %(time)s", **seen)
    elif flag.id in asked:
        acknowledged = locale.gettext("%(who)s is on it", who=_who(flag, asked[flag.id].by, locale))
        note = asked[flag.id].note
    return AlertLine(
        flag=flag,
        room=flag.room if room is None else room.name,
        name=rule_words(flag.rule, locale),
        state=flag_state_words(flag.state, locale),
        lasted=lasted_words(flag.since, flag.resolved_at, at, locale),
        over=how_far_over(flag.rule, flag.peak, flag.limit, locale),
        acknowledged=acknowledged,
        note=note,
        silent=silent_words(flag, silences, locale),
        deliveries=delivery_lines(told, locale, at),
        may_acknowledge=may(Need.ACKNOWLEDGE, flag.venue),
        may_silence=may(Need.SILENCE, flag.venue),
    )


def _who(flag: Flag, name: str | None, locale: PageLocale) -> str:
    """By name; somebody who is known by an address, to those who may not see it, as somebody."""
    shown = shown_name(name, flag.venue)
    return locale.gettext("somebody") if shown is None else who_words(shown, locale)
