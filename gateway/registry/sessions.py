"""What ties a browser's session to its account: a stamp that changes with the password."""

from hashlib import sha256

from sqlalchemy import Connection, select

from gateway.registry.tables.accounts import users
from gateway.registry.users import User, find_user


def session_stamp(conn: Connection, name: str) -> str | None:
    """The stamp of an account as it is now; it tells nothing of the password. None: no such
    account.
    """
    row = conn.execute(
        select(users.c.password_hash, users.c.created_ns).where(users.c.name == name)
    ).one_or_none()
    if row is None:
        return None
    return sha256(f"{name}\0{row.created_ns}\0{row.password_hash or ''}".encode()).hexdigest()[:32]


def user_of_session(conn: Connection, name: str, stamp: str) -> User | None:
    """The account of a session; None when it is gone or its password changed since."""
    return find_user(conn, name) if session_stamp(conn, name) == stamp else None
