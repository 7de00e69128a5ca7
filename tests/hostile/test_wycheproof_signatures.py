"""Every case of Project Wycheproof for the algorithms that we verify, with the verdict as published.

A case is published as valid, invalid or acceptable; `ACCEPTABLE` says which way each kind of acceptable case goes and
by which specification. Files of other encodings and parameters stand for what must never pass as ours.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keys import PublicKey, SignatureAlgorithm, encode_base64url
from schemas import ProofError, SignatureMismatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[1] / "vectors" / "wycheproof"
RSA_SIZES = {
    "2048_sha256": SignatureAlgorithm.RS256,
    "3072_sha256": SignatureAlgorithm.RS256,
    "4096_sha256": SignatureAlgorithm.RS256,
    "8192_sha256": SignatureAlgorithm.RS256,
    "2048_sha384": SignatureAlgorithm.RS384,
    "3072_sha384": SignatureAlgorithm.RS384,
    "4096_sha384": SignatureAlgorithm.RS384,
    "2048_sha512": SignatureAlgorithm.RS512,
    "3072_sha512": SignatureAlgorithm.RS512,
    "4096_sha512": SignatureAlgorithm.RS512,
}
FILES: dict[str, SignatureAlgorithm] = {
    "ed25519": SignatureAlgorithm.EDDSA,
    "ecdsa_secp256r1_sha256_p1363": SignatureAlgorithm.ES256,
    "ecdsa_secp384r1_sha384_p1363": SignatureAlgorithm.ES384,
    **{f"rsa_signature_{size}": algorithm for size, algorithm in RSA_SIZES.items()},
    **{f"rsa_pss_{bits}_sha256_mgf1_32": SignatureAlgorithm.PS256 for bits in (2048, 3072, 4096)},
}
# Signatures in DER where RFC 7518 §3.4 and VC-DI-ECDSA §3.2 want r ‖ s.
DER_FILES: dict[str, SignatureAlgorithm] = {
    "ecdsa_secp256r1_sha256": SignatureAlgorithm.ES256,
    "ecdsa_secp384r1_sha384": SignatureAlgorithm.ES384,
}
# RSASSA-PSS with salts and hashes other than those of PS256 (RFC 7518 §3.5).
OTHER_PARAMETER_FILES = ("rsa_pss_2048_sha256_mgf1_0", "rsa_pss_2048_sha256_mgf1sha1_20", "rsa_pss_misc")
PS256_PARAMETERS = ("SHA-256", "SHA-256", 32)
# Cases published as acceptable: what we say, and why.
ACCEPTABLE: dict[str, bool] = {
    # RFC 8032 §5.1.7 leaves small subgroups to the user of it; anyone can sign for such a key (T-22): refused.
    "SmallOrderPublicKey": False,
    # RFC 8032 §5.1.7: the published ones satisfy the equation without the cofactor, which is enough to accept.
    "MixedOrderPublicKey": True,
    # RFC 8017 §8.2.2 compares with the encoding of §9.2, whose AlgorithmIdentifier has a NULL (A.2.4): refused.
    "MissingNull": False,
}
# FIPS 186-5 §5.1 wants 2^16 < e; the key itself is refused, valid or not.
REFUSED_KEYS = "SmallPublicKey"


@dataclass(frozen=True)
class Case:
    """One published case under the key of its group."""

    key: PublicKey | None  # None: the key was refused
    signature: bytes
    message: bytes
    result: str
    flags: tuple[str, ...]
    number: int
    parameters: tuple[str, str, int]


def read_key(group: dict[str, Any]) -> PublicKey | None:
    """Read the key of a group as a badge would bring it: Ed25519 as JWK, others as PEM."""
    key = group["publicKey"]
    try:
        if "pk" in key:
            x = encode_base64url(bytes.fromhex(key["pk"]))
            return PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": x})
        return PublicKey.from_pem(group["publicKeyPem"].encode("ascii"))
    except ProofError:
        return None


@lru_cache(maxsize=len(FILES) + len(DER_FILES) + len(OTHER_PARAMETER_FILES))
def load_cases(name: str) -> tuple[Case, ...]:
    """Return every case of a file."""
    published = json.loads(gzip.decompress((FOLDER / f"{name}_test.json.gz").read_bytes()))
    cases = tuple(
        Case(
            key=key,
            signature=bytes.fromhex(case["sig"]),
            message=bytes.fromhex(case["msg"]),
            result=case["result"],
            flags=tuple(case["flags"]),
            number=case["tcId"],
            parameters=(group.get("sha", ""), group.get("mgfSha", ""), group.get("sLen", 0)),
        )
        for group in published["testGroups"]
        for key in [read_key(group)]
        for case in group["tests"]
    )
    assert len(cases) == published["numberOfTests"]
    return cases


def flags_of_files() -> Iterator[Any]:
    """Yield each file with each flag that its cases bear."""
    for name in FILES:
        for flag in sorted({flag for case in load_cases(name) for flag in case.flags or ("none",)}):
            yield pytest.param(name, flag, id=f"{name}-{flag}")


def verifies(case: Case, algorithm: SignatureAlgorithm) -> bool:
    """Tell whether the signature verifies; any other error than a mismatch is a failure of the test."""
    assert case.key is not None
    try:
        case.key.verify(case.signature, case.message, algorithm=algorithm)
    except SignatureMismatchError:
        return False
    return True


def wanted(case: Case) -> bool:
    """Return the published verdict; for what is acceptable, the one of the specification that we follow."""
    if case.result == "acceptable":
        (flag,) = case.flags
        return ACCEPTABLE[flag]
    return case.result == "valid"


@pytest.mark.parametrize(("name", "flag"), list(flags_of_files()))
def test_published_cases(name: str, flag: str) -> None:
    """Every case with this flag verifies, or not, as published; a key with a small exponent is refused."""
    cases = [case for case in load_cases(name) if flag in (case.flags or ("none",))]
    readable = [case for case in cases if case.key is not None]
    wrong = [case.number for case in readable if verifies(case, FILES[name]) != wanted(case)]
    assert wrong == []
    assert all(REFUSED_KEYS in case.flags for case in cases if case.key is None)
    assert readable or flag in {REFUSED_KEYS, "SmallSignature", "EdgeCaseSignature"}


@pytest.mark.parametrize("name", list(DER_FILES))
def test_der_never_passes_for_two_numbers(name: str) -> None:
    """No signature in DER form verifies, not even one that is valid as DER."""
    cases = load_cases(name)
    assert any(case.result == "valid" for case in cases)
    assert [case.number for case in cases if verifies(case, DER_FILES[name])] == []


@pytest.mark.parametrize("name", OTHER_PARAMETER_FILES)
def test_only_the_parameters_of_ps256(name: str) -> None:
    """Of signatures with all kinds of salts and hashes only those made as PS256 verify under PS256."""
    cases = load_cases(name)
    passed = {case.number for case in cases if verifies(case, SignatureAlgorithm.PS256)}
    as_ps256 = {case.number for case in cases if case.parameters == PS256_PARAMETERS and case.result == "valid"}
    # One case of the file with empty salts was made with a salt of 32 bytes: wrong there, right here.
    made_with_32 = {69} if name == "rsa_pss_2048_sha256_mgf1_0" else set()
    assert passed == as_ps256 | made_with_32


def test_pkcs1_signature_under_another_hash() -> None:
    """A valid RS256 signature is none under RS384, RS512 or PS256, with the same key."""
    valid = [case for case in load_cases("rsa_signature_2048_sha256") if case.result == "valid" and case.key]
    others = (SignatureAlgorithm.RS384, SignatureAlgorithm.RS512, SignatureAlgorithm.PS256)
    assert valid
    assert [case.number for case in valid for other in others if verifies(case, other)] == []


def test_how_many_cases_there_are() -> None:
    """The files hold what they held when they were taken: 3,664 cases of our algorithms, of every verdict."""
    results = Counter(case.result for name in FILES for case in load_cases(name))
    assert sum(results.values()) == 3664
    assert set(results) == {"valid", "invalid", "acceptable"}
