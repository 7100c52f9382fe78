"""what was said of a protocol's items keeps its meeting's place and time"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("declarations", sa.Column("room", sa.String(length=63), nullable=True))
    op.add_column("declarations", sa.Column("start_ns", sa.BigInteger(), nullable=True))
    op.add_column("declarations", sa.Column("end_ns", sa.BigInteger(), nullable=True))
    op.add_column("declarations", sa.Column("protocol", sa.String(length=63), nullable=True))
    for column in ("room", "start_ns", "end_ns", "protocol"):
        op.execute(
            f"UPDATE declarations SET {column} = (SELECT m.{column} FROM meetings m"  # noqa: S608
            " WHERE m.id = declarations.meeting)"
        )
    # Of a meeting that has left the calendar there is no more than when it was spoken of.
    op.execute("UPDATE declarations SET start_ns = at_ns WHERE start_ns IS NULL")
    op.execute("UPDATE declarations SET end_ns = at_ns + 1 WHERE end_ns IS NULL")
    op.execute(
        "UPDATE declarations SET protocol = COALESCE((SELECT k.protocol FROM meeting_protocols k"
        " WHERE k.meeting = declarations.meeting), protocol)"
    )
    with op.batch_alter_table("declarations") as table:
        table.alter_column("start_ns", existing_type=sa.BigInteger(), nullable=False)
        table.alter_column("end_ns", existing_type=sa.BigInteger(), nullable=False)
