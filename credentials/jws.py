"""Compact JWS, read strictly: few header parameters, one spelling, and the key decides the algorithm.

Spec: RFC 7515 (JWS), RFC 8725 (JWT best current practices), OB 3.0 §8.2.3 (header of a JWT proof),
VC-JOSE-COSE 1.0 §3.1.3 (headers of W3C's tokens).

Two rules for headers, and `typ` says which: a badge as Open Badges writes it (`typ` is JWT or missing) has four
parameters and no more; W3C's and IETF's own types may carry others, which are ignored unless they would change
what the signature means or where its key comes from.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from keys import PublicKey, SignatureAlgorithm, decode_base64url, encode_base64url
from schemas import (
    DecodingError,
    ProofError,
    UnacceptedCryptosuiteError,
    UnsupportedFeatureError,
    encode_json,
    read_json_object,
)

if TYPE_CHECKING:
    from keys import Signer
    from schemas import JsonObject

MAX_JWT_BYTES = 256 * 1024
MAX_JWT_HEADER_BYTES = 8 * 1024
MAX_KID_CHARS = 2_048
MAX_KEPT_HEADERS = 256
MAX_KEPT_HEADER_CHARS = 512

_ALGORITHMS = {algorithm.value: algorithm for algorithm in SignatureAlgorithm} | {
    "Ed25519": SignatureAlgorithm.EDDSA,  # RFC 9864 §2.2: the name that replaces EdDSA
}
# Public-key signatures of the IANA registry that are sound and not read here: no word against whoever signed.
UNREAD_ALGORITHMS = frozenset({"ES512", "ES256K", "PS384", "PS512", "Ed448", "ESP512"})
_HEADER_MEMBERS = frozenset({"alg", "kid", "jwk", "typ"})
# What points elsewhere, or asks to be read in another way (RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797).
_REFUSED_MEMBERS = frozenset({"b64", "crit", "enc", "jku", "x5c", "x5t", "x5t#S256", "x5u", "zip"})
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_OPAQUE_KEY_ID = re.compile(r"[!-~]+")  # such as a thumbprint
_MEDIA_TYPE_PREFIX = "application/"  # RFC 7515 §4.1.9: may be left out
_SEGMENTS = 3


class TokenType(enum.Enum):
    """What a token says it is, in its `typ` header. Media types ignore case."""

    JWT = "JWT"  # OB 3.0 §8.2.3, and VCDM 1.1 with its `vc` and `vp` claims
    VC_JWT = "vc+jwt"  # VC-JOSE-COSE 1.0 §3.1
    VP_JWT = "vp+jwt"
    VC_SD_JWT = "vc+sd-jwt"  # VC-JOSE-COSE 1.0 §3.2
    VP_SD_JWT = "vp+sd-jwt"
    DC_SD_JWT = "dc+sd-jwt"  # SD-JWT VC §2.2.1
    KB_JWT = "kb+jwt"  # RFC 9901 §4.3

    @property
    def content_type(self) -> str | None:
        """The one value that `cty` may have: `vc`, `vp`, or None where no `cty` is defined."""
        head = self.value.partition("+")[0]
        return head if head in {"vc", "vp"} else None


BADGE_TOKEN_TYPES = frozenset({TokenType.JWT, TokenType.VC_JWT})
_TYPES = {token_type.value.lower(): token_type for token_type in TokenType}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactJws:
    """A JWS as read; nothing in it is to be believed before `verify_compact_jws`.

    `kid` and `jwk` are hints by whoever wrote the token: whether that key is the issuer's is a check of its own.
    """

    header: JsonObject
    token_type: TokenType
    algorithm: SignatureAlgorithm
    kid: str | None
    jwk: PublicKey | None
    payload: bytes
    signing_input: bytes
    signature: bytes
    original: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadToken:
    """A token that is a compact JWS inside, and what that says of itself and of its key.

    Args:
        jws: What the issuer signed.
    """

    jws: CompactJws

    @property
    def header(self) -> JsonObject:
        """The JWS header."""
        return self.jws.header

    @property
    def token_type(self) -> TokenType:
        """What the token says it is."""
        return self.jws.token_type

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What the header names; the key must agree."""
        return self.jws.algorithm

    @property
    def kid(self) -> str | None:
        """Id of the issuer's key, as the header claims."""
        return self.jws.kid

    @property
    def jwk(self) -> PublicKey | None:
        """The issuer's key itself, as the header claims."""
        return self.jws.jwk


