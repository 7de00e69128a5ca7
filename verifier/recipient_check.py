"""Step 8, only when asked: does the badge name the person who shows it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from credentials import is_identity_match
from schemas import InvalidCredentialError, UnsupportedFeatureError
from verifier.members import is_absolute_iri, iterate_objects, read_object
from verifier.report import CheckName
from verifier.steps import compose_not_applicable, compose_passed

if TYPE_CHECKING:
    from schemas import JsonObject
    from verifier.report import Check

_EMAIL = re.compile(r"[^\s@:]+@[^\s@]+")


def check_recipient(document: JsonObject, *, recipient: str | None) -> Check:
    """Compare who was asked about with the subject's id and every identifier; the first match wins.

    Spec: OB 3.0 §8.1 step 5 and §5.7 (IdentityObject, hashed or plain).

    Args:
        document: What the signature covers.
        recipient: E-mail address, name or id; None when nobody asked. Never part of the report.

    Raises:
        InvalidCredentialError: `recipient.mismatch`.
        UnsupportedFeatureError: `recipient.not_comparable`: the badge names its holder in another way than was asked.
    """
    if recipient is None:
        return compose_not_applicable(CheckName.RECIPIENT, "recipient.not_asked")
    known = recipient.strip()
    subject = read_object(document.get("credentialSubject"))
    if known and subject.get("id") == known:
        return compose_passed(CheckName.RECIPIENT, {"matched": "id"})
    identities = list(iterate_objects(subject.get("identifier")))
    for identity in identities:
        if known and is_identity_match(identity, known):
            return compose_passed(CheckName.RECIPIENT, {"matched": str(identity.get("identityType", ""))})
    kinds = {str(identity.get("identityType", "")) for identity in identities}
    if _is_comparable(known, kinds, has_id="id" in subject):
        raise InvalidCredentialError("recipient.mismatch")
    raise UnsupportedFeatureError("recipient.not_comparable")


def _is_comparable(known: str, kinds: set[str], *, has_id: bool) -> bool:
    """Say whether the badge names its holder in the way that was asked, so that no match is a finding."""
    if _EMAIL.fullmatch(known):
        return "emailAddress" in kinds
    if is_absolute_iri(known):
        return has_id
    return bool(kinds - {"emailAddress"})
