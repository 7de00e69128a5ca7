"""Signs credentials that a program composed, in the name of the one issuer that its API key is bound to.

What was signed is kept as a file, and its id is never used again (T-58).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials import (
    Cryptosuite,
    UnsecuredDocument,
    add_data_integrity_proof,
    check_lossless,
    list_proofs,
    verify_data_integrity_proof,
    verify_data_model,
)
from schemas import (
    DataModelError,
    IssuanceError,
    LedgerError,
    SchemaName,
    validate,
)
from skillmark.api_scope import BADGE_TYPES, check_id, check_types
from skillmark.api_store import ApiStore
from skillmark.conformance import read_pointers

if TYPE_CHECKING:
    from pathlib import Path

    from credentials import SecuredDocument
    from issuer import Ledger
    from keys import PublicKey
    from schemas import JsonObject
    from skillmark.api_keys import ApiKey

ROLE = "api"  # who changed a status, in the ledger


class ApiIssuing:
    """Issues and changes status for programs.

    Args:
        ledger: Keys, audit records and the badges of class lists.
        folder: Where the signed credentials are kept, one file each.
    """

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger = ledger
        self._store = ApiStore(ledger, folder)

    def issue(self, key: ApiKey, credential: JsonObject, options: JsonObject) -> JsonObject:
        """Sign a credential and return it with its proof.

        Args:
            key: Says which issuer and which suites.
            credential: Complete, with an id of its own and this issuer; without proof and status.
            options: `cryptosuite`, one of the key's; `mandatoryPointers` for `ecdsa-sd-2023`.

        Raises:
            IssuanceError: `vc_api.issuer_not_own`, `vc_api.has_proof`, `vc_api.has_status`, `vc_api.duplicate_id`,
                `vc_api.type_not_allowed`, `vc_api.id_reserved`, `vc_api.suite_not_allowed` or
                `vc_api.option_malformed`.
            LedgerError: `clock.backwards`, `audit.truncated` or `audit.chain_broken`; a fault of the store.
            InvalidCredentialError: The credential does not follow the data model, or part of it would be lost.
            UnknownContextError: A context is not pinned here.
        """
        suite = _choose_suite(key, options)
        pointers = read_pointers(options.get("mandatoryPointers"), "/options/mandatoryPointers")
        profile = self._ledger.find_issuer(key.issuer_slug)
        if profile is None:
            raise LedgerError("ledger.issuer_unknown")
        _verify_acceptable(credential, issuer_id=profile.id)
        self._check_id_is_new(str(credential["id"]))
        check_id(str(credential["id"]), base_url=self._ledger.base_url, issuer_id=profile.id)
        self._ledger.check_ready_to_issue()
        signer, method = self._ledger.current_signer(key.issuer_slug)
        secured = add_data_integrity_proof(
            UnsecuredDocument(document=credential),
            signer=signer,
            verification_method=method.id,
            created=self._ledger.clock(),
            suite=suite,
            mandatory_pointers=pointers,
        )
        _verify_own(secured, suite, signer.public_key)
        self._store.keep(
            str(credential["id"]), secured.original, issuer=key.issuer_slug, suite=suite.value, key=key.key_id
        )
        return secured.document

    def _check_id_is_new(self, credential_id: str) -> None:
        if self._ledger.find_by_id(credential_id) is not None or self._store.has(credential_id):
            raise IssuanceError("vc_api.duplicate_id", pointer="/credential/id")

    def change_status(self, key: ApiKey, credential_id: str, purpose: str, *, is_set: bool) -> None:
        """Revoke, suspend or reinstate a badge of the key's issuer.

        Raises:
            IssuanceError: `vc_api.credential_unknown`, also for a badge of another issuer; `vc_api.status_not_offered`.
            LedgerError: The ledger does not allow the change (`ledger.…`).
        """
        issued, profile = self._ledger.find_by_id(credential_id), self._ledger.find_issuer(key.issuer_slug)
        if issued is None or profile is None or issued.issuer_id != profile.id:
            raise IssuanceError("vc_api.credential_unknown", pointer="/credentialId")
        reason = f"Changed by a program with the key {key.key_id}."
        if purpose == "revocation" and is_set:
            self._ledger.revoke(credential_id, reason, ROLE)
        elif purpose == "suspension" and is_set:
            self._ledger.suspend(credential_id, reason, ROLE)
        elif purpose == "suspension":
            self._ledger.reinstate(credential_id, reason, ROLE)
        else:
            raise IssuanceError("vc_api.status_not_offered", pointer="/credentialStatus/statusPurpose")


def _choose_suite(key: ApiKey, options: JsonObject) -> Cryptosuite:
    named = options.get("cryptosuite", key.suites[0].value)
    suite = next((suite for suite in key.suites if suite.value == named), None)
    if suite is None:
        raise IssuanceError("vc_api.suite_not_allowed", pointer="/options/cryptosuite")
    return suite


def _verify_acceptable(credential: JsonObject, *, issuer_id: str) -> None:
    """Insist on a credential that this issuer may sign as it stands; nothing is added or taken away."""
    for member, code in (("proof", "vc_api.has_proof"), ("credentialStatus", "vc_api.has_status")):
        if member in credential:
            raise IssuanceError(code, pointer=f"/credential/{member}")
    verify_data_model(credential)
    named = credential["issuer"]
    if (named.get("id") if isinstance(named, dict) else named) != issuer_id:
        raise IssuanceError("vc_api.issuer_not_own", pointer="/credential/issuer")
    if "id" not in credential:
        raise DataModelError("data_model.id_missing", pointer="/credential/id")
    check_types(credential)
    check_lossless(credential)
    types = credential["type"]
    if not BADGE_TYPES.isdisjoint(types if isinstance(types, list) else [types]):
        for violation in validate(credential, SchemaName.ACHIEVEMENT_CREDENTIAL):
            raise DataModelError("schema.violation", violation.sentence, pointer=f"/credential{violation.pointer}")


def _verify_own(secured: SecuredDocument, suite: Cryptosuite, public_key: PublicKey) -> None:
    """Read what was signed as a verifier would, before it leaves; a base proof is for its holder only."""
    if suite is Cryptosuite.ECDSA_SD_2023:
        return
    (proof,) = list_proofs(secured.document)
    verify_data_integrity_proof(
        secured.document,
        proof,
        public_key=public_key,
        original=secured.original,
    )
