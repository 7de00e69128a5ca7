"""Whose key a usual badge is signed with, for the straight lines of `plain_badge` and `plain_token`.

Either the issuer is its key (did:key; of a token did:jwk too), or it publishes its keys (did:web or an https address)
and its document is at hand. Nothing is fetched here: what is not at hand, wrong or rare ends in None or in an error,
and the thorough way starts from the beginning (docs/adr/0030; `tests/property/test_plain_issuers.py`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from keys import OfflineFetcher, find_controller_document, read_controller_document, resolve_controller_document
from schemas import BadgeError, KeyNotAuthorizedError
from verifier.issuer_binding import SELF_DESCRIBING_METHODS, find_in_document, find_method, find_token_keys
from verifier.key_pin_check import NO_PINS, PinFinding, compare_shown, list_thumbprints
from verifier.proof_check import compose_published, verify_not_retired

if TYPE_CHECKING:
    from credentials import VerifiedDocument
    from keys import FetchedDocument, PublicKey
    from verifier.context import VerificationContext
    from verifier.issuer_binding import KeyFinding
    from verifier.report import Check

MAX_KEPT_ISSUERS: Final = 1_024
MAX_ISSUER_CHARS: Final = 128  # of a did:key; one of a P-384 key has 75
MAX_KEPT_SIGNERS: Final = 512
MAX_SIGNER_CHARS: Final = 2_048  # of issuer and `kid`; those of a did:jwk of RSA-2048 have some 1,200
# Of published keys: each is kept with its document, so 4 MiB in all.
MAX_KEPT_PUBLISHED: Final = 512
MAX_PLAIN_DOCUMENT_BYTES: Final = 8 * 1024
MAX_METHOD_CHARS: Final = 256

_PUBLISHED: Final = ("did:web:", "https://")
_USUAL_METHOD: Final = re.compile(r"(?:did:web:|https://)[A-Za-z0-9._~%:/-]+#[A-Za-z0-9._~:-]+")


class PlainSigner(NamedTuple):
    """A key that is proven to be the issuer's.

    Args:
        method_id: What a proof has to name.
        public_key: The key behind that.
        proven: The check that says so.
        retired: The key with the dates at which it was put away; None when it has none.
        thumbprints: Of every key that the issuer lists; empty for one that is its key.
        document: Where all this was read in this verification; None for an issuer that is its key.
    """

    method_id: str
    public_key: PublicKey
    proven: Check
    retired: KeyFinding | None = None
    thumbprints: tuple[str, ...] = ()
    document: FetchedDocument | None = None

    def verify_not_retired(self, verified: VerifiedDocument) -> None:
        """Refuse what was signed with a key that had been put away by then.

        Raises:
            KeyNotAuthorizedError: `issuer.key_retired`.
        """
        if self.retired is not None:
            verify_not_retired(self.retired, verified)

    def compare_with_pins(self, issuer_id: str, *, context: VerificationContext) -> PinFinding:
        """Compare as `key_pin_check.compare_with_pins`, without a second look at the document."""
        if context.key_pins is None or not self.thumbprints:
            return NO_PINS
        return compare_shown(self.thumbprints, issuer_id=issuer_id, context=context)


def find_plain_signer(document: dict[str, Any], *, issuer_id: str, context: VerificationContext) -> PlainSigner | None:
    """Return the key that the proof of a badge names; None when the thorough way has to find it.

    Args:
        document: As received.
        issuer_id: Of its issuer.
        context: Has the door to the network, of which only what is at hand is taken.

    Raises:
        BadgeError: It is not the issuer's, or the issuer's document is wrong.
    """
    if issuer_id.startswith("did:key:"):
        return _find_key_of_did(issuer_id) if len(issuer_id) <= MAX_ISSUER_CHARS else None
    proof = document.get("proof")
    method_id = proof.get("verificationMethod") if type(proof) is dict else None
    return _find_published(method_id, issuer_id, context)


def find_plain_token_signer(
    key_id: str | None, header_key: PublicKey | None, *, issuer_id: str, context: VerificationContext
) -> PlainSigner | None:
    """Return the key that the header of a token names; None when the thorough way has to find it.

    Args:
        key_id: `kid` of the header.
        header_key: `jwk` of the header.
        issuer_id: Of its issuer.
        context: As for `find_plain_signer`.

    Raises:
        BadgeError: As `find_plain_signer`.
    """
    if issuer_id.startswith(SELF_DESCRIBING_METHODS):
        is_short = len(issuer_id) + len(key_id or "") <= MAX_SIGNER_CHARS
        return _find_key_of_token(issuer_id, key_id, header_key) if is_short else None
    return _find_published(key_id, issuer_id, context)


@lru_cache(maxsize=MAX_KEPT_ISSUERS)
def _find_key_of_did(issuer_id: str) -> PlainSigner | None:
    """Return the one key of a did:key."""
    try:
        method = resolve_controller_document(issuer_id, fetcher=OfflineFetcher()).methods[0]
    except BadgeError:
        return None
    return _compose_signer(find_method(method.id, issuer_id=issuer_id, fetcher=OfflineFetcher()))


@lru_cache(maxsize=MAX_KEPT_SIGNERS)
def _find_key_of_token(issuer_id: str, key_id: str | None, header_key: PublicKey | None) -> PlainSigner | None:
    """Return the key that an issuer is; None when the token names another one."""
    if (key_id or "").startswith("#"):
        return None
    keys = find_token_keys(key_id=key_id, header_key=header_key, issuer_id=issuer_id, fetcher=OfflineFetcher())
    return None if len(keys) > 1 else _compose_signer(keys[0])


def _find_published(method_id: object, issuer_id: str, context: VerificationContext) -> PlainSigner | None:
    """Return a key of an issuer's document, when that is at hand and the method is under the issuer's id."""
    if (
        type(method_id) is not str
        or len(method_id) > MAX_METHOD_CHARS
        or not issuer_id.startswith(_PUBLISHED)
        or method_id.partition("#")[0] != issuer_id
    ):
        return None
    document = find_controller_document(issuer_id, fetcher=context.fetcher)
    # A copy that stands in for a silent host is remarked on.
    if document is None or document.stands_in or len(document.body) > MAX_PLAIN_DOCUMENT_BYTES:
        return None
    return _read_published(document.body, issuer_id, method_id)._replace(document=document)


# The same bytes under the same names say the same, so nothing is kept that a newer document would not replace.
@lru_cache(maxsize=MAX_KEPT_PUBLISHED)
def _read_published(body: bytes, issuer_id: str, method_id: str) -> PlainSigner:
    """Return the key of a method; of one that is not there, which anybody can name, nothing is kept."""
    document = read_controller_document(body, url_or_did=issuer_id)
    signer = _compose_signer(find_in_document(method_id, document)) if _USUAL_METHOD.fullmatch(method_id) else None
    if signer is None:
        raise KeyNotAuthorizedError("issuer.key_not_bound")
    return signer._replace(thumbprints=list_thumbprints(document))


def _compose_signer(key: KeyFinding) -> PlainSigner | None:
    """Return a key that was found; None when it is not the issuer's or cannot be used."""
    if isinstance(key.key, BadgeError) or key.binding_problem is not None:
        return None
    retired = key if key.expires or key.revoked else None
    return PlainSigner(key.method_id, key.key, compose_published(key), retired)
