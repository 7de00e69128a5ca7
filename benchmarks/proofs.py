"""Issue and verify one credential, beside the raw signature and two other stacks, in one interleaved run."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3 import OB3LdpVerifier
from openbadgeslib.ob3 import add_data_integrity_proof as their_add_proof

from benchmarks.hostile_inputs import HEAVY, POISON, alignments
from benchmarks.inputs import BASE, STATUS_URL, rich, small, status_list
from benchmarks.measure import in_process, measure_slow, measure_timed
from benchmarks.node_peer import has_node, running_peer
from credentials import (
    Cryptosuite,
    UnsecuredDocument,
    add_data_integrity_proof,
    canonicalize,
    list_proofs,
    read_vc_jwt,
    sign_vc_jwt,
    verify_data_integrity_proof,
    verify_vc_jwt,
)
from credentials.shared_parts import MAX_MARKS
from keys import FetchedDocument, LocalSigner, SignatureAlgorithm, did_key, did_key_method_id
from schemas import FetchError, encode_json, format_datetime, read_json_object
from verifier import Verdict, VerificationContext, verify_presented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measure import Rate, Timed
    from credentials import SecuredDocument
    from schemas import JsonObject

    Operation = Callable[[], object]

CREATED = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RAW_MESSAGE = bytes(64)
RDFC, JCS = Cryptosuite.EDDSA_RDFC_2022, Cryptosuite.EDDSA_JCS_2022
LARGE_COUNT = 1_000  # alignments
# More than `credentials.shared_parts` keeps, and more than it marks as seen once (two parts of a rich badge, one of a
# small one), so that each badge is of a course that nobody remembers.
FRESH = {"small": 2 * MAX_MARKS, "rich": MAX_MARKS}
FRESH_LARGE = 60
SEEN = 500  # badges of one course, each of another person
# The same signature as Skillmark makes and verifies it, by libsodium (docs/adr/0032).
OWN_RAW_VERIFY, OWN_RAW_SIGN = "verify a signature of 64 bytes", "make a signature of 64 bytes"
LIBRARY, NODE = "openbadgeslib ", "@digitalbazaar/vc "


class Size(NamedTuple):
    """How large one input is."""

    length: int  # bytes
    statements: int
    blank_nodes: int


class _StatusHost:
    """Has the status list of the rich badge, and nothing else; whoever asked once has it at hand."""

    def __init__(self, body: bytes) -> None:
        self._answer = FetchedDocument(url=STATUS_URL, body=body, media_type="application/vc", fetched_at=NOW)

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        if url != STATUS_URL:
            raise FetchError("fetch.offline")
        return self._answer


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
        listed = self.sign(status_list(self.issuer_id, valid_from=CREATED, valid_until=NOW + timedelta(days=365)))
        self.context = VerificationContext(now=NOW, fetcher=_StatusHost(listed.original))
        self._numbers = count()

    def sign(self, document: JsonObject, suite: Cryptosuite = RDFC) -> SecuredDocument:
        """Return a document with a proof by the key of the benchmarks."""
        return add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=self.signer,
            verification_method=self.method_id,
            created=CREATED,
            suite=suite,
        )

    def sign_token(self, document: JsonObject) -> str:
        """Return a document as VC-JWT by the key of the benchmarks."""
        return sign_vc_jwt(document, signer=self.signer, verification_method=self.method_id)

    def verify_proof(self, original: bytes) -> object:
        """Read and verify one proof; no check of the verifier besides."""
        read = read_json_object(original)
        (proof,) = list_proofs(read)
        return verify_data_integrity_proof(read, proof, public_key=self.signer.public_key, original=original)

    def verify(self, original: bytes) -> object:
        """Make the whole report on a badge, every check in it, and read the badge that it shows.

        Its status list is at hand after the first.
        """
        credential = verify_presented(original, context=self.context).credential
        return None if credential is None else credential.document

    def fresh_documents(self, name: str) -> Iterator[JsonObject]:
        """Yield documents of one size whose courses and issuers all differ, more of them than are ever kept."""
        text = encode_json(self.documents[name]).decode()
        for number in range(FRESH[name]):
            mark = f"{number:04}"
            changed = text.replace("/achievements/cmm", f"/achievements/{mark}").replace(
                "CMM operator", f"Course {mark}"
            )
            yield read_json_object(changed.replace("Example College", f"Example College {mark}").encode())

    def compose_for_next_person(self, name: str) -> JsonObject:
        """Return the badge of another person of the course; what both share is in memory once, as an issuer has it."""
        document, number = self.documents[name], next(self._numbers)
        subject = document["credentialSubject"]
        assert isinstance(subject, dict)
        person: JsonObject = {**subject, "id": f"urn:uuid:6f1c1d7e-6d57-4f4e-8c2e-{number:012}"}
        return {**document, "id": f"{BASE}/b/{number:06}", "credentialSubject": person}

    def compose_for_next_course(self, name: str) -> JsonObject:
        """Return the first badge of another course and issuer, of which nothing is remembered."""
        document, number = self.compose_for_next_person(name), next(self._numbers)
        issuer, subject = document["issuer"], document["credentialSubject"]
        assert isinstance(issuer, dict)
        assert isinstance(subject, dict)
        achievement = subject["achievement"]
        assert isinstance(achievement, dict)
        course: JsonObject = {**achievement, "id": f"{BASE}/achievements/{number}", "name": f"Course {number}"}
        return {
            **document,
            "issuer": {**issuer, "name": f"Example College {number}"},
            "credentialSubject": {**subject, "achievement": course},
        }

    def operations(self, name: str) -> dict[str, Operation]:
        """Return what is measured on one size of document."""
        document = self.documents[name]
        secured, with_jcs = self.sign(document).original, self.sign(document, JCS).original
        token = self.sign_token(document)
        tokens = cycle([self.sign_token(one).encode() for one in self.fresh_documents(name)])
        verifier = OB3LdpVerifier(pubkey_pem=self.public_pem)
        signed = cycle([self.sign(one).original for one in self.fresh_documents(name)])
        if verify_presented(secured, context=self.context).verdict is not Verdict.VERIFIED:
            raise RuntimeError(f"the {name} badge is not verified, so no check would be measured")
        of_one_course = cycle([self.sign(self.compose_for_next_person(name)).original for _ in range(SEEN)])
        return {
            f"verify, whole report, {name}": lambda: self.verify(next(signed)),
            f"verify, proof alone, {name}": lambda: self.verify_proof(next(signed)),
            f"issue, {name}": lambda: self.sign(self.compose_for_next_course(name)),
            f"verify, whole report, course seen before, {name}": lambda: self.verify(next(of_one_course)),
            f"issue, course seen before, {name}": lambda: self.sign(self.compose_for_next_person(name)),
            f"verify VC-JWT, whole report, {name}": lambda: self.verify(next(tokens)),
            f"verify VC-JWT, proof alone, {name}": lambda: verify_vc_jwt(
                read_vc_jwt(token), public_key=self.signer.public_key
            ),
            f"verify eddsa-jcs-2022, proof alone, {name}": lambda: self.verify_proof(with_jcs),
            f"{LIBRARY}verify, {name}": lambda: verifier.verify(secured),
            f"{LIBRARY}issue, {name}": lambda: their_add_proof(document, self.pem, self.method_id, created=CREATED),
        }

    def sizes(self) -> dict[str, Size]:
        """Return how large each document is."""
        return {name: _measure_size(document) for name, document in self.documents.items()}

    def hostile_rates(self) -> dict[str, Rate]:
        """Measure the whole report on each document that was made to be slow, `poison: …` and `heavy: …`."""
        operations: dict[str, Operation] = {}
        for kind, documents in (("poison", POISON), ("heavy", HEAVY)):
            for name, compose in documents.items():
                presented = self._with_false_proof(compose())
                operations[f"{kind}: {name}"] = lambda data=presented: self.verify(data)  # type: ignore[misc]
        return measure_slow(operations)

    def _with_false_proof(self, document: JsonObject) -> bytes:
        """Return it with an issuer that is known and a signature of the right length, so that nothing ends early."""
        proof: JsonObject = {
            "type": "DataIntegrityProof",
            "cryptosuite": RDFC.value,
            "created": format_datetime(CREATED),
            "verificationMethod": self.method_id,
            "proofPurpose": "assertionMethod",
            "proofValue": "z" + "1" * 64,
        }
        issuer: JsonObject = {"id": self.issuer_id, "type": ["Profile"], "name": "Example College"}
        return encode_json({"proof": proof, **document, "issuer": issuer})

    def rates(self) -> dict[str, Rate]:
        """Measure everything in one run; the names of other stacks begin with theirs."""
        signature, public, own = self.raw.sign(RAW_MESSAGE), self.raw.public_key(), self.signer.public_key
        operations: dict[str, Operation] = {
            "raw verify": lambda: public.verify(signature, RAW_MESSAGE),
            "raw sign": lambda: self.raw.sign(RAW_MESSAGE),
            OWN_RAW_VERIFY: lambda: own.verify(signature, RAW_MESSAGE, algorithm=SignatureAlgorithm.EDDSA),
            OWN_RAW_SIGN: lambda: self.signer.sign(RAW_MESSAGE, algorithm=SignatureAlgorithm.EDDSA),
        }
        for name in self.documents:
            operations |= self.operations(name)
        large = cycle([alignments(LARGE_COUNT, mark=str(number)) for number in range(FRESH_LARGE)])
        operations[f"canonical form of {LARGE_COUNT:,} alignments"] = lambda: canonicalize(next(large))
        # The thousands of documents that wait here are no part of what a verifier has in memory.
        gc.collect()
        gc.freeze()
        timed: dict[str, Timed] = {name: in_process(operation) for name, operation in operations.items()}
        with ExitStack() as stack:
            if has_node():
                documents = {
                    name: {"unsigned": document, "signed": self.sign(document).document}
                    for name, document in self.documents.items()
                }
                peer = stack.enter_context(running_peer(documents, now=format_datetime(NOW)))
                for name in documents:
                    timed[f"{NODE}verify, {name}"] = peer.timed("verify", name)
                    timed[f"{NODE}issue, {name}"] = peer.timed("issue", name)
            return measure_timed(timed)


def _measure_size(document: JsonObject) -> Size:
    lines = canonicalize(document).decode().rstrip("\n").split("\n")
    nodes = {word for line in lines for word in line.split(" ") if word.startswith("_:c14n")}
    return Size(len(encode_json(document)), len(lines), len(nodes))
