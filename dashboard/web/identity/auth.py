"""The guard before every view: who asks, and whether they may.

What each view needs stands in ``dashboard.web.permissions``. A person logs in with a form and carries a signed session cookie; a program carries a token in
``Authorization: Bearer``. Sessions stand in the database, where everybody can end their own.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from dashboard.web.kiosk import asking_kiosk
from dashboard.web.permissions import (
    MAKES_A_VENUE,
    TAKES_LINK,
    WALL_SCREEN,
    Open,
    key_of,
    needed,
)
from dashboard.web.problem import Problem, wants_icon, wants_problem
from dashboard.web.scopes import lets, too_small
from dashboard.web.services import Services
from gateway.config import DashboardSettings
from gateway.domain.access import OVER_ALL, Access, Need, wall_screen
from gateway.registry.accounts.grants import access_of
from gateway.registry.accounts.sessions import find_session, is_to_be_noted, note_seen
from gateway.registry.accounts.tokens import UNLIMITED, Limits, find_token, note_used
from gateway.registry.accounts.users import User, secret_hash
from gateway.registry.database import DatabaseAway
from sensors.config import ConfigError
from sensors.wire.topic import VenueSlug

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
TOKEN_USE_NOTED_S = 60.0
TAKES_BASIC = ("POST /api/v1/webhooks/<word:kind>/<venue>",)
"""Where a token may be the password of Basic, for those who can send no other."""
SESSION = "id"
"""In the cookie of a browser: the secret of its session."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; ``name`` is written beside what they change. ``email`` is known to be theirs, ``limits``
    are those of a token.
    """

    name: str
    access: Access
    email: str | None = None
    limits: Limits = UNLIMITED


DEMO = Visitor("demo", OVER_ALL)


def current_user() -> Visitor | None:
    """Who asks, None on a public page without log-in."""
    visitor: Visitor | None = g.get("visitor")
    return visitor


def access_key() -> str | None:
    """What lets the one in who asks: the hash of a session's secret or of a token; None: nothing needs
    to.
    """
    key: str | None = g.get("access_key")
    return key


def is_own_form() -> bool:
    """Whether what was sent is a form of ours, filled in by who it was made for."""
    return bool(g.get("form_is_ours"))


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


def register(app: Flask, services: Services) -> None:
    """Guard the application.

    Raises:
        ConfigError: a demo that others could reach.

    """
    check_demo(services.settings)
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)  # the guard knows when
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session
    app.before_request(_Guard(services, CSRFProtect(app)))


class _Guard:
    """Asked before every request: lets it pass, or answers in its place."""

    def __init__(self, services: Services, csrf: CSRFProtect) -> None:
        self._services = services
        self._csrf = csrf
        self._note_due_s: dict[str, float] = {}  # as many as there are tokens that work

    def __call__(self) -> ResponseReturnValue | None:
        rule = request.url_rule
        asked = None if rule is None else needed(rule, request.method)
        if _comes_by_link():
            asked = Open.LINK
        _refuse_other_sites(self._services.settings)
        if self._services.settings.demo:
            _refuse_other_hosts()
            g.visitor = DEMO
        elif request.endpoint != "static":
            g.visitor = self._known(is_link=asked is Open.LINK)
        if asked is not Open.LINK:  # a signed link is judged by its signature
            _refuse_nulls()
        if isinstance(asked, Open):
            _forget_small_token(asked)
        elif current_user() is None:
            return _ask_to_log_in()
        else:
            _check_visitor(asked)
        if request.method not in SAFE_METHODS and not self._is_program():
            if asked is not Open.LINK:
                self._check_form()
            g.form_is_ours = True
        return None

    def _known(self, *, is_link: bool) -> Visitor | None:
        """Who asks. Where that cannot be known now, a form of ours still is one, to be shown again."""
        try:
            return self._visitor()
        except DatabaseAway:
            if request.method not in SAFE_METHODS and "Authorization" not in request.headers:
                if not is_link:
                    self._check_form()
                g.form_is_ours = True
            raise

    def _check_form(self) -> None:
        """Make sure that a form is one of ours, filled in by who it was made for."""
        try:
            self._csrf.protect()
        except CSRFError as error:
            raise Problem(403, error.description or CSRFError.description) from error

    def _is_program(self) -> bool:
        """Bearer tokens are sent by programs alone, and the demo's API is free."""
        return bool(g.get("by_token")) or (
            self._services.settings.demo and wants_problem(request.path)
        )

    def _visitor(self) -> Visitor | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            visitor = self._visitor_of_token(token.strip())
            g.by_token = visitor is not None
            return visitor
        if scheme.lower() == "basic" and _view() in TAKES_BASIC:
            given = request.authorization
            visitor = self._visitor_of_token((given and given.password) or "")
            g.by_token = visitor is not None
            return visitor
        return self._visitor_of_session() or self._wall_screen()

    def _wall_screen(self) -> Visitor | None:
        rule = request.url_rule
        if rule is None or key_of(rule, request.method) not in WALL_SCREEN:
            return None
        kiosk = asking_kiosk(self._services)
        if kiosk is None:
            return None
        g.access_key = kiosk.key
        return Visitor(kiosk.label, wall_screen(kiosk.venue))

    def _visitor_of_session(self) -> Visitor | None:
        secret = session.get(SESSION)
        if not isinstance(secret, str):
            return None
        now = self._services.clock.now()
        with self._services.database.read() as conn:
            found = find_session(conn, secret, now)
            visitor = None if found is None else _visitor(conn, found[0])
        if found is None:
            session.clear()
            return None
        g.access_key = secret_hash(secret)
        if is_to_be_noted(found[1], now):
            self._note_seen(secret, now)
        return visitor

    def _note_seen(self, secret: str, now: datetime) -> None:
        try:
            with self._services.database.write() as conn:
                note_seen(conn, secret, now, request.remote_addr or "")
        except DatabaseAway:  # who is only seen is let in all the same; the next request notes it
            return

    def _visitor_of_token(self, secret: str) -> Visitor | None:
        """Read only, but for once a minute, when the token's use is noted."""
        now = self._services.clock.now()
        with self._services.database.read() as conn:
            found = find_token(conn, secret, now)
            visitor = None if found is None else _visitor(conn, found[0], found[1].limits)
        if visitor is None:
            return None
        key = g.access_key = secret_hash(secret)
        if time.monotonic() >= self._note_due_s.get(key, 0.0):
            self._note_due_s[key] = time.monotonic() + TOKEN_USE_NOTED_S
            try:
                with self._services.database.write() as conn:
                    note_used(conn, secret, now)
            except DatabaseAway:  # it works all the same; its next use is noted
                del self._note_due_s[key]
        return visitor


