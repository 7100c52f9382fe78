"""links in mails are on record and can be withdrawn, and mails unsubscribed from"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("rooms", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
        sa.Column("expires_ns", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ns", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_venue_made_ns"), "links", ["venue", "made_ns"])
    op.create_index(op.f("ix_links_expires_ns"), "links", ["expires_ns"])
    op.create_table(
        "link_meetings",
        sa.Column("link", sa.String(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("link", "meeting", name=op.f("pk_link_meetings")),
    )
    op.create_index(op.f("ix_link_meetings_meeting"), "link_meetings", ["meeting"])
    op.create_table(
        "revoked_meetings",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("meeting", name=op.f("pk_revoked_meetings")),
    )
    op.create_table(
        "unsubscriptions",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "address", "topic", name=op.f("pk_unsubscriptions")),
    )
