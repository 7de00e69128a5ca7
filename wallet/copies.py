"""A copy of a whole wallet as one zip file, and reading one back: each badge in it is verified like any other."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from schemas import CannotCheckError, DecodingError, InvalidCredentialError, LedgerError, read_json
from verifier import MAX_PRESENTED_BYTES
from wallet.holdings import RefusedBadgeError, add_file, add_training, find_ending, list_holdings, load_original
from wallet.model import MAX_HOLDINGS, Origin

if TYPE_CHECKING:
    from schemas import BadgeError, JsonObject, Language
    from wallet.deps import WalletDeps
    from wallet.model import Holding

MAX_COPY_BYTES = 32 * 1024 * 1024
MAX_COPY_FILES = 200  # each is verified while the holder waits
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
_BADGES = "badges/"
_NOTES = "my-notes.json"
_INDEX = "index.html"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip file knows: the copy says nothing about when it was made


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyResult:
    """What became of the files of a copy.

    Args:
        added: New in this wallet.
        known: In it already.
        refused: Name of each file that was not added, and the code of the reason.
    """

    added: int
    known: int
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWords:
    """The words of the page in a copy.

    Args:
        title: Of the page.
        explanation: What these files are.
        note: Stands beside training that the holder wrote down.
    """

    title: str
    explanation: str
    note: str


def write_copy(deps: WalletDeps, holder_id: str, *, words: CopyWords, language: Language) -> bytes:
    """Return the zip file: each badge as it came in, the notes, and a page that lists them."""
    holdings = list_holdings(deps, holder_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = []
        for number, holding in enumerate(holdings, start=1):
            name = ""
            if holding.origin is not Origin.SELF_RECORDED:
                name = f"{_BADGES}{number:03d}.{find_ending(holding.media_type)}"
                _write(archive, name, load_original(deps, holder_id, holding.id))
            entries.append((name, holding))
        notes = [_encode_note(holding) for holding in holdings if holding.origin is Origin.SELF_RECORDED]
        _write(archive, _NOTES, json.dumps(notes, ensure_ascii=False, indent=1).encode("utf-8"))
        _write(archive, _INDEX, _compose_index(entries, words, language).encode("utf-8"))
    return packed.getvalue()


def read_copy(deps: WalletDeps, holder_id: str, data: bytes) -> CopyResult:
    """Add everything of a copy to a wallet.

    Raises:
        LedgerError: `wallet.copy_invalid`, `wallet.copy_too_large`, `wallet.full`.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise LedgerError("wallet.copy_invalid") from error
    with archive:
        names = [name for name in archive.namelist() if name.startswith(_BADGES) and not name.endswith("/")]
        if not names and _NOTES not in archive.namelist():
            raise LedgerError("wallet.copy_invalid")
        sizes = sum(entry.file_size for entry in archive.infolist())
        if len(names) > MAX_COPY_FILES or sizes > MAX_UNPACKED_BYTES:
            raise LedgerError("wallet.copy_too_large")
        added, known, refused = 0, 0, []
        for name in names:
            try:
                result = add_file(deps, holder_id, _read(archive, name), name.removeprefix(_BADGES))
            except (InvalidCredentialError, CannotCheckError, LedgerError) as error:
                if error.code == "wallet.full":
                    raise
                refused.append((name.removeprefix(_BADGES)[:60], _find_reason(error)))
                continue
            added, known = added + result.is_new, known + (not result.is_new)
        notes = _read_notes(archive)
    for note in notes:
        result = add_training(deps, holder_id, title=note.title, place=note.place, day=note.day, note=note.note)
        added, known = added + result.is_new, known + (not result.is_new)
    return CopyResult(added=added, known=known, refused=tuple(refused))


def _find_reason(error: BadgeError) -> str:
    return error.codes[0] if isinstance(error, RefusedBadgeError) and error.codes else error.code


def _write(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), body, compress_type=zipfile.ZIP_DEFLATED)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one file, no larger than a badge may be; what the zip says of its size is not believed."""
    try:
        with archive.open(name) as file:
            body = file.read(MAX_PRESENTED_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error) as error:
        raise LedgerError("wallet.copy_invalid") from error
    if len(body) > MAX_PRESENTED_BYTES:
        raise LedgerError("wallet.copy_too_large")
    return body


def _encode_note(holding: Holding) -> JsonObject:
    card = holding.card
    day = card.earned_on.isoformat() if card.earned_on else ""
    return {"title": card.title, "place": card.issuer, "day": day, "note": card.note}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    title: str
    place: str
    day: date | None
    note: str


def _read_notes(archive: zipfile.ZipFile) -> list[_Note]:
    if _NOTES not in archive.namelist():
        return []
    try:
        notes = read_json(_read(archive, _NOTES))
    except DecodingError as error:
        raise LedgerError("wallet.copy_invalid") from error
    if not isinstance(notes, list) or len(notes) > MAX_HOLDINGS:
        raise LedgerError("wallet.copy_invalid")
    return [_read_note(note) for note in notes if isinstance(note, dict) and note.get("title")]


def _read_note(note: JsonObject) -> _Note:
    text = {name: value for name, value in note.items() if isinstance(value, str)}
    try:
        day = date.fromisoformat(text["day"]) if text.get("day") else None
    except ValueError as error:
        raise LedgerError("wallet.copy_invalid") from error
    return _Note(title=text.get("title", ""), place=text.get("place", ""), day=day, note=text.get("note", ""))


def _compose_index(entries: list[tuple[str, Holding]], words: CopyWords, language: Language) -> str:
    rows = "\n".join(_compose_row(name, holding, words) for name, holding in entries)
    title = escape(words.title)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<p>{escape(words.explanation)}</p>\n"
        f"<ul>\n{rows}\n</ul>\n</body></html>\n"
    )


def _compose_row(name: str, holding: Holding, words: CopyWords) -> str:
    card = holding.card
    said = ", ".join(
        text for text in (card.issuer, card.earned_on.isoformat() if card.earned_on else "", card.note) if text
    )
    title = escape(card.title or name)
    shown = f'<a href="{escape(name)}">{title}</a>' if name else f"{title} ({escape(words.note)})"
    return f"<li>{shown}{': ' if said else ''}{escape(said)}</li>"
