"""The text of the only member of a request, as it was sent."""

from __future__ import annotations

import json

import pytest

from schemas import read_json_object
from skillmark.web.vc_api_exchange import find_only_member

TEXTS = (
    b'{"a":{"b":1}}',
    b'\n { "a" :\t{"b" : [1, {"c": "}"}] } \r\n} \n',
    b'{"a":{}}',
    b'{"a":{"a":{"a":{}}}}',
    '{"a":{"b":"\u00e9\\u00e9}"}}'.encode(),
    b'{"a":{"b":"\\"}"}}',
)
OTHERS = (
    b'{"a":{"b":1},"c":2}',
    b'{"c":2,"a":{"b":1}}',
    b'{"\\u0061":{"b":1}}',
    b'{"a":[1]}',
    b'{"a":"{"}',
    b'{"b":{}}',
    b"{}",
)


@pytest.mark.parametrize("data", TEXTS)
def test_found(data: bytes) -> None:
    """It is the whole member and nothing else."""
    found = find_only_member(read_json_object(data), data, "a")
    assert found is not None
    assert json.loads(found) == json.loads(data)["a"]


@pytest.mark.parametrize("data", OTHERS)
def test_left_to_the_reader(data: bytes) -> None:
    """Where it is not certain what the text of the member is, none is given."""
    assert find_only_member(read_json_object(data), data, "a") is None
