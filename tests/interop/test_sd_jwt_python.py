"""The reference implementation of SD-JWT reads what we sign, and we read what it signs."""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING, Any

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import InvalidJWSSignature
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from credentials import (
    DisclosurePolicy,
    bind_to_holder,
    present_sd_jwt,
    read_sd_jwt,
    sign_sd_jwt,
    verify_key_binding,
    verify_sd_jwt,
)
from keys import KeyType, PublicKey
from schemas import CannotCheckError, SignatureMismatchError
from tests.doubles.showings import CREDENTIAL, NOW
from tests.interop.samples import change_token
from tests.interop.table import Direction, Peer, interop
from tests.unit.keys.published import fresh_signer

if TYPE_CHECKING:
    from schemas import JsonObject

METHOD = "did:web:issuer.example.org#key-1"
AUDIENCE, NONCE = "https://verifier.example.org", "1234567890"
SIGNER, HOLDER = fresh_signer(KeyType.P256), fresh_signer(KeyType.P256, 2)
THEIR_ISSUER, THEIR_HOLDER = JWK.generate(kty="EC", crv="P-256"), JWK.generate(kty="EC", crv="P-256")


class Decoys(enum.Enum):
    """Whether digests that belong to nothing stand beside the others (RFC 9901 §4.2.7)."""

    NONE = enum.auto()
    ADDED = enum.auto()


def public_key_of(jwk: JWK) -> PublicKey:
    """Return the public half of one of their keys."""
    return PublicKey.from_jwk(json.loads(jwk.export_public()))


def their_reading(token: str, **binding: str) -> JsonObject:
    """Return the payload as the reference implementation verifies it."""
    key = JWK.from_json(json.dumps(SIGNER.public_key.jwk))
    payload: JsonObject = SDJWTVerifier(token, lambda _issuer, _header: key, **binding).get_verified_payload()
    return payload


def changed(token: str) -> str:
    """Return the token with another name in what the issuer signed."""
    signed, tilde, rest = token.partition("~")
    return change_token(signed) + tilde + rest


def assert_only_unchanged(token: str) -> None:
    """The reference implementation does not verify the token once it was changed."""
    with pytest.raises(InvalidJWSSignature):
        their_reading(changed(token))


def their_token(claims: dict[Any, Any], *, holder_key: JWK | None = None, decoys: Decoys = Decoys.NONE) -> str:
    """Return a vc+sd-jwt with all disclosures, as the reference implementation issues it."""
    SDJWTIssuer.SD_JWT_HEADER = "vc+sd-jwt"
    issuer = SDJWTIssuer(
        claims,
        THEIR_ISSUER,
        holder_key,
        sign_alg="ES256",
        add_decoy_claims=decoys is Decoys.ADDED,
        extra_header_parameters={"kid": METHOD},
    )
    return str(issuer.sd_jwt_issuance)


@interop(Peer.SD_JWT, "`vc+sd-jwt`, all disclosed, ES256", Direction.THEY_READ_OURS)
def test_it_reads_all_that_we_disclose() -> None:
    """Members, array elements and parts inside parts come back as they were."""
    subject: JsonObject = {"id": "urn:x:1", "list": ["a", {"b": 1}, "c"], "place": {"town": "X", "street": "Y"}}
    document: JsonObject = {**CREDENTIAL, "credentialSubject": subject}
    pointers = ["list/0", "list/1", "list/1/b", "place", "place/town"]
    token = sign_sd_jwt(
        document,
        hideable=[f"/credentialSubject/{pointer}" for pointer in pointers],
        signer=SIGNER,
        verification_method=METHOD,
    )
    assert their_reading(token) == document
    assert_only_unchanged(token)


@interop(Peer.SD_JWT, "`vc+sd-jwt`, a part shown by our holder with key binding, ES256", Direction.THEY_READ_OURS)
def test_it_reads_the_part_that_is_shown() -> None:
    """What the holder leaves out is not there for it either, and our key binding is good to it."""
    token = sign_sd_jwt(
        CREDENTIAL,
        hideable=["/credentialSubject/name", "/credentialSubject/description"],
        signer=SIGNER,
        verification_method=METHOD,
        holder_key=HOLDER.public_key,
    )
    shown = bind_to_holder(
        present_sd_jwt(token, shown=["/credentialSubject/name"]),
        signer=HOLDER,
        nonce=NONCE,
        audience=AUDIENCE,
        now=NOW,
    )
    payload = their_reading(shown, expected_aud=AUDIENCE, expected_nonce=NONCE)
    subject = CREDENTIAL["credentialSubject"]
    assert isinstance(subject, dict)
    assert payload["credentialSubject"] == {"id": subject["id"], "name": subject["name"]}
    assert_only_unchanged(shown)


