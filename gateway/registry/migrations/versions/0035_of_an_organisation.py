"""limits and protocols may be an organisation's, and its season be mailed"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("policies", "protocols"):
        op.add_column(table, sa.Column("organisation", sa.String(length=63), nullable=True))
    op.create_table(
        "organisation_season_mails",
        sa.Column("organisation", sa.String(length=63), nullable=False),
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.slug"],
            name=op.f("fk_organisation_season_mails_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user"],
            ["users.name"],
            name=op.f("fk_organisation_season_mails_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation", "user", name=op.f("pk_organisation_season_mails")),
    )
