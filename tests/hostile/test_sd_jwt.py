"""Hostile SD-JWTs: digests and disclosures that lie, things left out that matter, key bindings of others (T-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import (
    DisclosurePolicy,
    TokenType,
    read_sd_jwt,
    sign_sd_jwt,
    verify_sd_jwt,
)
from keys import KeyType, encode_base64url
from schemas import BadgeError, CannotCheckError, encode_json
from tests.doubles.cost import within_cost
from tests.doubles.forged_sd_jwts import GOOD, NAME, SALT, digest, disclosure, token_of
from tests.doubles.showings import (
    CREDENTIAL,
    HOLDER,
    ISSUER,
    ISSUER_ID,
    ISSUER_METHOD,
    sd_jwt_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject, JsonValue

MAX_COST = 3.0  # yardsticks, for one refusal


def code_of(token: str) -> str:
    """Return the code of the refusal, and see that it cost little."""

    def refuse() -> str:
        with pytest.raises(BadgeError) as caught:
            verify_sd_jwt(read_sd_jwt(token), public_key=ISSUER.public_key)
        return caught.value.code

    return within_cost(MAX_COST, refuse)


def with_subject(*digests: JsonValue, **members: JsonValue) -> JsonObject:
    """Return the badge with digests in its subject."""
    return {**CREDENTIAL, "credentialSubject": {"id": "urn:x:1", "_sd": [*digests], **members}}


MALFORMED = "proof.disclosure_malformed"


def test_the_base_of_these_cases_is_good() -> None:
    """A digest and its disclosure, hand-made as below, verify."""
    verified = verify_sd_jwt(read_sd_jwt(token_of(with_subject(digest(GOOD)), GOOD)), public_key=ISSUER.public_key)
    assert verified.document["credentialSubject"] == {"id": "urn:x:1", "grade": "A"}


@pytest.mark.parametrize(
    ("digests", "disclosures", "code"),
    [
        pytest.param([digest(GOOD)], [GOOD, GOOD], "proof.disclosure_repeated", id="one disclosure twice"),
        pytest.param([digest(GOOD)] * 2, [GOOD], "proof.disclosure_repeated", id="one digest twice"),
        pytest.param([digest("x")] * 2, [], "proof.disclosure_repeated", id="one open digest twice"),
        pytest.param([], [GOOD], "proof.disclosure_unused", id="no digest for it"),
        pytest.param([digest(GOOD)], [disclosure(SALT, "grade", "B")], "proof.disclosure_unused", id="changed"),
        pytest.param([7], [], MALFORMED, id="digest is a number"),
        pytest.param([None], [], MALFORMED, id="digest is null"),
        pytest.param([[digest(GOOD)]], [GOOD], MALFORMED, id="digest in an array"),
    ],
)
def test_digests_that_lie(digests: list[JsonValue], disclosures: Sequence[str], code: str) -> None:
    """RFC 9901 §7.1: each digest once, each disclosure once, each with the other."""
    assert code_of(token_of(with_subject(*digests), *disclosures)) == code


@pytest.mark.parametrize(
    "encoded",
    [
        disclosure(),
        disclosure(SALT),
        disclosure(SALT, "grade", "A", "B"),
        disclosure(SALT, 7, "A"),
        disclosure(7, "grade", "A"),
        disclosure(SALT, "_sd", ["x"]),
        disclosure(SALT, "...", "x"),
        disclosure(SALT, "_sd_alg", "sha-1"),
        disclosure(SALT, "an element"),
        encode_base64url(b'{"0":"a"}'),
        encode_base64url(b"[1,2"),
        encode_base64url(b'["s","n",{"a":1,"a":2}]'),
        GOOD + "=",
        GOOD[:-1] + chr(ord(GOOD[-1]) + 1),
        "!!!",
    ],
    ids=repr,
)
def test_disclosures_of_other_shapes(encoded: str) -> None:
    """A disclosure that is not salt, name and value is refused, whatever its digest."""
    assert code_of(token_of(with_subject(digest(encoded)), encoded)) == MALFORMED


def test_a_disclosure_that_is_not_ascii() -> None:
    """An SD-JWT is ASCII text."""
    assert code_of(token_of(with_subject(), "\u00e9")) == "decoding.jwt_malformed"


def test_an_empty_disclosure() -> None:
    """Two tildes with nothing between them."""
    assert code_of(token_of(with_subject(digest(GOOD)), GOOD, "")) == MALFORMED


def test_a_disclosure_for_a_name_that_is_taken() -> None:
    """A holder cannot bring a second value for what the issuer says openly (RFC 9901 §7.1, step 3.3.2)."""
    assert code_of(token_of(with_subject(digest(GOOD), grade="C"), GOOD)) == "proof.disclosure_collision"


def test_two_disclosures_of_one_name() -> None:
    """Nor can two hidden members have one name."""
    other = disclosure(SALT, "grade", "B")
    assert code_of(token_of(with_subject(digest(GOOD), digest(other)), GOOD, other)) == "proof.disclosure_collision"


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ({"...": digest(GOOD)}, GOOD),
        ({"...": digest("x"), "more": 1}, ""),
        ({"...": 7}, ""),
        ({"...": [digest("x")]}, ""),
    ],
    ids=repr,
)
def test_array_elements_that_lie(element: JsonValue, shown: str) -> None:
    """An element's digest stands alone, is text, and belongs to a disclosure of two parts."""
    payload: JsonObject = {**CREDENTIAL, "credentialSubject": {"id": "urn:x:1", "list": [element]}}
    assert code_of(token_of(payload, *([shown] if shown else []))) == MALFORMED


