"""The mails of the delivery at the desk: what went out, what waits, and the files when no mail server is set.

Only messages that hand out badges are shown. What the wallet writes to a person is between the two.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template

from issuer.claim_messages import CLAIM_TEMPLATE
from issuer.delivery import NUDGE_TEMPLATE
from issuer.people import Role
from issuer.web.paging import PAGE_ROWS, read_page, show_page
from issuer.web.problems import explain_code
from issuer.web.visitor import needs
from pages import N_, PageError, send_download
from storage import MessageChannel

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import DeskDeps

SHOWN_TEMPLATES = {CLAIM_TEMPLATE: N_("the link to a badge"), NUDGE_TEMPLATE: N_("a reminder")}


def add_message_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the list of messages and the files."""

    @blueprint.get("/desk/messages")
    @needs(Role.VIEWER)
    def messages() -> ResponseReturnValue:
        number = read_page()
        found = deps.desk.list_messages(
            templates=tuple(SHOWN_TEMPLATES), limit=PAGE_ROWS + 1, offset=(number - 1) * PAGE_ROWS
        )
        return render_template(
            "issuer/messages.html",
            page=show_page(found, number),
            templates=SHOWN_TEMPLATES,
            has_mail_server=deps.has_mail_server,
            leaves={
                MessageChannel.EMAIL.value: deps.has_mail_server,
                MessageChannel.TEXT.value: deps.has_text_gateway,
            },
            explain=explain_code,
        )

    @blueprint.get("/desk/messages/<message_id>.eml")
    @needs(Role.TRAINER)
    def message_file(message_id: str) -> ResponseReturnValue:
        message = deps.desk.find_message(message_id, templates=tuple(SHOWN_TEMPLATES))
        body = deps.read_mail(message) if message is not None else None
        if message is None or body is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        if message.channel is MessageChannel.TEXT:
            return send_download(body, "text/plain; charset=utf-8", filename=f"message-{message_id[:8]}.txt")
        return send_download(body, "message/rfc822", filename=f"message-{message_id[:8]}.eml")
