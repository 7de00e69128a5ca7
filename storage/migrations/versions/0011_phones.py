"""Telephone numbers: of people on class lists, codes that prove one, and who is told of a holder's reminders.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and what a holder chose about where reminders go."""
    op.create_table(
        "recipient_phones",
        sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), primary_key=True),
        sa.Column("phone", sa.Text, nullable=False),
    )
    op.create_index("recipient_phones_by_number", "recipient_phones", ["phone"])
    op.create_table(
        "wallet_codes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("value", "created")),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
    )
    op.create_index("wallet_codes_by_value", "wallet_codes", ["value", "created"])
    op.create_index("wallet_codes_by_time", "wallet_codes", ["created"])
    op.create_index("wallet_codes_by_holder", "wallet_codes", ["holder_id"])
    for name in ("notice_identifier", "stop_hash"):
        op.add_column("wallet_holders", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.create_index("wallet_holders_by_stop", "wallet_holders", ["stop_hash"])
    op.create_table(
        "wallet_supervisors",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("worker_name", "email", "state", "asked")),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    )
    op.create_index("wallet_supervisors_by_holder", "wallet_supervisors", ["holder_id"])
