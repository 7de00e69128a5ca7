"""An in-memory world of issuers, status hosts and lies; implements the Fetcher protocol.

Badges are signed with our own credentials functions, so an attack is a change of one line of the world.
All keys are made for one test and are TEST ONLY.
"""

from __future__ import annotations

import copy
import enum
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from credentials import (
    BitstringStatusList,
    UnsecuredDocument,
    add_data_integrity_proof,
    compose_status_list_credential,
    encode_status_list,
    sign_vc_jwt,
)
from keys import (
    FetchedDocument,
    KeyType,
    LocalSigner,
    VerificationMethod,
    compose_did_document,
    compose_jwks,
    did_key,
    did_key_method_id,
    did_web_for,
    did_web_url,
    encode_base64url,
)
from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, FetchError, JsonObject, JsonValue, encode_json, format_datetime
from verifier import VerificationContext, verify_presented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys import Signer
    from verifier import VerificationReport

NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
STATUS_URL = "https://college.example.edu/status/1"


class IssuerIdKind(enum.Enum):
    """How an issuer names itself."""

    DID_KEY = "did_key"
    DID_JWK = "did_jwk"
    DID_WEB = "did_web"
    HTTPS_DOCUMENT = "https_document"
    HTTPS_KEY_SET = "https_key_set"
    DID_UNKNOWN = "did_unknown"


class IssuerSimulator:
    """The network as one test wants it. What was not published is not found; every question is written down."""

    def __init__(self, *, now: datetime = NOW) -> None:
        self.now = now
        self.answers: dict[str, FetchedDocument | FetchError] = {}
        self.asked: list[str] = []

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        """Answer as the published world does."""
        self.asked.append(url)
        answer = self.answers.get(url) or FetchError("fetch.http_status", "404")
        if isinstance(answer, FetchError):
            raise answer
        if len(answer.body) > max_bytes:
            raise FetchError("fetch.too_large")
        return replace(answer, fetched_at=self.now)

    def verify(self, data: bytes | str | Mapping[str, JsonValue], **changes: Any) -> VerificationReport:  # noqa: ANN401 - members of the context
        """Verify what was presented, in this world and at its time."""
        context = VerificationContext(**{"now": self.now, "fetcher": self, **changes})
        return verify_presented(data if isinstance(data, (bytes, str)) else encode_json(dict(data)), context=context)

    def publish(self, url: str, body: bytes | JsonValue, *, media_type: str = "application/json") -> None:
        """Serve `body` at `url` from now on."""
        data = body if isinstance(body, bytes) else encode_json(body)
        self.answers[url] = FetchedDocument(url=url, body=data, media_type=media_type, fetched_at=self.now)

    def redirect(self, url: str, target: str) -> None:
        """Let `url` send its readers on to `target`, which is published already."""
        self.answers[url] = replace(self._published(target), url=url, answered_by=target)

    def _published(self, url: str) -> FetchedDocument:
        answer = self.answers[url]
        assert isinstance(answer, FetchedDocument)
        return answer

    def break_down(self, url: str, *, code: str = "fetch.unreachable") -> None:
        """Let `url` fail from now on."""
        self.answers[url] = FetchError(code)

    def add_issuer(
        self,
        kind: IssuerIdKind = IssuerIdKind.DID_WEB,
        *,
        host: str = "college.example.edu",
        key_type: KeyType = KeyType.ED25519,
        name: str = "Example Valley College",
    ) -> SimulatedIssuer:
        """Make an issuer with its own key and publish what its kind publishes."""
        signer = LocalSigner.generate(key_type)
        issuer_id, method_id = _name_issuer(kind, signer, host)
        issuer = SimulatedIssuer(world=self, kind=kind, id=issuer_id, method_id=method_id, signer=signer, name=name)
        issuer.publish_keys()
        return issuer


def _name_issuer(kind: IssuerIdKind, signer: Signer, host: str) -> tuple[str, str]:
    key = signer.public_key
    if kind is IssuerIdKind.DID_KEY:
        return did_key(key), did_key_method_id(key)
    if kind is IssuerIdKind.DID_JWK:
        did = "did:jwk:" + encode_base64url(encode_json(key.jwk))
        return did, f"{did}#0"
    if kind is IssuerIdKind.DID_WEB:
        did = did_web_for(f"https://{host}/issuers/training")
        return did, f"{did}#key-1"
    if kind is IssuerIdKind.DID_UNKNOWN:
        return "did:plc:z72i7hdynmk6r22z27h6tvur", "did:plc:z72i7hdynmk6r22z27h6tvur#key-1"
    return f"https://{host}/issuers/training", f"https://{host}/issuers/training#key-1"


