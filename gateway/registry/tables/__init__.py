"""The relational tables, everything but the readings: whoever imports one has all in
``metadata``.
"""

from gateway.registry.tables import (
    accounts,
    alerts,
    annotations,
    audit,
    calendars,
    door_pages,
    flags,
    idempotency,
    links,
    live_state,
    organisations,
    outbox,
    protocols,
    push,
    reports,
    room_tests,
    seasons,
    sources,
    venues,
    webhooks,
)

__all__ = (
    "accounts",
    "alerts",
    "annotations",
    "audit",
    "calendars",
    "door_pages",
    "flags",
    "idempotency",
    "links",
    "live_state",
    "organisations",
    "outbox",
    "protocols",
    "push",
    "reports",
    "room_tests",
    "seasons",
    "sources",
    "venues",
    "webhooks",
)
