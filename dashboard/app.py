"""The Flask application, put together from its parts."""

from dataclasses import replace

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashboard import api, pages
from dashboard.pages.proof.verify import LARGEST_FILE_BYTES
from dashboard.web import health, metrics, stream
from dashboard.web.acting import acting
from dashboard.web.headers import add_headers
from dashboard.web.identity import auth, login
from dashboard.web.identity.entrance import ENTRANCE, Entrance
from dashboard.web.identity.oidc import OIDC, Oidc
from dashboard.web.judge import JUDGE, Judge
from dashboard.web.permissions import check_all_named
from dashboard.web.problem import problem_answer, wants_problem
from dashboard.web.quick_store import quick
from dashboard.web.services import EXTENSION, Services
from gateway.registry.accounts.sessions import LASTS

MAX_BODY_BYTES = 64 * 1024


class _Application(Flask):
    """Errors of the API are documents, whatever handlers the pages have for their own."""

    def handle_user_exception(self, e: Exception) -> HTTPException | ResponseReturnValue:
        if wants_problem(request.path):
            return problem_answer(e)
        return super().handle_user_exception(e)


def create_app(services: Services) -> Flask:
    """The application on its services; whoever made those closes them.

    Raises:
        Unnamed: nothing says what one of its views needs.

    """
    by_whom = acting(services.clock, demo=services.settings.demo)
    services = replace(
        services, store=quick(services.store), database=services.database.acting(by_whom)
    )
    app = _Application("dashboard")
    app.config.update(
        SECRET_KEY=services.secret,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        LARGER_BODIES={"/verify": LARGEST_FILE_BYTES},
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_COOKIE_NAME="luchtig",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.public_url.startswith("https:"),
    )
    app.extensions[EXTENSION] = services
    auth.register(app, services)
    app.extensions |= {JUDGE: Judge(services), ENTRANCE: Entrance(services)}
    if services.oidc is not None:
        app.extensions[OIDC] = Oidc(app, services.oidc)
    login.register(app, services)
    app.after_request(add_headers)
    health.register(app, services)
    metrics.register(app, services)
    stream.register(app, services)
    api.register(app, services)
    pages.register(app)
    check_all_named(app.url_map.iter_rules())
    return app
