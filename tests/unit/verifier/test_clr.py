"""CLR 2.0: the record is verified as a credential, and each credential in it on its own proof."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, cast

import pytest

from credentials import EnvelopeKind, MediaType, canonicalize, compose_envelope, sign_vc_jwt
from schemas import JsonObject, SchemaName, encode_json, validate
from tests.doubles.issuer_simulator import (
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from tests.doubles.learner_records import compose_record, issue_badges, issue_record
from tests.doubles.pyld_oracle import canonicalize_with_pyld
from verifier import (
    CheckName,
    ContainerKind,
    CredentialSetReport,
    Headline,
    Outcome,
    Verdict,
    VerificationContext,
    VerificationReport,
    verify_any,
)

if TYPE_CHECKING:
    from schemas import JsonValue


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


def _verify(world: IssuerSimulator, data: bytes) -> CredentialSetReport:
    report = verify_any(data, context=VerificationContext(now=world.now, fetcher=world))
    assert isinstance(report, CredentialSetReport)
    return report


def test_record_is_verified_with_each_badge(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A good record of good badges: one verdict, and a whole report for each of them."""
    report = _verify(world, issue_record(issuer, issue_badges(issuer)))
    assert (report.kind, report.verdict, bool(report)) == (ContainerKind.LEARNER_RECORD, Verdict.VERIFIED, True)
    assert [part.pointer for part in report.parts] == [
        "/credentialSubject/verifiableCredential/0",
        "/credentialSubject/verifiableCredential/1",
    ]
    assert all(part.report.credential for part in report.parts)


