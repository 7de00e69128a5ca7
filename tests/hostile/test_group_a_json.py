"""Bytes and JSON made to be read in two ways, or to exhaust the reader (security §6 A, T-64)."""

from __future__ import annotations

import json

import pytest

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, DecodingError, read_json_object
from tests.doubles.cost import within_cost

GOOD = json.dumps(
    {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": {"id": "https://example.edu/issuer", "type": ["Profile"], "name": "Example Works College"},
        "validFrom": "2026-11-22T09:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": "did:key:z6MkHolder",
            "achievement": {"id": "urn:x:1", "type": ["Achievement"], "name": "CMM", "creditsAvailable": 2.5},
        },
    }
).encode()

# security §6 A by its numbers; 5,000 digits, 200,000 brackets and 10 million objects as they stand there.
GROUP_A = {
    "1 second issuer": (GOOD[:-1] + b',"issuer":"did:key:z6MkOther"}', "decoding.duplicate_key"),
    "1 second member inside": (GOOD.replace(b'"name":', b'"id":"x","name":'), "decoding.duplicate_key"),
    "1 second member escaped": (GOOD[:-1] + b',"\\u0069ssuer":1}', "decoding.duplicate_key"),
    "4 NaN": (b'{"x":NaN}', "decoding.number_out_of_range"),
    "4 Infinity": (b'{"x":-Infinity}', "decoding.number_out_of_range"),
    "5 1e999": (GOOD.replace(b"2.5", b"1e999"), "decoding.number_out_of_range"),
    "5 -1e999": (GOOD.replace(b"2.5", b"-1e999"), "decoding.number_out_of_range"),
    "5 1e-999": (GOOD.replace(b"2.5", b"1e-999"), "decoding.number_out_of_range"),
    "6 integer of 5,000 digits": (GOOD.replace(b"2.5", b"9" * 5000), "decoding.number_out_of_range"),
    "7 lone high surrogate": (GOOD.replace(b"Example", b"\\ud800"), "decoding.lone_surrogate"),
    "7 lone low surrogate": (GOOD.replace(b"Example", b"\\uDC00x"), "decoding.lone_surrogate"),
    "7 surrogate in a name": (b'{"\\ud83d":1}', "decoding.lone_surrogate"),
    "8 200,000 brackets": (b"[" * 200_000, "decoding.too_deep"),
    "8 200,000 braces": (b'{"a":' * 40_000, "decoding.too_deep"),
    "8 brackets behind a long string": (b'["' + b"\\\\" * 60_000 + b'",' + b"[" * 65, "decoding.too_deep"),
    "10 invalid UTF-8": (GOOD.replace(b"Example", b"Ex\xffmple"), "decoding.not_utf8"),
    "10 overlong UTF-8": (GOOD.replace(b"Example", b"\xc0\xaf"), "decoding.not_utf8"),
    "10 surrogate in UTF-8": (GOOD.replace(b"Example", b"\xed\xa0\x80"), "decoding.not_utf8"),
    "12 UTF-16 little endian": (b"\xff\xfe" + GOOD.decode().encode("utf-16-le"), "decoding.not_utf8"),
    "12 UTF-16 big endian": (b"\xfe\xff" + GOOD.decode().encode("utf-16-be"), "decoding.not_utf8"),
    "13 UTF-8 byte order mark": (b"\xef\xbb\xbf" + GOOD, "decoding.bom"),
    "14 garbage behind": (GOOD + b"garbage", "decoding.trailing_data"),
    "14 second document behind": (GOOD + b"\n" + GOOD, "decoding.trailing_data"),
    "14 NUL behind": (GOOD + b"\0", "decoding.trailing_data"),
    "15 257 KiB of spaces": (GOOD.ljust(257 * 1024), "decoding.too_large"),
    "16 10 million objects": (b"[" + b"{}," * 10_000_000 + b"{}]", "decoding.too_large"),
    "17 single quotes": (b"{'id':'a'}", "decoding.not_json"),
    "17 comment": (b'{/* x */"id":"a"}', "decoding.not_json"),
    "17 trailing comma": (b'{"id":"a",}', "decoding.not_json"),
    "17 bare name": (b'{id:"a"}', "decoding.not_json"),
    "17 hexadecimal": (b'{"id":0x1}', "decoding.not_json"),
    "17 leading zero": (b'{"id":01}', "decoding.not_json"),
    "17 raw line end in a string": (b'{"id":"a\nb"}', "decoding.not_json"),
    "17 non-breaking space": ("\u00a0{}".encode(), "decoding.not_json"),
    "17 nothing": (b"", "decoding.not_json"),
}


def _code_of(data: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        read_json_object(data)
    return caught.value.code


def test_base_document_is_good() -> None:
    """What the attacks are made of is read without complaint."""
    assert read_json_object(GOOD)["validFrom"] == "2026-11-22T09:00:00Z"


@pytest.mark.parametrize(("data", "code"), GROUP_A.values(), ids=GROUP_A.keys())
def test_input_gives_its_code(data: bytes, code: str) -> None:
    """Each input is refused with its code."""
    assert _code_of(data) == code


MAX_COST = 10.0  # yardsticks
COSTLY = {
    "brackets": b"[" * 262_144,
    "objects": b"[" + b"{}," * 87_000 + b"{}]x",
    "quotes": b'"' * 262_144,
    "escaped quotes": b'"' + b'\\"' * 131_000,
    "members": b"{" + b",".join(b'"%d":1' % number for number in range(24_000)) + b',"z":1,"z":1}',
    "same member": b"{" + b'"":1,' * 52_000 + b'"":1}',
    "floats": b"[" + b"1.5," * 65_000 + b"1e999]",
    "long float": b"[" + b"1" * 250_000 + b".5]",
    "long exponent": b"[1e" + b"9" * 250_000 + b"]",
    "integers": b"[" + b"1," * 131_000 + b"x",
    "strings": b"[" + b'"",' * 87_000 + b"x",
    "surrogates": b'["' + b"\\ud83d\\ude00" * 20_000 + b'\\ud800"]',
    "closing brackets": b"[" + b"],[" * 80_000,
}


@pytest.mark.parametrize("data", COSTLY.values(), ids=COSTLY.keys())
def test_refusal_costs_little(data: bytes) -> None:
    """The costliest inputs of full length are refused at little cost."""
    assert len(data) <= 256 * 1024
    within_cost(MAX_COST, lambda: _code_of(data))


def test_names_that_mean_something_elsewhere_are_plain_names() -> None:
    """19: `__proto__` and `constructor` are read as any member; the data model refuses them as undefined."""
    read = read_json_object(b'{"__proto__":{"admin":true},"constructor":1}')
    assert list(read) == ["__proto__", "constructor"]
