"""Open Badges 2.0, hosted: the issuer's own site is the proof, now or not at all."""

from __future__ import annotations

import pytest

from keys import OfflineFetcher
from schemas import FetchError, JsonObject, OrganizationKind, encode_json
from tests.doubles.issuer_simulator import NOW, IssuerSimulator
from tests.doubles.old_badges import EMAIL, IDENTITY, OldIssuer
from verifier import CheckName, Headline, Outcome, TrustEntry, TrustList, Verdict


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> OldIssuer:
    return OldIssuer(world=world)


def test_hosted_badge_is_verified(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A copy that says what the issuer's own site says is genuine (OB 2.0 HostedBadge)."""
    report = world.verify(issuer.issue_hosted())
    assert report.verdict is Verdict.VERIFIED
    assert report.check(CheckName.PROOF).code == "ob2.hosted_by_issuer"
    assert report.check(CheckName.ISSUER).code == "ob2.site_of_issuer"
    assert report.check(CheckName.SCHEMA).outcome is Outcome.NOT_APPLICABLE


def test_view_is_marked_and_filled(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Pages get the usual view with what the three documents say, marked as version 2.0."""
    credential = world.verify(issuer.issue_hosted(expires="2027-06-30T00:00:00Z")).credential
    assert credential is not None
    assert credential.version == "2.0"
    assert (credential.name, credential.issuer.name) == ("CNC Mill Operator 1", "Example Valley College")
    assert credential.issuer.id == issuer.id
    assert credential.achievement.criteria.narrative == "Made the test part within 0.1 mm."
    assert [skill.name for skill in credential.skills] == ["Operation and Control"]
    assert credential.tags == ("milling", "CNC")
    assert credential.evidence[0].narrative == "Milled a vise jaw."
    assert credential.subject.identifiers[0].identity_hash == IDENTITY
    assert credential.valid_until is not None
    assert set(credential.to_json()) == {"assertion", "badge", "issuer"}


def test_address_of_the_badge_is_enough(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """The web link of a hosted badge is verified like its file."""
    assert world.verify(issuer.award_id).verdict is Verdict.VERIFIED


def test_achievement_inside_the_badge_is_taken(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A description without an address of its own stands in the hosted badge and is vouched for by it."""
    inside = issuer.compose_achievement(id="urn:uuid:9b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10")
    report = world.verify(issuer.issue_hosted(badge=inside))
    assert report.verdict is Verdict.VERIFIED


def test_achievement_inside_with_an_address_is_fetched(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """What is shown of an achievement with an address comes from that address, never from the copy."""
    embellished = issuer.compose_achievement(name="Master of all mills")
    report = world.verify(encode_json(issuer.compose_hosted(badge=embellished)))
    assert report.credential is not None
    assert report.credential.name == "CNC Mill Operator 1"


def test_arrays_read_as_single_values(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """`type` and `@context` may be arrays."""
    hosted: JsonObject = {
        "@context": ["https://w3id.org/openbadges/v2"],
        "type": ["Assertion"],
        "verification": {"type": ["HostedBadge"]},
    }
    assert world.verify(issuer.issue_hosted(**hosted)).verdict is Verdict.VERIFIED


def test_version_2_1_context_is_read(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Open Badges 2.1 kept the data model."""
    context = "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld"
    assert world.verify(issuer.issue_hosted(**{"@context": context})).verdict is Verdict.VERIFIED


def test_offline_could_not_check(issuer: OldIssuer) -> None:
    """Without a network nothing proves a hosted badge, and nothing of it is shown."""
    report = issuer.world.verify(issuer.issue_hosted(), fetcher=OfflineFetcher())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.headline is Headline.COULD_NOT_CHECK
    assert report.check(CheckName.PROOF).code == "fetch.offline"
    assert report.credential is None


def test_badge_on_http_could_not_check(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An old badge at an address without https is never fetched."""
    address = issuer.award_id.replace("https:", "http:")
    report = world.verify(encode_json(issuer.compose_hosted(id=address)))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "fetch.scheme_forbidden"
    assert world.asked == []


def test_issuer_on_http_could_not_check(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An issuer whose profile stands at an address without https is never fetched."""
    issuer.serve(issuer.compose_achievement(issuer=issuer.id.replace("https:", "http:")))
    report = world.verify(issuer.issue_hosted())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.ISSUER).code == "fetch.scheme_forbidden"


@pytest.mark.parametrize("part", ["achievement_id", "id"])
def test_missing_description_could_not_check(world: IssuerSimulator, issuer: OldIssuer, part: str) -> None:
    """Without the achievement or the issuer, whose site it is stays open."""
    world.break_down(getattr(issuer, part))
    report = world.verify(issuer.issue_hosted())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.ISSUER).code == "issuer.unproven"
    assert report.check(CheckName.PROOF).code == "ob2.hosted_unproven"
    assert report.credential is None


def test_page_for_people_in_place_of_the_badge(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A site that now shows a page where the badge was says nothing against it."""
    data = issuer.issue_hosted()
    world.publish(issuer.award_id, b"<!doctype html><title>Robin's badge</title>", media_type="text/html")
    report = world.verify(data)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "ob2.hosted_unproven"


def test_revoked_on_the_site(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """`revoked: true` on the site counts, whatever the copy says."""
    issuer.serve(issuer.compose_hosted(revoked=True, revocationReason="Entered in error"))
    report = world.verify(encode_json(issuer.compose_hosted()))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.STATUS).code == "status.revoked"
    assert report.headline is Headline.GENUINE_BUT


def test_site_answers_gone(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """HTTP 410 is how a site says that a badge was taken back (OB 2.0, revocation of hosted badges)."""
    data = issuer.issue_hosted()
    world.answers[issuer.award_id] = FetchError("fetch.http_status", detail={"status": 410})
    report = world.verify(data)
    assert report.verdict is Verdict.REJECTED
    assert (report.check(CheckName.PROOF).code, report.check(CheckName.STATUS).code) == ("ob2.gone", "status.revoked")
    assert report.credential is None


def test_revoked_badge_cut_down_to_its_id(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A site may leave nothing of a badge that was taken back but its id."""
    data = issuer.issue_hosted()
    issuer.serve({"@context": "https://w3id.org/openbadges/v2", "id": issuer.award_id, "revoked": True})
    report = world.verify(data)
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.STATUS).code == "status.revoked"
    assert report.credential is None


def test_expired(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A badge whose `expires` has passed was genuine."""
    report = world.verify(issuer.issue_hosted(expires="2026-01-01T00:00:00Z"))
    assert report.headline is Headline.GENUINE_BUT
    assert report.check(CheckName.VALIDITY_PERIOD).code == "validity.expired"


@pytest.mark.parametrize(("expires", "verdict"), [("2026-11-22", Verdict.VERIFIED), ("2026-11-21", Verdict.REJECTED)])
def test_day_without_a_time_lasts_to_its_end(
    world: IssuerSimulator, issuer: OldIssuer, expires: str, verdict: Verdict
) -> None:
    """The clock stands at 2026-11-22: a badge that expires on that day holds, one of the day before does not."""
    report = world.verify(issuer.issue_hosted(expires=expires))
    assert report.verdict is verdict
    assert "ob2.date_without_time" in report.notes


@pytest.mark.parametrize("issued", ["2017-06-30T14:30:00+0000", 1498833000])
def test_older_ways_to_write_a_moment(world: IssuerSimulator, issuer: OldIssuer, issued: str | int) -> None:
    """An offset without its colon and Unix seconds both mean 2017-06-30T14:30:00Z."""
    credential = world.verify(issuer.issue_hosted(issuedOn=issued)).credential
    assert credential is not None
    assert credential.valid_from is not None
    assert credential.valid_from.isoformat() == "2017-06-30T14:30:00+00:00"


@pytest.mark.parametrize(
    ("who", "outcome"),
    [(EMAIL, Outcome.PASSED), ("ROBIN@example.org", Outcome.PASSED), ("kim@example.org", Outcome.FAILED)],
)
def test_recipient_is_compared_when_asked(
    world: IssuerSimulator, issuer: OldIssuer, who: str, outcome: Outcome
) -> None:
    """The salted hash of the address is compared (OB 2.0 IdentityHash)."""
    report = world.verify(issuer.issue_hosted(), recipient=who)
    assert report.check(CheckName.RECIPIENT).outcome is outcome


def test_plain_recipient(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An address in plain text is compared as it stands."""
    plain: JsonObject = {"type": "email", "hashed": False, "identity": EMAIL}
    report = world.verify(issuer.issue_hosted(recipient=plain), recipient=EMAIL)
    assert report.check(CheckName.RECIPIENT).outcome is Outcome.PASSED


def test_issuer_is_found_in_the_trust_list(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """The reader's list knows the issuer by the address of its profile."""
    entry = TrustEntry(name="Example Valley College", kind=OrganizationKind.COLLEGE, id=issuer.id)
    report = world.verify(issuer.issue_hosted(), trust_list=TrustList(entries=(entry,)))
    assert report.check(CheckName.TRUST).code == "trust.listed"


def test_endorsement_is_not_read(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Praise of version 2.0 is not verified, so it is said to be unread."""
    report = world.verify(issuer.issue_hosted(endorsement="https://praise.example.org/1"))
    assert report.verdict is Verdict.VERIFIED
    assert report.check(CheckName.ENDORSEMENTS).code == "ob2.endorsement_not_read"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"id": "5f0a3c1e"}, "/id"),
        ({"recipient": None}, "/recipient"),
        ({"recipient": {"type": "email", "hashed": "true", "identity": "x"}}, "/recipient/hashed"),
        ({"badge": None}, "/badge"),
        ({"badge": []}, "/badge"),
        ({"verification": None}, "/verification/type"),
        ({"verification": {"type": ["hosted", "signed"]}}, "/verification/type"),
        ({"issuedOn": None}, "/issuedOn"),
        ({"issuedOn": "last June"}, "/issuedOn"),
        ({"issuedOn": 10**30}, "/issuedOn"),
        ({"expires": "soon"}, "/expires"),
    ],
)
def test_member_wrong(world: IssuerSimulator, issuer: OldIssuer, changes: JsonObject, pointer: str) -> None:
    """A part that OB 2.0 requires is missing or unreadable: the report points to it, and nothing is fetched."""
    report = world.verify(encode_json(issuer.compose_hosted(**changes)))
    check = report.check(CheckName.DATA_MODEL)
    assert (check.outcome, check.detail["pointer"]) == (Outcome.FAILED, pointer)
    assert world.asked == []


@pytest.mark.parametrize(
    ("part", "changes", "pointer"),
    [
        ("achievement", {"type": "Assertion"}, "/badge/type"),
        ("achievement", {"name": None}, "/badge/name"),
        ("achievement", {"issuer": None}, "/badge/issuer"),
        ("profile", {"type": "BadgeClass"}, "/badge/issuer/type"),
        ("profile", {"name": None}, "/badge/issuer/name"),
    ],
)
def test_linked_part_wrong(
    world: IssuerSimulator, issuer: OldIssuer, part: str, changes: JsonObject, pointer: str
) -> None:
    """A description that lacks what OB 2.0 requires is no description."""
    issuer.serve(getattr(issuer, f"compose_{part}")(**changes))
    check = world.verify(issuer.issue_hosted()).check(CheckName.ISSUER)
    assert (check.code, check.detail["pointer"]) == ("ob2.member_wrong", pointer)


def test_description_alone_is_no_badge(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Somebody who pastes the link of the achievement learns that nobody earned it there."""
    report = world.verify(issuer.achievement_id)
    assert report.headline is Headline.COULD_NOT_CHECK
    assert report.check(CheckName.DATA_MODEL).code == "ob2.no_award"


def test_version_1_is_said_to_be_too_old(world: IssuerSimulator) -> None:
    """A badge of Open Badges 1.1 is neither good nor bad: it cannot be checked here."""
    report = world.verify({"@context": "https://w3id.org/openbadges/v1", "type": "Assertion", "uid": "7"})
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.DATA_MODEL).code == "ob2.too_old"


def test_hosted_badge_without_an_address(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A hosted badge that names itself by a number has no site to ask."""
    report = world.verify(encode_json(issuer.compose_hosted(id="urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11")))
    assert report.check(CheckName.PROOF).code == "ob2.not_an_address"


def test_time_of_the_report_is_the_clock(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """The report says when the site was asked."""
    assert world.verify(issuer.issue_hosted()).verified_at == NOW
