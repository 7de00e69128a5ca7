"""Whose key is it? Finds the key that a proof names, and whether the issuer itself published it.

A key proves nothing about its owner: not a did:key that the badge names, not a Multikey in the fragment of
somebody's address, not a `jwk` in the header of a token. Such a key can tell "changed" from "unchanged"
(step 4); only the issuer's own document, with the key under `assertionMethod`, makes it the issuer's (step 5).

Spec: CID 1.0 §3.3 (Retrieve Verification Method); OB 3.0 §8.2 and its implementation guide (key provenance).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keys import OfflineFetcher, PublicKey, resolve_controller_document, resolve_jwks
from schemas import (
    BadgeError,
    CannotCheckError,
    DecodingError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    ResolutionError,
)

if TYPE_CHECKING:
    from datetime import datetime

    from keys import ControllerDocument, Fetcher, VerificationMethod

# Methods whose key stands in the identifier itself: resolving them reads nothing but the identifier.
SELF_DESCRIBING_METHODS = ("did:key:", "did:jwk:")
# Published keys of one issuer that are tried when a token does not say which one signed it.
MAX_TRIED_KEYS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFinding:
    """One key that may have signed, and what stands between it and the issuer.

    Args:
        method_id: What the proof names; empty when it names nothing.
        key: The key to verify with, or why there is none.
        binding_problem: Why the key is not proven to be the issuer's; None when it is.
        expires: The key signs nothing from this moment on.
        revoked: The key was withdrawn at this moment.
        source: Where the binding was read; for the report.
    """

    method_id: str
    key: PublicKey | BadgeError
    binding_problem: BadgeError | None = None
    expires: datetime | None = None
    revoked: datetime | None = None
    source: str = ""


def find_method(method_id: str, *, issuer_id: str, fetcher: Fetcher) -> KeyFinding:
    """Find the key that a verification method names. Fetches nothing but the issuer's own document."""
    controller = method_id.partition("#")[0]
    if controller != issuer_id:
        return _find_unbound(method_id, KeyNotAuthorizedError("issuer.controller_mismatch"))
    try:
        document = resolve_controller_document(issuer_id, fetcher=fetcher)
    except (InvalidCredentialError, CannotCheckError) as error:
        if issuer_id.startswith(SELF_DESCRIBING_METHODS) and isinstance(error, InvalidCredentialError):
            return KeyFinding(method_id=method_id, key=error.again(), binding_problem=error.again())
        return _find_unbound(method_id, _explain_unread(error))
    return find_in_document(method_id, document)


def find_in_document(method_id: str, document: ControllerDocument) -> KeyFinding:
    """Find the key that a method names in the issuer's own document; the method is under the issuer's id."""
    if method_id == document.id and document.id.startswith("did:key:"):
        method_id = document.methods[0].id  # a did:key names exactly one key, with or without its fragment
    if method_id in document.unusable_methods:
        unusable = ProofError(document.unusable_methods[method_id])
        return KeyFinding(method_id=method_id, key=unusable, binding_problem=unusable)
    method = next((entry for entry in document.methods if entry.id == method_id), None)
    if method is not None:
        return _compose_finding(method, _find_method_problem(method, document), source=document.id)
    # `did:key:zA#zB` is key B in the name of A.
    is_other_key = document.id.startswith(SELF_DESCRIBING_METHODS)
    code = "issuer.controller_mismatch" if is_other_key else "issuer.not_assertion_method"
    return _find_unbound(method_id, KeyNotAuthorizedError(code))


def _find_method_problem(method: VerificationMethod, document: ControllerDocument) -> BadgeError | None:
    if method.controller != document.id:
        return KeyNotAuthorizedError("issuer.controller_mismatch")
    if method.id not in document.assertion_method_ids:
        return KeyNotAuthorizedError("issuer.not_assertion_method")
    return None


def _compose_finding(method: VerificationMethod, problem: BadgeError | None, *, source: str) -> KeyFinding:
    return KeyFinding(
        method_id=method.id,
        key=method.public_key,
        binding_problem=problem,
        expires=method.expires,
        revoked=method.revoked,
        source=source,
    )


def _explain_unread(error: BadgeError) -> BadgeError:
    """Return why the issuer is not proven when its document could not be used."""
    if error.code.startswith("issuer.") or not isinstance(error, (CannotCheckError, DecodingError)):
        return error
    # No network, no answer, or a page for people where the keys should be: nothing speaks against the badge.
    return ResolutionError("issuer.unproven", detail={"reason": error.code})


