"""Reading YAML: plain data only, duplicate keys refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.json_types import JsonValue


class YamlError(ValueError):
    """The text is not plain YAML; the message says where, `line` is counted from 1, 0 when it is not known."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_yaml(text: str) -> JsonValue:
    """Read one YAML document of plain data.

    Raises:
        YamlError: Not YAML, a key stands twice or is not text, or an alias, anchor or tag is used.
    """
    from schemas.yaml_reading import load_plain_yaml  # noqa: PLC0415 - a process that only verifies reads none

    return load_plain_yaml(text)
