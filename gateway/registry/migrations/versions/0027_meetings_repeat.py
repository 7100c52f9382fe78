"""meetings repeat"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meetings", sa.Column("series", sa.String(length=64), nullable=True))
    op.add_column("meetings", sa.Column("repeats", sa.String(length=100), nullable=True))
    op.create_index(op.f("ix_meetings_series"), "meetings", ["series"])
