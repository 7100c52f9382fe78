"""a token may be limited to scopes and venues, and end by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tokens", sa.Column("scopes", sa.String(length=100), nullable=True))
    op.add_column("tokens", sa.Column("venues", sa.Text(), nullable=True))
    op.add_column("tokens", sa.Column("expires_ns", sa.BigInteger(), nullable=True))
