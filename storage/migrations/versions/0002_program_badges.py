"""Badges that programs had signed: what was asked for, beside the plan that every badge has.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = "program_badges"


def upgrade() -> None:
    """Add the table; nothing that is there already is touched."""
    op.create_table(
        TABLE,
        sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("program", "suite", "pointers", "title")),
        sa.Column("has_page", sa.Integer, nullable=False),
        sa.Column("body_sha256", sa.LargeBinary, nullable=False),
        sa.Column("request_sha256", sa.LargeBinary),
        sa.UniqueConstraint("program", "request_sha256", name="one_badge_for_one_request"),
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )
