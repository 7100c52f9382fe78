"""meetings may be private, know their place in a series, and no older message undoes a newer"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "meetings",
        sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("meetings", sa.Column("recurrence", sa.String(length=32), nullable=True))
    op.create_table(
        "event_versions",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.String(length=32), nullable=False),
        sa.Column("following", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("stamp_ns", sa.BigInteger(), nullable=True),
        sa.Column("taken_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_event_versions_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "venue", "uid", "recurrence", "following", name=op.f("pk_event_versions")
        ),
    )
