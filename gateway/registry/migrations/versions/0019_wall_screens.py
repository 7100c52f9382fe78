"""wall screens have links of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosks",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"], ["users.name"], name=op.f("fk_kiosks_user_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_kiosks_venue_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_kiosks")),
    )
    op.create_index(op.f("ix_kiosks_user"), "kiosks", ["user"])
    op.create_index(op.f("ix_kiosks_venue"), "kiosks", ["venue"])
