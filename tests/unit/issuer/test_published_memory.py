"""What an installation publishes is kept only while its database says the same."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from credentials import decode_status_list
from issuer.published_memory import KEPT_FOR, MAX_KEPT_BYTES, MAX_KEPT_DOCUMENTS, PublishedMemory
from issuer.publishing import PublishedDocument
from tests.doubles.ledgers import NOW, PUBLIC_URL, SetClock, issue, make_issuer, make_roster, open_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from issuer import IssuedCredential, Ledger


class Reader:
    """Reads the same document every time, and counts."""

    def __init__(self, body: bytes = b"{}") -> None:
        self.document = PublishedDocument(body=body, media_type="application/json", max_age_seconds=1)
        self.times = 0

    def __call__(self) -> PublishedDocument:
        self.times += 1
        return self.document


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Ledger:
    return open_ledger(tmp_path, clock, base_url=PUBLIC_URL)


@pytest.fixture
def badge(ledger: Ledger) -> IssuedCredential:
    issue(ledger, make_issuer(ledger), make_roster(1))
    (badge,) = ledger.list_issued()
    return badge


def find_list(badge: IssuedCredential) -> tuple[str, int]:
    """Return the path of the list of revocations of a badge, and its place in that."""
    (entry,) = [
        entry for entry in json.loads(badge.json_bytes)["credentialStatus"] if entry["statusPurpose"] == "revocation"
    ]
    return urlsplit(entry["statusListCredential"]).path, int(entry["statusListIndex"])


def is_revoked(ledger: Ledger, badge: IssuedCredential) -> bool:
    path, index = find_list(badge)
    published = ledger.published_document(path)
    assert published is not None
    return bool(decode_status_list(json.loads(published.body)["credentialSubject"]["encodedList"]).read(index))


def test_read_once_while_nothing_changes(ledger: Ledger) -> None:
    """The same document is read once, and again after half a minute or when the clock went back."""
    memory, reader = PublishedMemory(ledger.database), Reader()
    moments = [timedelta(), timedelta(), KEPT_FOR - timedelta(seconds=1), KEPT_FOR, timedelta(seconds=1)]
    times = []
    for moment in moments:
        assert memory.find("/x", now=NOW + moment, publish=reader) == reader.document
        times.append(reader.times)
    assert times == [1, 1, 1, 2, 3]


def test_read_again_after_a_commit(ledger: Ledger) -> None:
    """Whatever was committed, the next question is answered by the database."""
    memory, reader = PublishedMemory(ledger.database), Reader()
    for number in range(3):
        make_issuer(ledger, f"College {number}")
        for _ in range(3):
            memory.find("/x", now=NOW, publish=reader)
        assert reader.times == number + 1


def test_committed_while_it_is_read(ledger: Ledger) -> None:
    """What is committed between the look and the reading makes the document one that is read again."""
    memory, reader = PublishedMemory(ledger.database), Reader()

    def read_slowly() -> PublishedDocument:
        make_issuer(ledger)
        return reader()

    memory.find("/x", now=NOW, publish=read_slowly)
    memory.find("/x", now=NOW, publish=reader)
    assert reader.times == 2


def test_nothing_is_not_kept(ledger: Ledger) -> None:
    """Paths where nothing stands leave nothing behind, and each path has its own document."""
    memory, one, other = PublishedMemory(ledger.database), Reader(b"1"), Reader(b"2")
    for number in range(10):
        assert memory.find(f"/{number}", now=NOW, publish=lambda: None) is None
    assert len(memory) == 0
    for _ in range(2):
        assert memory.find("/1", now=NOW, publish=one) == one.document
        assert memory.find("/2", now=NOW, publish=other) == other.document
    assert len(memory) == 2


def test_bounded_in_number_and_bytes(ledger: Ledger) -> None:
    """What was read longest ago goes."""
    memory = PublishedMemory(ledger.database)
    for number in range(MAX_KEPT_DOCUMENTS + 10):
        memory.find(f"/{number}", now=NOW, publish=Reader())
    assert len(memory) == MAX_KEPT_DOCUMENTS
    for number in range(10):
        memory.find(f"/large/{number}", now=NOW, publish=Reader(b"x" * (MAX_KEPT_BYTES // 4)))
    assert len(memory) == 4


def test_taken_back_at_once(ledger: Ledger, badge: IssuedCredential) -> None:
    """A badge that is taken back shows so in the very next answer."""
    assert not is_revoked(ledger, badge)
    assert not is_revoked(ledger, badge)
    ledger.revoke(badge.id, reason="given to the wrong person", by="desk")
    assert is_revoked(ledger, badge)
    assert is_revoked(ledger, badge)


def test_taken_back_by_another_process(
    ledger: Ledger, badge: IssuedCredential, tmp_path: Path, clock: SetClock
) -> None:
    """What the command line does shows on the site with the next request."""
    assert not is_revoked(ledger, badge)
    other = open_ledger(tmp_path, clock, base_url=PUBLIC_URL)
    other.revoke(badge.id, reason="given to the wrong person", by="desk")
    other.database.close()
    assert is_revoked(ledger, badge)


def test_new_key_at_once(ledger: Ledger) -> None:
    """A key that was changed shows with the next request, in the document of the issuer and in the set of all keys."""
    issuer = make_issuer(ledger)
    paths = (f"/issuers/{issuer.slug}/did.json", "/.well-known/jwks.json")
    before = [ledger.published_document(path) for path in paths * 2]
    assert before[:2] == before[2:]
    ledger.rotate_key(issuer.slug)
    after = [ledger.published_document(path) for path in paths]
    assert all(one != other for one, other in zip(before, after, strict=False))


def test_list_is_signed_anew_in_time(ledger: Ledger, badge: IssuedCredential, clock: SetClock) -> None:
    """A list that is asked for all the time is signed anew before it ends, as ever."""
    path, _ = find_list(badge)
    bodies = set()
    for _ in range(60):
        published = ledger.published_document(path)
        assert published is not None
        assert json.loads(published.body)["validUntil"] > clock().isoformat()
        bodies.add(published.body)
        clock.advance(timedelta(hours=12))
    assert len(bodies) > 1
