"""reports of meetings, late readings, and what a sensor says of its exactness"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003_alerts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_records",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("people_from_ns", sa.BigInteger(), nullable=False),
        sa.Column("to_ns", sa.BigInteger(), nullable=False),
        sa.Column("computed_ns", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("occupancy", sa.String(length=16), nullable=True),
        sa.Column("ventilation", sa.String(length=16), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("revisions", sa.Text(), nullable=False),
        sa.Column("mail_due_ns", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("meeting", name=op.f("pk_meeting_records")),
    )
    with op.batch_alter_table("meeting_records") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_records_venue_room_to_ns"),
            ["venue", "room", "to_ns"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_meeting_records_mail_due_ns"), ["mail_due_ns"], unique=False
        )
    op.create_table(
        "late_readings",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("from_ns", sa.BigInteger(), nullable=False),
        sa.Column("to_ns", sa.BigInteger(), nullable=False),
        sa.Column("noted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "room", name=op.f("pk_late_readings")),
    )
    with op.batch_alter_table("devices") as batch_op:
        batch_op.add_column(sa.Column("calibrated_ns", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("error_ppm", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("error_pct", sa.Float(), nullable=True))
