"""The tables of what is told: the outbox, and each try at emptying it. The gateway alone writes
them.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from gateway.registry.tables.metadata import metadata

# A message to one recipient about one flag of one meeting ('' for a room without one); the key
# makes telling twice impossible. It waits while neither sent_ns nor given_up_ns is there. due_ns is
# wall time, for retries; 0 is at once. channel is 'mail', 'url:…' of one of notify.urls, or
# 'manager' for what is still to be shared out to those; sent_as is what names the message that it
# went out in, or may have gone out in while it still waits.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting", String(64), nullable=False),
    Column("flag", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("venue", String(63), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("due_ns", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_ns", BigInteger),
    Column("given_up_ns", BigInteger),
    Column("last_error", Text),
    Column("sent_as", String(64)),
    UniqueConstraint("meeting", "flag", "kind", "recipient"),
    Index(None, "sent_ns", "given_up_ns", "due_ns"),
    Index(None, "flag"),
    Index(None, "recipient", "venue", "sent_ns"),
)

# Each try at handing a message of the outbox to its channel, or a test that somebody asked for
# (then message is NULL and test the id of the request). error is NULL where it was taken. at_ns is
# the one clock's, for people; wall_ns the wall's, for retries.
delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("message", Integer),
    Column("test", Integer),
    Column("at_ns", BigInteger, nullable=False),
    Column("wall_ns", BigInteger, nullable=False),
    Column("error", Text),
    Index(None, "message"),
    Index(None, "channel", "id"),
)
