"""Tells rows that are no people: totals, signature lines, page numbers, headers printed again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from issuer.cells import fold

if TYPE_CHECKING:
    from issuer.sheet_rows import SheetRow

_PEOPLE = (
    "students|participants|people|employees|trainees|attendees|alumnos|participantes|personas|empleados|passed|issued"
)
_TOTAL = re.compile(
    rf"(?:(?:grand )?total(?:s|es)?|sub ?totals?|sum|count|average|avg|mean|class average|promedio|suma|conteo|media)"
    rf"(?: (?:of|de|number of|numero de))?(?: (?:{_PEOPLE}))?(?: [0-9 ]+)?"
)
# Only with a colon or a line to sign on: Page and Teacher are also people's names.
_SIGNATURE = re.compile(
    r"(?:instructora?|trainer|teacher|supervisor|signature|signed|sign here|firma|capacitador"
    r"|notes|notas|comments|comentarios|printed|generated|exported|created|impreso|generado)\b.*"
)
_PRINTED = re.compile(
    r"(?:page|pagina) [0-9]+(?: (?:of|de) [0-9]+)?|(?:printed|generated|exported|created|impreso|generado) .*[0-9].*"
    r"|end of list|fin de (?:la )?lista"
)
_RULE = re.compile(r"[_\-=*.\s\u2013\u2014]{3,}")
_FEW_CELLS = 3


def is_repeated_header(row: SheetRow, header: SheetRow) -> bool:
    """Tell whether the header stands again, as after a page break."""
    return row.cells == header.cells


def is_footer(row: SheetRow) -> bool:
    """Tell whether a row is clearly no person; a doubtful row is none of these and gets a problem later."""
    filled = row.filled
    if any("@" in cell for cell in filled):
        return False
    if all(_RULE.fullmatch(cell) for cell in filled):
        return True
    first = fold(filled[0])
    if _TOTAL.fullmatch(first) or (len(filled) == 1 and _PRINTED.fullmatch(first)):
        return True
    is_labelled = ":" in filled[0] or "___" in filled[-1]
    return len(filled) <= _FEW_CELLS and is_labelled and bool(_SIGNATURE.fullmatch(first))
