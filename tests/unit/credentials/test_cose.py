"""COSE_Sign1: messages of the W3C suite, and every header that does not belong there."""

from __future__ import annotations

import pytest

from credentials import CoseType, SecuringForm, read_cose, sign_cose, verify_cose
from credentials.cbor import CborInput, encode_cbor
from keys import KeyType, SignatureAlgorithm
from schemas import BadgeError, encode_json
from tests.doubles.showings import CREDENTIAL, ISSUER, ISSUER_ID, ISSUER_METHOD
from tests.unit.keys.published import fresh_signer

PAYLOAD = encode_json(CREDENTIAL)
HEADER: dict[int | str, CborInput] = {
    1: -8,
    3: "application/vc",
    4: ISSUER_METHOD.encode(),
    16: "application/vc+cose",
}


def message_of(
    header: dict[int | str, CborInput],
    *,
    unprotected: dict[int | str, CborInput] | None = None,
    payload: bytes = PAYLOAD,
) -> bytes:
    """Return a message with any headers, well signed."""
    protected = encode_cbor(header)
    signature = ISSUER.sign(encode_cbor(["Signature1", protected, b"", payload]), algorithm=SignatureAlgorithm.EDDSA)
    return b"\xd2" + encode_cbor([protected, unprotected or {}, payload, signature])


def code_of(message: bytes) -> str:
    """Return the code with which a message is refused."""
    with pytest.raises(BadgeError) as caught:
        verify_cose(read_cose(message), public_key=ISSUER.public_key)
    return caught.value.code


@pytest.mark.parametrize("key_type", KeyType)
def test_a_credential_comes_back(key_type: KeyType) -> None:
    """With each kind of key the document is what it was."""
    signer = fresh_signer(key_type)
    message = sign_cose(CREDENTIAL, signer=signer, verification_method=ISSUER_METHOD)
    verified = verify_cose(read_cose(message), public_key=signer.public_key)
    assert (verified.document, verified.form, verified.original, verified.verification_method) == (
        CREDENTIAL,
        SecuringForm.COSE,
        message,
        ISSUER_METHOD,
    )


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256"])
def test_rsa_algorithms(algorithm: str) -> None:
    """An RSA key signs with each of its four algorithms."""
    signer = fresh_signer(KeyType.RSA)
    named = SignatureAlgorithm(algorithm)
    message = sign_cose(CREDENTIAL, signer=signer, verification_method=ISSUER_METHOD, algorithm=named)
    assert verify_cose(read_cose(message), public_key=signer.public_key).cryptosuite == algorithm


def test_hand_made_message_is_good() -> None:
    """The base of the cases below verifies, with and without its tag (RFC 9052 §2)."""
    message = message_of(HEADER)
    for spelled in (message, message[1:]):
        assert verify_cose(read_cose(spelled), public_key=ISSUER.public_key).document == CREDENTIAL


@pytest.mark.parametrize("number", [-8, -19])
def test_both_names_of_ed25519(number: int) -> None:
    """RFC 9864: EdDSA and Ed25519 are one algorithm with this key."""
    assert read_cose(message_of({**HEADER, 1: number})).algorithm is SignatureAlgorithm.EDDSA


@pytest.mark.parametrize("number", [None, 0, 1, 5, -16, -65535, "EdDSA", b"\x01", True, [-8]], ids=repr)
def test_algorithms_that_badges_do_not_use(number: CborInput) -> None:
    """No MAC, no SHA-1, no text."""
    assert code_of(message_of({**HEADER, 1: number})) == "proof.algorithm_not_allowed"


@pytest.mark.parametrize("number", [-36, -38, -39, -47, -52, -53])
def test_sound_algorithms_that_are_not_read(number: int) -> None:
    """ES512, PS384, PS512, ES256K and Ed448: could not check."""
    assert code_of(message_of({**HEADER, 1: number})) == "proof.algorithm_unsupported"


def test_algorithm_outside_the_signature() -> None:
    """`alg` counts only where it is signed."""
    header = {label: value for label, value in HEADER.items() if label != 1}
    assert code_of(message_of(header, unprotected={1: -8})) == "proof.header_not_allowed"


@pytest.mark.parametrize("label", [2, 32, 33, 34, 35])
@pytest.mark.parametrize("place", ["protected", "unprotected"])
def test_critical_headers_and_certificates(label: int, place: str) -> None:
    """T-19, T-20: neither what must be understood, nor certificates or where to get them."""
    message = (
        message_of({**HEADER, label: b"x"}) if place == "protected" else message_of(HEADER, unprotected={label: b"x"})
    )
    assert code_of(message) == "proof.header_not_allowed"


def test_a_header_given_twice() -> None:
    """One label stands in one of the two headers."""
    assert code_of(message_of(HEADER, unprotected={4: b"other"})) == "proof.header_not_allowed"


@pytest.mark.parametrize(
    "header",
    [
        {3: "application/vp", 16: "application/vc+cose"},
        {3: "application/vc", 16: "application/vp+cose"},
        {3: "application/vc", 16: "application/vc+jwt"},
        {3: "text/plain"},
        {16: 7},
        {},
    ],
    ids=repr,
)
def test_other_types_of_message(header: dict[int | str, CborInput]) -> None:
    """`typ` and content type say the same, and say that it is a credential or a presentation."""
    assert code_of(message_of({1: -8, 4: ISSUER_METHOD.encode(), **header})) == "proof.header_malformed"


