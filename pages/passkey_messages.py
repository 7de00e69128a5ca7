"""What people read when a passkey of theirs was made or removed. No name of it stands there: a thief chooses that."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from pages.messages import MailPart, MailText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage import PasskeyChange


class PasskeyPlace(enum.Enum):
    """What a passkey opens."""

    WALLET = "wallet"
    DESK = "desk"


# By the value of the `PasskeyChange`: whoever writes no mail loads no store.
_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "added": "A new passkey / Una llave de acceso nueva",
        "removed": "A passkey was removed / Se quitó una llave de acceso",
    }
)
_SAID_EN: Mapping[tuple[PasskeyPlace, str], str] = MappingProxyType(
    {
        (PasskeyPlace.WALLET, "added"): "a passkey was made that opens your badge wallet.",
        (PasskeyPlace.WALLET, "removed"): "a passkey was removed from your badge wallet.",
        (PasskeyPlace.DESK, "added"): "a passkey was made with which you can sign in at the trainer desk.",
        (PasskeyPlace.DESK, "removed"): "a passkey with which you signed in at the trainer desk was removed.",
    }
)
_SAID_ES: Mapping[tuple[PasskeyPlace, str], str] = MappingProxyType(
    {
        (PasskeyPlace.WALLET, "added"): "se hizo una llave de acceso que abre su cartera de insignias.",
        (PasskeyPlace.WALLET, "removed"): "se quitó una llave de acceso de su cartera de insignias.",
        (PasskeyPlace.DESK, "added"): (
            "se hizo una llave de acceso con la que usted puede entrar al panel del instructor."
        ),
        (PasskeyPlace.DESK, "removed"): (
            "se quitó una llave de acceso con la que usted entraba al panel del instructor."
        ),
    }
)


def compose_passkey_notice(place: PasskeyPlace, change: PasskeyChange, *, link: str) -> MailText:
    """Return the message about one change.

    Args:
        place: What the passkey opens.
        change: What was done.
        link: Address of the page with the passkeys of the reader; it opens nothing by itself.
    """
    english = MailPart(
        language="en",
        paragraphs=("Hello,", _SAID_EN[place, change.value], "If that was you, you need not do anything."),
        button="See my passkeys",
        after="If it was not you: sign in, remove every passkey that you do not know, and sign out everywhere.",
    )
    spanish = MailPart(
        language="es",
        paragraphs=("Hola:", _SAID_ES[place, change.value], "Si fue usted, no tiene que hacer nada."),
        button="Ver mis llaves de acceso",
        after="Si no fue usted: entre, quite las llaves de acceso que no conozca y cierre la sesión en todas partes.",
    )
    return MailText(subject=_SUBJECTS[change.value], parts=(english, spanish), link=link)
