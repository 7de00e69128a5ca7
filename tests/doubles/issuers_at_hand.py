"""Issuers whose documents are at hand, badges that they sign in each way, and how both ways of verifying judge them."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from credentials import Cryptosuite, UnsecuredDocument, add_data_integrity_proof, sign_vc_jwt
from keys import FetchedDocument, KeepingFetcher
from schemas import encode_json
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from verifier import MemoryKeyPinStore, VerificationContext
from verifier.plain_badge import verify_plainly
from verifier.sniff import read_presented
from verifier.verify import _verify

if TYPE_CHECKING:
    from keys import Signer
    from schemas import JsonObject
    from verifier import VerificationReport

PUBLISHING = (IssuerIdKind.DID_WEB, IssuerIdKind.HTTPS_DOCUMENT)
FORMS = ("rdfc", "jcs", "jwt")
_SUITES = {"rdfc": Cryptosuite.EDDSA_RDFC_2022, "jcs": Cryptosuite.EDDSA_JCS_2022}


class NearWorld(KeepingFetcher):
    """The world of a test, in which every document is at hand; the network is asked where the world is."""

    def __init__(self, world: IssuerSimulator) -> None:
        self._world = world

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Answer as the published world does."""
        return self._world.fetch(url, max_bytes=max_bytes, accept=accept)

    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:  # noqa: ARG002 - the protocol
        """Return what is published."""
        answer = self._world.answers.get(url)
        if not isinstance(answer, FetchedDocument) or len(answer.body) > max_bytes:
            return None
        return replace(answer, fetched_at=self._world.now)


def sign_as(
    issuer: SimulatedIssuer,
    form: str,
    document: JsonObject | None = None,
    *,
    method_id: str = "",
    signer: Signer | None = None,
    age: timedelta = timedelta(days=20),
) -> bytes:
    """Return a badge that an issuer signed in one of the `FORMS`, or by another suite.

    Args:
        issuer: Who signs.
        form: How.
        document: What; a small badge when None.
        method_id: Which key it names; its own when empty.
        signer: Whose key it is; its own when None.
        age: How long ago it signed, by a proof.
    """
    badge = copy.deepcopy(dict(document or issuer.compose_badge()))
    method, key = method_id or issuer.method_id, signer or issuer.signer
    if form == "jwt":
        return sign_vc_jwt(badge, signer=key, verification_method=method).encode("ascii")
    suite = _SUITES.get(form) or Cryptosuite(form)
    created = issuer.world.now - age
    unsecured = UnsecuredDocument(document=badge)
    return encode_json(
        add_data_integrity_proof(
            unsecured, signer=key, verification_method=method, created=created, suite=suite
        ).document
    )


def judge_plainly(world: IssuerSimulator, data: bytes, **changes: Any) -> VerificationReport | None:  # noqa: ANN401 - members of the context
    """Return what the straight way says, with every document at hand."""
    context = VerificationContext(**{"now": world.now, "fetcher": NearWorld(world), **changes})
    return verify_plainly(data, context=context)


def judge_thoroughly(world: IssuerSimulator, data: bytes, **changes: Any) -> VerificationReport:  # noqa: ANN401 - members of the context
    """Return what the thorough way says."""
    context = VerificationContext(**{"now": world.now, "fetcher": world, **changes})
    return _verify(lambda: read_presented(data), context)


def judge_alike(world: IssuerSimulator, data: bytes, **changes: Any) -> VerificationReport | None:  # noqa: ANN401 - members of the context
    """Return what the straight way says, once it is known that the thorough way says the same; None if it says nothing.

    Each has a memory of its own, so their pins are compared as well: `key_pins` gives what was known before.
    """
    known: MemoryKeyPinStore | None = changes.pop("key_pins", None)
    memories: list[MemoryKeyPinStore | None] = [copy_pins(known) for _ in range(2)]
    plain = judge_plainly(world, data, key_pins=memories[0], **changes)
    if plain is None:
        assert tell_pins(memories[0]) == tell_pins(known), "who says nothing remembers nothing"
        return None
    thorough = judge_thoroughly(world, data, key_pins=memories[1], **changes)
    assert plain == thorough
    assert repr(plain) == repr(thorough)
    assert plain.to_json() == thorough.to_json()
    assert plain.to_w3c() == thorough.to_w3c()
    assert tell_pins(memories[0]) == tell_pins(memories[1])
    return plain


def copy_pins(pins: MemoryKeyPinStore | None) -> MemoryKeyPinStore | None:
    """Return a store that remembers the same."""
    if pins is None:
        return None
    twin = MemoryKeyPinStore()
    twin._pins = copy.copy(pins._pins)
    return twin


def tell_pins(pins: MemoryKeyPinStore | None) -> dict[str, dict[str, Any]]:
    """Return what a store remembers."""
    return {} if pins is None else {name: dict(known) for name, known in pins._pins.items()}
