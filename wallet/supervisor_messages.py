"""What supervisors and trainers read, in both languages. The one name in it is the worker's, as they wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import MailPart, MailText
from wallet.ending_words import word_ending

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.model import Holding


def compose_ask(worker_name: str, *, link: str) -> MailText:
    """Return the question whether somebody wants to be told."""
    english = MailPart(
        language="en",
        paragraphs=(
            "Hello,",
            f"{worker_name} would like us to tell you 90, 60, 30 and 7 days before a badge of theirs ends.",
            "Then it can be renewed in time.",
            "We only do that if you say yes. You can end it at any time.",
        ),
        button="Say yes or no",
        after="If you do not know this person, you need not do anything. You will not hear from us again.",
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            "Hola:",
            f"{worker_name} quiere que le avisemos 90, 60, 30 y 7 días antes de que venza una de sus insignias.",
            "Así se puede renovar a tiempo.",
            "Solo lo hacemos si usted dice que sí. Puede terminarlo cuando quiera.",
        ),
        button="Decir sí o no",
        after="Si no conoce a esta persona, no tiene que hacer nada. No le escribiremos otra vez.",
    )
    return MailText(
        subject=f"{worker_name}: may we remind you? / ¿le podemos avisar?",
        parts=(english, spanish),
        link=link,
        stop=link,
    )


def compose_supervisor_ending(holding: Holding, worker_name: str, written: datetime, *, stop: str) -> MailText:
    """Return the reminder for somebody who agreed to it: which badge ends and when, and no way to more than that.

    Args:
        holding: The badge, with an end.
        worker_name: As the worker wrote it.
        written: When the message was put into the outbox: a second copy says the same.
        stop: Address that ends these messages.
    """
    words = word_ending(holding, written)
    left_en, left_es = words.left_en, words.left_es
    english = MailPart(
        language="en",
        paragraphs=(
            "Hello,",
            f"the badge “{words.title}” of {worker_name}, from {words.issuer}, ends on {words.day_en}. {left_en}",
            "If it is still needed at work, plan the renewal now.",
        ),
        after=f"You said that you want to be told. To end this, open {stop}",
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            "Hola:",
            f"la insignia «{words.title}» de {worker_name}, de {words.issuer}, vence el {words.day_es}. {left_es}",
            "Si todavía hace falta en el trabajo, planee ahora la renovación.",
        ),
        after=f"Usted dijo que quiere recibir este aviso. Para terminarlo, abra {stop}",
    )
    subject = f"A badge of {worker_name} ends soon / Vence pronto una insignia de {worker_name}"
    return MailText(subject=subject, parts=(english, spanish), stop=stop)
