"""Writes the example class lists: one clean CSV, and one list that is messy on purpose as XLSX and ODS.

Run `python -m tools.build_example_rosters`; the files come out the same every time. Everybody in them is invented.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "rosters"
CLEAN = "cmm-spring.csv"
MESSY = "cmm-autumn-messy"
Cell = str | int | float | date

_FIRST = date(2026, 4, 17)
_SECOND = date(2026, 5, 8)
CLEAN_HEADER = ("Name", "E-mail", "Employee ID", "Completion date", "Practical test", "Written test", "Evidence")
CLEAN_PEOPLE = (
    ("Ada Testwell", "Works alone", 91),
    ("Benito Muestra", "Works alone", 84),
    ("Carla Ejemplo Ruiz", "Trains others", 97),
    ("Deshawn Sampleton", "Works with help", 72),
    ("Elena Prueba", "Works alone", 88),
    ("Farid Mockford", "Works with help", 75),
    ("Grace O'Specimen", "Works alone", 90),
    ("Hector Modelo Díaz", "Works alone", 81),
    ("Ingrid Placeholder-Lund", "Trains others", 99),
    ("Jamal Demoson", "Works alone", 86),
    ("Katarzyna Wzorcowa", "Works alone", 93),
    ("Luis Ángel Ficticio", "Works with help", 70),
    ("Mei Fixture", "Works alone", 95),
    ("Noah Trialman", "Works with help", 77),
    ("Olga Draftova", "Works alone", 89),
    ("Pedro Ensayo Núñez", "Works alone", 82),
    ("Quinn Dummersby", "Works alone", 85),
    ("Rosa Maqueta", "Trains others", 96),
    ("Samuel Standin, Jr.", "Works alone", 79),
    ("Thuy Vi Du", "Works alone", 92),
    ("Ulises Borrador", "Works with help", 74),
    ("Vera Prototype", "Works alone", 87),
    ("Wyatt Exampleson", "Works alone", 80),
    ("Ximena Boceto", "Trains others", 98),
)

MESSY_TITLES: tuple[tuple[Cell, ...], ...] = (
    ("Lakeshore Technical College (example)", "", "", "CMM class, autumn"),
    ("Printed 11/18/2026",),
    (),
)
MESSY_HEADER = ("Student / Alumno", "E-mail", "Clock #", "Completed", "Level", "Score", "Notes")
MESSY_PEOPLE: tuple[tuple[Cell, ...], ...] = (
    ("Testwell, Abel", "ABEL@example.org", 2101, date(2026, 11, 13), "Works alone", 91, ""),
    ("Muestra Pérez, Bianca", "bianca@example.org ", 2102, "11/13/2026", "works alone", "88%", "left early on day 2"),
    ("  Cole   Sampleton ", "cole@example.org", 2103, "13 Nov 2026", "alone", 79.5, ""),
    ("Ejemplo, Dora", "", 2104, "2026-11-13", "Trains others", 97, ""),
    ("Mockford, Eli, Jr.", "Eli Mockford <eli@example.org>", "", "Nov 13, 2026", 2, 84, ""),
    ("Fátima Prueba", "fatima@example.org", 2106, "13 de noviembre de 2026", "Works with help", 71, ""),
    ("Specimen, Gus", "gus@example", 2107, "11/13/2026", "Works alone", 90, ""),
    ("Modelo, Hilda", "hilda@example.org", 2108, "11/31/2026", "Works alone", 83, ""),
    ("Demoson, Ivan", "ivan@example.org", 2109, "11/13/26", "Expert", 94, ""),
    ("Wzorcowa, Jola", "jola@example.org", 2110, date(2026, 11, 13), "Works alone", 66, "retake"),
    (),
    ("Fixture, Kai", "kai@example.org", 2111, 46339, "Works alone", 95, ""),
    ("Trialman, Lena", "lena@example.org", 2112, "11/13/2026", "", 78, ""),
    ("Testwell, Abel", "abel@example.org", 2101, date(2026, 11, 13), "Works alone", 91, "same as above"),
    ("Draftova, Mila", "mila@example.org", 2114, "13.11.2026", "Trains others", 100, ""),
    ("Núñez, Nico", "", "", "11/13/2026", "Works alone", 82, ""),
    ("Núñez, Nico", "", "", "11/13/2026", "Works with help", 73, "the other Nico"),
    ("", "somebody@example.org", 2117, "11/13/2026", "Works alone", 80, ""),
    ("Dummersby, Opal", "opal@example.org", 2118, "", "Works alone", 85, "date missing"),
    ("Student / Alumno", "E-mail", "Clock #", "Completed", "Level", "Score", "Notes"),
    ("Maqueta, Pilar", "pilar@example.org", 2119, "11/13/2026", "Works alone", "no show", ""),
    ("Standin, Quincy", "-", 2120, "11/13/2026", "Works alone", 76, ""),
    ("Vi Du, Rin", "rin@example.org", 2121, "11/13/2026", "Trains others", 99, ""),
    ("Borrador, Saúl", "saul@example.org", 2122, "11/13/2026", "Works with help", 105, ""),
    ("Prototype, Tess", "tess@example.org", 2123, "11/13/2026", "Works alone", 0.87, ""),
    ("Boceto, Uma", "uma@example.org", 2124, "11/13/2026", "Works alone", "92", ""),
    (),
    ("Total: 24", "", "", "", "", ""),
    ("Signature: ______________________",),
)


def build_clean_csv() -> bytes:
    """Return the clean list as UTF-8 CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CLEAN_HEADER)
    for index, (name, level, score) in enumerate(CLEAN_PEOPLE):
        address = "".join(char for char in name.split()[0].lower() if char.isascii() and char.isalpha())
        day = _FIRST if index % 2 == 0 else _SECOND
        evidence = f"https://evidence.example.org/cmm/{1001 + index}" if index % 6 == 0 else ""
        writer.writerow((name, f"{address}@example.org", 1001 + index, day.isoformat(), level, score, evidence))
    return text.getvalue().encode("utf-8")


