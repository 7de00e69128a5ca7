"""The text of the only member of a request, as it was sent."""

from __future__ import annotations

import json

import pytest

from schemas import DecodingError, read_json_object
from skillmark.web.vc_api_exchange import find_only_member

TEXTS = (
    b'{"a":{"b":1}}',
    b'\n { "a" :\t{"b" : [1, {"c": "}"}] } \r\n} \n',
    b'{"a":{"a":{"a":{}}}}',
    '{"a":{"b":"\u00e9\\u00e9}"}}'.encode(),
    b'{"a":{"b":"\\"}"}}',
)
OTHERS = (
    *(b'{"\\u0061":{"b":1}}', b'{"a":[1]}', b'{"a":"{"}', b'{"b":{}}', b"{}", b'{"a":{}}', b""),
    *(b'{"c":2,"a":{"b":1}}', b'[{"a":{"b":1}}]', b'\xef\xbb\xbf{"a":{"b":1}}', b'\x0b{"a":{"b":1}}'),
)
# What is found in these is no JSON object, so that its reader says so.
NO_MEMBERS = (
    b'{"a":{"b":1}',
    *(b'{"a":{"b":1},"c":2}', b'{"a":{"b":1}}}', b'{"a":{"b":1}}{"a":{"b":1}}', b'{"a":{"b":1}x}', b'{"a":{"b":1},}'),
    *(b'{"a":{"b":1},"a":{"b":2}}', b'{"a":{"b":"}', b'{"a":{"b":1}\x0b}', b'{"a":{"b":1},{"c":1}}'),
)


@pytest.mark.parametrize("data", TEXTS)
def test_found(data: bytes) -> None:
    """It is the whole member and nothing else."""
    found = find_only_member(data, "a")
    assert found is not None
    assert json.loads(found) == json.loads(data)["a"]


@pytest.mark.parametrize("data", OTHERS)
def test_left_to_the_reader(data: bytes) -> None:
    """Where it is not certain what the text of the member is, none is given."""
    assert find_only_member(data, "a") is None


@pytest.mark.parametrize("data", NO_MEMBERS)
def test_found_is_no_object(data: bytes) -> None:
    """Where there is more than the member, what is found cannot be read as one."""
    found = find_only_member(data, "a")
    with pytest.raises(DecodingError):
        read_json_object(found or b"")
