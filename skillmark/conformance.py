"""The conformance mode: one did:key issuer for each profile of the W3C suites, made when the server starts.

Nothing here is kept, and nothing is worth anything: whoever reaches this server can have anything signed. It
listens on the loopback address only (`skillmark serve --open-vc-api`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import (
    ContextRule,
    Cryptosuite,
    EnvelopeKind,
    MediaType,
    SecuredDocument,
    SecuringForm,
    UnsecuredDocument,
    add_data_integrity_proof,
    append_data_integrity_proof,
    check_lossless,
    compose_envelope,
    derive_selective_disclosure,
    sign_w3c_vc_jwt,
    verify_data_model,
)
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import DATA_INTEGRITY_V2_CONTEXT, VC_V1_CONTEXT, DataModelError, IssuanceError, encode_json
from skillmark.conformance_status import PURPOSES, ConformanceStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keys import Clock, Signer
    from schemas import JsonObject, JsonValue

STATUS_PROFILE = "BitstringStatusList"
ENVELOPING_PROFILE = "EnvelopingProof"
MAX_POINTERS = 64
MAX_POINTER_CHARS = 512

# Profile, kind of key and, for proofs inside the document, the suite. Key types are named where there are several.
_PROFILES: tuple[tuple[str, KeyType, Cryptosuite | None], ...] = (
    ("eddsa-rdfc-2022", KeyType.ED25519, Cryptosuite.EDDSA_RDFC_2022),
    ("eddsa-jcs-2022", KeyType.ED25519, Cryptosuite.EDDSA_JCS_2022),
    ("ecdsa-rdfc-2019", KeyType.P256, Cryptosuite.ECDSA_RDFC_2019),
    ("ecdsa-rdfc-2019", KeyType.P384, Cryptosuite.ECDSA_RDFC_2019),
    ("ecdsa-jcs-2019", KeyType.P256, Cryptosuite.ECDSA_JCS_2019),
    ("ecdsa-jcs-2019", KeyType.P384, Cryptosuite.ECDSA_JCS_2019),
    ("ecdsa-sd-2023", KeyType.P256, Cryptosuite.ECDSA_SD_2023),
    (STATUS_PROFILE, KeyType.ED25519, Cryptosuite.EDDSA_RDFC_2022),
    (ENVELOPING_PROFILE, KeyType.P256, None),
)
SUPPORTS = (
    "fragment-keys",
    "did-key-without-fragment",
    "Ed25519Signature2020",
    "jwk-header",
    "loopback-status",
    "preloaded-documents",
    "short-status-lists",
    "random-status-index",
    "ob3-validation",
)
VERIFIES = (Cryptosuite.EDDSA_2022.value, Cryptosuite.ED25519_SIGNATURE_2020.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformanceIssuer:
    """One profile: how it signs, and with which key.

    Args:
        profile: Its name in the manifest.
        slug: Its name in addresses.
        suite: The cryptosuite; None for an envelope.
        signer: A key of this process.
    """

    profile: str
    slug: str
    suite: Cryptosuite | None
    signer: Signer

    @property
    def id(self) -> str:
        """Its did:key."""
        return did_key(self.signer.public_key)

    @property
    def method_id(self) -> str:
        """The verification method of its did:key."""
        return did_key_method_id(self.signer.public_key)


class ConformanceIssuers:
    """Every issuer of the conformance mode, with their status lists. Safe to share between threads.

    Args:
        base_url: Address of the server, without a slash at its end.
        clock: Aware UTC.
    """

    def __init__(self, *, base_url: str, clock: Clock) -> None:
        self._clock = clock
        self.issuers = tuple(_make_issuer(*profile) for profile in _PROFILES)
        keeper = next(issuer for issuer in self.issuers if issuer.profile == STATUS_PROFILE)
        self.status = ConformanceStatus(
            base_url=base_url, issuer_id=keeper.id, method_id=keeper.method_id, signer=keeper.signer, clock=clock
        )

    def find(self, slug: str) -> ConformanceIssuer:
        """Return the issuer of a profile.

        Raises:
            IssuanceError: `vc_api.issuer_unknown`.
        """
        issuer = next((one for one in self.issuers if one.slug == slug), None)
        if issuer is None:
            raise IssuanceError("vc_api.issuer_unknown")
        return issuer

    def issue(self, issuer: ConformanceIssuer, credential: JsonObject, options: JsonObject) -> JsonObject:
        """Sign a credential and return it secured.

        Args:
            issuer: Who signs; the credential must name it.
            credential: Unsigned, or signed already: then a further proof joins the set.
            options: `mandatoryPointers` and `credentialId`; others are left alone.

        Raises:
            IssuanceError: `vc_api.issuer_not_own`, `vc_api.option_malformed`, or as `ConformanceStatus`.
            InvalidCredentialError: The credential does not follow the data model, or part of it would be lost.
            UnknownContextError: A context is not pinned here.
        """
        verify_data_model(credential)
        named = credential["issuer"]
        if (named.get("id") if isinstance(named, dict) else named) != issuer.id:
            raise IssuanceError("vc_api.issuer_not_own", pointer="/credential/issuer")
        pointers = read_pointers(options.get("mandatoryPointers"), "/options/mandatoryPointers")
        check_lossless(
            {name: value for name, value in credential.items() if name != "proof"},
            contexts=ContextRule.PINNED_AND_ADDED,
        )
        if issuer.profile == STATUS_PROFILE:
            credential = self._add_status(credential, options)
        if issuer.suite is None:
            token = sign_w3c_vc_jwt(credential, signer=issuer.signer, verification_method=issuer.method_id)
            return compose_envelope(token.encode("ascii"), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT)
        return self._sign(issuer, issuer.suite, _with_proof_context(credential), pointers)

    def _sign(
        self, issuer: ConformanceIssuer, suite: Cryptosuite, document: JsonObject, pointers: Sequence[str] | None
    ) -> JsonObject:
        if "proof" in document:
            present = SecuredDocument(
                form=SecuringForm.DATA_INTEGRITY, original=encode_json(document), document=document
            )
            return append_data_integrity_proof(
                present,
                signer=issuer.signer,
                verification_method=issuer.method_id,
                created=self._clock(),
                suite=suite,
                contexts=ContextRule.PINNED_AND_ADDED,
            ).document
        return add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=issuer.signer,
            verification_method=issuer.method_id,
            created=self._clock(),
            suite=suite,
            mandatory_pointers=pointers,
            contexts=ContextRule.PINNED_AND_ADDED,
        ).document

    def _add_status(self, credential: JsonObject, options: JsonObject) -> JsonObject:
        """Give a credential its place in the lists of this server."""
        if "credentialStatus" in credential:
            raise DataModelError("vc_api.has_status", pointer="/credential/credentialStatus")
        credential_id = options.get("credentialId", credential.get("id"))
        if credential_id is not None and (not isinstance(credential_id, str) or not credential_id):
            raise IssuanceError("vc_api.option_malformed", "credentialId is a text", pointer="/options/credentialId")
        wanted = options.get("credentialStatus", {})
        purpose = wanted.get("statusPurpose", PURPOSES[0]) if isinstance(wanted, dict) else None
        return {**credential, "credentialStatus": self.status.add_entry(credential_id, str(purpose))}

    def derive(self, credential: JsonObject, options: JsonObject) -> JsonObject:
        """Return the part of a credential that its holder chooses, with a derived proof.

        Raises:
            IssuanceError: `vc_api.option_malformed`.
            InvalidCredentialError: No base proof, or a pointer that names nothing.
        """
        pointers = read_pointers(options.get("selectivePointers", []), "/options/selectivePointers")
        return derive_selective_disclosure(credential, pointers or (), contexts=ContextRule.PINNED_AND_ADDED)

    def compose_manifest(self, jose_cose: JsonObject) -> JsonObject:
        """Return the manifest that tells a suite where everything is."""
        issuers: list[JsonValue] = []
        for issuer in self.issuers:
            entry: JsonObject = {"profile": issuer.profile}
            key_type = issuer.signer.public_key.key_type
            if issuer.suite is not None and key_type is not KeyType.ED25519:
                entry["keyType"] = key_type.value
            issuers.append({**entry, "id": issuer.id, "endpoint": f"/api/vc/issuers/{issuer.slug}/credentials/issue"})
        return {
            "name": "skillmark",
            "vc": ["2.0"],
            "issuers": issuers,
            "verifiers": [{"endpoint": "/api/vc/credentials/verify"}],
            "vpVerifiers": [{"endpoint": "/api/vc/presentations/verify"}],
            "holders": [{"endpoint": "/api/vc/credentials/derive"}],
            "status": {"endpoint": "/api/vc/credentials/status"},
            "verifies": [*VERIFIES],
            "supports": [*SUPPORTS],
            "jose-cose": jose_cose,
        }


def _make_issuer(profile: str, key_type: KeyType, suite: Cryptosuite | None) -> ConformanceIssuer:
    several = sum(one[0] == profile for one in _PROFILES) > 1
    slug = f"{profile}-{key_type.value}" if several else profile
    return ConformanceIssuer(profile=profile, slug=slug.lower(), suite=suite, signer=LocalSigner.generate(key_type))


def _with_proof_context(credential: JsonObject) -> JsonObject:
    """VC 1.1 knows no proofs of this kind: without the context that does, nothing in them has a meaning."""
    contexts = credential["@context"]
    if not isinstance(contexts, list) or contexts[0] != VC_V1_CONTEXT or DATA_INTEGRITY_V2_CONTEXT in contexts:
        return credential
    return {**credential, "@context": [*contexts, DATA_INTEGRITY_V2_CONTEXT]}


def read_pointers(value: JsonValue, pointer: str) -> tuple[str, ...] | None:
    """Read JSON Pointers from the options; None when there are none.

    Raises:
        IssuanceError: `vc_api.option_malformed`.
    """
    if value is None:
        return None
    entries = value if isinstance(value, list) else [None]
    found = [entry for entry in entries if isinstance(entry, str) and len(entry) <= MAX_POINTER_CHARS]
    if len(found) != len(entries) or len(entries) > MAX_POINTERS:
        raise IssuanceError("vc_api.option_malformed", "a list of JSON Pointers", pointer=pointer)
    return tuple(found)
