"""Multikey text of a public key.

Spec: CID 1.0 §2.2.2 (Multikey): `z` + base58-btc of a two-byte prefix and the key.
"""

from __future__ import annotations

from keys.encoding import decode_base58, encode_base58
from keys.key_type import KeyType
from schemas import KeystoreError, ProofError, UnacceptedCryptosuiteError

_PREFIXES = {
    KeyType.ED25519: bytes.fromhex("ed01"),
    KeyType.P256: bytes.fromhex("8024"),
    KeyType.P384: bytes.fromhex("8124"),
}
_KEY_LENGTHS_BYTES = {KeyType.ED25519: 32, KeyType.P256: 33, KeyType.P384: 49}
# The multicodec table's private keys, 0x1300 (Ed25519) to 0x130a (BLS12-381 G2), as varints.
_SECRET_PREFIXES = frozenset(bytes((0x80 | low, 0x26)) for low in range(0x0B))


def encode_multikey(key_type: KeyType, raw: bytes) -> str:
    """Return the Multikey text of a raw public key.

    Raises:
        KeystoreError: RSA keys have no Multikey form (`key.no_multikey`).
    """
    prefix = _PREFIXES.get(key_type)
    if prefix is None:
        raise KeystoreError("key.no_multikey", f"{key_type.value} keys have no Multikey form")
    return "z" + encode_base58(prefix + raw)


def decode_multikey(text: str) -> tuple[KeyType, bytes]:
    """Return the kind and the raw bytes of a Multikey; points are not checked here.

    Raises:
        ProofError: Not base58-btc or the wrong length (`proof.value_malformed`),
            or a private key (`proof.key_private_member`).
        UnacceptedCryptosuiteError: A kind of key that Skillmark does not use (`proof.algorithm_not_allowed`).
    """
    if not text.startswith("z"):
        raise ProofError("proof.value_malformed", "a Multikey starts with z")
    data = decode_base58(text[1:])
    prefix, raw = data[:2], data[2:]
    if prefix in _SECRET_PREFIXES:
        raise ProofError("proof.key_private_member", "a private key stands where a public key belongs")
    for key_type, known_prefix in _PREFIXES.items():
        if prefix == known_prefix:
            if len(raw) != _KEY_LENGTHS_BYTES[key_type]:
                raise ProofError("proof.value_malformed", f"{key_type.value} key has {len(raw)} bytes")
            return key_type, raw
    raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "a kind of Multikey that is not used here")
