"""Tables of the ledger.

Bytes, slots and history are append-only: triggers of the migrations forbid UPDATE and DELETE.
Times are text in the form of `format_datetime`; they sort as they read.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
# Every job has a course. The standing job of an issuer, under which badges of programs are kept, has this revision
# of one that nobody sees: what such a badge is given for stands in the badge alone.
NO_COURSE = 0
# Stands among the programs for the notes of workers' skills records: places in the status lists, and no badges.
RECORDS_PROGRAM = "skills-records"


def _text(name: str, *constraints: sa.ForeignKey) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *constraints, nullable=False)


ISSUERS = sa.Table(
    "issuers",
    METADATA,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("kind"),
    _text("url"),
    _text("email"),
    _text("description"),
    _text("created"),
)

SIGNING_KEYS = sa.Table(
    "signing_keys",
    METADATA,
    sa.Column("method_id", sa.Text, primary_key=True),
    _text("issuer_slug", sa.ForeignKey("issuers.slug")),
    _text("keystore_name"),
    _text("public_jwk"),
    _text("created"),
    sa.Column("retired", sa.Text),
)

ACHIEVEMENTS = sa.Table(
    "achievements",
    METADATA,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    _text("issuer_slug", sa.ForeignKey("issuers.slug")),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    _text("saved"),
)

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("idempotency_key", sa.Text, nullable=False, unique=True),
    sa.Column("body_sha256", sa.LargeBinary, nullable=False),
    _text("issuer_slug", sa.ForeignKey("issuers.slug")),
    _text("achievement_slug"),
    sa.Column("achievement_revision", sa.Integer, nullable=False),
    _text("proof"),
    sa.Column("awarded_on", sa.Text),
    sa.Column("total", sa.Integer, nullable=False),
    _text("created"),
    sa.Column("finished", sa.Text),
    _text("failure"),
    sa.Column("by_person", sa.Text, nullable=False, server_default=""),  # random id of a person of the desk
    sa.ForeignKeyConstraint(
        ["achievement_slug", "achievement_revision"], ["achievements.slug", "achievements.revision"]
    ),
)

PLANNED = sa.Table(
    "planned",
    METADATA,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    _text("issuer_slug", sa.ForeignKey("issuers.slug")),
    _text("achievement_slug"),
    sa.Column("achievement_revision", sa.Integer, nullable=False),
    _text("job_id", sa.ForeignKey("jobs.id")),
    _text("row_key"),
    _text("fingerprint"),
    _text("recipient_name"),
    _text("recipient_email"),
    _text("key_id", sa.ForeignKey("signing_keys.method_id")),
    _text("proof"),
    _text("valid_from"),
    sa.Column("valid_until", sa.Text),
    _text("created"),
    sa.Column("plan", sa.LargeBinary, nullable=False),  # PlannedCredential as JSON
    sa.Column("unsecured", sa.LargeBinary, nullable=False),  # the composed document, before any proof
    sa.UniqueConstraint("issuer_slug", "achievement_slug", "row_key", name="one_badge_for_one_row"),
    sa.Index("planned_by_email", "issuer_slug", "achievement_slug", "recipient_email"),
    sa.Index("planned_by_recipient", "recipient_email"),  # letters of either case
)

JOB_ROWS = sa.Table(
    "job_rows",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    _text("row_key"),
    _text("fingerprint"),
    _text("name"),
    sa.Column("row", sa.LargeBinary, nullable=False),  # RosterRow as JSON; empty for a problem row
    _text("state"),  # pending, issued or rejected
    _text("fate"),
    sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug")),
    sa.Column("problems", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("state IN ('pending', 'issued', 'rejected')", name="row_state"),
    sa.Index("job_rows_waiting", "job_id", "state", "position"),
    sa.Index("job_rows_by_fate", "job_id", "state", "fate"),
    sa.Index("job_rows_by_slug", "slug"),
)

ISSUED = sa.Table(
    "issued",
    METADATA,
    sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), primary_key=True),
    sa.Column("json_bytes", sa.LargeBinary, nullable=False),
    sa.Column("json_sha256", sa.LargeBinary, nullable=False),
    sa.Column("jwt", sa.LargeBinary, nullable=False),
    sa.Column("jwt_sha256", sa.LargeBinary, nullable=False),
    _text("issued_at"),
)

PROGRAM_BADGES = sa.Table(
    "program_badges",
    METADATA,
    sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), primary_key=True),
    _text("program"),  # id of the API key
    _text("suite"),
    _text("pointers"),  # JSON: mandatory pointers as they were asked for, or null
    _text("title"),  # what the desk calls it: the name of the achievement, else of the credential
    sa.Column("has_page", sa.Integer, nullable=False),
    sa.Column("body_sha256", sa.LargeBinary, nullable=False),  # of everything that was asked for
    sa.Column("request_sha256", sa.LargeBinary),  # of the caller's Idempotency-Key, if it sent one
    sa.UniqueConstraint("program", "request_sha256", name="one_badge_for_one_request"),
)

# One badge stands in the place of another. Each has one successor at most, so that the newest is always one.
SUCCESSORS = sa.Table(
    "successors",
    METADATA,
    sa.Column("slug", sa.Text, sa.ForeignKey("issued.slug"), primary_key=True),
    sa.Column("newer_slug", sa.Text, sa.ForeignKey("issued.slug"), nullable=False, unique=True),
    _text("kind"),  # corrected: the older one was revoked with it; renewed: the older one stays as it is
    _text("by_role"),
    _text("at"),
    sa.CheckConstraint("kind IN ('corrected', 'renewed')", name="successor_kind"),
    sa.CheckConstraint("slug <> newer_slug", name="no_successor_of_itself"),
)

# How often the page of a badge was opened on a day; nothing of who opened it.
BADGE_VIEWS = sa.Table(
    "badge_views",
    METADATA,
    sa.Column("slug", sa.Text, sa.ForeignKey("issued.slug"), primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("views", sa.Integer, nullable=False),
)

STATUS_POOLS = sa.Table(
    "status_pools",
    METADATA,
    sa.Column("pool", sa.Integer, primary_key=True, autoincrement=False),
    _text("issuer_slug", sa.ForeignKey("issuers.slug")),
    _text("opened"),
)

STATUS_POOL_CLOSINGS = sa.Table(
    "status_pool_closings",
    METADATA,
    sa.Column("pool", sa.Integer, sa.ForeignKey("status_pools.pool"), primary_key=True, autoincrement=False),
    _text("closed"),
)

STATUS_LISTS = sa.Table(
    "status_lists",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pool", sa.Integer, sa.ForeignKey("status_pools.pool"), nullable=False),
    _text("purpose"),
    sa.UniqueConstraint("pool", "purpose", name="one_list_for_one_purpose"),
)

STATUS_SLOTS = sa.Table(
    "status_slots",
    METADATA,
    sa.Column("pool", sa.Integer, sa.ForeignKey("status_pools.pool"), primary_key=True, autoincrement=False),
    sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), nullable=False, unique=True),
)

STATUS_CHANGES = sa.Table(
    "status_changes",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    _text("slug", sa.ForeignKey("issued.slug")),
    _text("purpose"),
    sa.Column("value", sa.Integer, nullable=False),
    _text("reason"),
    _text("by_role"),
    _text("at"),
    sa.Index("status_changes_by_slug", "slug", "purpose", "seq"),
)

STATUS_DOCUMENTS = sa.Table(
    "status_documents",
    METADATA,
    sa.Column("number", sa.Integer, sa.ForeignKey("status_lists.number"), primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("changes", sa.Integer, nullable=False),  # status_changes up to this seq are in it
    _text("valid_from"),
    _text("valid_until"),
)
