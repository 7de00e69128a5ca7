"""Is an Open Badges 2.0 badge its issuer's own? By the site where it stands, or by a key that the issuer names.

Spec: OB 2.0 §VerificationObject (startsWith, allowedOrigins), §HostedBadge, §SignedBadge, §CryptographicKey.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from credentials import verify_compact_jws
from keys import PublicKey
from schemas import (
    FetchError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    ResolutionError,
    SignatureMismatchError,
)
from verifier.members import read_list, read_object, read_text
from verifier.ob2_reading import is_address, read_document, read_keys

if TYPE_CHECKING:
    from credentials import CompactJws
    from keys import Fetcher
    from schemas import JsonObject, JsonValue
    from verifier.ob2_reading import Award

MAX_LINKED_BYTES = 256 * 1024
LINKED_ACCEPT = "application/ld+json, application/json;q=0.9"
# Keys of one issuer that are tried when a badge does not say which one signed it; each may cost a request.
MAX_TRIED_KEYS = 3
# `/./`, `/../`, their encoded forms and a backslash can make an address seem to lie where it does not.
_CROOKED_PATH = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)|\\", re.IGNORECASE)


def fetch_linked(url: str, *, fetcher: Fetcher) -> JsonObject:
    """Fetch a document that must name itself by the address where it stands; see `fetch_hosted`."""
    return fetch_hosted(url, fetcher=fetcher)[0]


def fetch_hosted(url: str, *, fetcher: Fetcher) -> tuple[JsonObject, str]:
    """Fetch a document that must name itself by the address where it stands, and the address that gave it.

    A host that sends its readers on to another host does not speak for what stands there: a page that forwards to
    any address (an open redirect) would let a stranger's document pass for the issuer's own.

    Raises:
        FetchError: `fetch.…`; `fetch.scheme_forbidden` for anything but https, `fetch.redirect_forbidden`.
        InvalidCredentialError: It cannot be read (`decoding.…`), or names itself differently (`ob2.other_id`).
    """
    if not url.startswith("https://"):
        raise FetchError("fetch.scheme_forbidden", detail={"url": url})
    fetched = fetcher.fetch(url, max_bytes=MAX_LINKED_BYTES, accept=LINKED_ACCEPT)
    if fetched.stands_in:  # a kept copy does not say what the site shows now
        raise FetchError("fetch.unreachable", detail={"url": url})
    answered_by = fetched.answered_by or url
    if _read_authority(answered_by) != _read_authority(url):
        raise FetchError("fetch.redirect_forbidden", "sent on to another host", detail={"url": url})
    document = read_document(fetched.body)
    if document.get("id") != url:
        raise InvalidCredentialError("ob2.other_id", detail={"url": url})
    return document, answered_by


def is_in_scope(address: str, profile: JsonObject) -> bool:
    """Say whether an issuer vouches for what stands at `address`.

    Without a policy of its own that is the host of its profile. A prefix counts only on its own host, whole.
    """
    if not address.startswith("https://") or _CROOKED_PATH.search(address):
        return False
    policy = read_object(profile.get("verification"))
    prefixes = _read_texts(policy.get("startsWith"))
    origins = _read_texts(policy.get("allowedOrigins"))
    if prefixes and not any(_has_prefix(address, prefix) for prefix in prefixes):
        return False
    if not origins:
        return bool(prefixes) or _read_authority(address) == _read_authority(read_text(profile.get("id")))
    return _read_authority(address) in {_read_authority(origin) for origin in origins}


def _read_texts(value: JsonValue) -> list[str]:
    return [entry for entry in read_list(value) if isinstance(entry, str) and entry]


def _has_prefix(address: str, prefix: str) -> bool:
    return address.startswith(prefix) and _read_authority(prefix) == _read_authority(address)


def _read_authority(origin: str) -> str:
    """Return host and port of an address, or of a host that stands alone; lower-case."""
    try:
        return urlsplit(origin if "//" in origin else f"//{origin}").netloc.lower()
    except ValueError:  # such as a bracket that is not closed: no host
        return ""


def find_keys(award: Award, profile: JsonObject, *, fetcher: Fetcher) -> tuple[PublicKey, ...]:
    """Return the keys that may have signed: the one that the badge names, or all that the issuer names.

    Raises:
        KeyNotAuthorizedError: The issuer does not name the key (`ob2.key_not_listed`), or the key names somebody else
            (`ob2.key_of_another`).
        InvalidCredentialError: The key cannot be read.
        CannotCheckError: The key is out of reach (`fetch.…`), or the issuer names none (`proof.key_unavailable`).
    """
    listed = read_keys(profile)
    if award.key_id:
        listed = tuple((key_id, key) for key_id, key in listed if key_id == award.key_id)
        if not listed:
            raise KeyNotAuthorizedError("ob2.key_not_listed", detail={"key": award.key_id})
    if not listed:
        raise ResolutionError("proof.key_unavailable", detail={"reason": "ob2.key_not_listed"})
    return tuple(_read_key(key_id, key, profile, fetcher=fetcher) for key_id, key in listed[:MAX_TRIED_KEYS])


def _read_key(key_id: str, key: JsonObject | None, profile: JsonObject, *, fetcher: Fetcher) -> PublicKey:
    document = key if key is not None else fetch_linked(key_id, fetcher=fetcher)
    owner = document.get("owner")
    # A key inside the profile needs no other word for whose it is.
    if owner != profile.get("id") and not (key is not None and owner is None):
        raise KeyNotAuthorizedError("ob2.key_of_another", detail={"key": key_id})
    pem = read_text(document.get("publicKeyPem"))
    if not pem:
        raise ProofError("proof.value_malformed", "no public key in PEM form")
    return PublicKey.from_pem(pem.encode("utf-8"))


def verify_signature(jws: CompactJws, keys: tuple[PublicKey, ...]) -> None:
    """Verify that one of `keys` made the signature.

    Raises:
        ProofError: `proof.algorithm_key_mismatch` when the only key is of another kind.
        SignatureMismatchError: None of them did.
    """
    problem: ProofError = SignatureMismatchError()
    for key in keys:
        try:
            verify_compact_jws(jws, public_key=key)
        except ProofError as error:
            problem = error
        else:
            return
    raise problem


def list_differences(presented: JsonObject, hosted: JsonObject) -> list[str]:
    """Return the members that a copy of a badge gives differently than the issuer's site does, in alphabetical order.

    What a copy leaves out is no difference, and whether the badge is still in force only the site can say.
    """
    ignored = {"@context", "revoked", "revocationReason", "badge"}
    found = {name for name in presented.keys() - ignored if presented[name] != hosted.get(name)}
    if _read_reference(presented.get("badge")) != _read_reference(hosted.get("badge")):
        found.add("badge")
    return sorted(found)


def _read_reference(value: JsonValue) -> JsonValue:
    """Return the address of a linked document; one without an address only as it stands."""
    address = read_text(value) or read_text(read_object(value).get("id"))
    return address if is_address(address) else value
