"""The ledger: issuers, keys, achievements, jobs, planned and issued badges, status, audit chain.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "achievements",
    "audit",
    "issued",
    "planned",
    "status_changes",
    "status_documents",
    "status_lists",
    "status_pool_closings",
    "status_pools",
    "status_slots",
)


def _text(name: str, *constraints: sa.ForeignKey) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *constraints, nullable=False)


def _integer_key(name: str, *constraints: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *constraints, primary_key=True, autoincrement=False)


def _create_audit() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit",
        _integer_key("seq"),
        _text("time"),
        _text("event"),
        _text("subject"),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_audit_event", "audit", ["event"])
    op.create_index("ix_audit_time", "audit", ["time"])


def _create_issuers() -> None:
    op.create_table(
        "issuers",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *(_text(name) for name in ("name", "kind", "url", "email", "description", "created")),
    )
    op.create_table(
        "signing_keys",
        sa.Column("method_id", sa.Text, primary_key=True),
        _text("issuer_slug", sa.ForeignKey("issuers.slug")),
        *(_text(name) for name in ("keystore_name", "public_jwk", "created")),
        sa.Column("retired", sa.Text),
    )
    op.create_table(
        "achievements",
        sa.Column("slug", sa.Text, primary_key=True),
        _integer_key("revision"),
        _text("issuer_slug", sa.ForeignKey("issuers.slug")),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        _text("saved"),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
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
        sa.ForeignKeyConstraint(
            ["achievement_slug", "achievement_revision"], ["achievements.slug", "achievements.revision"]
        ),
    )
    op.create_table(
        "planned",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        _text("issuer_slug", sa.ForeignKey("issuers.slug")),
        _text("achievement_slug"),
        sa.Column("achievement_revision", sa.Integer, nullable=False),
        _text("job_id", sa.ForeignKey("jobs.id")),
        *(_text(name) for name in ("row_key", "fingerprint", "recipient_name", "recipient_email")),
        _text("key_id", sa.ForeignKey("signing_keys.method_id")),
        *(_text(name) for name in ("proof", "valid_from")),
        sa.Column("valid_until", sa.Text),
        _text("created"),
        sa.Column("plan", sa.LargeBinary, nullable=False),
        sa.Column("unsecured", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("issuer_slug", "achievement_slug", "row_key", name="one_badge_for_one_row"),
    )
    op.create_table(
        "job_rows",
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id"), primary_key=True),
        _integer_key("position"),
        sa.Column("number", sa.Integer, nullable=False),
        *(_text(name) for name in ("row_key", "fingerprint", "name")),
        sa.Column("row", sa.LargeBinary, nullable=False),
        *(_text(name) for name in ("state", "fate")),
        sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug")),
        sa.Column("problems", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("state IN ('pending', 'issued', 'rejected')", name="row_state"),
    )
    op.create_index("job_rows_waiting", "job_rows", ["job_id", "state", "position"])
    op.create_index("job_rows_by_fate", "job_rows", ["job_id", "state", "fate"])
    op.create_index("job_rows_by_slug", "job_rows", ["slug"])
    op.create_table(
        "issued",
        sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), primary_key=True),
        *(
            sa.Column(name, sa.LargeBinary, nullable=False)
            for name in ("json_bytes", "json_sha256", "jwt", "jwt_sha256")
        ),
        _text("issued_at"),
    )


def _create_status() -> None:
    op.create_table(
        "status_pools",
        _integer_key("pool"),
        _text("issuer_slug", sa.ForeignKey("issuers.slug")),
        _text("opened"),
    )
    op.create_table(
        "status_pool_closings",
        _integer_key("pool", sa.ForeignKey("status_pools.pool")),
        _text("closed"),
    )
    op.create_table(
        "status_lists",
        _integer_key("number"),
        sa.Column("pool", sa.Integer, sa.ForeignKey("status_pools.pool"), nullable=False),
        _text("purpose"),
        sa.UniqueConstraint("pool", "purpose", name="one_list_for_one_purpose"),
    )
    op.create_table(
        "status_slots",
        _integer_key("pool", sa.ForeignKey("status_pools.pool")),
        _integer_key("idx"),
        sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), nullable=False, unique=True),
    )
    op.create_table(
        "status_changes",
        _integer_key("seq"),
        _text("slug", sa.ForeignKey("issued.slug")),
        _text("purpose"),
        sa.Column("value", sa.Integer, nullable=False),
        *(_text(name) for name in ("reason", "by_role", "at")),
    )
    op.create_index("status_changes_by_slug", "status_changes", ["slug", "purpose", "seq"])
    op.create_table(
        "status_documents",
        _integer_key("number", sa.ForeignKey("status_lists.number")),
        _integer_key("sequence"),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        *(_text(name) for name in ("valid_from", "valid_until")),
    )


def _forbid_changes() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER issuers_no_delete BEFORE DELETE ON issuers "
        "BEGIN SELECT RAISE(ABORT, 'badges carry the issuer for ever'); END"
    )
    op.execute(
        "CREATE TRIGGER issuers_keep_id BEFORE UPDATE ON issuers WHEN NEW.id <> OLD.id OR NEW.slug <> OLD.slug "
        "BEGIN SELECT RAISE(ABORT, 'badges carry the issuer for ever'); END"
    )
    op.execute(
        "CREATE TRIGGER signing_keys_no_delete BEFORE DELETE ON signing_keys "
        "BEGIN SELECT RAISE(ABORT, 'a key is retired, never deleted'); END"
    )
    op.execute(
        "CREATE TRIGGER signing_keys_only_retire BEFORE UPDATE ON signing_keys WHEN OLD.retired IS NOT NULL "
        "OR NEW.method_id <> OLD.method_id OR NEW.issuer_slug <> OLD.issuer_slug OR NEW.public_jwk <> OLD.public_jwk "
        "OR NEW.keystore_name <> OLD.keystore_name OR NEW.created <> OLD.created "
        "BEGIN SELECT RAISE(ABORT, 'a key is retired once and keeps its history'); END"
    )
    op.execute(
        "CREATE TRIGGER revocation_stays BEFORE INSERT ON status_changes "
        "WHEN NEW.purpose = 'revocation' AND NEW.value <> 1 "
        "BEGIN SELECT RAISE(ABORT, 'a revocation is never taken back'); END"
    )


def upgrade() -> None:
    """Create every table and the triggers that keep history as it was."""
    _create_audit()
    _create_issuers()
    _create_jobs()
    _create_status()
    _forbid_changes()
