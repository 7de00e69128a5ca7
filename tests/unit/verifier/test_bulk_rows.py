"""What a row says of a badge, what it keeps to itself, and how rows are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from schemas import encode_json, read_json
from tests.doubles.issuer_simulator import (
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from tests.doubles.learner_records import issue_badges, issue_record
from verifier import (
    DEFAULT_REQUIRED,
    BulkRow,
    BulkSummary,
    CheckName,
    Finding,
    IssuerStanding,
    TrustEntry,
    TrustList,
    Verdict,
    VerificationContext,
    compose_bulk_rows,
    verify_any,
)
from verifier.bulk_summary import MAX_COUNTED_ISSUERS

if TYPE_CHECKING:
    from typing import Any

    from schemas import JsonValue


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def college(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


def _rows(world: IssuerSimulator, data: bytes, **changes: Any) -> tuple[BulkRow, ...]:  # noqa: ANN401 - members of the context
    context = VerificationContext(**{"now": world.now, "fetcher": world, **changes})
    return compose_bulk_rows(verify_any(data, context=context), label="badge.json")


def _row(world: IssuerSimulator, data: bytes, **changes: Any) -> BulkRow:  # noqa: ANN401 - members of the context
    (row,) = _rows(world, data, **changes)
    return row


def test_a_genuine_badge(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Achievement, issuer, its address and both days stand in the row, and no reason."""
    row = _row(world, college.issue(validUntil="2027-11-01T09:00:00Z", awardedDate="2026-10-30T09:00:00Z"))
    assert row == BulkRow(
        label="badge.json",
        part=0,
        parts=0,
        finding=Finding.GENUINE,
        verdict=Verdict.VERIFIED,
        code="",
        achievement="CNC Mill Operator 1",
        issuer="Example Valley College",
        issuer_id=college.id,
        domain="college.example.edu",
        standing=IssuerStanding.ADDRESS,
        awarded_on="2026-10-30",
        expires_on="2027-11-01",
    )


def test_nothing_of_the_holder(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Neither name nor id of the person is in a row."""
    row = _row(world, college.issue())
    assert "Robin" not in repr(row)
    assert "0b9c1e52" not in repr(row)


@pytest.mark.parametrize(
    ("day", "finding", "code"),
    [(60, Finding.EXPIRED, "validity.expired"), (-60, Finding.NOT_YET_VALID, "validity.not_yet_valid")],
)
def test_dates(world: IssuerSimulator, college: SimulatedIssuer, day: int, finding: Finding, code: str) -> None:
    """A badge out of its dates is genuine and says so; it still tells whose it is."""
    data = college.issue(validUntil="2026-12-24T09:00:00Z")
    row = _row(world, data, now=world.now + timedelta(days=day))
    assert (row.finding, row.code, row.verdict) == (finding, code, Verdict.REJECTED)
    assert row.issuer == "Example Valley College"


@pytest.mark.parametrize(
    ("purpose", "finding", "code"),
    [
        ("revocation", Finding.REVOKED, "status.revoked"),
        ("suspension", Finding.SUSPENDED, "status.suspended"),
    ],
)
def test_status(world: IssuerSimulator, college: SimulatedIssuer, purpose: str, finding: Finding, code: str) -> None:
    """Revoked and suspended are two findings; either is graver than expired."""
    college.publish_status_list(purpose=purpose, set_indexes=(94567,))
    entry = compose_status_entry(purpose=purpose)
    row = _row(world, college.issue(credentialStatus=entry, validUntil="2026-11-20T09:00:00Z"))
    assert (row.finding, row.code) == (finding, code)


def test_a_silent_status_host(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """What could not be asked is said first."""
    world.break_down(STATUS_URL)
    row = _row(world, college.issue(credentialStatus=compose_status_entry()))
    assert (row.finding, row.code, row.verdict) == (
        Finding.COULD_NOT_CHECK,
        "status.unavailable",
        Verdict.INCONCLUSIVE,
    )


def test_nothing_of_a_changed_badge_is_shown(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Under "not genuine" stands no name that a forger wrote."""
    row = _row(world, college.issue().replace(b"Mill Operator", b"Lathe Master!"))
    assert (row.finding, row.code) == (Finding.NOT_GENUINE, "proof.signature_mismatch")
    assert row[6:] == ("", "", "", "", IssuerStanding.NOT_SHOWN, "", "", ())


def test_nothing_of_a_badge_in_anothers_name_is_shown(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """A good signature by a key that is not the issuer's shows nothing either."""
    forger = world.add_issuer(host="forger.example.com")
    data = encode_json(forger.sign(college.compose_badge()))
    row = _row(world, data)
    assert row.finding is Finding.NOT_GENUINE
    assert row[6:] == ("", "", "", "", IssuerStanding.NOT_SHOWN, "", "", ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "decoding.empty"),
        (b"Dear all,\nplease find attached", "decoding.not_recognized"),
        (b'{"half":', "decoding.not_json"),
        (b'{"invoice": 12}', "decoding.not_object"),
    ],
)
def test_no_badge(world: IssuerSimulator, data: bytes, code: str) -> None:
    """What can be read and is none, and what cannot be read, is no badge."""
    row = _row(world, data)
    assert (row.finding, row.code) == (Finding.NOT_A_BADGE, code)


