"""`/claim/…`: a badge that waits for its person. Looking changes nothing; pressing the button takes it, once."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from pages import Limiter, PageError, translate
from schemas import LedgerError
from wallet.cards import compose_card
from wallet.deps import SecondStep
from wallet.holders import open_new_wallet
from wallet.holdings import keep_claimed
from wallet.tokens import new_id
from wallet.web.door import open_holder_id, set_cookie
from wallet.web.refusals import answers_refusals, is_refusal
from wallet.web.words import explain_code, tell_sent

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from wallet.deps import ClaimOffer, WalletDeps
    from wallet.model import Card

CLAIM_LIMIT = "10 per minute"  # tries of one client that led nowhere; a whole class claims behind one address
LINK_ANSWER_LIMIT = "5 per minute"  # wrong answers for one link, from wherever
CODE_LIMIT = "3 per minute"
CLASS_LIMIT = "30 per minute"  # wrong names of one client: a class types in one room, behind one address
MAX_CODE_CHARS = 64


def add_claim_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add claiming by link, by the code of a hand-out, and by name in class."""
    per_token = Limiter(lambda: str((request.view_args or {}).get("token", "")))

    @blueprint.get("/claim")
    def claim_form() -> ResponseReturnValue:
        return render_template("wallet/claim_code.html", problem=None)

    @blueprint.post("/claim")
    @limiter.limit(CLAIM_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def claim_by_code() -> ResponseReturnValue:
        typed = request.form.get("code", "")[:MAX_CODE_CHARS]
        token = deps.claims.find_by_code(typed)
        if token is not None:
            return redirect(url_for("wallet.claim_page", token=token), code=HTTPStatus.SEE_OTHER)
        if deps.claims.find_class(typed) is not None:
            return redirect(url_for("wallet.class_page", code=typed), code=HTTPStatus.SEE_OTHER)
        page = render_template("wallet/claim_code.html", problem=explain_code("claim.unknown"))
        return make_response(page, HTTPStatus.NOT_FOUND)

    @blueprint.get("/claim/<token>")
    @limiter.limit(CLAIM_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def claim_page(token: str) -> ResponseReturnValue:
        return _render_claim(token, _find(deps, token), deps)

    @blueprint.post("/claim/<token>/send-code")
    @limiter.limit(CODE_LIMIT)
    def send_claim_code(token: str) -> ResponseReturnValue:
        try:
            deps.claims.send_second_code(token)
        except LedgerError as error:
            raise _refusal(deps, token) from error
        sentence = translate("We sent a code to the address or phone number of this badge. It holds for 15 minutes.")
        tell_sent(sentence, leaves=deps.sends_mail or deps.sends_texts)
        return redirect(url_for("wallet.claim_page", token=token), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/claim/<token>")
    @limiter.limit(CLAIM_LIMIT, deduct_when=is_refusal)
    @per_token.limit(LINK_ANSWER_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def claim(token: str) -> ResponseReturnValue:
        return _take(deps, token)

    _add_class_pages(blueprint, deps, limiter)


def _add_class_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    @blueprint.get("/claim/class/<code>")
    @limiter.limit(CLAIM_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def class_page(code: str) -> ResponseReturnValue:
        return _render_class(deps, code, problem=None)

    @blueprint.post("/claim/class/<code>")
    @limiter.limit(CLASS_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def claim_in_class(code: str) -> ResponseReturnValue:
        token = deps.claims.find_in_class(code[:MAX_CODE_CHARS], request.form.get("who", ""))
        if token is None:
            return make_response(_render_class(deps, code, problem="wallet.nobody_found"), HTTPStatus.NOT_FOUND)
        return redirect(url_for("wallet.claim_page", token=token), code=HTTPStatus.SEE_OTHER)


def _find(deps: WalletDeps, token: str) -> ClaimOffer:
    offer = deps.claims.find_claim(token)
    if offer is None:
        raise _refusal(deps, token)
    return offer


def _refusal(deps: WalletDeps, token: str) -> PageError:
    code = deps.claims.explain_refusal(token)
    return PageError(code, status=HTTPStatus.NOT_FOUND if code == "claim.unknown" else HTTPStatus.GONE)


def _read_card(deps: WalletDeps, slug: str) -> Card:
    badge = deps.find_own(slug)
    card = compose_card(deps.verify(badge.original, "")) if badge else None
    if card is None:
        raise PageError("claim.unknown", status=HTTPStatus.NOT_FOUND)
    return card


def _render_claim(token: str, offer: ClaimOffer, deps: WalletDeps, *, problem: str = "") -> str:
    return render_template(
        "wallet/claim.html",
        card=_read_card(deps, offer.slug),
        offer=offer,
        token=token,
        needs_code=offer.second_step is SecondStep.EMAIL_CODE,
        needs_word=offer.second_step is SecondStep.CLASS_WORD,
        problem=explain_code(problem) if problem else None,
    )


def _render_class(deps: WalletDeps, code: str, *, problem: str | None) -> str:
    found = deps.claims.find_class(code[:MAX_CODE_CHARS])
    if found is None:
        raise PageError("claim.unknown", status=HTTPStatus.NOT_FOUND)
    explained = explain_code(problem) if problem else None
    return render_template("wallet/class.html", course=found.course_name, code=code, problem=explained)


def _take(deps: WalletDeps, token: str) -> ResponseReturnValue:
    """Give the badge to the wallet that is open, or to a new one, and show what it says."""
    known = open_holder_id()
    offer = deps.claims.find_claim(token)
    if offer is None and not known:
        raise _refusal(deps, token)
    holder_id = known or new_id()
    try:
        slug = deps.claims.consume_claim(token, holder_ref=holder_id, answer=request.form.get("answer", ""))
    except LedgerError as error:
        if offer is None or error.code in {"claim.unknown", "claim.revoked", "claim.suspended"}:
            raise _refusal(deps, token) from error
        return make_response(_render_claim(token, offer, deps, problem=error.code), HTTPStatus.BAD_REQUEST)
    cookie = "" if known else open_new_wallet(deps, holder_id)
    added = keep_claimed(deps, holder_id, slug)
    target = url_for("wallet.earned_page", holding_id=added.holding_id)
    response = make_response(redirect(target, code=HTTPStatus.SEE_OTHER))
    return set_cookie(response, cookie) if cookie else response
