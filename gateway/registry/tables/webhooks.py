"""The tables of webhooks. The dashboard writes ``webhooks``; the gateway alone writes what is told to
them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.registry.tables.metadata import SLUG, metadata

# events are separated by spaces, '' for all. The secret stands as it is: with it messages are signed.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("name", String(200), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", String(100), nullable=False),
    Column("events", String(400), nullable=False),
    Column("enabled", Boolean, nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "venue"),
)

# The outbox of webhooks: an event for one of them, once. It waits while neither sent_ns nor
# given_up_ns is there; due_ns is wall time, 0 is at once. tried_ns is the newest try.
webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("webhook", Integer, nullable=False),
    Column("event", String(36), nullable=False),
    Column("type", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Column("due_ns", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_ns", BigInteger),
    Column("first_wall_ns", BigInteger),
    Column("sent_ns", BigInteger),
    Column("given_up_ns", BigInteger),
    Column("status", Integer),
    Column("error", Text),
    ForeignKeyConstraint(["webhook"], ["webhooks.id"], ondelete="CASCADE"),
    UniqueConstraint("webhook", "event"),
    Index(None, "sent_ns", "given_up_ns", "due_ns"),
)
