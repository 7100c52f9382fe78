"""rooms have an order and can be archived, sensors are named and noted as calibrated by people"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("position", sa.Integer(), nullable=True))
    op.add_column("rooms", sa.Column("archived_ns", sa.BigInteger(), nullable=True))
    op.add_column("devices", sa.Column("label", sa.String(length=200), nullable=True))
    op.add_column("devices", sa.Column("calibration_ns", sa.BigInteger(), nullable=True))
