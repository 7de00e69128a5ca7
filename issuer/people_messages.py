"""What the people of the desk read when they are invited or set a password, in English and Spanish.

Links are made here, when a message is sent; they stand in no table.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.passkey_notices import render_passkey
from issuer.people import Role
from issuer.people_invitations import find_invitation_by_id, invitation_path
from issuer.people_passwords import is_password_link_open, password_path
from issuer.people_store import INVITATION_TEMPLATE, PASSKEY_TEMPLATE, PASSWORD_TEMPLATE
from pages import MailPart, MailText, write_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from issuer.claims import Claims
    from issuer.people_invitations import Invitation
    from storage import OutboxMessage

_ROLES_EN: Mapping[Role, str] = MappingProxyType(
    {
        Role.VIEWER: "You can look at courses and badges there.",
        Role.TRAINER: "You can make courses and give badges there.",
        Role.OWNER: "You can give badges there, and say who else may.",
    }
)
_ROLES_ES: Mapping[Role, str] = MappingProxyType(
    {
        Role.VIEWER: "Allí puede ver cursos e insignias.",
        Role.TRAINER: "Allí puede crear cursos y dar insignias.",
        Role.OWNER: "Allí puede dar insignias y decidir quién más puede hacerlo.",
    }
)


def people_renderers(claims: Claims) -> Mapping[str, Callable[[OutboxMessage], MailText | None]]:
    """Return who writes the messages to people of the desk, by template. One that nobody needs any more is None."""
    return {
        INVITATION_TEMPLATE: lambda message: _render_invitation(claims, message),
        PASSKEY_TEMPLATE: lambda message: render_passkey(claims.ledger, message),
        PASSWORD_TEMPLATE: lambda message: _render_password(claims, message),
    }


def _render_invitation(claims: Claims, message: OutboxMessage) -> MailText | None:
    invitation = find_invitation_by_id(claims.ledger, str(message.facts.get("invitation", "")))
    if invitation is None or invitation.email != message.recipient:
        return None
    invitation = replace(invitation, expires=invitation.expires.astimezone(claims.ledger.time_zone))
    return _compose_invitation(invitation, f"{claims.ledger.base_url}{invitation_path(claims.links, invitation.id)}")


def _render_password(claims: Claims, message: OutboxMessage) -> MailText | None:
    link_id = str(message.facts.get("link", ""))
    if not is_password_link_open(claims.ledger, link_id):
        return None
    return _compose_password(f"{claims.ledger.base_url}{password_path(claims.links, link_id)}")


def _compose_invitation(invitation: Invitation, link: str) -> MailText:
    name = invitation.organisation_name or "Skillmark"
    english = MailPart(
        language="en",
        paragraphs=(
            "Hello,",
            f"{name} invites you to the desk from which it gives badges.",
            _ROLES_EN[invitation.role],
        ),
        button="See the invitation",
        after=(
            f"The link works once, until {write_date(invitation.expires, 'en')}. "
            "If you do not know who this is, you need not do anything."
        ),
    )
    spanish = MailPart(
        language="es",
        paragraphs=("Hola:", f"{name} le invita al panel desde el que da insignias.", _ROLES_ES[invitation.role]),
        button="Ver la invitación",
        after=(
            f"El enlace sirve una sola vez, hasta el {write_date(invitation.expires, 'es')}. "
            "Si no sabe de quién se trata, no tiene que hacer nada."
        ),
    )
    return MailText(subject="Your invitation / Su invitación", parts=(english, spanish), link=link)


def _compose_password(link: str) -> MailText:
    english = MailPart(
        language="en",
        paragraphs=("Hello,", "with this link you set a new password for the trainer desk."),
        button="Set a new password",
        after="It works once, for one hour. If you did not ask for it, you need not do anything: your password stays.",
    )
    spanish = MailPart(
        language="es",
        paragraphs=("Hola:", "con este enlace pone una contraseña nueva para el panel del instructor."),
        button="Poner una contraseña nueva",
        after=(
            "Sirve una sola vez, durante una hora. "
            "Si usted no lo pidió, no tiene que hacer nada: su contraseña sigue igual."
        ),
    )
    return MailText(subject="New password / Contraseña nueva", parts=(english, spanish), link=link)
