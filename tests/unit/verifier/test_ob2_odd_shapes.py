"""Open Badges 2.0 as it is found in the wild: images as objects, keys without text, issuers without addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import OldIssuer, public_pem
from verifier import CheckName, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> OldIssuer:
    return OldIssuer(world=world)


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("https://badges.example.edu/a.png", "https://badges.example.edu/a.png"),
        ({"id": "https://badges.example.edu/a.png", "caption": "A mill"}, "https://badges.example.edu/a.png"),
        ({"caption": "A mill"}, None),
        (None, None),
    ],
)
def test_image(world: IssuerSimulator, issuer: OldIssuer, image: JsonValue, shown: str | None) -> None:
    """An image is an address or an object with one."""
    issuer.serve(issuer.compose_achievement(image=image))
    credential = world.verify(issuer.issue_hosted()).credential
    assert credential is not None
    assert (credential.achievement.image.id if credential.achievement.image else None) == shown


def test_evidence_as_addresses(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Evidence may be an address, an object, or several of both; anything else is not shown."""
    evidence: list[JsonValue] = ["https://a.example.org/1", {"narrative": "Turned a shaft."}, 7]
    credential = world.verify(issuer.issue_hosted(evidence=evidence)).credential
    assert credential is not None
    assert [(one.id, one.narrative) for one in credential.evidence] == [
        ("https://a.example.org/1", ""),
        ("", "Turned a shaft."),
    ]


@pytest.mark.parametrize("who", ["mailto:badges@college.example.edu", "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11"])
def test_issuer_without_an_address(world: IssuerSimulator, issuer: OldIssuer, who: str) -> None:
    """An issuer that has no site cannot vouch for anything."""
    issuer.serve(issuer.compose_achievement(issuer={"id": who, "type": "Issuer", "name": "Example Valley College"}))
    report = world.verify(issuer.issue_hosted())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.ISSUER).code == "issuer.unproven"


def test_issuer_inside_the_achievement(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An issuer that stands inside is fetched from its own address all the same."""
    inside = issuer.compose_profile(name="Harvard of the Valley")
    issuer.serve(issuer.compose_achievement(issuer=inside))
    credential = world.verify(issuer.issue_hosted()).credential
    assert credential is not None
    assert credential.issuer.name == "Example Valley College"


@pytest.mark.parametrize(
    "policy", [{"allowedOrigins": "https://["}, {"allowedOrigins": 7}, {"startsWith": 7}, "urn:policy", []]
)
def test_policy_that_cannot_be_read(world: IssuerSimulator, issuer: OldIssuer, policy: JsonValue) -> None:
    """A policy that says nothing readable widens nothing: at best the issuer's own host counts."""
    issuer.serve(issuer.compose_profile(verification=policy))
    report = world.verify(issuer.issue_hosted(id="https://elsewhere.example.org/1"))
    assert report.check(CheckName.ISSUER).code == "ob2.out_of_scope"


@pytest.mark.parametrize("pem", [None, "", 7, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_key_without_a_key(world: IssuerSimulator, issuer: OldIssuer, pem: JsonValue) -> None:
    """A key document without a readable key is the issuer's mistake, and no proof."""
    issuer.serve(issuer.compose_key(publicKeyPem=pem))
    assert world.verify(issuer.issue_signed()).check(CheckName.PROOF).code == "proof.value_malformed"


def test_certificate_in_place_of_a_key(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Only a public key is read as one."""
    issuer.serve(issuer.compose_key(publicKeyPem=public_pem().replace("PUBLIC KEY", "CERTIFICATE")))
    assert world.verify(issuer.issue_signed()).check(CheckName.PROOF).code == "proof.value_malformed"


@pytest.mark.parametrize("body", [b"eyJhbGciOiJSUzI1NiJ9.e30.AAAA", b"[]", b'{"id":1,"id":2}', b"\xff"])
def test_site_serves_something_unreadable(world: IssuerSimulator, issuer: OldIssuer, body: bytes) -> None:
    """What stands at the badge's address must be one document; anything else leaves it unproven."""
    data = issuer.issue_hosted()
    world.publish(issuer.award_id, body)
    report = world.verify(data)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "ob2.hosted_unproven"


@pytest.mark.parametrize(
    "data",
    [
        b'{"@context":"https://w3id.org/openbadges/v2","@context":"x"}',
        b'{"@context":"https://w3id.org/openbadges/v2"',
        b"eyJhbGciOiJSUzI1NiJ9.e30",
        b"eyJhbGciOiJSUzI1NiJ9",
        b"eyJhbGciOiJSUzI1NiJ9.\xc3\xa9.AAAA",
    ],
)
def test_unreadable_badge(world: IssuerSimulator, data: bytes) -> None:
    """What cannot be read strictly is refused by the reader that always did."""
    report = world.verify(data)
    assert report.check(CheckName.DECODING).code.startswith("decoding.")
    assert world.asked == []


def test_word_in_another_badge(world: IssuerSimulator) -> None:
    """A current badge that mentions the old address in a text is read as what it is."""
    badge = world.add_issuer().issue(description="Replaces https://w3id.org/openbadges/v2")
    assert world.verify(badge).verdict is Verdict.VERIFIED


def test_other_ways_to_be_named(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A recipient that is named by a web address is not compared with an e-mail address."""
    recipient: JsonObject = {"type": "url", "hashed": False, "identity": "https://robin.example.org/"}
    report = world.verify(issuer.issue_hosted(recipient=recipient), recipient="robin@example.org")
    assert report.check(CheckName.RECIPIENT).code == "recipient.not_comparable"


def test_list_that_names_no_issuer(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A list at the address that the profile names needs no other word for whose it is."""
    issuer.serve(issuer.compose_list(issuer=None))
    assert world.verify(issuer.issue_signed()).verdict is Verdict.VERIFIED


def test_profile_names_too_old_a_scheme_for_its_list(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A list at an http address is never fetched and never taken as clean."""
    issuer.serve(issuer.compose_profile(revocationList="http://badges.example.edu/revoked"))
    assert world.verify(issuer.issue_signed()).check(CheckName.STATUS).code == "status.unavailable"
