"""The cryptosuite `ecdsa-sd-2023` against W3C's vectors, and the parts that a holder may choose from."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, cast

import pytest

from credentials import (
    ContextRule,
    Cryptosuite,
    DisclosurePolicy,
    HashAlgorithm,
    derive_selective_disclosure,
    list_proofs,
    verify_data_integrity_proof,
)
from credentials.cryptosuites import hash_config
from credentials.disclosure_graph import DisclosureGraph
from credentials.disclosure_policy import choose_mandatory_pointers
from credentials.disclosure_proof_value import (
    MAX_DISCLOSURE_SIGNATURES,
    decode_base_proof_value,
    decode_derived_proof_value,
)
from credentials.json_selection import select_parts
from credentials.selective_disclosure import ProofSecrets, create_base_proof_value
from keys import encode_base64url
from schemas import DataModelError, JsonObject, ProofError, SignatureMismatchError, UnsupportedFeatureError
from tests.doubles import sample_badges, selective_badges
from tests.doubles.w3c_vectors import key_of, load_vector, p256_signer, read_secret_multikey

SD = "w3c-vc-di-ecdsa/ecdsa-sd-2023-"
SELECTIVE = ["/validFrom", "/validUntil", "/credentialSubject/birthCountry"]


def _published_secrets() -> ProofSecrets:
    material = load_vector("w3c-vc-di-ecdsa/SDKeyMaterial.json")
    return ProofSecrets(
        signer=read_secret_multikey(material["proofKeyPair"]["privateKeyMultibase"]),
        hmac_key=bytes.fromhex(material["hmacKeyString"]),
    )


@pytest.mark.parametrize("name", ["employ", "prc"])
def test_base_proof_equals_w3c_byte_for_byte(name: str) -> None:
    """W3C's document, keys and mandatory pointer give W3C's base proof: labels, hashes, and every signature."""
    document = load_vector(f"{SD}{name}/addSignedSDBase.json")
    proof = document.pop("proof")
    config = hash_config(
        document, proof, Cryptosuite.ECDSA_SD_2023, algorithm=HashAlgorithm.SHA256, contexts=ContextRule.PINNED
    )
    value = create_base_proof_value(
        document,
        config,
        signer=p256_signer(),
        contexts=ContextRule.PINNED,
        mandatory_pointers=["/issuer"],
        proof_secrets=_published_secrets(),
    )
    assert value == proof["proofValue"]


def test_hashes_equal_w3c() -> None:
    """The hash of W3C's proof options and of its mandatory statements are those that W3C printed."""
    document = load_vector(f"{SD}employ/addSignedSDBase.json")
    proof = document.pop("proof")
    printed = load_vector(f"{SD}employ/addHashData.json")
    config = hash_config(
        document, proof, Cryptosuite.ECDSA_SD_2023, algorithm=HashAlgorithm.SHA256, contexts=ContextRule.PINNED
    )
    key = _published_secrets().hmac_key
    names = {
        f"_:c14n{number}": "_:u" + encode_base64url(hmac.digest(key, b"c14n%d" % number, "sha256"))
        for number in range(9)
    }
    graph = DisclosureGraph(document, ContextRule.PINNED, lambda _labels: names)
    mandatory = b"".join(graph.lines[number] for number in sorted(graph.find_numbers(["/issuer"])))
    assert config.hex() == printed["proofHash"]
    assert hashlib.sha256(mandatory).hexdigest() == printed["mandatoryHash"]


def test_derived_document_equals_w3c_byte_for_byte() -> None:
    """W3C's base document and selective pointers give W3C's derived document and proof value."""
    base = load_vector(f"{SD}prc/addSignedSDBase.json")
    expected = load_vector(f"{SD}prc/derivedRevealDocument.json")
    derived = derive_selective_disclosure(base, SELECTIVE)
    assert derived == expected


