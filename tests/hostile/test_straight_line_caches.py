"""What the straight lines keep is bounded, and never answers for something else (docs/adr/0030)."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from credentials import Cryptosuite, canonicalize
from credentials.cryptosuites import hash_config
from credentials.inline_contexts import ContextRule
from credentials.lossless import QuadWalk, read_context
from credentials.plain_proof import MAX_KEPT_OPTIONS, _hash_options
from credentials.plain_walk import MAX_KEPT_FLOATS, _write_float
from credentials.rdfc import HashAlgorithm, canonicalize_quads
from keys import OfflineFetcher
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, encode_json
from tests.doubles import sample_badges
from verifier import VerificationContext, verify_presented
from verifier.plain_signer import MAX_ISSUER_CHARS, MAX_KEPT_ISSUERS, _find_key_of_did

CONTEXT = VerificationContext(now=datetime(2026, 12, 1, tzinfo=UTC), fetcher=OfflineFetcher())
LISTS = ((VC_V2_CONTEXT, OB_3_0_3_CONTEXT), (VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT))


def _with(**changes: Any) -> bytes:  # noqa: ANN401 - members of a badge
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.sign(sample_badges.small_badge()).document))
    return encode_json({**badge, **changes})


def test_issuers_are_bounded() -> None:
    """However many issuers strangers make up, a bounded number is kept, and the true one is still found."""
    good = _with()
    assert verify_presented(good, context=CONTEXT)
    for number in range(2 * MAX_KEPT_ISSUERS):
        assert not verify_presented(_with(issuer=f"did:key:z6Mk{number}"), context=CONTEXT)
    info = _find_key_of_did.cache_info()
    assert info.currsize <= MAX_KEPT_ISSUERS == info.maxsize
    assert verify_presented(good, context=CONTEXT)


def test_long_issuer_ids_are_not_kept() -> None:
    """An id longer than any key is never looked up where it would be kept."""
    before = _find_key_of_did.cache_info().misses
    verify_presented(_with(issuer="did:key:z" + "6" * MAX_ISSUER_CHARS), context=CONTEXT)
    assert _find_key_of_did.cache_info().misses == before


def test_hashes_of_options_are_those_of_their_own_options() -> None:
    """Each list of contexts, date and method has its own hash, the one that the thorough way gives."""
    found: dict[bytes, object] = {}
    for _ in range(2):
        for urls in LISTS:
            for created in ("2026-11-22T09:00:00Z", "2026-11-22T09:00:01Z"):
                for method in ("did:key:z6Mk1#z6Mk1", "did:key:z6Mk2#z6Mk2"):
                    proof: dict[str, Any] = {
                        "type": "DataIntegrityProof",
                        "cryptosuite": "eddsa-rdfc-2022",
                        "created": created,
                        "verificationMethod": method,
                        "proofPurpose": "assertionMethod",
                    }
                    thorough = hash_config(
                        {"@context": [*urls]},
                        proof,
                        Cryptosuite.EDDSA_RDFC_2022,
                        algorithm=HashAlgorithm.SHA256,
                        contexts=ContextRule.PINNED,
                    )
                    assert _hash_options(urls, created, method) == thorough
                    # The contexts may differ without a difference in what the options say.
                    assert found.setdefault(thorough, (created, method)) == (created, method)
    assert len(found) == 4


def test_hashes_of_options_are_bounded() -> None:
    """A badge for each second of an hour leaves no more than the bound behind."""
    for number in range(2 * MAX_KEPT_OPTIONS):
        _hash_options(LISTS[0], f"2026-11-22T09:{number // 60:02}:{number % 60:02}Z", "did:key:z6Mk1#z6Mk1")
    assert _hash_options.cache_info().currsize <= MAX_KEPT_OPTIONS


@pytest.mark.parametrize("order", list(permutations([1, 1.0, 1.5, -1.5, 0.0, -0.0]))[::45], ids=str)
def test_kept_numbers_are_no_other_ones(order: tuple[float, ...]) -> None:
    """In whatever order numbers come that are equal, or nearly, each is written as the thorough way writes it."""
    for number in (*order, *order):
        badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        badge["credentialSubject"]["achievement"]["creditsAvailable"] = number
        walk = QuadWalk()
        walk.read_document(badge, read_context(badge["@context"]))
        assert canonicalize(badge) == canonicalize_quads(walk.quads).encode()


def test_kept_numbers_are_bounded() -> None:
    """A list of all the numbers that there are is not kept."""
    for number in range(2 * MAX_KEPT_FLOATS):
        _write_float(number + 0.5, "")
    assert _write_float.cache_info().currsize <= MAX_KEPT_FLOATS
