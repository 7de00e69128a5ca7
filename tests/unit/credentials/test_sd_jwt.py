"""SD-JWT: the examples of RFC 9901, and badges of which a holder shows a part."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from credentials import (
    SecuringForm,
    TokenType,
    bind_to_holder,
    present_sd_jwt,
    read_sd_jwt,
    sign_sd_jwt,
    sign_sd_jwt_vc,
    verify_key_binding,
    verify_sd_jwt,
)
from credentials.jws import read_compact_jws
from credentials.sd_jwt_disclosure import DigestAlgorithm, read_disclosure
from credentials.sd_jwt_payload import conceal, reveal
from keys import KeyType, PublicKey, SignatureAlgorithm, decode_base64url
from schemas import BadgeError
from tests.doubles.showings import CHALLENGE, CREDENTIAL, DOMAIN, HOLDER, ISSUER, ISSUER_METHOD, NOW, sd_jwt_text
from tests.unit.keys.published import fresh_signer

if TYPE_CHECKING:
    from schemas import JsonObject

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc9901"
ISSUED, PRESENTED = ((VECTORS / f"{name}.txt").read_text().strip() for name in ("issued", "presented"))
RECURSIVE = json.loads((VECTORS / "recursive-disclosures.json").read_text())
RFC_KEY = PublicKey.from_jwk(json.loads((VECTORS / "issuer-public-jwk.json").read_text()))
NAME, DESCRIPTION = "/credentialSubject/name", "/credentialSubject/description"
# RFC 9901 §5.2, Processed SD-JWT Payload.
RFC_CLAIMS = {
    "iss": "https://issuer.example.com",
    "iat": 1683000000,
    "exp": 1883000000,
    "sub": "user_42",
    "nationalities": ["US"],
    "cnf": {
        "jwk": {
            "kty": "EC",
            "crv": "P-256",
            "x": "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
            "y": "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ",
        }
    },
    "family_name": "Doe",
    "address": {"street_address": "123 Main St", "locality": "Anytown", "region": "Anystate", "country": "US"},
    "given_name": "John",
}


def payload_of(token: str) -> JsonObject:
    """Return what the issuer signed, without looking at the header's `typ`, which is only an example's."""
    header, payload, signature = token.split("~", maxsplit=1)[0].split(".")
    RFC_KEY.verify(decode_base64url(signature), f"{header}.{payload}".encode(), algorithm=SignatureAlgorithm.ES256)
    read: JsonObject = json.loads(decode_base64url(payload))
    return read


def code_of(token: str) -> str:
    """Return the code with which a token is refused."""
    with pytest.raises(BadgeError) as caught:
        verify_sd_jwt(read_sd_jwt(token), public_key=ISSUER.public_key)
    return caught.value.code


def test_rfc_presentation_gives_the_processed_payload() -> None:
    """RFC 9901 §5.2: four disclosures give the claims that the standard prints."""
    disclosures = [read_disclosure(part) for part in PRESENTED.split("~")[1:-1]]
    assert reveal(payload_of(PRESENTED), disclosures).claims == RFC_CLAIMS


def test_rfc_issuance_hides_nothing_when_all_is_disclosed() -> None:
    """RFC 9901 §5.1: ten disclosures leave no digest open."""
    revealed = reveal(payload_of(ISSUED), [read_disclosure(part) for part in ISSUED.split("~")[1:-1]])
    assert (revealed.hidden, revealed.claims["nationalities"], len(revealed.disclosures)) == ((), ["US", "DE"], 10)


def test_rfc_digest_over_what_is_presented() -> None:
    """RFC 9901 §5.2: `sd_hash` of the example."""
    presented = PRESENTED[: PRESENTED.rindex("~") + 1]
    assert DigestAlgorithm.SHA_256.digest(presented) == "1-Lcf6CiBmP72JDFuBF0bvalS-FzIlXyiCkJXp7pJmc"


def test_rfc_key_binding_verifies() -> None:
    """RFC 9901 §5.2: the holder's token of the example is signed by the key in `cnf`."""
    binding = read_compact_jws(PRESENTED.rsplit("~", 1)[1], accepted=frozenset({TokenType.KB_JWT}))
    confirmation = RFC_CLAIMS["cnf"]
    assert isinstance(confirmation, dict)
    key = PublicKey.from_jwk(confirmation["jwk"])
    key.verify(binding.signature, binding.signing_input, algorithm=binding.algorithm)
    assert json.loads(binding.payload)["nonce"] == "1234567890"


