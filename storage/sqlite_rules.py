"""What SQLite must be told so that an acknowledged row survives (WAL, FULL, IMMEDIATE) and which versions are safe."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import fold_text

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

FOLD_FUNCTION = "fold_text"  # in a query: a text without case and accents
BUSY_TIMEOUT_MILLISECONDS = 5_000
WAL_CHECKPOINT_BYTES = 4 * 2**20  # from here on, checkpoint when nobody is in the way
WAL_RESTART_BYTES = 32 * 2**20  # from here on, wait for readers: the WAL stays below 64 MiB
_POOL_CONNECTIONS = 8
_POOL_OVERFLOW_CONNECTIONS = 24

# https://www.sqlite.org/wal.html: a commit that races with a checkpoint which resets the WAL
# can damage the file; fixed in 3.51.3 and on two older branches.
_FIXED_VERSION = (3, 51, 3)
_FIXED_BRANCHES = {(3, 44): 6, (3, 50): 7}

_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"}
)
_NETWORK_FUSE = frozenset({"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs", "fuse.ceph"})


def is_safe_sqlite_version(version: tuple[int, int, int]) -> bool:
    """Whether WAL may be used without holding writers and checkpoints apart."""
    fixed_patch = _FIXED_BRANCHES.get(version[:2])
    return version >= _FIXED_VERSION or (fixed_patch is not None and version[2] >= fixed_patch)


def _unescape_mount(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), text)


def is_on_network(folder: Path, mount_table: str) -> bool:
    """Whether `folder` lies on a file system that several hosts may write.

    Args:
        folder: Absolute, symbolic links resolved.
        mount_table: Text of `/proc/self/mountinfo`, see proc(5).
    """
    found = ("", "")
    for line in mount_table.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) < 5 or not right:  # noqa: PLR2004 - field 5 is the mount point
            continue
        point = _unescape_mount(fields[4])
        if PurePosixPath(str(folder)).is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, right.split()[0])
    return found[1] in _NETWORK_TYPES or found[1] in _NETWORK_FUSE


def create_sqlite_engine(path: Path, *, begin: str, pragmas: tuple[str, ...]) -> sa.Engine:
    """Return an engine whose every transaction starts with `begin`.

    The driver's own implicit BEGIN is switched off: it upgrades late and deadlocks.
    """
    engine = sa.create_engine(
        sa.URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_MILLISECONDS / 1_000, "check_same_thread": False},
        poolclass=sa.QueuePool,
        pool_size=_POOL_CONNECTIONS,
        max_overflow=_POOL_OVERFLOW_CONNECTIONS,
        pool_timeout=BUSY_TIMEOUT_MILLISECONDS / 1_000,
        hide_parameters=True,  # parameters are people's names; errors are logged
    )

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.create_function(FOLD_FUNCTION, 1, lambda text: fold_text(text or ""), deterministic=True)
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MILLISECONDS}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "recursive_triggers=ON",  # INSERT OR REPLACE must meet the triggers that forbid DELETE
            f"journal_size_limit={WAL_RESTART_BYTES}",
            *pragmas,
        ):
            connection.execute(f"PRAGMA {pragma}")

    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    sa.event.listen(engine, "connect", set_up)
    sa.event.listen(engine, "begin", start)
    return engine
