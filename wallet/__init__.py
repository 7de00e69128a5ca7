"""Floor 4: the worker's wallet. It keeps what a person earned, here or elsewhere, and shows it when they want to."""

from wallet.catching_up import check_again
from wallet.copies import CopyResult, CopyWords, read_copy, write_copy
from wallet.deps import (
    ClaimDesk,
    ClaimOffer,
    ClassOffer,
    OwnBadge,
    RecordDesk,
    RecordWish,
    SecondStep,
    Standing,
    WalletDeps,
)
from wallet.holders import (
    delete_account,
    drop_identifier,
    list_identifiers,
    open_new_wallet,
    read_address,
    request_address,
    request_sign_in,
    use_sign_in,
)
from wallet.holdings import (
    RefusedBadgeError,
    add_file,
    add_text,
    add_training,
    keep_claimed,
    list_holdings,
    load_original,
)
from wallet.messages import wallet_renderers
from wallet.model import Card, Holding, Identifier, Origin, Share
from wallet.notice_messages import notice_renderers
from wallet.notices import remind_of_endings, tell_last_month
from wallet.sessions import end_all_sessions, find_session
from wallet.shares import list_shares, make_share, open_share, withdraw_share
from wallet.states import HoldingState, find_state
from wallet.tidying import forget_what_is_over

__all__ = [
    "Card",
    "ClaimDesk",
    "ClaimOffer",
    "ClassOffer",
    "CopyResult",
    "CopyWords",
    "Holding",
    "HoldingState",
    "Identifier",
    "Origin",
    "OwnBadge",
    "RecordDesk",
    "RecordWish",
    "RefusedBadgeError",
    "SecondStep",
    "Share",
    "Standing",
    "WalletDeps",
    "add_file",
    "add_text",
    "add_training",
    "check_again",
    "delete_account",
    "drop_identifier",
    "end_all_sessions",
    "find_session",
    "find_state",
    "forget_what_is_over",
    "keep_claimed",
    "list_holdings",
    "list_identifiers",
    "list_shares",
    "load_original",
    "make_share",
    "notice_renderers",
    "open_new_wallet",
    "open_share",
    "read_address",
    "read_copy",
    "remind_of_endings",
    "request_address",
    "request_sign_in",
    "tell_last_month",
    "use_sign_in",
    "wallet_renderers",
    "withdraw_share",
    "write_copy",
]