def test_rfc_disclosures_inside_disclosures() -> None:
    """RFC 9901 §6.3: digests in a disclosure, with the digests that the standard prints."""
    disclosures = [read_disclosure(part) for part in RECURSIVE["disclosures"]]
    assert [DigestAlgorithm.SHA_256.digest(one.encoded) for one in disclosures] == RECURSIVE["digests"]
    assert reveal(RECURSIVE["payload"], disclosures).claims == RECURSIVE["claims"]


@pytest.mark.parametrize(
    ("disclosure", "digest"),
    [
        # RFC 9901 §4.2.1 and §4.2.3.
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
    ],
)
def test_rfc_digest_of_a_disclosure(disclosure: str, digest: str) -> None:
    """The digest is over the characters that travel."""
    assert DigestAlgorithm.SHA_256.digest(disclosure) == digest
    assert (read_disclosure(disclosure).name, read_disclosure(disclosure).value) == ("family_name", "Möbius")


@pytest.mark.parametrize("key_type", KeyType)
def test_a_badge_comes_back_whole(key_type: KeyType) -> None:
    """With every disclosure the credential is what it was, with each kind of key."""
    signer = fresh_signer(key_type)
    token = sign_sd_jwt(CREDENTIAL, hideable=[NAME], signer=signer, verification_method=ISSUER_METHOD)
    verified = verify_sd_jwt(read_sd_jwt(token), public_key=signer.public_key)
    assert (verified.document, verified.form, verified.original) == (CREDENTIAL, SecuringForm.SD_JWT, token.encode())


def test_header_says_what_it_is() -> None:
    """VC-JOSE-COSE 1.0 §3.2.1: `typ` is vc+sd-jwt and `cty` is vc."""
    header = read_sd_jwt(sd_jwt_text()).jws.header
    assert header == {"alg": "EdDSA", "kid": ISSUER_METHOD, "typ": "vc+sd-jwt", "cty": "vc"}


def test_a_holder_shows_a_part() -> None:
    """What is not shown is not in the token, and what is shown verifies."""
    shown = present_sd_jwt(sd_jwt_text(), shown=[DESCRIPTION])
    verified = verify_sd_jwt(read_sd_jwt(shown), public_key=ISSUER.public_key)
    subject = verified.document["credentialSubject"]
    assert isinstance(subject, dict)
    assert (set(subject), "Rosa" in shown) == ({"id", "description"}, False)


def test_salts_make_each_token_another() -> None:
    """The same value has another digest each time."""
    first, second = (read_sd_jwt(sd_jwt_text()).jws.payload for _ in range(2))
    assert first != second


def test_digests_do_not_tell_the_order() -> None:
    """RFC 9901 §4.2.4.1: digests are sorted, whatever stood first."""
    payload, _ = conceal({name: name for name in "abcdefgh"}, [f"/{name}" for name in "hgfedcba"])
    digests = payload["_sd"]
    assert isinstance(digests, list)
    assert digests == sorted(str(one) for one in digests)


def test_parts_inside_hidden_parts() -> None:
    """A pointer below another hides the inner part twice; showing the inner part shows the way to it."""
    document: JsonObject = {"a": {"b": {"c": 1, "d": 2}, "e": [3, 4]}}
    payload, disclosures = conceal(document, ["/a", "/a/b/c", "/a/e/1"])
    assert payload.keys() == {"_sd", "_sd_alg"}
    revealed = reveal(payload, disclosures)
    assert (revealed.claims, set(revealed.disclosures)) == (document, {"/a", "/a/b/c", "/a/e/1"})
    outer = revealed.disclosures["/a"]
    assert reveal(payload, [outer]).claims == {"a": {"b": {"d": 2}, "e": [3]}}


def test_the_document_is_left_unchanged() -> None:
    """Hiding works on a copy."""
    document: JsonObject = {"a": {"b": [1, 2]}}
    conceal(document, ["/a/b/0"])
    assert document == {"a": {"b": [1, 2]}}


