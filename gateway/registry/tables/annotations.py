"""The table of annotations. The dashboard writes it."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, String, Table

from gateway.registry.tables.metadata import SLUG, metadata

# No room: the whole venue.
annotations = Table(
    "annotations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("room", SLUG),
    Column("kind", String(16), nullable=False),
    Column("text", String(500), nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger),
    Column("by", String(100), nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "venue", "since_ns"),
)
