"""openvc-core, from the registry, reads what we issue, and we read what it issues."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from openvc import Ed25519SigningKey, P256SigningKey, P384SigningKey, VerificationPolicy, verify_credential
from openvc.errors import OpenvcError
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.proof.ecdsa_sd import EcdsaSdError, EcdsaSdProofSuite
from openvc.proof.errors import ClaimsInvalid, SignatureInvalid
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.verify import UnknownCredentialFormat

from benchmarks.inputs import rich
from credentials import Cryptosuite, canonicalize, derive_selective_disclosure, sign_vc_jwt
from keys import KeyType, PublicKey, SignatureAlgorithm, decode_base58, did_key, did_key_method_id
from schemas import CONTEXT_URLS, load_context
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.interop.samples import (
    CREATED,
    assert_accepted_here,
    badge_without_lists,
    change,
    change_token,
    endless_badge,
    sign_badge,
)
from tests.interop.table import Direction, Peer, interop
from tests.unit.keys.published import fresh_signer
from verifier import CheckName

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject

SigningKey: TypeAlias = Ed25519SigningKey | P256SigningKey | P384SigningKey
CONTEXTS = {url: load_context(url) for url in CONTEXT_URLS}
SIGNING_KEYS: dict[KeyType, Any] = {
    KeyType.ED25519: Ed25519SigningKey,
    KeyType.P256: P256SigningKey,
    KeyType.P384: P384SigningKey,
}
SUITES: dict[Cryptosuite, Any] = {
    Cryptosuite.EDDSA_RDFC_2022: DataIntegrityProofSuite,
    Cryptosuite.EDDSA_JCS_2022: EddsaJcsProofSuite,
    Cryptosuite.ECDSA_RDFC_2019: EcdsaRdfcProofSuite,
    Cryptosuite.ECDSA_JCS_2019: EcdsaJcsProofSuite,
}
EDDSA_RDFC = (Cryptosuite.EDDSA_RDFC_2022, KeyType.ED25519)
ECDSA_RDFC = (Cryptosuite.ECDSA_RDFC_2019, KeyType.P256)
JCS = [
    (Cryptosuite.EDDSA_JCS_2022, KeyType.ED25519),
    (Cryptosuite.ECDSA_JCS_2019, KeyType.P256),
    (Cryptosuite.ECDSA_JCS_2019, KeyType.P384),
]
PROOF = ("suite", "key_type")
SD = Cryptosuite.ECDSA_SD_2023
# no element of an array: they do not take such pointers
SHOWN = ["/credentialSubject/licenseNumber", "/credentialSubject/achievement/achievementType"]


def _accepts(badge: JsonObject | str) -> bool:
    try:
        verify_credential(badge, extra_contexts=CONTEXTS, policy=VerificationPolicy())
    except OpenvcError:
        return False
    return True


def _their_key(key_type: KeyType) -> tuple[SigningKey, str]:
    """Return a key of theirs, and its did:key as our software writes it."""
    key = SIGNING_KEYS[key_type].generate("kid-is-not-known-yet")
    public_key = PublicKey.from_jwk(key.public_jwk())
    method_id = did_key_method_id(public_key)
    return type(key)(key._sk, method_id), did_key(public_key)


def _sign_there(suite: Cryptosuite, key_type: KeyType, **options: object) -> dict[str, Any]:
    key, issuer_id = _their_key(key_type)
    signed: dict[str, Any] = SUITES[suite]().add_proof(
        endless_badge(issuer_id), signing_key=key, verification_method=key.kid, created=CREATED, **options
    )
    return signed


@interop(Peer.OPENVC, "Data Integrity `{suite}`, {key_type}", Direction.THEY_READ_OURS)
@pytest.mark.parametrize(PROOF, [EDDSA_RDFC, ECDSA_RDFC, *JCS])
def test_their_verifier_accepts_our_proof(suite: Cryptosuite, key_type: KeyType) -> None:
    """A rich badge of ours passes their whole verification, did:key and all, and only unchanged."""
    badge = sign_badge(key_type, suite)
    verify_credential(badge, extra_contexts=CONTEXTS)
    assert not _accepts(change(badge))


@interop(
    Peer.OPENVC,
    "Data Integrity, the one proof in an array, as we wrote it before",
    Direction.THEY_READ_OURS,
    result="refused: they take `proof` as an object only",
)
def test_their_verifier_takes_no_array_of_proofs() -> None:
    """A proof in an array, which OB 3.0 and VC Data Integrity allow, is no proof to them."""
    badge = sign_badge(KeyType.ED25519, Cryptosuite.EDDSA_RDFC_2022)
    with pytest.raises(UnknownCredentialFormat, match="no `proof`"):
        verify_credential({**badge, "proof": [badge["proof"]]}, extra_contexts=CONTEXTS)


@interop(
    Peer.OPENVC,
    "Data Integrity, an issuer whose address has a place on the map (`geo`)",
    Direction.THEY_READ_OURS,
    result="refused: `geo` and its type have one IRI in Open Badges, and they compact the type to `geo`",
)
def test_their_verifier_cannot_read_a_place_on_the_map() -> None:
    """What their round trip through JSON-LD does not give back word for word counts as uncovered."""
    badge = sign_badge(KeyType.ED25519, Cryptosuite.EDDSA_RDFC_2022, compose=rich)
    with pytest.raises(OpenvcError, match="geo"):
        verify_credential(badge, extra_contexts=CONTEXTS)


@interop(Peer.OPENVC, "Data Integrity `{suite}`, {key_type}", Direction.WE_READ_THEIRS)
@pytest.mark.parametrize(PROOF, [EDDSA_RDFC, ECDSA_RDFC])
def test_our_verifier_accepts_their_proof(suite: Cryptosuite, key_type: KeyType) -> None:
    """A rich badge that they signed passes here, and a changed one does not."""
    assert_accepted_here(_sign_there(suite, key_type, extra_contexts=CONTEXTS))


@interop(
    Peer.OPENVC,
    "Data Integrity `{suite}`, {key_type}",
    Direction.WE_READ_THEIRS,
    result="refused: they sign `@context` as part of the proof but leave it out of the proof; with it in, accepted",
)
@pytest.mark.parametrize(PROOF, JCS)
def test_their_jcs_proof_lacks_its_context(suite: Cryptosuite, key_type: KeyType) -> None:
    """The proof must carry the `@context` that it was made with (VC-DI-EDDSA §3.3.1, VC-DI-ECDSA §3.3.1)."""
    theirs = _sign_there(suite, key_type)
    assert IssuerSimulator().verify(theirs).check(CheckName.PROOF).code == "proof.signature_mismatch"
    assert_accepted_here({**theirs, "proof": {**theirs["proof"], "@context": theirs["@context"]}})


P384_RESULT = "refused: they name blank nodes with SHA-256, the standard says SHA-384 for this key"


@interop(Peer.OPENVC, "Data Integrity `ecdsa-rdfc-2019`, P-384", Direction.THEY_READ_OURS, result=P384_RESULT)
def test_their_verifier_hashes_otherwise_with_p384() -> None:
    """RDFC-1.0 hashes with the function that goes with the key (VC-DI-ECDSA §3.2); @digitalbazaar agrees with us."""
    assert not _accepts(sign_badge(KeyType.P384, Cryptosuite.ECDSA_RDFC_2019))


@interop(Peer.OPENVC, "Data Integrity `ecdsa-rdfc-2019`, P-384", Direction.WE_READ_THEIRS, result=P384_RESULT)
def test_their_p384_proof_is_hashed_otherwise() -> None:
    """Their proof with P-384 does not verify here; it is one over the order that SHA-256 gives."""
    theirs = _sign_there(Cryptosuite.ECDSA_RDFC_2019, KeyType.P384, extra_contexts=CONTEXTS)
    assert IssuerSimulator().verify(theirs).check(CheckName.PROOF).code == "proof.signature_mismatch"
    options = {"@context": theirs["@context"], **theirs["proof"]}
    signature = decode_base58(options.pop("proofValue").removeprefix("z"), max_chars=140)
    document = {name: value for name, value in theirs.items() if name != "proof"}
    signed = b"".join(hashlib.sha384(canonicalize(part)).digest() for part in (options, document))
    key = PublicKey.from_multikey(options["verificationMethod"].partition("#")[2])
    key.verify(signature, signed, algorithm=SignatureAlgorithm.ES384)


@interop(Peer.OPENVC, "`ecdsa-sd-2023`: our base proof, our derived proof", Direction.THEY_READ_OURS)
def test_their_verifier_accepts_our_derived_proof() -> None:
    """What our holder shows of our badge passes there, and only unchanged."""
    derived = derive_selective_disclosure(sign_badge(KeyType.P256, SD), SHOWN)
    verify_credential(derived, extra_contexts=CONTEXTS)
    assert not _accepts(change(derived))


def _badge_with_short_issuer(issuer_id: str) -> JsonObject:
    document: dict[str, Any] = badge_without_lists(issuer_id)
    del document["issuer"]["address"], document["issuer"]["otherIdentifier"]
    return document


def _sign_base_there(compose: Callable[[str], JsonObject]) -> dict[str, Any]:
    key, issuer_id = _their_key(KeyType.P256)
    mandatory = ["/issuer", "/name", "/validFrom", "/credentialSchema", "/credentialSubject/achievement/name"]
    mandatory += ["/credentialSubject/achievement/description", "/credentialSubject/achievement/criteria"]
    signed: dict[str, Any] = EcdsaSdProofSuite().add_base_proof(
        compose(issuer_id),
        signing_key=key,
        verification_method=key.kid,
        mandatory_pointers=mandatory,
        created=CREATED,
        extra_contexts=CONTEXTS,
    )
    return signed


def _derive_there(badge: JsonObject) -> dict[str, Any]:
    derived: dict[str, Any] = EcdsaSdProofSuite().derive_proof(badge, selective_pointers=SHOWN, extra_contexts=CONTEXTS)
    return derived


@interop(
    Peer.OPENVC,
    "`ecdsa-sd-2023`: our base proof of a badge that says less of its issuer, their derived proof",
    Direction.BOTH,
)
def test_they_derive_from_our_base_proof() -> None:
    """A holder with their software shows a part of our badge, and both verifiers accept that part only unchanged."""
    derived = _derive_there(sign_badge(KeyType.P256, SD, compose=_badge_with_short_issuer))
    verify_credential(derived, extra_contexts=CONTEXTS)
    assert not _accepts(change(derived))
    assert_accepted_here(derived)


@interop(
    Peer.OPENVC,
    "`ecdsa-sd-2023`: our base proof of a rich badge, their derived proof",
    Direction.THEY_READ_OURS,
    result="refused: they miss the signature of a statement, also of what they signed; ours derives it",
)
def test_they_cannot_derive_from_a_rich_badge() -> None:
    """Their derivation breaks on the same badge whoever signed."""
    ours = sign_badge(KeyType.P256, SD, compose=badge_without_lists)
    for badge in (ours, _sign_base_there(badge_without_lists)):
        with pytest.raises(EcdsaSdError, match="no matching base signature"):
            _derive_there(badge)


@interop(Peer.OPENVC, "`ecdsa-sd-2023`: their base proof, our derived proof", Direction.BOTH)
def test_we_derive_from_their_base_proof() -> None:
    """A holder with our software shows a part of their badge, and both verifiers accept that part only unchanged."""
    derived = derive_selective_disclosure(_sign_base_there(badge_without_lists), SHOWN)
    verify_credential(derived, extra_contexts=CONTEXTS)
    assert not _accepts(change(derived))
    assert_accepted_here(derived)


@interop(
    Peer.OPENVC,
    "VC-JWT of Open Badges, {key_type}",
    Direction.THEY_READ_OURS,
    result="refused: they read only the `vc` claim of VC 1.1",
)
@pytest.mark.parametrize("key_type", SIGNING_KEYS)
def test_their_verifier_wants_a_vc_claim(key_type: KeyType) -> None:
    """Our signature is good to them, but a VC 2.0 payload, which is the credential itself, is not read."""
    signer = fresh_signer(key_type)
    badge = endless_badge(did_key(signer.public_key))
    token = sign_vc_jwt(badge, signer=signer, verification_method=did_key_method_id(signer.public_key))
    with pytest.raises(ClaimsInvalid, match="no embedded `vc` object"):
        verify_credential(token)
    with pytest.raises(SignatureInvalid):
        verify_credential(change_token(token))


@interop(
    Peer.OPENVC,
    "VC-JWT with a `vc` claim, {key_type}",
    Direction.WE_READ_THEIRS,
    result="refused: their `nbf` is the time of signing and contradicts `validFrom`",
)
@pytest.mark.parametrize("key_type", SIGNING_KEYS)
def test_their_jwt_contradicts_itself(key_type: KeyType) -> None:
    """Their signature is good here, but two starts in one token are none (VC 1.1 §6.3.1)."""
    key, issuer_id = _their_key(key_type)
    token = VcJwtProofSuite().sign(endless_badge(issuer_id), signing_key=key)
    check = IssuerSimulator().verify(token).check(CheckName.PROOF)
    assert (check.code, dict(check.detail)) == ("proof.claims_mismatch", {"pointer": "/nbf"})
    assert IssuerSimulator().verify(change_token(token)).check(CheckName.PROOF).code == "proof.signature_mismatch"
