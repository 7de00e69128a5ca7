"""Forged badges of Open Badges 2.0: another's site, another's key, another's profile, a changed copy."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from schemas import FetchError, JsonObject, JsonValue, encode_json
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import OldIssuer, public_pem, sign_rs256
from verifier import CheckName, Outcome, Verdict


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def victim(world: IssuerSimulator) -> OldIssuer:
    return OldIssuer(world=world)


@pytest.fixture
def forger(world: IssuerSimulator) -> OldIssuer:
    return OldIssuer(world=world, host="forger.example.net")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("recipient", {"type": "email", "hashed": False, "identity": "kim@example.org"}),
        ("expires", "2099-01-01T00:00:00Z"),
        ("issuedOn", "2026-06-30T14:30:00+00:00"),
        ("narrative", "Runs every mill there is."),
        ("evidence", []),
        ("badge", "https://badges.example.edu/badges/welder"),
        ("extensions:grade", "A+"),
        ("verification", {"type": "HostedBadge"}),
    ],
)
def test_copy_was_changed(world: IssuerSimulator, victim: OldIssuer, member: str, value: JsonValue) -> None:
    """A copy that says another thing than the issuer's site is refused, and nothing of it is shown."""
    report = world.verify(encode_json(json.loads(victim.issue_hosted()) | {member: value}))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "ob2.hosted_differs"
    assert report.check(CheckName.PROOF).detail["members"] == [member]
    assert report.credential is None


def test_award_on_a_foreign_site(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """The forger's site shows a badge of the victim: only the victim's own site counts."""
    report = world.verify(forger.issue_hosted(badge=victim.achievement_id))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.ISSUER).code == "ob2.out_of_scope"
    assert report.check(CheckName.PROOF).outcome is Outcome.FAILED
    assert report.credential is None


def test_own_achievement_with_anothers_profile(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """The forger's site shows badge and achievement, and names the victim as issuer."""
    forger.serve(forger.compose_achievement(issuer=victim.id))
    report = world.verify(forger.issue_hosted())
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.ISSUER).code == "ob2.out_of_scope"


def test_neighbour_on_the_same_host(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """On a host of many issuers a neighbour cannot borrow the victim's name through a description of their own."""
    forger.serve(forger.compose_achievement(issuer=victim.id))
    report = world.verify(victim.issue_hosted(badge=forger.achievement_id))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.ISSUER).code == "ob2.class_elsewhere"
    assert report.credential is None


def test_signed_badge_described_elsewhere(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """A signature covers the address of the description only: what a foreign host writes there is not shown."""
    forger.serve(forger.compose_achievement(issuer=victim.id, name="Welding Inspector"))
    report = world.verify(victim.issue_signed(badge=forger.achievement_id))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.ISSUER).code == "ob2.class_elsewhere"
    assert report.credential is None


def test_signed_badge_described_where_the_policy_says(
    world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer
) -> None:
    """A host that the issuer's own profile names may hold the description."""
    victim.serve(victim.compose_profile(verification={"allowedOrigins": [victim.host, forger.host]}))
    forger.serve(forger.compose_achievement(issuer=victim.id))
    report = world.verify(victim.issue_signed(badge=forger.achievement_id))
    assert report.verdict is Verdict.VERIFIED


def test_profile_that_names_itself_as_the_victim(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """A profile on the forger's site that claims the victim's id is nobody's profile."""
    world.publish(forger.id, victim.compose_profile())
    report = world.verify(forger.issue_hosted())
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.ISSUER).code == "ob2.other_id"


def test_award_that_names_another_address(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """What stands at the award's address must carry that address as its id."""
    data = victim.issue_hosted()
    world.publish(victim.award_id, forger.compose_hosted())
    report = world.verify(data)
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "ob2.other_id"


@pytest.mark.parametrize(
    ("policy", "award_id"),
    [
        ({"startsWith": "https://badges.example.edu"}, "https://badges.example.edu.forger.example.net/awards/1"),
        ({"startsWith": "https://badges.example.edu/ours/"}, "https://badges.example.edu/theirs/1"),
        ({"startsWith": "https://badges.example.edu/ours/"}, "https://badges.example.edu/ours/../theirs/1"),
        ({"startsWith": "https://badges.example.edu/ours/"}, "https://badges.example.edu/ours/%2E%2e/theirs/1"),
        ({"startsWith": ["", 7]}, "https://forger.example.net/awards/1"),
        ({"allowedOrigins": "badges.example.edu"}, "https://sub.badges.example.edu/awards/1"),
        ({"allowedOrigins": "badges.example.edu"}, "https://badges.example.edu:8443/awards/1"),
        ({"allowedOrigins": "badges.example.edu"}, "https://badges.example.edu@forger.example.net/awards/1"),
        ({"allowedOrigins": ["*", "example.net"]}, "https://forger.example.net/awards/1"),
        ({"allowedOrigins": "cdn.example.org"}, "https://badges.example.edu/awards/1"),
        ({}, "https://forger.example.net/awards/1"),
    ],
)
def test_outside_the_issuers_policy(
    world: IssuerSimulator, victim: OldIssuer, policy: JsonObject, award_id: str
) -> None:
    """What the issuer's policy does not cover is not the issuer's (OB 2.0 startsWith, allowedOrigins)."""
    victim.serve(victim.compose_profile(verification=policy))
    report = world.verify(victim.issue_hosted(id=award_id))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.ISSUER).code == "ob2.out_of_scope"


