"""The REST interface, version 1: one file a resource, each with its rows of the route table."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response
from werkzeug.routing import BaseConverter, IntegerConverter

from dashboard.api import audit, openapi, quarantine
from dashboard.api.access import (
    doors,
    invitations,
    kiosks,
    links,
    organisations,
    sessions,
    subscriptions,
    tokens,
    users,
)
from dashboard.api.agenda import feeds, meeting_protocol, meetings, plan, protocols
from dashboard.api.incoming import readings
from dashboard.api.places import (
    annotations,
    devices,
    export,
    policies,
    room_tests,
    rooms,
    series,
    venues,
)
from dashboard.api.proof import season
from dashboard.api.route import PREFIX, Route
from dashboard.api.telling import alerts, channels, contacts, silences, webhooks
from dashboard.web.services import Services

__all__ = ("PREFIX", "ROUTES", "WEBHOOK", "register")

ROUTES: tuple[Route, ...] = (
    *venues.ROUTES,
    *rooms.ROUTES,
    *room_tests.ROUTES,
    *series.ROUTES,
    *meetings.ROUTES,
    *meeting_protocol.ROUTES,
    *protocols.ROUTES,
    *feeds.ROUTES,
    *alerts.ROUTES,
    *silences.ROUTES,
    *annotations.ROUTES,
    *contacts.ROUTES,
    *devices.ROUTES,
    *plan.ROUTES,
    *export.ROUTES,
    *policies.ROUTES,
    *season.ROUTES,
    *quarantine.ROUTES,
    *channels.ROUTES,
    *webhooks.ROUTES,
    *tokens.ROUTES,
    *subscriptions.ROUTES,
    *kiosks.ROUTES,
    *organisations.ROUTES,
    *doors.ROUTES,
    *users.ROUTES,
    *invitations.ROUTES,
    *sessions.ROUTES,
    *audit.ROUTES,
    *links.ROUTES,
    *readings.ROUTES,
)


WEBHOOK = "<number:webhook>"
"""A number, so that what programs send to us may stand at ``/webhooks/KIND/VENUE``."""


class _Number(IntegerConverter):
    """What is known by a number; another one is no address of ours, whatever the method."""

    regex = r"[1-9][0-9]{0,8}"


class _Word(BaseConverter):
    """What is known by a word: where it is none, another address may be meant."""

    regex = r"[a-z][a-z-]+"


def register(app: Flask, services: Services) -> None:
    app.url_map.converters |= {"number": _Number, "word": _Word}
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        path = route.path.replace("{", "<").replace("}", ">").replace("<webhook>", WEBHOOK)
        path = path.replace("<kind>", "<word:kind>")
        view = _view(route, services)
        blueprint.add_url_rule(path, route.name, view, methods=[route.method])
    description = openapi.document(ROUTES, PREFIX)

    def openapi_json() -> Response:
        return Response(description, mimetype="application/json")

    blueprint.add_url_rule("/openapi.json", view_func=openapi_json)
    app.register_blueprint(blueprint)


def _view(route: Route, services: Services) -> Callable[..., Response]:
    def view(**parts: object) -> Response:
        return route.call(services, {name: str(part) for name, part in parts.items()})

    return view
