"""Presentations: who shows the badges, in answer to which question, to whom, and what each badge is worth."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import EnvelopeKind, MediaType, compose_envelope, compose_presentation, sign_vp_jwt
from keys import KeyType, LocalSigner, did_web_url
from schemas import JsonObject, encode_json
from tests.doubles.holders import CHALLENGE, DOMAIN, Holder, copy_of
from tests.doubles.issuer_simulator import NOW, IssuerSimulator, SimulatedIssuer, compose_subject
from verifier import (
    CheckName,
    ContainerKind,
    CredentialSetReport,
    Headline,
    MemoryChallengeBook,
    Outcome,
    PresentationCheckName,
    PresentationReport,
    Verdict,
    VerificationContext,
    verify_any,
    verify_presentation,
)

if TYPE_CHECKING:
    from verifier import ChallengeBook

Name = PresentationCheckName


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


@pytest.fixture
def holder() -> Holder:
    return Holder()


def _verify(
    world: IssuerSimulator,
    data: JsonObject | bytes,
    *,
    challenge: str | None = CHALLENGE,
    domain: str | None = DOMAIN,
    book: ChallengeBook | None = None,
) -> CredentialSetReport:
    return verify_presentation(
        data if isinstance(data, bytes) else encode_json(data),
        context=VerificationContext(now=world.now, fetcher=world),
        expected_challenge=challenge,
        expected_domain=domain,
        challenges=book,
    )


def _code(report: CredentialSetReport, name: PresentationCheckName) -> str:
    assert isinstance(report.container, PresentationReport)
    return report.container.check(name).code


def _outcome(report: CredentialSetReport, name: PresentationCheckName) -> Outcome:
    assert isinstance(report.container, PresentationReport)
    return report.container.check(name).outcome


def test_showing_is_verified(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """The right question, the right reader, the holder's own key and good badges of that holder."""
    report = _verify(world, holder.show([holder.earn(issuer), holder.earn(issuer, 1)]))
    assert (report.kind, report.verdict) == (ContainerKind.PRESENTATION, Verdict.VERIFIED)
    assert isinstance(report.container, PresentationReport)
    assert report.container.holder == holder.id
    assert _outcome(report, Name.HOLDER_BINDING) is Outcome.PASSED
    assert [part.pointer for part in report.parts] == ["/verifiableCredential/0", "/verifiableCredential/1"]


