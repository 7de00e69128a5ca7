"""The two proof values of `ecdsa-sd-2023`: the base proof for the holder, the derived proof for verifiers.

Spec: VC-DI-ECDSA 1.0 §3.5.2 to §3.5.7; CBOR without tags, in base64url after `u`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from credentials.cbor import decode_cbor, encode_cbor
from keys import KeyType, PublicKey, decode_base58, decode_base64url, encode_base58, encode_base64url
from schemas import DecodingError, ProofError

if TYPE_CHECKING:
    from typing import NoReturn

SIGNATURE_BYTES: Final = 64  # P-256, r ‖ s
HMAC_KEY_BYTES: Final = 32
LABEL_BYTES: Final = 32  # HMAC-SHA256
MAX_DISCLOSURE_SIGNATURES: Final = 1_500  # statements that are signed one by one
MAX_PROOF_VALUE_BYTES: Final = 192 * 1024

_BASE_HEADER: Final = bytes.fromhex("d95d00")
_DERIVED_HEADER: Final = bytes.fromhex("d95d01")
_PUBLIC_KEY_BYTES: Final = 35  # P-256 Multikey: two bytes of prefix, 33 of the compressed point
_PARTS: Final = 5
_MAX_CHARS: Final = 1 + (len(_BASE_HEADER) + MAX_PROOF_VALUE_BYTES) * 4 // 3 + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseProofValue:
    """What an issuer gives to the holder, who must not show it to anyone.

    Args:
        base_signature: By the issuer, over the proof options, `proof_key` and the mandatory statements.
        proof_key: Public key made for this one proof; it signed the other statements one by one.
        hmac_key: Names the blank nodes.
        signatures: One for each statement that is not mandatory, in their order.
        mandatory_pointers: What the issuer lets nobody leave out.
    """

    base_signature: bytes
    proof_key: PublicKey
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedProofValue:
    """What a holder shows.

    Args:
        base_signature: As in the base proof.
        proof_key: As in the base proof.
        signatures: One for each statement shown that is not mandatory, in their order.
        labels: For the number in `_:c14n<number>` of what is shown, the name in what was signed.
        mandatory_indexes: Which of the statements shown are mandatory, ascending.
    """

    base_signature: bytes
    proof_key: PublicKey
    signatures: tuple[bytes, ...]
    labels: dict[int, bytes]
    mandatory_indexes: tuple[int, ...]


def encode_multikey_bytes(public_key: PublicKey) -> bytes:
    """Return the 35 bytes of a P-256 Multikey."""
    return decode_base58(public_key.multikey[1:])


def encode_base_proof_value(value: BaseProofValue) -> str:
    """Return the multibase text of a base proof (VC-DI-ECDSA 1.0 §3.5.2)."""
    return _encode(
        _BASE_HEADER,
        encode_cbor(
            [
                value.base_signature,
                encode_multikey_bytes(value.proof_key),
                value.hmac_key,
                list(value.signatures),
                list(value.mandatory_pointers),
            ]
        ),
    )


def encode_derived_proof_value(value: DerivedProofValue) -> str:
    """Return the multibase text of a derived proof (VC-DI-ECDSA 1.0 §3.5.7)."""
    return _encode(
        _DERIVED_HEADER,
        encode_cbor(
            [
                value.base_signature,
                encode_multikey_bytes(value.proof_key),
                list(value.signatures),
                dict(value.labels.items()),
                list(value.mandatory_indexes),
            ]
        ),
    )


def decode_base_proof_value(text: object) -> BaseProofValue:
    """Read a base proof (VC-DI-ECDSA 1.0 §3.5.3).

    Raises:
        ProofError: `proof.value_malformed`.
    """
    header, (base_signature, proof_key, hmac_key, signatures, pointers) = _decode(text)
    if header != _BASE_HEADER:
        _refuse("not a base proof")
    if not isinstance(pointers, list) or not all(isinstance(pointer, str) for pointer in pointers):
        _refuse("mandatory pointers expected")
    return BaseProofValue(
        base_signature=_read_bytes(base_signature, SIGNATURE_BYTES),
        proof_key=_read_proof_key(proof_key),
        hmac_key=_read_bytes(hmac_key, HMAC_KEY_BYTES),
        signatures=_read_signatures(signatures),
        mandatory_pointers=tuple(pointers),
    )


def decode_derived_proof_value(text: object) -> DerivedProofValue:
    """Read a derived proof (VC-DI-ECDSA 1.0 §3.5.8).

    Raises:
        ProofError: `proof.base_proof_presented`, or `proof.value_malformed`.
    """
    header, (base_signature, proof_key, signatures, labels, indexes) = _decode(text)
    if header == _BASE_HEADER:
        raise ProofError("proof.base_proof_presented", pointer="/proof/proofValue")
    if not isinstance(indexes, list) or not all(type(index) is int and index >= 0 for index in indexes):
        _refuse("indexes of mandatory statements expected")
    if any(later <= earlier for earlier, later in pairwise(indexes)):
        _refuse("indexes are not in order")
    return DerivedProofValue(
        base_signature=_read_bytes(base_signature, SIGNATURE_BYTES),
        proof_key=_read_proof_key(proof_key),
        signatures=_read_signatures(signatures),
        labels=_read_labels(labels),
        mandatory_indexes=tuple(indexes),
    )


def _encode(header: bytes, encoded: bytes) -> str:
    return "u" + encode_base64url(header + encoded)


def _decode(text: object) -> tuple[bytes, list[object]]:
    if not isinstance(text, str) or not text.startswith("u") or len(text) > _MAX_CHARS:
        _refuse("base64url text after a u expected")
    try:
        data = decode_base64url(text[1:])
    except DecodingError as error:
        raise ProofError("proof.value_malformed", error.message, pointer="/proof/proofValue") from error
    header, encoded = data[: len(_BASE_HEADER)], data[len(_BASE_HEADER) :]
    if header not in {_BASE_HEADER, _DERIVED_HEADER}:
        _refuse("neither a base nor a derived proof")
    parts = decode_cbor(encoded, max_bytes=MAX_PROOF_VALUE_BYTES)
    if not isinstance(parts, list) or len(parts) != _PARTS:
        _refuse("five parts expected")
    return header, [*parts]


def _read_bytes(value: object, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        _refuse(f"{length} bytes expected")
    return value


def _read_signatures(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_DISCLOSURE_SIGNATURES:
        _refuse(f"up to {MAX_DISCLOSURE_SIGNATURES} signatures expected")
    return tuple(_read_bytes(signature, SIGNATURE_BYTES) for signature in value)


def _read_proof_key(value: object) -> PublicKey:
    public_key = PublicKey.from_multikey("z" + encode_base58(_read_bytes(value, _PUBLIC_KEY_BYTES)))
    if public_key.key_type is not KeyType.P256:
        _refuse("the key of the proof is not a P-256 key")
    return public_key


def _read_labels(value: object) -> dict[int, bytes]:
    """Read the label map; two nodes under one name would let what is said of one count for the other."""
    if not isinstance(value, dict) or not all(type(number) is int for number in value):
        _refuse("a map of labels expected")
    labels = {number: _read_bytes(label, LABEL_BYTES) for number, label in value.items()}
    if len(set(labels.values())) != len(labels):
        _refuse("two blank nodes have one name")
    return labels


def _refuse(why: str) -> NoReturn:
    raise ProofError("proof.value_malformed", why, pointer="/proof/proofValue")
