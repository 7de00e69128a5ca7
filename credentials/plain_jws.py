"""Compact JWS as Open Badges 2.0 writes it: the header need not say whose key it is, the badge itself does.

Spec: OB 2.0 §SignedBadge; RFC 7515.
"""

from __future__ import annotations

from credentials.jws import (
    MAX_JWT_BYTES,
    MAX_JWT_HEADER_BYTES,
    CompactJws,
    TokenType,
)
from keys import SignatureAlgorithm, decode_base64url
from schemas import DecodingError, ProofError, UnacceptedCryptosuiteError, read_json_object

_ALGORITHMS = {algorithm.value: algorithm for algorithm in SignatureAlgorithm}
# Nothing else has a meaning there; least of all a key, or an address of one.
_HEADER_MEMBERS = frozenset({"alg", "kid", "typ"})
_SEGMENTS = 3


def read_plain_jws(token: bytes) -> CompactJws:
    """Take a compact JWS apart; nothing in it is to be believed before `verify_compact_jws`.

    Raises:
        DecodingError: Not three segments (`decoding.jwt_malformed`), too large (`decoding.too_large`), a segment in
            another spelling (`decoding.base64_not_canonical`), or a header that is no strict JSON (`decoding.…`).
        UnacceptedCryptosuiteError: `alg` is missing, `none`, symmetric or unknown (`proof.algorithm_not_allowed`).
        ProofError: The header holds a parameter that has no place there (`proof.header_not_allowed`).
    """
    if len(token) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    try:
        segments = token.decode("ascii").split(".")
    except UnicodeError as error:
        raise DecodingError("decoding.jwt_malformed", "a JWS is ASCII text") from error
    if len(segments) != _SEGMENTS or not all(segments):
        raise DecodingError("decoding.jwt_malformed", "a compact JWS has three segments")
    header = read_json_object(decode_base64url(segments[0]), max_bytes=MAX_JWT_HEADER_BYTES)
    name = header.get("alg")
    algorithm = _ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "`alg` is not one that badges use")
    if header.keys() - _HEADER_MEMBERS:
        raise ProofError("proof.header_not_allowed", "a header parameter has no place there")
    return CompactJws(
        header=header,
        token_type=TokenType.JWT,
        algorithm=algorithm,
        kid=None,
        jwk=None,
        payload=decode_base64url(segments[1]),
        signing_input=f"{segments[0]}.{segments[1]}".encode("ascii"),
        signature=decode_base64url(segments[2]),
        original=token,
    )
