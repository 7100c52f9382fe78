"""The table of sources that were made on a page; those of a gateway's configuration stand there. The
dashboard writes it.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, Table, Text

from gateway.registry.tables.metadata import SLUG, metadata

# body is the source as JSON.
sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("filter", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "venue"),
)
