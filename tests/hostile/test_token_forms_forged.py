"""Forged, confused and stripped SD-JWTs and COSE messages, presented as badges (T-12, T-17 to T-23)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import CoseType, TokenType, bind_to_holder, present_sd_jwt, sign_cose, sign_sd_jwt
from credentials.jws import sign_compact_jws
from credentials.sd_jwt_disclosure import DigestAlgorithm
from keys import (
    KeyType,
    LocalSigner,
    VerificationMethod,
    decode_base64url,
    did_key,
    did_key_method_id,
    encode_base64url,
)
from schemas import encode_json
from tests.doubles.issuer_simulator import (
    IssuerIdKind,
    IssuerSimulator,
    compose_status_entry,
    compose_subject,
)
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from keys import Signer
    from schemas import JsonObject, JsonValue
    from tests.doubles.issuer_simulator import SimulatedIssuer
    from verifier import VerificationReport

    Sign = Callable[[JsonObject, Signer, str], bytes]

ATTACKER = LocalSigner.generate(KeyType.ED25519)  # TEST ONLY
HOLDER = LocalSigner.generate(KeyType.ED25519)  # TEST ONLY
NARRATIVE = "/credentialSubject/narrative"


def sd_jwt(document: JsonObject, signer: Signer, method_id: str) -> bytes:
    """Sign as `vc+sd-jwt`."""
    return sign_sd_jwt(document, hideable=(), signer=signer, verification_method=method_id).encode()


def cose(document: JsonObject, signer: Signer, method_id: str) -> bytes:
    """Sign as COSE."""
    return sign_cose(document, signer=signer, verification_method=method_id)


FORMS = pytest.mark.parametrize("sign", [sd_jwt, cose], ids=lambda sign: sign.__name__)


@pytest.fixture
def issuer() -> SimulatedIssuer:
    """Return an issuer whose keys stand at its own address."""
    return IssuerSimulator().add_issuer()


def issuer_code(report: VerificationReport) -> str:
    """Return why the key is not the issuer's; the badge must be rejected for it."""
    assert report.verdict is Verdict.REJECTED
    return report.check(CheckName.ISSUER).code


@FORMS
def test_key_of_somebody_else_in_the_issuers_name(sign: Sign, issuer: SimulatedIssuer) -> None:
    """T-17: a Multikey in the fragment of the victim's own address proves nothing."""
    method_id = f"{issuer.id}#{ATTACKER.public_key.multikey}"
    report = issuer.world.verify(sign(issuer.compose_badge(), ATTACKER, method_id))
    assert issuer_code(report) == "issuer.not_assertion_method"


@FORMS
@pytest.mark.parametrize(
    "kind", [IssuerIdKind.DID_KEY, IssuerIdKind.DID_JWK, IssuerIdKind.DID_WEB, IssuerIdKind.HTTPS_DOCUMENT]
)
def test_method_of_another(sign: Sign, kind: IssuerIdKind) -> None:
    """T-18: the attacker's did:key signs for whomever it likes."""
    issuer = IssuerSimulator().add_issuer(kind)
    report = issuer.world.verify(sign(issuer.compose_badge(), ATTACKER, did_key_method_id(ATTACKER.public_key)))
    assert issuer_code(report) == "issuer.controller_mismatch"


@FORMS
def test_right_key_id_and_wrong_key(sign: Sign, issuer: SimulatedIssuer) -> None:
    """The signature is not the issuer's."""
    report = issuer.world.verify(sign(issuer.compose_badge(), ATTACKER, issuer.method_id))
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"
    assert (report.verdict, report.credential) == (Verdict.REJECTED, None)


@FORMS
def test_key_that_is_for_something_else(sign: Sign, issuer: SimulatedIssuer) -> None:
    """T-21: a key under `authentication` only signs no badges."""
    issuer.publish_keys(assertionMethod=[], authentication=[issuer.method_id])
    report = issuer.world.verify(sign(issuer.compose_badge(), issuer.signer, issuer.method_id))
    assert issuer_code(report) == "issuer.not_assertion_method"


@FORMS
def test_retired_key(sign: Sign, issuer: SimulatedIssuer) -> None:
    """T-23: made after the key was put away."""
    retired = VerificationMethod(
        id=issuer.method_id,
        controller=issuer.id,
        public_key=issuer.signer.public_key,
        revoked=issuer.world.now - timedelta(days=365),
    )
    issuer.methods = [retired]
    issuer.publish_keys()
    report = issuer.world.verify(sign(issuer.compose_badge(), issuer.signer, issuer.method_id))
    assert issuer_code(report) == "issuer.key_retired"


