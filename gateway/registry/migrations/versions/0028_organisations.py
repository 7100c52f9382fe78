"""venues may belong to an organisation, and somebody have a role in all of it"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("policy", sa.String(length=63), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy"], ["policies.slug"], name=op.f("fk_organisations_policy")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_organisations")),
    )
    op.create_table(
        "organisation_venues",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("organisation", sa.String(length=63), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"],
            ["venues.slug"],
            name=op.f("fk_organisation_venues_venue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.slug"],
            name=op.f("fk_organisation_venues_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue", name=op.f("pk_organisation_venues")),
    )
    op.create_index(
        op.f("ix_organisation_venues_organisation"), "organisation_venues", ["organisation"]
    )
    op.create_table(
        "organisation_grants",
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.Column("organisation", sa.String(length=63), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"],
            ["users.name"],
            name=op.f("fk_organisation_grants_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.slug"],
            name=op.f("fk_organisation_grants_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user", "organisation", "role", name=op.f("pk_organisation_grants")
        ),
    )
    op.create_index(
        op.f("ix_organisation_grants_organisation"), "organisation_grants", ["organisation"]
    )
