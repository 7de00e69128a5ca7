"""The table of docs/interop.md: one row for each interop test, from a mark that stands on the test."""

from __future__ import annotations

import enum
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import pytest

from tests.architecture.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

MARK: Final = "interop"
ROWS: Final = pytest.StashKey[dict["Path", list["Row"]]]()  # by file; of all tests collected, whether they run or not
NODE_FOLDER: Final = ROOT / "tests" / "interop" / "node"
PAGE: Final = ROOT / "docs" / "interop.md"
HEAD: Final = """# Interoperability

Software by other people reads what Skillmark makes, and Skillmark reads what they make, with no network.
Each row is a test in `tests/interop`, and stands here because that test passed with that version.
Where it says *accepted*, the tests also make sure that the document is refused once it was changed.
This page is written by `python -m tools.write_interop_doc`, which runs the tests. A test says when it is out of date.

| software | version | what | direction | result |
| --- | --- | --- | --- | --- |
"""


class Direction(enum.Enum):
    """Who made it and who reads it."""

    THEY_READ_OURS = "they read ours"
    WE_READ_THEIRS = "we read theirs"
    BOTH = "together; both read the result"


class Peer(enum.Enum):
    """Other people's software: its name in the registry of its language."""

    OPENBADGESLIB = "openbadgeslib"
    OPENVC = "openvc-core"
    PYJWT = "pyjwt"
    SD_JWT = "sd-jwt"
    EDDSA_RDFC = "@digitalbazaar/eddsa-rdfc-2022-cryptosuite"
    EDDSA_JCS = "@digitalbazaar/eddsa-jcs-2022-cryptosuite"
    ECDSA_RDFC = "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite"
    ECDSA_JCS = "@digitalbazaar/ecdsa-jcs-2019-cryptosuite"
    ECDSA_SD = "@digitalbazaar/ecdsa-sd-2023-cryptosuite"
    JSONLD = "jsonld"
    JOSE = "jose"
    VERIFIER_CORE = "@digitalcredentials/verifier-core"

    @property
    def version(self) -> str:
        """The version that the tests run."""
        packages = json.loads((NODE_FOLDER / "package.json").read_text("utf-8"))["dependencies"]
        return str(packages[self.value]) if self.value in packages else version(self.value)


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One row of the table."""

    software: str
    version: str
    what: str
    direction: str
    result: str


def interop(peer: Peer, what: str, direction: Direction, *, result: str = "accepted") -> pytest.MarkDecorator:
    """Put the test into the table. `what` may name parameters of the test in braces."""
    mark: pytest.MarkDecorator = getattr(pytest.mark, MARK)
    return mark(peer, what, direction, result)


def rows_of(item: pytest.Item) -> list[Row]:
    """Return what a test says for the table."""
    callspec = getattr(item, "callspec", None)
    parameters = {
        name: value.value if isinstance(value, enum.Enum) else value
        for name, value in (callspec.params if callspec else {}).items()
    }
    return [
        Row(peer.value, peer.version, what.format(**parameters), direction.value, result)
        for peer, what, direction, result in (mark.args for mark in item.iter_markers(MARK))
    ]


def compose_page(rows: Collection[Row]) -> str:
    """Return the page."""
    return HEAD + "".join(f"{line}\n" for line in compose_lines(rows))


def compose_lines(rows: Iterable[Row]) -> list[str]:
    """Return the rows as they stand in the page; several tests of one thing make one row."""
    return ["| " + " | ".join(asdict(row).values()) + " |" for row in sorted(set(rows))]