class _Header(NamedTuple):
    """A header that may stand where it stands. Nobody changes `members`."""

    members: JsonObject
    algorithm: SignatureAlgorithm
    token_type: TokenType
    kid: str | None
    jwk: PublicKey | None


def read_compact_jws(
    token: str | bytes,
    *,
    accepted: frozenset[TokenType] = BADGE_TOKEN_TYPES,
    untyped: TokenType = TokenType.JWT,
) -> CompactJws:
    """Take a compact JWS apart.

    Args:
        token: The three segments.
        accepted: What the caller is ready to read. The token cannot widen this.
        untyped: What a token without `typ` is read as, when something outside the token says what it is.

    Raises:
        DecodingError: Not three segments (`decoding.jwt_malformed`), over 256 KiB (`decoding.too_large`), a segment in
            another spelling (`decoding.base64_not_canonical`), or a header that is no strict JSON (`decoding.…`).
        UnacceptedCryptosuiteError: `alg` is missing, `none`, symmetric or unknown (`proof.algorithm_not_allowed`).
        UnsupportedFeatureError: `alg` is sound and not read here (`proof.algorithm_unsupported`).
        ProofError: The header holds a parameter that it must not hold (`proof.header_not_allowed`), `kid`, `typ` or
            `cty` is not what it should be, or no key is named (`proof.header_malformed`), or `jwk` is not a usable
            public key (`proof.key_private_member`, `proof.value_malformed`, `proof.key_too_small`).
    """
    try:
        text = token.decode("ascii") if isinstance(token, bytes) else token
        original = text.encode("ascii")
    except UnicodeError as error:
        raise DecodingError("decoding.jwt_malformed", "a JWT is ASCII text") from error
    if len(original) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    segments = text.split(".")
    # A tilde would make it an SD-JWT, a brace a JSON serialization: other formats, with other rules.
    if len(segments) != _SEGMENTS or not segments[0] or not segments[1] or "~" in text or "{" in text:
        raise DecodingError("decoding.jwt_malformed", "a compact JWS has three segments")
    read_header = _read_kept_header if len(segments[0]) <= MAX_KEPT_HEADER_CHARS else _read_header
    header = read_header(segments[0], accepted, untyped)
    return CompactJws(
        header=dict(header.members),
        token_type=header.token_type,
        algorithm=header.algorithm,
        kid=header.kid,
        jwk=header.jwk,
        payload=decode_base64url(segments[1]),
        signing_input=f"{segments[0]}.{segments[1]}".encode("ascii"),
        signature=decode_base64url(segments[2]),
        original=original,
    )


def _read_header(segment: str, accepted: frozenset[TokenType], untyped: TokenType) -> _Header:
    members = read_json_object(decode_base64url(segment), max_bytes=MAX_JWT_HEADER_BYTES)
    algorithm = _read_algorithm(members)
    token_type = _read_type(members, accepted=accepted, untyped=untyped)
    kid, jwk = _read_key_hints(members, token_type)
    return _Header(members, algorithm, token_type, kid, jwk)


# All tokens that one key has signed begin alike.
_read_kept_header = lru_cache(maxsize=MAX_KEPT_HEADERS)(_read_header)


def _read_algorithm(header: JsonObject) -> SignatureAlgorithm:
    name = header.get("alg")
    algorithm = _ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        if isinstance(name, str) and name in UNREAD_ALGORITHMS:
            raise UnsupportedFeatureError("proof.algorithm_unsupported", detail={"algorithm": name})
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "`alg` is not one that badges use")
    return algorithm


