"""rooms have tests of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_FIGURES = (
    "outdoor_ppm", "air_changes_per_h", "low", "high", "end_ppm", "excess_ppm", "noise_ppm",
    "correlation",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "room_tests",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("conditions", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("volume_m3", sa.Float(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("ended_ns", sa.BigInteger(), nullable=True),
        sa.Column("stopped_by", sa.String(length=100), nullable=True),
        sa.Column("device", sa.String(length=63), nullable=True),
        sa.Column("calibrated_ns", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in _FIGURES),
        sa.Column("spans", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue", "room"],
            ["rooms.venue", "rooms.slug"],
            name=op.f("fk_room_tests_venue_rooms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_tests")),
    )
    columns = ["venue", "room", "started_ns"]
    op.create_index(op.f("ix_room_tests_venue_room_started_ns"), "room_tests", columns)