def test_somebody_elses(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """A genuine badge of another person is called that, and not a false one."""
    required = DEFAULT_REQUIRED | {CheckName.RECIPIENT}
    row = _row(world, college.issue(), recipient="Alex Invented", required=required)
    assert (row.finding, row.verdict) == (Finding.SOMEONE_ELSES, Verdict.REJECTED)
    assert row.code == "recipient.mismatch"


def test_a_changed_badge_is_not_somebody_elses(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Forged comes before another's."""
    required = DEFAULT_REQUIRED | {CheckName.RECIPIENT}
    changed = college.issue().replace(b"Mill Operator", b"Lathe Master!")
    assert _row(world, changed, recipient="Alex Invented", required=required).finding is Finding.NOT_GENUINE


def test_standing_by_list(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """An issuer on the reader's list carries the name that stands there."""
    trust_list = TrustList(entries=(TrustEntry(name="Our college", id=college.id),))
    row = _row(world, college.issue(), trust_list=trust_list)
    assert (row.standing, row.issuer) == (IssuerStanding.LISTED, "Our college")


def test_standing_of_a_bare_key(world: IssuerSimulator) -> None:
    """A key without an address proves no name."""
    row = _row(world, world.add_issuer(IssuerIdKind.DID_KEY).issue())
    assert (row.finding, row.standing, row.domain) == (Finding.GENUINE, IssuerStanding.UNPROVEN, "")


def test_standing_of_a_name_that_is_taken(world: IssuerSimulator) -> None:
    """Who uses a name of the reader's list without being on it is marked."""
    trust_list = TrustList(entries=(TrustEntry(name="Example Valley College", domain="valley.example.edu"),))
    row = _row(world, world.add_issuer(host="elsewhere.example.com").issue(), trust_list=trust_list)
    assert row.standing is IssuerStanding.NAME_TAKEN


def test_names_cannot_steer_a_terminal(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Control characters of a signed name do not reach the row."""
    achievement = compose_achievement(name="\x1b[31mWelder\u202e\nNext line")
    row = _row(world, college.issue(credentialSubject=compose_subject(achievement=achievement)))
    assert row.achievement == "\ufffd[31mWelder\ufffd\ufffdNext line"


def test_a_record_has_a_row_for_itself_and_each_part(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Of a learner record the whole comes first, then each badge by its number."""
    changed = encode_json(issue_badges(college, 1, first_number=9)[0]).replace(b"Mill", b"Null")
    badges = [*issue_badges(college, 2), read_json(changed)]
    rows = _rows(world, issue_record(college, badges))
    assert [(row.part, row.parts, row.finding) for row in rows] == [
        (0, 3, Finding.GENUINE),
        (1, 3, Finding.GENUINE),
        (2, 3, Finding.GENUINE),
        (3, 3, Finding.NOT_GENUINE),
    ]


def test_an_empty_record_proves_nothing(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """A record without a badge in it is never genuine."""
    subject: JsonValue = {"id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10", "type": ["ClrSubject"]}
    (row,) = _rows(world, issue_record(college, [], credentialSubject=subject))
    assert row.finding is not Finding.GENUINE
    assert row.verdict is not Verdict.VERIFIED


def _made_row(finding: Finding = Finding.GENUINE, verdict: Verdict = Verdict.VERIFIED, **changes: Any) -> BulkRow:  # noqa: ANN401 - members of the row
    return BulkRow("x", 0, 0, finding, verdict, "")._replace(**changes)


def test_the_worst_verdict_counts() -> None:
    """REJECTED outweighs INCONCLUSIVE, which outweighs VERIFIED; nothing at all is INCONCLUSIVE."""
    summary = BulkSummary()
    verdicts = [summary.verdict]
    for row in (
        _made_row(),
        _made_row(Finding.COULD_NOT_CHECK, Verdict.INCONCLUSIVE),
        _made_row(Finding.REVOKED, Verdict.REJECTED),
        _made_row(),
    ):
        summary.add(row)
        verdicts.append(summary.verdict)
    assert [verdict.name for verdict in verdicts] == [
        "INCONCLUSIVE",
        "VERIFIED",
        "INCONCLUSIVE",
        "REJECTED",
        "REJECTED",
    ]
    assert summary.total == 4


def test_what_holds_badges_is_no_badge() -> None:
    """A sound record is not counted beside the badges in it; a false one is."""
    summary = BulkSummary()
    summary.add(_made_row(parts=2))
    summary.add(_made_row(parts=2, part=1))
    assert summary.total == 1
    summary.add(_made_row(Finding.NOT_GENUINE, Verdict.REJECTED, parts=2))
    assert summary.findings[Finding.NOT_GENUINE] == 1


def test_issuers_are_counted_to_a_limit() -> None:
    """Badges of ever new issuers do not make the counts larger; no badge is lost from them."""
    summary = BulkSummary()
    for number in range(MAX_COUNTED_ISSUERS + 50):
        summary.add(_made_row(issuer="A", issuer_id=f"did:example:{number}", standing=IssuerStanding.UNPROVEN))
    assert len(summary.issuers) == MAX_COUNTED_ISSUERS
    assert summary.others[Finding.GENUINE] == 50


def test_an_unproven_name_is_not_counted_with_a_proven_one() -> None:
    """Two issuers of one name, one of them proven, are two."""
    summary = BulkSummary()
    summary.add(_made_row(issuer="A", issuer_id="did:web:a.example.edu", standing=IssuerStanding.ADDRESS))
    summary.add(_made_row(issuer="did:web:a.example.edu", standing=IssuerStanding.UNPROVEN))
    assert len(summary.issuers) == 2


def test_the_day_is_that_of_the_badge(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """Without a date of award the start of its time counts."""
    start = world.now - timedelta(days=3)
    assert _row(world, college.issue(validFrom=start.isoformat())).awarded_on == "2026-11-19"
