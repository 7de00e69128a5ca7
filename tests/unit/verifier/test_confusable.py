"""Issuer names that hide what they are (security corpus J 142, T-26)."""
# ruff: noqa: RUF001 - look-alike letters are what this is about

from __future__ import annotations

import pytest

from verifier.confusable import is_confusable, takes_name


@pytest.mark.parametrize(
    "name",
    [
        "Univеrsity of Oxford",
        "Skillmаrk College",
        "Αcme Robotics",
        "Acme\u202eegelloC",
        "Exam\u200bple College",
        "Example\u00adCollege",
        "Colegio ０9",
        "School 1٢",
        "Exam\u2066ple",
        "Τechnical School",
        "Hаas Automation",
        "Mazаk",
    ],
)
def test_mixed_scripts_and_hidden_characters_are_confusable(name: str) -> None:
    """Two scripts in one name, digits of two scripts, or a character that does not show."""
    assert is_confusable(name)


@pytest.mark.parametrize(
    "name",
    [
        "Example Valley College",
        "Universität Köln",
        "Escuela Técnica Ñandú № 5",
        "Московский колледж",
        "東京カレッジ",
        "日本のSkillmark",
        "서울 College",
        "Πολυτεχνείο",
        "D'Arcy & Sons, Inc. (2026)",
        "",
    ],
)
def test_ordinary_names_are_not(name: str) -> None:
    """A name in one script, or in scripts that are written together, raises no remark."""
    assert not is_confusable(name)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Ехаmрlе", "Example"),
        ("Examp1e College", "Example College"),
        ("EXAMPLE  COLLEGE", "Example College"),
        ("ExampIe College", "Example College"),
        ("Exarnple College", "Example College"),
        ("Exàmple College", "Example College"),
        ("Ｅｘａｍｐｌｅ College", "Example College"),
        ("сосоа", "cocoa"),
        ("УМСА", "YMCA"),
    ],
)
def test_a_name_with_the_look_of_a_known_one_is(name: str, known: str) -> None:
    """A name that prints like one on the reader's list is remarked on."""
    assert is_confusable(name, known_names=[known])


def test_a_different_name_is_not() -> None:
    """Sharing a word with a known name is no look-alike."""
    assert not is_confusable("Example Hill College", known_names=["Example Valley College"])


@pytest.mark.parametrize(
    "name",
    [
        "Lakeshore Technical College",
        "LAKESHORE  technical college",
        "LakeshoreTechnicalCollege",
        "Lakeshore Technical College, Inc.",
        "The Lakeshore Technical College Online",
        "TheLakeshoreTechnicalCollege",
        "Lakeshore",
        "Lаkeshore Technical College",
        "Lakesh0re-Technical-College",
    ],
)
def test_a_name_that_reads_as_a_known_one_takes_it(name: str) -> None:
    """Case, blanks, signs, look-alike letters, more words or fewer: the reader thinks of the same college."""
    assert takes_name(name, known_names=["Lakeshore Technical College"])


@pytest.mark.parametrize(
    "name", ["Technical College", "Hillside Technical College", "Shore Works", "College", "", "---"]
)
def test_words_that_many_names_share_take_nothing(name: str) -> None:
    """A college is not another one because both are colleges."""
    assert not takes_name(name, known_names=["Lakeshore Technical College", "Example Robotics"])
