"""A sheet as rows of text, and how large one may be."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ROSTER_BYTES = 10 * 1024 * 1024
MAX_ROSTER_ROWS = 100_000  # people, without title and header rows
MAX_ROSTER_COLUMNS = 64
MAX_CELL_BYTES = 10_000  # UTF-8
MAX_TITLE_ROWS = 15  # the header stands in one of these first rows


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. `number` is the row as the spreadsheet shows it, counted from 1."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """Return the text of a column; a short row ends in empty cells."""
        return self.cells[index] if index < len(self.cells) else ""

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that are not empty."""
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the whole of a CSV file. Empty rows are left out.

    `has_guessed_letters`: nothing in the file said how its accents are stored.
    """

    name: str
    rows: tuple[SheetRow, ...]
    has_guessed_letters: bool = False


def trim_cells(cells: list[str]) -> tuple[str, ...]:
    """Strip the space around each cell and drop the empty cells at the end.

    A cell far over the limit is cut to just over it: it is refused later, and costs nothing until then.
    """
    stripped = [cell.strip()[: MAX_CELL_BYTES + 1] for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return tuple(stripped)
