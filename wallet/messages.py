"""What the wallet sends, in both languages. The link is made here, when a message is sent; it stands in no table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import MailPart, MailText, PasskeyPlace, compose_passkey_notice, fit_text
from storage import PasskeyChange
from wallet import holder_store, session_store
from wallet.code_store import find_code
from wallet.holders import ADD_ADDRESS_TEMPLATE, SIGN_IN_LIFE, SIGN_IN_TEMPLATE, compose_sign_in_path
from wallet.passkey_notice_store import PASSKEY_TEMPLATE
from wallet.phones import CODE_LIFE, PHONE_CODE_TEMPLATE, make_phone_code
from wallet.tokens import hash_secret, make_sign_in_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keys import Clock, LinkSecret
    from storage import Database, OutboxMessage

_PASSKEYS_PATH = "/wallet/account/passkeys"


def wallet_renderers(
    database: Database, links: LinkSecret, *, clock: Clock, base_url: str
) -> Mapping[str, Callable[[OutboxMessage], MailText | None]]:
    """Return who writes the messages of the wallet, by template. One whose link is spent or over is None."""

    def find_link(message: OutboxMessage) -> str:
        sign_in_id = str(message.facts.get("signIn", ""))
        hashed = hash_secret(make_sign_in_token(links, sign_in_id))
        with database.read() as connection:
            row = session_store.find_sign_in(connection, hashed, after=clock() - SIGN_IN_LIFE)
        return f"{base_url}{compose_sign_in_path(links, sign_in_id)}" if row is not None else ""

    def render(message: OutboxMessage, compose: Callable[[str], MailText]) -> MailText | None:
        link = find_link(message)
        return compose(link) if link else None

    def render_code(message: OutboxMessage) -> MailText | None:
        code_id, now = str(message.facts.get("code", "")), clock()
        with database.read() as connection:
            row = find_code(connection, code_id, after=now - CODE_LIFE)
        return _compose_code(make_phone_code(links, code_id)) if row is not None and not row.is_spent else None

    def render_passkey(message: OutboxMessage) -> MailText | None:
        with database.read() as connection:
            addresses = holder_store.list_addresses(connection, str(message.facts.get("holder", "")))
        if message.recipient not in addresses:
            return None
        change = PasskeyChange(message.facts.get("change"))
        return compose_passkey_notice(PasskeyPlace.WALLET, change, link=f"{base_url}{_PASSKEYS_PATH}")

    return {
        PASSKEY_TEMPLATE: render_passkey,
        PHONE_CODE_TEMPLATE: render_code,
        SIGN_IN_TEMPLATE: lambda message: render(message, _compose_sign_in),
        ADD_ADDRESS_TEMPLATE: lambda message: render(message, _compose_adding),
    }


def _compose_code(code: str) -> MailText:
    short = fit_text(f"{code}: code of your badge wallet / código de su cartera. Give it to nobody / No lo dé a nadie")
    return MailText(subject="Your code / Su código", parts=(MailPart(language="en", paragraphs=(short,)),), short=short)


def _compose_sign_in(link: str) -> MailText:
    english = MailPart(
        language="en",
        paragraphs=("Hello,", "here is the link that opens your badge wallet."),
        button="Open my wallet",
        after="It works once, for 15 minutes. If you did not ask for it, you need not do anything.",
    )
    spanish = MailPart(
        language="es",
        paragraphs=("Hola:", "este es el enlace que abre su cartera de insignias."),
        button="Abrir mi cartera",
        after="Sirve una sola vez, durante 15 minutos. Si usted no lo pidió, no tiene que hacer nada.",
    )
    return MailText(subject="Open your badge wallet / Abra su cartera", parts=(english, spanish), link=link)


def _compose_adding(link: str) -> MailText:
    english = MailPart(
        language="en",
        paragraphs=("Hello,", "somebody, most likely you, wants to add this e-mail address to a badge wallet."),
        button="Add this address to my wallet",
        after=(
            "It works once, for 15 minutes, and only in the browser in which you asked for it. "
            "If you did not ask for it, do not press it."
        ),
    )
    spanish = MailPart(
        language="es",
        paragraphs=("Hola:", "alguien, seguramente usted, quiere añadir esta dirección a una cartera de insignias."),
        button="Añadir esta dirección a mi cartera",
        after=(
            "Sirve una sola vez, durante 15 minutos, y solo en el navegador en el que lo pidió. "
            "Si usted no lo pidió, no lo pulse."
        ),
    )
    return MailText(subject="Your e-mail address / Su dirección de correo", parts=(english, spanish), link=link)
