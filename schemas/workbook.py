"""The one door to XlsxWriter: new workbooks for people, in which every text is a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import io
    from datetime import datetime
    from pathlib import Path

    import xlsxwriter

Workbook: TypeAlias = "xlsxwriter.Workbook"

# A name such as `=HYPERLINK(…)` never becomes a formula, and no text becomes a number or a link by itself.
_ONLY_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def open_workbook(stream: io.BytesIO, *, created: datetime, title: str = "") -> Workbook:
    """Return a workbook that is made in memory; the same cells and `created` give the same bytes.

    Args:
        stream: Where it is written by `close_workbook`.
        created: Aware UTC.
        title: What the file says it is.
    """
    return _open(stream, {"in_memory": True}, created, title)


def open_workbook_on_disk(path: Path, *, created: datetime, title: str = "") -> Workbook:
    """Return a workbook whose rows go to disk as they come, in order: a million take no more memory than one.

    Arguments as `open_workbook`, with a path.
    """
    return _open(str(path), {"constant_memory": True}, created, title)


def close_workbook(workbook: Workbook) -> None:
    """Write a workbook.

    Raises:
        OSError: The disk refuses.
    """
    from xlsxwriter.exceptions import XlsxWriterException  # noqa: PLC0415 - see `_open`

    try:
        workbook.close()
    except XlsxWriterException as error:
        raise OSError(0, type(error).__name__) from error


def _open(target: io.BytesIO | str, options: dict[str, bool], created: datetime, title: str) -> Workbook:
    from xlsxwriter import Workbook as NewWorkbook  # noqa: PLC0415 - few commands write one, and it loads slowly

    workbook = NewWorkbook(target, {**options, **_ONLY_TEXTS})
    workbook.set_properties({"title": title, "created": created.replace(tzinfo=None)})
    return workbook
