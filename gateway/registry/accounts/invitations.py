"""Invitations: to an account that is not there yet, or to another password of one that is.

What is sent is a signed link with the id; it works once, until it expires or somebody withdraws it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, delete, insert, select, update

from gateway.domain.access import ADMIN, VenueRole
from gateway.registry.accounts.grants import make_admin, roles_of, set_roles
from gateway.registry.accounts.users import User, add_user
from gateway.registry.tables.accounts import invitations
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

INVITED_FOR: Final = timedelta(days=7)
RESET_WITHIN: Final = timedelta(days=1)
_KEPT_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Invitation:
    """``user`` is whose password may be chosen anew; else it is to an account with ``role`` in
    ``venue``, None for an admin. ``verifies`` is whether whoever follows it has the address.
    """

    id: str
    user: str | None
    email: str | None
    venue: VenueSlug | None
    role: VenueRole | Literal["admin", ""]
    by: str
    verifies: bool
    made: datetime
    expires: datetime
    used: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        return self.used is not None or at >= self.expires


def invite(
    conn: Connection,
    email: str,
    venue: VenueSlug | None,
    role: VenueRole | Literal["admin"],
    by: str,
    at: datetime,
    *,
    verifies: bool,
) -> Invitation:
    """Ask somebody in, in place of what they were asked before for the same venue.

    Raises IntegrityError where there is no such venue.
    """
    same = (invitations.c.email == email) & invitations.c.used_ns.is_(None)
    in_venue = invitations.c.venue.is_(None) if venue is None else invitations.c.venue == venue
    conn.execute(delete(invitations).where(same & in_venue))
    made = Invitation(_new_id(), None, email, venue, role, by, verifies, at, at + INVITED_FOR)
    return _kept(conn, made)


def ask_reset(conn: Connection, user: User, by: str, at: datetime) -> Invitation:
    """Let somebody choose another password; what was asked before works no more."""
    of_user = (invitations.c.user == user.name) & invitations.c.used_ns.is_(None)
    conn.execute(delete(invitations).where(of_user))
    made = Invitation(
        _new_id(), user.name, user.email, None, "", by, verifies=False, made=at,
        expires=at + RESET_WITHIN,
    )  # fmt: skip
    return _kept(conn, made)


def find_invitation(conn: Connection, key: str) -> Invitation | None:
    row = conn.execute(select(invitations).where(invitations.c.id == key)).one_or_none()
    return None if row is None else _invitation(row)


def open_invitations(
    conn: Connection, at: datetime, venues: Collection[VenueSlug] | None = None
) -> tuple[Invitation, ...]:
    """Those to accounts that nobody has followed yet, of all or to some venues, the newest first."""
    query = select(invitations).where(
        invitations.c.user.is_(None),
        invitations.c.used_ns.is_(None),
        invitations.c.expires_ns > to_ns(at),
    )
    if venues is not None:
        query = query.where(invitations.c.venue.in_(venues))
    return tuple(map(_invitation, conn.execute(query.order_by(invitations.c.made_ns.desc()))))


def distrust(conn: Connection, key: str) -> None:
    """Whoever follows it need not have the address."""
    conn.execute(update(invitations).where(invitations.c.id == key).values(verifies=False))


def withdraw(conn: Connection, key: str) -> bool:
    """Let it work no more; whether it was there."""
    return conn.execute(delete(invitations).where(invitations.c.id == key)).rowcount == 1


def take(conn: Connection, key: str, at: datetime) -> bool:
    """Use it up; whether it still worked. Of two at the same time one gets it."""
    works = invitations.c.used_ns.is_(None) & (invitations.c.expires_ns > to_ns(at))
    used = update(invitations).where((invitations.c.id == key) & works).values(used_ns=to_ns(at))
    return conn.execute(used).rowcount == 1


def come_in(
    conn: Connection, invitation: Invitation, name: str, password: str, at: datetime
) -> User:
    """Make the account that somebody was invited to.

    Raises:
        UserExists: the name is taken.

    """
    everywhere = ADMIN if invitation.role == ADMIN else ""
    made = add_user(
        conn, name, everywhere, password, at, invitation.email, verified=invitation.verifies
    )
    give_role(conn, invitation, name)
    return made


def give_role(conn: Connection, invitation: Invitation, user: str) -> None:
    """Give an account what an invitation is to, beside what it has."""
    if invitation.role == ADMIN:
        make_admin(conn, user)
    elif invitation.venue is not None and invitation.role:
        has = roles_of(conn, user).get(invitation.venue, ())
        set_roles(conn, user, invitation.venue, (*has, invitation.role))


def _new_id() -> str:
    return secrets.token_hex(8)


def _kept(conn: Connection, made: Invitation) -> Invitation:
    over = invitations.c.expires_ns < to_ns(made.made - _KEPT_FOR)
    conn.execute(delete(invitations).where(over))
    conn.execute(
        insert(invitations).values(
            id=made.id, user=made.user, email=made.email, venue=made.venue, role=made.role,
            by=made.by, verifies=made.verifies, made_ns=to_ns(made.made),
            expires_ns=to_ns(made.expires),
        )
    )  # fmt: skip
    return made


def _invitation(row: Any) -> Invitation:
    used = None if row.used_ns is None else from_ns(row.used_ns)
    return Invitation(
        row.id, row.user, row.email, row.venue, row.role, row.by, row.verifies,
        from_ns(row.made_ns), from_ns(row.expires_ns), used,
    )  # fmt: skip
