"""The other process of `own_output_process`: checks batches of our own finished bytes until its input ends.

Runs as a plain file under `python -I -B`. It gets no key but public ones. Input: one line of JSON with the import
path, then batches: a number, how many badges, five fields for each. Output for each batch: its number, the place of the
first fault and what it is, empty when there is none. Every field is preceded by its length.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

_LENGTH = struct.Struct(">I")


def read_field(stream: IO[bytes]) -> bytes | None:
    """Return the next field; None at the end of the input."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_fields(stream: IO[bytes], fields: list[bytes]) -> None:
    """Write fields that `read_field` reads."""
    stream.write(b"".join(part for field in fields for part in (_LENGTH.pack(len(field)), field)))
    stream.flush()


def _load_check() -> Callable[[list[bytes]], str]:
    from schemas import install_lazy_facades  # noqa: PLC0415 - the import path comes first

    install_lazy_facades()
    from credentials.own_output import OwnOutput, find_own_fault  # noqa: PLC0415
    from keys import PublicKey  # noqa: PLC0415

    keys: dict[bytes, PublicKey] = {}

    def check(fields: list[bytes]) -> str:
        json_bytes, jwt, unsecured, method_id, jwk = fields
        if jwk not in keys:
            keys[jwk] = PublicKey.from_jwk(json.loads(jwk))
        return find_own_fault(OwnOutput(json_bytes, jwt, unsecured, method_id.decode()), keys[jwk])

    return check


def main() -> None:
    """Answer batch after batch."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.path[:] = json.loads(stdin.readline())["path"]
    check = _load_check()
    while (number := read_field(stdin)) is not None:
        count = int(read_field(stdin) or b"")
        outputs = [[read_field(stdin) or b"" for _ in range(5)] for _ in range(count)]
        faults = ((place, check(fields)) for place, fields in enumerate(outputs))
        place, fault = next(((place, fault) for place, fault in faults if fault), (0, ""))
        write_fields(stdout, [number, b"%d" % place, fault.encode()])


if __name__ == "__main__":
    main()
