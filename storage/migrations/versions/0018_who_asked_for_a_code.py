"""From where a code was asked for, and whether its text went to a number that no class list has.

Revision ID: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of codes so far neither is known, and they count for a day only."""
    op.add_column("wallet_codes", sa.Column("client", sa.Text, nullable=False, server_default=""))
    op.add_column("wallet_codes", sa.Column("unlisted", sa.Integer, nullable=False, server_default="0"))
