"""The cryptosuites: which kind of key each goes with, and how each turns document and proof into what is signed.

Spec: VC-DI-EDDSA 1.0 §3; VC-DI-ECDSA 1.0 §3.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from credentials.canonical import (
    MAX_KEPT_CHARS,
    MAX_KEPT_HASHES,
    canonicalize,
    check_lossless,
    check_quickly,
    hash_bytes,
    hash_under,
    read_statements,
)
from credentials.inline_contexts import ContextRule
from credentials.lossless import read_context
from credentials.rdfc import HashAlgorithm
from credentials.work_budget import current_budget
from keys import KeyType
from schemas import (
    DATA_INTEGRITY_V1_CONTEXT,
    VC_V1_CONTEXT,
    DecodingError,
    ProofError,
    UnacceptedCryptosuiteError,
    encode_canonical_json,
    encode_json,
    pinned_hashes,
    write_usual_canonical_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credentials.canonical import Statements
    from credentials.document_places import Place
    from keys import PublicKey
    from schemas import JsonObject, JsonValue

_PROOF_CONTEXT: Final[Place] = (((), "proof"), "@context")


class Cryptosuite(enum.Enum):
    """How a proof is made: its `cryptosuite`, or the `type` of proofs that came before cryptosuites."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    EDDSA_RDFC_2022 = "eddsa-rdfc-2022"
    EDDSA_JCS_2022 = "eddsa-jcs-2022"
    ECDSA_RDFC_2019 = "ecdsa-rdfc-2019"
    ECDSA_JCS_2019 = "ecdsa-jcs-2019"
    ECDSA_SD_2023 = "ecdsa-sd-2023"
    EDDSA_2022 = "eddsa-2022"  # verified, never issued; VC 1.1 only
    ED25519_SIGNATURE_2020 = "Ed25519Signature2020"  # verified, never issued


class Transformation(enum.Enum):
    """How a document is brought into the one form that is hashed."""

    RDFC = "rdfc"
    JCS = "jcs"
    SELECTIVE_DISCLOSURE = "sd"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRules:
    """What goes with a suite.

    Args:
        transformation: How it canonicalizes.
        key_types: Kinds of keys; the key also decides the hash.
        is_issued: Whether Skillmark makes such proofs, or only verifies them.
    """

    transformation: Transformation
    key_types: frozenset[KeyType]
    is_issued: bool = True


_ED25519: Final = frozenset({KeyType.ED25519})
_NIST_CURVES: Final = frozenset({KeyType.P256, KeyType.P384})
SUITE_RULES: Final[Mapping[Cryptosuite, SuiteRules]] = MappingProxyType(
    {
        Cryptosuite.EDDSA_RDFC_2022: SuiteRules(transformation=Transformation.RDFC, key_types=_ED25519),
        Cryptosuite.EDDSA_JCS_2022: SuiteRules(transformation=Transformation.JCS, key_types=_ED25519),
        Cryptosuite.ECDSA_RDFC_2019: SuiteRules(transformation=Transformation.RDFC, key_types=_NIST_CURVES),
        Cryptosuite.ECDSA_JCS_2019: SuiteRules(transformation=Transformation.JCS, key_types=_NIST_CURVES),
        Cryptosuite.ECDSA_SD_2023: SuiteRules(
            transformation=Transformation.SELECTIVE_DISCLOSURE, key_types=frozenset({KeyType.P256})
        ),
        Cryptosuite.EDDSA_2022: SuiteRules(transformation=Transformation.RDFC, key_types=_ED25519, is_issued=False),
        Cryptosuite.ED25519_SIGNATURE_2020: SuiteRules(
            transformation=Transformation.RDFC, key_types=_ED25519, is_issued=False
        ),
    }
)
# Bytes of a signature; it stands alone in the proof value of every suite but ecdsa-sd-2023.
SIGNATURE_BYTES: Final[Mapping[KeyType, int]] = MappingProxyType(
    {KeyType.ED25519: 64, KeyType.P256: 64, KeyType.P384: 96}
)
_BY_NAME: Final = MappingProxyType(
    {suite.value: suite for suite in Cryptosuite if suite is not Cryptosuite.ED25519_SIGNATURE_2020}
)


