"""The tables of flags, and of what people ask of the gateway. The gateway alone writes the flags;
the dashboard puts requests.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import ID, SLUG, metadata

# One row is one breach, from pending on. A pending one that passes without firing is deleted.
flags = Table(
    "flags",
    metadata,
    Column("id", ID, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("room", SLUG, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("fired_ns", BigInteger),
    Column("resolved_ns", BigInteger),
    Column("clearing_since_ns", BigInteger),
    Column("value", Float),
    Column("peak", Float),
    Column("limit", Float),
    Column("acknowledged_ns", BigInteger),
    Column("acknowledged_by", String(100)),
    Column("acknowledged_note", Text, nullable=False),
    Column("silenced_until_ns", BigInteger),
    Index(None, "venue", "room", "state"),
    Index(None, "since_ns"),
)

flag_history = Table(
    "flag_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("flag", ID, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("value", Float),
    Column("meeting", ID),
    Column("published", Boolean, nullable=False),
    Index(None, "flag"),
    Index(None, "published"),
)

# What a meeting keeps of a flag: clipped to the meeting's own time. No foreign keys: the record of
# what happened outlives the meeting's place in the calendar.
meeting_flags = Table(
    "meeting_flags",
    metadata,
    Column("meeting", ID, primary_key=True),
    Column("flag", ID, primary_key=True),
    Column("rule", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger),
    Column("peak", Float),
    Column("limit", Float),
    Index(None, "flag"),
)

# What people ask of the gateway: kind 'people' (a count set by hand), 'acknowledge', and 'test' (a
# message to try a channel).
operator_requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("venue", SLUG),
    Column("room", SLUG),
    Column("flag", ID),
    Column("body", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("done_ns", BigInteger),
    Index(None, "done_ns"),
)
