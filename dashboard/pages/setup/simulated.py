"""The first start: simulated sensors to look at, in a venue of their own, until they are put away.

Nobody is told of it, no report is made of it, and nothing of it stays.
"""

import tomllib

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now, parts, registry_view
from dashboard.pages.setup.simulated_venue import scenario
from dashboard.web.identity.auth import current_user
from dashboard.web.services import services
from dashboard.web.simulation import NoSimulation, Simulation
from gateway.domain.alerts.silence import LONGEST, Silence
from gateway.domain.room import SIMULATED
from gateway.registry.alerts.silences import end_silence, put_silence, silences_since
from gateway.registry.rooms import delete_venue
from gateway.venue_import import import_venues
from sensors.venue.file import parse_venues

blueprint = Blueprint("simulated", __name__)


@blueprint.post("/setup/simulated")
def show() -> ResponseReturnValue:
    simulation, locale = _simulation(), locale_at()
    _ = locale.gettext
    text = scenario(
        _("Simulated venue"),
        (_("Large hall"), _("Study"), _("Garden room")),
        _("A simulated meeting"),
        registry_view().venue(None).timezone,
        locale.language,
        now(),
    )
    venues = parse_venues(tomllib.loads(text), "simulated")
    with services().database.write() as conn:
        import_venues(conn, venues, now(), "simulated")
        _tell_all_again(conn)
        reason = _("Simulated sensors")
        put_silence(conn, Silence(SIMULATED, None, None, now(), now() + LONGEST, reason, _who()))
    parts().registry_cache.forget()
    try:
        simulation.play(text)
    except NoSimulation:
        _forget()
        abort(503)
    return redirect(url_for("board.board", venue=SIMULATED), 303)


@blueprint.post("/setup/simulated/end")
def end() -> ResponseReturnValue:
    _simulation().stop()
    _forget()
    return redirect(url_for("board.board"), 303)


def _forget() -> None:
    with services().database.write() as conn:
        _tell_all_again(conn)
        delete_venue(conn, SIMULATED)
    parts().registry_cache.forget()
    services().store.remove(SIMULATED)


def _tell_all_again(conn: Connection) -> None:
    for number, silence in silences_since(conn, now()):
        if silence.venue == SIMULATED:
            end_silence(conn, number, _who(), now())


def _simulation() -> Simulation:
    """Answers 404 where there can be none, as in the demo."""
    found = services().simulation
    if found is None:
        abort(404)
    return found


def _who() -> str:
    visitor = current_user()
    return "" if visitor is None else visitor.name
