"""The tables of who is told: contacts and silences. Configuration: the dashboard and ``luchtig
import`` write them and raise ``revision`` in the same transaction.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import SLUG, metadata

# In the order of ``place``; ``rules`` are separated by spaces, '' for all.
contacts = Table(
    "contacts",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("address", String(320), nullable=False),
    Column("language", String(8), nullable=False),
    Column("role", String(16), nullable=False),
    Column("rules", String(200), nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
)

# Kept after they are over. No room or rule: all of them. No foreign keys: what was not told and why
# stays on record.
silences = Table(
    "silences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("room", SLUG),
    Column("rule", String(32)),
    Column("since_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("ended_ns", BigInteger),
    Column("ended_by", String(100)),
    Index(None, "until_ns"),
)
