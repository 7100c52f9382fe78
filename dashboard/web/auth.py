"""Who may see and change what: everything is closed but what is marked ``public``.

A person logs in with a form and carries a signed session cookie; a program carries a token in
``Authorization: Bearer``. A session ends by itself when its user is deleted or the password
changes.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from dashboard.web.problem import Problem, wants_problem
from dashboard.web.services import Services
from dashboard.web.throttle import Throttle
from gateway.config import DashboardSettings
from gateway.registry.sessions import session_stamp, user_of_session
from gateway.registry.users import User, check_password, user_of_token
from sensors.config import ConfigError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FREE_TRIES_OF_NAME = 10
FREE_TRIES_OF_ADDRESS = 5
TOKEN_USE_NOTED_S = 60.0

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; ``name`` is written beside what they change."""

    name: str
    role: str


DEMO = Visitor("demo", "admin")


def public(view: F) -> F:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def keyed(view: F) -> F:
    """Mark a view whose address holds a signed token: whoever has the link may, without a log-in
    and without a session to guard against forms of other sites.
    """
    view.is_keyed = True  # type: ignore[attr-defined]  # a mark on a function
    return public(view)


def current_user() -> Visitor | None:
    """Who asks, None on a public page without log-in."""
    visitor: Visitor | None = g.get("visitor")
    return visitor


def check_demo(settings: DashboardSettings) -> None:
    """Make sure that a dashboard without log-in is reached from this machine alone.

    Raises:
        ConfigError: it would listen on other addresses.

    """
    host = settings.bind.rpartition(":")[0].strip("[]")
    if settings.demo and host not in LOOPBACK:
        raise ConfigError(
            [f"dashboard.bind = {settings.bind!r}: with dashboard.demo expected 127.0.0.1:PORT"]
        )


def is_local_path(target: str) -> bool:
    """Whether a redirect there stays on this site."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(character) < 32 for character in target):  # browsers drop these before they look
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def register(app: Flask, services: Services) -> None:
    """Guard the application, and add the log-in form.

    Raises:
        ConfigError: a demo that others could reach.

    """
    check_demo(services.settings)
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)  # the guard knows when
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session
    guard = _Guard(app, services, CSRFProtect(app))
    app.before_request(guard)
    log_in = _LogIn(services)
    app.add_url_rule("/login", "login", log_in.form, methods=["GET"])
    app.add_url_rule("/login", "login_post", log_in.post, methods=["POST"])
    app.add_url_rule("/logout", "logout", _log_out, methods=["POST"])


class _Guard:
    """Asked before every request: lets it pass, or answers in its place."""

    def __init__(self, app: Flask, services: Services, csrf: CSRFProtect) -> None:
        self._app = app
        self._services = services
        self._csrf = csrf
        self._note_due_s: dict[bytes, float] = {}  # as many as there are tokens that work

    def __call__(self) -> ResponseReturnValue | None:
        _refuse_other_sites(self._services.settings)
        if self._services.settings.demo:
            _refuse_other_hosts()
            g.visitor = DEMO
        elif request.endpoint != "static":
            g.visitor = self._visitor()
        if not self._is_public() and current_user() is None:
            return _ask_to_log_in()
        if request.method not in SAFE_METHODS and not self._is_program() and not self._has("keyed"):
            self._check_form()
        return None

    def _check_form(self) -> None:
        """Make sure that a form is one of ours, filled in by who it was made for."""
        try:
            self._csrf.protect()
        except CSRFError as error:
            raise Problem(403, error.description or CSRFError.description) from error

    def _is_public(self) -> bool:
        return request.endpoint == "static" or self._has("public")

    def _has(self, mark: str) -> bool:
        view = self._app.view_functions.get(request.endpoint or "")
        return bool(getattr(view, f"is_{mark}", False))

    def _is_program(self) -> bool:
        """Bearer tokens are sent by programs alone, and the demo's API is free."""
        return bool(g.get("by_token")) or (
            self._services.settings.demo and wants_problem(request.path)
        )

    def _visitor(self) -> Visitor | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            user = self._user_of_token(token.strip())
            g.by_token = user is not None
        else:
            user = self._user_of_session()
        return None if user is None else Visitor(user.name, user.role)

    def _user_of_session(self) -> User | None:
        name, stamp = session.get("user"), session.get("stamp")
        if not isinstance(name, str) or not isinstance(stamp, str):
            return None
        with self._services.database.read() as conn:
            user = user_of_session(conn, name, stamp)
        if user is None:
            session.clear()
        return user

    def _user_of_token(self, token: str) -> User | None:
        """Read only, but for once a minute, when the token's use is noted."""
        now = self._services.clock.now()
        with self._services.database.read() as conn:
            user = user_of_token(conn, token, now)
        if user is None:
            return None
        key = sha256(token.encode()).digest()
        if time.monotonic() >= self._note_due_s.get(key, 0.0):
            self._note_due_s[key] = time.monotonic() + TOKEN_USE_NOTED_S
            with self._services.database.write() as conn:
                user_of_token(conn, token, now)
        return user


class _LogIn:
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
            stamp = None if user is None else session_stamp(conn, user.name)
        self._remember(name, right=user is not None)
        if user is None:
            return render_template("login.html", next=target, error="wrong"), 401
        session.clear()  # nothing of before the log-in is carried over
        session.permanent = True
        session["user"] = user.name
        session["stamp"] = stamp
        return redirect(target, 303)

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


def _log_out() -> ResponseReturnValue:
    session.clear()
    return redirect(url_for("login"), 303)


def _ask_to_log_in() -> ResponseReturnValue:
    if wants_problem(request.path):
        raise Problem(
            401,
            "log in, or send a token: Authorization: Bearer …",
            headers={"WWW-Authenticate": 'Bearer realm="luchtig"'},
        )
    target = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    return redirect(url_for("login", next=target), 303)


def _refuse_other_sites(settings: DashboardSettings) -> None:
    """A page of another site may not make its visitor's browser change something here."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    ours = (request.host, urlsplit(settings.public_url).netloc)
    foreign = origin is not None and urlsplit(origin).netloc not in ours
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Problem(403, "this came from a page of another site")


def _refuse_other_hosts() -> None:
    """A name of somebody's choosing that points at 127.0.0.1 must not open the demo to their
    page.
    """
    host = urlsplit(f"//{request.host}").hostname
    if host not in LOOPBACK:
        raise Problem(403, "the demo answers to 127.0.0.1 and localhost alone")


def _target(wanted: str) -> str:
    return wanted if is_local_path(wanted) else "/"
