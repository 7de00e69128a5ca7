"""JSON-LD contexts, pinned by their SHA-256 and never fetched.

The files and where they come from stand in `schemas/contexts/manifest.json`; `tools/vendor_contexts.py`
compares them with the packages they were taken from. The bytes are checked once, kept as bytes, and parsed
anew for each caller, so nobody can change what the next caller gets. What an installation pinned besides
(`pinned_contexts`) is asked after them and can stand in for none of them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from schemas.errors import ConfigurationError, UnknownContextError
from schemas.pinned_contexts import find_pinned

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from schemas.json_types import JsonObject

_PUBLISHED_BYTES = "original bytes"  # `form` of a copy that is byte for byte what stands under its address
_MAX_URL_CHARS = 200  # characters of an unknown address that an error repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class _PinnedContext:
    url: str
    variant: str
    file: str
    sha256: str
    form: str


class ContextLibrary:
    """The pinned contexts of one folder with its `manifest.json`.

    Of several copies published under one address the manifest names the newest first.
    """

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._checked: dict[str, bytes] = {}

    @cached_property
    def _pinned(self) -> dict[str, tuple[_PinnedContext, ...]]:
        manifest = json.loads(self._folder.joinpath("manifest.json").read_text("utf-8"))
        pinned: dict[str, tuple[_PinnedContext, ...]] = {}
        for entry in manifest["contexts"]:
            context = _PinnedContext(**{name: entry[name] for name in _PinnedContext.__slots__})
            pinned[context.url] = (*pinned.get(context.url, ()), context)
        return pinned

    def _find(self, url: str, variant: str) -> _PinnedContext:
        for context in self._pinned.get(url, ()):
            if variant in {"", context.variant, context.sha256}:
                return context
        raise UnknownContextError("data_model.context_unknown", detail={"context": url[:_MAX_URL_CHARS]})

    @property
    def urls(self) -> frozenset[str]:
        """Every pinned address."""
        return frozenset(self._pinned)

    def variants(self, url: str) -> tuple[str, ...]:
        """Return the names of the copies published under `url`, newest first; empty when it is not pinned."""
        return tuple(context.variant for context in self._pinned.get(url, ()))

    def sha256(self, url: str, *, variant: str = "") -> str:
        """Return the pinned SHA-256 in hexadecimal.

        Raises:
            UnknownContextError: `url` or its `variant` is not pinned (`data_model.context_unknown`).
        """
        return self._find(url, variant).sha256

    def digests(self, url: str, *, algorithm: str) -> frozenset[bytes]:
        """Return the digests of the published copies under `url`; empty when none is pinned byte for byte."""
        copies = [context for context in self._pinned.get(url, ()) if context.form == _PUBLISHED_BYTES]
        return frozenset(hashlib.new(algorithm, self._load_bytes(context)).digest() for context in copies)

    def load(self, url: str, *, variant: str = "") -> JsonObject:
        """Return a fresh copy of the context document, which the caller may change.

        Raises:
            UnknownContextError: `url` or its `variant` is not pinned (`data_model.context_unknown`).
            ConfigurationError: The file is missing or does not have its pinned hash (`schema.context_file_changed`).
        """
        context = self._find(url, variant)
        if context.sha256 not in self._checked:
            self._checked[context.sha256] = self._load_bytes(context)
        return cast("JsonObject", json.loads(self._checked[context.sha256]))

    def _load_bytes(self, context: _PinnedContext) -> bytes:
        try:
            data = self._folder.joinpath(context.file).read_bytes()
        except OSError as error:
            raise ConfigurationError("schema.context_file_changed", "missing", detail={"file": context.file}) from error
        if hashlib.sha256(data).hexdigest() != context.sha256:
            raise ConfigurationError("schema.context_file_changed", detail={"file": context.file})
        return data

    def check(self) -> None:
        """Read every pinned file and compare its hash.

        Raises:
            ConfigurationError: A file is missing or changed (`schema.context_file_changed`).
        """
        for contexts in self._pinned.values():
            for context in contexts:
                self._load_bytes(context)


_LIBRARY = ContextLibrary(Path(__file__).with_name("contexts"))

CONTEXT_URLS = _LIBRARY.urls


def load_context(url: str, *, variant: str = "") -> JsonObject:
    """Return a fresh copy of a pinned JSON-LD context; never touches the network.

    Spec: VC-DATA-INTEGRITY 1.0 §2.4.1 (validating contexts).

    Args:
        url: Address as it stands in `@context`, compared exactly.
        variant: Name or SHA-256 of a copy published under the address; empty for the newest.

    Raises:
        UnknownContextError: Not pinned (`data_model.context_unknown`), or pinned by this installation and changed since
            (`data_model.context_pin_unusable`).
        ConfigurationError: The pinned file was changed (`schema.context_file_changed`).
    """
    if url not in CONTEXT_URLS and not variant and (pinned := find_pinned(url)) is not None:
        return pinned.load()
    return _LIBRARY.load(url, variant=variant)


def is_context_known(url: str) -> bool:
    """Say whether a context is pinned, with the program or by this installation; it may still be unusable."""
    return url in CONTEXT_URLS or find_pinned(url) is not None


def context_variants(url: str) -> tuple[str, ...]:
    """Return the names of the copies published under `url`, newest first; empty when it is not pinned.

    Two copies of OB 3.0.3 exist under one address: `2026-07` and `2025-04`, which lacks `jti` and `endorsementJwt`.
    """
    return _LIBRARY.variants(url)


def context_sha256(url: str, *, variant: str = "") -> str:
    """Return the pinned SHA-256 of a context in hexadecimal.

    Raises:
        UnknownContextError: Not pinned (`data_model.context_unknown`).
    """
    return _LIBRARY.sha256(url, variant=variant)


def context_digests(url: str, *, algorithm: str) -> frozenset[bytes]:
    """Return the digests of what is published under `url`, one for each copy; empty when its bytes are not held here.

    Args:
        url: Address of a context.
        algorithm: `sha256`, `sha384` or `sha512`.
    """
    return _LIBRARY.digests(url, algorithm=algorithm)


def check_contexts() -> None:
    """Compare every pinned context with its hash, for the start of a program.

    Raises:
        ConfigurationError: A file is missing or changed (`schema.context_file_changed`).
    """
    _LIBRARY.check()