@pytest.mark.parametrize(
    "pointer",
    [
        "/@context",
        "/@context/0",
        "/type",
        "/id",
        "/issuer",
        "/validFrom",
        "/validUntil",
        "",
    ],
)
def test_what_must_stay_in_sight(pointer: str) -> None:
    """T-12: the context, the issuer and the lifecycle can never be hidden."""
    with pytest.raises(BadgeError) as caught:
        sign_sd_jwt(CREDENTIAL, hideable=[pointer], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "proof.disclosure_path_not_allowed"


@pytest.mark.parametrize("part", ["/credentialSubject/achievement", "/credentialSubject/achievement/name"])
def test_what_open_badges_requires_stays_in_sight(part: str) -> None:
    """What OB 3.0 requires of a badge cannot be hidden, nor what it stands in."""
    achievement: JsonObject = {
        "id": "urn:x:1",
        "type": ["Achievement"],
        "name": "n",
        "description": "d",
        "criteria": {},
    }
    badge: JsonObject = {
        **CREDENTIAL,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "credentialSubject": {"type": ["AchievementSubject"], "achievement": achievement},
    }
    with pytest.raises(BadgeError) as caught:
        sign_sd_jwt(badge, hideable=[part], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "proof.disclosure_path_not_allowed"


@pytest.mark.parametrize("pointer", ["/nothing", "credentialSubject", "/credentialSubject/name/0", "/a~2b"])
def test_pointers_to_nothing(pointer: str) -> None:
    """A pointer that names nothing is a mistake of the caller's, not ignored, in issuing and in showing."""
    with pytest.raises(BadgeError) as caught:
        sign_sd_jwt(CREDENTIAL, hideable=[pointer], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "proof.pointer_unmatched"
    with pytest.raises(BadgeError) as caught:
        present_sd_jwt(sd_jwt_text(), shown=[pointer])
    assert caught.value.code == "proof.pointer_unmatched"


def test_key_binding_of_the_holder() -> None:
    """The holder signs over what is shown, and the verifier learns the holder's key."""
    shown = bind_to_holder(
        present_sd_jwt(sd_jwt_text(), shown=[NAME]), signer=HOLDER, nonce=CHALLENGE, audience=DOMAIN, now=NOW
    )
    sd_jwt = read_sd_jwt(shown)
    verify_sd_jwt(sd_jwt, public_key=ISSUER.public_key)
    assert verify_key_binding(sd_jwt, nonce=CHALLENGE, audience=DOMAIN, now=NOW) == HOLDER.public_key


def test_only_the_bound_holder_can_bind() -> None:
    """A stranger's key makes no key binding."""
    with pytest.raises(BadgeError) as caught:
        bind_to_holder(sd_jwt_text(), signer=ISSUER, nonce=CHALLENGE, audience=DOMAIN, now=NOW)
    assert caught.value.code == "presentation.key_binding_invalid"


def test_sd_jwt_vc_of_a_badge() -> None:
    """`dc+sd-jwt` holds the badge as it is, beside `vct`, `iss`, `nbf` and `exp`."""
    token = sign_sd_jwt_vc(
        CREDENTIAL,
        vct="https://issuer.example.org/types/badge",
        hideable=[NAME],
        signer=ISSUER,
        verification_method=ISSUER_METHOD,
        holder_key=HOLDER.public_key,
    )
    sd_jwt = read_sd_jwt(token)
    verified = verify_sd_jwt(sd_jwt, public_key=ISSUER.public_key)
    # date -u -d 2028-06-01T09:00:00Z +%s
    assert (sd_jwt.token_type, sd_jwt.claims["vct"], sd_jwt.claims["exp"]) == (
        TokenType.DC_SD_JWT,
        "https://issuer.example.org/types/badge",
        1_843_462_800,
    )
    assert (verified.document, verified.expires_at) == (CREDENTIAL, datetime(2028, 6, 1, 9, tzinfo=UTC))
    assert sd_jwt.holder_key == HOLDER.public_key


def test_sd_jwt_vc_needs_its_type() -> None:
    """A `dc+sd-jwt` without `vct` says not what it is."""
    token = sign_sd_jwt(
        CREDENTIAL, hideable=[], signer=ISSUER, verification_method=ISSUER_METHOD, token_type=TokenType.DC_SD_JWT
    )
    assert code_of(token) == "proof.claims_incomplete"


def test_a_token_without_disclosures() -> None:
    """An SD-JWT that hides nothing still ends with a tilde, and has no `_sd_alg`."""
    token = sign_sd_jwt(CREDENTIAL, hideable=[], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert (token.count("~"), read_sd_jwt(token).claims) == (1, CREDENTIAL)


def test_a_name_hidden_at_the_top_is_fine_when_all_dates_and_status_are_plain() -> None:
    """With `validUntil` and `credentialStatus` in sight, a hidden member can be neither."""
    status: JsonObject = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://issuer.example.org/status/1",
    }
    document: JsonObject = {**CREDENTIAL, "credentialStatus": status}
    token = sign_sd_jwt(document, hideable=["/name"], signer=ISSUER, verification_method=ISSUER_METHOD)
    verified = verify_sd_jwt(read_sd_jwt(present_sd_jwt(token, shown=[])), public_key=ISSUER.public_key)
    assert "name" not in verified.document


@pytest.mark.parametrize(
    "pointers", [[""], ["/a", "/a"], ["/a"] * 2 + ["/b/0"], [f"/b/{number}" for number in range(501)]], ids=repr
)
def test_paths_that_cannot_be_hidden(pointers: list[str]) -> None:
    """Neither the whole document, nor one part twice, nor more than 500 parts."""
    with pytest.raises(BadgeError) as caught:
        conceal({"a": 1, "b": list(range(501))}, pointers)
    assert caught.value.code == "proof.disclosure_path_not_allowed"


@pytest.mark.parametrize(
    "document", [{"_sd": []}, {"a": {"...": 1}}, {"a": [{"b": [{"_sd_alg": "sha-256"}]}]}], ids=repr
)
def test_documents_with_reserved_names(document: JsonObject) -> None:
    """A document that holds digests of its own is not hidden again."""
    with pytest.raises(BadgeError) as caught:
        conceal(document, [])
    assert caught.value.code == "proof.disclosure_malformed"


def test_parts_of_objects_in_arrays() -> None:
    """A path may go through arrays, inside hidden elements too."""
    document: JsonObject = {"a": [{"b": [1, 2]}, {"b": 3}]}
    payload, disclosures = conceal(document, ["/a/0/b/1", "/a/1/b", "/a/1"])
    revealed = reveal(payload, disclosures)
    assert (revealed.claims, set(revealed.disclosures)) == (document, {"/a/0/b/1", "/a/1", "/a/1/b"})


def test_short_salts() -> None:
    """RFC 9901 §9.3: a salt has at least 128 bits."""
    with pytest.raises(ValueError, match="16 bytes"):
        conceal({"a": 1}, ["/a"], salts=lambda: bytes(15))


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_wrappers_are_not_signed(claim: str) -> None:
    """VC-JOSE-COSE 1.0 §3.1.3: `vc` and `vp` must not be there."""
    with pytest.raises(BadgeError) as caught:
        sign_sd_jwt({**CREDENTIAL, claim: {}}, hideable=[], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "proof.claims_mismatch"


def test_too_large_with_its_disclosures() -> None:
    """A token that fits without its disclosures may be too large with them."""
    document: JsonObject = {**CREDENTIAL, "credentialSubject": {"id": "urn:x:1", "story": "x" * 200_000}}
    with pytest.raises(BadgeError) as caught:
        sign_sd_jwt(document, hideable=["/credentialSubject/story"], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "decoding.too_large"


def test_key_hints_are_handed_on() -> None:
    """The header's `kid` and `jwk` are hints for finding the issuer's key."""
    sd_jwt = read_sd_jwt(sd_jwt_text())
    assert (sd_jwt.kid, sd_jwt.jwk) == (ISSUER_METHOD, None)


def test_sd_jwt_vc_without_an_end() -> None:
    """A badge that does not end has no `exp`."""
    document = {name: value for name, value in CREDENTIAL.items() if name != "validUntil"}
    token = sign_sd_jwt_vc(document, vct="urn:x:badge", hideable=[], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert read_sd_jwt(token).claims.keys() & {"nbf", "exp"} == {"nbf"}


@pytest.mark.parametrize(("document", "vct"), [({}, "urn:x:badge"), (CREDENTIAL, "")], ids=["no issuer", "no type"])
def test_sd_jwt_vc_that_lacks_something(document: JsonObject, vct: str) -> None:
    """`iss` and `vct` are needed."""
    with pytest.raises(BadgeError) as caught:
        sign_sd_jwt_vc(document, vct=vct, hideable=[], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "proof.claims_incomplete"
