"""a policy may belong to a venue; those there are stay everybody's"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policies", sa.Column("venue", sa.String(length=63), nullable=True))
