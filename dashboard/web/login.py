"""Logging in and out: the form, the session it begins, and the slowing down of whoever guesses."""

import os
import time
from typing import Final, Literal

from flask import Flask, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.acting import act_as
from dashboard.web.auth import SESSION, current_user, is_local_path, public
from dashboard.web.guessing import Guesses, Try
from dashboard.web.known_device import KnownDevice, KnownDevices
from dashboard.web.services import Services
from dashboard.web.turnstile import Busy, Turnstile
from gateway.registry.database import DatabaseAway
from gateway.registry.sessions import begin_session, end_session, forget_ended
from gateway.registry.users import User, check_password

HASHES_AT_MOST: Final = 4
"""At a time, and no more than there are cores: half the threads that pages have (a hash takes 64 MB
besides).
"""
HASHES_WAITING: Final = 2
TURN_WITHIN_S: Final = 1.0
NAME_LENGTH: Final = 100

Error = Literal["wait", "busy", "wrong"]


def register(app: Flask, services: Services) -> None:
    log_in = LogIn(services)
    app.add_url_rule("/login", "login", log_in.form, methods=["GET"])
    app.add_url_rule("/login", "login_post", log_in.post, methods=["POST"])
    app.add_url_rule("/logout", "logout", log_in.log_out, methods=["POST"])


class LogIn:
    """The form, and the slowing down of whoever guesses."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guesses = Guesses()
        self._devices = KnownDevices(services.secret)
        at_a_time = min(os.cpu_count() or 1, HASHES_AT_MOST)
        self._turnstile = Turnstile(at_a_time, HASHES_WAITING, TURN_WITHIN_S)

    @public
    def form(self) -> ResponseReturnValue:
        target = _target(request.args.get("next", ""))
        if current_user() is not None:
            return redirect(target, 303)
        return _page(target)

    @public
    def post(self) -> ResponseReturnValue:
        target = _target(request.form.get("next", ""))
        name = request.form.get("name", "").replace("\0", "").strip()[:NAME_LENGTH]
        device = self._devices.find(request)
        one = Try(name, request.remote_addr or "", device.key_for(name))
        wait_s = self._guesses.begin(one, time.monotonic())
        if wait_s > 0:
            return _page(target, name, "wait"), 429, {"Retry-After": f"{int(wait_s) + 1}"}
        try:
            with self._turnstile.turn(), self._services.database.read() as conn:
                user = check_password(conn, name, request.form.get("password", ""))
        except (Busy, DatabaseAway) as error:
            self._guesses.was_not_judged(one, time.monotonic())
            if isinstance(error, DatabaseAway):
                raise
            return _page(target, name, "busy"), 429, {"Retry-After": "2"}
        if user is None:
            return _page(target, name, "wrong"), 401
        self._guesses.was_right(one, time.monotonic())
        self._begin(user, stays="stay" in request.form)
        return self._let_in(target, device.also(name))

    def _let_in(self, target: str, device: KnownDevice) -> ResponseReturnValue:
        answer = make_response(redirect(target, 303))
        secure = self._services.settings.public_url.startswith("https:")
        self._devices.remember(answer, device, secure=secure)
        return answer

    def log_out(self) -> ResponseReturnValue:
        """End this browser's session, so that a copy of its cookie is worth nothing either."""
        secret = session.get(SESSION)
        if isinstance(secret, str):
            with self._services.database.write() as conn:
                end_session(conn, secret)
        session.clear()
        return redirect(url_for("login"), 303)

    def _begin(self, user: User, *, stays: bool) -> None:
        now = self._services.clock.now()
        agent, address = request.headers.get("User-Agent", ""), request.remote_addr or ""
        before = session.get(SESSION)
        act_as(user.name, "session")
        with self._services.database.write() as conn:
            forget_ended(conn, now)
            if isinstance(before, str):
                end_session(conn, before)
            secret = begin_session(conn, user.name, now, agent, address, stays=stays)
        session.clear()  # nothing of before the log-in is carried over
        session.permanent = stays
        session[SESSION] = secret


def _page(target: str, name: str = "", error: Error | None = None) -> str:
    """The form, with the name as it was filled in."""
    return render_template("login.html", next=target, name=name, error=error)


def _target(wanted: str) -> str:
    return wanted if is_local_path(wanted) else "/"
