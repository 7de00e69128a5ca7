"""A process that checks finished badges and ends in the middle of its answer has said nothing about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import OwnFault, OwnOutput, OwnOutputChecker
from keys import KeyType, LocalSigner

if TYPE_CHECKING:
    from pathlib import Path

# Says the number of the batch, and perhaps a place, but not whether anything was found.
_DIES_AFTER = """
import struct, sys
source, target = sys.stdin.buffer, sys.stdout.buffer
source.readline()
number = source.read(*struct.unpack(">I", source.read(4)))
for field in [number, b"0"][:{fields}]:
    target.write(struct.pack(">I", len(field)) + field)
target.write({rest})
"""


@pytest.mark.parametrize(("fields", "rest"), [(1, b""), (2, b""), (2, b"\0\0"), (2, b"\0\0\0\x0aproof.sig")])
def test_half_an_answer_lets_nothing_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: int, rest: bytes
) -> None:
    """Wherever the answer breaks off, the batch is checked here and its fault is found."""
    dying = tmp_path / "dying.py"
    dying.write_text(_DIES_AFTER.format(fields=fields, rest=rest))
    monkeypatch.setattr("credentials.own_output_process._CHILD_SCRIPT", dying)
    bad = OwnOutput(b'{"name":"CMM operator"}', b"", b"{}", "https://example.edu/issuer#key-1")
    with OwnOutputChecker(batches_apart=True) as checker:
        checker.begin([(bad, LocalSigner.generate(KeyType.ED25519).public_key)])
        assert checker.finish() == OwnFault(0, "proof.missing")
