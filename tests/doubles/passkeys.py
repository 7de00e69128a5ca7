"""What tests of passkeys share: a site, somebody's phone, and both ceremonies from end to end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from keys import PasskeySite
from tests.doubles.authenticator import SoftAuthenticator

if TYPE_CHECKING:
    from keys import Passkeys

SITE = PasskeySite(id="badges.example.edu", origin="https://badges.example.edu", name="Example")
ANA, BEN = "holder-ana", "holder-ben"
REFUSED = r"^passkey\.refused"


def make_phone(**values: Any) -> SoftAuthenticator:  # noqa: ANN401 - fields of the double
    """Return a phone at the site."""
    return SoftAuthenticator(**{"origin": SITE.origin, "rp_id": SITE.id, **values})


def add(passkeys: Passkeys, device: SoftAuthenticator, owner: str = ANA) -> None:
    """Make a passkey for an owner."""
    question = passkeys.ask_to_add(owner, user_name="somebody")
    passkeys.add(owner, ticket=question.ticket, answer=json.dumps(device.create(question.options)), name="phone")


def sign_in(passkeys: Passkeys, device: SoftAuthenticator) -> str:
    """Sign in with a passkey; return the owner."""
    question = passkeys.ask_to_sign_in()
    return passkeys.sign_in(ticket=question.ticket, answer=json.dumps(device.get(question.options)))
