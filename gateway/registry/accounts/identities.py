"""Accounts that a provider of OpenID Connect vouches for. They hang on who that provider is and on what it
calls somebody, which never changes; a name or an address may.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gateway.registry.accounts.users import User, UserExists, add_user, find_user
from gateway.registry.tables.accounts import identities, users
from sensors.wire.instant import to_ns

NAME_LENGTH = 100


def account_of(conn: Connection, issuer: str, subject: str, wanted_name: str, at: datetime) -> User:
    """The account of whom an issuer calls ``subject``; made where there is none, without any role, by a
    name like the wanted one that is nobody's.
    """
    number = _number(issuer, subject)
    row = conn.execute(select(identities.c.user).where(identities.c.number == number)).one_or_none()
    found = None if row is None else find_user(conn, row.user)
    if found is None:
        found = _made(conn, number, wanted_name, at)
        conn.execute(
            insert(identities).values(
                number=number, user=found.name, issuer=issuer, subject=subject, made_ns=to_ns(at)
            )
        )
    return found


def is_vouched_for(conn: Connection, user: str) -> bool:
    """Whether an account logs in by a provider."""
    query = select(identities.c.number).where(identities.c.user == user).limit(1)
    return conn.execute(query).one_or_none() is not None


def verify_address(conn: Connection, user: User, email: str) -> User:
    """Know that an address is an account's own, by the word of its provider."""
    if user.email == email and user.verified:
        return user
    changed = update(users).where(users.c.name == user.name)
    conn.execute(changed.values(email=email, email_verified=True))
    return replace(user, email=email, verified=True)


def _made(conn: Connection, number: str, wanted: str, at: datetime) -> User:
    plain = "".join(sign for sign in wanted if sign.isprintable()).strip()[:NAME_LENGTH]
    if plain:
        try:
            return add_user(conn, plain, "", None, at)
        except UserExists:
            pass
    return add_user(conn, f"{plain[: NAME_LENGTH - 9]}-{number[:8]}".strip("-"), "", None, at)


def _number(issuer: str, subject: str) -> str:
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
