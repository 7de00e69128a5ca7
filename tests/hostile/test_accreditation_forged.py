"""Accreditations that nobody gave: an issuer's own word, a friend's, a forger's, another issuer's (T-14)."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from credentials import sign_vc_jwt
from schemas import (
    OB_3_0_3_CONTEXT,
    OB_ACCREDITATION_CONTEXT,
    VC_V2_CONTEXT,
    JsonObject,
    JsonValue,
    OrganizationKind,
)
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
    format_moment,
)
from verifier import CheckName, EndorsementTarget, Outcome, TrustEntry, TrustList, Verdict, VerificationReport

NOT_VERIFIED = "endorsement.accreditation_not_verified"
NOT_THEIRS = "endorsement.accreditation_not_theirs"
CONTEXTS: list[JsonValue] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_ACCREDITATION_CONTEXT]


@pytest.fixture
def world() -> IssuerSimulator:
    """Return a network of nobody."""
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    """Return the college."""
    return world.add_issuer()


@pytest.fixture
def body(world: IssuerSimulator) -> SimulatedIssuer:
    """Return the body that accredits."""
    return world.add_issuer(host="accreditor.example.org", name="Example Accreditor")


def compose_claim(body_id: str = "", **changes: JsonValue) -> JsonObject:
    """Return one entry of `accreditations`."""
    claim: JsonObject = {
        "type": ["Profile", "AccreditationProfile"],
        "id": body_id,
        "name": "Example Accreditor",
        "contactInstructions": "Write to the office.",
        "accreditationDate": "2020-02-01",
        "educationalSector": "Postsecondary",
        "areaServed": "Three states",
    }
    claim.update(changes)
    return {name: value for name, value in claim.items() if value}


def compose_mark(body: SimulatedIssuer, issuer_id: str, *claims: JsonObject, **changes: JsonValue) -> JsonObject:
    """Return an unsigned endorsement in which a body says that it accredits an issuer."""
    document: JsonObject = {
        "@context": CONTEXTS,
        "id": "urn:uuid:1b3d5f70-0000-4000-8000-0000000000a1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Accreditation",
        "issuer": {"id": body.id, "type": ["Profile"], "name": body.name},
        "validFrom": "2026-10-01T00:00:00Z",
        "credentialSubject": {
            "id": issuer_id,
            "type": ["EndorsementSubject", "IssuerAccreditationProfile"],
            "accreditations": [*(claims or (compose_claim(body.id),))],
        },
    }
    return document | changes


def verify(
    issuer: SimulatedIssuer,
    *endorsements: JsonValue,
    member: str = "endorsement",
    claims: tuple[JsonObject, ...] = (),
    trust_list: TrustList | None = None,
) -> VerificationReport:
    """Verify a badge whose issuer's profile carries endorsements and says of itself who accredits it."""
    profile: JsonObject = {"id": issuer.id, "type": ["Profile"], "name": issuer.name}
    if endorsements:
        profile[member] = [*endorsements]
    if claims:
        profile |= {"type": ["Profile", "IssuerAccreditationProfile"], "accreditations": [*claims]}
    badge = issuer.sign(issuer.compose_badge(issuer=profile) | {"@context": CONTEXTS})
    return issuer.world.verify(badge, trust_list=trust_list or TrustList())


