"""Encodings round-trip, and every text has at most one reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import (
    KeyType,
    LocalSigner,
    PublicKey,
    decode_base58,
    decode_base64url,
    did_web_for,
    did_web_url,
    encode_base58,
    encode_base64url,
)
from schemas import BadgeError

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNERS = {key_type: LocalSigner.generate(key_type) for key_type in KeyType}
BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)


def read_back(read: Callable[[], str]) -> str:
    """Return what reading and writing again gives, or the code of the refusal."""
    try:
        return read()
    except BadgeError as error:
        return error.code


@given(st.binary(min_size=1, max_size=90))
def test_base58_round_trip(data: bytes) -> None:
    """Decoding gives back what was encoded."""
    assert decode_base58(encode_base58(data)) == data


@given(st.text(BASE58_ALPHABET, min_size=1, max_size=128))
def test_base58_has_one_spelling(text: str) -> None:
    """Encoding gives back the text that was decoded."""
    assert encode_base58(decode_base58(text)) == text


@given(st.binary(max_size=500))
def test_base64url_round_trip(data: bytes) -> None:
    """Decoding gives back what was encoded."""
    assert decode_base64url(encode_base64url(data)) == data


@given(st.text(max_size=60))
def test_base64url_has_one_spelling(text: str) -> None:
    """A text that decodes is the one spelling of its bytes; every other text is refused by code."""
    assert read_back(lambda: encode_base64url(decode_base64url(text))) in {text, "decoding.base64_not_canonical"}


@given(st.text(max_size=140))
def test_any_text_as_a_multikey(text: str) -> None:
    """Any text is a key, spelled as the key spells itself, or refused by code."""
    codes = {"proof.value_malformed", "proof.algorithm_not_allowed", "proof.key_private_member"}
    assert read_back(lambda: PublicKey.from_multikey(text).multikey) in {text, *codes}


@given(st.binary(min_size=32, max_size=33), st.sampled_from(["ed01", "8024"]))
def test_any_bytes_as_a_key(raw: bytes, prefix: str) -> None:
    """Any bytes behind a known prefix are a key that reads back from its JWK, or malformed."""
    text = "z" + encode_base58(bytes.fromhex(prefix) + raw)
    found = read_back(lambda: PublicKey.from_jwk(PublicKey.from_multikey(text).jwk).multikey)
    assert found in {text, "proof.value_malformed"}


@pytest.mark.parametrize("key_type", KeyType)
@given(message=st.binary(max_size=200), data=st.data())
def test_any_flipped_bit_of_a_signature(key_type: KeyType, message: bytes, data: st.DataObject) -> None:
    """No signature with a flipped bit verifies."""
    signer = SIGNERS[key_type]
    signature = signer.sign(message, algorithm=key_type.algorithm)
    position = data.draw(st.integers(0, len(signature) * 8 - 1))
    flipped = int.from_bytes(signature) ^ (1 << position)
    with pytest.raises(BadgeError) as caught:
        signer.public_key.verify(flipped.to_bytes(len(signature)), message, algorithm=key_type.algorithm)
    assert caught.value.code == "proof.signature_mismatch"


@given(
    host=st.lists(LABEL, min_size=2, max_size=4).map(".".join),
    port=st.none() | st.integers(1, 65_535),
    path=st.lists(LABEL, max_size=3),
)
def test_did_web_round_trip(host: str, port: int | None, path: list[str]) -> None:
    """The document of a did:web stands under the address that it was made for."""
    authority = host if port is None else f"{host}:{port}"
    address = "/".join([f"https://{authority}", *path])
    assert did_web_url(did_web_for(address)) == f"{address}/{'' if path else '.well-known/'}did.json"
