"""T-14: praise in a badge that nobody gave."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue, OrganizationKind
from tests.doubles.issuer_simulator import (
    NOW,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
    format_moment,
)
from verifier import Check, CheckName, EndorsementTarget, Outcome, TrustEntry, TrustList, VerifiedEndorsement

ACHIEVEMENT_ID = "https://college.example.edu/achievements/cnc-mill-1"


def compose_endorsement(endorser: SimulatedIssuer, **changes: JsonValue) -> JsonObject:
    """Return an unsigned EndorsementCredential for the achievement."""
    document: JsonObject = {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:1b3d5f70-0000-4000-8000-0000000000e1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": endorser.id, "type": ["Profile"], "name": endorser.name},
        "validFrom": "2026-10-01T00:00:00Z",
        "credentialSubject": {
            "id": ACHIEVEMENT_ID,
            "type": ["EndorsementSubject"],
            "endorsementComment": "We hire people with this badge.",
        },
    }
    return document | changes


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def endorser(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer(IssuerIdKind.DID_WEB, host="maker.example.com", name="Example Maker")


def check_badge(world: IssuerSimulator, **achievement: JsonValue) -> Check:
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    badge = issuer.issue(credentialSubject=compose_subject(achievement=compose_achievement(**achievement)))
    report = world.verify(badge)
    assert report  # endorsements never change whether the badge itself is genuine
    return report.check(CheckName.ENDORSEMENTS)


def test_genuine_endorsement(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """An endorsement on the endorser's own key is named with its place and its endorser."""
    check = check_badge(world, endorsement=[endorser.sign(compose_endorsement(endorser))])
    assert (check.outcome, check.code) == (Outcome.PASSED, "endorsement.passed")
    assert check.detail["verified"] == [
        {"pointer": "/credentialSubject/achievement/endorsement/0", "endorser": endorser.id}
    ]


