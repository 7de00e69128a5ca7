"""Step 3: the JSON Schema of the credential, from our own copies only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import OB_SCHEMA_TYPE, DataModelError, SchemaName, fits, validate
from verifier.data_model_check import CredentialKind
from verifier.members import is_vc_1_1, iterate_objects, read_text
from verifier.report import CheckName
from verifier.steps import compose_passed

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue
    from verifier.report import Check

# A report names this many violations; more help nobody.
MAX_SHOWN_VIOLATIONS = 20
# A badge that fits only in the short form that JSON-LD compaction writes passes, with a note.
_COMPACTED = {
    SchemaName.ACHIEVEMENT_CREDENTIAL: SchemaName.ACHIEVEMENT_CREDENTIAL_COMPACTED,
    SchemaName.ANY_ACHIEVEMENT_CREDENTIAL: SchemaName.ANY_ACHIEVEMENT_CREDENTIAL_COMPACTED,
    SchemaName.CLR_CREDENTIAL: SchemaName.CLR_CREDENTIAL_COMPACTED,
    SchemaName.ANY_ENDORSEMENT_CREDENTIAL: SchemaName.ANY_ENDORSEMENT_CREDENTIAL_COMPACTED,
}
_OB_SCHEMAS = ("https://purl.imsglobal.org/spec/ob/v3p0/schema/", "https://purl.imsglobal.org/spec/clr/v2p0/schema/")


def check_schema(document: JsonObject, *, kind: CredentialKind) -> Check:
    """Validate against the Open Badges schema that fits the version; a schema that the badge names is never fetched.

    Spec: OB 3.0 §8.1 step 1, App. B (JSON Schemas).

    Raises:
        DataModelError: `schema.violation`; `detail.violations` lists pointer, keyword and sentence.
    """
    if kind is CredentialKind.ENDORSEMENT:
        name = SchemaName.ANY_ENDORSEMENT_CREDENTIAL
    elif kind is CredentialKind.LEARNER_RECORD:
        name = SchemaName.CLR_CREDENTIAL
    elif is_vc_1_1(document):
        name = SchemaName.ANY_ACHIEVEMENT_CREDENTIAL
    else:
        name = SchemaName.ACHIEVEMENT_CREDENTIAL
    is_plain = fits(document, name)
    is_compacted = not is_plain and fits(document, _COMPACTED[name])
    if not is_plain and not is_compacted:
        violations = validate(document, name)
        shown: list[JsonValue] = [
            {"pointer": one.pointer, "keyword": one.keyword, "sentence": one.sentence}
            for one in violations[:MAX_SHOWN_VIOLATIONS]
        ]
        raise DataModelError(
            "schema.violation",
            pointer=violations[0].pointer,
            detail={"schema": name.value, "violations": shown, "count": len(violations)},
        )
    detail: JsonObject = {"schema": name.value}
    notes: tuple[str, ...] = ("schema.compacted",) if is_compacted else ()
    if foreign := list_foreign_schemas(document):
        detail["notFollowed"] = foreign
        notes += ("schema.other_schema_not_followed",)
    return compose_passed(CheckName.SCHEMA, detail, notes=notes)


def list_foreign_schemas(document: JsonObject) -> list[JsonValue]:
    """Return the addresses of the schemas that a badge names and that are not those of Open Badges."""
    if "credentialSchema" not in document:
        return []
    named = (
        read_text(entry.get("id"))
        for entry in iterate_objects(document.get("credentialSchema"))
        if entry.get("type") == OB_SCHEMA_TYPE
    )
    return [address for address in named if not address.startswith(_OB_SCHEMAS)]
