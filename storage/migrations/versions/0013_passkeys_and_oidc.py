"""Passkeys of holders and of people of the desk; signing in at the desk through another site (OpenID Connect).

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)


def upgrade() -> None:
    """Add the four tables."""
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.LargeBinary, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *_text("owner_kind", "owner_id"),
        sa.Column("user_handle", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("synced", sa.Integer, nullable=False),
        *_text("name", "created"),
        sa.Column("last_used", sa.Text),
        sa.CheckConstraint("owner_kind IN ('holder', 'person')", name="known_owner"),
    )
    op.create_index("passkeys_by_owner", "passkeys", ["owner_kind", "owner_id"])
    op.create_table(
        "passkey_questions",
        sa.Column("ticket_sha256", sa.LargeBinary, primary_key=True),
        *_text("owner_kind", "owner_id", "purpose"),
        sa.Column("challenge", sa.LargeBinary, nullable=False),
        *_text("created"),
    )
    op.create_index("passkey_questions_by_time", "passkey_questions", ["created"])
    op.create_table(
        "oidc_questions",
        sa.Column("state_sha256", sa.LargeBinary, primary_key=True),
        *_text("provider", "nonce", "verifier", "target", "created"),
    )
    op.create_index("oidc_questions_by_time", "oidc_questions", ["created"])
    op.create_table(
        "oidc_identities",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        *_text("bound"),
    )
    op.create_index("oidc_identities_by_person", "oidc_identities", ["person_id"])
