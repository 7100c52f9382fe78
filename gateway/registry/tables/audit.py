"""The table of the audit trail: written in the transaction that makes the change it tells of."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import SLUG, metadata

# No foreign keys: what was done stays on record when who did it, and what to, is gone. `before` and
# `after` are JSON objects of what differs; `address` is blanked after a while.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("who", String(320), nullable=False),
    Column("how", String(16), nullable=False),
    Column("label", String(200), nullable=False),
    Column("noun", String(32), nullable=False),
    Column("verb", String(16), nullable=False),
    Column("venue", SLUG),
    Column("object", String(400), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("address", String(45), nullable=False),
    Index(None, "at_ns"),
    Index(None, "venue", "at_ns"),
)