def test_genuine_mark(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Signed by the body itself, for this issuer: shown with what the body says, and that it is not known here."""
    report = verify(issuer, body.sign(compose_mark(body, issuer.id)), claims=(compose_claim(body.id),))
    assert report.verdict is Verdict.VERIFIED
    (mark,) = report.accreditations
    assert (mark.target, mark.endorser_id, mark.known_as) == (EndorsementTarget.ISSUER, body.id, None)
    assert report.to_json()["accreditations"] == [
        {
            "target": "issuer",
            "pointer": "/issuer/endorsement/0",
            "endorser": {"id": body.id, "name": "Example Accreditor"},
            "comment": "",
            "givenAt": "2026-10-01T00:00:00Z",
            "knownAs": None,
            "accreditation": {"since": "2020-02-01", "sector": "Postsecondary", "areaServed": "Three states"},
        }
    ]
    assert not report.notes


def test_body_on_the_readers_own_list(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """What the body is comes from the reader's list, not from the body."""
    entry = TrustEntry(name="Our accreditor", domain="accreditor.example.org", kind=OrganizationKind.CERTIFICATION_BODY)
    report = verify(issuer, body.sign(compose_mark(body, issuer.id)), trust_list=TrustList(entries=(entry,)))
    assert report.accreditations[0].known_as == entry


def test_mark_as_a_token(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """`endorsementJwt` is as good."""
    token = sign_vc_jwt(compose_mark(body, issuer.id), signer=body.signer, verification_method=body.method_id)
    assert len(verify(issuer, token, member="endorsementJwt").accreditations) == 1


def test_issuers_own_word(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """What the issuer lists of itself is signed by the issuer only: no mark, and a remark."""
    report = verify(issuer, claims=(compose_claim(body.id),))
    assert report.verdict is Verdict.VERIFIED
    assert (report.accreditations, report.notes) == ((), (NOT_VERIFIED,))


@pytest.mark.parametrize("claimed", ["", "https://another.example.org/", "did:web:accreditor.example.org"])
def test_one_mark_does_not_prove_another_body(issuer: SimulatedIssuer, body: SimulatedIssuer, claimed: str) -> None:
    """A mark of one body beside the claim of another, or of one without an id."""
    claimed = claimed.replace("accreditor", "another")
    token = sign_vc_jwt(compose_mark(body, issuer.id), signer=body.signer, verification_method=body.method_id)
    report = verify(issuer, token, member="endorsementJwt", claims=(compose_claim(claimed),))
    assert len(report.accreditations) == 1
    assert NOT_VERIFIED in report.notes


def test_praise_is_no_accreditation(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """The issuer claims an accreditation, and the body only said something kind."""
    praise = compose_mark(
        body,
        issuer.id,
        credentialSubject={"id": issuer.id, "type": ["EndorsementSubject"], "endorsementComment": "Good."},
    )
    report = verify(issuer, body.sign(praise), claims=(compose_claim(body.id),))
    assert len(report.endorsements) == 1
    assert (report.accreditations, report.notes) == ((), (NOT_VERIFIED,))


def assert_no_mark(report: VerificationReport, *notes: str) -> None:
    """See that nothing is shown as a mark, and that the badge itself is judged by itself."""
    assert report.verdict is Verdict.VERIFIED
    assert report.accreditations == ()
    assert set(notes) <= set(report.notes)


def test_accredited_by_itself(issuer: SimulatedIssuer) -> None:
    """An issuer is not its own accreditor."""
    claim = compose_claim(issuer.id, name=issuer.name)
    assert_no_mark(verify(issuer, issuer.sign(compose_mark(issuer, issuer.id, claim))), NOT_THEIRS)


@pytest.mark.parametrize("others", [1, 2])
def test_in_the_name_of_another_body(world: IssuerSimulator, issuer: SimulatedIssuer, others: int) -> None:
    """A friend signs that a famous body accredits, alone or beside its own claim."""
    friend = world.add_issuer(IssuerIdKind.DID_KEY, name="Example Accreditor")
    claims = [compose_claim("did:web:accreditor.example.org"), compose_claim(friend.id)][:others]
    assert_no_mark(verify(issuer, friend.sign(compose_mark(friend, issuer.id, *claims))), NOT_THEIRS)


def test_mark_of_another_issuer(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Copied from the badge of an accredited college."""
    report = verify(
        issuer, body.sign(compose_mark(body, "did:web:other.example.edu")), claims=(compose_claim(body.id),)
    )
    assert_no_mark(report, NOT_VERIFIED)
    assert report.check(CheckName.ENDORSEMENTS).code == "endorsement.not_verified"


def test_signed_by_somebody_else(world: IssuerSimulator, issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """The document names the body, a stranger signed it."""
    stranger = world.add_issuer(IssuerIdKind.DID_KEY)
    forged = stranger.sign(compose_mark(body, issuer.id), method_id=stranger.method_id)
    report = verify(issuer, forged, claims=(compose_claim(body.id),))
    assert_no_mark(report, NOT_VERIFIED)
    assert report.check(CheckName.ENDORSEMENTS).outcome is Outcome.FAILED


def test_words_changed(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Another sector than the body signed."""
    signed = copy.deepcopy(body.sign(compose_mark(body, issuer.id)))
    subject = signed["credentialSubject"]
    assert isinstance(subject, dict)
    subject["accreditations"] = [compose_claim(body.id, educationalSector="Nuclear plants")]
    assert_no_mark(verify(issuer, signed))


def test_unsigned(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Words without a signature."""
    assert_no_mark(verify(issuer, compose_mark(body, issuer.id)))


def test_run_out(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """An accreditation that ended is none."""
    ended = compose_mark(body, issuer.id, validUntil=format_moment(NOW - timedelta(days=2)))
    assert_no_mark(verify(issuer, body.sign(ended)))


def test_not_begun(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Nor is one that begins later, by its own date."""
    later = compose_mark(body, issuer.id, compose_claim(body.id, accreditationDate="2027-01-01"))
    assert_no_mark(verify(issuer, body.sign(later)), "endorsement.accreditation_not_begun")


def test_taken_back(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """The body revoked it."""
    url = "https://accreditor.example.org/status/1"
    body.publish_status_list(url=url, set_indexes=(7,))
    mark = compose_mark(body, issuer.id, credentialStatus=[compose_status_entry(url=url, index="7")])
    assert_no_mark(verify(issuer, body.sign(mark)))


def test_status_out_of_reach(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Whether it was revoked cannot be told, so it is not shown."""
    issuer.world.break_down(STATUS_URL)
    mark = compose_mark(body, issuer.id, credentialStatus=[compose_status_entry()])
    assert_no_mark(verify(issuer, body.sign(mark)))


def test_body_out_of_reach(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """Without the body's keys nothing is proven."""
    mark = body.sign(compose_mark(body, issuer.id))
    issuer.world.break_down(body.document_url)
    report = verify(issuer, mark, claims=(compose_claim(body.id),))
    assert_no_mark(report, NOT_VERIFIED)
    assert report.check(CheckName.ENDORSEMENTS).outcome is Outcome.INDETERMINATE


def test_issuer_that_is_not_proven(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """A genuine mark of the real college on a badge whose issuer cannot be proven: not shown."""
    mark = body.sign(compose_mark(body, issuer.id))
    issuer.world.break_down(issuer.document_url)
    report = verify(issuer, mark)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.accreditations == ()


@pytest.mark.parametrize("place", ["credential", "achievement"])
def test_mark_in_another_place(issuer: SimulatedIssuer, body: SimulatedIssuer, place: str) -> None:
    """An accreditation of a badge or a course is none of the issuer."""
    badge = issuer.compose_badge()
    subject = badge["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    holder = badge if place == "credential" else achievement
    mark = compose_mark(body, str(holder["id"]))
    holder["endorsement"] = [body.sign(mark)]
    report = issuer.world.verify(issuer.sign(badge | {"@context": CONTEXTS}))
    assert_no_mark(report, NOT_THEIRS)


@pytest.mark.parametrize("when", ["soon", "2020", "01/02/2020"])
def test_a_date_that_is_none_is_not_shown(issuer: SimulatedIssuer, body: SimulatedIssuer, when: str) -> None:
    """The extension leaves its form open; only a day is shown as one."""
    signed = body.sign(compose_mark(body, issuer.id, compose_claim(body.id, accreditationDate=when)))
    (mark,) = verify(issuer, signed).accreditations
    assert mark.accreditation is not None
    assert mark.accreditation.since is None


def test_long_words_are_cut(issuer: SimulatedIssuer, body: SimulatedIssuer) -> None:
    """A body cannot fill the page."""
    signed = body.sign(compose_mark(body, issuer.id, compose_claim(body.id, educationalSector="x" * 5_000)))
    (mark,) = verify(issuer, signed).accreditations
    assert mark.accreditation is not None
    assert len(mark.accreditation.sector) == 200
