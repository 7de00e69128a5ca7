"""Corpus B through the whole verifier: what the header of a token asks for."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from keys import KeyType, LocalSigner, encode_base64url
from schemas import JsonObject, encode_json
from tests.doubles.issuer_simulator import IssuerSimulator, SimulatedIssuer
from tests.doubles.tokens import compose_claims, forge_token
from verifier import CheckName, Headline, Outcome, Verdict, VerificationReport


@pytest.fixture
def issuer() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(key_type=KeyType.P256)


def verify_header(issuer: SimulatedIssuer, **changes: object) -> VerificationReport:
    """Sign with the issuer's good key under a header with one thing changed."""
    header: JsonObject = {"alg": "ES256", "kid": issuer.method_id, "typ": "JWT"}
    header.update(changes)  # type: ignore[arg-type]  # headers that no type allows are the point
    claims = compose_claims(issuer.compose_badge())
    return issuer.world.verify(forge_token(header, claims, signer=issuer.signer))


def test_good_header(issuer: SimulatedIssuer) -> None:
    """The header that every case below starts from is good."""
    assert verify_header(issuer)


@pytest.mark.parametrize("name", ["none", "None", "NONE", "HS256", "HS512", "", None, ["ES256"], 7, {}])
def test_algorithm_that_badges_do_not_use(issuer: SimulatedIssuer, name: object) -> None:
    """Corpus B 21: unsigned, symmetric and unknown algorithms."""
    report = verify_header(issuer, alg=name)
    assert report.check(CheckName.PROOF).code == "proof.algorithm_not_allowed"
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize("name", ["ES512", "ES256K", "PS384", "PS512", "Ed448"])
def test_algorithm_that_is_not_read_here(issuer: SimulatedIssuer, name: str) -> None:
    """A sound signature that this program cannot read says nothing against the badge, and proves nothing."""
    report = verify_header(issuer, alg=name)
    check = report.check(CheckName.PROOF)
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "proof.algorithm_unsupported")
    assert (report.verdict, report.headline) == (Verdict.INCONCLUSIVE, Headline.COULD_NOT_CHECK)
    assert report.credential is None


def test_public_key_used_as_a_shared_secret(issuer: SimulatedIssuer) -> None:
    """Corpus B 23: HS256 keyed with what everybody can read."""
    header = encode_base64url(encode_json({"alg": "HS256", "kid": issuer.method_id}))
    payload = encode_base64url(encode_json(compose_claims(issuer.compose_badge())))
    secret = issuer.signer.public_key.multikey.encode()
    mac = hmac.new(secret, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    report = issuer.world.verify(f"{header}.{payload}.{encode_base64url(mac)}")
    assert report.check(CheckName.PROOF).code == "proof.algorithm_not_allowed"


@pytest.mark.parametrize("name", ["ES384", "EdDSA", "RS256"])
def test_algorithm_of_another_key(issuer: SimulatedIssuer, name: str) -> None:
    """Corpus B 24: the key decides which algorithm it is, not the token."""
    assert verify_header(issuer, alg=name).check(CheckName.PROOF).code == "proof.algorithm_key_mismatch"


@pytest.mark.parametrize(
    "extra", [{"crit": ["exp"]}, {"b64": False}, {"zip": "DEF"}, {"x5c": []}, {"jku": "https://evil.example.com/"}]
)
def test_header_that_is_not_allowed(issuer: SimulatedIssuer, extra: dict[str, object]) -> None:
    """Corpus B 27-30: no header but `alg`, `kid`, `jwk` and `typ`; nothing is fetched."""
    report = verify_header(issuer, **extra)
    assert report.check(CheckName.PROOF).code == "proof.header_not_allowed"
    assert issuer.world.asked == []


@pytest.mark.parametrize("key_id", [7, "x" * 4000, "../../etc/passwd", None, [], "", "a b"])
def test_key_id_that_is_no_address(issuer: SimulatedIssuer, key_id: object) -> None:
    """Corpus B 33."""
    assert verify_header(issuer, kid=key_id).check(CheckName.PROOF).code == "proof.header_malformed"


def test_private_key_in_the_header(issuer: SimulatedIssuer) -> None:
    """Corpus B 32."""
    jwk = {**issuer.signer.public_key.jwk, "d": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U"}
    assert verify_header(issuer, jwk=jwk).check(CheckName.PROOF).code == "proof.key_private_member"


def test_header_with_a_member_twice(issuer: SimulatedIssuer) -> None:
    """T-64: the header is read as strictly as the badge."""
    header = encode_base64url(b'{"alg":"ES256","alg":"none","kid":"https://example.org/k"}')
    report = issuer.world.verify(f"{header}.e30.c2ln")
    assert report.check(CheckName.DECODING).code == "decoding.duplicate_key"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "did:web:evil.example.com"),
        ("sub", "urn:uuid:somebody-else"),
        ("jti", "urn:uuid:another-badge"),
        ("nbf", 1793523601),
        ("nbf", 1793523599),
        ("nbf", "1793523600"),
    ],
)
def test_claims_that_disagree_with_the_badge(issuer: SimulatedIssuer, claim: str, value: object) -> None:
    """T-13, corpus B 41: signed by the issuer itself, and still not one statement."""
    claims = compose_claims(issuer.compose_badge())
    claims[claim] = value  # type: ignore[assignment]  # values that no type allows are the point
    token = forge_token({"alg": "ES256", "kid": issuer.method_id}, claims, signer=issuer.signer)
    assert issuer.world.verify(token).check(CheckName.PROOF).code == "proof.claims_mismatch"


