"""What both tests of the straight lines need: a rich badge that they take, a host of a status list, and odd values."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from credentials import BitstringStatusList, compose_status_list_credential, encode_status_list
from keys import FetchedDocument
from schemas import CREDENTIAL_REFRESH_TYPE, OB_SCHEMA_TYPE, VC_V2_CONTEXT, FetchError
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 12, 1, tzinfo=UTC)
STATUS_URL = "https://college.example.edu/status/1"
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -7, 1.5, 1e30, 2**60, "", " ", "a", 'q"\\\n\x7f', "é😀", "%s", "\u2028"),
    *("https://example.org/x", "https://example.org/<x>", "did:key:z1", "schema:name", "xsd:string", "urn:x y", "_:b0"),
    *([], {}, [[]], [{}], ["a", "a"], ["a", 1], {"id": "https://example.org/x"}, {"@value": "a"}, {"type": "Image"}),
    *({"type": ["Profile", "Profile"]}, {"type": 5}, {"type": [{}]}, {"id": 5}, {"id": None}, {"@context": []}),
    *("2026-11-22T09:00:00Z", "2026-11-22T09:00:00+01:00", "2026-11-22", "OpenBadgeCredential"),
)
MEMBERS: dict[str, Any] = {
    "endorsement": [],
    "endorsementJwt": ["eyJ"],
    "accreditations": [{"id": "https://body.example.org", "type": ["AccreditationProfile"]}],
    "refreshService": {"id": "https://college.example.edu/refresh", "type": CREDENTIAL_REFRESH_TYPE},
    "credentialSchema": [{"id": "https://schema.example.org/x", "type": OB_SCHEMA_TYPE}],
    "credentialStatus": {"id": "https://college.example.edu/status/1#5", "type": "Other"},
    "validFrom": "2027-01-01T00:00:00Z",
    "validUntil": "2026-11-30T00:00:00Z",
    "creator": {"id": "https://other.example.edu", "type": ["Profile"], "name": "Other"},
    "source": {"id": "https://other.example.edu", "type": ["Profile"], "endorsement": []},
    "name": "\u0415\u0445ample",
    "proof": [],
    "verifiableCredential": [],
    "vc": {},
    "@context": [VC_V2_CONTEXT],
}


class StatusHost:
    """Knows one status list, in which every fifth badge is revoked."""

    def __init__(self) -> None:
        listed = compose_status_list_credential(
            url=STATUS_URL,
            issuer_id=sample_badges.issuer_id(),
            purpose="revocation",
            encoded=encode_status_list(BitstringStatusList.with_set_indexes(range(0, 1_000, 5))),
            valid_from=NOW - timedelta(days=2),
            valid_until=NOW + timedelta(days=2),
            ttl_milliseconds=1_000,
        )
        self._list = FetchedDocument(
            url=STATUS_URL,
            body=sample_badges.sign(listed.document).original,
            media_type="application/vc",
            fetched_at=NOW,
        )

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        if url != STATUS_URL:
            raise FetchError("fetch.offline")
        return self._list


def plain_rich_badge() -> dict[str, Any]:
    """Return the rich sample, as nearly as the straight way takes it."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.rich_badge()))
    holders: tuple[dict[str, Any], ...] = (badge, badge["issuer"], badge["credentialSubject"]["achievement"])
    for holder in holders:
        for name in ("endorsement", "endorsementJwt", "accreditations", "refreshService"):
            holder.pop(name, None)
    return badge


def places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON of any shape
    """Give each member and each entry inside a value: what holds it, and where."""
    for token in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, token
        if isinstance(value[token], (dict, list)):
            yield from places(value[token])