@interop(Peer.SD_JWT, "`vc+sd-jwt`, all disclosed, ES256", Direction.WE_READ_THEIRS)
def test_we_read_what_it_issues() -> None:
    """Its disclosures, with spaces in their JSON, open here."""
    subject = {"id": "urn:x:1", SDObj("grade"): "A", "list": [SDObj("first"), "second"]}
    token = their_token({**CREDENTIAL, "credentialSubject": subject})
    verified = verify_sd_jwt(read_sd_jwt(token), public_key=public_key_of(THEIR_ISSUER))
    assert verified.document["credentialSubject"] == {"id": "urn:x:1", "grade": "A", "list": ["first", "second"]}
    with pytest.raises(SignatureMismatchError):
        verify_sd_jwt(read_sd_jwt(changed(token)), public_key=public_key_of(THEIR_ISSUER))


@interop(Peer.SD_JWT, "`vc+sd-jwt`, a part shown by their holder with key binding, ES256", Direction.WE_READ_THEIRS)
def test_we_read_what_its_holder_shows() -> None:
    """Its selection and its key binding are good here."""
    subject = {"id": "urn:x:1", SDObj("grade"): "A", SDObj("town"): "X"}
    token = their_token({**CREDENTIAL, "credentialSubject": subject}, holder_key=THEIR_HOLDER)
    holder = SDJWTHolder(token)
    holder.create_presentation({"credentialSubject": {"grade": True}}, NONCE, AUDIENCE, THEIR_HOLDER, sign_alg="ES256")
    sd_jwt = read_sd_jwt(str(holder.sd_jwt_presentation))
    assert sd_jwt.key_binding is not None
    iat = json.loads(sd_jwt.key_binding.payload)["iat"]
    verified = verify_sd_jwt(sd_jwt, public_key=public_key_of(THEIR_ISSUER))
    assert verified.document["credentialSubject"] == {"id": "urn:x:1", "grade": "A"}
    with pytest.raises(SignatureMismatchError):
        verify_sd_jwt(read_sd_jwt(changed(str(holder.sd_jwt_presentation))), public_key=public_key_of(THEIR_ISSUER))
    when = NOW.fromtimestamp(iat, tz=NOW.tzinfo)
    assert verify_key_binding(sd_jwt, nonce=NONCE, audience=AUDIENCE, now=when) == public_key_of(THEIR_HOLDER)


@interop(
    Peer.SD_JWT,
    "`vc+sd-jwt` with decoys at the top, ES256",
    Direction.WE_READ_THEIRS,
    result="could not check: a decoy looks like a hidden status",
)
def test_decoys_look_like_something_left_out() -> None:
    """Nobody can tell a decoy at the top from a hidden status: the badge is no false one, but could not be checked."""
    claims = {**CREDENTIAL, "credentialSubject": {"id": "urn:x:1", SDObj("grade"): "A"}}
    sd_jwt = read_sd_jwt(their_token(claims, decoys=Decoys.ADDED))
    key = public_key_of(THEIR_ISSUER)
    with pytest.raises(CannotCheckError) as caught:
        verify_sd_jwt(sd_jwt, public_key=key)
    assert caught.value.code == "proof.lifecycle_hidden"
    verified = verify_sd_jwt(sd_jwt, public_key=key, disclosure=DisclosurePolicy.ANYTHING_SIGNED)
    assert verified.document["credentialSubject"] == {"id": "urn:x:1", "grade": "A"}


def test_another_key_of_theirs() -> None:
    """A token of theirs does not verify with another key."""
    token = their_token({**CREDENTIAL})
    with pytest.raises(SignatureMismatchError):
        verify_sd_jwt(read_sd_jwt(token), public_key=public_key_of(THEIR_HOLDER))