def test_disclosure_data_equals_w3c() -> None:
    """What W3C printed of the `employ` derivation: kept signatures, label map, mandatory indexes, what is shown."""
    derived = derive_selective_disclosure(load_vector(f"{SD}employ/addSignedSDBase.json"), SELECTIVE)
    printed = load_vector(f"{SD}employ/derivedDisclosureData.json")
    (proof,) = list_proofs(derived)
    value = decode_derived_proof_value(proof["proofValue"])
    labels = [[f"c14n{number}", "u" + encode_base64url(name)] for number, name in value.labels.items()]
    assert value.base_signature.hex() == printed["baseSignature"]
    assert value.proof_key.multikey == printed["publicKey"]
    assert [signature.hex() for signature in value.signatures] == printed["signatures"]
    assert labels == printed["labelMap"]["value"]
    assert list(value.mandatory_indexes) == printed["mandatoryIndexes"]
    assert {**derived, "proof": None} == {**load_vector(f"{SD}employ/derivedUnsignedReveal.json"), "proof": None}


def test_published_derived_proof_verifies() -> None:
    """W3C's derived document verifies with W3C's key, where nobody asks for a mandatory lifecycle."""
    document = load_vector(f"{SD}prc/derivedRevealDocument.json")
    verified = verify_data_integrity_proof(
        document,
        document["proof"],
        public_key=key_of(document),
        original=b"",
        disclosure=DisclosurePolicy.ANYTHING_SIGNED,
    )
    assert verified.document["credentialSubject"] == {
        "type": ["PermanentResident", "Person"],
        "birthCountry": "Arcadia",
    }


def test_published_derived_proof_is_no_badge_to_rely_on() -> None:
    """In W3C's example the holder could have left out the dates: refused by default (T-12)."""
    document = load_vector(f"{SD}prc/derivedRevealDocument.json")
    with pytest.raises(ProofError) as caught:
        verify_data_integrity_proof(document, document["proof"], public_key=key_of(document), original=b"")
    assert (caught.value.code, caught.value.pointer) == ("proof.lifecycle_not_mandatory", "/validFrom")


