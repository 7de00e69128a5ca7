"""Our own transcription of the Open Badges schemas, never a remote one: does a document fit, and if not, why?

`schema_decision` says whether it fits. `schema_explanation`, some hundred times slower and loaded only then, says why
it does not.
"""

from __future__ import annotations

import enum
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from schemas.formats import FORMATS
from schemas.violations import UNEXPLAINED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.json_types import JsonObject, JsonValue
    from schemas.schema_decision import SchemaDecider
    from schemas.schema_explanation import SchemaExplainer
    from schemas.violations import Violation

_ID_PREFIX: Final = "urn:skillmark:schema:"


class SchemaName(enum.Enum):
    """A schema and the form it asks for.

    The plain forms want an array wherever the model says `0..*` or `1..*`, except where OB 3.0 §7 allows the compacted
    form (`type`, `proof`, `credentialSchema`, `termsOfUse`). The `COMPACTED` forms allow one value without its array
    everywhere, as JSON-LD compaction writes it.
    """

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    ACHIEVEMENT_CREDENTIAL = "achievement_credential"
    ACHIEVEMENT_CREDENTIAL_COMPACTED = "achievement_credential compacted"
    ANY_ACHIEVEMENT_CREDENTIAL = "any_achievement_credential"
    ANY_ACHIEVEMENT_CREDENTIAL_COMPACTED = "any_achievement_credential compacted"
    ANY_ENDORSEMENT_CREDENTIAL = "any_endorsement_credential"
    ANY_ENDORSEMENT_CREDENTIAL_COMPACTED = "any_endorsement_credential compacted"
    CLR_CREDENTIAL = "clr_credential"
    CLR_CREDENTIAL_COMPACTED = "clr_credential compacted"
    ENDORSEMENT_CREDENTIAL = "endorsement_credential"
    ENDORSEMENT_CREDENTIAL_COMPACTED = "endorsement_credential compacted"
    PROFILE = "profile"
    PROFILE_COMPACTED = "profile compacted"


def _allow_single_values(schema: JsonValue) -> JsonValue:
    """Let one value stand without its array in every property that is a plain array."""
    if isinstance(schema, list):
        return [_allow_single_values(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner: JsonObject = {name: _allow_single_values(part) for name, part in schema.items()}
    properties = inner.get("properties")
    if isinstance(properties, dict):
        inner["properties"] = {name: _single_or_array(part) for name, part in properties.items()}
    return inner


def _single_or_array(schema: JsonValue) -> JsonValue:
    if not isinstance(schema, dict) or schema.get("type") != "array":
        return schema
    is_plain = isinstance(schema.get("items"), dict) and "contains" not in schema and "allOf" not in schema
    return {"if": {"type": "array"}, "then": schema, "else": schema["items"]} if is_plain else schema


@lru_cache(maxsize=2)
def _load_schemas(form: str) -> Mapping[str, JsonObject]:
    folder = Path(__file__).with_name("json")
    found = {}
    for file in folder.iterdir():
        if file.name.endswith(".schema.json"):
            schema = json.loads(file.read_text("utf-8"))
            found[schema["$id"]] = _allow_single_values(schema) if form == "compacted" else schema
    return cast("Mapping[str, JsonObject]", found)


@lru_cache(maxsize=len(SchemaName))
def _load_decider(schema: SchemaName) -> SchemaDecider:
    from schemas.schema_decision import SchemaDecider  # noqa: PLC0415 - most commands decide nothing

    name, _, form = schema.value.partition(" ")
    schemas = _load_schemas(form)
    return SchemaDecider(schemas[_ID_PREFIX + name], schemas=schemas, formats=FORMATS)


@lru_cache(maxsize=len(SchemaName))
def _load_explainer(schema: SchemaName) -> SchemaExplainer:
    # jsonschema takes a tenth of a second to load, and a badge that fits never needs it.
    from schemas.schema_explanation import SchemaExplainer  # noqa: PLC0415

    name, _, form = schema.value.partition(" ")
    schemas = _load_schemas(form)
    return SchemaExplainer(schemas[_ID_PREFIX + name], schemas=schemas)


def validate(document: JsonObject, schema: SchemaName) -> tuple[Violation, ...]:
    """Compare a document with a schema; empty when it fits.

    Spec: OB 3.0 §8.3 step 1, App. B; JSON Schema 2019-09 with `format` asserted.

    Args:
        document: Left unchanged. `credentialSchema` in it is not followed.
        schema: Which schema, in which form.

    Returns:
        At most `MAX_VIOLATIONS` violations, in document order of the schema.

    Raises:
        ConfigurationError: A format checker is missing (`schema.format_checker_incomplete`).
    """
    if fits(document, schema):
        return ()
    return explain(document, schema) or (UNEXPLAINED,)


def fits(document: JsonObject, schema: SchemaName) -> bool:
    """Whether a document fits a schema, as `validate` without the reasons."""
    return _load_decider(schema).is_accepted(document)


def explain(document: JsonObject, schema: SchemaName) -> tuple[Violation, ...]:
    """Return what jsonschema finds; as `validate`, slowly."""
    return _load_explainer(schema).list_violations(document)
