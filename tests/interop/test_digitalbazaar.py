"""@digitalbazaar/vc with jsonld.js, from npm, reads what we issue, and we read what it issues."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmarks.inputs import rich
from issuer import ProofChoice
from keys import KeyType
from schemas import CONTEXT_URLS, JsonObject, load_context
from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from tests.interop.conftest import IssueExample

pytestmark = pytest.mark.node

FOLDER = ROOT / "tests" / "interop" / "node"
THEIR_SEED_HEX = b"TEST ONLY seed, protects nothing".hex()
NPM_SECONDS = 300
NODE_SECONDS = 60


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the pinned npm packages in a folder of their own; integrity hashes stand in the lock file."""
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", "interop.mjs"):
        shutil.copy(FOLDER / name, folder / name)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=NPM_SECONDS
    )
    (folder / "contexts.json").write_text(json.dumps({url: load_context(url) for url in sorted(CONTEXT_URLS)}), "utf-8")
    return folder


def _run(folder: Path, document: JsonObject, command: str, *arguments: str) -> JsonObject:
    done = subprocess.run(
        ["node", "interop.mjs", command, "contexts.json", *arguments],
        cwd=folder,
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=True,
        timeout=NODE_SECONDS,
    )
    answer: JsonObject = json.loads(done.stdout)
    return answer


def test_their_verifier_accepts_our_badge(node_folder: Path, issue_example: IssueExample) -> None:
    """A badge of the example class list verifies with @digitalbazaar/vc in JSON-LD safe mode."""
    issued = issue_example(KeyType.ED25519, ProofChoice.DATA_INTEGRITY)
    assert _run(node_folder, json.loads(issued.json_bytes), "verify") == {"verified": True, "reasons": []}


def test_their_verifier_refuses_our_badge_when_it_was_changed(node_folder: Path, issue_example: IssueExample) -> None:
    """The check above can fail."""
    issued = issue_example(KeyType.ED25519, ProofChoice.DATA_INTEGRITY)
    changed = json.loads(issued.json_bytes)
    changed["name"] = "Master machinist"
    assert _run(node_folder, changed, "verify")["verified"] is False


def test_our_verifier_accepts_their_badge(node_folder: Path) -> None:
    """A rich badge that @digitalbazaar/vc signed passes proof, issuer and schema here, and a changed one does not."""
    theirs = _run(node_folder, rich("did:key:replaced-by-the-signer"), "issue", THEIR_SEED_HEX)
    report = IssuerSimulator().verify(theirs)
    for name in (CheckName.DATA_MODEL, CheckName.SCHEMA, CheckName.PROOF, CheckName.ISSUER, CheckName.VALIDITY_PERIOD):
        assert report.check(name).outcome is Outcome.PASSED, report.check(name)
    changed = IssuerSimulator().verify({**theirs, "name": "Master machinist"})
    assert changed.check(CheckName.PROOF).code == "proof.signature_mismatch"
