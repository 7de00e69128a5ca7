"""Looks at finished bytes of our own as a stranger would, before anybody gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credentials.data_integrity import verify_data_integrity_proof
from credentials.proof_members import list_proofs
from credentials.vc_jwt import read_vc_jwt, verify_vc_jwt
from schemas import BadgeError, SchemaName, read_json_object, validate

if TYPE_CHECKING:
    from credentials.document import VerifiedDocument
    from keys import PublicKey


class OwnOutput(NamedTuple):
    """One badge that is about to leave, with what was meant to be signed and by which method.

    `json_bytes` is the Data Integrity form, `jwt` the compact JWS; either may be empty, not both.
    """

    json_bytes: bytes
    jwt: bytes
    unsecured: bytes
    method_id: str


def find_own_fault(output: OwnOutput, public_key: PublicKey) -> str:
    """Verify every form with the public key alone, and compare it with the plan; return what is wrong, or nothing.

    The canonical form is made by the way that made no part of these bytes in bulk: a fault of `BulkSigner`, like a
    wrong key or a bit that fell over while signing, gives a signature that does not verify here.
    """
    try:
        documents = _verify_all(output, public_key)
        expected = read_json_object(output.unsecured)
    except BadgeError as error:
        return error.code
    if not documents:
        return "nothing was signed"
    for verified in documents:
        if verified.verification_method != output.method_id:
            return "names another key"
        if {name: value for name, value in verified.document.items() if name != "proof"} != expected:
            return "is not what was planned"
    # All say the same but for the proof, which the last one has in it when there are two.
    violations = validate(documents[-1].document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    return f"breaks the schema at {violations[0].pointer}" if violations else ""


def _verify_all(output: OwnOutput, public_key: PublicKey) -> list[VerifiedDocument]:
    verified = []
    if output.json_bytes:
        document = read_json_object(output.json_bytes)
        (proof,) = list_proofs(document)
        verified.append(verify_data_integrity_proof(document, proof, public_key=public_key, original=output.json_bytes))
    if output.jwt:
        verified.append(verify_vc_jwt(read_vc_jwt(output.jwt), public_key=public_key))
    return verified
