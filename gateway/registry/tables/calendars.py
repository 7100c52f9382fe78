"""The tables of calendar feeds. The dashboard writes ``feeds`` and ``feed_rules``; the gateway
alone writes how their reading goes, and what of them a person has to see to.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from gateway.registry.tables.metadata import SLUG, metadata

# The room has no foreign key: where it is gone, the meetings are listed for a person. ``asked``
# counts the times that somebody wanted the feed read at once.
feeds = Table(
    "feeds",
    metadata,
    Column("slug", SLUG, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("name", String(200), nullable=False),
    Column("url", Text, nullable=False),
    Column("room", SLUG),
    Column("every_s", Float, nullable=False),
    Column("asked", BigInteger, nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "venue"),
)

feed_rules = Table(
    "feed_rules",
    metadata,
    Column("feed", SLUG, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("field", String(16), nullable=False),
    Column("text", String(200), nullable=False),
    Column("room", SLUG, nullable=False),
    ForeignKeyConstraint(["feed"], ["feeds.slug"], ondelete="CASCADE"),
)

feed_states = Table(
    "feed_states",
    metadata,
    Column("feed", SLUG, primary_key=True),
    Column("answered", BigInteger, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", String(64)),
    Column("setup", String(64)),
    Column("read_ns", BigInteger),
    Column("tried_ns", BigInteger),
    Column("ok_ns", BigInteger),
    Column("error", String(32)),
    Column("detail", Text),
    Column("failing_since_ns", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("meetings", Integer, nullable=False),
    ForeignKeyConstraint(["feed"], ["feeds.slug"], ondelete="CASCADE"),
)

feed_mistakes = Table(
    "feed_mistakes",
    metadata,
    Column("feed", SLUG, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(32), nullable=False),
    Column("event", Text, nullable=False),
    Column("detail", Text, nullable=False),
    ForeignKeyConstraint(["feed"], ["feeds.slug"], ondelete="CASCADE"),
)

feed_unplaced = Table(
    "feed_unplaced",
    metadata,
    Column("feed", SLUG, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("title", String(300), nullable=False),
    Column("location", Text, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("start_ns", BigInteger, nullable=False),
    Column("meetings", Integer, nullable=False),
    ForeignKeyConstraint(["feed"], ["feeds.slug"], ondelete="CASCADE"),
)

# How new what was imported of an event is, also where that was its cancellation: of all of it where
# ``recurrence`` is empty, else of one occurrence, or of that and those ``following``.
event_versions = Table(
    "event_versions",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("recurrence", String(32), primary_key=True),
    Column("following", Boolean, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("stamp_ns", BigInteger),
    Column("taken_ns", BigInteger, nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
)