def read_cryptosuite(proof: JsonObject) -> Cryptosuite:
    """Return the suite that a proof names.

    Raises:
        UnacceptedCryptosuiteError: `proof.cryptosuite_unsupported`.
    """
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if kind == "DataIntegrityProof" and isinstance(suite, str) and suite in _BY_NAME:
        return _BY_NAME[suite]
    if kind == Cryptosuite.ED25519_SIGNATURE_2020.value and "cryptosuite" not in proof:
        return Cryptosuite.ED25519_SIGNATURE_2020
    named = suite if kind == "DataIntegrityProof" else kind
    raise UnacceptedCryptosuiteError(
        "proof.cryptosuite_unsupported",
        pointer="/proof/cryptosuite" if kind == "DataIntegrityProof" else "/proof/type",
        detail={"named": named[:64] if isinstance(named, str) else None},
    )


def hash_algorithm_of(public_key: PublicKey) -> HashAlgorithm:
    """Return the hash that goes with a key, for both hashes and inside RDFC-1.0 (VC-DI-ECDSA 1.0 §3.1)."""
    return HashAlgorithm.SHA384 if public_key.key_type is KeyType.P384 else HashAlgorithm.SHA256


def align_context(unsecured: JsonObject, proof: JsonObject, suite: Cryptosuite, contexts: ContextRule) -> JsonObject:
    """Return the document under the contexts that its proof was made under.

    In a JCS proof they are named, and those of the document must begin with them (VC-DI-EDDSA 1.0 §3.3.2); what the
    document adds behind them was not signed and is dropped. In an RDFC proof they are those of the document.

    Raises:
        ProofError: `proof.context_mismatch`.
        UnacceptedCryptosuiteError: `proof.cryptosuite_unsupported`: `eddsa-2022` in a document that is not VC 1.1.
    """
    stated = unsecured.get("@context")
    if suite is Cryptosuite.EDDSA_2022 and read_context(stated, rule=contexts)[0] != VC_V1_CONTEXT:
        raise UnacceptedCryptosuiteError("proof.cryptosuite_unsupported", detail={"named": suite.value})
    if "@context" not in proof or suite is Cryptosuite.ED25519_SIGNATURE_2020:
        return unsecured
    if SUITE_RULES[suite].transformation is not Transformation.JCS:
        if proof["@context"] != stated:
            raise ProofError("proof.context_mismatch", pointer="/proof/@context")
        return unsecured
    of_proof = read_context(proof["@context"], _PROOF_CONTEXT, rule=contexts)
    if read_context(stated, rule=contexts)[: len(of_proof)] != of_proof:
        raise ProofError("proof.context_mismatch", pointer="/proof/@context")
    return {**unsecured, "@context": proof["@context"]}


def hash_config(
    unsecured: JsonObject, proof: JsonObject, suite: Cryptosuite, *, algorithm: HashAlgorithm, contexts: ContextRule
) -> bytes:
    """Return the hash of the proof options, which are the proof without its value.

    Spec: VC-DI-EDDSA 1.0 §3.2.5 and §3.3.5; VC-DI-ECDSA 1.0 §3.2.5, §3.3.5 and §3.6.4. A proof of type
    Ed25519Signature2020 may bring pinned contexts of its own; the options of `eddsa-2022` are read under the first
    edition of the Data Integrity context.

    Raises:
        DataModelError: Something in the options would not be covered by the signature (`data_model.…`).
        UnknownContextError: A context is not pinned here.
    """
    options: JsonObject = {name: value for name, value in proof.items() if name != "proofValue"}
    if SUITE_RULES[suite].transformation is Transformation.JCS:
        return _hash_jcs_options(options, unsecured.get("@context"), algorithm=algorithm, contexts=contexts)
    if suite is Cryptosuite.EDDSA_2022:
        urls: tuple[str, ...] = (DATA_INTEGRITY_V1_CONTEXT,)
    elif suite is Cryptosuite.ED25519_SIGNATURE_2020 and "@context" in options:
        urls = read_context(options["@context"], _PROOF_CONTEXT)
    else:
        urls = read_context(unsecured.get("@context"), rule=contexts)
    return hash_under(options, urls, algorithm)


