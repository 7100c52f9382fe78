"""The table of the pages at doors, that guests read by a link of their own. The dashboard writes it."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, String, Table

from gateway.registry.tables.metadata import SLUG, metadata

# by is whoever made it; seen_ns is written every five minutes at most.
door_pages = Table(
    "door_pages",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("room", SLUG, nullable=False),
    Column("by", String(100), nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    Column("seen_ns", BigInteger),
    ForeignKeyConstraint(["venue", "room"], ["rooms.venue", "rooms.slug"], ondelete="CASCADE"),
)