@pytest.mark.parametrize(
    ("policy", "award_id"),
    [
        ({"startsWith": "https://badges.example.edu/ours/"}, "https://badges.example.edu/ours/1"),
        ({"startsWith": ["https://x.example.org/", "https://cdn.example.org/c/"]}, "https://cdn.example.org/c/1"),
        ({"allowedOrigins": ["badges.example.edu", "cdn.example.org"]}, "https://cdn.example.org/1"),
        ({"allowedOrigins": "CDN.example.org"}, "https://cdn.example.org/1"),
        ({"type": "VerificationObject", "verificationProperty": "id"}, "https://badges.example.edu/1"),
    ],
)
def test_inside_the_issuers_policy(
    world: IssuerSimulator, victim: OldIssuer, policy: JsonObject, award_id: str
) -> None:
    """What the issuer's policy covers is the issuer's."""
    victim.serve(victim.compose_profile(verification=policy))
    assert world.verify(victim.issue_hosted(id=award_id)).verdict is Verdict.VERIFIED


def test_open_redirect_on_the_issuers_host(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """A page of the victim that forwards to any address does not make a stranger's document the victim's."""
    door = "https://badges.example.edu/go?to=forger"
    world.publish("https://forger.example.net/award", victim.compose_hosted(id=door))
    world.redirect(door, "https://forger.example.net/award")
    report = world.verify(encode_json(victim.compose_hosted(id=door)))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "fetch.redirect_forbidden"
    assert report.credential is None


def test_kept_copy_of_the_site(world: IssuerSimulator, victim: OldIssuer) -> None:
    """A copy that is kept for the hours in which a host is down is not what its site shows now."""
    data = victim.issue_hosted()
    kept = world.answers[victim.award_id]
    assert not isinstance(kept, FetchError)
    world.answers[victim.award_id] = replace(kept, stands_in=True)
    report = world.verify(data)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "fetch.unreachable"


def test_redirect_out_of_the_issuers_part(world: IssuerSimulator, victim: OldIssuer) -> None:
    """On one host, too, what a redirect leads to must lie where the issuer says."""
    victim.serve(victim.compose_profile(verification={"startsWith": "https://badges.example.edu/ours/"}))
    door = "https://badges.example.edu/ours/go?to=theirs"
    world.publish("https://badges.example.edu/theirs/1", victim.compose_hosted(id=door))
    world.redirect(door, "https://badges.example.edu/theirs/1")
    report = world.verify(encode_json(victim.compose_hosted(id=door)))
    assert report.check(CheckName.ISSUER).code == "ob2.out_of_scope"


def test_redirect_inside_the_issuers_part(world: IssuerSimulator, victim: OldIssuer) -> None:
    """A site may move its badges within itself."""
    world.publish("https://badges.example.edu/new/1", victim.compose_hosted())
    world.redirect(victim.award_id, "https://badges.example.edu/new/1")
    assert world.verify(encode_json(victim.compose_hosted())).verdict is Verdict.VERIFIED


@pytest.mark.parametrize("part", ["id", "achievement_id", "key_id", "list_id"])
def test_part_that_is_served_by_another_host(world: IssuerSimulator, victim: OldIssuer, part: str) -> None:
    """No part of a badge may come from another host than the one that it names."""
    address = getattr(victim, part)
    elsewhere = "https://forger.example.net/copy"
    answer = world.answers[address]
    assert not isinstance(answer, FetchError)
    world.publish(elsewhere, answer.body)
    world.redirect(address, elsewhere)
    assert world.verify(victim.issue_signed()).verdict is Verdict.INCONCLUSIVE


def test_signed_with_a_strangers_key(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """A key on the forger's site that calls the victim its owner is not one that the victim names."""
    forger.serve(forger.compose_key(owner=victim.id, publicKeyPem=public_pem("forger")))
    report = world.verify(victim.issue_signed(key="forger", verification={"type": "signed", "creator": forger.key_id}))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.ISSUER).code == "ob2.key_not_listed"
    assert forger.key_id not in world.asked
    assert report.credential is None


def test_signed_with_another_key_under_the_right_name(world: IssuerSimulator, victim: OldIssuer) -> None:
    """The right key's name on a signature of another key."""
    report = world.verify(victim.issue_signed(key="forger"))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"
    assert report.credential is None


def test_key_of_somebody_else(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """A profile that names a key whose owner is somebody else proves nothing (OB 2.0 CryptographicKey, owner)."""
    forger.serve(forger.compose_profile(publicKey=victim.key_id))
    report = world.verify(forger.issue_signed(verification={"type": "signed", "creator": victim.key_id}))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.ISSUER).code == "ob2.key_of_another"


def test_payload_was_changed(world: IssuerSimulator, victim: OldIssuer) -> None:
    """Another payload under a good signature."""
    header, _, signature = victim.issue_signed().split(b".")
    _, payload, _ = sign_rs256(victim.compose_signed(narrative="Runs every mill there is."), key="forger").split(b".")
    report = world.verify(b".".join((header, payload, signature)))
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "proof.algorithm_not_allowed"),
        ({"alg": "HS256"}, "proof.algorithm_not_allowed"),
        ({"typ": "JWT"}, "proof.algorithm_not_allowed"),
        ({"alg": ["RS256"]}, "proof.algorithm_not_allowed"),
        ({"alg": "RS256", "jwk": {}}, "proof.header_not_allowed"),
        ({"alg": "RS256", "jku": "https://forger.example.net/keys"}, "proof.header_not_allowed"),
        ({"alg": "RS256", "b64": False, "crit": ["b64"]}, "proof.header_not_allowed"),
        ({"alg": "EdDSA"}, "proof.algorithm_key_mismatch"),
    ],
)
def test_header_asks_for_another_way(world: IssuerSimulator, victim: OldIssuer, header: JsonObject, code: str) -> None:
    """The header cannot choose how, or with which key, the signature is checked."""
    report = world.verify(victim.issue_signed(header=header))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == code


