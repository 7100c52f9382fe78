"""The tables of the browsers that are told by web push. The dashboard writes them; the gateway takes away
what a push service has ended.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, String, Table, Text

from gateway.registry.tables.metadata import SLUG, metadata

# `number` is of the hash of `endpoint`, which whoever knows it can send to.
push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("label", String(100), nullable=False),
    Column("language", String(16), nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", String(100), nullable=False),
    Column("auth", String(40), nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)

push_venues = Table(
    "push_venues",
    metadata,
    Column("subscription", String(32), primary_key=True),
    Column("venue", SLUG, primary_key=True),
    ForeignKeyConstraint(["subscription"], ["push_subscriptions.number"], ondelete="CASCADE"),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "venue"),
)
