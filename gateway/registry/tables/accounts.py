"""The tables of who may sign in. The dashboard and ``luchtig user`` write them."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, String, Table, Text

from gateway.registry.tables.metadata import metadata

users = Table(
    "users",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text),
    Column("created_ns", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("label", String(100), nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("last_used_ns", BigInteger),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)