def _messy_rows() -> tuple[tuple[Cell, ...], ...]:
    return (*MESSY_TITLES, MESSY_HEADER, *MESSY_PEOPLE)


def build_messy_xlsx() -> bytes:
    """Return the messy list as an Excel workbook, with an empty sheet before it."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime(2026, 11, 18)})  # noqa: DTZ001 - a file property without zone
        workbook.add_worksheet("Readme").write(0, 0, "The list is on the next sheet.")
        sheet = workbook.add_worksheet("Autumn")
        day_format = workbook.add_format({"num_format": "mm/dd/yyyy"})
        for row, cells in enumerate(_messy_rows()):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day_format)
                elif cell != "":
                    sheet.write(row, column, cell)
    return data.getvalue()


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def build_messy_ods() -> bytes:
    """Return the messy list as an OpenDocument sheet."""
    return write_ods({"Readme": (("The list is on the next sheet.",),), "Autumn": _messy_rows()})


def write_ods(sheets: dict[str, tuple[tuple[Cell, ...], ...]]) -> bytes:
    """Write a small OpenDocument spreadsheet (OpenDocument 1.3 part 3 §9)."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{''.join(map(_ods_row, rows))}</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in (("mimetype", _ODS), ("META-INF/manifest.xml", _MANIFEST), ("content.xml", content)):
            entry = zipfile.ZipInfo(name, date_time=(2026, 11, 18, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return data.getvalue()


def _ods_row(cells: tuple[Cell, ...]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells)) or '<table:table-cell/>'}</table:table-row>"


def _ods_cell(cell: Cell) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        value = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, str):
        value = 'office:value-type="string"'
    else:
        value = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {value}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    files = {CLEAN: build_clean_csv(), f"{MESSY}.xlsx": build_messy_xlsx(), f"{MESSY}.ods": build_messy_ods()}
    for name, data in files.items():
        (FOLDER / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
