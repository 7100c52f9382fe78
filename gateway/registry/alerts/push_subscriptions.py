"""Browsers that are told by web push: whose each is, and of which venues it hears.

Who may see the alerts of a venue is asked anew whenever something is told, so that a role that was taken
away takes its messages along.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.domain.access import Need
from gateway.domain.alerts.contact import PUSH
from gateway.registry.accounts.grants import access_of
from gateway.registry.accounts.users import User, find_user
from gateway.registry.revision import raise_revision
from gateway.registry.tables.push import push_subscriptions, push_venues
from sensors.wire.instant import from_ns, to_ns
from sensors.wire.topic import VenueSlug

LABEL_LENGTH: Final = 100
ENDPOINT_LENGTH: Final = 1000
MOST: Final = 10
"""So many an account may have."""


class TooMany(Exception):
    """An account has as many as it may."""


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """``number`` names it to people, ``endpoint`` is where its push service takes messages for it,
    ``p256dh`` and ``auth`` are the browser's keys, ``venues`` those whose alerts its user chose to hear of.
    """

    number: str
    user: str
    label: str
    language: str
    endpoint: str
    p256dh: str
    auth: str
    venues: tuple[VenueSlug, ...]
    made: datetime

    @property
    def recipient(self) -> str:
        """What the outbox calls it."""
        return PUSH + self.number

    @property
    def shown(self) -> str:
        """Its push service: the rest of the address lets whoever knows it send."""
        return urlsplit(self.endpoint).hostname or ""


@dataclass(frozen=True, slots=True)
class Hearer:
    """A browser that hears of a venue now, in its user's language. ``label`` is what its user calls it,
    ``email`` the user's where it is known to be theirs, ``is_host`` whether they may say that they are on it.
    """

    recipient: str
    user: str
    label: str
    language: str
    email: str | None
    is_host: bool


def number_of(endpoint: str) -> str:
    return sha256(endpoint.encode()).hexdigest()[:32]


def put_subscription(
    conn: Connection,
    user: str,
    endpoint: str,
    keys: tuple[str, str],
    *,
    label: str,
    language: str,
    venues: Collection[VenueSlug],
    at: datetime,
) -> PushSubscription:
    """Tell a browser of these venues from now on. One that was another account's is this one's: whoever
    sits at it is.

    Raises IntegrityError where there is no such account or venue.

    Raises:
        TooMany: the account has as many as it may.

    """
    number = number_of(endpoint)
    others = select(func.count()).where(
        push_subscriptions.c.user == user, push_subscriptions.c.number != number
    )
    if conn.execute(others).scalar_one() >= MOST:
        raise TooMany
    conn.execute(delete(push_venues).where(push_venues.c.subscription == number))
    conn.execute(delete(push_subscriptions).where(push_subscriptions.c.number == number))
    conn.execute(
        insert(push_subscriptions).values(
            number=number, user=user, label=label[:LABEL_LENGTH], language=language,
            endpoint=endpoint, p256dh=keys[0], auth=keys[1], made_ns=to_ns(at),
        )
    )  # fmt: skip
    _put_venues(conn, number, venues)
    raise_revision(conn)
    made = find_subscription(conn, number)
    assert made is not None  # noqa: S101 - it was written a moment ago
    return made


def subscriptions_of(conn: Connection, user: str) -> tuple[PushSubscription, ...]:
    """Those of an account, the newest first."""
    own = select(push_subscriptions).where(push_subscriptions.c.user == user)
    newest_first = own.order_by(push_subscriptions.c.made_ns.desc(), push_subscriptions.c.number)
    venues = _venues(conn)
    return tuple(_subscription(row, venues) for row in conn.execute(newest_first))


def find_subscription(conn: Connection, number: str) -> PushSubscription | None:
    which = push_subscriptions.c.number == number
    row = conn.execute(select(push_subscriptions).where(which)).one_or_none()
    return None if row is None else _subscription(row, _venues(conn, number))


def change_subscription(
    conn: Connection, user: str, number: str, label: str, venues: Collection[VenueSlug]
) -> bool:
    """Call one of an account's something else and tell it of these venues; whether it was there."""
    which = (push_subscriptions.c.user == user) & (push_subscriptions.c.number == number)
    named = update(push_subscriptions).where(which).values(label=label[:LABEL_LENGTH])
    if conn.execute(named).rowcount == 0:
        return False
    conn.execute(delete(push_venues).where(push_venues.c.subscription == number))
    _put_venues(conn, number, venues)
    raise_revision(conn)
    return True


def remove_subscription(conn: Connection, user: str, number: str) -> bool:
    """Tell one of an account's no more; whether it was there."""
    which = (push_subscriptions.c.user == user) & (push_subscriptions.c.number == number)
    if conn.execute(select(push_subscriptions.c.number).where(which)).one_or_none() is None:
        return False
    return forget_subscription(conn, number)


def forget_subscription(conn: Connection, number: str) -> bool:
    """The same, whoever's it is."""
    conn.execute(delete(push_venues).where(push_venues.c.subscription == number))
    gone = delete(push_subscriptions).where(push_subscriptions.c.number == number)
    raise_revision(conn)
    return conn.execute(gone).rowcount > 0


def may_hear(conn: Connection, found: PushSubscription, venue: VenueSlug | None) -> bool:
    """Whether it may be told of a venue now; None: of none, as by a test."""
    user = find_user(conn, found.user)
    if user is None or user.disabled:
        return False
    return venue is None or access_of(conn, user).may(Need.ALERTS, venue)


def hearers(conn: Connection) -> Mapping[VenueSlug, tuple[Hearer, ...]]:
    """Who hears of which venue now; venues without any are left out."""
    chosen = _venues(conn)
    if not chosen:
        return {}
    found: dict[VenueSlug, tuple[Hearer, ...]] = {}
    users: dict[str, User | None] = {}
    ordered = select(push_subscriptions).order_by(push_subscriptions.c.made_ns)
    for row in conn.execute(ordered.order_by(push_subscriptions.c.number)).all():
        one = _subscription(row, chosen)
        user = users.setdefault(one.user, find_user(conn, one.user))
        if user is None or user.disabled:
            continue
        access = access_of(conn, user)
        for venue in one.venues:
            if access.may(Need.ALERTS, venue):
                hearer = Hearer(
                    one.recipient,
                    one.user,
                    one.label,
                    user.language or one.language,
                    user.email if user.verified else None,
                    access.may(Need.ACKNOWLEDGE, venue),
                )
                found[venue] = (*found.get(venue, ()), hearer)
    return found


def _put_venues(conn: Connection, number: str, venues: Collection[VenueSlug]) -> None:
    rows = [{"subscription": number, "venue": venue} for venue in dict.fromkeys(venues)]
    if rows:
        conn.execute(insert(push_venues), rows)


def _venues(conn: Connection, number: str | None = None) -> dict[str, tuple[VenueSlug, ...]]:
    query = select(push_venues).order_by(push_venues.c.venue)
    if number is not None:
        query = query.where(push_venues.c.subscription == number)
    found: dict[str, tuple[VenueSlug, ...]] = {}
    for row in conn.execute(query):
        found[row.subscription] = (*found.get(row.subscription, ()), row.venue)
    return found


def _subscription(row: Any, venues: Mapping[str, tuple[VenueSlug, ...]]) -> PushSubscription:
    return PushSubscription(
        row.number, row.user, row.label, row.language, row.endpoint, row.p256dh, row.auth,
        venues.get(row.number, ()), from_ns(row.made_ns),
    )  # fmt: skip
