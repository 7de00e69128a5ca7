"""What an API key may sign: badges, endorsements and plain credentials, under addresses that are not ours.

A status list or a page of this site is made by the ledger alone. If a program could have one signed in
the issuer's name, it could give every badge back that was taken away.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from schemas import ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL, IssuanceError

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

BADGE_TYPES = frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
SIGNED_TYPES = BADGE_TYPES | {"VerifiableCredential", "EndorsementCredential"}
RESERVED_PATHS = ("status", "b", "issuers", "achievements")
_STATUS_LIST_WORDS = ("statuslist", "revocationlist")  # in the type of a subject, of any version


def check_types(credential: JsonObject) -> None:
    """Refuse a credential of a kind that only the ledger may make.

    Raises:
        IssuanceError: `vc_api.type_not_allowed`.
    """
    if not SIGNED_TYPES.issuperset(map(str, _as_list(credential["type"]))):
        raise IssuanceError("vc_api.type_not_allowed", pointer="/credential/type")
    for subject in _as_list(credential.get("credentialSubject")):
        if isinstance(subject, dict) and _is_status_list(subject):
            raise IssuanceError("vc_api.type_not_allowed", pointer="/credential/credentialSubject")


def check_id(credential_id: str, *, base_url: str, issuer_id: str) -> None:
    """Refuse an id under which this site itself publishes, and the id of the issuer.

    Raises:
        IssuanceError: `vc_api.id_reserved`.
    """
    if credential_id.split("#", maxsplit=1)[0] == issuer_id or _is_reserved(credential_id, base_url):
        raise IssuanceError("vc_api.id_reserved", pointer="/credential/id")


def _as_list(value: JsonValue | None) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_status_list(subject: JsonObject) -> bool:
    words = [str(name).casefold() for name in _as_list(subject.get("type"))]
    return "encodedList" in subject or any(part in word for word in words for part in _STATUS_LIST_WORDS)


def _is_reserved(credential_id: str, base_url: str) -> bool:
    """Say whether an address leads, however it is spelt, to what this site publishes."""
    ours = urlsplit(base_url)
    try:
        parts = urlsplit(credential_id.strip())
    except ValueError:
        return True  # what cannot be read as an address might be read as ours by somebody else
    if (parts.hostname or "").rstrip(".") != (ours.hostname or "").casefold():
        return False
    path = unquote(parts.path)
    if "%" in path or "\\" in path:
        return True
    below = posixpath.normpath("/" + path.lstrip("/")).casefold().removeprefix(ours.path.casefold())
    return below.strip("/").split("/")[0] in RESERVED_PATHS
