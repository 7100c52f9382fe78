"""What happens once it is known who somebody is: a session begins, and their browser is known from now on."""

from typing import Final
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, request, session

from dashboard.web.acting import act_as
from dashboard.web.identity.auth import SESSION
from dashboard.web.identity.challenges import Challenges
from dashboard.web.identity.known_device import KnownDevices
from dashboard.web.services import Services
from dashboard.words.locale import keep_language
from gateway.domain.access import Need
from gateway.registry.accounts.grants import access_of
from gateway.registry.accounts.sessions import begin_session, end_session, forget_ended
from gateway.registry.accounts.users import User
from sensors.wire.plain_line import made_plain

ENTRANCE: Final = "luchtig.entrance"


class Entrance:
    """Whoever says who somebody is hands them over here."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.devices = KnownDevices(services.secret)
        self.challenges = Challenges(services.secret)

    def let_in(self, user: User, target: str, *, stays: bool) -> Response:
        """Log the browser that asks in as ``user``, and lead it on."""
        self.begin(user, stays=stays)
        answer = make_response(redirect(local_target(target), 303))
        secure = self._services.settings.public_url.startswith("https:")
        known = self.devices.find(request).also(user.name)
        self.devices.remember(answer, known, secure=secure)
        if user.language is not None:
            keep_language(answer, user.language)
        return answer

    def begin(self, user: User, *, stays: bool) -> None:
        """Begin a session in the place of the one that the browser may have. Only who runs a venue is
        out again after hours of silence.
        """
        now = self._services.clock.now()
        agent, address = (
            made_plain(request.headers.get("User-Agent", "")),
            request.remote_addr or "",
        )
        before = session.get(SESSION)
        act_as(user.name, "session")
        with self._services.database.write() as conn:
            forget_ended(conn, now)
            if isinstance(before, str):
                end_session(conn, before)
            runs_a_venue = access_of(conn, user).may_somewhere(Need.SETTINGS)
            lasts = stays or not runs_a_venue
            secret = begin_session(conn, user.name, now, agent, address, stays=lasts)
        session.clear()  # nothing of before the log-in is carried over
        session.permanent = stays
        session[SESSION] = secret


def local_target(wanted: str) -> str:
    """Where to lead somebody who is let in; never to another site."""
    return wanted if is_local_path(wanted) else "/"


def entrance() -> Entrance:
    """That of the application which handles this request."""
    found: Entrance = current_app.extensions[ENTRANCE]
    return found


def is_local_path(target: str) -> bool:
    """Whether a redirect there stays on this site."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(character) < 32 for character in target):  # browsers drop these before they look
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