def _read_type(header: JsonObject, *, accepted: frozenset[TokenType], untyped: TokenType) -> TokenType:
    token_type: TokenType | None = untyped
    if "typ" in header:
        kind = header["typ"]
        token_type = _TYPES.get(_short_name(kind)) if isinstance(kind, str) else None
    forbidden = header.keys() & _REFUSED_MEMBERS
    if token_type is TokenType.JWT:
        forbidden = header.keys() - _HEADER_MEMBERS
    if forbidden:
        raise ProofError("proof.header_not_allowed", f"{len(forbidden)} header parameters have no place there")
    if token_type is None or token_type not in accepted:
        raise ProofError("proof.header_malformed", "`typ` says that this is something else")
    if "cty" in header:
        content = header["cty"]
        if not isinstance(content, str) or _short_name(content) != token_type.content_type:
            raise ProofError("proof.header_malformed", "`cty` does not go with `typ`")
    return token_type


def _short_name(media_type: str) -> str:
    return media_type.lower().removeprefix(_MEDIA_TYPE_PREFIX)


def _read_key_hints(header: JsonObject, token_type: TokenType) -> tuple[str | None, PublicKey | None]:
    is_badge = token_type is TokenType.JWT
    if is_badge and "kid" not in header and "jwk" not in header:
        raise ProofError("proof.header_malformed", "neither `kid` nor `jwk` names a key")
    kid = header.get("kid")
    form = _ABSOLUTE_URI if is_badge else _OPAQUE_KEY_ID
    if "kid" in header and not (isinstance(kid, str) and len(kid) <= MAX_KID_CHARS and form.fullmatch(kid)):
        raise ProofError("proof.header_malformed", "`kid` is not an absolute URI, or not printable")
    jwk = header.get("jwk")
    if "jwk" in header and not isinstance(jwk, dict):
        raise ProofError("proof.header_malformed", "`jwk` is not an object")
    return (
        kid if isinstance(kid, str) else None,
        PublicKey.from_jwk(jwk) if isinstance(jwk, dict) else None,
    )


def sign_compact_jws(
    payload: bytes,
    *,
    signer: Signer,
    kid: str | None,
    token_type: TokenType = TokenType.JWT,
    algorithm: SignatureAlgorithm | None = None,
) -> str:
    """Sign `payload` and return the compact JWS.

    Args:
        payload: What is signed.
        signer: Holds the key.
        kid: Id of the key; None only where the token names its key in another way (`kb+jwt`).
        token_type: Decides `typ` and `cty`. The header of an Open Badges token is `alg`, `kid` and `typ`.
        algorithm: One that goes with the key; None for the usual one.

    Raises:
        DecodingError: The token would be larger than verifiers take (`decoding.too_large`).
        KeystoreError: The algorithm does not go with the key (`key.algorithm_mismatch`), or the key cannot sign now
            (`key.unavailable`).
    """
    algorithm = algorithm or signer.public_key.key_type.algorithm
    header: JsonObject = {"alg": algorithm.value}
    if kid is not None:
        header["kid"] = kid
    header["typ"] = token_type.value
    if token_type.content_type is not None:
        header["cty"] = token_type.content_type
    signing_input = f"{encode_base64url(encode_json(header))}.{encode_base64url(payload)}"
    signature = signer.sign(signing_input.encode("ascii"), algorithm=algorithm)
    token = f"{signing_input}.{encode_base64url(signature)}"
    if len(token) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    return token


def name_key(kid: str | None, public_key: PublicKey) -> str:
    """Return the id of a key as its token names it, else its thumbprint as a URI (RFC 9278)."""
    return kid or f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{public_key.thumbprint}"


def verify_compact_jws(jws: CompactJws, *, public_key: PublicKey) -> None:
    """Verify the signature (RFC 7515 §5.2). Whose key it is, is not checked here.

    Raises:
        ProofError: `alg` does not go with the key (`proof.algorithm_key_mismatch`).
        SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
    """
    public_key.verify(jws.signature, jws.signing_input, algorithm=jws.algorithm)
