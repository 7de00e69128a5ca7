"""Badges that stand in the place of another, and how often the page of a badge was opened.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = "successors"


def upgrade() -> None:
    """Add the tables; nothing that is there already is touched."""
    op.create_table(
        TABLE,
        sa.Column("slug", sa.Text, sa.ForeignKey("issued.slug"), primary_key=True),
        sa.Column("newer_slug", sa.Text, sa.ForeignKey("issued.slug"), nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "by_role", "at")),
        sa.CheckConstraint("kind IN ('corrected', 'renewed')", name="successor_kind"),
        sa.CheckConstraint("slug <> newer_slug", name="no_successor_of_itself"),
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )
    op.create_table(
        "badge_views",
        sa.Column("slug", sa.Text, sa.ForeignKey("issued.slug"), primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("views", sa.Integer, nullable=False),
    )
