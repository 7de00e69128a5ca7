"""Hostile envelopes: other types, other contexts, loose members, URLs that are none (VCDM 2.0 §4.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import EnvelopeKind, MediaType, compose_envelope, is_envelope, read_envelope, read_vc_jwt
from credentials.jws import TokenType
from schemas import BadgeError, CannotCheckError
from tests.doubles.showings import CREDENTIAL, ISSUER, ISSUER_METHOD, cose_envelope, jwt_envelope, sd_jwt_envelope
from tests.doubles.tokens import forge_token

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

V2 = "https://www.w3.org/ns/credentials/v2"
MALFORMED = "decoding.envelope_malformed"


def code_of(document: JsonObject) -> str:
    """Return the code with which an envelope is refused."""
    with pytest.raises(BadgeError) as caught:
        read_envelope(document)
    return caught.value.code


@pytest.mark.parametrize(
    ("envelope", "media_type"),
    [
        (jwt_envelope(), MediaType.VC_JWT),
        (sd_jwt_envelope(), MediaType.VC_SD_JWT),
        (cose_envelope(), MediaType.VC_COSE),
    ],
    ids=["jwt", "sd-jwt", "cose"],
)
def test_good_envelopes(envelope: JsonObject, media_type: MediaType) -> None:
    """What was put in comes out, byte for byte."""
    read = read_envelope(envelope)
    assert (read.kind, read.media_type) == (EnvelopeKind.CREDENTIAL, media_type)
    assert compose_envelope(read.token, kind=read.kind, media_type=read.media_type) == envelope


def test_the_form_of_the_suites() -> None:
    """A context as plain text, a type in an array, a media type in capitals: all legal."""
    envelope: JsonObject = {
        "@context": V2,
        "type": ["EnvelopedVerifiablePresentation"],
        "id": "data:Application/JWT,eyJ.eyJ.AAAA",
    }
    read = read_envelope(envelope)
    assert (read.kind, read.media_type, read.token) == (EnvelopeKind.PRESENTATION, MediaType.JWT, b"eyJ.eyJ.AAAA")


@pytest.mark.parametrize(
    "contexts",
    [
        [],
        None,
        "",
        ["https://www.w3.org/ns/credentials/examples/v2"],
        ["https://www.w3.org/ns/credentials/examples/v2", V2],
        [[V2]],
        {"@vocab": V2},
        "https://www.w3.org/2018/credentials/v1",
        7,
    ],
    ids=repr,
)
def test_contexts(contexts: JsonValue) -> None:
    """The context of VC 2.0 comes first."""
    assert code_of({**jwt_envelope(), "@context": contexts}) == MALFORMED


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        [],
        "VerifiableCredential",
        ["EnvelopedVerifiableCredential", "VerifiableCredential"],
        ["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"],
        ["EnvelopedVerifiableCredential", 7],
        [["EnvelopedVerifiableCredential"]],
        "EnvelopedVerifiablePresentation",
        7,
    ],
    ids=repr,
)
def test_types(kind: JsonValue) -> None:
    """One type, and it goes with what is inside."""
    assert code_of({**jwt_envelope(), "type": kind}) == MALFORMED


@pytest.mark.parametrize("member", ["name", "proof", "credentialSubject", "issuer", "validUntil", "@graph", "ID"])
def test_loose_members(member: str) -> None:
    """T-11: what stands beside the token is unsigned, so nothing may."""
    assert code_of({**jwt_envelope(), member: "Master welder"}) == MALFORMED


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "bad-credential",
        "https://example.org/badge.jwt",
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        "data:",
        "data:,",
        "data:application/vc+jwt",
        "data:application/vc+jwt,",
        "data:application/vc+jwt;eyJ.eyJ.AAAA",
        "data:application/vc+jwt;charset=utf-8,eyJ.eyJ.AAAA",
        "data:application/vc+jwt;base64,ZXlKLmV5Si5BQUFB",
        "data:application/vc+jwt, eyJ.eyJ.AAAA",
        "data:application/vc+jwt,eyJ.eyJ.AAAA\n",
        "data:application/vc+jwt,ey\u00e9",
        " data:application/vc+jwt,eyJ.eyJ.AAAA",
        "DATA:application/vc+jwt,eyJ.eyJ.AAAA",
        "data:application/vc+cose,0oRA",
        "data:application/vp+jwt,eyJ.eyJ.AAAA",
    ],
    ids=repr,
)
def test_urls(url: JsonValue) -> None:
    """Only a data: URL with a token of the right kind; nothing is fetched."""
    assert code_of({**jwt_envelope(), "id": url}) == MALFORMED


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "image/svg+xml", "application/vc", "a/b+jwt"])
def test_forms_that_are_not_read(media_type: str) -> None:
    """A form that is not known could not be checked; it is not the badge's fault."""
    with pytest.raises(CannotCheckError) as caught:
        read_envelope({**jwt_envelope(), "id": f"data:{media_type},x"})
    assert caught.value.code == "decoding.envelope_type_unsupported"


@pytest.mark.parametrize("content", ["0oR", "0oRY=", "0oRYV===", "0o-_", "0oRYVg=", "0oRYVh", "A", "===="])
def test_base64_of_another_spelling(content: str) -> None:
    """COSE in base64 has one spelling, with or without its padding."""
    envelope = {**cose_envelope(), "id": f"data:application/vc+cose;base64,{content}"}
    assert code_of(envelope) == "decoding.base64_not_canonical"


def test_too_large() -> None:
    """An envelope is not searched beyond its limit."""
    assert code_of({**jwt_envelope(), "id": "data:application/vc+jwt," + "A" * 400_000}) == "decoding.too_large"


def test_claims_of_vc_1_depend_on_the_media_type() -> None:
    """A `vc` claim is right under application/jwt and refused under application/vc+jwt, whatever `typ` says."""
    token = forge_token({"alg": "EdDSA", "kid": ISSUER_METHOD, "typ": "JWT"}, {"vc": CREDENTIAL}, signer=ISSUER)
    assert read_vc_jwt(token).document == CREDENTIAL
    with pytest.raises(BadgeError) as caught:
        read_vc_jwt(token, media_type=TokenType.VC_JWT)
    assert caught.value.code == "decoding.jwt_malformed"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"type": "EnvelopedVerifiableCredential"}, True),
        ({"type": ["x", "EnvelopedVerifiablePresentation"]}, True),
        ({"type": "VerifiableCredential"}, False),
        ({}, False),
        ({"type": [["EnvelopedVerifiableCredential"]]}, False),
    ],
)
def test_what_says_that_it_is_an_envelope(document: JsonObject, *, expected: bool) -> None:
    """An envelope is known by its type, well formed or not."""
    assert is_envelope(document) is expected


def test_what_does_not_go_together_is_not_put_together() -> None:
    """A credential's token makes no presentation's envelope."""
    with pytest.raises(ValueError, match="EnvelopedVerifiablePresentation"):
        compose_envelope(b"x", kind=EnvelopeKind.PRESENTATION, media_type=MediaType.VC_JWT)