def hash_document(
    unsecured: JsonObject,
    suite: Cryptosuite,
    *,
    algorithm: HashAlgorithm,
    contexts: ContextRule,
    statements: Statements | None = None,
) -> bytes:
    """Return the hash of a document in its canonical form; for a JCS suite as well nothing in it may be undefined.

    Args:
        unsecured: The document.
        suite: How it is canonicalized.
        algorithm: The hash.
        contexts: Whether the document may add words of its own.
        statements: What was told of this very document before.

    Raises:
        DataModelError: Something in it would not be covered by the signature, or means nothing (`data_model.…`).
        UnknownContextError: A context is not pinned here.
        CanonicalizationError: `proof.canonicalization_budget`.
    """
    if SUITE_RULES[suite].transformation is Transformation.JCS:
        return hash_bytes(_encode_lossless(unsecured, contexts, statements), algorithm)
    if statements is not None:
        return statements.hash(algorithm)

    def make() -> bytes:
        return hash_bytes(canonicalize(unsecured, algorithm=algorithm, contexts=contexts), algorithm)

    budget = current_budget()
    if budget is None:
        return make()
    # The proofs of one document differ in little else: it is brought into its canonical form for the first of them.
    return budget.make_once((_digest(unsecured), algorithm, contexts), make)


def _digest(document: JsonObject) -> bytes:
    try:
        return hashlib.sha256(encode_json(document)).digest()
    except UnicodeEncodeError as error:
        raise DecodingError("decoding.lone_surrogate") from error


def _encode_lossless(unsecured: JsonObject, contexts: ContextRule, statements: Statements | None) -> bytes:
    """Return the canonical JSON of a document in which nothing is lost; `statements` of it say so, if there are any."""
    if statements is None:
        found = check_quickly(unsecured, contexts=contexts)
        if found is None:
            read_statements(unsecured, contexts=contexts)
        elif not found.has_odd_floats:
            encoded = write_usual_canonical_json(unsecured)
            if encoded is not None:
                return encoded
    return _encode_jcs(unsecured)


def _hash_jcs_options(
    options: JsonObject, stated: JsonValue, *, algorithm: HashAlgorithm, contexts: ContextRule
) -> bytes:
    """Return the hash of options that stand under the contexts `stated`; kept for short texts, as `hash_under` does."""
    own = options.get("@context")
    texts = tuple([(name, value) for name, value in options.items() if name != "@context" and isinstance(value, str)])
    urls = tuple([url for url in own if isinstance(url, str)]) if isinstance(own, list) else ()
    is_usual = (
        contexts is ContextRule.PINNED
        and own == stated
        and len(texts) + 1 == len(options)
        and isinstance(own, list)
        and len(urls) == len(own)
        and sum([len(name) + len(value) for name, value in texts]) + sum(map(len, urls)) < MAX_KEPT_CHARS
    )
    if is_usual:
        return hash_jcs_texts(texts, urls, pinned_hashes(urls), algorithm)
    check_lossless({**options, "@context": stated}, contexts=contexts)
    return hash_bytes(_encode_jcs(options), algorithm)


@lru_cache(maxsize=MAX_KEPT_HASHES)
def hash_jcs_texts(
    texts: tuple[tuple[str, str], ...],
    urls: tuple[str, ...],
    _pinned: tuple[tuple[str, str], ...],
    algorithm: HashAlgorithm,
) -> bytes:
    """Return the hash of options that are texts under the contexts of their document, an array.

    Args:
        texts: Members and their values.
        urls: The contexts.
        _pinned: Which of them this installation has pinned by itself.
        algorithm: The hash.

    Raises:
        DataModelError: As `canonical.check_lossless`.
    """
    options: JsonObject = {**dict(texts), "@context": [*urls]}
    check_lossless(options)
    return hash_bytes(_encode_jcs(options), algorithm)


def _encode_jcs(value: JsonObject) -> bytes:
    try:
        return encode_canonical_json(value)
    except ValueError as error:
        # Numbers without a canonical form are refused before; what is left is text.
        raise DecodingError("decoding.lone_surrogate") from error
