"""Strict base58-btc and base64url: each value has exactly one spelling.

Spec: CID 1.0 §2.4 (Multibase, base-58-btc and base-64-url-no-pad); RFC 7515 §2 (base64url without padding).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64encode

from schemas import DecodingError, ProofError

_BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_PAIRS = [high + low for high in _BASE58_ALPHABET for low in _BASE58_ALPHABET]
_PAIR = 58**2
_FIVE_DIGITS = 58**5  # the largest power that Python divides by in one step
_BASE58_BYTES = _BASE58_ALPHABET.encode("ascii")
_TO_DIGITS = bytes.maketrans(_BASE58_BYTES, bytes(range(58)))

_MAX_LANES = 256  # base58 texts that are decoded are never longer, whatever the caller allows

# A 96-byte P-384 signature needs 132; decoding costs the square of the length, so callers that expect one say so.
MAX_BASE58_CHARS = 128


def _mark_lower_lanes(bits: int) -> int:
    """Return a number with `bits` ones, as many zeros, and so on."""
    return sum(((1 << bits) - 1) << place for place in range(0, 8 * _MAX_LANES, 2 * bits))


_LANES = [(bits, _mark_lower_lanes(bits), 58 ** (bits // 8)) for bits in (8, 16, 32, 64, 128, 256, 512, 1_024)]


def encode_base58(data: bytes) -> str:
    """Return `data` in base58-btc, without a multibase prefix."""
    number = int.from_bytes(data)
    groups = []
    while number:
        number, group = divmod(number, _FIVE_DIGITS)
        high, low = divmod(group, _PAIR)
        groups.append(_BASE58_ALPHABET[high // _PAIR] + _BASE58_PAIRS[high % _PAIR] + _BASE58_PAIRS[low])
    leading_zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * leading_zeros + "".join(reversed(groups)).lstrip(_BASE58_ALPHABET[0])


def decode_base58(text: str, *, max_chars: int = MAX_BASE58_CHARS) -> bytes:
    """Return the bytes of base58-btc `text`, given without a multibase prefix.

    Raises:
        ProofError: Longer than `max_chars`, empty, or a character outside the alphabet (`proof.value_malformed`).
    """
    if not 0 < len(text) <= min(max_chars, _MAX_LANES):
        raise ProofError("proof.value_malformed", f"base58 text has {len(text)} characters, 1 to {max_chars} expected")
    encoded = text.encode("ascii", "replace")  # a question mark is none of the characters either
    if encoded.translate(None, _BASE58_BYTES):
        raise ProofError("proof.value_malformed", "a character is not base58-btc")
    # One digit in each byte. Then neighbours are put together, all pairs at once: two in 16 bits, four in 32, so on.
    number = int.from_bytes(encoded.translate(_TO_DIGITS))
    for bits, lower_lanes, weight in _LANES[: (len(encoded) - 1).bit_length()]:
        number = (number & lower_lanes) + (number >> bits & lower_lanes) * weight
    leading_zeros = len(text) - len(text.lstrip("1"))
    return bytes(leading_zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def encode_base64url(data: bytes) -> str:
    """Return `data` in base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url `text`; the caller bounds its length.

    Raises:
        DecodingError: Padding, white space, a foreign character, an impossible length,
            or bits left over that are not zero (`decoding.base64_not_canonical`).
    """
    try:
        encoded = text.encode("ascii")
        if b"+" in encoded or b"/" in encoded or b"=" in encoded:
            raise DecodingError("decoding.base64_not_canonical", "a character is not base64url")
        padded = encoded.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(encoded) % 4)
        data = binascii.a2b_base64(padded, strict_mode=True)  # no other characters, and nothing behind the padding
    except (UnicodeEncodeError, binascii.Error) as error:
        raise DecodingError("decoding.base64_not_canonical", "not base64url") from error
    # Whole groups of four have one spelling; only the last characters may hold bits that say nothing.
    last = len(encoded) % 4
    if last and encode_base64url(data[1 - last :]) != text[-last:]:
        raise DecodingError("decoding.base64_not_canonical", "another spelling of the same bytes")
    return data
