"""The table of what programs asked once and may ask again. The dashboard writes it."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import metadata

# A POST with an Idempotency-Key, by who asked. request is the hash of what was asked; status is
# NULL while it goes on, and then what was answered stands beside it.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("by", String(100), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("begun_ns", BigInteger, nullable=False),
    Column("status", Integer),
    Column("location", Text),
    Column("body", Text),
    Index(None, "begun_ns"),
)
