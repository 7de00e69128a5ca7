"""CBOR in one spelling: what ecdsa-sd-2023 proof values and COSE messages are made of.

Spec: RFC 8949 §4.2.1 (preferred, definite-length encoding). Tags, floats and `undefined` have no use here and are
refused, so that one value has one spelling and no tag makes the library build anything but plain values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import cbor2

from schemas import ProofError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CborValue: TypeAlias = "bool | int | str | bytes | list[CborValue] | dict[int | str, CborValue] | None"
CborInput: TypeAlias = (
    "bool | int | str | bytes | Sequence[CborInput] | Mapping[int, CborInput] | Mapping[int | str, CborInput] | None"
)

MAX_CBOR_BYTES: Final = 256 * 1024
MAX_CBOR_DEPTH: Final = 16  # arrays and maps open at one place
_TAG_1_BYTE: Final = range(0xC0, 0xD8)  # major type 6 with its number in the first byte


def encode_cbor(value: CborInput) -> bytes:
    """Encode a value; members of a map stay in their order."""
    return cbor2.dumps(value)


def decode_cbor(data: bytes, *, max_bytes: int = MAX_CBOR_BYTES) -> CborValue:
    """Decode exactly one value.

    Raises:
        ProofError: Longer than `max_bytes`, not CBOR, bytes left over, a tag or another kind of value that is not
            used, a key named twice, or another spelling than the shortest (`proof.value_malformed`).
    """
    if len(data) > max_bytes:
        raise _malformed(f"{len(data)} bytes, at most {max_bytes} expected")
    if data[:1] and data[0] in _TAG_1_BYTE:
        raise _malformed("a tag")
    try:
        value = _read(cbor2.loads(data, max_depth=MAX_CBOR_DEPTH), depth=0)
        is_one_spelling = cbor2.dumps(value) == data
    except (cbor2.CBORError, ValueError, TypeError, OverflowError) as error:
        raise _malformed("not CBOR") from error
    if not is_one_spelling:
        raise _malformed("another spelling, a key named twice, or bytes left over")
    return value


def _malformed(message: str) -> ProofError:
    return ProofError("proof.value_malformed", message)


def _read(value: object, *, depth: int) -> CborValue:
    """Return `value` if only plain kinds of values are in it; a tag would have made another kind."""
    if depth > MAX_CBOR_DEPTH:
        raise _malformed("too deep")
    if value is None or isinstance(value, bool | int | str | bytes):
        return value
    if isinstance(value, list):
        return [_read(member, depth=depth + 1) for member in value]
    if isinstance(value, dict):
        members: dict[int | str, CborValue] = {}
        for name, member in value.items():
            if isinstance(name, bool) or not isinstance(name, int | str):
                raise _malformed("a key is neither a number nor text")
            members[name] = _read(member, depth=depth + 1)
        return members
    raise _malformed("a kind of value that is not used here")
