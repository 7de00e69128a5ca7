"""Whatever strangers list in `@context`, nothing that was worked out for one list outlives the list (G6)."""

from __future__ import annotations

import copy
import gc
import weakref
from itertools import permutations
from typing import TYPE_CHECKING, Any

from credentials import Cryptosuite, canonicalize
from credentials.cryptosuites import hash_config
from credentials.inline_contexts import ContextRule
from credentials.rdfc import HashAlgorithm
from credentials.term_tables import MAX_CACHED_CONTEXT_LISTS, compile_contexts
from schemas import CONTEXT_URLS, OB_3_0_3_CONTEXT, VC_V1_CONTEXT, VC_V2_CONTEXT, BadgeError
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.term_tables import TermTable

LISTS = 3 * MAX_CACHED_CONTEXT_LISTS
# Others may be in use while a list is pushed out.
SPARE = 4
PROOF = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}


def _lists() -> Iterator[tuple[str, ...]]:
    others = [url for url in sorted(CONTEXT_URLS) if url not in {VC_V1_CONTEXT, VC_V2_CONTEXT, OB_3_0_3_CONTEXT}]
    for added in permutations(others, 2):
        urls = (VC_V2_CONTEXT, OB_3_0_3_CONTEXT, *added)
        try:
            compile_contexts(urls)
        except BadgeError:
            continue
        yield urls


def _use(urls: tuple[str, ...]) -> weakref.ref[TermTable]:
    """Let everything that is kept of a badge be kept under one list."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    badge["@context"] = [*urls]
    badge["credentialSubject"]["achievement"]["description"] = "x" * 1_000  # worth keeping
    for _ in range(3):
        canonicalize(badge)
        hash_config(
            badge,
            {**PROOF},
            Cryptosuite.EDDSA_RDFC_2022,
            algorithm=HashAlgorithm.SHA256,
            contexts=ContextRule.PINNED,
        )
    return weakref.ref(compile_contexts(urls))


def test_what_hangs_on_a_list_goes_with_it() -> None:
    """Shapes, parts and hashes of proof options never hold a table that was pushed out."""
    used = [_use(urls) for urls, _ in zip(_lists(), range(LISTS), strict=False)]
    assert len(used) == LISTS
    gc.collect()
    assert sum(table() is not None for table in used) <= MAX_CACHED_CONTEXT_LISTS + SPARE
