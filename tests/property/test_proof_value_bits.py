"""Whichever bit of a proof value is changed, in whichever suite, nothing verifies."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import (
    Cryptosuite,
    DisclosurePolicy,
    UnsecuredDocument,
    add_data_integrity_proof,
    derive_selective_disclosure,
    list_proofs,
    verify_data_integrity_proof,
)
from keys import decode_base58, decode_base64url, did_key_method_id, encode_base58, encode_base64url
from schemas import BadgeError, JsonObject
from tests.doubles import sample_badges
from tests.doubles.w3c_vectors import p256_signer, p384_signer

if TYPE_CHECKING:
    from keys import LocalSigner

SUITES = {
    "eddsa-jcs-2022": (Cryptosuite.EDDSA_JCS_2022, sample_badges.test_only_signer()),
    "ecdsa-rdfc-2019 P-256": (Cryptosuite.ECDSA_RDFC_2019, p256_signer()),
    "ecdsa-rdfc-2019 P-384": (Cryptosuite.ECDSA_RDFC_2019, p384_signer()),
    "ecdsa-jcs-2019 P-256": (Cryptosuite.ECDSA_JCS_2019, p256_signer()),
    "ecdsa-jcs-2019 P-384": (Cryptosuite.ECDSA_JCS_2019, p384_signer()),
    "ecdsa-sd-2023": (Cryptosuite.ECDSA_SD_2023, p256_signer()),
}


@lru_cache
def _signed(name: str) -> tuple[JsonObject, JsonObject, bytes]:
    suite, signer = SUITES[name]
    document = add_data_integrity_proof(
        UnsecuredDocument(document=sample_badges.small_badge()),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=sample_badges.CREATED,
        suite=suite,
    ).document
    if suite is Cryptosuite.ECDSA_SD_2023:
        # Show all with only the issuer mandatory, so that each kind of part is in the value.
        document = derive_selective_disclosure(document, [""])
    (proof,) = list_proofs(document)
    text = str(proof["proofValue"])
    value = decode_base64url(text[1:]) if text[0] == "u" else decode_base58(text[1:], max_chars=140)
    return document, proof, value


def _verifies(document: JsonObject, proof: JsonObject, value: bytes, signer: LocalSigner) -> bool:
    is_base64 = str(proof["proofValue"]).startswith("u")
    changed = {**proof, "proofValue": "u" + encode_base64url(value) if is_base64 else "z" + encode_base58(value)}
    try:
        verify_data_integrity_proof(
            {**document, "proof": [changed]},
            changed,
            public_key=signer.public_key,
            original=b"",
            disclosure=DisclosurePolicy.ANYTHING_SIGNED,
        )
    except BadgeError:
        return False
    return True


@pytest.mark.parametrize("name", SUITES)
def test_the_value_that_is_changed_verifies(name: str) -> None:
    """The proof whose bits are changed below is good."""
    document, proof, value = _signed(name)
    assert _verifies(document, proof, value, SUITES[name][1])


@pytest.mark.parametrize("name", [name for name in SUITES if name != "ecdsa-sd-2023"])
def test_each_flipped_bit(name: str) -> None:
    """Every single bit of a signature counts."""
    document, proof, value = _signed(name)
    for bit in range(len(value) * 8):
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        assert not _verifies(document, proof, bytes(changed), SUITES[name][1]), bit


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_of_a_derived_proof(data: st.DataObject) -> None:
    """Every bit of a derived proof counts: headers, lengths, keys, signatures, labels and indexes."""
    document, proof, value = _signed("ecdsa-sd-2023")
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    assert not _verifies(document, proof, bytes(changed), SUITES["ecdsa-sd-2023"][1])


@settings(max_examples=200, deadline=None)
@given(noise=st.binary(max_size=200), start=st.integers(0, 400))
def test_any_noise_in_a_derived_proof(noise: bytes, start: int) -> None:
    """Whatever bytes stand in place of some of a derived proof, it is refused with a code, never with a bug."""
    document, proof, value = _signed("ecdsa-sd-2023")
    changed = value[:start] + noise + value[start + len(noise) :]
    if changed != value:
        assert not _verifies(document, proof, changed, SUITES["ecdsa-sd-2023"][1])