@pytest.mark.parametrize(
    "subject",
    [
        {"_sd": digest(GOOD)},
        {"_sd": {"0": digest(GOOD)}},
        {"_sd": None},
        {"...": digest(GOOD)},
        {"_sd_alg": "sha-256"},
        {"deep": {"_sd": 1}},
        {"deep": [{"_sd": 1}]},
    ],
    ids=repr,
)
def test_reserved_names_out_of_place(subject: JsonObject) -> None:
    """`_sd` is an array in an object, `...` alone in an array element, `_sd_alg` at the top."""
    assert code_of(token_of({**CREDENTIAL, "credentialSubject": subject})) == MALFORMED


@pytest.mark.parametrize("name", ["sha-1", "md5", "SHA-256", "sha256", "", None, 7, ["sha-256"]], ids=repr)
def test_digest_algorithms_that_are_not_ours(name: JsonValue) -> None:
    """RFC 9901 §4.1.1: `_sd_alg` must be understood."""
    payload: JsonObject = {**with_subject(digest(GOOD)), "_sd_alg": name}
    assert code_of(token_of(payload, GOOD)) == "proof.digest_algorithm_unsupported"


def test_digests_of_another_algorithm_do_not_count() -> None:
    """A SHA-256 digest under `sha-512` opens nothing."""
    payload: JsonObject = {**with_subject(digest(GOOD)), "_sd_alg": "sha-512"}
    assert code_of(token_of(payload, GOOD)) == "proof.disclosure_unused"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("validFrom", "2020-01-01T00:00:00Z"),
        ("validUntil", "2099-01-01T00:00:00Z"),
        ("credentialStatus", {"type": "BitstringStatusListEntry"}),
        ("credentialSchema", {"id": "https://example.org/s", "type": "JsonSchema"}),
        ("expirationDate", "2099-01-01T00:00:00Z"),
        ("refreshService", {"type": "x"}),
    ],
)
def test_lifecycle_as_a_disclosure(member: str, value: JsonValue) -> None:
    """T-12: a holder who could leave out when a badge ends makes it worthless, even when it is shown."""
    hidden = disclosure(SALT, member, value)
    payload: JsonObject = {name: one for name, one in CREDENTIAL.items() if name not in {"validFrom", "validUntil"}}
    payload["_sd"] = [digest(hidden)]
    assert code_of(token_of(payload, hidden)) == "proof.lifecycle_not_mandatory"


def test_lifecycle_left_out() -> None:
    """T-12: something was left out beside the dates, and it may be the status: nobody can tell, so no verdict."""
    payload: JsonObject = {**CREDENTIAL, "_sd": [digest(GOOD)]}
    with pytest.raises(CannotCheckError) as caught:
        verify_sd_jwt(read_sd_jwt(token_of(payload)), public_key=ISSUER.public_key)
    assert caught.value.code == "proof.lifecycle_hidden"


@pytest.mark.parametrize(
    "status", [{"_sd": [digest("x")]}, [{"...": digest("x")}], {"type": "a", "deep": {"_sd": [digest("x")]}}], ids=repr
)
def test_a_part_of_the_status_left_out(status: JsonValue) -> None:
    """T-12: neither one entry of several, nor a part of one; it may be a decoy, so there is no verdict."""
    assert code_of(token_of({**CREDENTIAL, "credentialStatus": status})) == "proof.lifecycle_hidden"


def test_a_part_of_the_status_as_a_disclosure() -> None:
    """T-12: what is shown of the status now could have been left out."""
    status: JsonObject = {"type": "BitstringStatusListEntry", "_sd": [digest(GOOD)]}
    assert code_of(token_of({**CREDENTIAL, "credentialStatus": status}, GOOD)) == "proof.lifecycle_not_mandatory"


@pytest.mark.parametrize("claim", ["iss", "exp", "nbf", "cnf", "vct", "status"])
def test_claims_of_the_token_as_disclosures(claim: str) -> None:
    """SD-JWT VC §2.2.2.2: these must not be selectively disclosed."""
    good: JsonObject = {"iss": ISSUER_ID, "exp": 1_843_462_800, "nbf": 1_780_304_400}
    hidden = disclosure(SALT, claim, good.get(claim, {}))
    token = token_of({**CREDENTIAL, "_sd": [digest(hidden)]}, hidden)
    assert code_of(token) == MALFORMED


