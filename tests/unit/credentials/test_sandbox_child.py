"""The child's own parts, called without a child."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from credentials.sandbox_child import _describe_error, _LazyFacade
from schemas import DecodingError, RosterError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _LazyFacade:
    """A package whose façade names two modules, one of which cannot be imported."""
    folder = tmp_path / "lazy_example"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from lazy_example.good import ANSWER\nfrom lazy_example.broken import NOTHING\n"
    )
    (folder / "good.py").write_text("ANSWER = 42\n")
    (folder / "broken.py").write_text("raise RuntimeError('was loaded')\n")
    facade = _LazyFacade("lazy_example", [str(folder)])
    for name in ("lazy_example", "lazy_example.good", "lazy_example.broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "lazy_example", facade)
    return facade


def test_name_loads_only_its_own_module(package: _LazyFacade) -> None:
    """The broken neighbour is not touched, and the name is kept for the next time."""
    assert package.ANSWER == 42
    assert "ANSWER" in vars(package)


def test_name_of_a_broken_module_fails_when_asked_for(package: _LazyFacade) -> None:
    """Nothing hides the error of a module that is needed."""
    with pytest.raises(RuntimeError, match="was loaded"):
        assert package.NOTHING


def test_unknown_name_is_an_attribute_error(package: _LazyFacade) -> None:
    """`hasattr` and `from … import` behave as with any module."""
    assert not hasattr(package, "MISSING")
    assert not hasattr(package, "__wrapped__")


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
