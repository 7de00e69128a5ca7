"""Tables of the delivery: who can fetch which badge. No link, no code and no class word stands in them.

Times are text in the form of `format_datetime`; they sort as they read.
"""

from __future__ import annotations

import sqlalchemy as sa

from issuer.tables import METADATA

# Beside the badge, which never holds a number: so a number can change without a new badge.
RECIPIENT_PHONES = sa.Table(
    "recipient_phones",
    METADATA,
    sa.Column("slug", sa.Text, sa.ForeignKey("planned.slug"), primary_key=True),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Index("recipient_phones_by_number", "phone"),
)

CLAIMS = sa.Table(
    "claims",
    METADATA,
    # Links are made from it, not from the slug: a badge that is corrected keeps the link of the one before.
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("slug", sa.Text, sa.ForeignKey("issued.slug"), nullable=False, unique=True),
    sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id"), nullable=False),  # the class it was handed out with
    sa.Column("generation", sa.Integer, nullable=False),  # of the link; a new one ends the old link
    sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("code_lock", sa.LargeBinary, nullable=False, unique=True),  # keyed hash of the code on the hand-out
    *(sa.Column(name, sa.Text, nullable=False) for name in ("created", "expires")),
    *(sa.Column(name, sa.Text) for name in ("opened_at", "claimed_at")),
    sa.Column("holder_ref", sa.Text, nullable=False),  # of the wallet; empty while nobody claimed it
    sa.Column("message_key", sa.Text, nullable=False),  # of the newest message in the outbox; empty without any
    sa.Column("nudged_days", sa.Integer, nullable=False),  # the longest wait that the person was reminded after
    sa.Column("second_round", sa.Integer, nullable=False),  # codes of the second step that were sent so far
    sa.Column("second_expires", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),  # wrong second steps since `tries_since`
    sa.Column("tries_since", sa.Text),
    sa.Index("claims_open", "claimed_at", "created"),
)

CLASS_DELIVERIES = sa.Table(
    "class_deliveries",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id"), primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("way", "second_step", "chosen_at")),
    sa.Column("word_lock", sa.LargeBinary, nullable=False),  # keyed hash of the class word; empty without one
    sa.Column("delivered_at", sa.Text),  # when each badge of the class had its claim, and its message if wanted
    sa.Column("code_generation", sa.Integer, nullable=False),
    sa.Column("code_lock", sa.LargeBinary, unique=True),  # keyed hash of the class code; none when it is closed
    sa.Column("code_expires", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),  # wrong names and codes of the whole class since `tries_since`
    sa.Column("tries_since", sa.Text),
    sa.Index("class_deliveries_waiting", "delivered_at"),
)
