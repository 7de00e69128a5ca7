"""The child's own parts, called without a child."""

from __future__ import annotations

import pytest

from credentials.sandbox_child import _describe_error
from schemas import DecodingError, RosterError


def test_error_of_ours_is_described_in_full() -> None:
    """Class, code, pointer, detail and its own fields travel."""
    kind, facts = _describe_error(RosterError("roster.malformed", "m", row=3, column="Name"))
    assert (kind, facts["class"], facts["code"]) == (b"E", "RosterError", "roster.malformed")
    assert facts["extra"] == {"row": 3, "column": "Name"}
    assert _describe_error(DecodingError("decoding.not_json", pointer="/a"))[1]["pointer"] == "/a"


@pytest.mark.parametrize(("error", "limit"), [(MemoryError(), "memory"), (RecursionError(), "depth")])
def test_exhaustion_is_a_limit(error: Exception, limit: str) -> None:
    """No memory and no stack left are limits, not bugs."""
    assert _describe_error(error) == (b"L", {"limit": limit})


def test_other_error_tells_type_and_place_only() -> None:
    """The message, which may quote a stranger's data, stays behind."""
    with pytest.raises(KeyError) as caught:
        dict[str, str]()["someone@example.org"]
    kind, facts = _describe_error(caught.value)
    assert (kind, facts["type"]) == (b"X", "KeyError")
    assert facts["where"].startswith("test_sandbox_child.py:")
    assert "someone" not in str(facts)