def test_token_without_a_subject_claim_is_remarked_on(issuer: SimulatedIssuer) -> None:
    """OB 3.0 asks for `sub`; genuine badges of others lack it, so it is a remark."""
    claims = compose_claims(issuer.compose_badge())
    del claims["sub"]
    report = issuer.world.verify(forge_token({"alg": "ES256", "kid": issuer.method_id}, claims, signer=issuer.signer))
    assert report
    assert report.notes == ("proof.claims_missing",)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda token: token + b".x", "decoding.jwt_malformed"),
        (lambda token: token + b".x.y", "decoding.jwt_malformed"),
        (lambda token: token.rpartition(b".")[0], "decoding.jwt_malformed"),
        (lambda token: token.replace(b".", b""), "decoding.jwt_malformed"),
        (lambda token: token + b"~", "decoding.jwt_malformed"),
        (lambda token: token + b"=", "decoding.base64_not_canonical"),
        (lambda token: token[:-3] + b"\n" + token[-3:], "decoding.base64_not_canonical"),
        (lambda token: token[:-1] + b"+", "decoding.base64_not_canonical"),
    ],
)
def test_shape_of_the_token(issuer: SimulatedIssuer, change: object, code: str) -> None:
    """Corpus B 36, 37, 45: exactly three segments in exactly one spelling."""
    assert callable(change)
    report = issuer.world.verify(change(issuer.issue_jwt()))
    assert report.check(CheckName.DECODING).code == code


@pytest.mark.parametrize("key_type", list(KeyType))
def test_every_kind_of_key(key_type: KeyType) -> None:
    """A token of each kind of key verifies, and with one bit of its payload changed does not."""
    issuer = IssuerSimulator().add_issuer(key_type=key_type)
    assert issuer.world.verify(issuer.issue_jwt())
    other = LocalSigner.generate(key_type)
    assert issuer.world.verify(issuer.issue_jwt(signer=other)).check(CheckName.PROOF).code == "proof.signature_mismatch"


def test_signature_in_the_other_encoding(issuer: SimulatedIssuer) -> None:
    """Corpus B 39: DER where r and s belong; an all-zero signature."""
    head = issuer.issue_jwt().rpartition(b".")[0]
    for signature in (bytes.fromhex("3006020101020101"), bytes(64), b"\xff" * 64):
        report = issuer.world.verify(head + b"." + encode_base64url(signature).encode())
        assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"
