"""Which person of the desk started a job.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of the jobs so far nobody is known."""
    op.add_column("jobs", sa.Column("by_person", sa.Text, nullable=False, server_default=""))
