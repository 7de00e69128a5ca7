"""Controller documents (DID documents and their https kin): which keys a controller published, and for what.

Spec: CID 1.0 §2 (Data Model), §3.3 (Retrieve Verification Method); DID Core 1.0 §5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from keys.jwk import PRIVATE_MEMBERS
from keys.key_type import KeyType
from keys.multikey import decode_multikey
from keys.public_key import PublicKey
from schemas import (
    DataModelError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    UnacceptedCryptosuiteError,
    read_datetime,
    read_json_object,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from schemas import JsonObject, JsonValue

MAX_CONTROLLER_DOCUMENT_BYTES = 64 * 1024
MAX_KEPT_DOCUMENTS = 256
MAX_KEPT_DOCUMENT_BYTES = 8 * 1024

_PRIVATE_METHOD_MEMBERS = frozenset(
    {
        "secretKeyMultibase",
        "secretKeyJwk",
        "privateKeyMultibase",
        "privateKeyJwk",
        "privateKeyBase58",
        "privateKeyHex",
        "privateKeyPem",
    }
)
_MULTIBASE_TYPES = frozenset({"Multikey", "Ed25519VerificationKey2020"})
_JWK_TYPES = frozenset({"JsonWebKey", "JsonWebKey2020"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMethod:
    """One published key (CID 1.0 §2.2).

    `expires` and `revoked` are when the key was retired; badges signed before stay good.
    """

    id: str
    controller: str
    public_key: PublicKey
    expires: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerDocument:
    """What a controller published about its keys.

    Args:
        id: The controller: a DID or an https URL.
        methods: Every method whose key can be used here.
        assertion_method_ids: Ids of the methods that may sign credentials, usable or not.
        authentication_ids: Ids of the methods that may sign presentations, usable or not.
        unusable_methods: Ids of the methods whose key cannot be used here, each with the code that says why.
    """

    id: str
    methods: tuple[VerificationMethod, ...]
    assertion_method_ids: frozenset[str]
    unusable_methods: Mapping[str, str] = field(default_factory=dict)
    authentication_ids: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "unusable_methods", MappingProxyType(dict(self.unusable_methods)))

    def assertion_method(self, method_id: str) -> VerificationMethod:
        """Return the method of that id if it may sign credentials.

        The caller still compares its `controller` with the issuer, and its dates with those of the badge.

        Raises:
            KeyNotAuthorizedError: Not published here, or not for credentials (`issuer.not_assertion_method`).
            ProofError: Published, but its key is malformed or of a kind not used here (the code found in reading).
        """
        if (method := self._find(method_id, self.assertion_method_ids)) is not None:
            return method
        raise KeyNotAuthorizedError(
            "issuer.not_assertion_method", "the controller did not publish this key for signing credentials"
        )

    def authentication_method(self, method_id: str) -> VerificationMethod:
        """Return the method of that id if it may sign presentations (CID 1.0 §2.3.1).

        Raises:
            KeyNotAuthorizedError: Not published here, or not for this (`presentation.not_authentication_method`).
            ProofError: Published, but its key is malformed or of a kind not used here (the code found in reading).
        """
        if (method := self._find(method_id, self.authentication_ids)) is not None:
            return method
        raise KeyNotAuthorizedError(
            "presentation.not_authentication_method", "the holder did not publish this key for showing credentials"
        )

    def _find(self, method_id: str, allowed: frozenset[str]) -> VerificationMethod | None:
        if method_id not in allowed:
            return None
        if method_id in self.unusable_methods:
            raise ProofError(self.unusable_methods[method_id], "the published key cannot be used")
        return next((method for method in self.methods if method.id == method_id), None)


def read_controller_document(data: bytes, *, url_or_did: str) -> ControllerDocument:
    """Read the controller document that was found for `url_or_did`.

    A method whose key is malformed or of another kind does not spoil the others: its id is kept in `unusable_methods`.

    Args:
        data: The document as fetched, at most 64 KiB.
        url_or_did: What was resolved; the document must call itself so.

    Raises:
        DecodingError: Not strict JSON, or too large (`decoding.…`).
        KeyNotAuthorizedError: Another `id` (`issuer.did_document_id_mismatch`), one method id with
            two different keys (`issuer.did_document_duplicate_method`), or the wrong shape
            (`issuer.did_document_malformed`).
        ProofError: A private key is published (`proof.key_private_member`).
    """
    read = _read_kept_document if len(data) <= MAX_KEPT_DOCUMENT_BYTES else _read_document
    return read(data, url_or_did)


def _read_document(data: bytes, url_or_did: str) -> ControllerDocument:
    document = read_json_object(data, max_bytes=MAX_CONTROLLER_DOCUMENT_BYTES)
    _refuse_private_keys(document)
    if document.get("id") != url_or_did:
        raise KeyNotAuthorizedError("issuer.did_document_id_mismatch", "the document names another controller")
    reader = _Reader(url_or_did)
    for position, entry in enumerate(_members(document, "verificationMethod")):
        if not isinstance(entry, dict):
            raise _malformed(f"/verificationMethod/{position}", "a method is an object")
        reader.add_method(entry, pointer=f"/verificationMethod/{position}")
    assertion_method_ids = reader.read_relationship(document, "assertionMethod")
    authentication_ids = reader.read_relationship(document, "authentication")
    return ControllerDocument(
        id=url_or_did,
        methods=tuple(reader.methods.values()),
        assertion_method_ids=assertion_method_ids,
        authentication_ids=authentication_ids,
        unusable_methods=reader.unusable,
    )


# The same bytes under the same name say the same; an issuer's come with each of its badges.
_read_kept_document = lru_cache(maxsize=MAX_KEPT_DOCUMENTS)(_read_document)


class _Reader:
    """Gathers the methods of one document by id."""

    def __init__(self, controller: str) -> None:
        self.controller = controller
        self.methods: dict[str, VerificationMethod] = {}
        self.unusable: dict[str, str] = {}
        self._sources: dict[str, JsonObject] = {}

    def absolute(self, method_id: str) -> str:
        """Return `method_id`, completed if it is a bare fragment (DID Core 1.0 §3.2.2)."""
        return self.controller + method_id if method_id.startswith("#") else method_id

    def read_relationship(self, document: JsonObject, name: str) -> frozenset[str]:
        """Return the absolute ids of the methods under a verification relationship (CID 1.0 §2.3)."""
        found = set()
        for position, entry in enumerate(_members(document, name)):
            pointer = f"/{name}/{position}"
            if isinstance(entry, str):
                found.add(self.absolute(entry))
            elif isinstance(entry, dict):
                found.add(self.add_method(entry, pointer=pointer))
            else:
                raise _malformed(pointer, "neither an id nor a method")
        return frozenset(found)

    def add_method(self, source: JsonObject, *, pointer: str) -> str:
        """Read one method and return its absolute id."""
        method_id, controller = source.get("id"), source.get("controller")
        if not isinstance(method_id, str) or not isinstance(controller, str):
            raise _malformed(pointer, "a method has an id and a controller")
        method_id = self.absolute(method_id)
        if method_id in self._sources:
            if {**source, "id": method_id} != self._sources[method_id]:
                raise KeyNotAuthorizedError(
                    "issuer.did_document_duplicate_method", "one id stands for two different methods", pointer=pointer
                )
            return method_id
        self._sources[method_id] = {**source, "id": method_id}
        try:
            self.methods[method_id] = VerificationMethod(
                id=method_id,
                controller=controller,
                public_key=_read_public_key(source),
                expires=_read_moment(source, "expires"),
                revoked=_read_moment(source, "revoked"),
            )
        except InvalidCredentialError as error:
            self.unusable[method_id] = error.code
        return method_id


def _malformed(pointer: str, message: str) -> KeyNotAuthorizedError:
    return KeyNotAuthorizedError("issuer.did_document_malformed", message, pointer=pointer)


def _members(document: JsonObject, name: str) -> list[JsonValue]:
    """Return a set-valued property as a list; a lone value counts as a set of one."""
    value = document.get(name, [])
    return value if isinstance(value, list) else [value]


def _read_moment(source: JsonObject, name: str) -> datetime | None:
    text = source.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise DataModelError("data_model.date_invalid", f"{name} is not text")
    return read_datetime(text, pointer=f"/{name}")


def _read_public_key(source: JsonObject) -> PublicKey:
    """Read the key by the type that the method names; key material of another type is not looked at."""
    method_type = source.get("type")
    if not isinstance(method_type, str):
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "the method does not name its kind")
    multibase, jwk = source.get("publicKeyMultibase"), source.get("publicKeyJwk")
    if method_type in _MULTIBASE_TYPES and isinstance(multibase, str) and jwk is None:
        public_key = PublicKey.from_multikey(multibase)
        if method_type == "Ed25519VerificationKey2020" and public_key.key_type is not KeyType.ED25519:
            raise ProofError("proof.value_malformed", "the key is not of the kind that the method names")
        return public_key
    if method_type in _JWK_TYPES and isinstance(jwk, dict) and multibase is None:
        return PublicKey.from_jwk(jwk)
    if method_type in _MULTIBASE_TYPES | _JWK_TYPES:
        raise ProofError("proof.value_malformed", "the method has no key, or two")
    raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "a kind of method that is not used here")


def _refuse_private_keys(document: JsonObject) -> None:
    for holder in _objects(document):
        jwk = holder.get("publicKeyJwk")
        multibase = holder.get("publicKeyMultibase")
        private = bool(_PRIVATE_METHOD_MEMBERS & holder.keys()) or (
            isinstance(jwk, dict) and bool(PRIVATE_MEMBERS & jwk.keys())
        )
        if isinstance(multibase, str) and not private:
            private = _is_secret_multikey(multibase)
        if private:
            raise ProofError("proof.key_private_member", "the document publishes a private key")


def _is_secret_multikey(multibase: str) -> bool:
    try:
        decode_multikey(multibase)
    except InvalidCredentialError as error:
        return error.code == "proof.key_private_member"
    return False


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    """Yield every object inside `value`; its depth was bounded in reading."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for member in value:
            yield from _objects(member)
