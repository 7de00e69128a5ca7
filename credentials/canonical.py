"""The canonical form of a document: what gets hashed and signed.

Spec: VC-DATA-INTEGRITY 1.0 §2.4.2 and §4.2; RDF-CANON §4. No context is ever fetched.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from credentials.inline_contexts import ContextRule
from credentials.lossless import QuadWalk, read_context, require_credential_context
from credentials.plain_check import check_plainly
from credentials.plain_walk import PlainStatements, read_plain_statements
from credentials.rdfc import HashAlgorithm, canonicalize_quads
from credentials.term_tables import compile_contexts
from schemas import BadgeError, DecodingError, pinned_hashes

if TYPE_CHECKING:
    from credentials.plain_check import PlainFindings
    from credentials.rdfc import Quad
    from schemas import JsonObject


MAX_KEPT_HASHES: Final = 512
MAX_KEPT_CHARS: Final = 1_024  # characters of one object whose hash is kept
_HASH_FUNCTIONS: Final = {HashAlgorithm.SHA256: hashlib.sha256, HashAlgorithm.SHA384: hashlib.sha384}


@dataclass(frozen=True, slots=True)
class Statements:
    """What a document says, once it is known that nothing in it is lost or said in a second way.

    Args:
        document: Where they were read; nobody may have changed it since.
        told: The statements, as the quick walk or the thorough one gives them.
    """

    document: JsonObject
    told: PlainStatements | list[Quad]
    _hashes: dict[HashAlgorithm, bytes | BadgeError] = field(default_factory=dict, repr=False, compare=False)

    @property
    def quads(self) -> list[Quad]:
        """The statements one by one, blank nodes as `_:n0`, `_:n1` and so on."""
        return self.told if isinstance(self.told, list) else list(self.told.iterate_quads())

    def canonicalize(self, algorithm: HashAlgorithm = HashAlgorithm.SHA256) -> bytes:
        """Return the canonical N-Quads.

        Raises:
            CanonicalizationError: `proof.canonicalization_budget`.
            DecodingError: `decoding.lone_surrogate`: a text that cannot be written as UTF-8.
        """
        try:
            text = None if isinstance(self.told, list) else self.told.canonicalize(algorithm)
            if text is None:
                text = canonicalize_quads(self.quads, algorithm=algorithm)
            return text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise DecodingError("decoding.lone_surrogate") from error

    def hash(self, algorithm: HashAlgorithm) -> bytes:
        """Return the hash of the canonical N-Quads, made once for all the proofs of a document.

        Raises:
            CanonicalizationError: As `canonicalize`, also the second time.
            DecodingError: As `canonicalize`.
        """
        made = self._hashes.get(algorithm)
        if made is None:
            try:
                made = hash_bytes(self.canonicalize(algorithm), algorithm)
            except BadgeError as error:
                made = error.again()
            self._hashes[algorithm] = made
        if isinstance(made, BadgeError):
            raise made.again()
        return made


def hash_bytes(data: bytes, algorithm: HashAlgorithm) -> bytes:
    """Return the hash of `data`."""
    return _HASH_FUNCTIONS[algorithm](data).digest()


def read_statements(document: JsonObject, *, contexts: ContextRule = ContextRule.PINNED) -> Statements:
    """Return the statements of a credential, a presentation or a status list credential, `proof` included.

    Args:
        document: Left unchanged.
        contexts: Whether the document may add words of its own; a badge never may (T-03).

    Raises:
        DataModelError: Something in the document would not be covered as it stands; `pointer` says what.
        UnknownContextError: A context is not pinned here (`data_model.context_unknown`).
    """
    urls = read_context(document.get("@context"), rule=contexts)
    require_credential_context(urls)
    return _read_under(document, urls, contexts)


def _read_under(document: JsonObject, urls: tuple[str, ...], contexts: ContextRule) -> Statements:
    if contexts is ContextRule.PINNED:
        plain = read_plain_statements(document, compile_contexts(urls))
        if plain is not None:
            return Statements(document, plain)
    walk = QuadWalk(contexts=contexts)
    walk.read_document(document, urls)
    return Statements(document, walk.quads)


def check_lossless(document: JsonObject, *, contexts: ContextRule = ContextRule.PINNED) -> None:
    """Insist that a signature over the canonical form covers everything that the document says, and only that.

    Raises:
        DataModelError: As `read_statements`.
        UnknownContextError: As `read_statements`.
    """
    if check_quickly(document, contexts=contexts) is None:
        read_statements(document, contexts=contexts)


def check_quickly(document: JsonObject, *, contexts: ContextRule) -> PlainFindings | None:
    """Say of a usual document that a signature covers all of it; None when `read_statements` has to tell.

    Raises:
        DataModelError: As `read_statements`, of the contexts.
        UnknownContextError: As `read_statements`.
    """
    urls = read_context(document.get("@context"), rule=contexts)
    require_credential_context(urls)
    if contexts is not ContextRule.PINNED:
        return None
    root = document.copy()
    del root["@context"]
    return check_plainly(root, compile_contexts(urls))


def canonicalize(
    document: JsonObject,
    *,
    algorithm: HashAlgorithm = HashAlgorithm.SHA256,
    contexts: ContextRule = ContextRule.PINNED,
) -> bytes:
    """Return the document as canonical N-Quads (RDFC-1.0).

    Raises:
        DataModelError: As `read_statements`.
        UnknownContextError: As `read_statements`.
        CanonicalizationError: `proof.canonicalization_budget`.
        DecodingError: `decoding.lone_surrogate`: a text that cannot be written as UTF-8.
    """
    return read_statements(document, contexts=contexts).canonicalize(algorithm)


def hash_under(document: JsonObject, urls: tuple[str, ...], algorithm: HashAlgorithm) -> bytes:
    """Return the hash of any object under given contexts.

    Kept for short texts: the options of a proof are the same in all badges that one key signed in one second.

    Raises:
        DataModelError: As `canonicalize_under`; so are the other errors.
    """
    members = tuple(document.items())
    chars = sum([len(name) + len(value) if isinstance(value, str) else MAX_KEPT_CHARS for name, value in members])
    if chars >= MAX_KEPT_CHARS:
        return hash_bytes(canonicalize_under(document, urls, algorithm=algorithm), algorithm)
    # What the addresses mean in this installation is known by the hashes; a table would never be forgotten here.
    return _hash_texts(cast("tuple[tuple[str, str], ...]", members), urls, pinned_hashes(urls), algorithm)


@lru_cache(maxsize=MAX_KEPT_HASHES)
def _hash_texts(
    members: tuple[tuple[str, str], ...],
    urls: tuple[str, ...],
    _pinned: tuple[tuple[str, str], ...],
    algorithm: HashAlgorithm,
) -> bytes:
    return hash_bytes(canonicalize_under(dict(members), urls, algorithm=algorithm), algorithm)


def canonicalize_under(
    document: JsonObject, urls: tuple[str, ...], *, algorithm: HashAlgorithm = HashAlgorithm.SHA256
) -> bytes:
    """Return any object as canonical N-Quads under given contexts; its own `@context` is not looked at.

    Args:
        document: Left unchanged.
        urls: From `lossless.read_context`, whose rule decided what may stand here.
        algorithm: Hash of RDFC-1.0.

    Raises:
        DataModelError: As `read_statements`.
        UnknownContextError: As `read_statements`.
        CanonicalizationError: `proof.canonicalization_budget`.
        DecodingError: `decoding.lone_surrogate`.
    """
    return _read_under(document, urls, ContextRule.PINNED).canonicalize(algorithm)
