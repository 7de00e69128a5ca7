"""A pinned context that was changed on disk is never used (security T-76)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas import CONTEXT_URLS, OB_3_0_3_CONTEXT, VC_V2_CONTEXT, ConfigurationError
from schemas.contexts import ContextLibrary

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "contexts"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the pinned folder."""
    return Path(shutil.copytree(FOLDER, tmp_path / "contexts"))


def _flip_byte(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 0x01
    path.write_bytes(bytes(data))


def test_untouched_copy_is_loaded(copied: Path) -> None:
    """The copy is as good as the original."""
    library = ContextLibrary(copied)
    library.check()
    assert library.urls == CONTEXT_URLS


@pytest.mark.parametrize("position", [0, 1, 100, -1])
def test_flipped_bit_is_refused(copied: Path, position: int) -> None:
    """One flipped bit anywhere keeps the context from being loaded and the program from starting."""
    _flip_byte(copied / "credentials-v2.json", position)
    library = ContextLibrary(copied)
    for attempt in (lambda: library.load(VC_V2_CONTEXT), library.check):
        with pytest.raises(ConfigurationError) as caught:
            attempt()
        assert caught.value.code == "schema.context_file_changed"


def test_other_contexts_stay_usable(copied: Path) -> None:
    """A changed file does not take the others with it."""
    _flip_byte(copied / "credentials-v2.json", 100)
    assert ContextLibrary(copied).load(OB_3_0_3_CONTEXT)


def test_one_copy_does_not_stand_in_for_the_other(copied: Path) -> None:
    """The older copy of OB 3.0.3 put in place of the newer is refused."""
    shutil.copyfile(copied / "ob-3.0.3-2025-04.json", copied / "ob-3.0.3-2026-07.json")
    with pytest.raises(ConfigurationError):
        ContextLibrary(copied).load(OB_3_0_3_CONTEXT)


def test_missing_file_is_refused(copied: Path) -> None:
    """A file that is gone is a fault of the installation."""
    (copied / "credentials-v2.json").unlink()
    with pytest.raises(ConfigurationError) as caught:
        ContextLibrary(copied).load(VC_V2_CONTEXT)
    assert caught.value.code == "schema.context_file_changed"
