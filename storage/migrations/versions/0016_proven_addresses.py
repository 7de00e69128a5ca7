"""Whether a person of the desk has shown that their address is theirs.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has shown it yet."""
    op.add_column("people", sa.Column("email_proven", sa.Integer, nullable=False, server_default="0"))
