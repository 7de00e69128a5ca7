"""Files that only this user may read, written as a whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE_FILE_MODE: Final = 0o600
_DRAFT_BYTES: Final = 8  # of randomness in the name of a file that is not there yet


def write_private_file(path: Path, data: bytes) -> None:
    """Put a file in the place of whatever stands at `path`; who reads it meanwhile finds the old one or the new one.

    The folder must exist. The bytes are on disk before the name leads to them.

    Raises:
        OSError: The disk refuses; what was there stays, and nothing else is left behind.
    """
    import secrets  # noqa: PLC0415 - writing is rare

    draft = path.with_name(f".{path.name}.{secrets.token_hex(_DRAFT_BYTES)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
