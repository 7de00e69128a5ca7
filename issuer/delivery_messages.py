"""What people read when a badge waits for them, in English and Spanish.

Links are made here, when a message is sent; they stand in no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import claim_store
from issuer.claim_messages import CLAIM_TEMPLATE, is_contact_of
from issuer.claims import CODE_TEMPLATE
from issuer.credential_store import find_issued
from issuer.delivery import NUDGE_TEMPLATE
from pages import MailPart, MailText, fit_text, write_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from issuer.claim_store import ClaimRow
    from issuer.claims import Claims
    from storage import OutboxMessage


MAX_SHORT_NAME_CHARS = 50  # in a text message


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    person: str
    badge: str
    issuer: str
    expires: datetime
    link: str


def claim_renderers(claims: Claims) -> Mapping[str, Callable[[OutboxMessage], MailText | None]]:
    """Return who writes the messages of the delivery, by template. One that nobody needs any more is None."""
    return {
        CLAIM_TEMPLATE: lambda message: _render(claims, message, _compose_claim),
        NUDGE_TEMPLATE: lambda message: _render(claims, message, _compose_nudge),
        CODE_TEMPLATE: lambda message: _render_code(claims, message),
    }


def claim_link(claims: Claims, claim: ClaimRow) -> str:
    """Return the link of a claim."""
    return f"{claims.ledger.base_url}/claim/{claim_store.claim_token(claims.links, claim.id, claim.generation)}"


def _render(claims: Claims, message: OutboxMessage, compose: Callable[[_Facts], MailText]) -> MailText | None:
    facts = _read_facts(claims, message)
    return None if facts is None else compose(facts)


def _read_facts(claims: Claims, message: OutboxMessage) -> _Facts | None:
    with claims.ledger.database.read() as connection:
        claim = claim_store.find_claim_by_id(connection, str(message.facts.get("claim", "")))
        if claim is None or claim.claimed_at is not None or claim.expires <= claims.ledger.clock():
            return None
        # A contact that was corrected after this message was put in gets nothing.
        if not is_contact_of(claim, message.recipient):
            return None
        issued = find_issued(connection, slug=claim.slug)
    if issued is None or issued.revoked or issued.suspended:
        return None
    course = claims.ledger.find_achievement(issued.achievement_slug)
    owner = claims.ledger.find_achievement_issuer(issued.achievement_slug)
    return _Facts(
        person=claim.recipient_name,
        badge=course.name if course else issued.title or issued.achievement_slug,
        issuer=owner.name if owner else claims.ledger.base_url,
        expires=claim.expires.astimezone(claims.ledger.time_zone),
        link=claim_link(claims, claim),
    )


def _short(name: str) -> str:
    """Return as much of a name as a text message has room for."""
    return " ".join(name.split())[:MAX_SHORT_NAME_CHARS]


def _compose_claim(facts: _Facts) -> MailText:
    english = MailPart(
        language="en",
        paragraphs=(
            f"Hello {facts.person},",
            f"{facts.issuer} has given you a badge: {facts.badge}.",
            "It says what you learned and can do. It is yours to keep, it costs nothing, and an employer can check it.",
        ),
        button="Get my badge",
        after=(
            f"The link works once, until {write_date(facts.expires, 'en')}. It is only for you: do not pass it on. "
            "If you did not take this course, you need not do anything."
        ),
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            f"Hola, {facts.person}:",
            f"{facts.issuer} le ha dado una insignia: {facts.badge}.",
            "Dice lo que usted aprendió y sabe hacer. Es suya, no cuesta nada y un empleador la puede comprobar.",
        ),
        button="Obtener mi insignia",
        after=(
            f"El enlace sirve una sola vez, hasta el {write_date(facts.expires, 'es')}. Es solo para usted: no lo "
            "comparta. Si usted no tomó este curso, no tiene que hacer nada."
        ),
    )
    return MailText(
        subject=f"Your badge / Su insignia: {facts.badge}",
        parts=(english, spanish),
        link=facts.link,
        short=fit_text(
            f"Your badge is ready / Su insignia está lista: {{title}}. Only for / Solo para {_short(facts.person)}:",
            title=f"{_short(facts.badge)} ({_short(facts.issuer)})",
            link=facts.link,
        ),
    )


def _compose_nudge(facts: _Facts) -> MailText:
    english = MailPart(
        language="en",
        paragraphs=(
            f"Hello {facts.person},",
            f"your badge from {facts.issuer} still waits for you: {facts.badge}.",
            "Get it now, so that you have it when an employer asks.",
        ),
        button="Get my badge",
        after=f"The link works once, until {write_date(facts.expires, 'en')}. It is only for you: do not pass it on.",
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            f"Hola, {facts.person}:",
            f"su insignia de {facts.issuer} todavía lo espera: {facts.badge}.",
            "Obténgala ahora, para tenerla cuando un empleador se la pida.",
        ),
        button="Obtener mi insignia",
        after=(
            f"El enlace sirve una sola vez, hasta el {write_date(facts.expires, 'es')}. Es solo para usted: no lo "
            "comparta."
        ),
    )
    return MailText(
        subject=f"Still waiting for you / Todavía lo espera: {facts.badge}",
        parts=(english, spanish),
        link=facts.link,
        short=fit_text(
            "Your badge still waits / Su insignia todavía espera: {title}. "
            f"Only for / Solo para {_short(facts.person)}:",
            title=f"{_short(facts.badge)} ({_short(facts.issuer)})",
            link=facts.link,
        ),
    )


def _render_code(claims: Claims, message: OutboxMessage) -> MailText | None:
    """Return the mail with the six digits; None when they are over, or newer ones went out."""
    facts = _read_facts(claims, message)
    with claims.ledger.database.read() as connection:
        claim = claim_store.find_claim_by_id(connection, str(message.facts.get("claim", "")))
    if facts is None or claim is None or message.facts.get("round") != claim.second_round:
        return None
    if claim.second_expires is None or claim.second_expires <= claims.ledger.clock():
        return None
    code = claims.second_code(claim)
    english = MailPart(
        language="en",
        paragraphs=(
            f"Your code is {code}",
            f"Type it on the page of your badge “{facts.badge}”. It holds for 15 minutes.",
            "Somebody opened the link to your badge. If that was not you, do not give this code to anybody.",
        ),
    )
    spanish = MailPart(
        language="es",
        paragraphs=(
            f"Su código es {code}",
            f"Escríbalo en la página de su insignia «{facts.badge}». Vale 15 minutos.",
            "Alguien abrió el enlace de su insignia. Si no fue usted, no le dé este código a nadie.",
        ),
    )
    return MailText(
        subject="Your code for your badge / Su código para su insignia",
        parts=(english, spanish),
        short=fit_text(f"{code}: your code / su código. Give it to nobody / No lo dé a nadie."),
    )
