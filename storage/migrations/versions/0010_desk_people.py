"""Organisations, the people of the desk with their roles, invitations, and who is signed in.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables. What is there belongs to “home”; whoever knows the desk password is its first owner."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "created")),
    )
    op.create_table(
        "organisation_issuers",
        sa.Column("issuer_slug", sa.Text, sa.ForeignKey("issuers.slug"), primary_key=True),
        sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), nullable=False),
    )
    op.create_index("issuers_by_organisation", "organisation_issuers", ["organisation_id"])
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("password_hash", "created", "signed_in_on")),
    )
    op.create_table(
        "memberships",
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("role", "since")),
        sa.CheckConstraint("role IN ('viewer', 'trainer', 'owner')", name="known_role"),
    )
    op.create_index("memberships_by_organisation", "memberships", ["organisation_id"])
    _add_invitations()
    _add_ways_in()
    op.execute("INSERT INTO organisations (id, name, created) VALUES ('home', '', '1970-01-01T00:00:00Z')")
    op.execute("INSERT INTO organisation_issuers (issuer_slug, organisation_id) SELECT slug, 'home' FROM issuers")
    op.execute(
        "INSERT INTO people (id, name, email, password_hash, created, signed_in_on)"
        " VALUES ('desk', '', NULL, '', '1970-01-01T00:00:00Z', '')"
    )
    op.execute(
        "INSERT INTO memberships (person_id, organisation_id, role, since)"
        " VALUES ('desk', 'home', 'owner', '1970-01-01T00:00:00Z')"
    )


def _add_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("email", "role")),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("created", "expires", "invited_by")),
        sa.Column("closed", sa.Text),
        sa.Column("closed_at", sa.Text),
        sa.CheckConstraint("role IN ('viewer', 'trainer', 'owner')", name="offered_role"),
        sa.CheckConstraint("closed IN ('accepted', 'withdrawn')", name="invitation_end"),
    )
    op.create_index("invitations_by_organisation", "invitations", ["organisation_id", "created"])
    op.execute("CREATE UNIQUE INDEX one_open_invitation ON invitations (organisation_id, email) WHERE closed IS NULL")


def _add_ways_in() -> None:
    op.create_table(
        "password_links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.id")),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created", sa.Text, nullable=False),
    )
    op.create_index("password_links_by_person", "password_links", ["person_id"])
    op.create_table(
        "desk_sessions",
        sa.Column("id_sha256", sa.LargeBinary, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("lock", sa.LargeBinary, nullable=False),
        sa.Column("began", sa.Text, nullable=False),
    )
    op.create_index("desk_sessions_by_person", "desk_sessions", ["person_id", "began"])
