"""roles in venues, and the address that somebody is reached at; who there was stays an admin"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column(
        "users",
        sa.Column("email_verified", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "grants",
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"], ["users.name"], name=op.f("fk_grants_user_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_grants_venue_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user", "venue", "role", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_venue"), "grants", ["venue"])
