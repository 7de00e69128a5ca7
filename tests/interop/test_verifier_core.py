"""The verifier of the Digital Credentials Consortium, from npm, reads a badge of a class list, status and all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from issuer import ProofChoice
from keys import KeyType
from schemas import OB_SCHEMA_URL
from tests.interop.samples import change, issue_first
from tests.interop.table import Direction, Peer, interop

if TYPE_CHECKING:
    from issuer import Ledger
    from schemas import JsonObject, JsonValue
    from tests.interop.node_peer import NodePeer

pytestmark = pytest.mark.node

SCRIPT = "verifier_core.mjs"
REGISTRY_URL = "https://registry.example.org/issuers.json"
GOOD = {
    "valid_signature": True,
    "expiration": True,
    "registered_issuer": True,
    **dict.fromkeys(("revocation_status", "suspension_status"), True),
}


def _status_lists(ledger: Ledger, badge: dict[str, Any]) -> JsonObject:
    """Return what the ledger publishes for the badge, by address."""
    lists: JsonObject = {}
    for entry in badge["credentialStatus"]:
        url = entry["statusListCredential"]
        published = ledger.published_document(urlsplit(url).path)
        assert published is not None
        lists[url] = json.loads(published.body)
    return lists


def _verify_there(peer: NodePeer, ledger: Ledger, badge: dict[str, Any]) -> dict[str, Any]:
    registry: JsonObject = {"registry": {badge["issuer"]["id"]: {"name": "North Shop College"}}}
    # a schema that allows anything: its address must answer, and what it says is no part of this test
    documents: JsonObject = {**_status_lists(ledger, badge), REGISTRY_URL: registry, OB_SCHEMA_URL: {"type": "object"}}
    registries: list[JsonValue] = [{"name": "Example registry", "type": "dcc-legacy", "url": REGISTRY_URL}]
    return peer.run(SCRIPT, {"credential": badge, "registries": registries, "documents": documents})


@interop(
    Peer.VERIFIER_CORE, "badge of the example class list: proof, expiry, issuer registry", Direction.THEY_READ_OURS
)
@interop(Peer.VERIFIER_CORE, "our status list, before and after a revocation", Direction.THEY_READ_OURS)
def test_their_verifier_reads_our_badge(node_peer: NodePeer, ledger_of_today: Ledger) -> None:
    """Proof, expiry, our signed status lists and the registry are good to them; a changed or revoked badge is not."""
    issued = issue_first(ledger_of_today, KeyType.ED25519, ProofChoice.DATA_INTEGRITY)
    badge = json.loads(issued.json_bytes)
    answer = _verify_there(node_peer, ledger_of_today, badge)
    assert (answer["log"], answer["errors"]) == (GOOD, [])
    assert _verify_there(node_peer, ledger_of_today, change(badge))["errors"] == ["invalid_signature"]
    ledger_of_today.revoke(issued.id, "issued in error", "trainer")
    answer = _verify_there(node_peer, ledger_of_today, badge)
    assert answer["log"] == {**GOOD, "revocation_status": False}
