"""Many credentials signed by one key, each with the bytes that it would have got alone.

Spec: VC-DI-EDDSA 1.0 §3.2; VC-DI-ECDSA 1.0 §3.2. See docs/adr/0014 for what may be shared between them.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from credentials.cryptosuites import SUITE_RULES, Cryptosuite, Transformation, hash_algorithm_of, hash_config
from credentials.data_integrity import add_data_integrity_proof
from credentials.document import UnsecuredDocument
from credentials.inline_contexts import ContextRule
from credentials.issue_template import compile_template
from keys import encode_base58
from schemas import encode_json

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.issue_template import IssueTemplate
    from keys import Signer
    from schemas import JsonObject, JsonValue

MAX_TEMPLATES: Final = 32  # shapes kept; a class list has one to three
_MAX_OPTIONS: Final = 16  # proof options kept; those of one job differ by the second
# A template costs some four credentials to make. Each is to be used this often before all are made anew.
_USES_FOR_A_TEMPLATE: Final = 8
_FIRST_TRIES: Final = 16


class SignedCredential(NamedTuple):
    """The bytes of a credential with its proof, and the proof."""

    original: bytes
    proof: JsonObject


class _Options(NamedTuple):
    """Proof options of one second: their hash, and the proof up to its value as JSON."""

    config_hash: bytes
    encoded: bytes
    proof: JsonObject


class BulkSigner:
    """Signs credentials that have much in common. For one thread.

    Args:
        signer: Holds a key of a kind that goes with the suite.
        verification_method: As in `add_data_integrity_proof`.
        suite: As there; where the document is not hashed as a graph, each credential is signed alone.
    """

    def __init__(
        self, *, signer: Signer, verification_method: str, suite: Cryptosuite = Cryptosuite.EDDSA_RDFC_2022
    ) -> None:
        self._signer = signer
        self._method = verification_method
        self._suite = suite
        self._algorithm = hash_algorithm_of(signer.public_key)
        self._new_hash = getattr(hashlib, self._algorithm.value)
        self._templates: list[IssueTemplate] = []  # the one that fitted last stands first
        self._tries_left = _FIRST_TRIES if SUITE_RULES[suite].transformation is Transformation.RDFC else 0
        self._uses = 0
        self._options: dict[tuple[datetime, bytes], _Options] = {}

    def sign(self, encoded: bytes, *, created: datetime) -> SignedCredential:
        """Sign one credential; the result is that of `add_data_integrity_proof`, byte for byte.

        Args:
            encoded: The credential without proof, as `schemas.encode_json` writes it. Other JSON is read and written
                so first.
            created: Aware; written in whole seconds.

        Raises:
            ValueError: `encoded` is no JSON object, or has a proof already.
            DataModelError: As `add_data_integrity_proof`; so are the other errors.
        """
        found = self._canonicalize(encoded)
        options = None if found is None else self._options.get((created, found[0].context))
        if found is None or options is None:
            signed = self._sign_alone(encoded, created)
            if found is not None:
                self._remember_options(signed.proof, created, found[0])
            return signed
        body_hash = self._new_hash(found[1]).digest()
        signature = self._signer.sign(
            options.config_hash + body_hash, algorithm=self._signer.public_key.key_type.algorithm
        )
        value = f"z{encode_base58(signature)}"
        original = b'%b,"proof":[%b,"proofValue":"%b"}]}' % (encoded[:-1], options.encoded, value.encode("ascii"))
        return SignedCredential(original, {**options.proof, "proofValue": value})

    def _canonicalize(self, encoded: bytes) -> tuple[IssueTemplate, bytes] | None:
        """Return the canonical form and the template that gave it; a new shape makes a new template."""
        for place, template in enumerate(self._templates):
            canonical = template.canonicalize(encoded)
            if canonical is not None:
                self._uses += 1
                self._templates.insert(0, self._templates.pop(place))
                return template, canonical
        if self._tries_left + self._uses // _USES_FOR_A_TEMPLATE <= 0:
            return None
        self._tries_left -= 1
        fresh = compile_template(encoded, algorithm=self._algorithm)
        canonical = None if fresh is None else fresh.canonicalize(encoded)
        if fresh is None or canonical is None:
            return None
        self._templates = [fresh, *self._templates[: MAX_TEMPLATES - 1]]
        return fresh, canonical

    def _sign_alone(self, encoded: bytes, created: datetime) -> SignedCredential:
        document: JsonValue = json.loads(encoded)
        if not isinstance(document, dict):
            raise ValueError("a credential is a JSON object")  # noqa: TRY004 - a value of the caller's bytes
        secured = add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=self._signer,
            verification_method=self._method,
            created=created,
            suite=self._suite,
        )
        (proof,) = cast("list[JsonObject]", secured.document["proof"])
        return SignedCredential(secured.original, proof)

    def _remember_options(self, proof: JsonObject, created: datetime, template: IssueTemplate) -> None:
        """Keep what the proofs of one second have in common, as the general way composed it."""
        if len(self._options) >= _MAX_OPTIONS:
            self._options.clear()
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        unsecured: JsonObject = {"@context": json.loads(template.context)}
        config_hash = hash_config(
            unsecured, options, self._suite, algorithm=self._algorithm, contexts=ContextRule.PINNED
        )
        self._options[created, template.context] = _Options(config_hash, encode_json(options)[:-1], options)
