"""`/wallet/add`: badges from elsewhere, each really verified; training without a badge; a copy of a wallet."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from pages import accepts_upload, allow_camera, safe_link, translate
from schemas import CannotCheckError, InvalidCredentialError, LedgerError
from verifier import MAX_PRESENTED_BYTES, Headline
from wallet.copies import MAX_COPY_BYTES, read_copy
from wallet.holdings import (
    ForeignAddressError,
    RefusedBadgeError,
    add_file,
    add_scanned,
    add_text,
    add_training,
    find_claim_path,
)
from wallet.model import MAX_NAME_CHARS, MAX_NOTE_CHARS
from wallet.web.door import open_holder_id
from wallet.web.words import explain_code

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps
    from wallet.holdings import Added

ADD_LIMIT = "30 per minute"
COPY_LIMIT = "3 per minute"
_FORM_BYTES = 64 * 1024  # the rest of the form


def add_add_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the ways in for what was earned elsewhere."""

    @blueprint.get("/wallet/add")
    def add_form() -> ResponseReturnValue:
        return _render_form()

    @blueprint.post("/wallet/add")
    @accepts_upload(MAX_PRESENTED_BYTES + _FORM_BYTES)
    @limiter.limit(ADD_LIMIT)
    def add() -> ResponseReturnValue:
        return _add(deps)

    @blueprint.post("/wallet/add/training")
    @limiter.limit(ADD_LIMIT)
    def add_note() -> ResponseReturnValue:
        form = request.form
        try:
            day = _read_day(form.get("day", ""))
            added = add_training(
                deps,
                open_holder_id(),
                title=form.get("title", ""),
                place=form.get("place", ""),
                day=day,
                note=form.get("note", ""),
            )
        except LedgerError as error:
            return _refuse(error.code)
        return _go_to(added)

    @blueprint.post("/wallet/import")
    @accepts_upload(MAX_COPY_BYTES + _FORM_BYTES)
    @limiter.limit(COPY_LIMIT)
    def import_copy() -> ResponseReturnValue:
        upload = request.files.get("copy")
        if upload is None or not upload.filename:
            return _refuse("request.nothing_sent")
        try:
            result = read_copy(deps, open_holder_id(), upload.read(MAX_COPY_BYTES + 1))
        except LedgerError as error:
            return _refuse(error.code)
        refused = [(name, explain_code(code)) for name, code in result.refused]
        return render_template("wallet/imported.html", result=result, refused=refused)


def _add(deps: WalletDeps) -> ResponseReturnValue:
    claim_path = find_claim_path(deps, request.form.get("text", ""))
    if claim_path:
        return redirect(claim_path, code=HTTPStatus.SEE_OTHER)  # a badge that waits: its page asks before it gives
    try:
        return _go_to(_add_presented(deps))
    except ForeignAddressError as error:
        claim_path = find_claim_path(deps, error.url)
        if claim_path:
            return redirect(claim_path, code=HTTPStatus.SEE_OTHER)
        link = safe_link(error.url)
        if link is None:
            return _refuse("decoding.qr_unsupported_scheme")
        return render_template("wallet/foreign.html", link=link)
    except RefusedBadgeError as error:
        return _refuse(error.code, *error.codes[:1])  # what follows from the first is no news
    except (InvalidCredentialError, CannotCheckError, LedgerError) as error:
        if error.code == "request.busy" or error.code.startswith("store."):
            raise  # 503: the same may be sent again soon
        return _refuse(error.code)


def _add_presented(deps: WalletDeps) -> Added:
    upload = request.files.get("file")
    text = request.form.get("text", "").strip()
    if text and "scanned" in request.form:
        return add_scanned(deps, open_holder_id(), text)
    if text:
        return add_text(deps, open_holder_id(), text)
    if upload is None or not upload.filename:
        raise LedgerError("request.nothing_sent")
    return add_file(deps, open_holder_id(), upload.read(), upload.filename)


def _read_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError as error:
        raise LedgerError("wallet.day_invalid") from error


def _go_to(added: Added) -> ResponseReturnValue:
    if not added.is_new:
        flash(translate("It was in your wallet already."))
    elif added.headline == Headline.COULD_NOT_CHECK.value:
        flash(translate("It is in your wallet, but it could not be checked. Check it again later."))
    else:
        flash(translate("It is in your wallet now."))
    return redirect(url_for("wallet.badge", holding_id=added.holding_id), code=HTTPStatus.SEE_OTHER)


def _render_form(problems: tuple[dict[str, str], ...] = ()) -> str:
    allow_camera()
    return render_template(
        "wallet/add.html", problems=problems, max_name_chars=MAX_NAME_CHARS, max_note_chars=MAX_NOTE_CHARS
    )


def _refuse(*codes: str) -> ResponseReturnValue:
    return make_response(_render_form(tuple(explain_code(code) for code in codes)), HTTPStatus.BAD_REQUEST)
