"""contacts and silences"""

import sqlalchemy as sa
from alembic import op

revision = "0003_alerts"
down_revision = "0002_calendars"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "contacts",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("rules", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_contacts_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("venue", "place", name=op.f("pk_contacts")),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=True),
        sa.Column("rule", sa.String(length=32), nullable=True),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("until_ns", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("ended_ns", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )
    with op.batch_alter_table("silences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silences_until_ns"), ["until_ns"], unique=False)
