"""Lists what is to be checked, one item after another: files of a folder, entries of a zip, lines of a list.

Nothing is read further than is needed to tell one item from the next, and nothing of what went before is kept.
"""

from __future__ import annotations

import enum
import os
import stat
import unicodedata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from schemas import CannotCheckError, DecodingError, InvalidCredentialError
from verifier.bulk_zip import ZipEntry, find_zip_directory, is_zip, list_zip_entries, read_zip_entry
from verifier.sniff import MAX_PRESENTED_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import BinaryIO

MAX_ITEMS = 1_000_000
MAX_FOLDER_DEPTH = 32
# A learner record has up to 1 MiB; base64url makes 4 bytes of 3.
MAX_LINE_BYTES = 2 * 1024 * 1024
# Of one line that is too long, until the list counts as none.
MAX_SKIPPED_BYTES = 256 * 1024 * 1024
MAX_LABEL_CHARS = 300

LIST_ENDINGS = (".jsonl", ".ndjson")
_COLLECTION_ENDINGS = (*LIST_ENDINGS, ".zip")
# What a system puts beside people's files.
_NOT_PEOPLES_FILES = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_HEAD_BYTES = 4
_LIST_BUFFER_BYTES = 256 * 1024
_NOT_SHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They turn the direction of text, or may not stand in a workbook (XML 1.0 §2.2).
_MARKS_NOT_SHOWN = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


class SourceKind(enum.Enum):
    """What a path that somebody names holds."""

    FILE = "file"
    FOLDER = "folder"
    ZIP = "zip"
    LIST = "list"


class BulkItem(NamedTuple):
    """One thing to check.

    Args:
        label: What the report calls it: a path inside the folder or zip, or the number of the line.
        kind: Where its bytes come from.
        path: The file on disk, the zip or the list.
        offset: Of a line: where it begins, in bytes.
        length: Of a line: how long it is, in bytes.
        entry: Of a zip: the entry.
        problem: Code of a reason not to open it; empty when there is none.
    """

    label: str
    kind: SourceKind
    path: str
    offset: int = 0
    length: int = 0
    entry: ZipEntry | None = None
    problem: str = ""


