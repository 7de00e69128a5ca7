"""Word lists that the keeper of a data folder pinned by hand."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, ConfigurationError, encode_json, use_contexts
from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, ContextStore, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemas import JsonValue

NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
URL = "https://tools.example.org/contexts/gauge/v1"
WORDS: dict[str, JsonValue] = {
    "@protected": True,
    "GaugeAchievement": {
        "@id": "https://tools.example.org/words#GaugeAchievement",
        "@context": {"gaugeRange": "https://tools.example.org/words#gaugeRange"},
    },
}
FILE = json.dumps({"@context": WORDS}).encode("utf-8")
HASH = hashlib.sha256(FILE).hexdigest()
CONTEXTS: list[JsonValue] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, URL]


@pytest.fixture
def store(tmp_path: Path) -> ContextStore:
    """Return the store of an empty data folder."""
    return ContextStore(tmp_path / "contexts")


@pytest.fixture
def pinned(store: ContextStore) -> ContextStore:
    """Return a store that holds one word list."""
    store.pin(URL, FILE, sha256=HASH, pinned_by="Robin Exampleson", now=NOW)
    return store


def code_of(act: Callable[[], object]) -> str:
    """Return the code of the refusal."""
    with pytest.raises(ConfigurationError) as caught:
        act()
    return caught.value.code


def test_a_new_folder_holds_nothing(store: ContextStore) -> None:
    """Nothing is made before the first pin."""
    assert store.list_pins() == ()
    assert store.load().contexts == ()


def test_a_pin_says_what_when_and_by_whom(pinned: ContextStore) -> None:
    """Hash, date and person are kept."""
    (pin,) = pinned.list_pins()
    assert (pin.url, pin.sha256, pin.pinned_at, pin.pinned_by, pin.problem) == (URL, HASH, NOW, "Robin Exampleson", "")


def test_the_file_stands_under_its_hash_for_its_owner_only(pinned: ContextStore, tmp_path: Path) -> None:
    """Content-addressed, mode 0600 in 0700."""
    assert pinned.load().contexts[0].data == FILE
    file = tmp_path / "contexts" / f"{HASH}.json"
    assert file.read_bytes() == FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_pin_twice_is_no_change(pinned: ContextStore) -> None:
    """The first date and name stay."""
    later = NOW.replace(year=2027)
    assert pinned.pin(URL, FILE, sha256="", pinned_by="Somebody else", now=later).pinned_at == NOW
    assert len(pinned.list_pins()) == 1


def test_another_file_under_the_same_address_is_refused(pinned: ContextStore) -> None:
    """A pin is replaced by nobody who did not forget it first."""
    other = json.dumps({"@context": {"torque": "https://tools.example.org/words#torque"}}).encode()
    assert code_of(lambda: pinned.pin(URL, other, sha256="", pinned_by="", now=NOW)) == "context.already_pinned"


@pytest.mark.parametrize("named", [HASH.upper(), f" {HASH}\n"])
def test_the_hash_may_be_written_in_either_case(store: ContextStore, named: str) -> None:
    """Publishers write hexadecimal both ways."""
    assert store.pin(URL, FILE, sha256=named, pinned_by="", now=NOW).sha256 == HASH


def test_another_hash_is_refused_and_nothing_is_kept(store: ContextStore) -> None:
    """What the publisher named is what is kept, or nothing."""
    wrong = "0" * 64
    assert code_of(lambda: store.pin(URL, FILE, sha256=wrong, pinned_by="", now=NOW)) == "context.hash_mismatch"
    assert store.list_pins() == ()


def test_forgotten_is_gone_from_disk(pinned: ContextStore, tmp_path: Path) -> None:
    """Neither the entry nor the file stays."""
    pinned.forget(URL)
    assert pinned.list_pins() == ()
    assert [path.name for path in (tmp_path / "contexts").glob("*.json")] == ["index.json"]


def test_forgetting_what_is_not_there_is_said(store: ContextStore, pinned: ContextStore) -> None:
    """A slip of the pen does not read as success."""
    assert code_of(lambda: pinned.forget(URL + "/")) == "context.not_pinned"
    assert store is pinned


def test_forgetting_in_an_empty_folder_is_said(store: ContextStore) -> None:
    """No folder, no pin."""
    assert code_of(lambda: store.forget(URL)) == "context.not_pinned"


def test_a_badge_with_a_pinned_context_is_verified_and_that_is_remarked(pinned: ContextStore) -> None:
    """Unknown here, known there: the same badge, with nothing fetched but the issuer's keys."""
    issuer = IssuerSimulator().add_issuer()
    badge = issuer.compose_badge(**{"@context": CONTEXTS})
    subject = badge["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    achievement |= {"type": ["Achievement", "GaugeAchievement"], "gaugeRange": "0 to 25 mm"}
    with use_contexts(pinned.load()):
        signed = encode_json(issuer.sign(badge))
    unknown = issuer.world.verify(signed)
    assert unknown.verdict is Verdict.INCONCLUSIVE
    assert unknown.check(CheckName.DATA_MODEL).code == "data_model.context_unknown"
    report = issuer.world.verify(signed, contexts=pinned.load())
    assert report.verdict is Verdict.VERIFIED
    assert "data_model.context_pinned_here" in report.notes
    assert report.check(CheckName.DATA_MODEL).detail["pinnedHere"] == [URL]
    assert URL not in issuer.world.asked


def test_a_pin_that_was_changed_on_disk_is_could_not_check(pinned: ContextStore, tmp_path: Path) -> None:
    """One flipped bit, and badges that use it can no longer be checked; others can."""
    issuer = IssuerSimulator().add_issuer()
    plain = issuer.issue()
    file = tmp_path / "contexts" / f"{HASH}.json"
    file.write_bytes(FILE.replace(b"gaugeRange", b"gaugeRangf", 1))
    assert pinned.list_pins()[0].problem == "context.changed"
    badge = issuer.compose_badge(**{"@context": CONTEXTS}) | {"proof": [{"type": "DataIntegrityProof"}]}
    report = issuer.world.verify(badge, contexts=pinned.load())
    check = report.check(CheckName.DATA_MODEL)
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "data_model.context_pin_unusable")
    assert issuer.world.verify(plain, contexts=pinned.load()).verdict is Verdict.VERIFIED
