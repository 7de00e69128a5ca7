"""What holders are told about their badges, in both languages, written when it is sent.

A message about a badge that was taken back, replaced or removed since, or to somebody who wants none any more, is not
sent. No message names its reader.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pages import MailPart, MailText, write_date
from wallet import holder_store, holding_store, notice_store
from wallet.notices import ENDING_TEMPLATE, MONTH_TEMPLATE
from wallet.reminders import list_due, list_earned
from wallet.text_folding import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keys import Clock
    from storage import Database, OutboxMessage
    from wallet.model import Holding

_MAX_TOLD = 10  # badges by name in a note
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
            if not is_wanted or message.recipient not in holder_store.list_addresses(connection, holder_id):
                return None
            holdings = holding_store.list_holdings(connection, holder_id)
        for holding, _ in list_due(holdings, now, is_out_of_use=is_out_of_use):
            if holding.id == holding_id and holding.card.valid_until is not None:
                title, issuer = one_line(holding.card.title), one_line(holding.card.issuer)
                link = f"{base_url}/wallet/badges/{holding_id}"
                return _compose_ending(title, issuer, holding.card.valid_until, now, link=link)
        return None

    def render_month(message: OutboxMessage) -> MailText | None:
        holder_id, now = str(message.facts.get("holder", "")), clock()
        begin, end = _read_month(str(message.facts.get("month", "")))
        with database.read() as connection:
            is_wanted = notice_store.load_choices(connection, holder_id).monthly
            if not is_wanted or message.recipient not in holder_store.list_addresses(connection, holder_id):
                return None
            holdings = holding_store.list_holdings(connection, holder_id)
        earned = list_earned(holdings, begin, end, now=now, is_out_of_use=is_out_of_use)
        return _compose_month(earned, link=f"{base_url}/wallet") if earned else None

    return {ENDING_TEMPLATE: render_ending, MONTH_TEMPLATE: render_month}


def _read_month(text: str) -> tuple[datetime, datetime]:
    """Return begin and end of a month that was written as `2026-05`."""
    begin = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    return begin, (begin + timedelta(days=31)).replace(day=1)


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


def _compose_month(earned: Sequence[Holding], *, link: str) -> MailText:
    count, told = len(earned), earned[:_MAX_TOLD]
    names = [(one_line(holding.card.title), one_line(holding.card.issuer)) for holding in told if holding.card.title]
    more = count - len(names)
    english = MailPart(
        language="en",
        paragraphs=(
            "Hello,",
            "last month your wallet got one more badge:"
            if count == 1
            else f"last month your wallet got {count} badges:",
            *(f"“{title}” from {issuer}" for title, issuer in names),
            *((f"and {more} more" if names else f"{more} that could not be checked yet",) if more else ()),
            "Show them when you apply for work, or when your pay is reviewed.",
        ),
        button="See my badges",
        after=_OFF_EN,
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            "Hola:",
            "el mes pasado llegó una insignia más a su cartera:"
            if count == 1
            else f"el mes pasado llegaron {count} insignias a su cartera:",
            *(f"«{title}» de {issuer}" for title, issuer in names),
            *((f"y {more} más" if names else f"{more} que aún no se pudo comprobar",) if more else ()),
            "Muéstrelas cuando busque trabajo o cuando revisen su sueldo.",
        ),
        button="Ver mis insignias",
        after=_OFF_ES,
    )
    return MailText(
        subject="What you earned last month / Lo que obtuvo el mes pasado", parts=(english, spanish), link=link
    )
