"""Status of what the conformance mode issues: lists in memory, signed anew each time they are asked for."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING

from credentials import (
    MIN_STATUS_LIST_BITS,
    BitstringStatusList,
    add_data_integrity_proof,
    compose_status_entry,
    compose_status_list_credential,
    encode_status_list,
)
from schemas import IssuanceError

if TYPE_CHECKING:
    from keys import Clock, Signer
    from schemas import JsonObject

PURPOSES = ("revocation", "suspension")
MAX_CREDENTIALS = MIN_STATUS_LIST_BITS // 2  # so that a random place is found at once


class ConformanceStatus:
    """One list for each purpose, of one issuer. Safe to share between threads.

    Args:
        base_url: The lists stand below it.
        issuer_id: did:key of the issuer.
        method_id: Its verification method.
        signer: Its Ed25519 key.
        clock: Aware UTC.
    """

    def __init__(self, *, base_url: str, issuer_id: str, method_id: str, signer: Signer, clock: Clock) -> None:
        self._base_url = base_url
        self._issuer_id = issuer_id
        self._method_id = method_id
        self._signer = signer
        self._clock = clock
        self._lock = threading.Lock()
        self._places: dict[str, list[int]] = {}
        self._taken: set[int] = set()
        self._set: dict[str, set[int]] = {purpose: set() for purpose in PURPOSES}

    def add_entry(self, credential_id: str | None, purpose: str) -> JsonObject:
        """Give a credential a random place in the list of a purpose and return its status entry.

        A suite sends one fixture many times: each has a place of its own, and a change is for all of them. Without an
        id the place cannot be found again.

        Raises:
            IssuanceError: `vc_api.status_not_offered` or `vc_api.store_full`.
        """
        with self._lock:
            if purpose not in self._set:
                raise IssuanceError("vc_api.status_not_offered", pointer="/options/credentialStatus/statusPurpose")
            if len(self._taken) >= MAX_CREDENTIALS:
                raise IssuanceError("vc_api.store_full")
            index = secrets.randbelow(MIN_STATUS_LIST_BITS)
            while index in self._taken:
                index = secrets.randbelow(MIN_STATUS_LIST_BITS)
            self._taken.add(index)
            if credential_id is not None:
                self._places.setdefault(credential_id, []).append(index)
        return compose_status_entry(purpose=purpose, list_url=self.list_url(purpose), index=index)

    def change(self, credential_id: str, purpose: str, *, is_set: bool) -> None:
        """Set or clear a status.

        Raises:
            IssuanceError: `vc_api.credential_unknown` or `vc_api.status_not_offered`.
        """
        with self._lock:
            if credential_id not in self._places:
                raise IssuanceError("vc_api.credential_unknown", pointer="/credentialId")
            if purpose not in self._set:
                raise IssuanceError("vc_api.status_not_offered", pointer="/credentialStatus/statusPurpose")
            if is_set:
                self._set[purpose].update(self._places[credential_id])
            else:
                self._set[purpose].difference_update(self._places[credential_id])

    def list_url(self, purpose: str) -> str:
        """Return the address of the list of a purpose."""
        return f"{self._base_url}/api/vc/status-lists/{purpose}"

    def sign_list(self, purpose: str) -> JsonObject | None:
        """Return the signed list of a purpose as it is now; None for another purpose."""
        if purpose not in self._set:
            return None
        with self._lock:
            bits = BitstringStatusList.with_set_indexes(self._set[purpose])
        now = self._clock()
        unsecured = compose_status_list_credential(
            url=self.list_url(purpose),
            issuer_id=self._issuer_id,
            purpose=purpose,
            encoded=encode_status_list(bits),
            valid_from=now,
        )
        return add_data_integrity_proof(
            unsecured, signer=self._signer, verification_method=self._method_id, created=now
        ).document
