"""Wall screens that look at a venue by a link of their own. The link is signed (``gateway.links``); what
stands here says whether it still lets somebody in.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from gateway.registry.tables.accounts import kiosks, users
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

LABEL_LENGTH: Final = 100
SEEN_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Kiosk:
    """``label`` says where it hangs, ``by`` is the account that made it and without which it is none.
    ``seen`` is written now and then.
    """

    number: str
    venue: VenueSlug
    label: str
    by: str
    made: datetime
    seen: datetime | None = None

    def is_to_be_noted(self, at: datetime) -> bool:
        """Whether it is long enough ago that it was written to be seen."""
        return self.seen is None or abs(at - self.seen) >= SEEN_EVERY

    @property
    def key(self) -> str:
        """What lets its stream go on, beside the hashes of sessions and tokens."""
        return f"kiosk {self.number}"


def make_kiosk(conn: Connection, venue: VenueSlug, label: str, by: str, at: datetime) -> Kiosk:
    """A link for another screen.

    Raises IntegrityError where there is no such venue or account.
    """
    made = Kiosk(secrets.token_hex(8), venue, label[:LABEL_LENGTH], by, at)
    conn.execute(
        insert(kiosks).values(
            number=made.number, venue=venue, label=made.label, user=by, made_ns=to_ns(at)
        )
    )
    return made


def find_kiosk(conn: Connection, number: str) -> Kiosk | None:
    """One that lets somebody in; None where it was taken back, or its venue or maker is gone."""
    row = conn.execute(_LIVING.where(kiosks.c.number == number)).one_or_none()
    return None if row is None else _kiosk(row)


def living_of(conn: Connection, venues: Collection[VenueSlug] | None = None) -> tuple[Kiosk, ...]:
    """Those that let somebody in, of some venues or of all, by venue and the newest first."""
    query = _LIVING
    if venues is not None:
        query = query.where(kiosks.c.venue.in_(venues))
    return tuple(map(_kiosk, conn.execute(query.order_by(kiosks.c.venue, kiosks.c.made_ns.desc()))))


def end_kiosk(conn: Connection, number: str) -> bool:
    """Let it in no more; whether it was there."""
    return conn.execute(delete(kiosks).where(kiosks.c.number == number)).rowcount > 0


def note_kiosk_seen(conn: Connection, number: str, at: datetime) -> None:
    """Write that it is seen now."""
    conn.execute(update(kiosks).where(kiosks.c.number == number).values(seen_ns=to_ns(at)))


def living_kiosks(conn: Connection) -> frozenset[str]:
    """The keys of all that let somebody in."""
    return frozenset(kiosk.key for kiosk in living_of(conn))


_LIVING: Final = (
    select(kiosks).join(users, users.c.name == kiosks.c.user).where(users.c.disabled_ns.is_(None))
)


def _kiosk(row: Any) -> Kiosk:
    return Kiosk(
        row.number, VenueSlug(row.venue), row.label, row.user, from_ns(row.made_ns),
        None if row.seen_ns is None else from_ns(row.seen_ns),
    )  # fmt: skip
