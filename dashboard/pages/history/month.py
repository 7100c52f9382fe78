"""A month of a room, hour by hour."""

from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, abort, render_template, request

from dashboard.chart.month import month_of
from dashboard.pages.history.chart import state_of
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.services import services
from gateway.store.interface import StoreError
from gateway.words.locale import PageLocale
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug

blueprint = Blueprint("history_month", __name__)

HOUR: Final = timedelta(hours=1)


@blueprint.get("/rooms/<venue>/<room>/month")
def month(venue: VenueSlug, room: RoomSlug) -> str:
    state, locale, at = state_of(venue, room), locale_at(venue), now()
    begins = _first(request.args.get("month"), at, locale)
    ends = _next(begins)
    hours = round((min(ends, at) - begins) / HOUR + 0.5)
    policy = registry_view().policy_of(venue, room, at).at(state.outdoor_ppm)
    try:
        series = services().store.series(
            venue, room, ["co2_ppm"], to_ns(begins), to_ns(begins + max(hours, 1) * HOUR),
            max(hours, 1),
        )  # fmt: skip
    except StoreError:
        shown = None
    else:
        shown = month_of(series, begins.date(), policy.co2_limit_ppm, locale)
    return render_template(
        "month.html",
        locale=locale,
        name=state.name,
        venue=venue,
        room=room,
        place=registry_view().venue(venue),
        month=shown,
        title=locale.month_and_year(begins),
        limit=policy.co2_limit_ppm,
        earlier=f"{begins - timedelta(days=1):%Y-%m}",
        later=f"{ends:%Y-%m}" if ends <= at else None,
    )


def _first(asked: str | None, at: datetime, locale: PageLocale) -> datetime:
    """The beginning of the month that is asked for, on the venue's clock; of this one by default."""
    begins = locale.local(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if asked is None:
        return begins
    try:
        chosen = datetime.strptime(asked, "%Y-%m").replace(tzinfo=locale.zone)
    except ValueError:
        abort(404)
    if not 2000 <= chosen.year < 2250 or chosen > begins:
        abort(404)
    return chosen


def _next(begins: datetime) -> datetime:
    return (begins + timedelta(days=32)).replace(day=1)
