"""The one door to PyYAML; see `yaml_files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import yaml

from schemas.yaml_files import YamlError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from schemas.json_types import JsonValue


# libyaml reads ten times as fast; the pure reader gives the same result where it is missing.
if TYPE_CHECKING:
    _SafeLoader = yaml.SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_SafeLoader):
    """Safe loader that refuses a key named twice and keeps dates as text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:  # noqa: FBT001, FBT002 - signature of the library
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is not text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# A date in a course file is a string to us: `read_datetime` and `read_date` judge it.
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_plain_yaml(text: str) -> JsonValue:
    """Return what `read_yaml` returns, or raise what it raises."""
    try:
        for token in yaml.scan(text, Loader=_SafeLoader):
            if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
                line = token.start_mark.line + 1
                raise YamlError(f"line {line}: anchors and aliases are not used here", line=line)
        return cast("JsonValue", yaml.load(text, Loader=_StrictLoader))  # noqa: S506 - derives from SafeLoader
    except yaml.YAMLError as error:
        # Of quotation marks that are not closed, or a line without colon, the beginning is told.
        name = "context_mark" if any(what in str(error) for what in ("quoted scalar", "simple key")) else "problem_mark"
        mark = getattr(error, name, None)
        raise YamlError(str(error), line=mark.line + 1 if mark is not None else 0) from error
    except RecursionError as error:
        raise YamlError("nested too deeply") from error
