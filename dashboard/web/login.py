"""Logging in and out: the form, the session it begins, and the slowing down of whoever guesses."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.auth import SESSION, current_user, is_local_path, public
from dashboard.web.services import Services
from dashboard.web.throttle import Throttle
from gateway.registry.sessions import begin_session, end_session, forget_ended
from gateway.registry.users import User, check_password

FREE_TRIES_OF_NAME = 10
FREE_TRIES_OF_ADDRESS = 5


def register(app: Flask, services: Services) -> None:
    log_in = LogIn(services)
    app.add_url_rule("/login", "login", log_in.form, methods=["GET"])
    app.add_url_rule("/login", "login_post", log_in.post, methods=["POST"])
    app.add_url_rule("/logout", "logout", log_in.log_out, methods=["POST"])


class LogIn:
    """The form, and the slowing down of whoever guesses."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._names = Throttle(FREE_TRIES_OF_NAME)
        self._addresses = Throttle(FREE_TRIES_OF_ADDRESS)

    @public
    def form(self) -> ResponseReturnValue:
        target = _target(request.args.get("next", ""))
        if current_user() is not None:
            return redirect(target, 303)
        return render_template("login.html", next=target, error=None)

    @public
    def post(self) -> ResponseReturnValue:
        target = _target(request.form.get("next", ""))
        name = request.form.get("name", "").strip()[:100]
        wait_s = self._wait_s(name)
        if wait_s > 0:
            page = render_template("login.html", next=target, error="wait")
            return page, 429, {"Retry-After": f"{int(wait_s) + 1}"}
        with self._services.database.read() as conn:
            user = check_password(conn, name, request.form.get("password", ""))
        self._remember(name, right=user is not None)
        if user is None:
            return render_template("login.html", next=target, error="wrong"), 401
        self._begin(user, stays="stay" in request.form)
        return redirect(target, 303)

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
        with self._services.database.write() as conn:
            forget_ended(conn, now)
            if isinstance(before, str):
                end_session(conn, before)
            secret = begin_session(conn, user.name, now, agent, address, stays=stays)
        session.clear()  # nothing of before the log-in is carried over
        session.permanent = stays
        session[SESSION] = secret

    def _wait_s(self, name: str) -> float:
        with self._tries() as (address, now_s):
            return max(self._names.wait_s(name, now_s), self._addresses.wait_s(address, now_s))

    def _remember(self, name: str, *, right: bool) -> None:
        with self._tries() as (address, now_s):
            for throttle, key in ((self._names, name), (self._addresses, address)):
                if right:
                    throttle.forget(key)
                else:
                    throttle.fail(key, now_s)

    @contextmanager
    def _tries(self) -> Iterator[tuple[str, float]]:
        with self._lock:
            yield request.remote_addr or "", time.monotonic()


def _target(wanted: str) -> str:
    return wanted if is_local_path(wanted) else "/"
