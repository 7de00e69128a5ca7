"""Key bindings of SD-JWTs: replayed, moved, of others, or none (RFC 9901 §4.3, T-09)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import (
    TokenType,
    bind_to_holder,
    present_sd_jwt,
    read_sd_jwt,
    sign_sd_jwt,
    verify_key_binding,
)
from credentials.jws import sign_compact_jws
from schemas import BadgeError, encode_json
from tests.doubles.forged_sd_jwts import NAME, digest, token_of
from tests.doubles.showings import (
    CHALLENGE,
    CREDENTIAL,
    DOMAIN,
    HOLDER,
    ISSUER,
    ISSUER_METHOD,
    NOW,
    sd_jwt_text,
)

if TYPE_CHECKING:
    from datetime import datetime

    from keys import LocalSigner
    from schemas import JsonObject, JsonValue


def bound(*, nonce: str = CHALLENGE, audience: str = DOMAIN, now: datetime = NOW) -> str:
    """Return a badge with a key binding."""
    shown = present_sd_jwt(sd_jwt_text(), shown=[NAME])
    return bind_to_holder(shown, signer=HOLDER, nonce=nonce, audience=audience, now=now)


def binding_code_of(token: str) -> str:
    """Return the code with which a key binding is refused."""
    with pytest.raises(BadgeError) as caught:
        verify_key_binding(read_sd_jwt(token), nonce=CHALLENGE, audience=DOMAIN, now=NOW)
    return caught.value.code


def binding_of(claims: JsonObject, *, signer: LocalSigner = HOLDER) -> str:
    """Return a badge with a key binding of any content."""
    shown = present_sd_jwt(sd_jwt_text(), shown=[NAME])
    claims = {
        "iat": int(NOW.timestamp()),
        "aud": DOMAIN,
        "nonce": CHALLENGE,
        "sd_hash": digest(shown),
        **claims,
    }
    return shown + sign_compact_jws(encode_json(claims), signer=signer, kid=None, token_type=TokenType.KB_JWT)


def test_hand_made_binding_is_good() -> None:
    """The base of the cases below verifies."""
    holder_key = verify_key_binding(read_sd_jwt(binding_of({})), nonce=CHALLENGE, audience=DOMAIN, now=NOW)
    assert holder_key == HOLDER.public_key


def test_binding_missing() -> None:
    """A copy of the badge without the holder's token shows nothing about who brings it."""
    assert binding_code_of(sd_jwt_text()) == "presentation.key_binding_missing"


def test_binding_of_a_badge_that_is_bound_to_nobody() -> None:
    """Without `cnf` there is no key to prove."""
    token = sign_sd_jwt(CREDENTIAL, hideable=[], signer=ISSUER, verification_method=ISSUER_METHOD)
    assert binding_code_of(token) == "presentation.key_binding_missing"


def test_binding_replayed_for_another_challenge() -> None:
    """T-09: an earlier showing answers another challenge."""
    assert binding_code_of(bound(nonce="of yesterday")) == "proof.challenge_mismatch"


def test_binding_made_for_another_verifier() -> None:
    """T-09: what was shown to one verifier is not for another."""
    assert binding_code_of(bound(audience="https://other.example.org")) == "proof.domain_mismatch"


@pytest.mark.parametrize("seconds", [-601, 121])
def test_binding_of_another_time(seconds: int) -> None:
    """Ten minutes old, or two minutes from the future."""
    assert binding_code_of(bound(now=NOW + timedelta(seconds=seconds))) == "presentation.not_fresh"


def test_binding_moved_to_more_disclosures() -> None:
    """A binding over less does not serve when a disclosure is added, nor when one is taken away."""
    binding = bound().rsplit("~", 1)[1]
    whole = sd_jwt_text()
    for shown in (whole, present_sd_jwt(whole, shown=[])):
        assert binding_code_of(shown + binding) == "presentation.key_binding_invalid"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"sd_hash": "x"}, "presentation.key_binding_invalid"),
        ({"sd_hash": None}, "presentation.key_binding_invalid"),
        ({"nonce": [CHALLENGE]}, "proof.challenge_mismatch"),
        ({"nonce": None}, "proof.challenge_mismatch"),
        ({"aud": [DOMAIN, "https://other.example.org"]}, "proof.domain_mismatch"),
        ({"iat": "2026-11-22T09:00:00Z"}, "proof.claims_mismatch"),
        ({"iat": True}, "proof.claims_mismatch"),
        ({"iat": None}, "proof.claims_mismatch"),
        ({"iat": 1e300}, "proof.claims_mismatch"),
    ],
    ids=repr,
)
def test_bindings_of_other_content(claims: JsonObject, code: str) -> None:
    """RFC 9901 §4.3: each claim has one form."""
    assert binding_code_of(binding_of(claims)) == code


def test_binding_by_a_stranger() -> None:
    """The key is the one in `cnf`, whoever else signs."""
    assert binding_code_of(binding_of({}, signer=ISSUER)) == "proof.signature_mismatch"


@pytest.mark.parametrize("cnf", [{"kid": "k"}, {"jku": "https://x.example"}, {}, [], "k", None], ids=repr)
def test_holder_named_in_another_way(cnf: JsonValue) -> None:
    """A `cnf` without a key of its own could not be checked; it never counts as none."""
    token = token_of({**CREDENTIAL, "cnf": cnf}, ending=bound().rsplit("~", 1)[1])
    assert binding_code_of(token) == "presentation.holder_key_unsupported"


def test_holder_key_with_its_private_half() -> None:
    """A private key in `cnf` is everybody's."""
    jwk: JsonObject = {**HOLDER.public_key.jwk, "d": "AAAA"}
    token = token_of({**CREDENTIAL, "cnf": {"jwk": jwk}}, ending=bound().rsplit("~", 1)[1])
    assert binding_code_of(token) == "proof.key_private_member"


def test_binding_without_a_time() -> None:
    """RFC 9901 §4.3: `iat` is required."""
    shown = present_sd_jwt(sd_jwt_text(), shown=[NAME])
    claims: JsonObject = {"aud": DOMAIN, "nonce": CHALLENGE, "sd_hash": digest(shown)}
    binding = sign_compact_jws(encode_json(claims), signer=HOLDER, kid=None, token_type=TokenType.KB_JWT)
    assert binding_code_of(shown + binding) == "presentation.key_binding_invalid"