def test_token_is_verified(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A presentation as a token, with badges in envelopes."""
    badge = issuer.issue_jwt(credentialSubject=compose_subject(id=holder.id))
    assert _verify(world, holder.show_token([badge])).verdict is Verdict.VERIFIED


def test_another_challenge(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """An answer to another question is a replay (VC-DATA-INTEGRITY 1.0 §4.4)."""
    report = _verify(world, holder.show([holder.earn(issuer)], challenge="of-yesterday"))
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.CHALLENGE) == "proof.challenge_mismatch"


def test_another_domain(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """What was shown to somebody else is not for us."""
    report = _verify(world, holder.show([holder.earn(issuer)], domain="other.example.com"))
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.DOMAIN) == "proof.domain_mismatch"
    assert _outcome(report, Name.CHALLENGE) is Outcome.PASSED


@pytest.mark.parametrize("wrong", ["nonce", "audience"])
def test_token_for_another_showing(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder, wrong: str) -> None:
    """`nonce` and `aud` of a token are its challenge and domain."""
    token = holder.show_token([issuer.issue_jwt()], **{wrong: "another"})
    name = Name.CHALLENGE if wrong == "nonce" else Name.DOMAIN
    assert _outcome(_verify(world, token), name) is Outcome.FAILED


def test_nobody_asked_for_a_domain(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """The domain is compared only when the reader said who it is."""
    report = _verify(world, holder.show([holder.earn(issuer)], domain=None), domain=None)
    assert report.verdict is Verdict.VERIFIED
    assert _outcome(report, Name.DOMAIN) is Outcome.NOT_APPLICABLE


def test_nobody_asked_a_question(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """Without a question nobody can tell a showing from a copy, however good the badges are."""
    report = _verify(world, holder.show([holder.earn(issuer)]), challenge=None)
    assert (report.verdict, report.headline) == (Verdict.INCONCLUSIVE, Headline.COULD_NOT_CHECK)
    assert _code(report, Name.CHALLENGE) == "presentation.challenge_not_asked"
    assert report.parts[0].report.verdict is Verdict.VERIFIED


def test_file_of_a_presentation(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """An uploaded presentation goes the same way, and each badge in it has its report."""
    data = encode_json(holder.show([holder.earn(issuer)]))
    report = verify_any(data, context=VerificationContext(now=NOW, fetcher=world))
    assert isinstance(report, CredentialSetReport)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.parts[0].report.verdict is Verdict.VERIFIED


def test_reader_of_single_badges_says_there_are_several(
    world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder
) -> None:
    """A presentation is no badge, also when it is a token."""
    for data in (encode_json(holder.show([holder.earn(issuer)])), holder.show_token([issuer.issue_jwt()])):
        assert world.verify(data).check(CheckName.DECODING).code == "decoding.several_credentials"


def test_unsigned_bundle(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A bundle that nobody signed, as wallets export it, proves nothing of the person; its badges stand alone."""
    bundle = holder.show([holder.earn(issuer)])
    del bundle["proof"]
    report = _verify(world, bundle, challenge=None)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert _code(report, Name.PROOF) == "presentation.unsigned"
    assert report.parts[0].report.verdict is Verdict.VERIFIED


def test_unsigned_answer(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """Where a signed answer was asked for, an unsigned one is refused."""
    bundle = holder.show([holder.earn(issuer)])
    del bundle["proof"]
    report = _verify(world, bundle)
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.PROOF) == "proof.missing"


def test_no_badge_at_all(world: IssuerSimulator, holder: Holder) -> None:
    """A presentation of nothing is never true."""
    shown = holder.show([holder.earn(world.add_issuer())])
    shown.pop("verifiableCredential")
    report = _verify(world, shown)
    assert report.parts == ()
    assert not report


def test_badge_of_somebody_else(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A badge that names another wallet is genuine, and not shown to be this person's."""
    report = _verify(world, holder.show([holder.earn(issuer), Holder().earn(issuer, 1)]))
    assert (report.verdict, report.headline) == (Verdict.INCONCLUSIVE, Headline.COULD_NOT_CHECK)
    assert _code(report, Name.HOLDER_BINDING) == "presentation.other_subject"
    assert isinstance(report.container, PresentationReport)
    assert report.container.check(Name.HOLDER_BINDING).detail["otherSubject"] == ["/verifiableCredential/1"]


def test_badge_that_names_no_wallet(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """Most badges name a person, not a wallet: that is noted and says nothing against them."""
    report = _verify(world, holder.show([json.loads(issuer.issue())]))
    assert report.verdict is Verdict.VERIFIED
    assert _code(report, Name.HOLDER_BINDING) == "presentation.not_bound"


def test_holder_on_the_web(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A holder may publish the key; it must stand under `authentication` (CID 1.0 §2.3.1)."""
    holder = Holder(signer=LocalSigner.generate(KeyType.ED25519))
    did = "did:web:people.example.org:robin"
    method: JsonObject = {
        "id": f"{did}#1",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": holder.signer.public_key.multikey,
    }
    shown = holder.show([json.loads(issuer.issue())], holder=did, method_id=f"{did}#1")
    document: JsonObject = {"id": did, "verificationMethod": [method], "authentication": [f"{did}#1"]}
    world.publish(did_web_url(did), document)
    assert _verify(world, shown).verdict is Verdict.VERIFIED
    world.publish(did_web_url(did), {"id": did, "verificationMethod": [method], "assertionMethod": [f"{did}#1"]})
    report = _verify(world, shown)
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.HOLDER) == "presentation.not_authentication_method"


def test_holder_out_of_reach(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A holder whose document cannot be fetched is neither right nor wrong."""
    did = "did:web:people.example.org:robin"
    shown = holder.show([json.loads(issuer.issue())], holder=did, method_id=f"{did}#1")
    report = _verify(world, shown)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert _outcome(report, Name.HOLDER) is Outcome.INDETERMINATE
    assert _code(report, Name.PROOF) == "proof.key_unavailable"


def test_proof_that_has_ended(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A token is good for ten minutes."""
    token = holder.show_token([issuer.issue_jwt()])
    world.now += timedelta(hours=1)
    assert _code(_verify(world, token), Name.PROOF) == "presentation.expired"


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"eyJ.e30.x", b'{"type":"VerifiablePresentation"}', b"\xd2\x84", b"not a badge"]
)
def test_nothing_of_the_kind(world: IssuerSimulator, data: bytes) -> None:
    """What is no presentation gets a report, and never a good one."""
    report = _verify(world, data)
    assert report.verdict is Verdict.REJECTED
    assert report.parts == ()


def test_question_is_burnt_by_its_answer(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """The second showing of the same answer is a replay."""
    book = MemoryChallengeBook()
    challenge = book.ask(now=NOW)
    shown = holder.show([holder.earn(issuer)], challenge=challenge)
    assert _verify(world, shown, challenge=challenge, book=book).verdict is Verdict.VERIFIED
    report = _verify(world, shown, challenge=challenge, book=book)
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.CHALLENGE) == "proof.challenge_mismatch"


def test_book_finds_the_question_that_is_answered(
    world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder
) -> None:
    """Who does not know which question this answers asks the book."""
    book = MemoryChallengeBook()
    shown = holder.show([holder.earn(issuer)], challenge=book.ask(now=NOW))
    assert _verify(world, shown, challenge=None, book=book).verdict is Verdict.VERIFIED
    assert _code(_verify(world, shown, challenge=None, book=book), Name.CHALLENGE) == "proof.challenge_mismatch"


def test_unreadable_answer_burns_nothing(world: IssuerSimulator) -> None:
    """Who answers with nothing answers no question of the book."""
    report = _verify(world, b"not a badge", challenge=None, book=MemoryChallengeBook())
    assert _code(report, Name.CHALLENGE) == "proof.challenge_mismatch"


def test_unsigned_bundle_of_something_else(world: IssuerSimulator, holder: Holder) -> None:
    """A bundle without a signature must still be a bundle of credentials."""
    shown = holder.show([]) | {"verifiableCredential": ["a badge"]}
    del shown["proof"]
    report = _verify(world, shown, challenge=None)
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.DECODING) == "presentation.malformed"


def test_key_named_by_its_fragment(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A token may name its key by the fragment alone: it is the holder's."""
    fragment = holder.method_id.removeprefix(holder.id)
    envelope = compose_envelope(issuer.issue_jwt(), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT)
    token = sign_vp_jwt(
        compose_presentation([envelope], holder=holder.id),
        signer=holder.signer,
        verification_method=fragment,
        nonce=CHALLENGE,
        audience=DOMAIN,
        now=NOW,
    )
    assert _verify(world, token.encode()).verdict is Verdict.VERIFIED


def test_wrong_answer_burns_the_question(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A question has one answer, right or wrong."""
    book = MemoryChallengeBook()
    challenge = book.ask(now=NOW)
    good = holder.show([holder.earn(issuer)], challenge=challenge)
    wrong = copy_of(good) | {"holder": Holder().id}
    assert _verify(world, wrong, challenge=challenge, book=book).verdict is Verdict.REJECTED
    assert _verify(world, good, challenge=challenge, book=book).verdict is Verdict.REJECTED


def test_machine_form(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """The JSON names the holder and lists every check once."""
    found = _verify(world, holder.show([holder.earn(issuer)])).to_json()
    container = found["container"]
    assert isinstance(container, dict)
    assert container["holder"] == holder.id
    checks = container["checks"]
    assert isinstance(checks, list)
    assert [check["name"] for check in checks if isinstance(check, dict)] == [name.value for name in Name]


def test_question_of_one_reader(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A question is asked for somebody: an answer made for another is refused, also when nobody names a domain."""
    book = MemoryChallengeBook()
    badge = holder.earn(issuer)
    own, other = (book.ask(now=NOW, domain=domain) for domain in (DOMAIN, "other.example.com"))
    good = _verify(world, holder.show([badge], challenge=own), challenge=None, domain=None, book=book)
    wrong = _verify(world, holder.show([badge], challenge=other), challenge=None, domain=None, book=book)
    assert (good.verdict, _outcome(good, Name.DOMAIN)) == (Verdict.VERIFIED, Outcome.PASSED)
    assert (wrong.verdict, _code(wrong, Name.DOMAIN)) == (Verdict.REJECTED, "proof.domain_mismatch")
