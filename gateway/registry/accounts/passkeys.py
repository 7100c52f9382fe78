"""Passkeys: the public halves of key pairs that people's devices hold, to log in by in place of a
password. There is nothing secret in what stands here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from gateway.registry.accounts.users import User, user_of_row
from gateway.registry.tables.accounts import passkeys, users
from sensors.wire.instant import from_ns, to_ns

LABEL_LENGTH: Final = 100
MOST: Final = 20
"""So many an account may have."""


class PasskeyExists(Exception):
    """A key that is there already."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """``number`` names it to people, ``site`` is the name of the site that it was made for: it works there
    alone. ``uses`` is the device's own count of them, which only rises (0: it does not count).
    """

    number: str
    label: str
    site: str
    credential: bytes
    public_key: bytes
    uses: int
    made: datetime
    used: datetime | None


def add_passkey(
    conn: Connection, user: str, label: str, site: str, key: tuple[bytes, bytes, int], at: datetime
) -> None:
    """Let an account in by another key: its id, its public half, and how often it was used.

    Raises:
        PasskeyExists: it is somebody's already.

    """
    credential, public_key, uses = key
    number = _number(credential)
    if conn.execute(select(passkeys.c.number).where(passkeys.c.number == number)).one_or_none():
        raise PasskeyExists
    conn.execute(
        insert(passkeys).values(
            number=number, user=user, label=label[:LABEL_LENGTH], site=site, credential=credential,
            public_key=public_key, uses=uses, made_ns=to_ns(at),
        )
    )  # fmt: skip


def passkeys_of(conn: Connection, user: str) -> tuple[Passkey, ...]:
    """Those of an account, the newest first."""
    own = select(passkeys).where(passkeys.c.user == user)
    return tuple(map(_passkey, conn.execute(own.order_by(passkeys.c.made_ns.desc()))))


def find_passkey(conn: Connection, credential: bytes) -> tuple[User, Passkey] | None:
    """Whose key this is; None where it is nobody's, or its account may not log in."""
    row = conn.execute(
        select(passkeys).where(passkeys.c.number == _number(credential))
    ).one_or_none()
    if row is None:
        return None
    account = conn.execute(select(users).where(users.c.name == row.user)).one()
    return None if account.disabled_ns is not None else (user_of_row(account), _passkey(row))


def note_passkey_used(conn: Connection, number: str, uses: int, at: datetime) -> None:
    """Write that somebody logged in by it."""
    which = passkeys.c.number == number
    conn.execute(update(passkeys).where(which).values(uses=uses, used_ns=to_ns(at)))


def remove_passkey(conn: Connection, user: str, number: str) -> bool:
    """Let nobody in by it any more; whether it was there."""
    which = (passkeys.c.user == user) & (passkeys.c.number == number)
    return conn.execute(delete(passkeys).where(which)).rowcount > 0


def are_there_passkeys(conn: Connection) -> bool:
    """Whether anybody logs in by one."""
    return conn.execute(select(passkeys.c.number).limit(1)).one_or_none() is not None


def _number(credential: bytes) -> str:
    return hashlib.sha256(credential).hexdigest()[:32]


def _passkey(row: Any) -> Passkey:
    return Passkey(
        row.number, row.label, row.site, row.credential, row.public_key, row.uses,
        from_ns(row.made_ns), None if row.used_ns is None else from_ns(row.used_ns),
    )  # fmt: skip
