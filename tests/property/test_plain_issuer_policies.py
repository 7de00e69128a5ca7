"""Pins, trust lists and status lists of issuers that publish their keys count alike on the straight way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from tests.doubles.issuers_at_hand import FORMS, PUBLISHING, judge_alike, judge_plainly, judge_thoroughly, sign_as
from verifier import CheckName, MemoryKeyPinStore, read_trust_list


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture(params=PUBLISHING)
def issuer(world: IssuerSimulator, request: pytest.FixtureRequest) -> SimulatedIssuer:
    return world.add_issuer(request.param)


@pytest.mark.parametrize("form", FORMS)
def test_pins(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """Keys seen first, seen before, seen among others, and others than before: both say and remember the same."""
    data, other = sign_as(issuer, form), LocalSigner.generate(KeyType.ED25519).public_key
    issuer.methods = [issuer.method, replace(issuer.method, id=f"{issuer.id}#old", public_key=other)]
    issuer.publish_keys()
    earlier = NOW - timedelta(days=9, seconds=1)
    shown = [issuer.signer.public_key.thumbprint, other.thumbprint]
    for before in (
        {},
        dict.fromkeys(shown, earlier),
        {shown[1]: earlier},
        {"x": earlier},
        {"x": earlier, shown[0]: NOW},
    ):
        pins = MemoryKeyPinStore()
        if before:
            pins.keep_pins(issuer.id, before)
        report = judge_alike(world, data, key_pins=pins)
        assert report
        assert report.notes == (("trust.key_changed",) if before.keys() == {"x"} else ())
        since = report.check(CheckName.TRUST).detail["keysKnownSince"]
        assert since == ("2026-11-13T08:59:59Z" if before else "2026-11-22T09:00:00Z")


def test_trust(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Entries of the reader's list by id, domain and registry, and names that mislead, count alike; with pins too."""
    lists = (
        f"- id: {issuer.id}\n  name: Our college\n  note: known\n",
        "- domain: example.edu\n  name: Example College\n",
        f"- id: {issuer.id}\n  name: Listed\n  source: Registry\n",
        "- domain: other.example.org\n  name: Example Valley College\n",
        "- domain: other.example.org\n  name: Other\n",
    )
    names = (issuer.name, "Example \u0410cademy", "Example\u202e", "", None, "Valley Example")
    achievements = (
        compose_achievement(),
        compose_achievement(creator={"id": "https://x.example", "type": ["Profile"]}),
    )
    passed = set()
    for name in names:
        profile: dict[str, Any] = {"id": issuer.id, "type": ["Profile"], **({} if name is None else {"name": name})}
        for achievement in achievements:
            document = issuer.compose_badge(issuer=profile, credentialSubject=compose_subject(achievement=achievement))
            data = sign_as(issuer, "jcs", document)
            for entries in (None, *lists):
                changes = {} if entries is None else {"trust_list": read_trust_list(entries.encode())}
                for pins in (None, MemoryKeyPinStore()):
                    report = judge_alike(world, data, key_pins=pins, **changes)
                    assert report
                    passed |= {report.check(CheckName.TRUST).code, *report.notes}
    assert passed >= {
        *("trust.listed", "trust.listed_by_registry", "trust.unknown", "trust.no_list"),
        *("trust.name_taken", "issuer.name_confusable", "trust.creator_not_issuer"),
    }


@pytest.mark.parametrize("count", [1, 2, 7, 8])
@pytest.mark.parametrize("set_indexes", [(), (94567,)])
def test_status(world: IssuerSimulator, issuer: SimulatedIssuer, count: int, set_indexes: tuple[int, ...]) -> None:
    """Lists of the issuer's own are read alike, and as many: the issuer's document counts as one that was read."""
    urls = [f"{STATUS_URL}{number}" for number in range(count)]
    for url in urls:
        issuer.publish_status_list(url=url, set_indexes=set_indexes)
    entries: list[Any] = [compose_status_entry(url=url) for url in urls]
    data = sign_as(issuer, "rdfc", issuer.compose_badge(credentialStatus=entries if count > 1 else entries[0]))
    report = judge_alike(world, data)
    assert report is not None
    assert bool(report) is (not set_indexes and count < 8)
    asked = world.asked[:]
    world.asked.clear()
    judge_plainly(world, data)
    assert world.asked == urls[:7]
    world.asked.clear()
    judge_thoroughly(world, data)
    assert world.asked == [issuer.document_url, *urls[:7]]
    assert asked.count(issuer.document_url) == 1
