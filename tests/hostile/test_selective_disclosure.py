"""Attack: a holder, or someone on the way, shows a part of a badge that says something else than the badge (T-12)."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest

from credentials import (
    ContextRule,
    Cryptosuite,
    DisclosurePolicy,
    HashAlgorithm,
    UnsecuredDocument,
    add_data_integrity_proof,
    derive_selective_disclosure,
)
from credentials.cbor import decode_cbor, encode_cbor
from credentials.cryptosuites import hash_config
from credentials.disclosure_policy import choose_mandatory_pointers
from credentials.selective_disclosure import ProofSecrets, create_base_proof_value
from keys import decode_base64url, did_key_method_id, encode_base64url
from schemas import BadgeError, JsonObject, ProofError, SignatureMismatchError
from tests.doubles import sample_badges, selective_badges
from tests.doubles.proofs import compose_proof_options
from tests.doubles.w3c_vectors import p256_signer, p384_signer

BASE, DERIVED = bytes.fromhex("d95d00"), bytes.fromhex("d95d01")
MANDATORY = list(choose_mandatory_pointers(sample_badges.rich_badge(), None))
LIFECYCLE = ["/issuer", "/validFrom", "/validUntil", "/credentialStatus"]


def _issue_carelessly(pointers: list[str]) -> JsonObject:
    """Return a badge whose issuer protected only what the pointers name."""
    badge = sample_badges.rich_badge()
    options = compose_proof_options(did_key_method_id(p256_signer().public_key), cryptosuite="ecdsa-sd-2023")
    suite, contexts = Cryptosuite.ECDSA_SD_2023, ContextRule.PINNED
    value = create_base_proof_value(
        badge,
        hash_config(badge, options, suite, algorithm=HashAlgorithm.SHA256, contexts=contexts),
        signer=p256_signer(),
        contexts=contexts,
        mandatory_pointers=pointers,
        proof_secrets=ProofSecrets.generate(),
    )
    return {**badge, "proof": {**options, "proofValue": value}}


def _derive(*pointers: str) -> dict[str, Any]:
    return cast("dict[str, Any]", copy.deepcopy(derive_selective_disclosure(selective_badges.issue(), pointers)))


def _open(document: dict[str, Any]) -> list[Any]:
    data = decode_base64url(document["proof"]["proofValue"][1:])
    return cast("list[Any]", decode_cbor(data[3:], max_bytes=100_000))


def _close(document: dict[str, Any], parts: Any, header: bytes = DERIVED) -> dict[str, Any]:  # noqa: ANN401 - hostile
    document["proof"]["proofValue"] = "u" + encode_base64url(header + encode_cbor(parts))
    return document


def _refused(document: JsonObject) -> str:
    """Return the code; asked of the weaker policy too, so that nothing is refused for its lifecycle alone."""
    with pytest.raises(BadgeError) as caught:
        selective_badges.verify(document, disclosure=DisclosurePolicy.ANYTHING_SIGNED)
    return caught.value.code


def test_untouched_part_verifies() -> None:
    """The derived badge that is attacked below is good."""
    assert selective_badges.verify(_derive("/evidence")).document["evidence"] == sample_badges.rich_badge()["evidence"]


def test_base_proof_presented() -> None:
    """The holder's own copy is refused: it would let everybody derive what they like."""
    with pytest.raises(ProofError) as caught:
        selective_badges.verify(selective_badges.issue())
    assert caught.value.code == "proof.base_proof_presented"


@pytest.mark.parametrize("pointer", LIFECYCLE)
def test_lifecycle_that_could_be_left_out(pointer: str) -> None:
    """One part of the lifecycle that the issuer forgot to protect is refused, even while it is shown."""
    base = _issue_carelessly([one for one in MANDATORY if one != pointer])
    document = derive_selective_disclosure(base, [pointer])
    with pytest.raises(ProofError) as caught:
        selective_badges.verify(document)
    assert caught.value.code == "proof.lifecycle_not_mandatory"
    assert caught.value.pointer.startswith(pointer)
    selective_badges.verify(document, disclosure=DisclosurePolicy.ANYTHING_SIGNED)


