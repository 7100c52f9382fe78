"""a room may say what drives its ventilation and where its air comes from"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("ventilation", sa.String(length=16), nullable=True))
    op.add_column("rooms", sa.Column("air_from", sa.String(length=16), nullable=True))