def test_badges_of_another_issuer(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record may hold badges that somebody else gave."""
    other = world.add_issuer(host="board.example.org", name="Example Board")
    report = _verify(world, issue_record(issuer, [*issue_badges(issuer, 1), *issue_badges(other, 1, first_number=7)]))
    assert report.verdict is Verdict.VERIFIED


def test_tokens_inside(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record that is itself a token is read like one with its proof inside."""
    token = sign_vc_jwt(
        compose_record(issuer, issue_badges(issuer)), signer=issuer.signer, verification_method=issuer.method_id
    )
    assert _verify(world, token.encode()).verdict is Verdict.VERIFIED


def test_badges_for_different_achievements(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Two badges of one learner say different things of that learner, each under its own proof."""
    milling = issue_badges(issuer, 1)
    achievement = compose_achievement(id="https://college.example.edu/achievements/lathe-1", name="Lathe Operator 1")
    turning = issue_badges(issuer, 1, first_number=7, credentialSubject=compose_subject(achievement=achievement))
    report = _verify(world, issue_record(issuer, [*milling, *turning]))
    assert report.verdict is Verdict.VERIFIED
    assert [part.report.credential.achievement.name for part in report.parts if part.report.credential] == [
        "CNC Mill Operator 1",
        "Lathe Operator 1",
    ]


def test_forged_badge_inside_a_good_record(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """The issuer's signature over the record does not make a changed badge in it good."""
    badges = issue_badges(issuer)
    forged = cast("JsonObject", badges[1])
    badges[1] = forged | {"name": "Master of all mills"}
    report = _verify(world, issue_record(issuer, badges))
    assert [part.report.verdict for part in report.parts] == [Verdict.VERIFIED, Verdict.REJECTED]
    assert report.container.verdict is Verdict.VERIFIED
    assert (report.verdict, report.headline) == (Verdict.REJECTED, Headline.NOT_GENUINE)
    assert "proof.signature_mismatch" in report.deciding_codes


def test_changed_record_around_good_badges(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record that was changed is not genuine; the badges in it are listed all the same."""
    record = json.loads(issue_record(issuer, issue_badges(issuer)))
    record["name"] = "Record of Kim Exampleson"
    report = _verify(world, encode_json(record))
    assert report.container.verdict is Verdict.REJECTED
    assert [part.report.verdict for part in report.parts] == [Verdict.VERIFIED, Verdict.VERIFIED]
    assert report.verdict is Verdict.REJECTED


def test_revoked_badge_inside(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Each badge has a status of its own."""
    issuer.publish_status_list(set_indexes=(94567,))
    badges = [
        *issue_badges(issuer, 1),
        *issue_badges(issuer, 1, first_number=7, credentialStatus=compose_status_entry()),
    ]
    report = _verify(world, issue_record(issuer, badges))
    assert (report.verdict, report.headline) == (Verdict.REJECTED, Headline.GENUINE_BUT)
    assert report.parts[1].report.check(CheckName.STATUS).code == "status.revoked"


def test_one_issuer_is_asked_once(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """However many badges a record holds, the issuer's keys are fetched once."""
    report = _verify(world, issue_record(issuer, issue_badges(issuer, 12)))
    assert report.verdict is Verdict.VERIFIED
    assert world.asked == [issuer.document_url]


def test_single_badge_stays_a_single_report(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """One badge gives the report it always gave."""
    report = verify_any(issuer.issue(), context=VerificationContext(now=world.now, fetcher=world))
    assert isinstance(report, VerificationReport)
    assert report.verdict is Verdict.VERIFIED


def test_reader_of_single_badges_says_there_are_several(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record given to the reader of one badge is never called genuine for its wrapping alone."""
    report = world.verify(issue_record(issuer, issue_badges(issuer)))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.DECODING).code == "decoding.several_credentials"


def test_record_inside_a_record(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record in a record is not opened: its own parts would stay unseen."""
    record = compose_record(issuer, issue_badges(issuer))
    subject = cast("JsonObject", record["credentialSubject"]) | {"id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c11"}
    inner = issuer.sign(record | {"credentialSubject": subject})
    outer = issue_record(issuer, [inner], id="urn:uuid:2f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a23")
    report = _verify(world, outer)
    assert report.parts[0].report.check(CheckName.DECODING).code == "decoding.several_credentials"
    assert report.verdict is not Verdict.VERIFIED


def test_too_many_badges(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record of more badges than are checked says so instead of checking some."""
    badge = issue_badges(issuer, 1)[0]
    record = compose_record(issuer, [badge] * 65)
    report = _verify(world, encode_json(record))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.parts == ()
    assert report.deciding_codes[0] == "presentation.too_many_credentials"


@pytest.mark.parametrize(
    ("value", "code"),
    [(7, "decoding.not_object"), ("x", "decoding.not_json"), ({"type": "x"}, "data_model.context_order")],
)
def test_part_that_is_no_badge(world: IssuerSimulator, issuer: SimulatedIssuer, value: JsonValue, code: str) -> None:
    """What stands in the place of a badge gets a report too."""
    report = _verify(world, encode_json(compose_record(issuer, [value])))
    assert report.parts[0].report.deciding_checks[0].code == code


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, CheckName.DATA_MODEL, "data_model.context_order"),
        ({"credentialSubject": {"type": ["ClrSubject"]}}, CheckName.DATA_MODEL, "data_model.subject_unidentified"),
        (
            {"credentialSubject": {"id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10", "type": ["ClrSubject"]}},
            CheckName.DATA_MODEL,
            "data_model.record_empty",
        ),
        ({"name": None}, CheckName.SCHEMA, "schema.violation"),
    ],
)
def test_record_that_breaks_its_model(
    world: IssuerSimulator, issuer: SimulatedIssuer, changes: JsonObject, name: CheckName, code: str
) -> None:
    """The record itself follows CLR 2.0."""
    container = _verify(world, encode_json(compose_record(issuer, issue_badges(issuer, 1), **changes))).container
    assert isinstance(container, VerificationReport)
    assert (container.check(name).outcome, container.check(name).code) == (Outcome.FAILED, code)


def test_badge_in_an_envelope(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A badge that is a token lies in the record in an envelope, and is verified as a token."""
    envelope = compose_envelope(issuer.issue_jwt(), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT)
    report = _verify(world, encode_json(compose_record(issuer, [envelope])))
    assert report.parts[0].report.verdict is Verdict.VERIFIED


def test_envelope_that_is_none(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """An envelope with something beside its content is refused (VCDM 2.0 §4.13.1)."""
    envelope = compose_envelope(issuer.issue_jwt(), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT)
    report = _verify(world, encode_json(compose_record(issuer, [envelope | {"name": "Master of all mills"}])))
    assert report.parts[0].report.check(CheckName.DECODING).code == "decoding.envelope_malformed"


def test_token_whose_header_is_refused(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A record as a token with a header that no badge may have is refused before anything in it is looked at."""
    token = sign_vc_jwt(
        compose_record(issuer, issue_badges(issuer)), signer=issuer.signer, verification_method=issuer.method_id
    )
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    report = _verify(world, f"{header}.{token.split('.', 1)[1]}".encode())
    assert (report.verdict, report.parts) == (Verdict.REJECTED, ())
    assert report.deciding_codes[0] == "proof.algorithm_not_allowed"


def test_refresh_of_a_record(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A newer version of a record is not followed, and the report says so."""
    service: JsonObject = {"id": "https://college.example.edu/refresh/1", "type": "1EdTechCredentialRefresh"}
    record = compose_record(issuer, issue_badges(issuer), refreshService=service)
    container = _verify(world, encode_json(record)).container
    assert isinstance(container, VerificationReport)
    assert container.check(CheckName.REFRESH).code == "refresh.unsupported_type"


def test_associations_fit_the_schema(issuer: SimulatedIssuer) -> None:
    """Associations tie achievements together; another kind needs the prefix `ext:` (CLR 2.0 Association)."""
    record = compose_record(issuer, issue_badges(issuer, 1))
    association: JsonObject = {
        "type": "Association",
        "associationType": "isChildOf",
        "sourceId": "https://college.example.edu/achievements/cnc-mill-1",
        "targetId": "https://college.example.edu/achievements/machinist",
    }
    subject = cast("JsonObject", record["credentialSubject"])
    assert (
        validate(record | {"credentialSubject": subject | {"association": [association]}}, SchemaName.CLR_CREDENTIAL)
        == ()
    )
    wrong = association | {"associationType": "isUncleOf"}
    assert validate(record | {"credentialSubject": subject | {"association": [wrong]}}, SchemaName.CLR_CREDENTIAL)


def test_canonical_form_is_that_of_an_independent_tool(issuer: SimulatedIssuer) -> None:
    """PyLD gives the same statements for a record with signed badges in it."""
    record = compose_record(issuer, issue_badges(issuer))
    assert canonicalize(record).decode("utf-8") == canonicalize_with_pyld(record)


def test_machine_form(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """The JSON holds the verdict, the container and every part."""
    found = _verify(world, issue_record(issuer, issue_badges(issuer))).to_json()
    assert found["verdict"] == "verified"
    assert found["kind"] == "learner_record"
    assert [part["report"]["verdict"] for part in cast("list[dict[str, dict[str, str]]]", found["parts"])] == [
        "verified"
    ] * 2
