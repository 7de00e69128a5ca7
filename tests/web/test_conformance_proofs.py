"""The conformance mode: proofs that are edited, added, forged or shown in part, one row for each refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from credentials import (
    Cryptosuite,
    SecuredDocument,
    SecuringForm,
    UnsecuredDocument,
    add_data_integrity_proof,
    append_data_integrity_proof,
)
from keys import KeyType, LocalSigner, did_key_method_id
from schemas import VC_V2_CONTEXT, JsonObject, JsonValue, encode_json
from tests.web.conformance_server import (
    DROP,
    EXAMPLES_CONTEXT,
    PROFILES,
    compose_credential,
    proof_of,
)
from tests.web.workshop import NOON

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.conformance_server import ConformanceServer


PROOF_EDITS: dict[str, tuple[str, object]] = {
    "proof missing": ("", DROP),
    "proof null": ("", None),
    "proof text": ("", "z"),
    "proof empty": ("", {}),
    "type other": ("type", "UnknownProofType"),
    "type missing": ("type", DROP),
    "suite unknown": ("cryptosuite", "unknown-cryptosuite-2017"),
    "suite missing": ("cryptosuite", DROP),
    "purpose missing": ("proofPurpose", DROP),
    "purpose other": ("proofPurpose", "authentication"),
    "purpose invalid": ("proofPurpose", "invalidPurpose"),
    "method missing": ("verificationMethod", DROP),
    "method invalid": ("verificationMethod", "did:key:invalidVm"),
    "value missing": ("proofValue", DROP),
    "value null": ("proofValue", None),
    "value without header": ("proofValue", "4"),
    "value short": ("proofValue", "z4"),
    "created invalid": ("created", "invalidDate"),
    "created without offset": ("created", "2020-01-01T00:00:00"),
    "undefined term": ("extra", "x"),
}


@pytest.mark.parametrize(("profile", "key_type"), [PROFILES[0], PROFILES[1], PROFILES[2], PROFILES[5]])
@pytest.mark.parametrize(("member", "value"), PROOF_EDITS.values(), ids=[key.replace(" ", "-") for key in PROOF_EDITS])
def test_a_bad_proof_is_refused(
    server: ConformanceServer, profile: str, key_type: str | None, member: str, value: object
) -> None:
    """Each edit of the proof gives 400 with `verified` false."""
    issuer = server.issuer(profile, key_type)
    secured = server.issue(issuer, compose_credential(issuer))
    edited: dict[str, object] = {**(proof_of(secured) if member else secured), member or "proof": value}
    kept = cast("JsonObject", {name: entry for name, entry in edited.items() if entry is not DROP})
    response = server.verify({**secured, "proof": kept} if member else kept)
    assert (response.status_code, response.json["verified"]) == (400, False)  # type: ignore[index]


@pytest.mark.parametrize(("profile", "key_type"), PROFILES)
@pytest.mark.parametrize(
    "edit",
    [
        {"undefined": "x"},
        {"type": ["VerifiableCredential", "Unmapped"]},
        {"credentialSubject": {"id": "did:example:other"}},
        {"@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT], "credentialSubject": {"id": "did:example:subject", "x": 1}},
    ],
    ids=["undefined term", "undefined type", "subject", "context"],
)
def test_a_change_after_signing_is_refused(
    server: ConformanceServer, profile: str, key_type: str | None, edit: JsonObject
) -> None:
    """Terms and types added after signing, and changed values, give 400."""
    issuer = server.issuer(profile, key_type)
    assert server.verify({**server.issue(issuer, compose_credential(issuer)), **edit}).status_code == 400


def test_the_issuer_is_a_did_that_did_not_sign(server: ConformanceServer) -> None:
    """T-18: a good signature by another key than the issuer's DID is refused whatever is asked."""
    issuer, other = server.issuer("eddsa-rdfc-2022"), server.issuer("eddsa-jcs-2022")
    signer = LocalSigner.generate(KeyType.ED25519)
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=compose_credential(other)),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=NOON,
    ).document
    response = server.verify(secured)
    assert issuer["id"] != other["id"]
    assert response.status_code == 400
    assert response.json["errors"][0]["code"] == "issuer.controller_mismatch"  # type: ignore[index]


def _https_issued() -> JsonObject:
    signer = LocalSigner.generate(KeyType.ED25519)
    return add_data_integrity_proof(
        UnsecuredDocument(document=compose_credential({"id": "https://vc.example/issuers/5678"})),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=NOON,
    ).document


def test_an_https_issuer_that_cannot_be_read(server: ConformanceServer) -> None:
    """Five ECDSA tests: asked for the proof alone, an unreadable https issuer warns; asked for more, it is a 400."""
    secured = _https_issued()
    alone = server.verify(secured)
    assert alone.status_code == 200
    assert alone.json["warnings"][0]["code"] == "issuer.unproven"  # type: ignore[index]
    assert server.post("/api/vc/credentials/verify", {"verifiableCredential": secured}).status_code == 400


