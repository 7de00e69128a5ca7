"""Badges of which a holder may show a part (`ecdsa-sd-2023`), made carefully and carelessly."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from credentials import (
    Cryptosuite,
    DisclosurePolicy,
    UnsecuredDocument,
    VerifiedDocument,
    add_data_integrity_proof,
    list_proofs,
    verify_data_integrity_proof,
)
from keys import did_key_method_id
from tests.doubles import sample_badges
from tests.doubles.w3c_vectors import p256_signer

if TYPE_CHECKING:
    from keys import PublicKey
    from schemas import JsonObject


def issue(badge: JsonObject | None = None, pointers: list[str] | None = None) -> dict[str, Any]:
    """Return a badge, by default the rich one, with a base proof: the holder's own copy."""
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=badge or sample_badges.rich_badge()),
        signer=p256_signer(),
        verification_method=did_key_method_id(p256_signer().public_key),
        created=sample_badges.CREATED,
        suite=Cryptosuite.ECDSA_SD_2023,
        mandatory_pointers=pointers,
    )
    return copy.deepcopy(secured.document)


def verify(
    document: JsonObject,
    *,
    key: PublicKey | None = None,
    disclosure: DisclosurePolicy = DisclosurePolicy.LIFECYCLE_MANDATORY,
) -> VerifiedDocument:
    """Verify the first proof, by default with the key that `issue` signs with."""
    return verify_data_integrity_proof(
        document,
        list_proofs(document)[0],
        public_key=key or p256_signer().public_key,
        original=b"",
        disclosure=disclosure,
    )
