"""Finds the cells of an XLSX workbook whose formula failed, which calamine reads as empty.

An empty date means "the day of issue"; a failed formula must not. Runs in the limited child.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING

from issuer.workbook_zip import read_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FAILED_CELLS = 100_000  # remembered in one workbook; more are only seen as empty
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
# A name begins only where no other goes on, and nothing is tried twice.
_ATTRIBUTE = re.compile(rb"""(?<![\w:])([\w:]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_FAILED = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*\bt\s*=\s*["']e["'])[^<>]*?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']"""
)
_LETTERS = 26
FailedCells = frozenset[tuple[int, int]]


def find_failed_formulas(data: bytes) -> Mapping[str, FailedCells]:
    """Return for each sheet name the row and column, counted from 1, of every failed formula.

    Args:
        data: A workbook that `check_workbook_zip` has let pass.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "xl/_rels/workbook.xml.rels" not in names:
            return {}
        targets = {
            found.get("Id", ""): "xl/" + found.get("Target", "").removeprefix("/xl/")
            for found in map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
        }
        sheets = [_attributes(tag) for tag in _SHEET.findall(archive.read("xl/workbook.xml"))]
        paths = {sheet.get("name", ""): targets.get(sheet.get("r:id", ""), "") for sheet in sheets}
        return {name: _find_cells(archive, path) for name, path in paths.items() if path in names}


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode("ascii", "replace"): html.unescape((quoted or apostrophed).decode("utf-8", "replace"))
        for name, quoted, apostrophed in _ATTRIBUTE.findall(tag)
    }


def _find_cells(archive: zipfile.ZipFile, path: str) -> FailedCells:
    found: set[tuple[int, int]] = set()
    for window in read_windows(archive, archive.getinfo(path)):
        if b'"e"' not in window and b"'e'" not in window:
            continue  # by far the usual case, and quickly seen
        found.update((int(match[2]), _column_number(match[1])) for match in _FAILED.finditer(window))
        if len(found) > MAX_FAILED_CELLS:
            break
    return frozenset(found)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number
