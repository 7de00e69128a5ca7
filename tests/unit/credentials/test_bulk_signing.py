"""What is signed in bulk has the bytes that it would have got alone."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.inputs import rich, small
from credentials import (
    BulkSigner,
    Cryptosuite,
    UnsecuredDocument,
    add_data_integrity_proof,
    list_proofs,
    verify_data_integrity_proof,
)
from keys import KeyType, LocalSigner
from schemas import DataModelError, KeystoreError, encode_json

if TYPE_CHECKING:
    from schemas import JsonObject

CREATED = datetime(2026, 5, 1, tzinfo=UTC)
METHOD = "https://example.edu/issuer#key-1"


def _people(count: int) -> list[JsonObject]:
    people = []
    for number in range(count):
        document: Any = copy.deepcopy((rich, small)[number % 3 == 0]("https://example.edu/issuer"))
        document["id"] = f"https://example.edu/b/{number}"
        document["credentialSubject"]["id"] = f"urn:uuid:{number}"
        if number % 4 == 0:
            document["credentialSubject"]["licenseNumber"] = f"N° {number}\x7f" if number % 8 else f"N° {number}"
        people.append(document)
    return people


def _alone(document: JsonObject, signer: LocalSigner, suite: Cryptosuite, created: datetime) -> bytes:
    return add_data_integrity_proof(
        UnsecuredDocument(document=document), signer=signer, verification_method=METHOD, created=created, suite=suite
    ).original


@pytest.mark.parametrize(
    ("key_type", "suite"),
    [
        (KeyType.ED25519, Cryptosuite.EDDSA_RDFC_2022),
        (KeyType.P256, Cryptosuite.ECDSA_RDFC_2019),
        (KeyType.P384, Cryptosuite.ECDSA_RDFC_2019),
        (KeyType.ED25519, Cryptosuite.EDDSA_JCS_2022),
    ],
)
def test_bytes_are_those_of_the_single_way(key_type: KeyType, suite: Cryptosuite) -> None:
    """Two shapes in turn, some with signs that no template takes, some a second later: byte for byte as alone."""
    signer = LocalSigner.generate(key_type)
    bulk = BulkSigner(signer=signer, verification_method=METHOD, suite=suite)
    for number, document in enumerate(_people(24)):
        created = CREATED + timedelta(seconds=number // 10)
        signed = bulk.sign(encode_json(document), created=created)
        assert signed == _alone(document, signer, suite, created)


def test_result_verifies() -> None:
    """A verifier that knows of no template accepts what was signed with one."""
    signer = LocalSigner.generate(KeyType.ED25519)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    for document in _people(6):
        signed = bulk.sign(encode_json(document), created=CREATED)
        read = json.loads(signed)
        (proof,) = list_proofs(read)
        verify_data_integrity_proof(read, proof, public_key=signer.public_key, original=signed)


def test_many_shapes_do_not_pile_up() -> None:
    """A hundred badges with nothing in common are signed all the same."""
    signer = LocalSigner.generate(KeyType.ED25519)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    for number in range(100):
        document: JsonObject = {**small("https://example.edu/issuer"), "name": f"Course {number}"}
        assert bulk.sign(encode_json(document), created=CREATED) == _alone(
            document, signer, Cryptosuite.EDDSA_RDFC_2022, CREATED
        )
    assert len(bulk._shapes) < 32


def test_what_a_class_shares_may_change_later() -> None:
    """After many people with the same report, course level and list one has others: byte for byte as alone."""
    signer = LocalSigner.generate(KeyType.ED25519)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    for number in range(80):
        document: Any = copy.deepcopy(rich("https://example.edu/issuer"))
        document["id"] = f"https://example.edu/b/{number}"
        if number in {50, 51, 60}:
            document["evidence"][0]["narrative"] = "Another report."
            document["credentialStatus"][0]["statusListCredential"] = "https://example.edu/status/2"
        if number > 75:
            document["validUntil"] = "2032-01-01T00:00:00Z"
        created = CREATED + timedelta(seconds=number // 40)
        assert bulk.sign(encode_json(document), created=created) == _alone(
            document, signer, Cryptosuite.EDDSA_RDFC_2022, created
        )
    assert len(bulk._shapes) == 2


def test_what_is_kept_for_later_stays_small() -> None:
    """Hashes and proof options of a long run are let go, and the bytes stay those of the single way."""
    signer = LocalSigner.generate(KeyType.ED25519)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    people = [encode_json({**small("https://example.edu/issuer"), "id": f"urn:uuid:{n}"}) for n in range(600)]
    assert all(bulk.is_known_lossless(encoded) for encoded in people)
    assert not bulk.is_known_lossless(b"{}")
    assert len(bulk._digests) <= 512
    for second, encoded in enumerate(people[:20] + people[-20:]):
        created = CREATED + timedelta(seconds=second)
        assert bulk.sign(encoded, created=created) == _alone(
            json.loads(encoded), signer, Cryptosuite.EDDSA_RDFC_2022, created
        )
    assert len(bulk._tails) <= 16


def test_what_cannot_be_signed_alone_cannot_be_signed_in_bulk() -> None:
    """The same errors come out, also after many good ones."""
    signer = LocalSigner.generate(KeyType.ED25519)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    for document in _people(4):
        bulk.sign(encode_json(document), created=CREATED)
    (broken,) = _people(1)
    broken["id"] = "b/1"
    with pytest.raises(DataModelError) as caught:
        bulk.sign(encode_json(broken), created=CREATED)
    assert caught.value.code == "data_model.relative_iri"
    with pytest.raises(ValueError, match="proof"):
        bulk.sign(encode_json({**_people(1)[0], "proof": []}), created=CREATED)
    with pytest.raises(ValueError, match="object"):
        bulk.sign(b"[]", created=CREATED)


def test_key_of_another_kind_is_refused() -> None:
    """The key must go with the suite, as alone."""
    bulk = BulkSigner(signer=LocalSigner.generate(KeyType.P256), verification_method=METHOD)
    with pytest.raises(KeystoreError):
        bulk.sign(encode_json(_people(1)[0]), created=CREATED)
