"""Which tables the audit trail follows, by what name people know their rows, and what of them is
secret.

A table is here or among ``NOT_FOLLOWED``, with the reason; one that is in neither is followed under
its own name, so that nothing new goes by unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, Table, select

from gateway.domain.audit import Row
from gateway.registry.tables.accounts import (
    grants,
    identities,
    invitations,
    kiosks,
    passkeys,
    sessions,
    tokens,
    users,
)
from gateway.registry.tables.alerts import contacts, silences
from gateway.registry.tables.annotations import annotations
from gateway.registry.tables.calendars import feed_rules, feeds
from gateway.registry.tables.door_pages import door_pages
from gateway.registry.tables.flags import flags, operator_requests
from gateway.registry.tables.links import links, revoked_meetings, unsubscriptions
from gateway.registry.tables.organisations import (
    organisation_grants,
    organisation_venues,
    organisations,
)
from gateway.registry.tables.protocols import declarations, protocols
from gateway.registry.tables.push import push_subscriptions, push_venues
from gateway.registry.tables.room_tests import room_tests
from gateway.registry.tables.seasons import organisation_season_mails, season_mails
from gateway.registry.tables.sources import sources
from gateway.registry.tables.venues import (
    devices,
    meetings,
    placements,
    policies,
    rooms,
    venues,
)
from gateway.registry.tables.webhooks import webhooks

SECRET_ENDINGS: Final = ("hash", "secret", "password")

Lookup = Callable[[Row], Select[Any]]


@dataclass(frozen=True, slots=True)
class Noun:
    """What the rows of a table are. ``key`` are the columns that hold the rows of one thing
    together, ``shown`` those that name it to people. ``venue`` is the column that says of which
    venue it is; where a row has none, ``venue_from`` asks for it,
    and ``shown_from`` for what names it better than its own columns do.

    ``secret`` is told as a mask; ``left_out`` is what programs note by the way, or is no news.
    """

    name: str
    key: tuple[str, ...]
    shown: tuple[str, ...]
    venue: str | None = "venue"
    secret: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    venue_from: Lookup | None = None
    shown_from: Lookup | None = None


def noun_of(table: Table) -> Noun | None:
    """None of a table that is not followed."""
    if table.name in NOT_FOLLOWED:
        return None
    return NOUNS.get(table.name) or _by_its_name(table)


def _by_its_name(table: Table) -> Noun:
    key = tuple(column.name for column in table.primary_key)
    secret = tuple(column.name for column in table.c if column.name.endswith(SECRET_ENDINGS))
    shown = tuple(name for name in key if name not in (*secret, "venue"))
    venue = "venue" if "venue" in table.c else None
    return Noun(table.name, key, shown, venue, secret=secret)


def _venue_of_flag(row: Row) -> Select[Any]:
    return select(flags.c.venue).where(flags.c.id == row.get("flag"))


def _place_of_flag(row: Row) -> Select[Any]:
    return select(flags.c.room, flags.c.rule).where(flags.c.id == row.get("flag"))


def _venue_of_feed(row: Row) -> Select[Any]:
    return select(feeds.c.venue).where(feeds.c.slug == row.get("feed"))


def _venue_of_meeting(row: Row) -> Select[Any]:
    return select(meetings.c.venue).where(meetings.c.id == row.get("meeting"))


def _user_of_subscription(row: Row) -> Select[Any]:
    named = select(push_subscriptions.c.user, push_subscriptions.c.label)
    return named.where(push_subscriptions.c.number == row.get("subscription"))


_SAID_BY_PEOPLE: Final = ("venue", "slug", "label", "calibration_ns")
_HEARD = tuple(column.name for column in devices.c if column.name not in _SAID_BY_PEOPLE)
"""Of a device all that it says of itself and when: the gateway's to note."""

_OF_A_TEST = ("id", "room", "venue", "conditions", "by", "stopped_by")

