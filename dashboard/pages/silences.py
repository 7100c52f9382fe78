"""Telling nobody for a while, and telling again."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.auth import current_user
from dashboard.pages import alerts
from dashboard.pages.reach import now, say_at
from dashboard.pages.silence_panel import SilenceForm, read
from dashboard.services import services
from gateway.registry.silences import end_silence, find_silence, put_silence

blueprint = Blueprint("silences", __name__)


@blueprint.post("/alerts/silence")
def make() -> ResponseReturnValue:
    asked = read(request.form, _who())
    if isinstance(asked, SilenceForm):
        return alerts.page(asked), 422
    with services().database.write() as conn:
        put_silence(conn, asked)
    say = say_at(asked.venue)
    flash(say.gettext("Told to nobody until %(time)s.", time=say.moment(asked.until, now())))
    return redirect(url_for("alerts.alerts"), 303)


@blueprint.post("/alerts/silences/<int:number>/end")
def end(number: int) -> ResponseReturnValue:
    who = _who()
    with services().database.write() as conn:
        if find_silence(conn, number) is None:
            abort(404)
        end_silence(conn, number, who, now())
    flash(say_at().gettext("What still goes on is told now."))
    return redirect(url_for("alerts.alerts"), 303)


def _who() -> str:
    visitor = current_user()
    if visitor is None:
        abort(403)
    return visitor.name
