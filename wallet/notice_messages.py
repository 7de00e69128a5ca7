"""What holders are told about their badges, in both languages, written when it is sent.

A message about a badge that was taken back, replaced or removed since, or to somebody who wants none any more, is not
sent. No message names its reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pages import MailPart, MailText, fit_text
from wallet import holder_store, holding_store, notice_store, supervisor_store
from wallet.ending_words import word_ending
from wallet.notices import ENDING_TEMPLATE, MONTH_TEMPLATE, Notice, compose_stop_path
from wallet.reminders import list_due, list_earned
from wallet.supervisor_messages import compose_ask, compose_supervisor_ending
from wallet.supervisor_store import ASK_TEMPLATE, SUPERVISOR_TEMPLATE, SupervisorState
from wallet.supervisors import compose_told_path
from wallet.text_folding import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keys import Clock, LinkSecret
    from storage import Database, OutboxMessage
    from wallet.model import Holding

_MAX_TOLD = 10  # badges by name in a note
_OFF_EN = "You can switch these messages off in your wallet, under “My account”."
_OFF_ES = "Puede desactivar estos mensajes en su cartera, en «Mi cuenta»."


def notice_renderers(
    database: Database, *, links: LinkSecret, clock: Clock, base_url: str, is_out_of_use: Callable[[str], bool]
) -> Mapping[str, Callable[[OutboxMessage], MailText | None]]:
    """Return who writes these messages, by template; arguments as of `remind_of_endings`."""
    writer = _NoticeWriter(database, links, clock, base_url, is_out_of_use)
    return {
        ENDING_TEMPLATE: writer.write_ending,
        MONTH_TEMPLATE: writer.write_month,
        ASK_TEMPLATE: writer.write_ask,
        SUPERVISOR_TEMPLATE: writer.write_supervisor_ending,
    }


@dataclass(frozen=True, slots=True)
class _NoticeWriter:
    database: Database
    links: LinkSecret
    clock: Clock
    base_url: str
    is_out_of_use: Callable[[str], bool]

    def write_ending(self, message: OutboxMessage) -> MailText | None:
        with self.database.read() as connection:
            holder_id = notice_store.find_holder(connection, str(message.facts.get("holding", "")))
            if message.recipient not in holder_store.list_addresses(connection, holder_id):
                return None
        holding = self._find_due(holder_id, message)
        if holding is None:
            return None
        stop = f"{self.base_url}{compose_stop_path(self.links, holder_id, Notice.REMINDERS)}"
        return _compose_ending(holding, message.created, link=f"{self.base_url}/wallet/badges/{holding.id}", stop=stop)

    def write_supervisor_ending(self, message: OutboxMessage) -> MailText | None:
        with self.database.read() as connection:
            told = supervisor_store.find_supervisor(connection, str(message.facts.get("supervisor", "")))
            if told is None or told.state is not SupervisorState.AGREED or told.email != message.recipient:
                return None
            if notice_store.find_holder(connection, str(message.facts.get("holding", ""))) != told.holder_id:
                return None
        holding = self._find_due(told.holder_id, message)
        if holding is None:
            return None
        stop = f"{self.base_url}{compose_told_path(self.links, told.id)}"
        return compose_supervisor_ending(holding, told.worker_name, message.created, stop=stop)

    def write_ask(self, message: OutboxMessage) -> MailText | None:
        with self.database.read() as connection:
            asked = supervisor_store.find_supervisor(connection, str(message.facts.get("supervisor", "")))
        if asked is None or asked.state is not SupervisorState.ASKED or asked.email != message.recipient:
            return None
        return compose_ask(asked.worker_name, link=f"{self.base_url}{compose_told_path(self.links, asked.id)}")

    def write_month(self, message: OutboxMessage) -> MailText | None:
        holder_id, now = str(message.facts.get("holder", "")), self.clock()
        begin, end = _read_month(str(message.facts.get("month", "")))
        with self.database.read() as connection:
            is_wanted = notice_store.load_choices(connection, holder_id).monthly
            if not is_wanted or message.recipient not in holder_store.list_addresses(connection, holder_id):
                return None
            holdings = holding_store.list_holdings(connection, holder_id)
        earned = list_earned(holdings, begin, end, now=now, is_out_of_use=self.is_out_of_use)
        stop = f"{self.base_url}{compose_stop_path(self.links, holder_id, Notice.MONTHLY)}"
        return _compose_month(earned, link=f"{self.base_url}/wallet", stop=stop) if earned else None

    def _find_due(self, holder_id: str, message: OutboxMessage) -> Holding | None:
        """Return the badge that a message is about, if its holder still wants that told and there is a reason to."""
        with self.database.read() as connection:
            if not notice_store.load_choices(connection, holder_id).remind:
                return None
            holdings = holding_store.list_holdings(connection, holder_id)
        due = list_due(holdings, self.clock(), is_out_of_use=self.is_out_of_use)
        return next((holding for holding, _ in due if holding.id == message.facts.get("holding")), None)


def _read_month(text: str) -> tuple[datetime, datetime]:
    """Return begin and end of a month that was written as `2026-05`."""
    begin = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    return begin, (begin + timedelta(days=31)).replace(day=1)


def _compose_ending(holding: Holding, written: datetime, *, link: str, stop: str) -> MailText:
    words = word_ending(holding, written)
    english = MailPart(
        language="en",
        paragraphs=(
            "Hello,",
            f"your badge “{words.title}” from {words.issuer} ends on {words.day_en}. {words.left_en}",
            "If you still need it, ask them now how to renew it.",
        ),
        button="See my badge",
        after=_OFF_EN,
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            "Hola:",
            f"su insignia «{words.title}» de {words.issuer} vence el {words.day_es}. {words.left_es}",
            "Si todavía la necesita, pregúnteles ahora cómo renovarla.",
        ),
        button="Ver mi insignia",
        after=_OFF_ES,
    )
    return MailText(
        subject=f"Your badge ends soon / Su insignia vence pronto: {words.title}",
        parts=(english, spanish),
        link=link,
        stop=stop,
        short=fit_text(
            f"Your badge ends on / Su insignia vence el {words.ends:%Y-%m-%d}: {{title}}. Ask how to renew it / "
            "Pregunte cómo renovarla:",
            title=words.title,
            link=link,
        ),
    )


def _compose_month(earned: Sequence[Holding], *, link: str, stop: str) -> MailText:
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
        subject="What you earned last month / Lo que obtuvo el mes pasado",
        parts=(english, spanish),
        link=link,
        stop=stop,
        short=fit_text(
            f"New badges in your wallet last month / Insignias nuevas en su cartera el mes pasado: {count}.", link=link
        ),
    )