@pytest.mark.parametrize("header", [{3: "application/vc"}, {16: "application/vc+cose"}], ids=repr)
def test_one_of_the_two_is_enough(header: dict[int | str, CborInput]) -> None:
    """Both are SHOULD in VC-JOSE-COSE 1.0 §3.3.1."""
    assert read_cose(message_of({1: -8, **header})).cose_type is CoseType.VC_COSE


def test_a_presentation_is_not_read_as_a_credential() -> None:
    """The caller says what it is ready to read."""
    message = sign_cose(CREDENTIAL, signer=ISSUER, verification_method=ISSUER_METHOD, cose_type=CoseType.VP_COSE)
    with pytest.raises(BadgeError) as caught:
        read_cose(message, accepted=frozenset({CoseType.VC_COSE}))
    assert caught.value.code == "proof.header_malformed"


@pytest.mark.parametrize("kid", ["text", 7, b"", b"\xff\xfe", b"a b", b"a" * 2049], ids=lambda kid: repr(kid)[:20])
def test_key_ids(kid: CborInput) -> None:
    """`kid` is printable bytes."""
    assert code_of(message_of({**HEADER, 4: kid})) == "proof.header_malformed"


def test_a_message_without_key_id() -> None:
    """Without `kid` the key is named by its thumbprint."""
    header = {label: value for label, value in HEADER.items() if label != 4}
    verified = verify_cose(read_cose(message_of(header)), public_key=ISSUER.public_key)
    assert (
        verified.verification_method == f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{ISSUER.public_key.thumbprint}"
    )


@pytest.mark.parametrize(
    "claims",
    [{1: "did:web:other.example"}, {2: "urn:x:2"}, {4: "1"}, {5: "1"}, {6: "today"}, {1: b"x"}],
    ids=repr,
)
def test_claims_that_disagree(claims: dict[int | str, CborInput]) -> None:
    """T-13 holds for CWT claims in the header (RFC 9597)."""
    assert code_of(message_of({**HEADER, 15: claims})) == "proof.claims_mismatch"


def test_claims_that_agree() -> None:
    """`iss` and `exp` of the header are read."""
    message = message_of({**HEADER, 15: {1: ISSUER_ID, 4: 1_843_462_800}})
    verified = verify_cose(read_cose(message), public_key=ISSUER.public_key)
    # date -u -d 2028-06-01T09:00:00Z +%s
    assert verified.expires_at is not None
    assert int(verified.expires_at.timestamp()) == 1_843_462_800


PROTECTED = encode_cbor(HEADER)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xd2",
        b"\xd2\xd2\x84",
        encode_cbor([PROTECTED, {}, PAYLOAD]),
        encode_cbor([PROTECTED, {}, PAYLOAD, b"", b""]),
        encode_cbor([PROTECTED, {}, None, b""]),
        encode_cbor([PROTECTED, [], PAYLOAD, b""]),
        encode_cbor([HEADER, {}, PAYLOAD, b""]),
        encode_cbor([b"\x80", {}, PAYLOAD, b""]),
        encode_cbor([b"\xff", {}, PAYLOAD, b""]),
        encode_cbor([b"", {}, PAYLOAD, b""]),
        encode_cbor([PROTECTED, {}, "text", b""]),
        encode_cbor([PROTECTED + b"\x00", {}, PAYLOAD, b""]),
        b"eyJhbGciOiJFZERTQSJ9",
    ],
    ids=lambda message: message.hex()[:16],
)
def test_what_is_no_message(message: bytes) -> None:
    """Four parts of the right kinds, or it is not read."""
    assert code_of(message) == "decoding.cose_malformed"


def test_payload_is_json() -> None:
    """The payload is the credential as JSON, read strictly."""
    assert code_of(message_of(HEADER, payload=b"\xa0")) == "decoding.not_utf8"
    assert code_of(message_of(HEADER, payload=b'{"a":1,"a":2}')) == "decoding.duplicate_key"


def test_too_large() -> None:
    """256 KiB is the most."""
    assert code_of(b"\xd2" + bytes(256 * 1024)) == "decoding.too_large"


def test_one_bit_changed() -> None:
    """A change of one bit in any part of the payload breaks the signature."""
    message = bytearray(message_of(HEADER))
    place = message.index(b"Pump")
    message[place] ^= 1
    assert code_of(bytes(message)) == "proof.signature_mismatch"


def test_too_large_to_sign() -> None:
    """We do not make what no verifier takes."""
    with pytest.raises(BadgeError) as caught:
        sign_cose({**CREDENTIAL, "name": "x" * 300_000}, signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "decoding.too_large"


@pytest.mark.parametrize("claims", [[], 7, "iss", b"x"], ids=repr)
def test_claims_that_are_no_map(claims: CborInput) -> None:
    """RFC 9597 §2: the claims in the header are a map."""
    assert code_of(message_of({**HEADER, 15: claims})) == "proof.header_malformed"


def test_presentation_without_a_holder() -> None:
    """A presentation need not name its holder (VCDM 2.0 §4.13); `iss` then says who it is."""
    header: dict[int | str, CborInput] = {1: -8, 16: "application/vp+cose", 15: {1: ISSUER_ID}}
    cose = read_cose(message_of(header, payload=b'{"type":"VerifiablePresentation"}'))
    assert verify_cose(cose, public_key=ISSUER.public_key).document == {"type": "VerifiablePresentation"}