def _check_access(access: Access, need: Need) -> None:
    """Make sure that the visitor may do this in the venue that the address names, or in any."""
    rule = request.url_rule
    of_query = request.args.get("venue") if request.method in SAFE_METHODS else None
    makes_it = rule is not None and key_of(rule, request.method) == MAKES_A_VENUE
    named = [VenueSlug(v) for v in ((request.view_args or {}).get("venue"), of_query) if v]
    for venue in named:
        if not access.reaches(venue) and not makes_it:
            raise Problem(404, f"there is no venue {venue!r}")
    if not all(access.may(need, venue) for venue in named) or not access.may_somewhere(need):
        raise Problem(403, f"your role does not let you {need.value}")


def _visitor(conn: Connection, user: User, limits: Limits = UNLIMITED) -> Visitor:
    access = access_of(conn, user).only_in(limits.venues)
    return Visitor(user.name, access, user.email if user.verified else None, limits)


def _comes_by_link() -> bool:
    """Whether the signed link of a mail is to stand for a log-in, whoever has one besides."""
    return "token" in request.args and _view() in TAKES_LINK


def _view() -> str:
    rule = request.url_rule
    return "" if rule is None else key_of(rule, request.method)


def _forget_small_token(asked: Open) -> None:
    """Whoever comes to an open view by a token that is not for it is nobody there."""
    visitor = current_user()
    if visitor is not None and not lets(visitor.limits, _view(), asked):
        g.visitor = None


def _check_visitor(asked: Need | None) -> None:
    """Make sure that the visitor may do this, by their token and by their role."""
    visitor = current_user()
    if visitor is None:
        return
    if not lets(visitor.limits, _view(), asked):
        raise too_small(_view(), asked)
    if asked is not None:
        _check_access(visitor.access, asked)


def _refuse_nulls() -> None:
    """No database takes them in a text (PostgreSQL says so aloud), and nobody types them."""
    if "\0" in request.path:
        raise NotFound
    if wants_problem(request.path):
        return  # the API says what is wrong with each value
    given = (*request.args.values(), *request.form.values())
    if any("\0" in value for value in given):
        raise Problem(400, "a text without NUL was expected")


def _ask_to_log_in() -> ResponseReturnValue:
    if wants_problem(request.path):
        raise Problem(
            401,
            "log in, or send a token: Authorization: Bearer …",
            headers={"WWW-Authenticate": 'Bearer realm="luchtig"'},
        )
    if wants_icon(request.path):
        raise NotFound
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