def test_signed_badge_without_its_signature(world: IssuerSimulator, victim: OldIssuer) -> None:
    """What a signature would cover, as plain JSON, is not proven by anything."""
    report = world.verify(encode_json(victim.compose_signed()))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "proof.missing"


def test_hosted_badge_in_a_strangers_signature(world: IssuerSimulator, victim: OldIssuer) -> None:
    """A hosted badge inside a JWS is proven by its site alone; the signature adds nothing."""
    victim.issue_hosted()
    forged = sign_rs256(victim.compose_hosted(narrative="Runs every mill there is."), key="forger")
    assert world.verify(forged).check(CheckName.PROOF).code == "ob2.hosted_differs"


def test_revocation_list_of_another(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """An empty list that belongs to somebody else clears nothing."""
    victim.serve(victim.compose_profile(revocationList=forger.list_id))
    report = world.verify(victim.issue_signed())
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.STATUS).code == "ob2.list_of_another"


def test_documents_that_name_each_other_end(world: IssuerSimulator, victim: OldIssuer) -> None:
    """A badge that leads on and on is read in a fixed number of requests."""
    keys: list[JsonValue] = [f"https://badges.example.edu/keys/{number}" for number in range(500)]
    victim.serve(victim.compose_profile(publicKey=keys))
    world.verify(victim.issue_signed(verification={"type": "signed"}))
    assert len(world.asked) <= 8


def test_gone_on_a_foreign_site_shows_nothing(world: IssuerSimulator, victim: OldIssuer, forger: OldIssuer) -> None:
    """A forger who answers that a badge is gone learns nothing and proves nothing."""
    data = forger.issue_hosted(badge=victim.achievement_id)
    world.answers[forger.award_id] = FetchError("fetch.http_status", detail={"status": 410})
    report = world.verify(data)
    assert report.verdict is Verdict.REJECTED
    assert report.credential is None


def test_both_versions_in_one_document(world: IssuerSimulator, victim: OldIssuer) -> None:
    """A document that claims to be a current credential is never read as an old badge."""
    contexts: list[JsonValue] = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/openbadges/v2"]
    report = world.verify(victim.compose_hosted() | {"@context": contexts})
    assert report.verdict is not Verdict.VERIFIED
    assert world.asked == []