@FORMS
def test_issuer_out_of_reach(sign: Sign, issuer: SimulatedIssuer) -> None:
    """No answer is no proof, and nothing against the badge either."""
    issuer.world.break_down(issuer.document_url)
    report = issuer.world.verify(sign(issuer.compose_badge(), issuer.signer, issuer.method_id))
    assert report.verdict is Verdict.INCONCLUSIVE


def test_key_in_the_header(issuer: SimulatedIssuer) -> None:
    """T-19: `jwk` in the header of an SD-JWT is a hint; the issuer does not publish it."""
    header: JsonObject = {"alg": "EdDSA", "jwk": ATTACKER.public_key.jwk, "typ": "vc+sd-jwt"}
    report = issuer.world.verify(_forge(header, issuer.compose_badge(), ATTACKER) + b"~")
    assert issuer_code(report) == "issuer.key_not_bound"


@pytest.mark.parametrize("name", ["jku", "x5u", "x5c", "crit", "b64", "zip"])
def test_header_that_points_elsewhere(issuer: SimulatedIssuer, name: str) -> None:
    """T-19, T-20: refused before anything is asked of anybody."""
    header: JsonObject = {"alg": "EdDSA", "kid": issuer.method_id, "typ": "vc+sd-jwt", name: "https://evil.example/"}
    report = issuer.world.verify(_forge(header, issuer.compose_badge(), issuer.signer) + b"~")
    assert report.check(CheckName.PROOF).code == "proof.header_not_allowed"
    assert (report.verdict, issuer.world.asked) == (Verdict.REJECTED, [])


@pytest.mark.parametrize("name", ["none", "HS256", "ES384", ""])
def test_algorithm_confusion(issuer: SimulatedIssuer, name: str) -> None:
    """T-20: the key decides."""
    header: JsonObject = {"alg": name, "kid": issuer.method_id, "typ": "vc+sd-jwt"}
    report = issuer.world.verify(_forge(header, issuer.compose_badge(), issuer.signer) + b"~")
    assert report.check(CheckName.PROOF).code in {"proof.algorithm_not_allowed", "proof.algorithm_key_mismatch"}
    assert report.verdict is Verdict.REJECTED


def _forge(header: JsonObject, payload: JsonObject, signer: Signer) -> bytes:
    signing_input = ".".join(encode_base64url(encode_json(part)) for part in (header, payload)).encode()
    signature = signer.sign(signing_input, algorithm=signer.public_key.key_type.algorithm)
    return signing_input + b"." + encode_base64url(signature).encode()


@pytest.mark.parametrize("tail", ["~", "~~", "~WyJzIiwiYSIsMV0~"])
@pytest.mark.parametrize("token_type", ["JWT", "vc+jwt", None])
def test_tilde_behind_a_plain_token(issuer: SimulatedIssuer, tail: str, token_type: str | None) -> None:
    """Corpus B 45: a good VC-JWT does not become an SD-JWT."""
    header: JsonObject = {"alg": "EdDSA", "kid": issuer.method_id}
    if token_type is not None:
        header["typ"] = token_type
    report = issuer.world.verify(_forge(header, issuer.compose_badge(), issuer.signer) + tail.encode())
    assert report.check(CheckName.DECODING).code == "decoding.jwt_malformed"


def test_sd_jwt_without_its_tilde(issuer: SimulatedIssuer) -> None:
    """An SD-JWT is not read as a VC-JWT, with its digests as claims."""
    token = sd_jwt(issuer.compose_badge(), issuer.signer, issuer.method_id).rstrip(b"~")
    assert issuer.world.verify(token).verdict is Verdict.REJECTED


@pytest.mark.parametrize("token_type", [TokenType.VP_SD_JWT, TokenType.KB_JWT])
def test_token_of_another_purpose(issuer: SimulatedIssuer, token_type: TokenType) -> None:
    """What is signed as a presentation or a key binding is no credential."""
    payload = encode_json(issuer.compose_badge())
    jws = sign_compact_jws(payload, signer=issuer.signer, kid=issuer.method_id, token_type=token_type)
    assert issuer.world.verify(f"{jws}~").verdict is Verdict.REJECTED


def test_cose_of_another_purpose(issuer: SimulatedIssuer) -> None:
    """What is signed as a presentation is no credential."""
    message = sign_cose(
        issuer.compose_badge(),
        signer=issuer.signer,
        verification_method=issuer.method_id,
        cose_type=CoseType.VP_COSE,
    )
    report = issuer.world.verify(message)
    assert (report.verdict, report.check(CheckName.PROOF).code) == (Verdict.REJECTED, "proof.header_malformed")


