"""What the straight lines of tokens and JCS proofs keep is bounded, and never answers for something else."""

from __future__ import annotations

import copy
import hashlib
from itertools import permutations
from typing import Any

import pytest
import rfc8785

from credentials.canonical import MAX_KEPT_HASHES
from credentials.cryptosuites import hash_jcs_texts
from credentials.lossless import QuadWalk, read_context
from credentials.plain_check import _KEPT_RULES, MAX_KEPT_NUMBERS, _verify_number, check_plainly
from credentials.rdfc import HashAlgorithm
from credentials.shapes import MAX_KEPT_SHAPES
from credentials.term_tables import compile_contexts
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, DataModelError
from tests.doubles import sample_badges
from tests.doubles.tokens import forge_token
from tests.doubles.usual_tokens import is_plain, make_context, sign_badge, usual_header
from verifier import verify_presented
from verifier.plain_signer import MAX_KEPT_SIGNERS, MAX_SIGNER_CHARS, _find_key_of_token

LISTS = ((VC_V2_CONTEXT, OB_3_0_3_CONTEXT), (VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT))


def _name(issuer: str, kid: str) -> bytes:
    """Return a token in which somebody names an issuer and a key."""
    badge = sample_badges.small_badge() | {"issuer": {"id": issuer, "type": ["Profile"], "name": "Example"}}
    return forge_token({**usual_header(), "kid": kid}, badge, signer=sample_badges.test_only_signer())


def test_signers_are_bounded() -> None:
    """However many keys strangers name, a bounded number is kept, and the true one is still found."""
    good = sign_badge(sample_badges.small_badge())
    assert is_plain(good)
    for number in range(MAX_KEPT_SIGNERS + 100):
        assert not is_plain(_name(sample_badges.issuer_id(), f"{sample_badges.issuer_id()}#{number}"))
    info = _find_key_of_token.cache_info()
    assert info.currsize <= MAX_KEPT_SIGNERS == info.maxsize
    assert is_plain(good)


def test_long_ids_are_not_kept() -> None:
    """Ids longer than any key are never looked up where they would be kept."""
    before = _find_key_of_token.cache_info().misses
    for issuer, kid in (("did:jwk:" + "6" * MAX_SIGNER_CHARS, "did:jwk:6"), ("did:jwk:6", "urn:" + "6" * 2_040)):
        assert not verify_presented(_name(issuer, kid), context=make_context())
    assert _find_key_of_token.cache_info().misses == before


def test_a_kept_key_speaks_for_its_issuer_only() -> None:
    """Who signs in the name of another is refused, before and after that other was seen, and so is the reverse."""
    other = LocalSigner.generate(KeyType.ED25519)
    names = {sample_badges.issuer_id(): sample_badges.method_id(), did_key(other.public_key): ""}
    names[did_key(other.public_key)] = did_key_method_id(other.public_key)
    for _ in range(2):
        for issuer in names:
            for kid in names.values():
                is_own = issuer == sample_badges.issuer_id() and kid == sample_badges.method_id()
                assert is_plain(_name(issuer, kid)) is is_own
                assert bool(verify_presented(_name(issuer, kid), context=make_context())) is is_own


def test_hashes_of_options_are_those_of_their_own_options() -> None:
    """Each list of contexts, date and method has its own hash: of its canonical JSON (VC-DI-EDDSA 1.0 §3.3.5)."""
    for _ in range(2):
        for urls in LISTS:
            for created in ("2026-11-22T09:00:00Z", "2026-11-22T09:00:01Z"):
                for method in ("did:key:z6Mk1#z6Mk1", "did:key:z6Mk2#z6Mk2"):
                    texts = {
                        "type": "DataIntegrityProof",
                        "cryptosuite": "eddsa-jcs-2022",
                        "created": created,
                        "verificationMethod": method,
                        "proofPurpose": "assertionMethod",
                    }
                    expected = hashlib.sha256(rfc8785.dumps({**texts, "@context": [*urls]})).digest()
                    for ordered in (texts.items(), reversed(texts.items())):
                        assert hash_jcs_texts(tuple(ordered), urls, (), HashAlgorithm.SHA256) == expected


def test_hashes_of_options_are_bounded() -> None:
    """A badge for each second of an hour leaves no more than the bound behind."""
    for number in range(MAX_KEPT_HASHES + 100):
        texts = (
            ("type", "DataIntegrityProof"),
            ("cryptosuite", "eddsa-jcs-2022"),
            ("created", f"2026-11-22T09:{number // 60:02}:{number % 60:02}Z"),
        )
        hash_jcs_texts(texts, LISTS[0], (), HashAlgorithm.SHA256)
    assert hash_jcs_texts.cache_info().currsize <= MAX_KEPT_HASHES


@pytest.mark.parametrize("order", list(permutations([1, 1.0, True, False, 0, 0.0, -0.0]))[::450], ids=str)
@pytest.mark.parametrize("member", ["creditsAvailable", "humanCode"])
def test_kept_numbers_are_no_other_ones(member: str, order: tuple[float, ...]) -> None:
    """In whatever order values come that are equal, each is judged as the thorough way judges it."""
    for number in (*order, *order):
        badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        badge["credentialSubject"]["achievement"][member] = number
        urls = read_context(badge["@context"])
        try:
            QuadWalk().read_document(badge, urls)
        except DataModelError:
            is_lossless = False
        else:
            is_lossless = True
        del badge["@context"]
        assert (check_plainly(badge, compile_contexts(urls)) is not None) is is_lossless


def test_kept_numbers_and_rules_are_bounded() -> None:
    """Lists of all the numbers and words that there are, are not kept."""
    for number in range(MAX_KEPT_NUMBERS + 100):
        _verify_number(number + 0.5, "")
    assert _verify_number.cache_info().currsize <= MAX_KEPT_NUMBERS
    for number in range(MAX_KEPT_SHAPES + 100):
        badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        badge["credentialSubject"]["achievement"]["creator"] = {"type": [f"https://example.org/{number}"], "name": "x"}
        del badge["@context"]
        assert check_plainly(badge, compile_contexts(LISTS[0])) is not None
        assert len(_KEPT_RULES) <= MAX_KEPT_SHAPES
