"""The worker's wallet: holders, their addresses and sessions, what they hold, and what they share.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)


def _holder() -> sa.Column[str]:
    return sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id"), nullable=False)


def upgrade() -> None:
    """Add the tables of the wallet."""
    op.create_table("wallet_holders", sa.Column("id", sa.Text, primary_key=True), *_text("created"))
    op.create_table(
        "wallet_identifiers",
        sa.Column("id", sa.Text, primary_key=True),
        _holder(),
        *_text("kind", "value", "verified_at"),
        sa.UniqueConstraint("kind", "value"),
    )
    op.create_index("wallet_identifiers_by_holder", "wallet_identifiers", ["holder_id"])
    op.create_table("wallet_sessions", sa.Column("hash", sa.Text, primary_key=True), _holder(), *_text("began", "seen"))
    op.create_index("wallet_sessions_by_holder", "wallet_sessions", ["holder_id"])
    op.create_table(
        "wallet_sign_ins",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id")),
        *_text("kind", "value", "token_hash", "created"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("wallet_sign_ins_by_value", "wallet_sign_ins", ["value", "created"])
    op.create_index("wallet_sign_ins_by_time", "wallet_sign_ins", ["created"])
    _add_holdings()
    op.create_table(
        "wallet_shares",
        sa.Column("id", sa.Text, primary_key=True),
        _holder(),
        *_text("name", "token_hash", "created"),
        sa.Column("expires", sa.Text),
        sa.Column("withdrawn", sa.Text),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("wallet_shares_by_holder", "wallet_shares", ["holder_id"])
    op.create_table(
        "wallet_share_items",
        sa.Column("share_id", sa.Text, sa.ForeignKey("wallet_shares.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holding_id", sa.Text, sa.ForeignKey("wallet_holdings.id"), nullable=False),
    )
    op.create_index("wallet_share_items_by_holding", "wallet_share_items", ["holding_id"])


def _add_holdings() -> None:
    op.create_table(
        "wallet_holdings",
        sa.Column("id", sa.Text, primary_key=True),
        _holder(),
        *_text("origin", "slug", "badge_key"),
        sa.Column("original", sa.LargeBinary, nullable=False),
        *_text("sha256", "media_type", "added_at", "headline", "lost"),
        sa.Column("card", sa.LargeBinary, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.Column("checked_at", sa.Text),
        sa.UniqueConstraint("holder_id", "badge_key"),
    )
    op.create_index("wallet_holdings_by_slug", "wallet_holdings", ["slug"])
