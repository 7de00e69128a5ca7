"""T-16, T-26, corpus J 142: names that borrow somebody else's good name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas import OrganizationKind
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_achievement, compose_subject
from verifier import CheckName, Outcome, TrustEntry, TrustList

if TYPE_CHECKING:
    from schemas import JsonValue

TRUST_LIST = TrustList(
    entries=(
        TrustEntry(
            name="Example Valley College", domain="college.example.edu", kind=OrganizationKind.COLLEGE, note="Good."
        ),
        TrustEntry(name="Famous Robotics", domain="example.com"),
    )
)


def test_listed_issuer_is_called_by_the_reader_s_name() -> None:
    """The name, kind and note come from the reader's list, found by the proven id."""
    world = IssuerSimulator()
    badge = world.add_issuer(name="We call ourselves otherwise").issue()
    trust = world.verify(badge, trust_list=TRUST_LIST).check(CheckName.TRUST)
    assert (trust.outcome, trust.code) == (Outcome.PASSED, "trust.listed")
    assert dict(trust.detail) == {"name": "Example Valley College", "kind": "college", "note": "Good."}


def test_unknown_issuer_is_neither_good_nor_bad() -> None:
    """An issuer that is not listed leaves the badge genuine."""
    world = IssuerSimulator()
    report = world.verify(world.add_issuer(host="other.example.net").issue(), trust_list=TRUST_LIST)
    assert report
    assert report.check(CheckName.TRUST).code == "trust.unknown"
    assert [check.code for check in report.warnings] == ["trust.unknown"]


def test_without_a_list_there_is_nothing_to_say() -> None:
    """An empty list is no warning on every badge."""
    world = IssuerSimulator()
    report = world.verify(world.add_issuer().issue())
    assert report.check(CheckName.TRUST).code == "trust.no_list"
    assert report.warnings == ()


@pytest.mark.parametrize(
    "name",
    [
        "Univеrsity of Oxford",  # noqa: RUF001 - Cyrillic e
        "Example Valley College",
        "Examp1e Valley College",
        "Famous Robotics",
        "Famous\u202e scitoboR",
        "Famous Robo\u200btics",
    ],
)
def test_look_alike_name_is_remarked_on(name: str) -> None:
    """A stranger's badge under such a name is genuine, and the report warns of the name."""
    world = IssuerSimulator()
    stranger = world.add_issuer(IssuerIdKind.DID_KEY, name=name)
    report = world.verify(stranger.issue(), trust_list=TRUST_LIST)
    assert report
    assert "issuer.name_confusable" in report.notes


def test_own_name_of_a_listed_issuer_is_not() -> None:
    """The listed issuer itself may carry its name."""
    world = IssuerSimulator()
    assert world.verify(world.add_issuer().issue(), trust_list=TRUST_LIST).notes == ()


@pytest.mark.parametrize(
    "creator",
    [
        {"id": "https://example.com/famous", "type": ["Profile"], "name": "Famous Robotics"},
        {"id": "did:web:example.com", "type": ["Profile"]},
    ],
)
def test_creator_is_not_the_issuer(creator: JsonValue) -> None:
    """T-16: a badge that says that somebody famous made it is signed by the issuer alone."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    badge = issuer.issue(credentialSubject=compose_subject(achievement=compose_achievement(creator=creator)))
    report = world.verify(badge, trust_list=TRUST_LIST)
    assert report
    assert report.notes == ("trust.creator_not_issuer",)


def test_creator_that_is_the_issuer() -> None:
    """An issuer may name itself as the creator."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    creator: JsonValue = {"id": issuer.id, "type": ["Profile"]}
    badge = issuer.issue(credentialSubject=compose_subject(achievement=compose_achievement(creator=creator)))
    assert world.verify(badge).notes == ()


def test_url_in_the_badge_does_not_make_it_listed() -> None:
    """What a badge says of its issuer's web address is never looked up in the list."""
    world = IssuerSimulator()
    stranger = world.add_issuer(IssuerIdKind.DID_KEY)
    issuer: JsonValue = {
        "id": stranger.id,
        "type": ["Profile"],
        "name": "Anything",
        "url": "https://college.example.edu/",
    }
    assert world.verify(stranger.issue(issuer=issuer), trust_list=TRUST_LIST).check(CheckName.TRUST).code == (
        "trust.unknown"
    )


def test_unproven_issuer_is_not_looked_up() -> None:
    """A name on the list says nothing while the key is not proven."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    world.break_down(issuer.document_url)
    badge = issuer.issue(method_id=f"{issuer.id}#{issuer.signer.public_key.multikey}")
    assert world.verify(badge, trust_list=TRUST_LIST).check(CheckName.TRUST).outcome is Outcome.NOT_RUN