@pytest.mark.parametrize("pointer", ["/issuer", "/validFrom"])
def test_lifecycle_left_out(pointer: str) -> None:
    """A badge without issuer or beginning is refused, whatever else it shows."""
    base = _issue_carelessly([one for one in MANDATORY if one != pointer])
    with pytest.raises(ProofError) as caught:
        selective_badges.verify(derive_selective_disclosure(base, []))
    assert (caught.value.code, caught.value.pointer) == ("proof.lifecycle_not_mandatory", pointer)


def test_end_left_out_where_nothing_was_protected() -> None:
    """The usual careless issuer protects itself only; the holder shows no end and is refused (§6 no. 75)."""
    document = derive_selective_disclosure(_issue_carelessly(["/issuer"]), ["/validFrom", "/credentialSubject"])
    assert "validUntil" not in document
    with pytest.raises(ProofError) as caught:
        selective_badges.verify(document)
    assert caught.value.code == "proof.lifecycle_not_mandatory"


def test_part_of_a_status_entry_left_out() -> None:
    """A status entry of which the holder could leave out the index is refused."""
    pointers = [one for one in MANDATORY if one != "/credentialStatus"] + ["/credentialStatus/0/statusPurpose"]
    document = derive_selective_disclosure(_issue_carelessly(pointers), ["/credentialStatus"])
    with pytest.raises(ProofError) as caught:
        selective_badges.verify(document)
    assert (caught.value.code, caught.value.pointer) == ("proof.lifecycle_not_mandatory", "/credentialStatus")


@pytest.mark.parametrize("member", sorted(set(sample_badges.rich_badge()) - {"@context"}))
def test_each_mandatory_member_dropped(member: str) -> None:
    """Whatever member is cut from a derived badge, mandatory or chosen, the rest does not verify."""
    document = _derive("")
    del document[member]
    assert _refused(document) == ("data_model.data_loss" if member == "type" else "proof.signature_mismatch")


@pytest.mark.parametrize("pointer", MANDATORY)
def test_the_issuer_cannot_be_made_to_forget(pointer: str) -> None:
    """Holders cannot leave out what Skillmark made mandatory: each mandatory part is in the smallest derived badge."""
    value: Any = _derive()
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    assert value


def test_mandatory_pointers_cut_from_the_base_proof() -> None:
    """A holder who shortens the list of mandatory pointers gets nothing that verifies."""
    document = selective_badges.issue()
    parts = _open(document)
    parts[4].remove("/validUntil")
    with pytest.raises(BadgeError):
        derive_selective_disclosure(_close(document, parts, BASE), [])


def test_holder_signs_for_the_cut_list() -> None:
    """Filling the gap with a signature of one's own does not help: the mandatory statements are signed as a whole."""
    document = selective_badges.issue()
    parts = _open(document)
    parts[4].remove("/validUntil")
    parts[3].append(bytes(64))
    derived = derive_selective_disclosure(_close(document, parts, BASE), [])
    assert "validUntil" not in derived
    assert _refused(derived) == "proof.signature_mismatch"


def test_signatures_of_two_statements_swapped() -> None:
    """Each signature goes with one statement."""
    document = _derive("/evidence")
    parts = _open(document)
    parts[2][0], parts[2][1] = parts[2][1], parts[2][0]
    assert _refused(_close(document, parts)) == "proof.signature_mismatch"


@pytest.mark.parametrize("change", ["one less", "one more", "none"])
def test_wrong_number_of_signatures(change: str) -> None:
    """There must be as many signatures as statements that are not mandatory."""
    document = _derive("/evidence")
    parts = _open(document)
    parts[2] = {"one less": parts[2][:-1], "one more": [*parts[2], parts[2][0]], "none": []}[change]
    assert _refused(_close(document, parts)) == "proof.signature_mismatch"


