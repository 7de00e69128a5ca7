"""The conformance mode: status lists, envelopes and presentations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from credentials import (
    ProofPurpose,
    UnsecuredDocument,
    add_data_integrity_proof,
    add_presentation_proof,
    compose_presentation,
)
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import VC_V2_CONTEXT, JsonObject, JsonValue
from tests.web.conformance_server import (
    DROP,
    EXAMPLES_CONTEXT,
    HEADERS,
    SERVER_URL,
    compose_credential,
)
from tests.web.workshop import NOON

if TYPE_CHECKING:
    from tests.web.conformance_server import ConformanceServer


class TestStatus:
    """The BitstringStatusList profile."""

    def _issue(self, server: ConformanceServer, identifier: str, options: JsonValue = None) -> JsonObject:
        issuer = server.issuer("BitstringStatusList")
        return server.issue(issuer, compose_credential(issuer, id=identifier), options)

    def _change(self, server: ConformanceServer, identifier: str, **members: JsonValue) -> int:
        entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
        body: JsonObject = {"credentialId": identifier, "credentialStatus": entry, **members}
        return server.post("/api/vc/credentials/status", body).status_code

    def test_the_entry_and_its_list(self, server: ConformanceServer) -> None:
        """The entry has the members of §2.1, its index is decimal text, and the list is a signed credential."""
        entry = cast("JsonObject", self._issue(server, "urn:uuid:s1")["credentialStatus"])
        url = str(entry["statusListCredential"])
        response = server.client.get(url.removeprefix(SERVER_URL))
        found = cast("JsonObject", response.json)
        subject = cast("JsonObject", found["credentialSubject"])
        assert set(entry) == {"type", "statusPurpose", "statusListIndex", "statusListCredential"}
        assert str(int(str(entry["statusListIndex"]))) == entry["statusListIndex"]
        assert response.mimetype == "application/json"
        assert found["id"] == url
        assert isinstance(found["issuer"], str)
        assert found["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
        assert str(subject["encodedList"]).startswith("uH4sI")
        assert server.verify(found).status_code == 200

    @pytest.mark.parametrize("purpose", ["revocation", "suspension"])
    def test_set_and_clear(self, server: ConformanceServer, purpose: str) -> None:
        """A set status makes the credential a 400; cleared, it verifies again."""
        identifier = f"urn:uuid:{purpose}"
        secured = self._issue(server, identifier, {"credentialStatus": {"statusPurpose": purpose}})
        asked: JsonObject = {"checks": ["proof", "credentialStatus"]}
        entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
        assert server.verify(secured, asked).status_code == 200
        assert self._change(server, identifier, credentialStatus=entry) == 200
        assert server.verify(secured, asked).status_code == 400
        assert server.verify(secured).status_code == 400
        assert self._change(server, identifier, credentialStatus=entry, status=False) == 200
        assert server.verify(secured, asked).status_code == 200

    def test_an_unknown_credential(self, server: ConformanceServer) -> None:
        """4xx for a credential that was not issued here."""
        assert self._change(server, "urn:uuid:nobody", status=True) == 404

    @pytest.mark.parametrize(
        "members",
        [
            {"status": "yes"},
            {"credentialId": 7},
            {"credentialStatus": None},
            {"credentialStatus": {"statusPurpose": "message"}},
        ],
        ids=repr,
    )
    def test_a_malformed_change(self, server: ConformanceServer, members: JsonObject) -> None:
        """A malformed request changes nothing."""
        self._issue(server, f"urn:uuid:{len(str(members))}")
        body: JsonObject = {
            "credentialId": f"urn:uuid:{len(str(members))}",
            "credentialStatus": {"statusPurpose": "revocation"},
            **members,
        }
        assert server.post("/api/vc/credentials/status", body).status_code == 400

    def test_an_id_given_as_an_option(self, server: ConformanceServer) -> None:
        """`options.credentialId` names a credential without an id."""
        issuer = server.issuer("BitstringStatusList")
        server.issue(issuer, compose_credential(issuer), {"credentialId": "urn:uuid:named"})
        assert self._change(server, "urn:uuid:named", status=True) == 200

    def test_one_fixture_sent_twice(self, server: ConformanceServer) -> None:
        """A suite sends the same credential again and again: each gets a place of its own, a change is for all."""
        first, second = (self._issue(server, "urn:uuid:twice") for _ in range(2))
        entries = [cast("JsonObject", one["credentialStatus"]) for one in (first, second)]
        assert entries[0]["statusListIndex"] != entries[1]["statusListIndex"]
        assert self._change(server, "urn:uuid:twice", status=True) == 200
        asked: JsonObject = {"checks": ["proof", "credentialStatus"]}
        assert [server.verify(one, asked).status_code for one in (first, second)] == [400, 400]

    def test_credential_without_an_id(self, server: ConformanceServer) -> None:
        """VCDM 2.0 §4.4: the id is optional; such a credential has a place as well."""
        issuer = server.issuer("BitstringStatusList")
        secured = server.issue(issuer, compose_credential(issuer))
        assert "id" not in secured
        assert cast("JsonObject", secured["credentialStatus"])["type"] == "BitstringStatusListEntry"

    def test_refusals(self, server: ConformanceServer) -> None:
        """A foreign status, an id that is none, an unknown list."""
        issuer = server.issuer("BitstringStatusList")
        foreign = {"type": "https://example.org/#S", "id": "urn:s"}
        assert server.send(issuer, compose_credential(issuer), {"credentialId": 7}).status_code == 400
        assert server.send(issuer, compose_credential(issuer, id="urn:x", credentialStatus=foreign)).status_code == 400
        assert server.client.get("/api/vc/status-lists/message", headers=HEADERS).status_code == 404
        assert server.client.post("/api/vc/status-lists/message/publish", headers=HEADERS).status_code == 404
        assert server.client.post("/api/vc/status-lists/revocation/publish", headers=HEADERS).status_code == 204


class TestEnvelopes:
    """EnvelopingProof: a JWT inside a `data:` URL."""

    def _issue(self, server: ConformanceServer) -> JsonObject:
        issuer = server.issuer("EnvelopingProof")
        return server.issue(issuer, compose_credential(issuer))

    def test_issue_and_verify(self, server: ConformanceServer) -> None:
        """The answer is an envelope of a vc+jwt, which verifies."""
        envelope = self._issue(server)
        assert envelope["type"] == "EnvelopedVerifiableCredential"
        assert envelope["@context"] == [VC_V2_CONTEXT]
        assert str(envelope["id"]).startswith("data:application/vc+jwt,eyJ")
        assert server.verify(envelope).status_code == 200

    @pytest.mark.parametrize(
        "edit",
        [
            {"@context": []},
            {"@context": EXAMPLES_CONTEXT},
            {"@context": [EXAMPLES_CONTEXT]},
            {"type": None},
            {"type": "VerifiableCredential"},
            {"id": "eyJhbGciOiJFUzI1NiJ9.e30.AA"},
            {"id": "data:text/plain,hello"},
        ],
        ids=repr,
    )
    def test_a_bad_envelope(self, server: ConformanceServer, edit: JsonObject) -> None:
        """Another context, type or id is a 400."""
        assert server.verify({**self._issue(server), **edit}).status_code == 400

    def test_a_changed_token(self, server: ConformanceServer) -> None:
        """A changed signature is a 400."""
        envelope = self._issue(server)
        assert server.verify({**envelope, "id": f"{str(envelope['id'])[:-8]}AAAAAAAA"}).status_code == 400

    def test_the_suites_own_envelope(self, server: ConformanceServer) -> None:
        """A presentation of the VCDM suite, a JWT with `vp` and `vc` claims, verifies with its challenge only."""
        envelope: JsonObject = {
            "@context": VC_V2_CONTEXT,
            "type": "EnvelopedVerifiablePresentation",
            "id": f"data:application/jwt,{_suite_vp_jwt()}",
        }
        body: JsonObject = {"verifiablePresentation": envelope, "options": {"challenge": "123456789"}}
        assert server.post("/api/vc/presentations/verify", body).status_code == 200
        wrong: JsonObject = {"verifiablePresentation": envelope, "options": {"challenge": "987654321"}}
        assert server.post("/api/vc/presentations/verify", wrong).status_code == 400


def _suite_vp_jwt() -> str:
    return (Path(__file__).parents[1] / "vectors" / "w3c-vcdm-suite" / "vp.jwt").read_text("ascii").strip()


class TestPresentations:
    """VPs with `eddsa-rdfc-2022` by a did:key."""

    def _present(self, server: ConformanceServer, **members: object) -> tuple[JsonObject, JsonObject]:
        holder = LocalSigner.generate(KeyType.ED25519)
        issuer = server.issuer("eddsa-rdfc-2022")
        credential = server.issue(issuer, compose_credential(issuer))
        unsecured = compose_presentation([credential], holder=did_key(holder.public_key)).document
        document = {name: value for name, value in {**unsecured, **members}.items() if value is not DROP}
        secured = add_presentation_proof(
            UnsecuredDocument(document=cast("JsonObject", document)),
            signer=holder,
            verification_method=did_key_method_id(holder.public_key),
            created=NOON,
            challenge="c1",
            domain="verifier.example",
        )
        return secured.document, {"challenge": "c1", "domain": "verifier.example"}

    def _verify(self, server: ConformanceServer, document: JsonValue, options: JsonValue) -> int:
        body: JsonObject = {"verifiablePresentation": document, "options": options}
        return server.post("/api/vc/presentations/verify", body).status_code

    def test_a_good_presentation(self, server: ConformanceServer) -> None:
        """It verifies with its challenge and domain, and when nobody asked for them."""
        document, options = self._present(server)
        assert self._verify(server, document, options) == 200
        assert self._verify(server, document, {"checks": []}) == 200

    def test_a_challenge_that_nobody_asked_is_remarked_on(self, server: ConformanceServer) -> None:
        """Without `options.challenge` nobody can tell a replay; the answer says so."""
        document, options = self._present(server)
        for sent, codes in (({}, ["presentation.challenge_not_asked"]), (options, [])):
            body: JsonObject = {"verifiablePresentation": document, "options": sent}
            warnings = cast("JsonObject", server.post("/api/vc/presentations/verify", body).json)["warnings"]
            assert [one["code"] for one in cast("list[JsonObject]", warnings)] == codes

    def test_the_holder_as_an_object_or_none(self, server: ConformanceServer) -> None:
        """VCDM 2.0 §4.13: the holder is a URL, an object with an id, or left out."""
        document, options = self._present(server, holder=DROP)
        assert self._verify(server, document, options) == 200

    @pytest.mark.parametrize("options", [{"challenge": "c2"}, {"challenge": "c1", "domain": "other.example"}], ids=repr)
    def test_another_showing(self, server: ConformanceServer, options: JsonObject) -> None:
        """T-09: another challenge or domain is a 400."""
        document, _ = self._present(server)
        assert self._verify(server, document, options) == 400

    @pytest.mark.parametrize(
        "edit",
        [
            {"proof": DROP},
            {"@context": DROP},
            {"@context": [EXAMPLES_CONTEXT]},
            {"type": DROP},
            {"type": ["VerifiableCredential"]},
            {"holder": "did:example:other"},
            {"verifiableCredential": ["text"]},
        ],
        ids=["unsigned", "no context", "other context", "no type", "other type", "other holder", "text inside"],
    )
    def test_a_malformed_presentation(self, server: ConformanceServer, edit: dict[str, object]) -> None:
        """Unsigned or malformed presentations are a 400."""
        document, options = self._present(server)
        edited = cast("JsonObject", {name: value for name, value in {**document, **edit}.items() if value is not DROP})
        assert self._verify(server, edited, options) == 400

    def test_a_holder_without_an_id(self, server: ConformanceServer) -> None:
        """A holder object without an id is a 400 although it was signed."""
        document, options = self._present(server, holder={"name": "Someone"})
        assert self._verify(server, document, options) == 400

    def test_one_bad_credential_spoils_it(self, server: ConformanceServer) -> None:
        """T-10: the verdict is the AND of all parts, each listed."""
        issuer = server.issuer("eddsa-rdfc-2022")
        good = server.issue(issuer, compose_credential(issuer))
        bad = {**good, "credentialSubject": {"id": "did:example:other"}}
        document, options = self._present(server, verifiableCredential=[good, bad])
        body: JsonObject = {"verifiablePresentation": document, "options": options}
        response = server.post("/api/vc/presentations/verify", body)
        results = response.json["credentialResults"]  # type: ignore[index]
        assert response.status_code == 400
        assert [result["verified"] for result in results] == [True, False]

    def test_a_credential_of_the_holder_needs_a_holder(self, server: ConformanceServer) -> None:
        """VCDM 2.0 §4.13.3: who vouches for own claims is named in `holder`."""
        holder = LocalSigner.generate(KeyType.ED25519)
        method = did_key_method_id(holder.public_key)
        own = add_data_integrity_proof(
            UnsecuredDocument(document=compose_credential({"id": did_key(holder.public_key)})),
            signer=holder,
            verification_method=method,
            created=NOON,
        ).document
        unsecured = compose_presentation([own], holder=did_key(holder.public_key)).document
        for document, status in ((unsecured, 200), ({k: v for k, v in unsecured.items() if k != "holder"}, 400)):
            secured = add_presentation_proof(
                UnsecuredDocument(document=document),
                signer=holder,
                verification_method=method,
                created=NOON,
                challenge="c1",
            ).document
            assert self._verify(server, secured, {"challenge": "c1"}) == status

    def test_a_proof_for_another_purpose(self, server: ConformanceServer) -> None:
        """T-08: a proof made for giving credentials shows none."""
        holder = LocalSigner.generate(KeyType.ED25519)
        unsecured = compose_presentation([], holder=did_key(holder.public_key))
        secured = add_data_integrity_proof(
            unsecured,
            signer=holder,
            verification_method=did_key_method_id(holder.public_key),
            created=NOON,
            purpose=ProofPurpose.ASSERTION_METHOD,
        ).document
        assert self._verify(server, secured, {}) == 400