NOUNS: Final = {
    users.name: Noun("user", ("name",), ("name",), None, secret=("password_hash",)),
    invitations.name: Noun("invitation", ("id",), ("email", "user")),
    grants.name: Noun("role", ("user", "venue"), ("user",)),
    sessions.name: Noun(
        "session", ("hash",), ("user",), None,
        left_out=("hash", "begun_ns", "seen_ns", "address", "agent"),
    ),
    tokens.name: Noun(
        "token", ("hash",), ("user", "label"), None,
        left_out=("hash", "created_ns", "last_used_ns"),
    ),
    passkeys.name: Noun(
        "passkey", ("number",), ("user", "label"), None,
        left_out=("number", "credential", "public_key", "uses", "made_ns", "used_ns"),
    ),
    kiosks.name: Noun(
        "kiosk", ("number",), ("label",), left_out=("number", "made_ns", "seen_ns", "user")
    ),
    push_subscriptions.name: Noun(
        "subscription", ("number",), ("user", "label"), None,
        left_out=("number", "endpoint", "p256dh", "auth", "made_ns"),
    ),
    push_venues.name: Noun(
        "heard_venues", ("subscription",), ("subscription",), None,
        left_out=("subscription",), shown_from=_user_of_subscription,
    ),
    organisations.name: Noun("organisation", ("slug",), ("slug",), None),
    organisation_venues.name: Noun("belonging", ("venue",), ("organisation",)),
    organisation_grants.name: Noun(
        "organisation_role", ("user", "organisation"), ("user", "organisation"), None
    ),
    organisation_season_mails.name: Noun(
        "organisation_season_mail", ("organisation", "user"), ("user", "organisation"), None
    ),
    season_mails.name: Noun("season_mail", ("venue", "user"), ("user",)),
    door_pages.name: Noun(
        "door", ("number",), ("room",), left_out=("number", "made_ns", "seen_ns", "by")
    ),
    identities.name: Noun(
        "identity", ("number",), ("user", "subject"), None, left_out=("number", "made_ns")
    ),
    policies.name: Noun("policy", ("slug",), ("slug",), json=("names", "notes")),
    protocols.name: Noun("protocol", ("slug",), ("slug",), left_out=("version",), json=("body",)),
    declarations.name: Noun(
        "declaration", ("meeting", "item", "id"), ("item", "meeting"), left_out=("id", "by", "at_ns", "room", "start_ns", "end_ns", "protocol")
    ),
    venues.name: Noun("venue", ("slug",), ("slug",), "slug"),
    room_tests.name: Noun(
        "room_test", ("id",), ("room",),
        left_out=tuple(c.name for c in room_tests.c if c.name not in _OF_A_TEST),
    ),
    rooms.name: Noun("room", ("venue", "slug"), ("slug",)),
    devices.name: Noun("device", ("venue", "slug"), ("slug",), left_out=_HEARD),
    placements.name: Noun("placement", ("venue", "device"), ("device",), left_out=("id",)),
    meetings.name: Noun("meeting", ("id",), ("id",)),
    contacts.name: Noun("contacts", ("venue",), ("venue",)),
    silences.name: Noun("silence", ("id",), ("room",)),
    annotations.name: Noun("annotation", ("id",), ("room",)),
    feeds.name: Noun("calendar", ("slug",), ("slug",), secret=("url",)),
    feed_rules.name: Noun("calendar_rules", ("feed",), ("feed",), None, venue_from=_venue_of_feed),
    links.name: Noun("link", ("id",), ("id",)),
    revoked_meetings.name: Noun("links", ("meeting",), ("meeting",), None,
                                venue_from=_venue_of_meeting),
    unsubscriptions.name: Noun("unsubscription", ("venue", "address", "topic"), ("address", "topic")),
    sources.name: Noun("source", ("id",), ("filter",), left_out=("made_ns",), json=("body",)),
    webhooks.name: Noun("webhook", ("id",), ("name",), secret=("url", "secret")),
    operator_requests.name: Noun(
        "request", ("id",), ("room", "flag"), left_out=("by", "at_ns", "done_ns"),
        json=("body",), venue_from=_venue_of_flag, shown_from=_place_of_flag,
    ),
}  # fmt: skip

_GATEWAYS = "the gateway's own: no person writes it"

NOT_FOLLOWED: Final = {
    "audit": "the trail itself",
    "revision": "a number that every change raises",
    "webhook_messages": _GATEWAYS,
    "idempotency_keys": "what a program asked, kept to answer it again",
    "outbox": "a mail is on record when it is sent",
    "delivery_attempts": _GATEWAYS,
    "link_meetings": "what a link is about is written with it",
    "flags": _GATEWAYS,
    "flag_history": _GATEWAYS,
    "meeting_flags": _GATEWAYS,
    "meeting_records": _GATEWAYS,
    "seasons": "which version of a season was shown: what it says is the meetings' own",
    "late_readings": _GATEWAYS,
    "protocol_versions": "written with the protocol itself",
    "meeting_protocols": "what was chosen for it is followed; this is that, as it began",
    "feed_states": _GATEWAYS,
    "feed_mistakes": _GATEWAYS,
    "feed_unplaced": _GATEWAYS,
    "event_versions": "what a calendar said last of an event; its meetings are followed",
    "counters": _GATEWAYS,
    "cursors": _GATEWAYS,
    "leases": _GATEWAYS,
    "lease_holders": _GATEWAYS,
    "door_counts": _GATEWAYS,
    "door_decisions": _GATEWAYS,
    "room_counts": _GATEWAYS,
    "air_memory": _GATEWAYS,
    "quarantine": _GATEWAYS,
}
