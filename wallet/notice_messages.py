"""What holders are told about their badges, in both languages, written when it is sent.

A message about a badge that was taken back, replaced or removed since, or to somebody who wants none any more, is not
sent. No message names its reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import MailPart, MailText, write_date
from wallet import holder_store, holding_store, notice_store
from wallet.notices import ENDING_TEMPLATE
from wallet.reminders import list_due
from wallet.text_folding import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from keys import Clock
    from storage import Database, OutboxMessage

_OFF_EN = "You can switch these messages off in your wallet, under “My account”."
_OFF_ES = "Puede desactivar estos mensajes en su cartera, en «Mi cuenta»."


def notice_renderers(
    database: Database, *, clock: Clock, base_url: str, is_out_of_use: Callable[[str], bool]
) -> Mapping[str, Callable[[OutboxMessage], MailText | None]]:
    """Return who writes these messages, by template; arguments as of `remind_of_endings`."""

    def render_ending(message: OutboxMessage) -> MailText | None:
        holding_id, now = str(message.facts.get("holding", "")), clock()
        with database.read() as connection:
            holder_id = notice_store.find_holder(connection, holding_id)
            is_wanted = notice_store.load_choices(connection, holder_id).remind
            if not is_wanted or message.recipient not in _addresses(connection, holder_id):
                return None
            holdings = holding_store.list_holdings(connection, holder_id)
        for holding, _ in list_due(holdings, now, is_out_of_use=is_out_of_use):
            if holding.id == holding_id and holding.card.valid_until is not None:
                title, issuer = one_line(holding.card.title), one_line(holding.card.issuer)
                link = f"{base_url}/wallet/badges/{holding_id}"
                return _compose_ending(title, issuer, holding.card.valid_until, now, link=link)
        return None

    return {ENDING_TEMPLATE: render_ending}


def _addresses(connection: Connection, holder_id: str) -> frozenset[str]:
    return frozenset(identifier.value for identifier in holder_store.list_identifiers(connection, holder_id))


def _compose_ending(title: str, issuer: str, ends: datetime, now: datetime, *, link: str) -> MailText:
    days = max(1, (ends - now).days)
    english = MailPart(
        language="en",
        paragraphs=(
            "Hello,",
            f"your badge “{title}” from {issuer} ends on {write_date(ends, 'en')}. "
            + ("That is in one day." if days == 1 else f"That is in {days} days."),
            "If you still need it, ask them now how to renew it.",
        ),
        button="See my badge",
        after=_OFF_EN,
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            "Hola:",
            f"su insignia «{title}» de {issuer} vence el {write_date(ends, 'es')}. "
            + ("Falta un día." if days == 1 else f"Faltan {days} días."),
            "Si todavía la necesita, pregúnteles ahora cómo renovarla.",
        ),
        button="Ver mi insignia",
        after=_OFF_ES,
    )
    return MailText(
        subject=f"Your badge ends soon / Su insignia vence pronto: {title}", parts=(english, spanish), link=link
    )
