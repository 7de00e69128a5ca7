"""Reminders: where they go, who is told too, and the links in mails that end them without signing in (RFC 8058)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from pages import PageError, translate
from schemas import LedgerError
from wallet.holders import list_identifiers, read_address
from wallet.holdings import list_holdings
from wallet.notice_store import Choices
from wallet.notices import Notice, choose_contact, find_contact, find_stop, load_choices, save_choices, stop_notices
from wallet.supervisor_store import SupervisorState
from wallet.supervisors import (
    answer_asked,
    ask_supervisor,
    find_asked,
    list_supervisors,
    read_worker_name,
    remove_supervisor,
)
from wallet.web.door import open_holder_id
from wallet.web.refusals import answers_refusals, is_refusal
from wallet.web.words import explain_code

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.blueprints import BlueprintSetupState
    from flask.typing import ResponseReturnValue, RouteCallable

    from pages import Limiter
    from wallet.deps import WalletDeps

ASK_LIMIT = "5 per minute"
LINK_LIMIT = "10 per minute"  # links that did not work
OTHER = "other"  # somebody who is none of the ready choices


def add_notice_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the page about reminders, and the pages of the links in them."""

    @blueprint.get("/wallet/reminders")
    def reminders() -> ResponseReturnValue:
        return _render(deps, "")

    @blueprint.post("/wallet/reminders")
    def choose_notices() -> ResponseReturnValue:
        choices = Choices(remind="remind" in request.form, monthly="monthly" in request.form)
        holder_id, contact = open_holder_id(), request.form.get("contact", "")
        if contact:
            try:
                choose_contact(deps, holder_id, contact)
            except LedgerError as error:
                raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error
        save_choices(deps, holder_id, choices)
        flash(translate("Saved."))
        return redirect(url_for("wallet.reminders"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/reminders/people")
    @limiter.limit(ASK_LIMIT)
    def ask_to_be_told() -> ResponseReturnValue:
        if "agreed" not in request.form:
            raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
        try:
            name = read_worker_name(request.form.get("name", ""))
            ask_supervisor(deps, open_holder_id(), email=_read_wanted(deps), worker_name=name)
        except LedgerError as error:
            return make_response(_render(deps, error.code), HTTPStatus.BAD_REQUEST)
        flash(translate("We asked them. They are told once they say yes."))
        return redirect(url_for("wallet.reminders", _anchor="people"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/reminders/people/<supervisor_id>/remove")
    def remove_told(supervisor_id: str) -> ResponseReturnValue:
        try:
            remove_supervisor(deps, open_holder_id(), supervisor_id)
        except LedgerError as error:
            raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error
        flash(translate("They are not told any more."))
        return redirect(url_for("wallet.reminders", _anchor="people"), code=HTTPStatus.SEE_OTHER)

    _add_stop_pages(blueprint, deps, limiter)
    _add_told_pages(blueprint, deps, limiter)


def _add_stop_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    @blueprint.get("/wallet/stop/<any(reminders, monthly):notice>/<token>")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def stop_page(notice: str, token: str) -> ResponseReturnValue:
        try:
            find_stop(deps, token)
        except LedgerError as error:
            raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error
        return render_template("wallet/stop.html", notice=notice, token=token, is_done=False)

    @blueprint.post("/wallet/stop/<any(reminders, monthly):notice>/<token>")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def stop(notice: str, token: str) -> ResponseReturnValue:
        try:
            stop_notices(deps, token, Notice(notice))
        except LedgerError as error:
            raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error
        return render_template("wallet/stop.html", notice=notice, token=token, is_done=True)

    _take_without_form(blueprint, stop)


def _add_told_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    @blueprint.get("/wallet/told/<token>")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def told_page(token: str) -> ResponseReturnValue:
        return _render_told(deps, token)

    @blueprint.post("/wallet/told/<token>/yes")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def agree_to_be_told(token: str) -> ResponseReturnValue:
        _answer(deps, token, SupervisorState.AGREED)
        return _render_told(deps, token)

    @blueprint.post("/wallet/told/<token>")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def stop_being_told(token: str) -> ResponseReturnValue:
        _answer(deps, token, SupervisorState.REFUSED)
        return _render_told(deps, token)

    _take_without_form(blueprint, stop_being_told)


def _take_without_form(blueprint: Blueprint, view: RouteCallable) -> None:
    """Let a mail program post to a view: the address itself says who is meant, and it can only end something."""

    def exempt(state: BlueprintSetupState) -> None:
        state.app.extensions["csrf"].exempt(view)

    blueprint.record(exempt)


def _answer(deps: WalletDeps, token: str, state: SupervisorState) -> None:
    try:
        answer_asked(deps, token, state=state)
    except LedgerError as error:
        raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error


def _render_told(deps: WalletDeps, token: str) -> str:
    try:
        asked = find_asked(deps, token)
    except LedgerError as error:
        raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error
    return render_template("wallet/told.html", asked=asked, token=token, states=SupervisorState)


def _read_wanted(deps: WalletDeps) -> str:
    """Return the address of whom the form names: one of the ready choices, or what was typed."""
    chosen = request.form.get("who", OTHER)
    if chosen == OTHER:
        return read_address(request.form.get("email", ""))
    ready = {str(place): email for place, (_, email) in enumerate(_list_ready(deps))}
    return read_address(ready.get(chosen, ""))


def _list_ready(deps: WalletDeps) -> tuple[tuple[str, str], ...]:
    """Return name and address of those who issued badges of the wallet."""
    slugs = [holding.slug for holding in list_holdings(deps, open_holder_id()) if holding.slug]
    return deps.list_trainers(slugs)


def _render(deps: WalletDeps, problem: str) -> str:
    holder_id = open_holder_id()
    contact = find_contact(deps, holder_id)
    return render_template(
        "wallet/reminders.html",
        choices=load_choices(deps, holder_id),
        identifiers=list_identifiers(deps, holder_id),
        contact_id=contact.id if contact is not None else "",
        supervisors=list_supervisors(deps, holder_id),
        states=SupervisorState,
        ready=_list_ready(deps),
        other=OTHER,
        problem=explain_code(problem) if problem else None,
        typed={key: request.form.get(key, "") for key in ("name", "email")},
    )
