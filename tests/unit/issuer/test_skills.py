"""Skills to pick from: the starter library, the search, lists that are brought, and where they are kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from issuer.people import HOME
from issuer.skill_import import MAX_LIST_SKILLS, read_skill_list
from issuer.skill_library import load_starter_skills
from issuer.skill_search import SkillIndex, is_one_typo_away
from issuer.skill_store import delete_skill_list, list_skill_lists, load_skills, save_skill_list
from schemas import IssuanceError, LedgerError
from tests.doubles.cost import assert_linear

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer import Ledger

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# Figures 4 and 5 of the report, as they stand there.
FIGURE_4 = (
    "3-D printing", "3-D scanning", "Artificial intelligence/machine learning", "Augmented reality",
    "Basic computer skills", "Computer-aided design (CAD)", "Computer numerical control (CNC) machining",
    "Cloud computing", "Excel", "Data analytics and visualization skills for logistics", "Digital thread technology",
    "Digital twinning", "Electrical", "Geometric dimensioning & tolerancing (GD&T)", "Lean/Six Sigma", "Mechatronics",
    "Original equipment manufacturer (OEM) training", "Robotics", "Safety skills/knowledge", "Software (specific type)",
    "Soldering", "SolidWorks", "Standards training",
)  # fmt: skip
FIGURE_5 = (
    "Ability to learn from mistakes", "Adaptability", "Continuous learning attitude", "Communication",
    "Critical thinking", "Leadership", "Time management/planning ahead", "Problem solving", "Teamwork", "Work ethic",
)  # fmt: skip


@pytest.fixture(scope="module")
def index() -> SkillIndex:
    """The starter library, ready to be searched."""
    return SkillIndex(load_starter_skills())


def _first(index: SkillIndex, query: str) -> str:
    found = index.search(query, limit=5)
    return found[0].key if found else ""


@pytest.mark.parametrize("name", [*FIGURE_4, *FIGURE_5])
def test_every_skill_of_the_report_is_found_by_its_name(name: str, index: SkillIndex) -> None:
    """Whoever types what the report calls a skill finds it among the first three."""
    words = " ".join(name.replace("/", " ").split()[:2])
    assert index.search(words, limit=3), name


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("teamwork", "teamwork"),
        ("trabajo en equipo", "teamwork"),
        ("impresion 3d", "3d-printing"),
        ("3-d print", "3d-printing"),
        ("soldador", "welding"),
        ("montacargas", "forklift"),
        ("teamwrok", "teamwork"),
        ("robtics", "robotics"),
        ("tolerncing", "gdt"),
        ("spreadsheet", "excel"),
        ("GD&T", "gdt"),
        ("51-9161.00", "cnc-machining"),
    ],
)
def test_skill_is_found(query: str, key: str, index: SkillIndex) -> None:
    """English, Spanish without accents, beginnings, one wrong letter, and codes."""
    assert _first(index, query) == key


def test_all_words_have_to_fit(index: SkillIndex) -> None:
    """Another word makes the list shorter, never longer."""
    assert index.search("cnc banana", limit=5) == ()
    assert {skill.key for skill in index.search("cnc", limit=9)} == {"cnc-machining", "cnc-programming"}


@pytest.mark.parametrize("query", ["", "  ", "%", "' OR 1=1 --", "(" * 500, "\u202e\x00", "x" * 10_000])
def test_odd_queries_do_no_harm(query: str, index: SkillIndex) -> None:
    """Signs of other languages of search are only letters, or nothing."""
    assert len(index.search(query, limit=5)) <= 5


@pytest.mark.parametrize(
    ("asked", "word", "near"),
    [
        ("welding", "welding", True), ("weldnig", "welding", True), ("wedling", "welding", True),
        ("weding", "welding", True), ("wellding", "welding", True), ("robtics", "robotics", True),
        ("melting", "welding", False), ("robot", "rivet", False),
    ],
)  # fmt: skip
def test_one_wrong_letter_is_forgiven(asked: str, word: str, near: bool) -> None:  # noqa: FBT001 - expected
    """Wrong, missing, too many or turned round; two faults are another word."""
    assert is_one_typo_away(asked, word) is near


def test_library_is_sound() -> None:
    """Keys are one of a kind, every text is there in both languages, every term has an address of its list."""
    skills = load_starter_skills()
    assert len({skill.key for skill in skills}) == len(skills) >= len(FIGURE_4) + len(FIGURE_5)
    for skill in skills:
        assert all((skill.name, skill.name_es, skill.description, skill.can_do, skill.can_do_es))
        for term in skill.terms:
            assert term.code in term.url
            assert term.url.startswith(("https://www.onetonline.org/", "http://data.europa.eu/esco/skill/"))


CSV = "Name,URL,Framework,Code,Description\nTIG welding,https://skills.example.org/tig,Example List,W-1,Thin metal\n"
CASE = {
    "CFDocument": {"title": "State welding standards", "uri": "https://case.example.org/doc"},
    "CFItems": [
        {
            "identifier": "1",
            "uri": "https://case.example.org/1",
            "fullStatement": "Set up a welder",
            "humanCodingScheme": "W.1",
        },
        {"identifier": "2", "fullStatement": "No address"},
    ],
}
RSD = [
    {
        "id": "https://osmt.example.org/api/skills/1",
        "skillName": "Read a gauge",
        "skillStatement": "Reads dial and digital gauges.",
        "keywords": ["metrology"],
        "collections": [{"name": "Shop skills"}],
    }
]


def test_csv_is_read() -> None:
    """One row of a CSV file becomes one term as a badge will say it."""
    (skill,) = read_skill_list(CSV.encode(), framework="x").skills
    (term,) = skill.terms
    assert (term.name, term.url, term.framework, term.code) == (
        "TIG welding", "https://skills.example.org/tig", "Example List", "W-1",
    )  # fmt: skip


def test_spanish_header_and_semicolons_are_read() -> None:
    """A list from a Spanish spreadsheet; rows without a list of their own get the name that the trainer gave."""
    text = "Nombre;Enlace\nSoldadura TIG;https://skills.example.org/tig\n"
    (skill,) = read_skill_list(b"\xef\xbb\xbf" + text.encode(), framework="Mi lista").skills
    assert (skill.name, skill.terms[0].framework) == ("Soldadura TIG", "Mi lista")


def test_case_package_is_read() -> None:
    """CASE items become terms of type CFItem; one without an address is told and left out."""
    found = read_skill_list(json.dumps(CASE).encode(), framework="x")
    (term,) = found.skills[0].terms
    assert (term.name, term.framework, term.code, term.target_type) == (
        "Set up a welder", "State welding standards", "W.1", "CFItem",
    )  # fmt: skip
    assert [(problem.row, problem.column, problem.code) for problem in found.problems] == [
        (2, "url", "skills.url_invalid")
    ]


def test_rich_skill_descriptors_are_read() -> None:
    """An RSD is named by its own address."""
    (skill,) = read_skill_list(json.dumps(RSD).encode(), framework="x").skills
    assert (skill.terms[0].url, skill.terms[0].framework) == (RSD[0]["id"], "Shop skills")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("=HYPERLINK(1),https://a.example.org/1", "skills.cell_unsafe"),
        ("Weld,javascript:alert(1)", "skills.url_invalid"),
        ("Weld,http://a.example.org/1", "skills.url_invalid"),
        ("Weld,https://user@a.example.org/", "skills.url_invalid"),
        (",https://a.example.org/1", "skills.name_missing"),
        ("TIG welding again,https://skills.example.org/tig", "skills.url_twice"),
        (f"{'x' * 301},https://a.example.org/1", "skills.cell_too_long"),
        ("Weld\u202e\u0007,https://a.example.org/1", "skills.cell_unsafe"),
    ],
)
def test_bad_row_is_told_and_left_out(row: str, code: str) -> None:
    """One bad row stops no other."""
    found = read_skill_list((CSV + row + "\n").encode(), framework="x")
    assert len(found.skills) == 1
    assert [(problem.row, problem.code) for problem in found.problems] == [(3, code)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "skills.no_name_column"),
        (b"a,b\n1,2\n", "skills.no_name_column"),
        (b"name,url\n", "skills.empty"),
        (b"\xff\xfe", "skills.not_utf8"),
        (b"{", "skills.not_readable"),
        (b'{"CFItems": 3}', "skills.not_readable"),
        (b"[" * 5_000, "skills.not_readable"),
        (b'name,url\n"open', "skills.not_readable"),
        (b"x" * (16 * 1024 * 1024 + 1), "skills.too_large"),
    ],
)
def test_file_that_is_no_list_is_refused(data: bytes, code: str) -> None:
    """With a code that says what to do."""
    with pytest.raises(IssuanceError) as caught:
        read_skill_list(data, framework="x")
    assert caught.value.code == code


def _long_list(count: int) -> bytes:
    rows = (f"Skill number {n},https://skills.example.org/{n},Does thing {n % 97} well" for n in range(count))
    return ("name,url,description\n" + "\n".join(rows)).encode()


def test_twenty_thousand_skills_cost_like_twenty_thousand_rows() -> None:
    """Reading and looking for words grow with the list, not with its square."""

    def build(count: int) -> Callable[[], object]:
        data = _long_list(count)
        return lambda: SkillIndex(read_skill_list(data, framework="x").skills).search("skill thign 42", limit=20)

    assert_linear(build, size=MAX_LIST_SKILLS // 8)


def test_longer_list_is_refused() -> None:
    """The limit is told before everything is read."""
    with pytest.raises(IssuanceError) as caught:
        read_skill_list(_long_list(MAX_LIST_SKILLS + 1), framework="x")
    assert caught.value.code == "skills.too_many"


def test_list_is_kept_and_replaced(ledger: Ledger) -> None:
    """What was read comes back equal; the same slug again replaces it; a removed list is gone."""
    skills = read_skill_list(CSV.encode(), framework="x").skills
    with ledger.database.write() as connection:
        save_skill_list(connection, HOME, slug="shop", name="Shop", skills=skills, now=NOON)
        save_skill_list(connection, HOME, slug="shop", name="Shop 2", skills=skills, now=NOON)
    with ledger.database.read() as connection:
        assert load_skills(connection, HOME, "shop") == skills
        assert [(one.name, one.skill_count) for one in list_skill_lists(connection, HOME)] == [("Shop 2", 1)]
        assert load_skills(connection, HOME, "other") == ()
    with ledger.database.write() as connection:
        delete_skill_list(connection, HOME, "shop")
        assert list_skill_lists(connection, HOME) == ()


def test_lists_are_counted(ledger: Ledger) -> None:
    """The twenty-first list is refused."""
    with ledger.database.write() as connection:
        for number in range(20):
            save_skill_list(connection, HOME, slug=f"l{number}", name="x", skills=(), now=NOON)
        with pytest.raises(LedgerError) as caught:
            save_skill_list(connection, HOME, slug="l20", name="x", skills=(), now=NOON)
    assert caught.value.code == "skills.too_many_lists"
