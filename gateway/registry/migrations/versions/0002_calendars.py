"""calendar feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0002_calendars"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=True),
        sa.Column("every_s", sa.Float(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_feeds_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_feeds")),
    )
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feeds_venue"), ["venue"], unique=False)

    op.create_table(
        "feed_rules",
        sa.Column("feed", sa.String(length=63), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed"], ["feeds.slug"], name=op.f("fk_feed_rules_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed", "position", name=op.f("pk_feed_rules")),
    )
    op.create_table(
        "feed_states",
        sa.Column("feed", sa.String(length=63), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("setup", sa.String(length=64), nullable=True),
        sa.Column("read_ns", sa.BigInteger(), nullable=True),
        sa.Column("tried_ns", sa.BigInteger(), nullable=True),
        sa.Column("ok_ns", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("failing_since_ns", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed"], ["feeds.slug"], name=op.f("fk_feed_states_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_states")),
    )
    op.create_table(
        "feed_mistakes",
        sa.Column("feed", sa.String(length=63), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed"], ["feeds.slug"], name=op.f("fk_feed_mistakes_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed", "position", name=op.f("pk_feed_mistakes")),
    )
    op.create_table(
        "feed_unplaced",
        sa.Column("feed", sa.String(length=63), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("start_ns", sa.BigInteger(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed"], ["feeds.slug"], name=op.f("fk_feed_unplaced_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed", "position", name=op.f("pk_feed_unplaced")),
    )
