"""YAML of plain data."""

from __future__ import annotations

import pytest

from schemas import YamlError, read_yaml


def test_plain_data_is_read() -> None:
    """Mappings, lists, numbers, truth values and text are read; a date stays text."""
    text = "name: CMM\nhours: 2.5\nlevels: [Basic, Skilled]\ncounted: true\non: 2026-11-22\nnothing: null\n"
    assert read_yaml(text.replace("on:", "day:")) == {
        "name": "CMM",
        "hours": 2.5,
        "levels": ["Basic", "Skilled"],
        "counted": True,
        "day": "2026-11-22",
        "nothing": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: {b: 1, b: 2}\n",
        "1: one\n",
        "a: &x 1\nb: *x\n",
        "a: !!python/object/apply:os.system [ls]\n",
        "a: [1\n",
        "\ta: 1\n",
        "a: 1\n---\nb: 2\n",
        "[" * 5000,
        "a: \x00\n",
    ],
    ids=[
        "key twice",
        "inner key twice",
        "key is a number",
        "anchor",
        "tag",
        "unclosed",
        "tab",
        "two documents",
        "deep",
        "control character",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """What plain data does not need is refused in one way."""
    with pytest.raises(YamlError):
        read_yaml(text)
