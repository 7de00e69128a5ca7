"""Private files: only this user reads them, and nobody ever reads half of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas import write_private_file

if TYPE_CHECKING:
    from pathlib import Path


def test_only_this_user_may_read_the_file(tmp_path: Path) -> None:
    """The file is for its owner alone, whatever stood in its place before."""
    path = tmp_path / "secret"
    path.write_bytes(b"old")
    path.chmod(0o644)

    write_private_file(path, b"new")

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == b"new"


def test_a_refused_write_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    """A folder in the way stays, and no draft is left beside it."""
    folder = tmp_path / "secret"
    folder.mkdir()

    with pytest.raises(OSError, match="secret"):
        write_private_file(folder, b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_who_reads_meanwhile_has_the_whole_old_file(tmp_path: Path) -> None:
    """An open file keeps its bytes: the new ones come in a file of their own."""
    path = tmp_path / "secret"
    write_private_file(path, b"old words")
    with path.open("rb") as reader:
        write_private_file(path, b"new")
        assert reader.read() == b"old words"
