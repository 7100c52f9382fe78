"""who wants the season of a venue by mail"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "season_mails",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_season_mails_venue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user"], ["users.name"], name=op.f("fk_season_mails_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("venue", "user", name=op.f("pk_season_mails")),
    )
