"""How badges reach people: one claim for each badge, and what the trainer chose for each class.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the index by which badges are found for a proven e-mail address."""
    op.create_table(
        "claims",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("slug", sa.Text, sa.ForeignKey("issued.slug"), nullable=False, unique=True),
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id"), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("code_lock", sa.LargeBinary, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("created", "expires")),
        *(sa.Column(name, sa.Text) for name in ("opened_at", "claimed_at")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("holder_ref", "message_key")),
        sa.Column("nudged_days", sa.Integer, nullable=False),
        sa.Column("second_round", sa.Integer, nullable=False),
        sa.Column("second_expires", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tries_since", sa.Text),
    )
    op.create_index("claims_open", "claims", ["claimed_at", "created"])
    op.create_table(
        "class_deliveries",
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id"), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("way", "second_step", "chosen_at")),
        sa.Column("word_lock", sa.LargeBinary, nullable=False),
        sa.Column("delivered_at", sa.Text),
        sa.Column("code_generation", sa.Integer, nullable=False),
        sa.Column("code_lock", sa.LargeBinary, unique=True),
        sa.Column("code_expires", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tries_since", sa.Text),
    )
    op.create_index("class_deliveries_waiting", "class_deliveries", ["delivered_at"])
    op.execute("CREATE INDEX planned_by_recipient ON planned (recipient_email COLLATE NOCASE)")
