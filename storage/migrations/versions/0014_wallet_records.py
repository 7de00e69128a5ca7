"""Skills records: what is printed beside the badges of a share link, and the signed file when the holder asked for one.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "wallet_records",
        sa.Column("share_id", sa.Text, sa.ForeignKey("wallet_shares.id"), primary_key=True),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False, unique=True),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("signed", sa.LargeBinary),
        sa.Column("signed_at", sa.Text),
    )
