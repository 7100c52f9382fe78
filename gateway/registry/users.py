"""Accounts and API tokens. Passwords are kept as argon2 hashes; of a token only its SHA-256, since
it is random enough to need no slow hash.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from gateway.registry.tables.accounts import sessions, tokens, users
from gateway.registry.upsert import put_new
from sensors.wire.instant import from_ns, to_ns

TOKEN_PREFIX = "luchtig_"  # noqa: S105 - what every token begins with, so that a leaked one is recognised
NUMBER_LENGTH = 16
_USE_NOTED_EVERY = timedelta(minutes=1)


class UserExists(Exception):
    """There is an account of this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a user {name!r} already")
        self.name = name


@dataclass(frozen=True, slots=True)
class User:
    """An account; one without a password can only be used by its tokens."""

    name: str
    role: str
    has_password: bool
    created: datetime
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """``number`` names it to people and tells nothing of the secret."""

    number: str
    label: str
    created: datetime
    last_used: datetime | None


def add_user(conn: Connection, name: str, role: str, password: str | None, at: datetime) -> User:
    """Make an account.

    Raises:
        UserExists: the name is taken.

    """
    hashed = None if password is None else _hasher().hash(password)
    row = {"name": name, "role": role, "password_hash": hashed, "created_ns": to_ns(at)}
    if not put_new(conn, users, row):
        raise UserExists(name)
    return User(name, role, hashed is not None, at)


def all_users(conn: Connection) -> tuple[User, ...]:
    rows = conn.execute(select(users).order_by(users.c.name))
    return tuple(map(user_of_row, rows))


def find_user(conn: Connection, name: str) -> User | None:
    row = conn.execute(select(users).where(users.c.name == name)).one_or_none()
    return None if row is None else user_of_row(row)


def check_password(conn: Connection, name: str, password: str) -> User | None:
    """The user whose name and password these are, and who may log in. A name that is not there takes
    as long to refuse as a wrong password, so that the time tells nothing.
    """
    row = conn.execute(select(users).where(users.c.name == name)).one_or_none()
    known = None if row is None else row.password_hash
    try:
        _hasher().verify(_nobodys_hash() if known is None else known, password)
    except (VerificationError, InvalidHashError):
        return None
    if row is None or known is None or row.disabled_ns is not None:
        return None
    return user_of_row(row)


def set_password(conn: Connection, name: str, password: str) -> bool:
    """Give an account another password, and end its sessions and tokens; whether it was there."""
    hashed = _hasher().hash(password)
    changed = update(users).where(users.c.name == name).values(password_hash=hashed)
    _log_out(conn, name)
    conn.execute(delete(tokens).where(tokens.c.user == name))
    return conn.execute(changed).rowcount == 1


def disable(conn: Connection, name: str, at: datetime) -> bool:
    """Let an account in no more, and end its sessions; its tokens work no longer either until it is
    enabled. Whether it was there.
    """
    _log_out(conn, name)
    changed = update(users).where(users.c.name == name).values(disabled_ns=to_ns(at))
    return conn.execute(changed).rowcount == 1


def enable(conn: Connection, name: str) -> bool:
    """Let an account in again; whether it was there."""
    changed = update(users).where(users.c.name == name).values(disabled_ns=None)
    return conn.execute(changed).rowcount == 1


def _log_out(conn: Connection, name: str) -> None:
    conn.execute(delete(sessions).where(sessions.c.user == name))


def delete_user(conn: Connection, name: str) -> bool:
    """Delete an account and its tokens; whether it was there."""
    return conn.execute(delete(users).where(users.c.name == name)).rowcount == 1


def new_token(conn: Connection, user: str, label: str, at: datetime) -> str:
    """A new token of a user; it is shown this once and cannot be read again.

    Raises IntegrityError where there is no such user.
    """
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = {"hash": secret_hash(token), "user": user, "label": label, "created_ns": to_ns(at)}
    conn.execute(insert(tokens).values(**row))
    return token


def user_of_token(conn: Connection, token: str, at: datetime) -> User | None:
    """Whose token this is. On a writing connection its use is noted, to the minute."""
    hashed = secret_hash(token)
    joined = select(users, tokens.c.last_used_ns).join(tokens, tokens.c.user == users.c.name)
    row = conn.execute(joined.where(tokens.c.hash == hashed)).one_or_none()
    if row is None or row.disabled_ns is not None:
        return None
    writes = conn.get_execution_options().get("luchtig_write", False)
    stale_ns = to_ns(at - _USE_NOTED_EVERY)
    if writes and (row.last_used_ns is None or row.last_used_ns < stale_ns):
        used = update(tokens).where(tokens.c.hash == hashed).values(last_used_ns=to_ns(at))
        conn.execute(used)
    return user_of_row(row)


def living_tokens(conn: Connection) -> frozenset[str]:
    """The hashes of all that work."""
    joined = select(tokens.c.hash).join(users, tokens.c.user == users.c.name)
    rows = conn.execute(joined.where(users.c.disabled_ns.is_(None)))
    return frozenset(row.hash for row in rows)


def tokens_of(conn: Connection, user: str) -> tuple[Token, ...]:
    """The tokens of a user, the newest first."""
    rows = conn.execute(
        select(tokens).where(tokens.c.user == user).order_by(tokens.c.created_ns.desc())
    )
    return tuple(
        Token(
            row.hash[:NUMBER_LENGTH], row.label, from_ns(row.created_ns),
            None if row.last_used_ns is None else from_ns(row.last_used_ns),
        )
        for row in rows
    )  # fmt: skip


def revoke_token(conn: Connection, number: str) -> bool:
    """End a token by its number; whether it was there."""
    which = tokens.c.hash.startswith(number, autoescape=True)
    return len(number) == NUMBER_LENGTH and conn.execute(delete(tokens).where(which)).rowcount > 0


def user_of_row(row: Any) -> User:
    """The account in a row of ``users``, or of a join with it."""
    has_password = row.password_hash is not None
    return User(
        row.name, row.role, has_password, from_ns(row.created_ns), row.disabled_ns is not None
    )


def secret_hash(secret: str) -> str:
    """What is kept of something random that lets somebody in."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