@pytest.mark.parametrize(
    ("claim", "value"),
    [("iss", "did:web:other.example"), ("sub", "urn:x:2"), ("jti", "urn:x:2"), ("nbf", "1"), ("exp", True)],
)
def test_claims_that_disagree(claim: str, value: JsonValue) -> None:
    """T-13 holds for SD-JWT as for JWT."""
    assert code_of(token_of({**CREDENTIAL, claim: value})) == "proof.claims_mismatch"


def test_a_token_status_list_is_not_passed_over() -> None:
    """`status` names a list that this program does not read: could not check, never silently good."""
    payload: JsonObject = {
        **CREDENTIAL,
        "vct": "urn:x:t",
        "status": {"status_list": {"idx": 1, "uri": "https://x.example"}},
    }
    with pytest.raises(CannotCheckError) as caught:
        verify_sd_jwt(read_sd_jwt(token_of(payload, token_type=TokenType.DC_SD_JWT)), public_key=ISSUER.public_key)
    assert caught.value.code == "status.unsupported_type"


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_wrappers_of_vc_1(claim: str) -> None:
    """VC-JOSE-COSE 1.0 §3.1.3: `vc` and `vp` must not be there."""
    assert code_of(token_of({**CREDENTIAL, claim: {}})) == "decoding.jwt_malformed"


def test_plain_jwt_is_no_sd_jwt() -> None:
    """Without a tilde it is another format."""
    assert code_of(sd_jwt_text().split("~", maxsplit=1)[0]) == "decoding.jwt_malformed"


@pytest.mark.parametrize("kind", ["JWT", "vc+jwt", "kb+jwt", "example+sd-jwt", "at+jwt", ""])
def test_other_types_of_token(kind: str) -> None:
    """`typ` says that it is something else."""
    header = encode_base64url(encode_json({"alg": "EdDSA", "kid": ISSUER_METHOD, "typ": kind}))
    payload = encode_base64url(encode_json(CREDENTIAL))
    signature = ISSUER.sign(f"{header}.{payload}".encode(), algorithm=KeyType.ED25519.algorithm)
    assert code_of(f"{header}.{payload}.{encode_base64url(signature)}~") == "proof.header_malformed"


@pytest.mark.parametrize("parameter", ["crit", "b64", "zip", "jku", "x5u", "x5c", "x5t", "x5t#S256", "enc"])
def test_headers_that_point_elsewhere(parameter: str) -> None:
    """T-19, T-20: W3C's tokens may carry further parameters, but none of these."""
    header = encode_base64url(encode_json({"alg": "EdDSA", "kid": ISSUER_METHOD, "typ": "vc+sd-jwt", parameter: "x"}))
    assert code_of(f"{header}.{encode_base64url(b'{}')}.AAAA~") == "proof.header_not_allowed"


def test_deep_disclosures() -> None:
    """Disclosures inside disclosures inside disclosures end at the depth that any JSON ends at."""
    chain = [disclosure(SALT, "x", "end")]
    for _ in range(90):
        chain.append(disclosure(SALT, "x", {"_sd": [digest(chain[-1])]}))
    assert code_of(token_of(with_subject(digest(chain[-1])), *chain)) == "decoding.too_deep"


def test_many_disclosures() -> None:
    """More than 500 disclosures are refused before they are looked up."""
    many = [disclosure(SALT, f"n{number}", number) for number in range(501)]
    assert code_of(token_of(with_subject(*[digest(one) for one in many]), *many)) == MALFORMED


def test_a_token_over_the_limit() -> None:
    """256 KiB with all disclosures is the most."""
    assert code_of(token_of(with_subject(), "A" * 300_000)) == "decoding.too_large"


def test_another_issuers_key() -> None:
    """A token that somebody else signed does not verify with the issuer's key."""
    forged = sign_sd_jwt(CREDENTIAL, hideable=[NAME], signer=HOLDER, verification_method=ISSUER_METHOD)
    assert code_of(forged) == "proof.signature_mismatch"


def test_a_caller_may_look_at_the_signature_alone() -> None:
    """Where somebody asks for the signature only, what was left out is their own affair; never for a badge."""
    sd_jwt = read_sd_jwt(token_of({**CREDENTIAL, "_sd": [digest(GOOD)]}))
    verified = verify_sd_jwt(sd_jwt, public_key=ISSUER.public_key, disclosure=DisclosurePolicy.ANYTHING_SIGNED)
    assert verified.document == CREDENTIAL


def test_presentation_as_sd_jwt_that_hides_its_holder() -> None:
    """A holder who stays hidden is named by `iss`; one who is shown must be the same."""
    vp: JsonObject = {"type": "VerifiablePresentation", "iss": ISSUER_ID}
    hidden = read_sd_jwt(token_of(vp, token_type=TokenType.VP_SD_JWT))
    assert verify_sd_jwt(hidden, public_key=ISSUER.public_key).document == {"type": "VerifiablePresentation"}
    other = token_of({**vp, "holder": "did:web:other.example"}, token_type=TokenType.VP_SD_JWT)
    assert code_of(other) == "proof.claims_mismatch"
