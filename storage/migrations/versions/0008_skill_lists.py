"""Lists of skills that a trainer brought to pick from.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the lists; nothing that is there already is touched."""
    op.create_table(
        "skill_lists",
        sa.Column("slug", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "saved")),
        sa.Column("skill_count", sa.Integer, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
