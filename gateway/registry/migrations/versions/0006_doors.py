"""what the totals of a door may mean, and what was made of them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("door_counts") as batch_op:
        batch_op.add_column(sa.Column("memory", sa.Text(), nullable=True))
    op.create_table(
        "door_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=3), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_decisions")),
    )
    with op.batch_alter_table("door_decisions") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_door_decisions_venue_device_id"),
            ["venue", "device", "id"],
            unique=False,
        )
