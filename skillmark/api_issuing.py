"""Signs credentials that a program composed, in the name of the one issuer that its API key is bound to.

What was signed is a badge of the ledger like any other: recorded, with a place in the status lists, and its id is
never used again (T-58).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import check_lossless, verify_data_model
from issuer import ProgramOrder, issue_for_program
from schemas import VC_V2_CONTEXT, DataModelError, IssuanceError, LedgerError, read_json_object
from skillmark.api_scope import check_id, check_types
from skillmark.conformance import read_pointers

if TYPE_CHECKING:
    from credentials import Cryptosuite
    from issuer import Ledger
    from schemas import JsonObject
    from skillmark.api_keys import ApiKey

ROLE = "api"  # who changed a status, in the ledger
MAX_REQUEST_NAME_CHARS = 200
MAX_ID_CHARS = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedForProgram:
    """What a program gets: the credential, and the address of its page, empty when it has none."""

    credential: JsonObject
    page_url: str


class ApiIssuing:
    """Issues and changes status for programs.

    Args:
        ledger: Keeps what is signed.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def issue(
        self, key: ApiKey, credential: JsonObject, options: JsonObject, *, request_name: str = ""
    ) -> SignedForProgram:
        """Sign a credential and return it with its place in the status lists and its proof.

        Args:
            key: Says which issuer and which suites.
            credential: Complete, with this issuer; without proof and status.
            options: `cryptosuite`, one of the key's; `mandatoryPointers` for `ecdsa-sd-2023`; `credentialId`, under
                which the status of a credential without an id is changed.
            request_name: `Idempotency-Key`: the same request again under the same name gives the same credential.

        Raises:
            IssuanceError: `vc_api.issuer_not_own`, `vc_api.has_proof`, `vc_api.has_status`, `vc_api.duplicate_id`,
                `vc_api.request_reused`, `vc_api.type_not_allowed`, `vc_api.id_reserved`, `vc_api.suite_not_allowed`,
                `vc_api.version_not_issued` or `vc_api.option_malformed`.
            LedgerError: `clock.backwards`, `audit.truncated` or `audit.chain_broken`; a fault of the store.
            InvalidCredentialError: The credential does not follow the data model, or part of it would be lost.
            UnknownContextError: A context is not pinned here.
        """
        suite = _choose_suite(key, options)
        pointers = read_pointers(options.get("mandatoryPointers"), "/options/mandatoryPointers")
        _check_request_name(request_name)
        profile = self._ledger.find_issuer(key.issuer_slug)
        if profile is None:
            raise LedgerError("ledger.issuer_unknown")
        _verify_acceptable(credential, issuer_id=profile.id)
        credential_id = _read_id(credential, options)
        self._check_id(credential_id, issuer_id=profile.id)
        issued = issue_for_program(
            self._ledger,
            ProgramOrder(
                issuer_slug=key.issuer_slug,
                program=key.key_id,
                credential=credential,
                credential_id=credential_id,
                suite=suite,
                pointers=pointers,
                request_name=request_name,
            ),
        )
        return SignedForProgram(
            credential=read_json_object(issued.json_bytes),
            page_url=f"{self._ledger.base_url}/b/{issued.slug}" if issued.has_page else "",
        )

    def _check_id(self, credential_id: str, *, issuer_id: str) -> None:
        """Refuse an id of this site's own; the id of a badge of a class list is in use (T-58)."""
        try:
            check_id(credential_id, base_url=self._ledger.base_url, issuer_id=issuer_id)
        except IssuanceError as error:
            if self._ledger.find_by_id(credential_id) is not None:
                raise IssuanceError("vc_api.duplicate_id", pointer="/credential/id") from error
            raise

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


def _check_request_name(name: str) -> None:
    if len(name) > MAX_REQUEST_NAME_CHARS or not (name.isascii() and (name.isprintable() or not name)):
        raise IssuanceError("vc_api.option_malformed", "Idempotency-Key is a short text")


def _read_id(credential: JsonObject, options: JsonObject) -> str:
    """Return what the credential is known under from now on: its id, or the one that the options give it.

    Raises:
        DataModelError: `data_model.id_missing`.
        IssuanceError: `vc_api.option_malformed`.
    """
    own, given = credential.get("id"), options.get("credentialId")
    if given is not None and (
        not isinstance(given, str) or not 0 < len(given) <= MAX_ID_CHARS or own not in (None, given)
    ):
        raise IssuanceError("vc_api.option_malformed", "not the id", pointer="/options/credentialId")
    credential_id = own or given
    if not isinstance(credential_id, str):
        raise DataModelError("data_model.id_missing", pointer="/credential/id")
    if len(credential_id) > MAX_ID_CHARS:
        raise DataModelError("data_model.id_missing", f"more than {MAX_ID_CHARS} characters", pointer="/credential/id")
    return credential_id


def _verify_acceptable(credential: JsonObject, *, issuer_id: str) -> None:
    """Insist on a credential that this issuer may sign as it stands; only its status is added."""
    for member, code in (("proof", "vc_api.has_proof"), ("credentialStatus", "vc_api.has_status")):
        if member in credential:
            raise IssuanceError(code, pointer=f"/credential/{member}")
    verify_data_model(credential)
    contexts = credential["@context"]
    if not isinstance(contexts, list) or contexts[0] != VC_V2_CONTEXT:
        raise IssuanceError("vc_api.version_not_issued", pointer="/credential/@context")
    named = credential["issuer"]
    if (named.get("id") if isinstance(named, dict) else named) != issuer_id:
        raise IssuanceError("vc_api.issuer_not_own", pointer="/credential/issuer")
    check_types(credential)
    check_lossless(credential)
