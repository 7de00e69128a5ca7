"""Data folders with pinned word lists in which somebody wrote: never used unseen, never silently."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue, load_context, use_contexts
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.hostile.test_pinned_context import NOW, PLAIN, URL, VC, code_of, encode
from verifier import CheckName, ContextStore, Outcome
from verifier.context_store import MAX_PINS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of pinned contexts with one in it."""
    ContextStore(tmp_path / "contexts").pin(URL, encode(PLAIN), sha256="", pinned_by="Robin Exampleson", now=NOW)
    return tmp_path / "contexts"


def _write_index(folder: Path, **changes: JsonValue) -> None:
    index = folder / "index.json"
    document = json.loads(index.read_bytes())
    document["contexts"][0] |= changes
    index.write_bytes(json.dumps(document).encode())


def test_file_and_index_swapped_together_are_looked_at_again(folder: Path) -> None:
    """Who can write both still cannot bring a word list that would be refused."""
    data = encode({"zEnds": f"{VC}validUntil"})
    digest = hashlib.sha256(data).hexdigest()
    (folder / f"{digest}.json").write_bytes(data)
    (folder / f"{digest}.json").chmod(0o600)
    _write_index(folder, sha256=digest)
    assert ContextStore(folder).load().contexts[0].problem == "context.second_name"


def test_index_that_names_a_context_of_the_program(folder: Path) -> None:
    """The entry is without effect."""
    _write_index(folder, url=VC_V2_CONTEXT)
    loaded = ContextStore(folder).load()
    assert loaded.contexts[0].problem == "context.already_built_in"
    with use_contexts(loaded):
        assert load_context(VC_V2_CONTEXT) != {"@context": PLAIN}


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "../../../etc/passwd"},
        {"sha256": ""},
        {"sha256": "A" * 64},
        {"pinnedAt": "yesterday"},
        {"more": "x"},
        {"url": 7},
    ],
    ids=repr,
)
def test_index_of_another_shape_stops_the_start(folder: Path, changes: JsonObject) -> None:
    """No path is made of what stands in the index, and nothing in it is guessed."""
    _write_index(folder, **changes)
    assert code_of(ContextStore(folder).load) == "context.index_malformed"


def test_one_address_twice_stops_the_start(folder: Path) -> None:
    """Which of the two would count is nobody's guess."""
    index = folder / "index.json"
    rows = json.loads(index.read_bytes())["contexts"]
    index.write_bytes(json.dumps({"contexts": rows * 2}).encode())
    assert code_of(ContextStore(folder).load) == "context.index_malformed"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"contexts": {}}', b'{"contexts": [7]}', b"\x00" * 300_000])
def test_damaged_index_stops_the_start(folder: Path, data: bytes) -> None:
    """It does not read as an empty one."""
    (folder / "index.json").write_bytes(data)
    assert code_of(ContextStore(folder).load) == "context.index_malformed"


@pytest.mark.parametrize("name", [".", "index.json"])
def test_folder_that_others_can_write_to_stops_the_start(folder: Path, name: str) -> None:
    """Somebody else may have put anything there."""
    (folder / name).chmod((folder / name).stat().st_mode | 0o020)
    assert code_of(ContextStore(folder).load) == "context.file_permissions"


def test_file_that_others_can_write_to_is_not_used(folder: Path) -> None:
    """Its hash fits today; the answer is the same."""
    file = next(path for path in folder.glob("*.json") if path.name != "index.json")
    file.chmod(0o666)
    assert ContextStore(folder).load().contexts[0].problem == "context.file_permissions"


def test_link_in_place_of_the_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """A link leads out of the folder."""
    file = next(path for path in folder.glob("*.json") if path.name != "index.json")
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    assert ContextStore(folder).load().contexts[0].problem == "context.changed"


def test_missing_file_is_could_not_check(folder: Path) -> None:
    """A badge that uses it is neither good nor bad."""
    next(path for path in folder.glob("*.json") if path.name != "index.json").unlink()
    issuer = IssuerSimulator().add_issuer()
    badge = issuer.compose_badge() | {"@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, URL]}
    check = issuer.world.verify(badge, contexts=ContextStore(folder).load()).check(CheckName.DATA_MODEL)
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "data_model.context_pin_unusable")


def test_so_many_and_no_more(tmp_path: Path) -> None:
    """Each costs a reading at every start."""
    store = ContextStore(tmp_path / "contexts")
    for number in range(MAX_PINS):
        store.pin(f"{URL}/{number}", encode(PLAIN), sha256="", pinned_by="", now=NOW)
    assert code_of(lambda: store.pin(URL, encode(PLAIN), sha256="", pinned_by="", now=NOW)) == "context.too_many"
    assert len(store.load().contexts) == MAX_PINS
