"""Browsers that are logged in. What a browser carries is kept as a hash, since it is as good as a password
for as long as the session lasts.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from gateway.registry.accounts.users import NUMBER_LENGTH, User, secret_hash, user_of_row
from gateway.registry.audit.trail import UNSEEN
from gateway.registry.tables.accounts import sessions, users
from sensors.wire.instant import from_ns, to_ns

LASTS: Final = timedelta(days=90)
IDLE: Final = timedelta(hours=12)
"""So long without a word ends it, unless it was to stay."""
SEEN_EVERY: Final = timedelta(minutes=5)
AGENT_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Session:
    """``number`` names it to people and tells nothing of the secret; ``agent`` is what the browser said
    of itself, ``address`` where it came from when it was seen last.
    """

    number: str
    user: str
    begun: datetime
    seen: datetime
    stays: bool
    agent: str
    address: str

    def has_ended(self, at: datetime) -> bool:
        """By its age alone."""
        return at - self.begun > LASTS or (not self.stays and at - self.seen > IDLE)


def begin_session(
    conn: Connection, user: str, at: datetime, agent: str, address: str, *, stays: bool
) -> str:
    """Log a browser in; what it is to carry, which cannot be read again.

    Raises IntegrityError where there is no such user.
    """
    secret = secrets.token_urlsafe(32)
    conn.execute(
        insert(sessions).values(
            hash=secret_hash(secret), user=user, begun_ns=to_ns(at), seen_ns=to_ns(at),
            stays=stays, agent=agent[:AGENT_LENGTH], address=address[:45],
        )
    )  # fmt: skip
    return secret


def find_session(conn: Connection, secret: str, at: datetime) -> tuple[User, Session] | None:
    """Whose session this is; None where it has ended or its account may not log in."""
    joined = select(users, sessions).join(sessions, sessions.c.user == users.c.name)
    row = conn.execute(joined.where(sessions.c.hash == secret_hash(secret))).one_or_none()
    if row is None or row.disabled_ns is not None:
        return None
    found = _session(row)
    return None if found.has_ended(at) else (user_of_row(row), found)


def is_to_be_noted(session: Session, at: datetime) -> bool:
    """Whether it is long enough ago that it was written to be seen."""
    return abs(at - session.seen) >= SEEN_EVERY


def note_seen(conn: Connection, secret: str, at: datetime, address: str) -> None:
    """Write that it is seen now."""
    which = sessions.c.hash == secret_hash(secret)
    seen = {"seen_ns": to_ns(at), "address": address[:45]}
    conn.execute(update(sessions).where(which).values(**seen))


def sessions_of(conn: Connection, user: str, at: datetime) -> tuple[Session, ...]:
    """Those of a user that go on, the one that was seen last first."""
    rows = conn.execute(
        select(sessions).where(sessions.c.user == user).order_by(sessions.c.seen_ns.desc())
    )
    return tuple(one for one in map(_session, rows) if not one.has_ended(at))


def end_session(conn: Connection, secret: str) -> None:
    """Log a browser out; again is harmless."""
    conn.execute(delete(sessions).where(sessions.c.hash == secret_hash(secret)))


def end_numbered(conn: Connection, user: str, number: str) -> bool:
    """End one of a user's by its number; whether it was there."""
    which = (sessions.c.user == user) & sessions.c.hash.startswith(number, autoescape=True)
    return len(number) == NUMBER_LENGTH and conn.execute(delete(sessions).where(which)).rowcount > 0


def end_all(conn: Connection, user: str, but: str = "") -> int:
    """End all of a user, ``but`` the one with this secret; how many there were."""
    which = (sessions.c.user == user) & (sessions.c.hash != secret_hash(but))
    return conn.execute(delete(sessions).where(which)).rowcount


def forget_ended(conn: Connection, at: datetime) -> None:
    """Leave out those that are over by their age."""
    old, idle = to_ns(at - LASTS), to_ns(at - IDLE)
    over = (sessions.c.begun_ns < old) | (~sessions.c.stays & (sessions.c.seen_ns < idle))
    conn.execute(delete(sessions).where(over), execution_options={UNSEEN: True})


def living_hashes(conn: Connection, at: datetime) -> frozenset[str]:
    """The hashes of all that go on, of accounts that may log in."""
    joined = select(users.c.disabled_ns, sessions).join(users, sessions.c.user == users.c.name)
    return frozenset(
        row.hash
        for row in conn.execute(joined)
        if row.disabled_ns is None and not _session(row).has_ended(at)
    )


def _session(row: Any) -> Session:
    return Session(
        row.hash[:NUMBER_LENGTH], row.user, from_ns(row.begun_ns), from_ns(row.seen_ns),
        row.stays, row.agent, row.address,
    )  # fmt: skip
