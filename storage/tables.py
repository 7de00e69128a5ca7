"""Tables of the store itself."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

META = sa.Table(
    "meta",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("time", sa.Text, nullable=False, index=True),
    sa.Column("event", sa.Text, nullable=False, index=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),  # canonical JSON, the bytes that were hashed
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("channel", "recipient", "template")),
    sa.Column("facts", sa.LargeBinary, nullable=False),  # JSON
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("next_at", "created")),
    sa.Column("sent_at", sa.Text),
    sa.Column("failure", sa.Text, nullable=False),
    sa.Index("outbox_due", "state", "next_at"),
    sa.Index("outbox_by_recipient", "recipient"),
)

PASSKEYS = sa.Table(
    "passkeys",
    METADATA,
    sa.Column("credential_id", sa.LargeBinary, primary_key=True),  # chosen by the authenticator
    sa.Column("id", sa.Text, nullable=False, unique=True),  # ours, for addresses of pages
    *(sa.Column(name, sa.Text, nullable=False) for name in ("owner_kind", "owner_id")),
    *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("user_handle", "public_key")),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("sign_count", "synced")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "created")),
    sa.Column("last_used", sa.Text),
    sa.Index("passkeys_by_owner", "owner_kind", "owner_id"),
    sa.CheckConstraint("owner_kind IN ('holder', 'person')", name="known_owner"),
)

PASSKEY_QUESTIONS = sa.Table(
    "passkey_questions",
    METADATA,
    sa.Column("ticket_sha256", sa.LargeBinary, primary_key=True),  # of what stands in the cookie of the browser
    *(sa.Column(name, sa.Text, nullable=False) for name in ("owner_kind", "owner_id", "purpose")),
    sa.Column("challenge", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Index("passkey_questions_by_time", "created"),
)
