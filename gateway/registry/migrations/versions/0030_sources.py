"""sources of other makers' devices that were made on a page"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_sources_venue_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_venue"), "sources", ["venue"])
