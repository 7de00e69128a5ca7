"""The sandbox gives back what the child made, and stops what the child may not do."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from credentials import ChildBugError, ChildLimits, run_limited
from credentials.sandbox import MAX_CHILDREN
from schemas import BadgeError, CannotCheckError, DecodingError, RosterError
from tests.doubles.taken_children import all_children_taken

if TYPE_CHECKING:
    from pathlib import Path

_TARGETS = "tests.unit.credentials.sandbox_targets"
_LIMIT_CODE = "request.resource_limit"
_TIGHT = ChildLimits(memory_bytes=128 * 1024 * 1024, cpu_seconds=1, wall_seconds=60.0, max_output_bytes=10_000)


def _run(function: str, payload: bytes = b"") -> bytes:
    return run_limited(f"{_TARGETS}:{function}", payload, code=_LIMIT_CODE, limits=_TIGHT)


def test_result_travels_back_unchanged() -> None:
    """Every byte value survives the way there and back."""
    payload = bytes(range(256)) * 30
    assert _run("echo", payload) == payload


def test_large_payload_is_taken() -> None:
    """A payload beyond any pipe buffer does not block."""
    large = bytes(3_000_000)
    limits = ChildLimits(max_output_bytes=4_000_000)
    assert run_limited(f"{_TARGETS}:echo", large, code=_LIMIT_CODE, limits=limits) == large


def test_badge_error_keeps_class_code_pointer_and_detail() -> None:
    """An error of ours that is raised in the child is raised here with everything it said."""
    with pytest.raises(DecodingError) as caught:
        _run("refuse", b"12345")
    error = caught.value
    assert (type(error), error.code, error.pointer) == (DecodingError, "decoding.image_malformed", "/a/b")
    assert (error.message, dict(error.detail)) == ("seen in the child", {"size": 5})


def test_error_with_own_constructor_keeps_its_fields() -> None:
    """A RosterError comes back with row and column."""
    with pytest.raises(RosterError) as caught:
        _run("refuse_row", b"unclosed quote")
    assert (caught.value.row, caught.value.column, caught.value.code) == (7, "Email", "roster.malformed")


def test_bug_in_the_child_is_no_verdict() -> None:
    """Any other exception is ours to mend: not a BadgeError, and it does not quote the payload."""
    with pytest.raises(ChildBugError) as caught:
        _run("raise_bug", b"someone@example.org")
    assert not isinstance(caught.value, BadgeError)
    assert "KeyError at sandbox_targets.py" in str(caught.value)
    assert "someone" not in str(caught.value)


@pytest.mark.parametrize("function", ["eat_memory", "burn_cpu", "crash", "recurse"])
def test_limit_gives_the_callers_code_in_time(function: str) -> None:
    """Memory, CPU, segmentation fault and endless recursion give the caller's code before the clock ends the child."""
    start = time.monotonic()
    with pytest.raises(DecodingError) as caught:
        _run(function)
    assert caught.value.code == _LIMIT_CODE
    assert time.monotonic() - start < _TIGHT.wall_seconds


def test_child_that_only_waits_is_ended() -> None:
    """It costs no CPU and would come back in a minute; the clock ends it with the caller's code."""
    with pytest.raises(DecodingError) as caught:
        run_limited(f"{_TARGETS}:sleep", b"", code=_LIMIT_CODE, limits=ChildLimits(wall_seconds=1.0))
    assert caught.value.code == _LIMIT_CODE


def test_output_at_the_limit_passes() -> None:
    """Exactly the allowed number of bytes may come back."""
    assert len(_run("write_much", b"10000")) == 10_000


def test_output_over_the_limit_is_refused() -> None:
    """One byte more is refused."""
    with pytest.raises(DecodingError, match="output"):
        _run("write_much", b"10001")


def test_caller_may_choose_the_error() -> None:
    """A roster reader gets its own class of error."""
    with pytest.raises(RosterError) as caught:
        run_limited(f"{_TARGETS}:eat_memory", b"", code="roster.workbook_limit", limits=_TIGHT, error=RosterError)
    assert caught.value.code == "roster.workbook_limit"


def test_noise_on_standard_output_is_not_the_answer() -> None:
    """What a library prints is dropped."""
    assert _run("print_much", b"answer") == b"answer"


def test_child_cannot_write_a_file() -> None:
    """The file size limit is zero."""
    assert _run("write_file", b"x") == b"refused"


def test_child_has_no_environment_and_few_files() -> None:
    """Nothing of the parent's environment is there, nor its open files, nor our web or database libraries."""
    facts = json.loads(_run("look_around"))
    assert set(facts["environment"]) <= {"LC_CTYPE"}  # Python sets this one itself
    assert facts["folder"] == "/"
    assert facts["files"] < 10
    assert not {"flask", "sqlalchemy", "fpdf", "pyld"} & set(facts["modules"])


def test_many_threads_at_once() -> None:
    """Calls from threads of one server do not mix their answers."""
    payloads = [str(number).encode() * 1000 for number in range(12)]
    with ThreadPoolExecutor(max_workers=MAX_CHILDREN) as pool:
        assert list(pool.map(lambda payload: _run("echo", payload)[:10_000], payloads)) == payloads


def test_child_out_of_control_cannot_flood_us() -> None:
    """What is written past the protocol stops at the limit."""
    with pytest.raises(DecodingError) as caught:
        _run("flood")
    assert caught.value.code == _LIMIT_CODE


def test_no_more_children_than_allowed(tmp_path: Path) -> None:
    """A call without a place is turned away before any child has ended, and what it brought is not called bad."""
    with all_children_taken(tmp_path), pytest.raises(CannotCheckError) as caught:
        run_limited(f"{_TARGETS}:echo", b"", code=_LIMIT_CODE, limits=ChildLimits(turn_seconds=0.1))
    assert caught.value.code == "request.busy"
