"""`/wallet/calendar/…`: the feed for a calendar, and its link on the page of the account."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, url_for

from pages import PageError, translate
from schemas import LedgerError
from wallet.calendars import make_calendar, open_calendar, withdraw_calendar
from wallet.web.door import open_holder_id
from wallet.web.refusals import answers_refusals, is_refusal

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps

READ_LIMIT = "60 per minute"  # many calendars are read from one address of their provider
UNKNOWN_LIMIT = "10 per minute"


def add_calendar_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the feed and the buttons that make and withdraw its link."""

    @blueprint.get("/wallet/calendar/<token>.ics")
    @limiter.limit(READ_LIMIT)
    @limiter.limit(UNKNOWN_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def calendar(token: str) -> ResponseReturnValue:
        try:
            body = open_calendar(deps, token)
        except LedgerError as error:
            raise PageError(error.code, status=HTTPStatus.NOT_FOUND) from error
        return Response(body, content_type="text/calendar; charset=utf-8")

    @blueprint.post("/wallet/account/calendar")
    def new_calendar() -> ResponseReturnValue:
        make_calendar(deps, open_holder_id())
        flash(translate("Here is the address of your calendar. An older one does not work any more."))
        return redirect(url_for("wallet.account", _anchor="calendar"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/account/calendar/remove")
    def remove_calendar() -> ResponseReturnValue:
        withdraw_calendar(deps, open_holder_id())
        flash(translate("The address of your calendar does not work any more."))
        return redirect(url_for("wallet.account", _anchor="calendar"), code=HTTPStatus.SEE_OTHER)
