"""meetings have protocols"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "protocols",
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_protocols")),
    )
    op.create_table(
        "protocol_versions",
        sa.Column("protocol", sa.String(length=63), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("protocol", "version", name=op.f("pk_protocol_versions")),
    )
    op.create_table(
        "meeting_protocols",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("began_ns", sa.BigInteger(), nullable=False),
        sa.Column("protocol", sa.String(length=63), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("meeting", name=op.f("pk_meeting_protocols")),
    )
    op.create_table(
        "declarations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=63), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=320), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
    )
    op.create_index(op.f("ix_declarations_meeting"), "declarations", ["meeting"])
    for table in ("venues", "rooms", "meetings"):
        op.add_column(table, sa.Column("protocol", sa.String(length=63), nullable=True))
