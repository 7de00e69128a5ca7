"""Issue and verify one credential, beside the raw signature and openbadgeslib, in one interleaved run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3 import OB3LdpVerifier
from openbadgeslib.ob3 import add_data_integrity_proof as their_add_proof

from benchmarks.inputs import rich, small
from benchmarks.measure import Rate, measure
from credentials import (
    UnsecuredDocument,
    add_data_integrity_proof,
    canonicalize,
    list_proofs,
    read_vc_jwt,
    sign_vc_jwt,
    verify_data_integrity_proof,
    verify_vc_jwt,
)
from keys import LocalSigner, OfflineFetcher, did_key, did_key_method_id
from schemas import encode_json, read_json_object
from verifier import VerificationContext, verify_presented

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject

CREATED = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RAW_MESSAGE = bytes(64)


class ProofBench:
    """One key, two documents, and the operations on them."""

    def __init__(self) -> None:
        raw = Ed25519PrivateKey.from_private_bytes(b"TEST ONLY: key of the benchmarks")
        self.raw = raw
        self.pem = raw.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.public_pem = raw.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.signer = LocalSigner.from_pem(self.pem, None)
        self.issuer_id = did_key(self.signer.public_key)
        self.method_id = did_key_method_id(self.signer.public_key)
        self.documents = {"small": small(self.issuer_id), "rich": rich(self.issuer_id)}

    def _ours(self, name: str, document: JsonObject) -> dict[str, Callable[[], object]]:
        unsecured = UnsecuredDocument(document=document)
        secured = add_data_integrity_proof(
            unsecured, signer=self.signer, verification_method=self.method_id, created=CREATED
        )
        token = sign_vc_jwt(document, signer=self.signer, verification_method=self.method_id)
        context = VerificationContext(now=NOW, fetcher=OfflineFetcher())

        def verify_proof() -> object:
            read = read_json_object(secured.original)
            (proof,) = list_proofs(read)
            return verify_data_integrity_proof(
                read, proof, public_key=self.signer.public_key, original=secured.original
            )

        return {
            f"issue eddsa-rdfc-2022, {name}": lambda: add_data_integrity_proof(
                unsecured, signer=self.signer, verification_method=self.method_id, created=CREATED
            ),
            f"verify eddsa-rdfc-2022, proof only, {name}": verify_proof,
            f"verify eddsa-rdfc-2022, whole report, {name}": lambda: verify_presented(
                secured.original, context=context
            ),
            f"issue VC-JWT (EdDSA), {name}": lambda: sign_vc_jwt(
                document, signer=self.signer, verification_method=self.method_id
            ),
            f"verify VC-JWT (EdDSA), proof only, {name}": lambda: verify_vc_jwt(
                read_vc_jwt(token), public_key=self.signer.public_key
            ),
        }

    def _theirs(self, name: str, document: JsonObject) -> dict[str, Callable[[], object]]:
        secured = add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=self.signer,
            verification_method=self.method_id,
            created=CREATED,
        )
        verifier = OB3LdpVerifier(pubkey_pem=self.public_pem)
        return {
            f"openbadgeslib issue eddsa-rdfc-2022, {name}": lambda: their_add_proof(
                document, self.pem, self.method_id, created=CREATED
            ),
            f"openbadgeslib verify eddsa-rdfc-2022, {name}": lambda: verifier.verify(secured.original),
        }

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Return bytes and statements of each document."""
        return {
            name: (len(encode_json(document)), canonicalize(document).count(b"\n"))
            for name, document in self.documents.items()
        }

    def rates(self) -> dict[str, Rate]:
        """Measure everything in one run."""
        signature = self.raw.sign(RAW_MESSAGE)
        public = self.raw.public_key()
        operations: dict[str, Callable[[], object]] = {
            "raw sign": lambda: self.raw.sign(RAW_MESSAGE),
            "raw verify": lambda: public.verify(signature, RAW_MESSAGE),
        }
        for name, document in self.documents.items():
            operations |= self._ours(name, document)
            operations |= self._theirs(name, document)
        return measure(operations)