def find_source_kind(path: Path) -> SourceKind:
    """Say what a path holds: a folder, a zip by its first bytes, a list by the ending of its name, or one file.

    Raises:
        OSError: It cannot be opened.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return SourceKind.FOLDER
    if not stat.S_ISREG(mode):
        return SourceKind.FILE  # a pipe or device is never opened to look: it may be silent, and gives its bytes once
    if path.name.lower().endswith(LIST_ENDINGS):
        return SourceKind.LIST
    with path.open("rb") as file:
        return SourceKind.ZIP if is_zip(file.read(_HEAD_BYTES)) else SourceKind.FILE


def list_items(paths: Sequence[Path], *, left_out: Collection[Path] = ()) -> Iterator[BulkItem]:
    """Give every item of some paths, in the order of the paths; inside a folder in the order of the names.

    Args:
        paths: Folders, zips, lists or single files.
        left_out: Files that are never listed, such as the report that is being written; resolved paths.

    A path that cannot be opened, or in which something is wrong as a whole, is an item that says so, after all that
    was found in it.

    Raises:
        DecodingError: `bulk.too_many`; what was given before holds.
    """
    count = 0
    for path in paths:
        for item in _list_to_the_end(path, str(path) if len(paths) > 1 else "", frozenset(left_out)):
            count += 1
            if count > MAX_ITEMS:
                raise DecodingError("bulk.too_many", detail={"limit": MAX_ITEMS})
            yield item


def count_items(path: Path) -> int | None:
    """Return about how many items a path holds where that is cheap to know; None elsewhere."""
    try:
        kind = find_source_kind(path)
        if kind is SourceKind.FILE:
            return 1
        if kind is SourceKind.ZIP:
            with path.open("rb") as file:
                return find_zip_directory(file.fileno()).entries
    except (OSError, DecodingError):  # its own item will say so
        return None
    return None


def _list_to_the_end(path: Path, shown: str, left_out: frozenset[Path]) -> Iterator[BulkItem]:
    problem = ""
    try:
        yield from _list_source(path, shown, left_out)
    except OSError:
        problem = "bulk.file_unreadable"
    except DecodingError as error:
        problem = error.code
    if problem:
        yield BulkItem(clean_label(shown or path.name), SourceKind.FILE, str(path), problem=problem)


def _list_source(path: Path, shown: str, left_out: frozenset[Path]) -> Iterator[BulkItem]:
    """Give the items of one path; `shown` stands before their labels when there are other paths."""
    kind = find_source_kind(path)
    if kind is SourceKind.FOLDER:
        yield from _list_folder(path, f"{shown}/" if shown else "", left_out)
    elif kind is SourceKind.ZIP:
        yield from _list_zip(path, f"{shown}/" if shown else "")
    elif kind is SourceKind.LIST:
        yield from _list_lines(path, clean_label(f"{shown} ") if shown else "")
    else:
        # A link that a person names is meant; one that lies in a folder may lead anywhere.
        yield BulkItem(clean_label(shown or path.name), SourceKind.FILE, str(path.resolve()))


def _list_folder(root: Path, prefix: str, left_out: frozenset[Path]) -> Iterator[BulkItem]:
    """Give the files below a folder; only the names of one folder at a time, and of those above it, are held."""
    levels = [(root, _list_names(root))]
    while levels:
        folder, names = levels[-1]
        name = next(names, None)
        if name is None:
            levels.pop()
            continue
        if is_system_file(name):
            continue
        path = folder / name
        label = clean_label(f"{prefix}{path.relative_to(root).as_posix()}")
        try:
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode) and len(levels) < MAX_FOLDER_DEPTH:
                levels.append((path, _list_names(path)))
                continue
        except OSError:
            yield BulkItem(label, SourceKind.FILE, str(path), problem="bulk.file_unreadable")
            continue
        if left_out and path.resolve() in left_out:
            continue
        yield BulkItem(label, SourceKind.FILE, str(path), problem=_find_file_problem(name, mode))


def _list_names(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in islice(entries, MAX_ITEMS + 1))
    if len(names) > MAX_ITEMS:
        raise DecodingError("bulk.too_many", detail={"limit": MAX_ITEMS})
    return iter(names)


def _find_file_problem(name: str, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "bulk.link_not_followed"
    if stat.S_ISDIR(mode):
        return "bulk.folder_too_deep"
    if not stat.S_ISREG(mode):
        return "bulk.file_unreadable"
    return "bulk.collection_inside" if name.lower().endswith(_COLLECTION_ENDINGS) else ""


def is_system_file(name: str) -> bool:
    """Say whether a system and not a person put a file of that name there, or a person hid it."""
    return name.startswith(".") or name in _NOT_PEOPLES_FILES


def _list_zip(path: Path, prefix: str) -> Iterator[BulkItem]:
    with path.open("rb") as file:
        descriptor = file.fileno()
        for entry in list_zip_entries(descriptor, find_zip_directory(descriptor)):
            if any(is_system_file(part) for part in entry.path.split("/") if part not in {".", ".."}):
                continue
            label = clean_label(prefix + entry.path)
            inside = "bulk.collection_inside" if entry.path.lower().endswith(_COLLECTION_ENDINGS) else ""
            yield BulkItem(label, SourceKind.ZIP, str(path), entry=entry, problem=inside)


def _list_lines(path: Path, prefix: str) -> Iterator[BulkItem]:
    name = str(path)
    with path.open("rb", buffering=_LIST_BUFFER_BYTES) as file:
        number = offset = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            problem = ""
            length = len(line)
            if length > MAX_LINE_BYTES:
                problem = "bulk.line_too_long"
                length += _skip_line(file, line)
            if problem or not line.isspace():
                # Without its end: a text that is spelled in one way only is read in half the time.
                held = length if problem else len(line.rstrip(b"\r\n"))
                yield BulkItem(f"{prefix}line {number}", SourceKind.LIST, name, offset, held, None, problem)
            offset += length


def _skip_line(file: BinaryIO, begun: bytes) -> int:
    """Read on to the end of a line that is too long, and return how many bytes that were.

    Raises:
        DecodingError: `bulk.line_too_long`: it does not end for so long that this is no list.
    """
    skipped, line = 0, begun
    while not line.endswith(b"\n") and (line := file.readline(MAX_LINE_BYTES)):
        skipped += len(line)
        if skipped > MAX_SKIPPED_BYTES:
            raise DecodingError("bulk.line_too_long")
    return skipped


def clean_label(text: str) -> str:
    """Return a name that neither steers a terminal nor turns the direction of what stands beside it."""
    if text.isascii() and text.isprintable() and len(text) <= MAX_LABEL_CHARS:
        return text
    shown = "".join(
        "\ufffd" if unicodedata.category(sign) in _NOT_SHOWN or sign in _MARKS_NOT_SHOWN else sign
        for sign in text[:MAX_LABEL_CHARS]
    )
    return shown + "…" if len(text) > MAX_LABEL_CHARS else shown


class ItemReader:
    """Reads the bytes of items. A zip or list that was opened stays open until another one is asked for."""

    def __init__(self) -> None:
        self._path = ""
        self._file: BinaryIO | None = None

    def read(self, item: BulkItem) -> bytes:
        """Return the bytes of one item, at most `MAX_PRESENTED_BYTES` and one more.

        Raises:
            InvalidCredentialError: It holds too much or is damaged (`bulk.…`, `decoding.too_large`).
            CannotCheckError: It is locked, a link, out of reach or holds other files (`bulk.…`).
        """
        if item.problem:
            raise _PROBLEMS.get(item.problem, CannotCheckError)(item.problem)
        try:
            if item.kind is SourceKind.FILE:
                return _read_file(item.path)
            descriptor = self._open(item.path).fileno()
            if item.entry is not None:
                return read_zip_entry(descriptor, item.entry)
            return os.pread(descriptor, item.length, item.offset)
        except OSError as error:
            raise CannotCheckError("bulk.file_unreadable", type(error).__name__) from error

    def close(self) -> None:
        """Close what is open."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, path: str) -> BinaryIO:
        if self._file is None or path != self._path:
            self.close()
            self._file, self._path = Path(path).open("rb"), path  # noqa: SIM115 - closed by `close`
        return self._file


# Wrong in itself; every other problem says that we could not look.
_PROBLEMS: dict[str, type[InvalidCredentialError]] = {
    "bulk.line_too_long": DecodingError,
    "bulk.too_many": DecodingError,
    "bulk.zip_damaged": DecodingError,
}


def _read_file(path: str) -> bytes:
    # Not through a link and not from a pipe, also when one was put in the file's place since the folder was listed.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise CannotCheckError("bulk.file_unreadable", "not a file")
        return file.read(MAX_PRESENTED_BYTES + 1)
