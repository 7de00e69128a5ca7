"""Each list of skills belongs to an organisation; skills of an issuer's own have a page of this site.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the lists that are there to “home”; nothing in them is touched."""
    op.create_table(
        "skill_lists_of",
        sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("slug", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "saved")),
        sa.Column("skill_count", sa.Integer, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.execute(
        "INSERT INTO skill_lists_of (organisation_id, slug, name, saved, skill_count, document)"
        " SELECT 'home', slug, name, saved, skill_count, document FROM skill_lists"
    )
    op.drop_table("skill_lists")
    op.rename_table("skill_lists_of", "skill_lists")
    op.create_table(
        "own_skills",
        sa.Column("issuer_slug", sa.Text, sa.ForeignKey("issuers.slug"), primary_key=True),
        sa.Column("slug", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("name", "name_es", "description", "can_do", "framework", "code", "saved")
        ),
    )