def test_a_proof_set_of_issuer_and_witness(server: ConformanceServer) -> None:
    """All proofs of a set must hold, and one of them must be the issuer's."""
    issuer, witness = server.issuer("eddsa-rdfc-2022"), LocalSigner.generate(KeyType.P256)
    secured = server.issue(issuer, compose_credential(issuer))
    both = append_data_integrity_proof(
        SecuredDocument(form=SecuringForm.DATA_INTEGRITY, original=encode_json(secured), document=secured),
        signer=witness,
        verification_method=did_key_method_id(witness.public_key),
        created=NOON,
        suite=Cryptosuite.ECDSA_RDFC_2019,
    ).document
    assert server.verify(both).status_code == 200
    proofs = cast("list[JsonObject]", both["proof"])
    spoiled = {**both, "proof": [proofs[0], {**proofs[1], "created": "2020-01-01T00:00:00Z"}]}
    assert server.verify(cast("JsonObject", spoiled)).status_code == 400
    assert server.verify({**both, "proof": [proofs[1]]}).status_code == 400


def test_a_credential_that_is_signed_already(server: ConformanceServer) -> None:
    """A further proof joins the set (VC-DATA-INTEGRITY 1.0 §4.3); `ecdsa-sd-2023` does not go with others."""
    first, second = server.issuer("eddsa-rdfc-2022"), server.issuer("ecdsa-sd-2023", "P-256")
    secured = server.issue(first, compose_credential(first))
    server.clock.move(seconds=1)
    both = server.issue(first, secured)
    assert len(cast("list[JsonObject]", both["proof"])) == 2
    assert server.verify(both).status_code == 200
    signed = _sign_for(second)
    assert server.send(second, signed).status_code == 400


def _sign_for(issuer: JsonObject) -> JsonObject:
    signer = LocalSigner.generate(KeyType.ED25519)
    return add_data_integrity_proof(
        UnsecuredDocument(document=compose_credential(issuer)),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=NOON,
    ).document


class TestSelectiveDisclosure:
    """`ecdsa-sd-2023`: a base proof for the holder, a derived one for the verifier."""

    def _base(self, server: ConformanceServer, options: JsonValue = None) -> JsonObject:
        issuer = server.issuer("ecdsa-sd-2023", "P-256")
        subject = {"id": "did:example:subject", "name": "Alice Example", "description": "A welder"}
        return server.issue(issuer, compose_credential(issuer, id="urn:uuid:1", credentialSubject=subject), options)

    def _derive(self, server: ConformanceServer, base: JsonObject, *pointers: str) -> TestResponse:
        body: JsonObject = {"options": {"selectivePointers": [*pointers]}, "verifiableCredential": base}
        return server.post("/api/vc/credentials/derive", body)

    def test_derive_and_verify(self, server: ConformanceServer) -> None:
        """What the holder chose is shown with what is mandatory, and verifies; the rest is gone."""
        derived = self._derive(
            server, self._base(server, {"mandatoryPointers": ["/issuer"]}), "/credentialSubject/name"
        )
        shown = cast("JsonObject", cast("JsonObject", derived.json)["verifiableCredential"])
        assert derived.status_code == 201
        assert shown["credentialSubject"] == {"id": "did:example:subject", "name": "Alice Example"}
        assert server.verify(shown).status_code == 200

    def test_a_base_proof_is_not_for_verifiers(self, server: ConformanceServer) -> None:
        """A base proof presented is a 400."""
        base = self._base(server)
        assert str(proof_of(base)["proofValue"]).startswith("u2V0A")  # d95d00
        assert server.verify(base).status_code == 400

    @pytest.mark.parametrize(
        "pointers", [["/non/existent/path"], "text", [7], ["/x"] * 65], ids=["none", "text", "7", "many"]
    )
    def test_mandatory_pointers_that_cannot_be(self, server: ConformanceServer, pointers: JsonValue) -> None:
        """A pointer that matches nothing, or is none, is a 400 in issuing."""
        issuer = server.issuer("ecdsa-sd-2023", "P-256")
        response = server.send(issuer, compose_credential(issuer), {"mandatoryPointers": pointers})
        assert response.status_code == 400

    def test_a_selective_pointer_that_matches_nothing(self, server: ConformanceServer) -> None:
        """A pointer that matches nothing is a 400 in deriving."""
        assert self._derive(server, self._base(server), "/credentialSubject/none").status_code == 400

    def test_deriving_from_another_suite(self, server: ConformanceServer) -> None:
        """Only a base proof can be derived from."""
        issuer = server.issuer("eddsa-rdfc-2022")
        assert self._derive(server, server.issue(issuer, compose_credential(issuer)), "/id").status_code == 400