def test_chosen_statement_called_mandatory() -> None:
    """A statement cannot be moved from the signed ones to the mandatory ones, nor back."""
    document = _derive("/evidence")
    parts = _open(document)
    total = len(parts[4]) + len(parts[2])
    chosen = next(index for index in range(total) if index not in parts[4])
    assert _refused(_close(copy.deepcopy(document), [*parts[:2], parts[2][1:], parts[3], sorted([*parts[4], chosen])]))
    fewer = [*parts[:2], [parts[2][0], *parts[2]], parts[3], parts[4][1:]]
    assert _refused(_close(document, fewer)) == "proof.signature_mismatch"


@pytest.mark.parametrize(
    "indexes", [[3, 3], [4, 3], [-1], [10_000], ["0"], [True], [0.5], None, {0: 1}, [2**63]], ids=repr
)
def test_malformed_mandatory_indexes(indexes: object) -> None:
    """Indexes ascend, each once, and stay within the document."""
    document = _derive("/evidence")
    parts = _open(document)
    assert _refused(_close(document, [*parts[:4], indexes])) in {"proof.value_malformed", "proof.signature_mismatch"}


def test_two_nodes_under_one_name() -> None:
    """A label map that makes two things one is refused: what is true of one would count for the other."""
    document = _derive("/evidence")
    parts = _open(document)
    first, second, *_ = parts[3]
    parts[3][second] = parts[3][first]
    assert _refused(_close(document, parts)) == "proof.value_malformed"


def test_two_names_swapped() -> None:
    """Names of two things exchanged do not verify."""
    document = _derive("/evidence")
    parts = _open(document)
    first, second, *_ = parts[3]
    parts[3][first], parts[3][second] = parts[3][second], parts[3][first]
    assert _refused(_close(document, parts)) == "proof.signature_mismatch"


@pytest.mark.parametrize("change", ["missing", "extra", "text", "short", "negative"])
def test_malformed_label_map(change: str) -> None:
    """The label map names exactly the blank nodes that are shown, 32 bytes each."""
    document = _derive("/evidence")
    parts = _open(document)
    match change:
        case "missing":
            parts[3].popitem()
        case "extra":
            parts[3][999] = bytes(32)
        case "text":
            parts[3]["0"] = bytes(32)
        case "short":
            parts[3][0] = parts[3][0][:31]
        case _:
            parts[3][-1] = bytes(32)
    assert _refused(_close(document, parts)) in {"proof.value_malformed", "proof.signature_mismatch"}


def test_parts_of_two_badges_put_together() -> None:
    """A statement of one badge with its good signature does not count in another of the same issuer."""
    one, two = _derive("/evidence"), _derive("/evidence")
    parts, others = _open(one), _open(two)
    assert (
        _refused(_close(copy.deepcopy(one), [*parts[:2], others[2], parts[3], parts[4]])) == "proof.signature_mismatch"
    )
    mixed = [parts[0], others[1], others[2], others[3], others[4]]
    assert _refused(_close(one, mixed)) == "proof.signature_mismatch"


def test_own_proof_key() -> None:
    """A key of the holder's in place of the issuer's one-time key is refused: the issuer signed which key it is."""
    document = _derive("/evidence")
    parts = _open(document)
    parts[1] = bytes.fromhex("8024") + p256_signer().public_key.raw
    assert _refused(_close(document, parts)) == "proof.signature_mismatch"


@pytest.mark.parametrize(
    "key", [bytes.fromhex("ed01") + bytes(33), bytes(35), bytes.fromhex("8024") + b"\x05" + bytes(32), b"", "8024", 7]
)
def test_malformed_proof_key(key: object) -> None:
    """The key of the proof is a P-256 key in 35 bytes."""
    document = _derive("/evidence")
    parts = _open(document)
    parts[1] = key
    assert _refused(_close(document, parts)) in {"proof.value_malformed", "proof.algorithm_not_allowed"}