def _find_unbound(method_id: str, problem: BadgeError) -> KeyFinding:
    """Return the key that `method_id` itself spells out, if it does, with why it proves nothing of the issuer."""
    try:
        key = _read_spelled_out_key(method_id)
    except InvalidCredentialError as error:
        return KeyFinding(method_id=method_id, key=error.again(), binding_problem=problem)
    if key is None:
        missing = ResolutionError("proof.key_unavailable", detail={"reason": problem.code})
        return KeyFinding(method_id=method_id, key=missing, binding_problem=problem)
    return KeyFinding(method_id=method_id, key=key, binding_problem=problem)


def _read_spelled_out_key(method_id: str) -> PublicKey | None:
    controller, _, fragment = method_id.partition("#")
    if fragment.startswith("z"):
        return PublicKey.from_multikey(fragment)
    if controller.startswith(SELF_DESCRIBING_METHODS):
        return resolve_controller_document(controller, fetcher=OfflineFetcher()).methods[0].public_key
    return None


def find_token_keys(
    *, key_id: str | None, header_key: PublicKey | None, issuer_id: str, fetcher: Fetcher
) -> tuple[KeyFinding, ...]:
    """Find the keys that may have signed a VC-JWT, from its `kid` or `jwk` header (OB 3.0 §8.2.4).

    A `kid` under the issuer's own id is a method of its document; one in the document of somebody else never counts.
    Any other `kid` on the host of an https issuer (the address of a JWK), a `kid` that is no address, and a `jwk` in
    the header count only when the issuer publishes the key: under `assertionMethod` of its document or, when it has no
    document with keys, in the key set of its host. More than one key is returned only when the token does not say which
    it was.
    """
    named = key_id or ""
    if named.startswith(("https://", "http://", "did:")):
        finding = find_method(named, issuer_id=issuer_id, fetcher=fetcher)
        is_wrong = isinstance(finding.binding_problem, InvalidCredentialError)
        # What the issuer's own document says of its methods stands, whatever the key set of the host holds; and what
        # stands in the document of another issuer on the host is that issuer's.
        is_method = named.partition("#")[0] == issuer_id
        is_decided = finding.binding_problem is None or (is_wrong and (is_method or "#" in named))
        if is_decided or not _is_on_host_of(issuer_id, named):
            return (finding,)
        published = _find_published(named, header_key, issuer_id=issuer_id, fetcher=fetcher)
        if any(one.binding_problem is not None for one in published):
            return (finding,)
        # The key set was read: a key that is in neither place is not the issuer's.
        not_bound = KeyNotAuthorizedError("issuer.key_not_bound")
        return (*published, finding if is_wrong else replace(finding, binding_problem=not_bound))
    return _find_published(named, header_key, issuer_id=issuer_id, fetcher=fetcher)


def _is_on_host_of(issuer_id: str, key_id: str) -> bool:
    """Say whether `key_id` lies on the host of an https issuer, whose JWK Set speaks for it."""
    if not issuer_id.startswith("https://") or not key_id.startswith("https://"):
        return False
    try:
        return urlsplit(issuer_id).netloc == urlsplit(key_id).netloc
    except ValueError:  # such as a bracket that is not closed: no host
        return False


def _find_published(
    key_id: str, header_key: PublicKey | None, *, issuer_id: str, fetcher: Fetcher
) -> tuple[KeyFinding, ...]:
    """Compare the header's key with all keys that the issuer publishes; without one, offer those to try."""
    findings, problem = _list_published(issuer_id, fetcher=fetcher)
    if header_key is None and findings:
        return findings[:MAX_TRIED_KEYS]
    match = next((one for one in findings if one.key == header_key), None)
    if match is not None:
        return (match,)
    unbound = problem or KeyNotAuthorizedError("issuer.key_not_bound")
    if header_key is None:
        return (_find_unbound(key_id, unbound),)
    return (KeyFinding(method_id=key_id, key=header_key, binding_problem=unbound),)


def _list_published(issuer_id: str, *, fetcher: Fetcher) -> tuple[tuple[KeyFinding, ...], BadgeError | None]:
    """Return the keys that the issuer publishes for signing, and why the list may be short."""
    findings: tuple[KeyFinding, ...] = ()
    problem: BadgeError | None = None
    try:
        document = resolve_controller_document(issuer_id, fetcher=fetcher)
        findings = tuple(
            _compose_finding(method, None, source=document.id)
            for method in document.methods
            if _find_method_problem(method, document) is None
        )
        if document.methods or document.unusable_methods:
            return findings, None  # the issuer's own document alone decides
    except (InvalidCredentialError, CannotCheckError) as error:
        problem = _explain_unread(error)
    if not issuer_id.startswith("https://"):
        return findings, problem
    try:
        keys = resolve_jwks(issuer_id, fetcher=fetcher)
    except (InvalidCredentialError, CannotCheckError) as error:
        return (), _explain_unread(error)
    return tuple(KeyFinding(method_id="", key=key, source="jwks.json") for key in keys), None
