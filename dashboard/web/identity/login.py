"""Logging in and out: the form and the session it begins."""

from typing import Final, Literal

from flask import Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.identity.auth import SESSION, current_user
from dashboard.web.identity.entrance import entrance, local_target
from dashboard.web.identity.oidc import oidc
from dashboard.web.identity.passkeys import Site, site_of
from dashboard.web.judge import Error, NotRight, judge
from dashboard.web.services import Services, services
from gateway.registry.accounts.passkeys import are_there_passkeys
from gateway.registry.accounts.sessions import end_session

NAME_LENGTH: Final = 100


def register(app: Flask, services: Services) -> None:
    log_in = LogIn(services)
    app.add_url_rule("/login", "login", log_in.form, methods=["GET"])
    app.add_url_rule("/login", "login_post", log_in.post, methods=["POST"])
    app.add_url_rule("/logout", "logout", log_in.log_out, methods=["POST"])


class LogIn:
    """The form, and what becomes of it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def form(self) -> ResponseReturnValue:
        target = local_target(request.args.get("next", ""))
        if current_user() is not None:
            return redirect(target, 303)
        away = request.args.get("error") == "provider"
        return _page(target, error="provider" if away else None)

    def post(self) -> ResponseReturnValue:
        target = local_target(request.form.get("next", ""))
        name = request.form.get("name", "").strip()[:NAME_LENGTH]
        try:
            user = judge().judge(name, request.form.get("password", ""), request)
        except NotRight as error:
            page = _page(target, name, error.error)
            if error.wait_s:
                return page, 429, {"Retry-After": str(error.wait_s)}
            return page, 401
        return entrance().let_in(user, target, stays="stay" in request.form)

    def log_out(self) -> ResponseReturnValue:
        """End this browser's session, so that a copy of its cookie is worth nothing either."""
        secret = session.get(SESSION)
        if isinstance(secret, str):
            with self._services.database.write() as conn:
                end_session(conn, secret)
        session.clear()
        answer = redirect(url_for("login"), 303)
        answer.headers["Clear-Site-Data"] = '"storage"'  # what a board kept for being without us
        return answer


def _page(target: str, name: str = "", error: Error | Literal["provider"] | None = None) -> str:
    """The form, with the name as it was filled in."""
    can = isinstance(site_of(request, services().settings.public_url), Site)
    provider = oidc()
    with services().database.read() as conn:
        known = are_there_passkeys(conn)
    return render_template(
        "login.html",
        next=target,
        name=name,
        error=error,
        by_passkey=can and known,
        passkeys_elsewhere=known and not can,
        provider=None if provider is None else provider.shown,
    )
