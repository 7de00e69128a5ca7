"""Tables of the wallet. Everything in them belongs to one holder and goes when the holder asks for it.

Times are text in the form of `format_datetime`; they sort as they read. No cookie and no token stands in them,
only their SHA-256.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str, default: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=default)


def _holder() -> sa.Column[str]:
    return sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id"), nullable=False)


HOLDERS = sa.Table(
    "wallet_holders",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    _text("created"),
    _number("remind", "1"),  # 1: tell them before a badge ends
    _number("monthly", "1"),  # 1: tell them each month what they earned
    _number("calendar_generation", "0"),  # how often the link of their calendar was made
    sa.Column("calendar_hash", sa.Text, nullable=False, server_default=""),  # of that link; empty without one
    sa.Column("notice_identifier", sa.Text, nullable=False, server_default=""),  # where to; empty for the usual one
    sa.Column("stop_hash", sa.Text, nullable=False, server_default=""),  # of the link that ends reminders
    sa.Index("wallet_holders_by_calendar", "calendar_hash"),
    sa.Index("wallet_holders_by_stop", "stop_hash"),
)

IDENTIFIERS = sa.Table(
    "wallet_identifiers",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    _holder(),
    _text("kind"),
    _text("value"),
    _text("verified_at"),
    sa.UniqueConstraint("kind", "value"),
    sa.Index("wallet_identifiers_by_holder", "holder_id"),
)

SESSIONS = sa.Table(
    "wallet_sessions",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),  # of the cookie
    _holder(),
    _text("began"),
    _text("seen"),
    sa.Index("wallet_sessions_by_holder", "holder_id"),
)

SIGN_INS = sa.Table(
    "wallet_sign_ins",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id")),  # whose wallet the address is added to
    _text("kind"),
    _text("value"),
    _text("token_hash"),
    _text("created"),
    sa.UniqueConstraint("token_hash"),
    sa.Index("wallet_sign_ins_by_value", "value", "created"),
    sa.Index("wallet_sign_ins_by_time", "created"),
)

# Codes that prove a telephone number. What a code is stands nowhere: it is made again from its id.
CODES = sa.Table(
    "wallet_codes",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("holder_id", sa.Text, sa.ForeignKey("wallet_holders.id")),  # whose wallet the number is added to
    _text("value"),
    _text("created"),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("spent", sa.Integer, nullable=False),
    sa.Column("client", sa.Text, nullable=False, server_default=""),  # pseudonym of where it was asked for
    _number("unlisted", "0"),  # 1: its text went to a number that no class list has
    sa.Index("wallet_codes_by_value", "value", "created"),
    sa.Index("wallet_codes_by_time", "created"),
    sa.Index("wallet_codes_by_holder", "holder_id"),
)

# Supervisors and trainers whom a holder wants to be reminded too.
SUPERVISORS = sa.Table(
    "wallet_supervisors",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    _holder(),
    _text("worker_name"),  # how this person knows the holder
    _text("email"),
    _text("state"),  # asked, agreed or stopped
    _text("asked"),
    _text("token_hash"),
    sa.UniqueConstraint("token_hash"),
    sa.Index("wallet_supervisors_by_holder", "holder_id"),
)

HOLDINGS = sa.Table(
    "wallet_holdings",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    _holder(),
    _text("origin"),
    _text("slug"),  # of the badge's page on this site; else empty
    _text("badge_key"),  # says which badge it is, in whatever form
    sa.Column("original", sa.LargeBinary, nullable=False),
    _text("sha256"),
    _text("media_type"),
    _text("added_at"),
    _text("headline"),
    _text("lost"),
    sa.Column("card", sa.LargeBinary, nullable=False),  # JSON: what the last check proved, or what the holder wrote
    sa.Column("report", sa.LargeBinary, nullable=False),  # JSON
    sa.Column("checked_at", sa.Text),
    sa.Column("ends", sa.Text),  # as on the card, to be found by it
    sa.UniqueConstraint("holder_id", "badge_key"),
    sa.Index("wallet_holdings_by_end", "ends"),
    sa.Index("wallet_holdings_by_slug", "slug"),
)

SHARES = sa.Table(
    "wallet_shares",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    _holder(),
    _text("name"),
    _text("token_hash"),
    _text("created"),
    sa.Column("expires", sa.Text),
    sa.Column("withdrawn", sa.Text),
    sa.Column("opened", sa.Integer, nullable=False),
    sa.UniqueConstraint("token_hash"),
    sa.Index("wallet_shares_by_holder", "holder_id"),
)

SHARE_ITEMS = sa.Table(
    "wallet_share_items",
    METADATA,
    sa.Column("share_id", sa.Text, sa.ForeignKey("wallet_shares.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holding_id", sa.Text, sa.ForeignKey("wallet_holdings.id"), nullable=False),
    sa.Index("wallet_share_items_by_holding", "holding_id"),
)

# What goes with a share link that is a skills record. The signed file is kept here only, and goes with the wallet.
RECORDS = sa.Table(
    "wallet_records",
    METADATA,
    sa.Column("share_id", sa.Text, sa.ForeignKey("wallet_shares.id"), primary_key=True),
    _text("person_name"),  # as the holder wants it printed; never signed
    _text("notes"),  # JSON: holdings of self-recorded training that are printed, set apart
    sa.Column("record_id", sa.Text, nullable=False, unique=True),
    _text("subject_id"),
    sa.Column("signed", sa.LargeBinary),
    sa.Column("signed_at", sa.Text),
)
