"""Packages of ours whose `__init__` is read, not run, so that a process loads only what it uses.

Runs as a plain file too: `python -P lazy_facades.py package.module:function` calls that function in such a process. It
imports nothing but the standard library itself.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import sys
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec

# A façade holds imports without other names, and `__all__`; `ast` would take ten times as long to read it.
_IMPORT = re.compile(r"^from (\S+) import (?:\(([^)]*)\)|([^(\n]+))", re.MULTILINE)
_COMMENT = re.compile(r"#.*")
FACADES = ("schemas", "keys", "storage", "credentials", "issuer", "verifier")


class LazyFacade(ModuleType):
    """One package: a name in it loads the module that defines it when it is asked for the first time."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        assert spec.origin is not None
        self.__spec__ = spec
        self.__file__ = spec.origin
        self.__path__ = list(spec.submodule_search_locations or ())

    def __setattr__(self, name: str, value: object) -> None:
        # A module that is imported is put here under its name, which may also be that of a function in it.
        if not (isinstance(value, ModuleType) and name in self._sources):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        if name.startswith("_") or name not in self._sources:
            raise AttributeError(name)
        value = getattr(importlib.import_module(self._sources[name]), name)
        setattr(self, name, value)
        return value

    @cached_property
    def _sources(self) -> dict[str, str]:
        """The module of each name."""
        assert self.__file__ is not None
        with open(self.__file__, encoding="utf-8") as stream:  # noqa: PTH123 - pathlib costs start-up time
            statements = _IMPORT.findall(_COMMENT.sub("", stream.read()))
        return {name.strip(): module for module, *names in statements for name in "".join(names).split(",")}


def install_lazy_facades() -> None:
    """Put lazy façades in the place of those packages that are not loaded yet. They stay for the whole process."""
    for package in FACADES:
        spec = importlib.util.find_spec(package) if package not in sys.modules else None
        if spec is not None and spec.origin is not None and spec.submodule_search_locations:
            sys.modules[package] = LazyFacade(spec)


def find_function(target: str) -> Callable[..., Any]:
    """Return a function of ours, after `install_lazy_facades`.

    Args:
        target: `package.module:function`.
    """
    install_lazy_facades()
    module_name, function_name = target.split(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module_name), function_name)
    return function


def compose_light_command(target: str) -> list[str]:
    """Return the command that calls a function of ours in a process of its own, which then ends.

    Args:
        target: `package.module:function`, a constant of the caller; the function takes nothing.
    """
    # Nothing is imported from the working folder (-P): it may be the one that strangers' files lie in.
    return [sys.executable, "-P", os.path.abspath(__file__), target]  # noqa: PTH100 - pathlib costs start-up time


if __name__ == "__main__":
    find_function(sys.argv[1])()
