"""The REST interface, version 1: one file a resource, each with its rows of the route table."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response

from dashboard.api import (
    alerts,
    channels,
    contacts,
    devices,
    export,
    feeds,
    meetings,
    openapi,
    plan,
    policies,
    quarantine,
    rooms,
    series,
    sessions,
    silences,
    tokens,
    venues,
)
from dashboard.api.route import PREFIX, Route
from dashboard.web.services import Services

__all__ = ("PREFIX", "ROUTES", "register")

ROUTES: tuple[Route, ...] = (
    *venues.ROUTES,
    *rooms.ROUTES,
    *series.ROUTES,
    *meetings.ROUTES,
    *feeds.ROUTES,
    *alerts.ROUTES,
    *silences.ROUTES,
    *contacts.ROUTES,
    *devices.ROUTES,
    *plan.ROUTES,
    *export.ROUTES,
    *policies.ROUTES,
    *quarantine.ROUTES,
    *channels.ROUTES,
    *tokens.ROUTES,
    *sessions.ROUTES,
)


def register(app: Flask, services: Services) -> None:
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        path = route.path.replace("{", "<").replace("}", ">")
        view = _view(route, services)
        blueprint.add_url_rule(path, route.name, view, methods=[route.method])
    description = openapi.document(ROUTES, PREFIX)

    def openapi_json() -> Response:
        return Response(description, mimetype="application/json")

    blueprint.add_url_rule("/openapi.json", view_func=openapi_json)
    app.register_blueprint(blueprint)


def _view(route: Route, services: Services) -> Callable[..., Response]:
    def view(**parts: str) -> Response:
        return route.call(services, parts)

    return view
