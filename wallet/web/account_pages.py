"""`/wallet/account`: addresses, phones that are signed in, a copy of everything, and deleting all of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from pages import current_language, send_download, translate
from schemas import LedgerError
from wallet.calendars import find_calendar_path
from wallet.copies import CopyWords, write_copy
from wallet.holders import (
    delete_account,
    drop_identifier,
    is_leaving_final,
    list_identifiers,
    read_address,
    request_address,
)
from wallet.notices import find_contact
from wallet.sessions import count_open_sessions, end_all_sessions
from wallet.web.door import ask_before_losing, open_holder_id, wipe
from wallet.web.words import explain_code, tell_sent

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps

ADDRESS_LIMIT = "5 per minute"
COPY_LIMIT = "6 per minute"


def add_account_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the pages about the account itself."""

    @blueprint.get("/wallet/account")
    def account() -> ResponseReturnValue:
        return _render_account(deps)

    @blueprint.post("/wallet/account/addresses")
    @limiter.limit(ADDRESS_LIMIT)
    def add_address() -> ResponseReturnValue:
        try:
            request_address(deps, open_holder_id(), read_address(request.form.get("email", "")))
        except LedgerError as error:
            return make_response(_render_account(deps, problem=error.code), HTTPStatus.BAD_REQUEST)
        sentence = translate("We sent a link to that address. Open it in this browser within 15 minutes.")
        tell_sent(sentence, leaves=deps.sends_mail)
        return redirect(url_for("wallet.account"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/account/addresses/<identifier_id>/remove")
    def remove_address(identifier_id: str) -> ResponseReturnValue:
        try:
            drop_identifier(deps, open_holder_id(), identifier_id)
        except LedgerError as error:
            if error.code != "wallet.last_address":
                raise
            return make_response(_render_account(deps, problem=error.code), HTTPStatus.BAD_REQUEST)
        flash(translate("It is not in your wallet any more."))
        return redirect(url_for("wallet.account"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/account/sign-out-everywhere")
    def leave_everywhere() -> ResponseReturnValue:
        question = ask_before_losing(deps, everywhere="yes")
        if question is not None:
            return question
        end_all_sessions(deps, open_holder_id())
        return wipe(make_response(redirect(url_for("site.home"), code=HTTPStatus.SEE_OTHER)))

    _add_ways_out(blueprint, deps, limiter)


def _add_ways_out(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    @blueprint.get("/wallet/export.zip")
    @limiter.limit(COPY_LIMIT)
    def export() -> ResponseReturnValue:
        words = CopyWords(
            title=translate("My badges"),
            explanation=translate(
                "Each file is a badge as it was issued. Anyone can check it, here or with another badge program."
            ),
            note=translate("Your own note, not a badge"),
        )
        body = write_copy(deps, open_holder_id(), words=words, language=current_language())
        return send_download(body, "application/zip", filename="my-badges.zip")

    @blueprint.get("/wallet/account/delete")
    def delete_form() -> ResponseReturnValue:
        return render_template("wallet/delete.html")

    @blueprint.post("/wallet/account/delete")
    def delete() -> ResponseReturnValue:
        delete_account(deps, open_holder_id())
        return wipe(make_response(render_template("wallet/deleted.html")))


def _render_account(deps: WalletDeps, *, problem: str = "") -> str:
    return render_template(
        "wallet/account.html",
        identifiers=list_identifiers(deps, open_holder_id()),
        session_count=count_open_sessions(deps, open_holder_id()),
        calendar_path=find_calendar_path(deps, open_holder_id()),
        base_url=deps.base_url,
        is_leaving_final=is_leaving_final(deps, open_holder_id()),
        contact=find_contact(deps, open_holder_id()),
        problem=explain_code(problem) if problem else None,
    )
