"""The certificate says what the badge says, carries it, and never breaks on a name. Read back with pypdf."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdf import PdfReader

from credentials import (
    BadgeArt,
    CriteriaParts,
    OpenBadgeCredential,
    SecuringForm,
    VerifiedDocument,
    compose_criteria_narrative,
    extract_pdf,
    render_badge_png,
)
from issuer import (
    CertificateFacts,
    ClassSheetEntry,
    read_certificate_facts,
    render_certificate,
    render_class_sheet,
)
from pages import Paper, is_printable, printable_text
from pages.printed_signs import WIDE_RANGES
from tests.pictures import JSON_BADGE, JWS, png

if TYPE_CHECKING:
    from schemas import JsonObject, Language

_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_ADDRESS = "https://skillmark.example.org/b/k3j9x2m8q7"
_FACTS = CertificateFacts(
    recipient_name="María-José Núñez",
    achievement_name="CMM Operator Level 1",
    issuer_name="Blue Ridge Community College",
    can_do=("Set up a part on the granite table", "Run a measuring program"),
    assessment="A practical test on three parts.",
    hours="40 hours",
    results=(("Practical test", "Works alone"), ("Written test", "92")),
    awarded_on=_AT,
    valid_until=datetime(2029, 5, 1, tzinfo=UTC),
    skills=(("Quality Control Analysis", "O*NET"),),
    description="Measures parts.",
)


def _certificate(
    facts: CertificateFacts = _FACTS,
    *,
    original: bytes = JSON_BADGE,
    original_name: str = "badge.json",
    badge_png: bytes = b"",
    language: Language = "en",
    paper: Paper = Paper.LETTER,
) -> bytes:
    return render_certificate(
        facts,
        original=original,
        original_name=original_name,
        page_url=_ADDRESS,
        badge_png=badge_png,
        issued_at=_AT,
        language=language,
        paper=paper,
    )


def _words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(
    "words",
    [
        "María-José Núñez",
        "CMM Operator Level 1",
        "Blue Ridge Community College",
        "Set up a part on the granite table",
        "Run a measuring program",
        "A practical test on three parts.",
        "40 hours",
        "Practical test: Works alone",
        "Written test: 92",
        "Quality Control Analysis: O*NET",
        "November 22, 2026",
        "May 1, 2029",
        "skillmark.example.org/b/k3j9x2m8q7",
    ],
)
def test_certificate_says(words: str) -> None:
    """Every fact stands on the page as text."""
    assert words in _words(_certificate())


def test_spanish_labels_and_dates() -> None:
    """Labels and dates are in Spanish when asked."""
    words = _words(_certificate(language="es"))
    assert "Lo que esta persona sabe hacer" in words
    assert "22 de noviembre de 2026" in words


@pytest.mark.parametrize(("name", "credential"), [("badge.json", JSON_BADGE), ("badge.jwt", JWS)])
def test_badge_is_attached_unchanged(name: str, credential: bytes) -> None:
    """The issued bytes come out of the file as they went in, under their name."""
    pdf = _certificate(original=credential, original_name=name)
    assert PdfReader(io.BytesIO(pdf)).attachments[name] == [credential]
    assert extract_pdf(pdf) == credential


def test_attachment_is_declared_as_the_source() -> None:
    """ISO 32000-2 §7.11.3: the file specification says how the file relates to the page."""
    assert b"/AFRelationship /Source" in _certificate()


def test_same_arguments_give_the_same_bytes() -> None:
    """No clock and no chance: the file can be made again at any time."""
    picture = render_badge_png(BadgeArt(title="CMM"), size_px=200)
    assert _certificate(badge_png=picture) == _certificate(badge_png=picture)


def test_date_of_the_file_is_the_date_of_issue() -> None:
    """The creation date is an argument."""
    metadata = PdfReader(io.BytesIO(_certificate())).metadata
    assert metadata is not None
    assert metadata.creation_date == _AT


@pytest.mark.parametrize(("paper", "size"), [(Paper.LETTER, (792, 612)), (Paper.A4, (842, 595))])
def test_one_landscape_page(paper: Paper, size: tuple[int, int]) -> None:
    """Letter or A4, never a second page."""
    pages = PdfReader(io.BytesIO(_certificate(paper=paper))).pages
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [size]


def test_badge_picture_is_on_the_page() -> None:
    """The given PNG is placed."""
    page = PdfReader(io.BytesIO(_certificate(badge_png=png()))).pages[0]
    assert [(image.image.width, image.image.height) for image in page.images if image.image] == [(2, 2)]


def test_without_an_end_date_it_says_so() -> None:
    """An empty field would leave the reader guessing."""
    assert "No end date" in _words(_certificate(replace(_FACTS, valid_until=None)))


def test_without_sentences_the_description_stands_there() -> None:
    """A course that names no abilities still says what it is."""
    words = _words(_certificate(replace(_FACTS, can_do=())))
    assert "Measures parts." in words
    assert "What this person can do" not in words


def test_more_than_fits_points_to_the_page() -> None:
    """A long list is cut, stays on one page, and says where the rest stands."""
    facts = replace(_FACTS, can_do=tuple(f"Sentence number {number} about a long task " * 4 for number in range(60)))
    pdf = _certificate(facts)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert "More: scan the code." in _words(pdf)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Őrsi Łukasz", "Őrsi Łukasz"),
        ("Nguyễn Thị Minh", "Nguyễn Thị Minh"),
        ("Иван Петров", "Иван Петров"),
        ("Ελένη Παππά", "Ελένη Παππά"),
        ("山田 太郎", "(name: see the badge page)"),
        ("Ana 山田", "(name: see the badge page)"),
        ("علي", "(name: see the badge page)"),
        ("Ana 🙂", "(name: see the badge page)"),
        ("O\u2019Brien \u201cBud\u201d", "O\u2019Brien \u201cBud\u201d"),
        ("A\u202e\u200bB\x07C", "ABC"),
        ("x" * 400, "xxxxx"),
        ("", "(name: see the badge page)"),
    ],
)
def test_any_name_can_be_printed(name: str, shown: str) -> None:
    """Latin, Greek and Cyrillic names stand there as they are; one in other letters is left to the page."""
    assert shown in _words(_certificate(replace(_FACTS, recipient_name=name)))


@pytest.mark.parametrize(
    ("text", "plain"),
    [("é", "é"), ("ő", "ő"), ("ﬁ", "fi"), ("Ж", "Ж"), ("山", "?"), ("ʘ", "?"), ("€", "€"), ("a\n\tb", "a b")],
)
def test_printable_text(text: str, plain: str) -> None:
    """Kept, simplified, or a question mark."""
    assert printable_text(text) == plain


def test_only_a_name_that_needs_it_brings_a_font() -> None:
    """A certificate with Western letters carries no font file; another the letters that it uses, alike each time."""
    western, other = _certificate(), _certificate(replace(_FACTS, recipient_name="Иван Петров"))
    assert b"/FontFile2" not in western
    assert b"/FontFile2" in other
    assert len(other) - len(western) < 20_000
    assert other == _certificate(replace(_FACTS, recipient_name="Иван Петров"))


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_font_has_every_letter_that_is_promised(weight: str) -> None:
    """Each letter that counts as printable is drawn by the font."""
    with resources.files("ttf_opensans").joinpath("ttf", f"OpenSans-{weight}.ttf").open("rb") as file:
        drawn = TTFont(file).getBestCmap()
    promised = [chr(code) for first, last in WIDE_RANGES for code in range(first, last + 1)]
    assert [sign for sign in promised if printable_text(sign) == sign and ord(sign) not in drawn] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ana", True), ("Ana Ж", True), ("Ana 山", False), ("علي", False), ("  ", False), ("?", True)],
)
def test_readable_names(text: str, expected: bool) -> None:  # noqa: FBT001 - a table of expectations
    """Every sign must survive, if without its accents; a paper never shows question marks for a name."""
    assert is_printable(text) is expected


def test_class_sheet_has_a_card_for_each_person() -> None:
    """Name, course, both sentences and address stand on the card."""
    words = _words(_sheet(1))
    for expected in ("Person 0", "CMM Operator", "This code opens your badge.", "Este código abre su insignia."):
        assert expected in words
    assert "skillmark.example.org/b/person-0" in words


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (1, 1), (8, 1), (9, 2), (24, 3)])
def test_eight_cards_to_a_page(people: int, pages: int) -> None:
    """The ninth card begins a new page; an empty class gives an empty page."""
    assert len(PdfReader(io.BytesIO(_sheet(people))).pages) == pages


def test_class_sheet_is_always_the_same() -> None:
    """Equal entries give equal bytes."""
    assert _sheet(3) == _sheet(3)


def test_class_sheet_in_spanish() -> None:
    """The language of the class comes first, and a name that cannot be printed is explained in both."""
    entry = ClassSheetEntry(name="山田 太郎", achievement_name="Operador", page_url="https://skillmark.example.org/b/a")
    words = _words(render_class_sheet([entry], issued_at=_AT, language="es"))
    assert words.index("(nombre: vea la página de la insignia)") < words.index("(name: see the badge page)")
    assert words.index("Este código abre su insignia.") < words.index("This code opens your badge.")


def _sheet(people: int) -> bytes:
    entries = [
        ClassSheetEntry(
            name=f"Person {number}",
            achievement_name="CMM Operator Level 1",
            page_url=f"https://skillmark.example.org/b/person-{number}",
        )
        for number in range(people)
    ]
    return render_class_sheet(entries, issued_at=_AT, title="CMM Operator Level 1")


def test_facts_come_from_what_was_signed() -> None:
    """Sentences, way of testing, hours, results with their level, skills and dates of a verified badge."""
    narrative = compose_criteria_narrative(
        CriteriaParts(
            earned_by="Pass both tests.",
            can_do=("set up a part", "run a *measuring* program"),
            assessment="A **practical** test.",
            hours="40 hours",
        ),
        language="en",
    )
    level: JsonObject = {"id": "urn:uuid:level", "type": ["RubricCriterionLevel"], "name": "Works alone"}
    description: JsonObject = {
        "id": "urn:uuid:result",
        "type": ["ResultDescription"],
        "name": "Practical test",
        "resultType": "RubricCriterionLevel",
        "rubricCriterionLevel": [level],
    }
    achievement: JsonObject = {
        "id": "https://skillmark.example.org/achievements/cmm",
        "type": ["Achievement"],
        "name": "CMM Operator",
        "description": "Measures parts.",
        "criteria": {"narrative": narrative},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Quality Control Analysis",
                "targetUrl": "https://example.org/2.B.3.i",
                "targetFramework": "O*NET",
                "targetCode": "2.B.3.i",
            }
        ],
        "resultDescription": [description],
    }
    subject: JsonObject = {
        "type": ["AchievementSubject"],
        "id": "urn:uuid:person",
        "achievement": achievement,
        "result": [{"type": ["Result"], "resultDescription": "urn:uuid:result", "achievedLevel": "urn:uuid:level"}],
    }
    credential = OpenBadgeCredential.from_verified(
        VerifiedDocument(
            form=SecuringForm.DATA_INTEGRITY,
            original=b"{}",
            document={
                "@context": ["https://www.w3.org/ns/credentials/v2"],
                "id": "urn:uuid:badge",
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "issuer": {"id": "https://college.example.edu", "type": ["Profile"], "name": "Blue Ridge College"},
                "validFrom": "2026-11-22T09:00:00Z",
                "validUntil": "2029-11-22T09:00:00Z",
                "credentialSubject": subject,
            },
            verification_method="https://college.example.edu#key",
            created=None,
            cryptosuite="eddsa-rdfc-2022",
        )
    )
    facts = read_certificate_facts(credential, recipient_name="María Núñez")
    assert facts == CertificateFacts(
        recipient_name="María Núñez",
        achievement_name="CMM Operator",
        issuer_name="Blue Ridge College",
        can_do=("set up a part", "run a *measuring* program"),
        assessment="A practical test.",
        hours="40 hours",
        results=(("Practical test", "Works alone"),),
        awarded_on=_AT,
        valid_until=datetime(2029, 11, 22, 9, 0, tzinfo=UTC),
        skills=(("Quality Control Analysis", "O*NET 2.B.3.i"),),
        description="Measures parts.",
    )
