"""Which letters the bytes of a text file stand for: UTF-8, UTF-16 with its mark, or what Windows Excel saves."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from schemas import RosterError

_UTF8_BOM = codecs.BOM_UTF8
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Letters of UTF-8 in a file that is no UTF-8 as a whole: it was damaged, and was never Windows-1252.
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Signs that stand in no word of Windows-1252: the accents of an old Mac or of DOS, read by the wrong table.
_OTHER_TABLE = re.compile(
    r"[^\W\d_](?:[‚„ƒ†‡ˆ¢¤¥]|[–—¡£][a-zà-ÿ])|[a-zà-ÿ]Ž"  # noqa: RUF001 - meant as they are
    # The á of DOS is a space here; a true one of that kind stands before a capital, or a small word of a name.
    r"|[^\W\d_]\xa0(?!(?:de|del|la|las|los|y|e|da|das|do|dos|di|van|von|der)\b)[a-zà-ÿ]"
)


class SheetText(NamedTuple):
    """The text of a file. `is_guess`: nothing in the file says that its letters were read by the right table."""

    text: str
    is_guess: bool = False


def decode_sheet(data: bytes) -> SheetText:
    """Return the text of a file: UTF-8 with or without mark, UTF-16 with its mark, else strict Windows-1252.

    Windows-1252 is what Excel on Windows saves as “CSV”. Nothing in such a file names the table, so it is taken only
    where no byte speaks against it, and the reader of the list has to be told.

    Raises:
        RosterError: `roster.not_utf8`, with the row where it can be told.
    """
    if data.startswith(_UTF16_BOMS):
        return SheetText(_decode_utf16(data))
    if b"\x00" in data[:4]:
        raise RosterError("roster.not_utf8", "UTF-16 without its mark")
    try:
        return SheetText(data.removeprefix(_UTF8_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        place = error.start + (len(_UTF8_BOM) if data.startswith(_UTF8_BOM) else 0)
        text = _decode_windows(data)
        if text is None:
            raise RosterError("roster.not_utf8", row=data.count(b"\n", 0, place) + 1) from error
        return SheetText(text, is_guess=True)


def _decode_utf16(data: bytes) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise RosterError("roster.not_utf8", "UTF-16") from error
    if "\x00" in text:
        raise RosterError("roster.not_utf8", "UTF-32")
    return text


def _decode_windows(data: bytes) -> str | None:
    if data.startswith(_UTF8_BOM) or _UTF8_LETTER.search(data):
        return None
    try:
        text = data.decode("cp1252")  # five bytes mean nothing in it and are refused
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) or _OTHER_TABLE.search(text) else text
