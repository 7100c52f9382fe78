"""One's own sessions: the browsers that are logged in."""

import msgspec

from dashboard.api.fields import Instant
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.account import own_account
from dashboard.web.identity.auth import access_key
from dashboard.web.problem import Problem
from dashboard.web.services import Services
from gateway.registry.accounts import sessions as registry
from gateway.registry.accounts.sessions import Session
from gateway.registry.accounts.users import NUMBER_LENGTH
from sensors.wire.instant import to_wire


class SessionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``agent`` is what the browser says of itself; ``seen`` is written every five minutes. ``own`` is
    the one that asks; ``stays`` where it was to stay logged in.
    """

    id: str
    agent: str
    address: str
    begun: Instant
    seen: Instant
    stays: bool
    own: bool


class Sessions(msgspec.Struct, frozen=True):
    sessions: tuple[SessionAnswer, ...]


def get_sessions(services: Services) -> Sessions:
    return Sessions(_all(services))


def get_session(services: Services, session: str) -> SessionAnswer:
    for one in _all(services):
        if one.id == session:
            return one
    raise _unknown(session)


def end_session(services: Services, session: str) -> None:
    with services.database.write() as conn:
        if not registry.end_numbered(conn, own_account(), session):
            raise _unknown(session)


def _all(services: Services) -> tuple[SessionAnswer, ...]:
    with services.database.read() as conn:
        found = registry.sessions_of(conn, own_account(), services.clock.now())
    return tuple(map(_answer, found))


def _unknown(number: str) -> Problem:
    return Problem(404, f"there is no session {number!r}")


def _answer(session: Session) -> SessionAnswer:
    return SessionAnswer(
        id=session.number,
        agent=session.agent,
        address=session.address,
        begun=to_wire(session.begun),
        seen=to_wire(session.seen),
        stays=session.stays,
        own=session.number == (access_key() or "")[:NUMBER_LENGTH],
    )


ROUTES = (
    Route(
        "GET",
        "/sessions",
        get_sessions,
        "browsers that are logged in as oneself, the last seen first",
        Sessions,
        problems=(409,),
        paging=Paging("sessions", lambda session: (session.id,), tuple[str]),
    ),
    Route(
        "GET",
        "/sessions/{session}",
        get_session,
        "one of them",
        SessionAnswer,
        problems=(404, 409),
    ),
    Route(
        "DELETE",
        "/sessions/{session}",
        end_session,
        "log a browser out",
        problems=(404, 409),
    ),
)
