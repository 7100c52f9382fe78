"""API tokens: what a program carries in place of a log-in. Of a token only its SHA-256 is kept, since it
is random enough to need no slow hash.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from gateway.domain.scope import Scope, read_scopes
from gateway.registry.accounts.users import NUMBER_LENGTH, User, secret_hash, user_of_row
from gateway.registry.tables.accounts import tokens, users
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

TOKEN_PREFIX = "luchtig_"  # noqa: S105 - what every token begins with, so that a leaked one is recognised
LONGEST: Final = timedelta(days=3650)
LABEL_LENGTH: Final = 100
MOST_VENUES: Final = 30
_USE_NOTED_EVERY = timedelta(minutes=1)
_COLUMNS: Final = (
    tokens.c.hash,
    tokens.c.label,
    tokens.c.created_ns.label("made_ns"),  # an account has a created_ns of its own
    tokens.c.last_used_ns,
    tokens.c.scopes,
    tokens.c.venues,
    tokens.c.expires_ns,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a token may of what its user may; None: all of it. ``expires`` None: never."""

    scopes: tuple[Scope, ...] | None = None
    venues: tuple[VenueSlug, ...] | None = None
    expires: datetime | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether it may what its user may; it may end at some time all the same."""
        return self.scopes is None and self.venues is None

    def has_ended(self, at: datetime) -> bool:
        return self.expires is not None and at >= self.expires


UNLIMITED: Final = Limits()


@dataclass(frozen=True, slots=True)
class Token:
    """``number`` names it to people and tells nothing of the secret."""

    number: str
    label: str
    created: datetime
    last_used: datetime | None
    limits: Limits = UNLIMITED


def new_token(
    conn: Connection, user: str, label: str, at: datetime, limits: Limits = UNLIMITED
) -> str:
    """A new token of a user; it is shown this once and cannot be read again.

    Raises IntegrityError where there is no such user.
    """
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = {
        "hash": secret_hash(token),
        "user": user,
        "label": label[:LABEL_LENGTH],
        "created_ns": to_ns(at),
        "scopes": None if limits.scopes is None else " ".join(limits.scopes),
        "venues": None if limits.venues is None else " ".join(limits.venues),
        "expires_ns": None if limits.expires is None else to_ns(limits.expires),
    }
    conn.execute(insert(tokens).values(**row))
    return token


def find_token(conn: Connection, secret: str, at: datetime) -> tuple[User, Token] | None:
    """Whose token this is, and its limits; None where it has ended or its account may not log in."""
    joined = select(users, *_COLUMNS).join(tokens, tokens.c.user == users.c.name)
    row = conn.execute(joined.where(tokens.c.hash == secret_hash(secret))).one_or_none()
    if row is None or row.disabled_ns is not None:
        return None
    found = _token(row)
    return None if found.limits.has_ended(at) else (user_of_row(row), found)


def user_of_token(conn: Connection, secret: str, at: datetime) -> User | None:
    """Whose token this is; None where it lets nobody in."""
    found = find_token(conn, secret, at)
    return None if found is None else found[0]


def note_used(conn: Connection, secret: str, at: datetime) -> None:
    """Write that it is used now, to the minute."""
    stale = tokens.c.last_used_ns < to_ns(at - _USE_NOTED_EVERY)
    which = (tokens.c.hash == secret_hash(secret)) & or_(tokens.c.last_used_ns.is_(None), stale)
    conn.execute(update(tokens).where(which).values(last_used_ns=to_ns(at)))


def label_of_token(conn: Connection, hashed: str) -> str:
    """What the token with that hash is for; empty where nobody said."""
    return conn.execute(select(tokens.c.label).where(tokens.c.hash == hashed)).scalar() or ""


def living_tokens(conn: Connection, at: datetime) -> frozenset[str]:
    """The hashes of all that work."""
    joined = select(tokens.c.hash).join(users, tokens.c.user == users.c.name)
    lives = or_(tokens.c.expires_ns.is_(None), tokens.c.expires_ns > to_ns(at))
    rows = conn.execute(joined.where(users.c.disabled_ns.is_(None), lives))
    return frozenset(row.hash for row in rows)


def tokens_of(conn: Connection, user: str) -> tuple[Token, ...]:
    """The tokens of a user, the newest first; those that have ended too."""
    own = select(*_COLUMNS).where(tokens.c.user == user)
    rows = conn.execute(own.order_by(tokens.c.created_ns.desc()))
    return tuple(map(_token, rows))


def revoke_token(conn: Connection, number: str, user: str | None = None) -> bool:
    """End a token by its number, where ``user`` is given only one of that user; whether it was there."""
    which: ColumnElement[bool] = tokens.c.hash.startswith(number, autoescape=True)
    if user is not None:
        which &= tokens.c.user == user
    return len(number) == NUMBER_LENGTH and conn.execute(delete(tokens).where(which)).rowcount > 0


def _token(row: Any) -> Token:
    return Token(
        row.hash[:NUMBER_LENGTH],
        row.label,
        from_ns(row.made_ns),
        None if row.last_used_ns is None else from_ns(row.last_used_ns),
        Limits(
            None if row.scopes is None else read_scopes(row.scopes.split()),
            None if row.venues is None else tuple(map(VenueSlug, row.venues.split())),
            None if row.expires_ns is None else from_ns(row.expires_ns),
        ),
    )
