"""Packages that load only what is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from schemas.lazy_facades import FACADES, LazyFacade, compose_light_command
from tests.architecture.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LazyFacade:
    """A package whose façade names two modules, one of which cannot be imported."""
    folder = tmp_path / "lazy_example"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from lazy_example.good import ANSWER\nfrom lazy_example.broken import NOTHING\n"
    )
    (folder / "good.py").write_text("ANSWER = 42\n")
    (folder / "broken.py").write_text("raise RuntimeError('was loaded')\n")
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.find_spec("lazy_example")
    assert spec is not None
    facade = LazyFacade(spec)
    for name in ("lazy_example", "lazy_example.good", "lazy_example.broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "lazy_example", facade)
    return facade


def test_name_loads_only_its_own_module(package: LazyFacade) -> None:
    """The broken neighbour is not touched, and the name is kept for the next time."""
    assert package.ANSWER == 42
    assert "ANSWER" in vars(package)


def test_name_of_a_broken_module_fails_when_asked_for(package: LazyFacade) -> None:
    """Nothing hides the error of a module that is needed."""
    with pytest.raises(RuntimeError, match="was loaded"):
        assert package.NOTHING


def test_unknown_name_is_an_attribute_error(package: LazyFacade) -> None:
    """`hasattr` and `from … import` behave as with any module."""
    assert not hasattr(package, "MISSING")
    assert not hasattr(package, "__wrapped__")


@pytest.mark.parametrize("package", FACADES)
def test_every_name_of_a_facade_is_the_same(package: str) -> None:
    """A name of one of our packages is the same thing, whether its `__init__` runs or is only read."""
    real = importlib.import_module(package)
    spec = importlib.util.find_spec(package)
    assert spec is not None
    lazy = LazyFacade(spec)
    assert [name for name in real.__all__ if getattr(lazy, name) is not getattr(real, name)] == []


@pytest.mark.parametrize(("package", "name"), [("keys", "did_key"), ("verifier", "verify_any")])
def test_function_named_as_its_module(package: str, name: str) -> None:
    """A function is found also after the module of the same name was imported, which puts itself into the package."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    lazy = LazyFacade(spec)
    module = importlib.import_module(f"{package}.{name}")
    setattr(lazy, name, module)  # as the import system does
    assert getattr(lazy, name) is getattr(module, name)


def test_function_runs_in_a_light_process() -> None:
    """A process started so runs the function that was named, and loads nothing that it does not use."""
    command = compose_light_command("credentials.status_entry:read_status_entry")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})
    assert "missing 1 required positional argument" in done.stderr
    assert "credentials/__init__.py" not in done.stderr
