"""The one door to jsonschema-rs: says within microseconds whether a document fits; `validation` says why not.

Whatever is accepted here, jsonschema accepts too (the tests compare both on every sample and on their mutations). What
is not accepted here goes to jsonschema, whose findings count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jsonschema_rs import Draft201909, Draft201909Validator, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.json_types import JsonObject, JsonValue

# What nobody has to call a function for: texts of which the format is plain to see. Each is narrower than its format.
_PLAINLY: Final = {
    "uri": (
        r"^(https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?|(did|urn):[A-Za-z0-9._~!$&'()*+,;=:@-]+)"
        r"(\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?(#[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?$"
    ),
    "email": r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$",
    "date-time": (
        r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z$"
    ),
}


def _spare_calls(schema: JsonValue) -> JsonValue:
    """Put a pattern before each format that needs a call into Python."""
    if isinstance(schema, list):
        return [_spare_calls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner: JsonObject = {name: _spare_calls(part) for name, part in schema.items()}
    name = inner.get("format")
    if isinstance(name, str) and name in _PLAINLY:
        del inner["format"]
        others = inner.get("allOf")
        either: JsonObject = {"anyOf": [{"pattern": _PLAINLY[name]}, {"format": name}]}
        inner["allOf"] = [*(others if isinstance(others, list) else []), either]
    return inner


class SchemaDecider:
    """One schema, compiled.

    Args:
        schema: The schema itself.
        schemas: Every schema that it may refer to, by its `$id`; nothing else can be reached.
        formats: A function for each format, which says whether a text has it.
    """

    def __init__(
        self, schema: JsonObject, *, schemas: Mapping[str, JsonObject], formats: Mapping[str, Callable[[str], bool]]
    ) -> None:
        registry = Registry([(name, _spare_calls(one)) for name, one in schemas.items()], draft=Draft201909)
        spared = _spare_calls(schema)
        assert isinstance(spared, dict), "an object stays one"
        self._validator = Draft201909Validator(
            spared,
            registry=registry,
            formats=dict(formats),
            validate_formats=True,
            ignore_unknown_formats=False,
            offline=True,
        )

    def is_accepted(self, value: JsonValue) -> bool:
        """Whether `value` fits for certain. False also for what cannot be told here, such as half a surrogate pair."""
        try:
            return self._validator.is_valid(value)
        except (ValueError, TypeError, OverflowError):
            return False
