"""Tables of the people who work at the desk. No password, no link and no id of a session stands in them, only hashes.

Times are text in the form of `format_datetime`; they sort as they read.
"""

from __future__ import annotations

import sqlalchemy as sa

from issuer.tables import METADATA

ORGANISATIONS = sa.Table(
    "organisations",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),  # empty: it has the name of its first issuer
    sa.Column("created", sa.Text, nullable=False),
)

ORGANISATION_ISSUERS = sa.Table(
    "organisation_issuers",
    METADATA,
    sa.Column("issuer_slug", sa.Text, sa.ForeignKey("issuers.slug"), primary_key=True),
    sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), nullable=False),
    sa.Index("issuers_by_organisation", "organisation_id"),
)

PEOPLE = sa.Table(
    "people",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, unique=True),  # in small letters; none for whoever knows the desk password
    sa.Column("password_hash", sa.Text, nullable=False),  # argon2; empty for none
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("signed_in_on", sa.Text, nullable=False),  # the last day; empty for never
    sa.Column("email_proven", sa.Integer, nullable=False, server_default="0"),  # they have read a mail to it
)

MEMBERSHIPS = sa.Table(
    "memberships",
    METADATA,
    sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.CheckConstraint("role IN ('viewer', 'trainer', 'owner')", name="known_role"),
    sa.Index("memberships_by_organisation", "organisation_id"),
)

INVITATIONS = sa.Table(
    "invitations",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("email", "role")),
    sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("created", "expires", "invited_by")),
    *(sa.Column(name, sa.Text) for name in ("closed", "closed_at")),
    sa.CheckConstraint("role IN ('viewer', 'trainer', 'owner')", name="offered_role"),
    sa.CheckConstraint("closed IN ('accepted', 'withdrawn')", name="invitation_end"),
    sa.Index("invitations_by_organisation", "organisation_id", "created"),
    sa.Index("one_open_invitation", "organisation_id", "email", unique=True, sqlite_where=sa.text("closed IS NULL")),
)

PASSWORD_LINKS = sa.Table(
    "password_links",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, sa.ForeignKey("people.id")),  # none: what a stranger asked for costs a row too
    sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("created", sa.Text, nullable=False),
    sa.Index("password_links_by_person", "person_id"),
)

DESK_SESSIONS = sa.Table(
    "desk_sessions",
    METADATA,
    sa.Column("id_sha256", sa.LargeBinary, primary_key=True),
    sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("organisation_id", sa.Text, sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("lock", sa.LargeBinary, nullable=False),  # of the password at that time: a new one ends the session
    sa.Column("began", sa.Text, nullable=False),
    sa.Index("desk_sessions_by_person", "person_id", "began"),
)
