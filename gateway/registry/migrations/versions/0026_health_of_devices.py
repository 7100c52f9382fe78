"""a device says how it is"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("health", sa.Text(), nullable=True))
    op.add_column("devices", sa.Column("health_ns", sa.BigInteger(), nullable=True))
