"""Hints for plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer import read_achievement
from issuer.course_coach import Hint, HintKind, coach_course, measure_grade

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples" / "achievements").glob("*.yaml"))
GOOD_DESCRIPTION = "People with this badge set up a mill, run a part, and check it against the drawing."
GOOD_CRITERIA = "Make three parts within 0.1 mm while the trainer watches."
# By hand: 20 words, 1 sentence, 20 syllables: 0.39 * 20 + 11.8 - 15.59 = 4.01.
GRADE_FOUR = "The cat sat on the mat and the dog ran to the red car with the boy on top now."


def _kinds(hints: tuple[Hint, ...], field: str) -> set[HintKind]:
    return {hint.kind for hint in hints if hint.field == field}


def _coach(
    description: str = GOOD_DESCRIPTION,
    criteria: str = GOOD_CRITERIA,
    can_do: str = "Can read a drawing",
    language: str = "en",
) -> tuple[Hint, ...]:
    return coach_course(
        description=description,
        criteria=criteria,
        assessment="",
        can_do=[("can_do/0", can_do)] if can_do else [],
        language=language,
    )


def test_plain_words_get_no_hint() -> None:
    """Who writes plainly is left in peace."""
    assert _coach() == ()


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("CNC basics", HintKind.TOO_SHORT),
        ("Fundamentals of metrology for the shop floor and beyond it", HintKind.NO_VERB),
        ("People utilize a mill and make parts that fit the drawing well.", HintKind.JARGON),
    ],
)
def test_description_is_coached(description: str, kind: HintKind) -> None:
    """Too short, without a verb, in jargon: each is said."""
    assert kind in _kinds(_coach(description), "description")


def test_jargon_comes_with_a_plain_word() -> None:
    """The hint names the word and a better one."""
    (hint,) = _coach("People utilize a mill and make parts that fit the drawing well.")
    assert (hint.word, hint.better) == ("utilize", "use")


def test_hard_sentences_are_told_with_their_grade() -> None:
    """A text above grade 8 is called hard."""
    text = (
        "Participants will have acquired comprehensive dimensional metrology capabilities encompassing "
        "coordinate measuring instrumentation, statistical interpretation, and organizational documentation "
        "responsibilities necessitating interdisciplinary communication."
    )
    hints = [hint for hint in _coach(text) if hint.kind is HintKind.HARD_TO_READ]
    assert hints
    assert hints[0].grade > 8


def test_grade_is_the_published_formula() -> None:
    """Flesch-Kincaid, computed by hand for a text of one-syllable words."""
    assert measure_grade(GRADE_FOUR, "en") == 4


def test_short_text_has_no_grade() -> None:
    """Of a few words nothing can be said."""
    assert measure_grade("Runs a mill.", "en") is None


@pytest.mark.parametrize(
    ("criteria", "kind"),
    [
        ("Show up.", HintKind.CRITERIA_STANDARD),
        ("Measure three parts within 0.01 mm.", HintKind.CRITERIA_WATCHED),
        ("Metrology, 24 hours, with the trainer.", HintKind.CRITERIA_WHAT),
    ],
)
def test_criteria_are_asked_what_how_well_and_who_watched(criteria: str, kind: HintKind) -> None:
    """What did the person do, to what standard, who watched."""
    assert kind in _kinds(_coach(criteria=criteria), "criteria")


@pytest.mark.parametrize(
    ("criteria", "language"),
    [
        ("Attended the class.", "en"),
        ("Attend all sessions and complete the course.", "en"),
        ("Asistió a todas las clases.", "es"),
        ("Participar en el taller.", "es"),
    ],
)
def test_being_there_is_no_test(criteria: str, language: str) -> None:
    """Who only asks that people come is asked what they had to show."""
    assert HintKind.CRITERIA_ATTENDED in _kinds(_coach(criteria=criteria, language=language), "criteria")


@pytest.mark.parametrize(
    ("criteria", "language"),
    [
        ("Attend the class and measure three parts within 0.1 mm.", "en"),
        ("Asistir a la clase y soldar dos piezas.", "es"),
        (GOOD_CRITERIA, "en"),
    ],
)
def test_who_asks_for_more_than_being_there_is_left_in_peace(criteria: str, language: str) -> None:
    """Attendance beside a task is fine."""
    assert HintKind.CRITERIA_ATTENDED not in _kinds(_coach(criteria=criteria, language=language), "criteria")


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Milling", HintKind.CAN_DO_SHORT),
        ("Can understand what a datum is", HintKind.CAN_DO_UNSEEN),
        ("w " * 30, HintKind.CAN_DO_LONG),
    ],
)
def test_can_do_sentences_are_coached(sentence: str, kind: HintKind) -> None:
    """What a foreman cannot see on the floor is no can-do sentence."""
    assert kind in _kinds(_coach(can_do=sentence), "can_do/0")


def test_missing_can_do_is_told() -> None:
    """Without a can-do sentence the foreman reads nothing that he can use."""
    assert _kinds(_coach(can_do=""), "can_do") == {HintKind.NO_CAN_DO}


def test_spanish_is_coached_in_spanish() -> None:
    """A Spanish course is looked at with Spanish words."""
    hints = _coach(
        "Las personas implementan una metodología y hacen piezas buenas en la fresadora.",
        "Hacer tres piezas con 0.1 mm delante del instructor.",
        "Puede leer un plano",
        "es",
    )
    assert [hint.word for hint in hints] == ["implementan", "metodologia"]


def test_other_languages_get_only_hints_that_need_none() -> None:
    """Nobody is told that a French text has no English verb."""
    assert _coach("Un cours de fraisage pour les gens de l'atelier.", "Faire des choses.", "Lire un plan", "fr") == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_courses_say_what_was_done(path: Path) -> None:
    """Our own examples pass the questions about what, how well and the can-do sentences."""
    course = read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)
    hints = coach_course(
        description=course.description,
        criteria=course.criteria,
        assessment=course.assessment,
        can_do=[(f"can_do/{row}", line) for row, line in enumerate(course.can_do)],
        language=course.language,
    )
    unwanted = {HintKind.NO_VERB, HintKind.CRITERIA_WHAT, HintKind.NO_CAN_DO, HintKind.CAN_DO_SHORT}
    assert [hint for hint in hints if hint.kind in unwanted] == []


def test_long_text_is_coached_in_bounded_time() -> None:
    """A text of a million letters is cut before it is looked at."""
    assert measure_grade("a" * 100, "en") is None
    assert _coach("mill " * 200_000)