def test_changed_and_cut_cose(issuer: SimulatedIssuer) -> None:
    """Every byte is covered, and half a message is none."""
    message = cose(issuer.compose_badge(), issuer.signer, issuer.method_id)
    changed = message.replace(b"CNC Mill", b"CNC Maxi")
    assert issuer.world.verify(changed).check(CheckName.PROOF).code == "proof.signature_mismatch"
    for length in (2, 10, 100, len(message) - 1):
        report = issuer.world.verify(message[:length])
        assert report.check(CheckName.DECODING).code in {"decoding.cose_malformed", "decoding.not_recognized"}


@pytest.fixture
def shown_parts(issuer: SimulatedIssuer) -> tuple[str, ...]:
    """Return token, disclosures and ending of an SD-JWT with one hideable member, bound to a holder."""
    document = issuer.compose_badge(
        credentialSubject=compose_subject(narrative="Passed."), validUntil="2028-01-01T00:00:00Z"
    )
    token = sign_sd_jwt(
        document,
        hideable=[NARRATIVE],
        signer=issuer.signer,
        verification_method=issuer.method_id,
        holder_key=HOLDER.public_key,
    )
    return tuple(token.split("~"))


def test_changed_disclosure(issuer: SimulatedIssuer, shown_parts: tuple[str, ...]) -> None:
    """Other words than those that were signed."""
    salt, name, _ = json.loads(_decode(shown_parts[1]))
    changed = encode_base64url(encode_json([salt, name, "Top of the class."]))
    report = issuer.world.verify("~".join([shown_parts[0], changed, ""]))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.DECODING).code == "decoding.passed"
    assert report.check(CheckName.PROOF).code == "proof.disclosure_unused"


def _decode(text: str) -> bytes:
    return decode_base64url(text)


def test_key_binding_by_another_key(issuer: SimulatedIssuer, shown_parts: tuple[str, ...]) -> None:
    """Who shows it pretends to be its holder."""
    token = "~".join(shown_parts)
    good = bind_to_holder(token, signer=HOLDER, nonce="n", audience="https://x", now=issuer.world.now)
    claims = good.rsplit("~", 1)[1].split(".")[1]
    forged = _sign_binding(json.loads(_decode(claims)), ATTACKER)
    report = issuer.world.verify(f"{token}{forged}")
    assert (report.verdict, report.check(CheckName.PROOF).code) == (Verdict.REJECTED, "proof.signature_mismatch")


def _sign_binding(claims: JsonValue, signer: Signer) -> str:
    return sign_compact_jws(encode_json(claims), signer=signer, kid=None, token_type=TokenType.KB_JWT)


def test_key_binding_over_another_selection(issuer: SimulatedIssuer, shown_parts: tuple[str, ...]) -> None:
    """A disclosure was taken out after the holder had signed."""
    token = "~".join(shown_parts)
    good = bind_to_holder(token, signer=HOLDER, nonce="n", audience="https://x", now=issuer.world.now)
    binding = good.rsplit("~", 1)[1]
    report = issuer.world.verify(present_sd_jwt(token, shown=[]) + binding)
    assert (report.verdict, report.check(CheckName.PROOF).code) == (
        Verdict.REJECTED,
        "presentation.key_binding_invalid",
    )


def test_key_binding_without_a_bound_key(issuer: SimulatedIssuer) -> None:
    """The issuer named no holder key, so nobody's signature there means anything."""
    token = sd_jwt(issuer.compose_badge(), issuer.signer, issuer.method_id).decode()
    binding = _sign_binding({"iat": 1, "aud": "x", "nonce": "n", "sd_hash": "x"}, HOLDER)
    report = issuer.world.verify(token + binding)
    assert (report.verdict, report.check(CheckName.PROOF).code) == (
        Verdict.REJECTED,
        "presentation.key_binding_missing",
    )


def _with_digests(document: JsonObject, *digests: str) -> JsonObject:
    return {**document, "_sd": [*digests]}


def _hide(name: str, value: JsonValue) -> tuple[str, str]:
    """Return a disclosure and its digest."""
    encoded = encode_base64url(encode_json(["c2FsdHNhbHRzYWx0c2FsdA", name, value]))
    return encoded, DigestAlgorithm.SHA_256.digest(encoded)


def _token(issuer: SimulatedIssuer, payload: JsonObject, *disclosures: str) -> str:
    jws = sign_compact_jws(
        encode_json(payload), signer=issuer.signer, kid=issuer.method_id, token_type=TokenType.VC_SD_JWT
    )
    return "~".join([jws, *disclosures, ""])


