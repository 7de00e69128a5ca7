"""Many credentials signed by one key, each with the bytes that it would have got alone.

Spec: VC-DI-EDDSA 1.0 §3.2; VC-DI-ECDSA 1.0 §3.2. See docs/adr/0018 for what may be shared between them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from credentials.cryptosuites import SUITE_RULES, Cryptosuite, Transformation, hash_algorithm_of, hash_config
from credentials.data_integrity import add_data_integrity_proof
from credentials.document import UnsecuredDocument
from credentials.inline_contexts import ContextRule
from credentials.issue_template import compile_template
from credentials.proof_members import list_proofs
from keys import encode_base58

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.document import SecuredDocument
    from credentials.issue_template import IssueTemplate
    from keys import Signer
    from schemas import JsonValue

MAX_TEMPLATES: Final = 32  # shapes kept; a class list has one to three
_MAX_TAILS: Final = 16  # those of one job differ by the second
_MAX_DIGESTS: Final = 512
_WATCHED: Final = 32  # credentials of a shape, before a narrower template is made
# A template costs some four credentials to make. Each is to be used this often before all are made anew.
_USES_FOR_A_TEMPLATE: Final = 8
_FIRST_TRIES: Final = 16


class _Tail(NamedTuple):
    """How a credential ends when its proof is of one second: the bytes around the proof's value, and the hash."""

    config_hash: bytes
    before: bytes
    after: bytes


class _Known(NamedTuple):
    """The hash of a credential's canonical form, and its `@context` as JSON."""

    digest: bytes
    context: bytes


@dataclass(slots=True)
class _Shape:
    """A template, and which of its values were seen to change in the first credentials that it fitted."""

    template: IssueTemplate
    watched: int = 0
    seen: list[bytes] = field(default_factory=list)
    moving: set[int] = field(default_factory=set)


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
        self._signature_algorithm = signer.public_key.key_type.algorithm
        self._new_hash = getattr(hashlib, self._algorithm.value)
        self._shapes: list[_Shape] = []  # the one that fitted last stands first
        self._tries_left = _FIRST_TRIES if SUITE_RULES[suite].transformation is Transformation.RDFC else 0
        self._uses = 0
        self._digests: dict[bytes, _Known] = {}  # of credentials that are about to be signed
        self._tails: dict[tuple[datetime, bytes], _Tail] = {}

    def sign(self, encoded: bytes, *, created: datetime) -> bytes:
        """Sign one credential; return the bytes that `add_data_integrity_proof` makes.

        Args:
            encoded: The credential without proof, as `schemas.encode_json` writes it. Other JSON is read and written
                so first.
            created: Aware; written in whole seconds.

        Raises:
            ValueError: `encoded` is no JSON object, or has a proof already.
            DataModelError: As `add_data_integrity_proof`; so are the other errors.
        """
        # To look up eight kilobytes is to hash them.
        known = self._digests.pop(encoded, None) if self._digests else None
        known = known or self._hash(encoded)
        if known is None:
            return self._sign_alone(encoded, created).original
        tail = self._tails.get((created, known.context))
        if tail is None:
            secured = self._sign_alone(encoded, created)
            self._remember_tail(secured, encoded, created, known.context)
            return secured.original
        signature = self._signer.sign(tail.config_hash + known.digest, algorithm=self._signature_algorithm)
        return b"".join((encoded[:-1], tail.before, b"z", encode_base58(signature).encode("ascii"), tail.after))

    def is_known_lossless(self, encoded: bytes) -> bool:
        """Whether a template covers the credential, so that `check_lossless` could not find anything.

        False says nothing: the caller has to look. What was hashed for the answer is kept for `sign`.
        """
        known = self._hash(encoded)
        if known is None:
            return False
        if len(self._digests) >= _MAX_DIGESTS:
            self._digests.clear()
        self._digests[encoded] = known
        return True

    def _hash(self, encoded: bytes) -> _Known | None:
        """Return the hash of a credential by a template; a new shape makes a new template."""
        for place, shape in enumerate(self._shapes):
            canonical = shape.template.canonicalize(encoded)
            if canonical is not None:
                self._uses += 1
                if place:
                    self._shapes.insert(0, self._shapes.pop(place))
                if shape.watched < _WATCHED:
                    self._watch(shape, encoded)
                return _Known(self._new_hash(canonical).digest(), shape.template.context)
        if self._tries_left + self._uses // _USES_FOR_A_TEMPLATE <= 0:
            return None
        self._tries_left -= 1
        fresh = compile_template(encoded, algorithm=self._algorithm)
        canonical = None if fresh is None else fresh.canonicalize(encoded)
        if fresh is None or canonical is None:
            return None
        self._add(_Shape(fresh))
        return _Known(self._new_hash(canonical).digest(), fresh.context)

    def _watch(self, shape: _Shape, encoded: bytes) -> None:
        """See which texts really change from one credential to the next; a template for these alone is quicker."""
        values = shape.template.read_values(encoded) or []
        shape.seen = shape.seen or values
        shape.moving |= {number for number in shape.template.steady if values[number] != shape.seen[number]}
        shape.watched += 1
        staying = shape.template.steady - shape.moving
        if shape.watched == _WATCHED and staying:
            narrow = compile_template(encoded, algorithm=self._algorithm, staying=staying)
            if narrow is not None:
                self._add(_Shape(narrow, watched=_WATCHED))

    def _add(self, shape: _Shape) -> None:
        self._shapes = [shape, *self._shapes[: MAX_TEMPLATES - 1]]

    def _sign_alone(self, encoded: bytes, created: datetime) -> SecuredDocument:
        document: JsonValue = json.loads(encoded)
        if not isinstance(document, dict):
            raise ValueError("a credential is a JSON object")  # noqa: TRY004 - a value of the caller's bytes
        return add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=self._signer,
            verification_method=self._method,
            created=created,
            suite=self._suite,
        )

    def _remember_tail(self, secured: SecuredDocument, encoded: bytes, created: datetime, context: bytes) -> None:
        """Keep what the proofs of one second have in common, as the general way composed it."""
        if len(self._tails) >= _MAX_TAILS:
            self._tails.clear()
        (proof,) = list_proofs(secured.document)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        config_hash = hash_config(
            secured.document, options, self._suite, algorithm=self._algorithm, contexts=ContextRule.PINNED
        )
        before, _, after = secured.original[len(encoded) - 1 :].partition(str(proof["proofValue"]).encode())
        self._tails[created, context] = _Tail(config_hash, before, after)
