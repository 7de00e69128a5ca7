"""What a holder wants to be told, the link of their calendar, and the end of each badge in a column of its own.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; holders who are there are reminded unless they switch it off."""
    for name, value in (("remind", "1"), ("monthly", "1"), ("calendar_generation", "0")):
        op.add_column("wallet_holders", sa.Column(name, sa.Integer, nullable=False, server_default=value))
    op.add_column("wallet_holders", sa.Column("calendar_hash", sa.Text, nullable=False, server_default=""))
    op.create_index("wallet_holders_by_calendar", "wallet_holders", ["calendar_hash"])
    op.add_column("wallet_holdings", sa.Column("ends", sa.Text))
    op.create_index("wallet_holdings_by_end", "wallet_holdings", ["ends"])
    op.execute(
        "UPDATE wallet_holdings SET ends = NULLIF(json_extract(CAST(card AS TEXT), '$.validUntil'), '')"
        " WHERE origin != 'self-recorded'"
    )