@pytest.mark.parametrize("name", ["small_badge", "rich_badge", "endorsed_badge", "version_1_badge"])
def test_nothing_chosen_shows_what_a_badge_needs(name: str) -> None:
    """Without any choice of the holder a derived badge verifies and has all that OB 3.0 requires."""
    badge = getattr(sample_badges, name)()
    shown: dict[str, Any] = selective_badges.verify(
        derive_selective_disclosure(selective_badges.issue(badge), [])
    ).document
    for word in ("@context", "id", "type", "issuer", "name"):
        assert shown[word] == badge[word]
    for word in ("validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "credentialSchema"):
        assert shown.get(word) == badge.get(word)
    achievement, full = shown["credentialSubject"]["achievement"], badge["credentialSubject"]["achievement"]
    for word in ("id", "type", "name", "description", "criteria"):
        assert achievement[word] == full[word]
    assert shown["credentialSubject"]["id"] == badge["credentialSubject"]["id"]


def test_what_is_not_chosen_is_not_there() -> None:
    """Nothing of what the holder keeps back is in the derived document, nor in its proof value."""
    derived = derive_selective_disclosure(selective_badges.issue(sample_badges.rich_badge()), ["/awardedDate"])
    assert derived["awardedDate"] == sample_badges.rich_badge()["awardedDate"]
    assert "evidence" not in derived
    subject = derived["credentialSubject"]
    assert isinstance(subject, dict)
    assert set(subject) == {"id", "type", "achievement"}
    (proof,) = list_proofs(derived)
    value = decode_derived_proof_value(proof["proofValue"])
    assert len(value.signatures) == 1


@pytest.mark.parametrize(
    "pointer",
    [
        "/awardedDate",
        "/evidence",
        "/evidence/0/narrative",
        "/credentialSubject/result",
        "/credentialSubject/result/0",
        "/credentialSubject/achievement/alignment/1/targetCode",
        "/credentialSubject/achievement/resultDescription/0/allowedValue",
        "/credentialSubject/achievement/resultDescription/0/rubricCriterionLevel/1",
        "/credentialSubject/identifier/0",
        "",
    ],
)
def test_each_part_can_be_shown_alone(pointer: str) -> None:
    """Whatever part the holder chooses, objects inside arrays and ordered lists too, the result verifies."""
    derived = derive_selective_disclosure(selective_badges.issue(sample_badges.rich_badge()), [pointer])
    assert selective_badges.verify(derived).cryptosuite == "ecdsa-sd-2023"


def test_everything_can_be_shown() -> None:
    """With the pointer to the whole document nothing is left out."""
    derived = derive_selective_disclosure(selective_badges.issue(sample_badges.rich_badge()), [""])
    assert selective_badges.verify(derived).document == sample_badges.rich_badge()


def test_embedded_endorsement_can_be_shown() -> None:
    """An endorsement comes along with its own proof, whose statements stand in a graph of their own."""
    badge = sample_badges.endorsed_badge()
    derived = derive_selective_disclosure(selective_badges.issue(badge), ["/endorsement/1"])
    assert selective_badges.verify(derived).document["endorsement"] == [badge["endorsement"][1]]  # type: ignore[index]


def test_part_of_an_ordered_list_cannot_be_shown() -> None:
    """An ordered list is shown whole or not at all: one entry alone is not what was signed."""
    pointer = "/credentialSubject/achievement/resultDescription/0/allowedValue/0"
    with pytest.raises(ProofError) as caught:
        derive_selective_disclosure(selective_badges.issue(sample_badges.rich_badge()), [pointer])
    assert caught.value.code == "proof.pointer_unmatched"


def test_types_always_come_whole() -> None:
    """A pointer to one type does not leave the others out."""
    derived = derive_selective_disclosure(selective_badges.issue(sample_badges.small_badge()), ["/type/0"])
    assert selective_badges.verify(derived).document["type"] == sample_badges.small_badge()["type"]


@pytest.mark.parametrize(
    "pointer",
    ["/absent", "/evidence/7", "/evidence/00", "/evidence/-", "/name/x", "validFrom", "/a~2b", "/" + "x" * 2_000],
)
def test_pointer_that_names_nothing_is_refused(pointer: str) -> None:
    """A pointer that names nothing is refused when the badge is made and when a part is taken (RFC 6901 §7)."""
    with pytest.raises(ProofError) as caught:
        selective_badges.issue(sample_badges.rich_badge(), [pointer])
    assert caught.value.code == "proof.pointer_unmatched"
    with pytest.raises(ProofError) as caught:
        derive_selective_disclosure(selective_badges.issue(sample_badges.rich_badge()), [pointer])
    assert caught.value.code == "proof.pointer_unmatched"


def test_escaped_pointer() -> None:
    """`~1` and `~0` stand for a slash and a tilde (RFC 6901 §3)."""
    document: JsonObject = {"@context": "x", "a/b~c": {"id": "y", "d": "1", "e": "2"}}
    assert select_parts(document, ["/a~1b~0c/d"]) == {"@context": "x", "a/b~c": {"id": "y", "d": "1"}}


def test_the_one_entry_of_an_array_needs_no_index() -> None:
    """JSON-LD writes an array of one without brackets, and some holders' software points into that form."""
    with_index, without = (
        derive_selective_disclosure(selective_badges.issue(sample_badges.rich_badge()), [pointer])
        for pointer in ("/evidence/0/narrative", "/evidence/narrative")
    )
    assert {**with_index, "proof": None} == {**without, "proof": None}


def test_a_badge_keeps_its_lifecycle_whatever_was_asked() -> None:
    """Own mandatory pointers are added for a badge, they never replace what a badge needs (T-12)."""
    badge = sample_badges.rich_badge()
    pointers = choose_mandatory_pointers(badge, ["/evidence"])
    assert {"/evidence", "/issuer", "/validFrom", "/validUntil", "/credentialStatus"} <= set(pointers)
    assert "evidence" in derive_selective_disclosure(selective_badges.issue(badge, ["/evidence"]), [])


def test_other_credentials_follow_what_was_asked() -> None:
    """For a credential that is no badge the caller decides; without a word the lifecycle is mandatory."""
    document = load_vector(f"{SD}employ/addSignedSDBase.json")
    del document["proof"]
    assert choose_mandatory_pointers(document, ["/name"]) == ("/name",)
    assert choose_mandatory_pointers(document, None) == ("/issuer", "/validFrom", "/validUntil")
    assert choose_mandatory_pointers(document, []) == ()


def test_person_without_id_is_named_by_the_identifiers() -> None:
    """Where the subject has no id, its identifiers say whose badge it is and cannot be left out."""
    badge = cast("dict[str, Any]", sample_badges.rich_badge())
    assert "/credentialSubject/identifier" not in choose_mandatory_pointers(badge, None)
    del badge["credentialSubject"]["id"]
    assert "/credentialSubject/identifier" in choose_mandatory_pointers(badge, None)


def test_nothing_at_all_is_refused() -> None:
    """Without mandatory and selective pointers there is nothing to show."""
    document = load_vector(f"{SD}employ/addSignedSDBase.json")
    del document["proof"]
    with pytest.raises(ProofError) as caught:
        derive_selective_disclosure(selective_badges.issue(document, []), [])
    assert caught.value.code == "proof.pointer_unmatched"


def test_two_issues_share_no_secret() -> None:
    """The key and the labels of a proof are made anew each time, so parts of two proofs cannot be put together."""
    one, two = (selective_badges.issue(sample_badges.small_badge())["proof"]["proofValue"] for _ in range(2))
    first, second = decode_base_proof_value(one), decode_base_proof_value(two)
    assert first.hmac_key != second.hmac_key
    assert first.proof_key != second.proof_key


def test_a_chain_does_not_end_in_selective_disclosure() -> None:
    """A proof that covers another whole proof cannot be shown in part."""
    document = selective_badges.issue(sample_badges.small_badge())
    earlier = {"type": "DataIntegrityProof", "id": "urn:uuid:1"}
    document["proof"] = [{**document["proof"], "previousProof": "urn:uuid:1"}, earlier]
    with pytest.raises(UnsupportedFeatureError) as caught:
        selective_badges.verify(document)
    assert caught.value.code == "proof.chain_unsupported"


@pytest.mark.parametrize("count", [0, 2])
def test_only_one_base_proof_can_be_derived_from(count: int) -> None:
    """Without a base proof, or with two, there is nothing to derive."""
    document = sample_badges.sign(sample_badges.small_badge()).document
    if count:
        document = {
            **document,
            "proof": [selective_badges.issue(sample_badges.small_badge())["proof"] for _ in range(count)],
        }
    with pytest.raises(ProofError) as caught:
        derive_selective_disclosure(document, [])
    assert caught.value.code == "proof.multiple_ambiguous"


def test_base_proof_of_another_document_is_refused() -> None:
    """A base proof beside another document gives no derived document."""
    document = selective_badges.issue(sample_badges.rich_badge())
    document["proof"] = selective_badges.issue(sample_badges.small_badge())["proof"]
    with pytest.raises((SignatureMismatchError, ProofError)):
        derive_selective_disclosure(document, [])


def test_very_many_statements_are_refused() -> None:
    """There is a limit on what is signed one by one."""
    badge = cast("dict[str, Any]", sample_badges.small_badge())
    badge["credentialSubject"]["achievement"]["tag"] = [f"tag {n}" for n in range(900)]
    badge["credentialSubject"]["achievement"]["alignment"] = [
        {"type": ["Alignment"], "targetName": f"Skill {n}", "targetUrl": f"https://skills.example.org/{n}"}
        for n in range(200)
    ]
    with pytest.raises(DataModelError) as caught:
        selective_badges.issue(badge)
    assert caught.value.code == "data_model.too_many_nodes"
    assert caught.value.detail == {"limit": MAX_DISCLOSURE_SIGNATURES}
