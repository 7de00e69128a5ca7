"""Reads a list of skills that a trainer brings: CSV, a CASE package or Rich Skill Descriptors (RSD) as JSON."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer.cells import is_https_url
from issuer.model import Skill
from issuer.skill_address import own_skill_slug
from issuer.skill_library import LibrarySkill
from schemas import ALIGNMENT_TARGET_TYPES, DecodingError, IssuanceError, guard_cell, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from schemas import JsonObject, JsonValue

MAX_LIST_BYTES = 16 * 1024 * 1024
MAX_LIST_SKILLS = 20_000
MAX_LIST_PROBLEMS = 200  # told one by one; of the others only the number
MAX_LIST_JSON_DEPTH = 16
MAX_NAME_CHARS = 300  # as a line of a course
MAX_TEXT_CHARS = 1_000  # as a text of a skill in a course
MAX_WORDS_CHARS = 500
_NEEDS_URL = "needs url"  # these formats name each skill by its address; a CSV may have skills of one's own
_ESCO, _CTDL = "http://data.europa.eu/esco/", "http://purl.org/ctdl/"  # published under http
# What people call the columns, without marks and in small letters.
_COLUMNS = {
    "name": ("name", "skill", "skillname", "title", "preferredlabel", "elementname", "nombre", "habilidad"),
    "name_es": ("namees", "nombrees", "spanish", "espanol"),
    "url": ("url", "uri", "link", "address", "concepturi", "targeturl", "canonicalurl", "direccion", "enlace"),
    "framework": ("framework", "list", "source", "targetframework", "collection", "lista", "marco"),
    "code": ("code", "id", "elementid", "humancodingscheme", "notation", "targetcode", "codigo"),
    "description": ("description", "statement", "skillstatement", "definition", "descripcion"),
    "can_do": ("cando", "puede"),
    "words": ("words", "keywords", "altlabels", "synonyms", "palabras"),
    "target_type": ("targettype", "type", "tipo"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillProblem:
    """One row that was left out: the row as a spreadsheet counts it (or the number of the entry), and why."""

    row: int
    column: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillList:
    """A list as read: the good skills, the rows that were left out, and how many more were."""

    skills: tuple[LibrarySkill, ...]
    problems: tuple[SkillProblem, ...]
    problem_count: int


class _Refused(Exception):  # noqa: N818 - one row of a list, never seen outside
    def __init__(self, column: str, code: str, value: str = "") -> None:
        super().__init__(code)
        self.column, self.code, self.value = column, code, value


def read_skill_list(data: bytes, *, framework: str) -> SkillList:
    """Read a list of skills.

    Args:
        data: At most 16 MiB; JSON when it starts like JSON, else CSV.
        framework: Name of the list for rows that do not say theirs.

    Raises:
        IssuanceError: `skills.too_large`, `.not_utf8`, `.not_readable`, `.no_name_column`, `.too_many`, `.empty`.
    """
    if len(data) > MAX_LIST_BYTES:
        raise IssuanceError("skills.too_large", detail={"limit": MAX_LIST_BYTES})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IssuanceError("skills.not_utf8", detail={"byte": error.start}) from error
    is_json = text.lstrip()[:1] in {"{", "["}
    rows = _read_json_rows(text.encode()) if is_json else _read_csv_rows(text)
    skills: list[LibrarySkill] = []
    problems: list[SkillProblem] = []
    count = 0
    taken: set[str] = set()
    for number, row in rows:
        if number > MAX_LIST_SKILLS + 1:
            raise IssuanceError("skills.too_many", detail={"limit": MAX_LIST_SKILLS})
        try:
            skill = _read_skill(row, framework=framework, key=f"{number}")
            _refuse_twin(skill, taken)
        except _Refused as refused:
            count += 1
            if len(problems) < MAX_LIST_PROBLEMS:
                problems.append(SkillProblem(row=number, column=refused.column, code=refused.code, value=refused.value))
        else:
            skills.append(skill)
    if not skills and not count:
        raise IssuanceError("skills.empty")
    return SkillList(skills=tuple(skills), problems=tuple(problems), problem_count=count)


def _refuse_twin(skill: LibrarySkill, taken: set[str]) -> None:
    (term,) = skill.terms
    place = term.url or own_skill_slug(term.name)
    if place in taken:
        raise _Refused(
            "url" if term.url else "name", "skills.url_twice" if term.url else "skills.name_twice", place[:60]
        )
    taken.add(place)


def _read_csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [_find_column(cell) for cell in next(reader, [])]
        if "name" not in header:
            raise IssuanceError("skills.no_name_column")
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                yield number, {name: cell for name, cell in zip(header, cells, strict=False) if name}
    except csv.Error as error:
        raise IssuanceError("skills.not_readable", str(error)) from error


def _find_column(header: str) -> str:
    plain = unicodedata.normalize("NFKD", header.lower()).encode("ascii", "ignore").decode("ascii")
    word = "".join(sign for sign in plain if sign.isalnum())
    return next((name for name, known in _COLUMNS.items() if word in known), "")


def _read_json_rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        document = read_json(data, max_bytes=MAX_LIST_BYTES, max_depth=MAX_LIST_JSON_DEPTH)
    except DecodingError as error:
        raise IssuanceError("skills.not_readable", error.code) from error
    read: Callable[[JsonObject], Mapping[str, str]] = _read_rsd
    entries = document
    if isinstance(document, dict) and "CFItems" in document:
        entries, read = document["CFItems"], _case_reader(document)
    elif isinstance(document, dict):
        entries = document.get("skills", [document])
    if not isinstance(entries, list):
        raise IssuanceError("skills.not_readable")
    for number, entry in enumerate(entries, start=1):
        yield number, read(entry) if isinstance(entry, dict) else {}


def _case_reader(document: JsonObject) -> Callable[[JsonObject], Mapping[str, str]]:
    """CASE 1.0: CFPackage with CFDocument and CFItems."""
    about = document.get("CFDocument")
    title = _text(about, "title") if isinstance(about, dict) else ""

    def read(item: JsonObject) -> Mapping[str, str]:
        statement = _text(item, "fullStatement")
        name = _text(item, "abbreviatedStatement") or statement[:MAX_NAME_CHARS]
        return {
            "name": name,
            "description": statement if statement != name else "",
            "url": _text(item, "uri"),
            "code": _text(item, "humanCodingScheme"),
            "framework": title,
            "words": _joined(item.get("conceptKeywords")),
            "target_type": "CFItem",
            _NEEDS_URL: "",
        }

    return read


def _read_rsd(entry: JsonObject) -> Mapping[str, str]:
    """Rich Skill Descriptor: the address is its `id`; the collection it is from names the list."""
    collections = entry.get("collections")
    first = collections[0] if isinstance(collections, list) and collections else None
    framework = first if isinstance(first, str) else _text(first, "name") if isinstance(first, dict) else ""
    return {
        "name": _text(entry, "skillName") or _text(entry, "name"),
        "description": _text(entry, "skillStatement") or _text(entry, "description"),
        "url": _text(entry, "id") or _text(entry, "url"),
        "framework": framework or _text(entry, "author"),
        "code": "",
        "words": _joined(entry.get("keywords")),
        _NEEDS_URL: "",
    }


def _text(group: JsonObject, name: str) -> str:
    value = group.get(name)
    return value if isinstance(value, str) else ""


def _joined(value: JsonValue) -> str:
    if not isinstance(value, list):
        return ""
    words = (_text(word, "name") if isinstance(word, dict) else word for word in value)
    return " ".join(word for word in words if isinstance(word, str))


def _read_skill(row: Mapping[str, str], *, framework: str, key: str) -> LibrarySkill:
    name = _read_line(row, "name", MAX_NAME_CHARS)
    if not name:
        raise _Refused("name", "skills.name_missing")
    url = _read_line(row, "url", MAX_TEXT_CHARS)
    secure = "https://" + url.removeprefix("http://") if url.startswith((_ESCO, _CTDL)) else url
    if not is_https_url(secure) and (url or _NEEDS_URL in row):
        raise _Refused("url", "skills.url_invalid", url[:60])
    target_type = _read_line(row, "target_type", MAX_NAME_CHARS)
    description = _read_line(row, "description", MAX_TEXT_CHARS)
    term = Skill(
        name=name,
        url=url,
        framework=_read_line(row, "framework", MAX_NAME_CHARS) or framework,  # with no url a skill of one's own
        code=_read_line(row, "code", MAX_NAME_CHARS),
        description=description,
        target_type=target_type if target_type in ALIGNMENT_TARGET_TYPES else "",
    )
    return LibrarySkill(
        key=key,
        name=name,
        name_es=_read_line(row, "name_es", MAX_NAME_CHARS),
        description=description,
        can_do=_read_line(row, "can_do", MAX_NAME_CHARS),
        words=_read_line(row, "words", MAX_WORDS_CHARS * 8)[:MAX_WORDS_CHARS],
        terms=(term,),
    )


def _read_line(row: Mapping[str, str], name: str, most: int) -> str:
    """Read one cell: blanks joined, no hidden signs, and nothing that a spreadsheet would run."""
    text = " ".join(unicodedata.normalize("NFC", row.get(name, "")[: most * 4]).split())
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Cn"} for sign in text) or guard_cell(text) != text:
        raise _Refused(name, "skills.cell_unsafe", text[:60])
    if len(text) > most:
        raise _Refused(name, "skills.cell_too_long", text[:60])
    return text
