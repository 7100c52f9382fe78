"""Accounts. Passwords are kept as argon2 hashes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, select, update

from gateway.registry.revision import raise_revision
from gateway.registry.tables.accounts import kiosks, sessions, tokens, users
from gateway.registry.tables.push import push_subscriptions
from gateway.registry.upsert import put_new
from sensors.wire.instant import from_ns, to_ns

NUMBER_LENGTH = 16
"""So much of a hash names a token or a session to people."""


class UserExists(Exception):
    """There is an account of this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a user {name!r} already")
        self.name = name


@dataclass(frozen=True, slots=True)
class User:
    """An account; one without a password can only be used by its tokens. ``role`` is the one over all
    venues: ``admin``, or empty. ``verified`` is whether ``email`` is known to be theirs. ``language`` is
    what it wants to be spoken to in, None: as its browser asks.
    """

    name: str
    role: str
    has_password: bool
    created: datetime
    disabled: bool = False
    language: str | None = None
    email: str | None = None
    verified: bool = False


def add_user(
    conn: Connection,
    name: str,
    role: str,
    password: str | None,
    at: datetime,
    email: str | None = None,
    *,
    verified: bool = False,
) -> User:
    """Make an account.

    Raises:
        UserExists: the name is taken.

    """
    hashed = None if password is None else _hasher().hash(password)
    row = {"name": name, "role": role, "password_hash": hashed, "created_ns": to_ns(at)}
    if not put_new(conn, users, row | {"email": email, "email_verified": verified}):
        raise UserExists(name)
    return User(name, role, hashed is not None, at, email=email, verified=verified)


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
    """Give an account another password, end its sessions and tokens, and tell its devices no more; whether
    it was there.
    """
    hashed = _hasher().hash(password)
    changed = update(users).where(users.c.name == name).values(password_hash=hashed)
    end_access(conn, name)
    conn.execute(delete(push_subscriptions).where(push_subscriptions.c.user == name))
    return conn.execute(changed).rowcount == 1


def set_email(conn: Connection, name: str, email: str | None, *, verified: bool) -> None:
    """Say at which address somebody is reached, and whether it is known to be theirs."""
    changed = update(users).where(users.c.name == name)
    conn.execute(changed.values(email=email, email_verified=verified))


def set_language(conn: Connection, name: str, language: str) -> None:
    """Say in which language an account wants to be spoken to."""
    conn.execute(update(users).where(users.c.name == name).values(language=language))


def disable(conn: Connection, name: str, at: datetime) -> bool:
    """Let an account in no more, and end its sessions; its tokens work no longer either until it is
    enabled. Whether it was there.
    """
    _log_out(conn, name)
    raise_revision(conn)
    changed = update(users).where(users.c.name == name).values(disabled_ns=to_ns(at))
    return conn.execute(changed).rowcount == 1


def enable(conn: Connection, name: str) -> bool:
    """Let an account in again; whether it was there."""
    raise_revision(conn)
    changed = update(users).where(users.c.name == name).values(disabled_ns=None)
    return conn.execute(changed).rowcount == 1


def end_access(conn: Connection, name: str) -> None:
    """End an account's sessions and tokens, and the wall screens that it let in; what its devices may hear
    is asked anew.
    """
    raise_revision(conn)
    _log_out(conn, name)
    for table in (tokens, kiosks):
        conn.execute(delete(table).where(table.c.user == name))


def _log_out(conn: Connection, name: str) -> None:
    conn.execute(delete(sessions).where(sessions.c.user == name))


def delete_user(conn: Connection, name: str) -> bool:
    """Delete an account and its tokens; whether it was there."""
    return conn.execute(delete(users).where(users.c.name == name)).rowcount == 1


def user_of_row(row: Any) -> User:
    """The account in a row of ``users``, or of a join with it."""
    has_password = row.password_hash is not None
    return User(
        row.name,
        row.role,
        has_password,
        from_ns(row.created_ns),
        row.disabled_ns is not None,
        row.language,
        row.email,
        row.email_verified,
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
