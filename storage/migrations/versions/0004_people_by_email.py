"""Whoever stands on a new list is looked for by e-mail address among the badges of the course.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; without it each chunk of a list reads every badge of the course."""
    op.create_index("planned_by_email", "planned", ["issuer_slug", "achievement_slug", "recipient_email"])