def test_genuine_endorsement_as_a_token(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """`endorsementJwt` holds a VC-JWT (context 3.0.3 as of 2026)."""
    from credentials import sign_vc_jwt  # noqa: PLC0415 - one use

    token = sign_vc_jwt(compose_endorsement(endorser), signer=endorser.signer, verification_method=endorser.method_id)
    assert check_badge(world, endorsementJwt=[token]).code == "endorsement.passed"


def test_unsigned(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """Words without a signature are not praise."""
    check = check_badge(world, endorsement=[compose_endorsement(endorser)])
    assert (check.outcome, check.code) == (Outcome.FAILED, "endorsement.not_verified")
    assert check.detail["verified"] == []


def test_comment_changed(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """A genuine endorsement with other words in it."""
    signed = copy.deepcopy(endorser.sign(compose_endorsement(endorser)))
    subject = signed["credentialSubject"]
    assert isinstance(subject, dict)
    subject["endorsementComment"] = "The best badge of all."
    check = check_badge(world, endorsement=[signed])
    assert (check.outcome, check.code) == (Outcome.FAILED, "endorsement.not_verified")


def test_signed_by_somebody_else(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """The endorsement names a maker, a stranger signed it."""
    stranger = world.add_issuer(IssuerIdKind.DID_KEY)
    forged = stranger.sign(compose_endorsement(endorser), method_id=stranger.method_id)
    assert check_badge(world, endorsement=[forged]).outcome is Outcome.FAILED


def test_written_for_something_else(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """A genuine endorsement of another achievement, copied."""
    other = compose_endorsement(
        endorser, credentialSubject={"id": "https://other.example.org/a", "type": ["EndorsementSubject"]}
    )
    check = check_badge(world, endorsement=[endorser.sign(other)])
    assert check.outcome is Outcome.FAILED
    assert check.detail["notVerified"] == [
        {"pointer": "/credentialSubject/achievement/endorsement/0", "reason": "endorsement.other_subject"}
    ]


def test_expired(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """An endorsement that has run out is no longer praise."""
    old = compose_endorsement(endorser, validUntil=format_moment(NOW - timedelta(days=2)))
    assert check_badge(world, endorsement=[endorser.sign(old)]).outcome is Outcome.FAILED


def test_endorser_cannot_be_asked(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """When the endorser's keys cannot be read it is open, and still not shown."""
    signed = endorser.sign(compose_endorsement(endorser))
    world.break_down(endorser.document_url)
    check = check_badge(world, endorsement=[signed])
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "endorsement.not_verified")


def test_one_of_two(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """The good one is named as verified, the other one as not."""
    good = endorser.sign(compose_endorsement(endorser))
    bad = compose_endorsement(endorser, id="urn:uuid:1b3d5f70-0000-4000-8000-0000000000e2")
    check = check_badge(world, endorsement=[good, bad])
    assert check.outcome is Outcome.FAILED
    assert len(check.detail["verified"]) == len(check.detail["notVerified"]) == 1  # type: ignore[arg-type]


def test_revoked(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """An endorsement that was taken back is no longer praise."""
    url = "https://maker.example.com/status/1"
    endorser.publish_status_list(url=url, set_indexes=(5,))
    withdrawn = compose_endorsement(endorser, credentialStatus=compose_status_entry(url=url, index="5"))
    check = check_badge(world, endorsement=[endorser.sign(withdrawn)])
    assert check.outcome is Outcome.FAILED
    assert check.detail["notVerified"] == [
        {"pointer": "/credentialSubject/achievement/endorsement/0", "reason": "status.revoked"}
    ]


def test_open_one_does_not_soften_a_forged_one(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """One forged, one that could not be checked: the finding is the forged one, in either order."""
    forged = compose_endorsement(endorser, id="urn:uuid:1b3d5f70-0000-4000-8000-0000000000e3")
    silent = world.add_issuer(IssuerIdKind.DID_WEB, host="silent.example.com")
    open_one = silent.sign(compose_endorsement(silent))
    world.break_down(silent.document_url)
    assert check_badge(world, endorsement=[forged, open_one]).outcome is Outcome.FAILED
    assert check_badge(world, endorsement=[open_one, forged]).outcome is Outcome.FAILED


@pytest.mark.parametrize("token", ["eyJhbGciOiJub25lIn0.e30.", "eyJ", "not a token"])
def test_token_that_is_none(world: IssuerSimulator, token: str) -> None:
    """Anything may stand in `endorsementJwt`; the badge itself stays what it is."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    subject = compose_subject(achievement=compose_achievement(endorsementJwt=[token]))
    report = world.verify(issuer.issue(credentialSubject=subject))
    assert report.check(CheckName.ENDORSEMENTS).outcome in {Outcome.FAILED, Outcome.NOT_RUN}


def test_more_than_are_checked(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """T-32: what goes beyond eight is reported as not verified."""
    many: list[JsonValue] = [
        endorser.sign(compose_endorsement(endorser, id=f"urn:uuid:1b3d5f70-0000-4000-8000-00000000{number:04}"))
        for number in range(9)
    ]
    check = check_badge(world, endorsement=many)
    assert check.outcome is Outcome.INDETERMINATE
    assert len(check.detail["verified"]) == 8  # type: ignore[arg-type]


def test_only_what_holds_is_given_to_pages(world: IssuerSimulator, endorser: SimulatedIssuer) -> None:
    """The report carries the good one with the endorser's own words, and nothing of the forged one."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    good = endorser.sign(compose_endorsement(endorser))
    forged = compose_endorsement(endorser, id="urn:uuid:1b3d5f70-0000-4000-8000-0000000000e2")
    subject = compose_subject(achievement=compose_achievement(endorsement=[forged, good]))
    known = TrustEntry(name="The maker", id=endorser.id, kind=OrganizationKind.CERTIFICATION_BODY)
    report = world.verify(issuer.issue(credentialSubject=subject), trust_list=TrustList(entries=(known,)))
    assert report.endorsements == (
        VerifiedEndorsement(
            target=EndorsementTarget.ACHIEVEMENT,
            pointer="/credentialSubject/achievement/endorsement/1",
            endorser_id=endorser.id,
            endorser_name="Example Maker",
            comment="We hire people with this badge.",
            given_at=datetime(2026, 10, 1, tzinfo=UTC),
            known_as=known,
        ),
    )


@pytest.mark.parametrize("place", ["credential", "issuer"])
def test_endorsement_of_badge_and_issuer(world: IssuerSimulator, endorser: SimulatedIssuer, place: str) -> None:
    """An endorsement may stand on the badge or on its issuer; each speaks of what it stands on."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    badge = issuer.compose_badge()
    profile = badge["issuer"]
    assert isinstance(profile, dict)
    endorsed = badge["id"] if place == "credential" else issuer.id
    subject: JsonValue = {"id": endorsed, "type": ["EndorsementSubject"], "endorsementComment": "Good."}
    holder = badge if place == "credential" else profile
    holder["endorsement"] = [endorser.sign(compose_endorsement(endorser, credentialSubject=subject))]
    report = world.verify(issuer.sign(badge))
    assert [endorsement.target.value for endorsement in report.endorsements] == [place]


def test_endorsements_of_a_false_badge_are_not_given_to_pages(
    world: IssuerSimulator, endorser: SimulatedIssuer
) -> None:
    """A badge whose signature does not hold shows no praise, however genuine."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    subject = compose_subject(
        achievement=compose_achievement(endorsement=[endorser.sign(compose_endorsement(endorser))])
    )
    signed = issuer.sign(issuer.compose_badge(credentialSubject=subject))
    assert world.verify({**signed, "name": "Another name"}).endorsements == ()
