"""The table of rooms' own tests. The dashboard writes it."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from gateway.registry.tables.metadata import SLUG, metadata

# state is 'running', 'done' or 'refused'. The figures are those that its end had; device is the sensor
# that they come from.
room_tests = Table(
    "room_tests",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("room", SLUG, nullable=False),
    Column("conditions", String(200), nullable=False),
    Column("by", String(100), nullable=False),
    Column("started_ns", BigInteger, nullable=False),
    Column("volume_m3", Float),
    Column("state", String(16), nullable=False),
    Column("reason", String(16)),
    Column("ended_ns", BigInteger),
    Column("stopped_by", String(100)),
    Column("device", SLUG),
    Column("calibrated_ns", BigInteger),
    Column("outdoor_ppm", Float),
    Column("air_changes_per_h", Float),
    Column("low", Float),
    Column("high", Float),
    Column("end_ppm", Float),
    Column("excess_ppm", Float),
    Column("noise_ppm", Float),
    Column("correlation", Float),
    Column("spans", Integer),
    ForeignKeyConstraint(["venue", "room"], ["rooms.venue", "rooms.slug"], ondelete="CASCADE"),
    Index(None, "venue", "room", "started_ns"),
)
