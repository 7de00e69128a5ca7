"""How a badge names who earned it: `IdentityObject`, hashed or in plain text (OB 3.0 IdentityObject, IdentityHash).

A hash is no privacy: e-mail addresses can be guessed, and the salt stands beside the hash. It only keeps
addresses from being read at a glance.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

IDENTITY_OBJECT: Final = "IdentityObject"
EMAIL_ADDRESS: Final = "emailAddress"


def _digest(algorithm: str, identifier: str, salt: str) -> str:
    message = (identifier + salt).encode("utf-8", "surrogatepass")
    return hashlib.new(algorithm, message, usedforsecurity=False).hexdigest()


def hash_identity(identifier: str, salt: str) -> str:
    """Return `sha256$` and the hexadecimal hash of the identifier with the salt behind it.

    Spec: OB 3.0 IdentityHash. Changes no letter case; see `compose_identity`.
    """
    return f"sha256${_digest('sha256', identifier, salt)}"


def compose_identity(identifier: str, *, identity_type: str = EMAIL_ADDRESS, salt: str = "") -> JsonObject:
    """Compose an IdentityObject: hashed when there is a salt, else in plain text.

    Spec: OB 3.0 IdentityObject. The specification folds no case, so e-mail addresses are lower-cased here.

    Args:
        identifier: For example the e-mail address; spaces around it are dropped.
        identity_type: A term of `IDENTIFIER_TYPES` or one that starts with `ext:`.
        salt: Random text of the caller; empty for a plain identity.
    """
    known = identifier.strip()
    if identity_type == EMAIL_ADDRESS:
        known = known.lower()
    identity: JsonObject = {
        "type": IDENTITY_OBJECT,
        "hashed": bool(salt),
        "identityHash": hash_identity(known, salt) if salt else known,
        "identityType": identity_type,
    }
    if salt:
        identity["salt"] = salt
    return identity


def is_identity_match(identity: JsonObject, known: str) -> bool:
    """Say whether an IdentityObject names the person who is known by `known`.

    Spec: OB 3.0 §8.3 step 5. Compared as written, then lower-cased; of an e-mail address the case never counts.
    An object that is malformed names nobody.
    """
    written = identity.get("identityHash")
    salt = identity.get("salt", "")
    if not isinstance(written, str) or not isinstance(salt, str) or not known.strip():
        return False
    candidates = {known.strip(), known.strip().lower()}
    if identity.get("hashed") is True:
        return any(_is_hash_match(written, candidate, salt) for candidate in candidates)
    return identity.get("hashed") is False and _is_plain_match(identity.get("identityType"), written, candidates)


def _is_hash_match(written: str, candidate: str, salt: str) -> bool:
    algorithm, _, digest = written.partition("$")
    if algorithm not in {"sha256", "md5"}:
        return False
    expected = _digest(algorithm, candidate, salt)
    return hmac.compare_digest(expected.encode(), digest.lower().encode("utf-8", "surrogatepass"))


def _is_plain_match(identity_type: JsonValue, written: str, candidates: set[str]) -> bool:
    if identity_type == EMAIL_ADDRESS:
        return written.strip().lower() in candidates
    return written in candidates
