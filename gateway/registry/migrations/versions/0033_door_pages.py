"""rooms have pages at their doors"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door_pages",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue", "room"],
            ["rooms.venue", "rooms.slug"],
            name=op.f("fk_door_pages_venue_rooms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_door_pages")),
    )
