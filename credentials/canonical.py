"""The canonical form of a document: what gets hashed and signed.

Spec: VC-DATA-INTEGRITY 1.0 §2.4.2 and §4.2; RDF-CANON §4. No context is ever fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.inline_contexts import ContextRule
from credentials.lossless import QuadWalk, read_context, require_credential_context
from credentials.rdfc import HashAlgorithm, canonicalize_quads
from schemas import DecodingError

if TYPE_CHECKING:
    from credentials.rdfc import Quad
    from schemas import JsonObject


def read_quads(document: JsonObject, *, contexts: ContextRule = ContextRule.PINNED) -> list[Quad]:
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
    walk = QuadWalk(contexts=contexts)
    walk.read_document(document, urls)
    return walk.quads


def check_lossless(document: JsonObject, *, contexts: ContextRule = ContextRule.PINNED) -> None:
    """Insist that a signature over the canonical form covers everything that the document says, and only that.

    Raises:
        DataModelError: As `read_quads`.
        UnknownContextError: As `read_quads`.
    """
    read_quads(document, contexts=contexts)


def canonicalize(
    document: JsonObject,
    *,
    algorithm: HashAlgorithm = HashAlgorithm.SHA256,
    contexts: ContextRule = ContextRule.PINNED,
) -> bytes:
    """Return the document as canonical N-Quads (RDFC-1.0).

    Raises:
        DataModelError: As `read_quads`.
        UnknownContextError: As `read_quads`.
        CanonicalizationError: `proof.canonicalization_budget`.
        DecodingError: `decoding.lone_surrogate`: a text that cannot be written as UTF-8.
    """
    return encode_canonical(read_quads(document, contexts=contexts), algorithm=algorithm)


def canonicalize_under(
    document: JsonObject, urls: tuple[str, ...], *, algorithm: HashAlgorithm = HashAlgorithm.SHA256
) -> bytes:
    """Return any object as canonical N-Quads under given contexts; its own `@context` is not looked at.

    Args:
        document: Left unchanged.
        urls: From `lossless.read_context`, whose rule decided what may stand here.
        algorithm: Hash of RDFC-1.0.

    Raises:
        DataModelError: As `read_quads`.
        UnknownContextError: As `read_quads`.
        CanonicalizationError: `proof.canonicalization_budget`.
        DecodingError: `decoding.lone_surrogate`.
    """
    walk = QuadWalk()
    walk.read_document(document, urls)
    return encode_canonical(walk.quads, algorithm=algorithm)


def encode_canonical(quads: list[Quad], *, algorithm: HashAlgorithm = HashAlgorithm.SHA256) -> bytes:
    """Return quads as canonical N-Quads in UTF-8."""
    try:
        return canonicalize_quads(quads, algorithm=algorithm).encode("utf-8")
    except UnicodeEncodeError as error:
        raise DecodingError("decoding.lone_surrogate") from error
