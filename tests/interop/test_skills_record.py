"""@digitalbazaar/vc, from npm, reads a skills record of a wallet: the record, and each badge in it alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from credentials import Cryptosuite
from issuer import ProofChoice, RecordOrder, sign_learner_record
from keys import KeyType
from tests.doubles.ledgers import NOW, SetClock, open_ledger
from tests.interop.samples import change, issue_first
from tests.interop.table import Direction, Peer, interop

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import JsonObject
    from tests.interop.node_peer import NodePeer

pytestmark = pytest.mark.node

SCRIPT = "interop.mjs"
SUITE = Cryptosuite.EDDSA_RDFC_2022
ACCEPTED: JsonObject = {"verified": True, "reasons": []}
ORDER = RecordOrder(
    id="urn:uuid:7b0e6a52-4f0c-4f6e-9a8e-0d3c2b1a9f01",
    subject_id="urn:uuid:7b0e6a52-4f0c-4f6e-9a8e-0d3c2b1a9f02",
    emails=("dana@example.org",),
    salt="a1b2c3d4e5f60718",
    made_at=NOW,
    valid_until=None,
    badges=(),
)


@interop(Peer.EDDSA_RDFC, "skills record of a wallet (CLR 2.0), status and all", Direction.THEY_READ_OURS)
def test_their_verifier_accepts_a_skills_record(node_peer: NodePeer, tmp_path: Path) -> None:
    """The record verifies there in JSON-LD safe mode and only unchanged; so does the badge that is taken out of it."""
    ledger = open_ledger(tmp_path, SetClock())
    issue_first(ledger, KeyType.ED25519, ProofChoice.BOTH)
    first, second, *_ = ledger.list_issued()
    order = replace(ORDER, badges=(first.json_bytes, second.jwt.encode("ascii")))
    record = json.loads(sign_learner_record(ledger, order))
    ledger.database.close()
    badge, envelope = record["credentialSubject"]["verifiableCredential"]
    assert node_peer.run(SCRIPT, record, "verify", SUITE.value) == ACCEPTED
    assert node_peer.run(SCRIPT, change(record), "verify", SUITE.value)["verified"] is False
    assert node_peer.run(SCRIPT, badge, "verify", SUITE.value) == ACCEPTED
    assert envelope["type"] == "EnvelopedVerifiableCredential"
