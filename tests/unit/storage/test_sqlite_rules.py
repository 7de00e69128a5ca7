"""Which SQLite versions and which file systems are safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.sqlite_rules import is_on_network, is_safe_sqlite_version


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 52, 0), (4, 0, 0), (3, 44, 6), (3, 44, 9), (3, 50, 7)])
def test_fixed_version_is_safe(version: tuple[int, int, int]) -> None:
    """3.51.3 and later, 3.44.6 and 3.50.7 on their branches have the fix."""
    assert is_safe_sqlite_version(version)


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 44, 5), (3, 45, 9), (3, 50, 6), (3, 51, 2), (3, 49, 8)])
def test_other_version_is_unsafe(version: tuple[int, int, int]) -> None:
    """Every other version may damage a WAL file."""
    assert not is_safe_sqlite_version(version)


TABLE = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:40 / /home rw shared:5 - cifs //server/home rw
31 30 0:41 / /home/local rw - xfs /dev/sdb rw
32 22 0:42 / /mnt/with\040space rw - fuse.sshfs host: rw
33 22 0:43 / /overlay rw - overlay overlay rw
a line that is cut
"""


@pytest.mark.parametrize("folder", ["/home", "/home/a/b", "/mnt/with space/x"])
def test_network_folder_is_found(folder: str) -> None:
    """The nearest mount point decides, with its escapes read."""
    assert is_on_network(Path(folder), TABLE)


@pytest.mark.parametrize("folder", ["/", "/var", "/home/local/x", "/homestead", "/overlay", "/mnt"])
def test_local_folder_is_allowed(folder: str) -> None:
    """A local disk below or beside a network mount is no network drive."""
    assert not is_on_network(Path(folder), TABLE)


def test_missing_mount_table_tells_nothing() -> None:
    """Where the system has no mount table, the folder is taken as local."""
    assert not is_on_network(Path("/home"), "")
