"""Courses that can be given on the job.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the marks; no course has one yet."""
    op.create_table("on_the_job_courses", sa.Column("achievement_slug", sa.Text, primary_key=True))