DECOYS = tuple(DigestAlgorithm.SHA_256.digest(f"decoy {number}") for number in range(5))


@pytest.mark.parametrize("member", ["validUntil", "credentialStatus", "credentialSchema", "termsOfUse"])
def test_lifecycle_that_could_have_been_left_out(issuer: SimulatedIssuer, member: str) -> None:
    """T-12: even when it is shown, for another holder would leave it out."""
    values: dict[str, JsonValue] = {
        "validUntil": "2028-01-01T00:00:00Z",
        "credentialStatus": compose_status_entry(),
        "credentialSchema": {"id": "https://example.org/s", "type": "1EdTechJsonSchemaValidator2019"},
        "termsOfUse": {"type": "x"},
    }
    disclosure, digest = _hide(member, values[member])
    report = issuer.world.verify(_token(issuer, _with_digests(issuer.compose_badge(), digest), disclosure))
    assert report.verdict is not Verdict.VERIFIED
    left_out = issuer.world.verify(_token(issuer, _with_digests(issuer.compose_badge(), digest)))
    check = left_out.check(CheckName.PROOF)
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "proof.lifecycle_hidden")


def test_decoys_beside_a_plain_lifecycle(issuer: SimulatedIssuer) -> None:
    """RFC 9901 §4.2.7: decoys are legal everywhere; with end and status in sight they can hide neither."""
    issuer.publish_status_list()
    subject = compose_subject() | {"_sd": [*DECOYS[:2]]}
    document = issuer.compose_badge(
        credentialSubject=subject, validUntil="2028-01-01T00:00:00Z", credentialStatus=[compose_status_entry()]
    )
    report = issuer.world.verify(_token(issuer, _with_digests(document, *DECOYS[2:])))
    assert report.verdict is Verdict.VERIFIED
    assert "proof.parts_chosen" in report.notes


def test_decoys_below_the_top_need_no_lifecycle(issuer: SimulatedIssuer) -> None:
    """A digest in the subject can be neither the end nor the status of the badge."""
    subject = compose_subject() | {"_sd": [*DECOYS]}
    report = issuer.world.verify(_token(issuer, issuer.compose_badge(credentialSubject=subject)))
    assert report.verdict is Verdict.VERIFIED


def test_end_of_the_token_settles_the_end(issuer: SimulatedIssuer) -> None:
    """`exp` is never a disclosure: with it nothing counts for longer, whatever a digest hides."""
    issuer.publish_status_list()
    document = issuer.compose_badge(credentialStatus=[compose_status_entry()]) | {"exp": 1_900_000_000}
    assert issuer.world.verify(_token(issuer, _with_digests(document, *DECOYS))).verdict is Verdict.VERIFIED
    over = document | {"exp": 1_793_000_000}
    assert issuer.world.verify(_token(issuer, _with_digests(over, *DECOYS))).verdict is Verdict.REJECTED


@pytest.mark.parametrize("member", ["name", "achievement"])
def test_what_open_badges_requires_was_left_out(issuer: SimulatedIssuer, member: str) -> None:
    """A badge without what makes it one is no badge, whoever left it out."""
    subject = compose_subject()
    value = subject.pop("achievement")
    assert isinstance(value, dict)
    if member == "name":
        disclosure, digest = _hide("name", value.pop("name"))
        subject["achievement"] = value | {"_sd": [digest]}
    else:
        disclosure, digest = _hide("achievement", value)
        subject["_sd"] = [digest]
    document = issuer.compose_badge(credentialSubject=subject)
    assert issuer.world.verify(_token(issuer, document, disclosure)).verdict is Verdict.VERIFIED
    assert issuer.world.verify(_token(issuer, document)).verdict is Verdict.REJECTED


def test_every_element_left_out(issuer: SimulatedIssuer) -> None:
    """An array of which nothing is shown says nothing, and spoils nothing."""
    hidden = DigestAlgorithm.SHA_256.digest("a skill")
    subject = compose_subject()
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    achievement["alignment"] = [{"...": hidden}]
    assert issuer.world.verify(_token(issuer, issuer.compose_badge(credentialSubject=subject)))


def test_did_key_issuer_of_the_attacker_says_who_it_is(issuer: SimulatedIssuer) -> None:
    """What an attacker signs in its own name is genuine, in its own name only."""
    document = issuer.compose_badge()
    document["issuer"] = {"id": did_key(ATTACKER.public_key), "type": ["Profile"], "name": issuer.name}
    report = issuer.world.verify(sd_jwt(document, ATTACKER, did_key_method_id(ATTACKER.public_key)))
    assert report.credential is not None
    assert report.credential.issuer.id == did_key(ATTACKER.public_key)
