"""Numbers in canonical JSON are spelled as ECMAScript spells them, so that a signature over them is everybody's."""

from __future__ import annotations

import pytest

from schemas import encode_canonical_json


# Expected spellings: RFC 8785 appendix B and §3.2.2.3 (ECMAScript's Number to String), 1e21 is where exponents begin.
@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (1e16, b"10000000000000000"),
        (1e20, b"100000000000000000000"),
        (1e21, b"1e+21"),
        (-1e18, b"-1000000000000000000"),
        (295147905179352830000.0, b"295147905179352830000"),
        (1e23, b"1e+23"),
        (1e-6, b"0.000001"),
        (1e-7, b"1e-7"),
        (4.5, b"4.5"),
        (2e-3, b"0.002"),
    ],
)
def test_number_is_spelled_as_ecmascript_does(number: float, spelled: bytes) -> None:
    """No faster writer changes how large and small numbers are spelled."""
    assert encode_canonical_json({"a": number, "b": [number]}) == b'{"a":%b,"b":[%b]}' % (spelled, spelled)
