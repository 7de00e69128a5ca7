"""`skillmark context`: pinning a word list from the command line, and what `verify` makes of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from credentials import UnsecuredDocument, add_data_integrity_proof
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import (
    OB_3_0_3_CONTEXT,
    VC_V2_CONTEXT,
    PinnedContext,
    PinnedContexts,
    encode_json,
    read_datetime,
    use_contexts,
)
from skillmark.cli import main
from tests.doubles.sample_badges import small_badge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from schemas import JsonObject

    Run = Callable[..., Result]

URL = "https://tools.example.org/contexts/gauge/v1"
FILE = json.dumps({"@context": {"gauge": "https://tools.example.org/words#gauge"}}).encode("utf-8")
HASH = hashlib.sha256(FILE).hexdigest()
GENUINE, COULD_NOT_CHECK, REFUSED = 0, 3, 1


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program with a data folder of its own that has an issuer."""

    def run_program(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments], input=stdin)

    assert run_program("init", "--name", "Shop College").exit_code == 0
    return run_program


@pytest.fixture
def word_list(tmp_path: Path) -> str:
    """Return the file of a word list."""
    path = tmp_path / "gauge.jsonld"
    path.write_bytes(FILE)
    return str(path)


@pytest.fixture
def badge(tmp_path: Path) -> str:
    """Return the file of a badge that uses the word list; its key is TEST ONLY."""
    signer = LocalSigner.generate(KeyType.ED25519)
    changes: JsonObject = {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, URL],
        "issuer": {"id": did_key(signer.public_key), "type": ["Profile"], "name": "Example College"},
        "gauge": "A",
    }
    document = small_badge() | changes
    with use_contexts(PinnedContexts([PinnedContext(url=URL, sha256=HASH, data=FILE)])):
        secured = add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=signer,
            verification_method=did_key_method_id(signer.public_key),
            created=read_datetime("2026-11-22T09:00:00Z"),
        )
    path = tmp_path / "badge.json"
    path.write_bytes(encode_json(secured.document))
    return str(path)


def verify(run: Run, badge: str) -> Result:
    """Verify a badge on the day it was made, without a network."""
    return run("verify", badge, "--offline", "--at", "2026-11-22T10:00:00Z")


def test_pin_verify_forget(run: Run, word_list: str, badge: str) -> None:
    """Could not check, then genuine with a remark, then could not check again."""
    before = verify(run, badge)
    assert before.exit_code == COULD_NOT_CHECK
    assert "data_model.context_unknown" in before.output
    pinned = run("context", "pin", URL, word_list, "--sha256", HASH, "--by", "Robin Exampleson")
    assert pinned.exit_code == GENUINE, pinned.output
    assert f"SHA-256 {HASH}" in pinned.output
    listed = run("context", "list")
    assert f"{URL}  {HASH}" in listed.output
    assert "Robin Exampleson" in listed.output
    assert verify(run, badge).exit_code == GENUINE
    assert run("context", "forget", URL, stdin="y\n").exit_code == GENUINE
    assert verify(run, badge).exit_code == COULD_NOT_CHECK


def test_forgetting_asks_first(run: Run, word_list: str) -> None:
    """No is no."""
    run("context", "pin", URL, word_list)
    assert run("context", "forget", URL, stdin="n\n").exit_code == REFUSED
    assert URL in run("context", "list").output


def test_without_a_hash_it_says_what_to_compare(run: Run, word_list: str) -> None:
    """The person is told to ask the publisher, and not the badge."""
    assert "Compare this with what the publisher says" in run("context", "pin", URL, word_list).output


def test_wrong_hash_is_refused_with_its_code(run: Run, word_list: str) -> None:
    """Nothing is pinned."""
    refused = run("context", "pin", URL, word_list, "--sha256", "0" * 64)
    assert refused.exit_code == REFUSED
    assert "context.hash_mismatch" in refused.output
    assert run("context", "list").output == ""


def test_changed_file_is_named(run: Run, word_list: str, badge: str, tmp_path: Path) -> None:
    """The list says which one, and a badge that uses it is could not check."""
    run("context", "pin", URL, word_list)
    (tmp_path / "home" / "contexts" / f"{HASH}.json").write_bytes(FILE + b"\n")
    assert "context.changed" in run("context", "list").output
    after = verify(run, badge)
    assert after.exit_code == COULD_NOT_CHECK
    assert "data_model.context_pin_unusable" in after.output
