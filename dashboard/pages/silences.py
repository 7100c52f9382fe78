"""Telling nobody for a while, and telling again."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages import alerts
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.silence_panel import SilenceForm, read
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import demand, demand_silence, in_reach
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.registry.alerts.silences import end_silence, find_silence, put_silence

blueprint = Blueprint("silences", __name__)


@blueprint.post("/alerts/silence")
def make() -> ResponseReturnValue:
    asked = read(request.form, _who())
    if isinstance(asked, SilenceForm):
        return alerts.page(asked), 422
    with services().database.write() as conn:
        put_silence(conn, asked)
    locale = locale_at(asked.venue)
    flash(locale.gettext("Told to nobody until %(time)s.", time=locale.moment(asked.until, now())))
    return redirect(url_for("alerts.alerts"), 303)


@blueprint.post("/alerts/silences/<int:number>/end")
def end(number: int) -> ResponseReturnValue:
    who = _who()
    with services().database.write() as conn:
        found = in_reach(find_silence(conn, number))
        if found is None:
            abort(404)
        demand(Need.SILENCE, found.venue)
        demand_silence(found)
        end_silence(conn, number, who, now())
    flash(locale_at().gettext("What still goes on is told now."))
    return redirect(url_for("alerts.alerts"), 303)


def _who() -> str:
    visitor = current_user()
    if visitor is None:
        abort(403)
    return visitor.name