@pytest.mark.parametrize(
    "header", [bytes.fromhex("d95d02"), bytes.fromhex("d95d03"), bytes.fromhex("d95e01"), b"", bytes(3)]
)
def test_wrong_header(header: bytes) -> None:
    """Only the header of a derived proof opens one; those of BBS and others do not."""
    document = _derive()
    assert _refused(_close(document, _open(document), header)) == "proof.value_malformed"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "u",
        "z2V0B",
        "u2V0B",
        "u2V0B=",
        "u2V0BgA",
        "u2V0Bh",
        5,
        ["u2V0B"],
        "u" + "A" * 600_000,
        "U2V0B",
        "u2V0B\n",
    ],
    ids=lambda value: repr(value)[:20],
)
def test_malformed_proof_value(value: object) -> None:
    """Whatever is no proof value is said to be malformed, never a bug of ours."""
    document = _derive()
    document["proof"]["proofValue"] = value
    assert _refused(document) == "proof.value_malformed"


def test_every_cut_of_the_proof_value() -> None:
    """A proof value cut short at any place is refused."""
    document = _derive("/awardedDate")
    whole = document["proof"]["proofValue"]
    for length in range(0, len(whole), 7):
        document["proof"]["proofValue"] = whole[:length]
        assert _refused(document) == "proof.value_malformed"


def test_tag_inside_the_proof_value() -> None:
    """A tag before a part, as drafts of the suite had it, is refused: one value has one spelling."""
    document = _derive()
    data = decode_base64url(document["proof"]["proofValue"][1:])
    tagged = data[:4] + bytes.fromhex("d840") + data[4:]
    document["proof"]["proofValue"] = "u" + encode_base64url(tagged)
    assert _refused(document) == "proof.value_malformed"


def test_key_of_another_curve() -> None:
    """The suite goes with P-256 only."""
    with pytest.raises(ProofError) as caught:
        selective_badges.verify(_derive(), key=p384_signer().public_key)
    assert caught.value.code == "proof.algorithm_key_mismatch"


@pytest.mark.parametrize("member", ["created", "verificationMethod", "proofPurpose", "id"])
def test_changed_option(member: str) -> None:
    """The options of the proof are signed with the mandatory statements."""
    document = _derive()
    document["proof"][member] = {
        "created": "2026-11-22T09:00:01Z",
        "verificationMethod": "did:example:other#1",
        "proofPurpose": "authentication",
        "id": "urn:uuid:1",
    }[member]
    assert _refused(document) in {"proof.signature_mismatch", "proof.purpose_mismatch"}


def test_undefined_word_added() -> None:
    """A word that means nothing is refused in a derived badge as in any other."""
    document = {**_derive(), "accredited": "yes"}
    assert _refused(document) == "data_model.undefined_term"


def test_stand_in_id_in_the_document() -> None:
    """An id of the kind that stands in for none while the work is done is an id like any other."""
    badge = cast("dict[str, Any]", sample_badges.rich_badge())
    badge["evidence"][0]["id"] = "urn:bnid:0"
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=badge),
        signer=p256_signer(),
        verification_method=did_key_method_id(p256_signer().public_key),
        created=sample_badges.CREATED,
        suite=Cryptosuite.ECDSA_SD_2023,
    )
    assert (
        selective_badges.verify(derive_selective_disclosure(secured.document, ["/evidence"])).document["evidence"]
        == badge["evidence"]
    )


def test_statement_from_elsewhere_added() -> None:
    """A second result that was never signed is refused."""
    document = _derive("/credentialSubject/result")
    extra = copy.deepcopy(document["credentialSubject"]["result"][0])
    extra["value"] = "100"
    document["credentialSubject"]["result"].append(extra)
    with pytest.raises(SignatureMismatchError):
        selective_badges.verify(document)
