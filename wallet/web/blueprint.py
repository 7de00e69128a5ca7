"""The pages of the wallet as one blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from schemas import show_phone_number
from wallet.web.account_pages import add_account_pages
from wallet.web.add_pages import add_add_pages
from wallet.web.badge_pages import add_badge_pages
from wallet.web.calendar_pages import add_calendar_pages
from wallet.web.claim_pages import add_claim_pages
from wallet.web.door import add_door
from wallet.web.kept_pages import add_kept_pages
from wallet.web.list_page import add_list_page
from wallet.web.notice_pages import add_notice_pages
from wallet.web.offline_pages import add_offline_pages
from wallet.web.passkey_pages import add_passkey_pages
from wallet.web.phone_pages import add_phone_pages
from wallet.web.record_pages import add_record_pages
from wallet.web.share_pages import add_share_pages
from wallet.web.sign_in_pages import add_sign_in_pages
from wallet.web.words import STATE_ICONS, STATE_LABELS, UNSENT_MAIL

if TYPE_CHECKING:
    from pages import Limiter
    from wallet.deps import WalletDeps


def create_wallet_blueprint(deps: WalletDeps, *, limiter: Limiter) -> Blueprint:
    """Return `/claim/…`, `/wallet…` and `/s/…` for one site."""
    blueprint = Blueprint("wallet", "wallet.web", template_folder="templates")
    add_door(blueprint, deps)
    add_sign_in_pages(blueprint, deps, limiter)
    add_phone_pages(blueprint, deps, limiter)
    add_notice_pages(blueprint, deps, limiter)
    add_claim_pages(blueprint, deps, limiter)
    add_list_page(blueprint, deps)
    add_badge_pages(blueprint, deps, limiter)
    add_add_pages(blueprint, deps, limiter)
    add_share_pages(blueprint, deps, limiter)
    add_record_pages(blueprint, deps, limiter)
    add_account_pages(blueprint, deps, limiter)
    add_passkey_pages(blueprint, deps, limiter)
    add_calendar_pages(blueprint, deps, limiter)
    add_kept_pages(blueprint, deps)
    add_offline_pages(blueprint)
    words = {
        "state_labels": STATE_LABELS,
        "state_icons": STATE_ICONS,
        "show_phone": show_phone_number,
        "sends_mail": deps.sends_mail,
        "sends_texts": deps.sends_texts,
        "unsent_mail": UNSENT_MAIL,
    }
    blueprint.context_processor(lambda: words)
    return blueprint
