"""browsers are told by web push"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"],
            ["users.name"],
            name=op.f("fk_push_subscriptions_user_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_push_subscriptions")),
    )
    op.create_index(op.f("ix_push_subscriptions_user"), "push_subscriptions", ["user"])
    op.create_table(
        "push_venues",
        sa.Column("subscription", sa.String(length=32), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["push_subscriptions.number"],
            name=op.f("fk_push_venues_subscription_push_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue"],
            ["venues.slug"],
            name=op.f("fk_push_venues_venue_venues"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription", "venue", name=op.f("pk_push_venues")),
    )
    op.create_index(op.f("ix_push_venues_venue"), "push_venues", ["venue"])
