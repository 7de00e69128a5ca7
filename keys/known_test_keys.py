"""Keys whose private half is printed in a standard or a public example.

Whoever can read the standard can sign for these, so the key store refuses them (`key.known_test_key`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keys.public_key import PublicKey

# SHA-256 of `PublicKey.raw`, in hex.
_SHA256_OF_KNOWN_KEYS = frozenset(
    {
        "139e3940e64b5491722088d9a0d741628fc826e09475d341a780acde3c4b8070",  # Ed25519 seed 00…00 (did:key test vectors)
        "4a67330b803d5c88757afb9328615344a89c49839a07f1f76887ad62d06a1f57",  # Ed25519 seed 00…01 (did:key test vectors)
        "2c5a92ed92c0b7999f215be93c8f0433f58072bdba21a8b277faa495b57bf7f3",  # Ed25519 seed 00…02 (did:key test vectors)
        "c2b6bf688fb8be003dcf12ee147bfd0708d7931a786c0d42ba9f5381a722998f",  # Ed25519 seed 00…03 (did:key test vectors)
        "765f640293ecb70f9f6fb96de430c9e6cadfedf2f64e8ef3ff3d0c5ac4f06eb2",  # Ed25519 seed 00…04 (did:key test vectors)
        "0daeb23dfe219d49d45af2367a56d3ef1086bbf2b2c128bc64625a4cef90c731",  # Ed25519 seed 00…05 (did:key test vectors)
        "8d40be0b8605ee10d0879ee8546c62280007de30f6ae889e44575c2e539663e2",  # Ed25519 seed 00…06 (did:key test vectors)
        "d71b51f7998646f3497614c3a3027fe90d876d39133af5de57faa03da004d1a6",  # Ed25519 seed 00…07 (did:key test vectors)
        "7665f059c76de13e7e41c807f0215eb787f5da1e5042f4b7aeb874b1392bbf77",  # Ed25519 seed 00…08 (did:key test vectors)
        "079f9df0d4111bb30305c17ede6397ab843a105db8a013ea4cf33fbcb408ddd6",  # Ed25519 seed 00…09 (did:key test vectors)
        "34750f98bd59fcfc946da45aaabe933be154a4b5094e1c4abf42866505f3c97e",  # Ed25519 seed of 32 bytes 01
        "af822958f2d75afb91f8a8f4da253230d63bebf8c3ce8fa9a2e275c2cd35456e",  # Ed25519 seed of 32 bytes ff
        "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c",  # Ed25519 seed 00 01 02 … 1f
        "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9",  # RFC 8032 §7.1 test 1
        "39f713d0a644253f04529421b9f51b9b08979d08295959c4f3990ee617f5139f",  # RFC 8032 §7.1 test 2
        "dac073e0123bdea59dd9b3bda9cf6037f63aca82627d7abcd5c4ac29dd74003e",  # RFC 8032 §7.1 test 3
        "91384c411e5af29648f17f922b402655b11ecaec1b33fc45796241963f95f202",  # RFC 8032 §7.1 test 1024
        "5f9b247e2a654719f198e4f241d6b0df9a1a937a13ef5ef899f64d9285fce224",  # RFC 8032 §7.1 test SHA(abc)
        "3ba28cbddb7c2559e713abe8910c3e9c7489019bebafe6b3e037bdd4c723d2ca",  # W3C vc-di-eddsa
        "1559bd0e78ae00cd215a218dcf548329719018a00e9b9a722ce774526f2f92ba",  # 1EdTech OB 3.0 implementation guide
        "7e9d455cf27d57435868874b5758def28b2a17b54ff5ba99c4da1bcf2df36f89",  # DCC signing-service test tenant
        "a468072bf83a2703085af2570d847c88c93d8071175df0587bff53eb4cf57824",  # W3C vc-di-ecdsa P-256
        "b7c8c9914215754085eec161152ceba7640bdc4a0c69d8ae83ea2bc64d426b58",  # W3C vc-di-ecdsa P-384
        "5ccc674fa6f2bfea8d9f4a7a6955205a02838ff8b038b29ccca14adf0ce5697d",  # did:key test vectors P-256
        "f36838521ba82830c59247bc536606b776bbb24674ef2d0ddff9d910e816f756",  # did:key test vectors P-256
        "6a4c65677a2baad874a085163c8fdb5c84a3f9ff70a40ed88c362e1eb091580a",  # did:key test vectors P-384
        "8dd8bfb46944934048d1bb5e4bbb8442118f4adb1d9fa9753679c95a3af7ad96",  # did:key test vectors P-384
        "5baff89de7de5c1d7b6193a1567ceeeb397cbda88f03f725c8de328591bfc194",  # P-256 private key 1
        "617e8efc7b1c96fc22a3f85de7b8be4a8f6fed953738329db394d008530e6f7b",  # P-384 private key 1
        "ccec61332b705c4703d1255e88b461b2f30c31f98d6a03b31c6646b4125d40b0",  # RFC 7515 A.3
        "7ffba272d2c28b7cfdfabfef5a7245aa68bfc4037d5f556f7edd1968215b7180",  # RFC 7517 A.2
        "6fd13c2435a361e7c588cd17f55f5ad3df0177a66c1727a6a200845f4d7ab88c",  # RFC 7515 A.2 RSA
        "ad32320cf6c596d884b05381ba573aba8ddd5749b4de8f4a23a79f9a89ddaeb2",  # RFC 7517 A.2 RSA
    }
)


def is_known_test_key(public_key: PublicKey) -> bool:
    """Tell whether the private half of this key is public knowledge."""
    return hashlib.sha256(public_key.raw).hexdigest() in _SHA256_OF_KNOWN_KEYS