@dataclass(kw_only=True)
class SimulatedIssuer:
    """One issuer of the world: who it says it is, its key, and what it publishes."""

    world: IssuerSimulator
    kind: IssuerIdKind
    id: str
    method_id: str
    signer: Signer
    name: str
    methods: list[VerificationMethod] = field(default_factory=list)

    @property
    def method(self) -> VerificationMethod:
        """The issuer's own verification method."""
        return VerificationMethod(id=self.method_id, controller=self.id, public_key=self.signer.public_key)

    @property
    def document_url(self) -> str:
        """Where the controller document stands; only for kinds that publish one."""
        return did_web_url(self.id) if self.kind is IssuerIdKind.DID_WEB else self.id

    @property
    def key_set_url(self) -> str:
        """Where the JWK Set of the issuer's host stands."""
        return "/".join(self.document_url.split("/")[:3]) + "/.well-known/jwks.json"

    def publish_keys(self, **changes: JsonValue) -> None:
        """Publish the controller document, with members replaced by `changes`, or the key set."""
        methods = self.methods or [self.method]
        if self.kind in {IssuerIdKind.DID_WEB, IssuerIdKind.HTTPS_DOCUMENT}:
            self.world.publish(self.document_url, compose_did_document(self.id, methods) | changes)
        elif self.kind is IssuerIdKind.HTTPS_KEY_SET:
            self.world.publish(self.id, b"<!doctype html><title>For people</title>", media_type="text/html")
            self.world.publish(self.key_set_url, compose_jwks(methods))

    def compose_badge(self, **changes: JsonValue) -> JsonObject:
        """Return an unsigned badge; a change of None leaves the member out."""
        document: JsonObject = {
            "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
            "id": "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11",
            "type": ["VerifiableCredential", "AchievementCredential"],
            "name": "CNC Mill Operator 1",
            "issuer": {"id": self.id, "type": ["Profile"], "name": self.name, "url": "https://college.example.edu/"},
            "validFrom": "2026-11-01T09:00:00Z",
            "credentialSubject": compose_subject(),
        }
        document.update(changes)
        return {name: value for name, value in document.items() if value is not None}

    def sign(self, document: JsonObject, *, method_id: str = "", signer: Signer | None = None) -> JsonObject:
        """Add a Data Integrity proof."""
        secured = add_data_integrity_proof(
            UnsecuredDocument(document=copy.deepcopy(document)),
            signer=signer or self.signer,
            verification_method=method_id or self.method_id,
            created=self.world.now - timedelta(days=20),
        )
        return secured.document

    def issue(self, *, method_id: str = "", signer: Signer | None = None, **changes: JsonValue) -> bytes:
        """Return a badge with a Data Integrity proof."""
        return encode_json(self.sign(self.compose_badge(**changes), method_id=method_id, signer=signer))

    def issue_jwt(self, *, method_id: str = "", signer: Signer | None = None, **changes: JsonValue) -> bytes:
        """Return a badge as a VC-JWT."""
        token = sign_vc_jwt(
            self.compose_badge(**changes),
            signer=signer or self.signer,
            verification_method=method_id or self.method_id,
        )
        return token.encode("ascii")

    def compose_status_list(
        self, *, url: str = STATUS_URL, purpose: str = "revocation", set_indexes: tuple[int, ...] = ()
    ) -> JsonObject:
        """Return an unsigned status list that is in force for a day."""
        bits = BitstringStatusList.with_set_indexes(set_indexes)
        unsecured = compose_status_list_credential(
            url=url,
            issuer_id=self.id,
            purpose=purpose,
            encoded=encode_status_list(bits),
            valid_from=self.world.now - timedelta(hours=1),
            valid_until=self.world.now + timedelta(days=1),
            ttl_milliseconds=300_000,
        )
        return unsecured.document

    def publish_status_list(
        self, *, url: str = STATUS_URL, purpose: str = "revocation", set_indexes: tuple[int, ...] = ()
    ) -> None:
        """Sign and serve a status list."""
        document = self.compose_status_list(url=url, purpose=purpose, set_indexes=set_indexes)
        self.world.publish(url, self.sign(document))


def compose_subject(**changes: JsonValue) -> JsonObject:
    """Return the subject of a badge: an invented person and one achievement."""
    subject: JsonObject = {
        "id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10",
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Robin Exampleson", "identityType": "name"}
        ],
        "achievement": compose_achievement(),
    }
    subject.update(changes)
    return {name: value for name, value in subject.items() if value is not None}


def compose_achievement(**changes: JsonValue) -> JsonObject:
    """Return an achievement with one skill."""
    achievement: JsonObject = {
        "id": "https://college.example.edu/achievements/cnc-mill-1",
        "type": ["Achievement"],
        "name": "CNC Mill Operator 1",
        "description": "Sets up and runs a three-axis mill.",
        "criteria": {"narrative": "Made the test part within 0.1 mm."},
        "achievementType": "Certificate",
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Operation and Control",
                "targetUrl": "https://www.onetonline.org/find/descriptor/result/2.B.3.h",
            }
        ],
    }
    achievement.update(changes)
    return {name: value for name, value in achievement.items() if value is not None}


def compose_status_entry(
    *, url: str = STATUS_URL, index: JsonValue = "94567", purpose: str = "revocation", **changes: JsonValue
) -> JsonObject:
    """Return a BitstringStatusListEntry."""
    entry: JsonObject = {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": url,
    }
    entry.update(changes)
    return {name: value for name, value in entry.items() if value is not None}


def format_moment(moment: datetime) -> str:
    """Write a moment as badges do."""
    return format_datetime(moment)
