"""The mails of the delivery at the desk: what went out, what waits, and the files when no mail server is set.

Only messages that hand out badges are shown. What the wallet writes to a person is between the two.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template

from issuer.delivery import CLAIM_TEMPLATE, NUDGE_TEMPLATE
from issuer.people import Role
from issuer.web.paging import PAGE_ROWS, read_page, show_page
from issuer.web.problems import explain_code
from issuer.web.visitor import needs
from pages import N_, PageError, send_download
from storage import find_message_by_id, list_messages

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import IssuerDeps

SHOWN_TEMPLATES = {CLAIM_TEMPLATE: N_("the link to a badge"), NUDGE_TEMPLATE: N_("a reminder")}


def add_message_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the list of messages and the files."""

    @blueprint.get("/desk/messages")
    @needs(Role.VIEWER)
    def messages() -> ResponseReturnValue:
        number = read_page()
        with deps.ledger.database.read() as connection:
            found = list_messages(
                connection,
                templates=tuple(SHOWN_TEMPLATES),
                limit=PAGE_ROWS + 1,
                offset=(number - 1) * PAGE_ROWS,
            )
        return render_template(
            "issuer/messages.html",
            page=show_page(found, number),
            templates=SHOWN_TEMPLATES,
            has_mail_server=deps.has_mail_server,
            explain=explain_code,
        )

    @blueprint.get("/desk/messages/<message_id>.eml")
    @needs(Role.TRAINER)
    def message_file(message_id: str) -> ResponseReturnValue:
        with deps.ledger.database.read() as connection:
            message = find_message_by_id(connection, message_id)
        is_shown = message is not None and message.template in SHOWN_TEMPLATES
        body = deps.mail_files(message_id) if is_shown else None
        if body is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return send_download(body, "message/rfc822", filename=f"message-{message_id[:8]}.eml")
