"""Hints for plain words in a course: never a refusal, always with what to do. English and Spanish."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from schemas import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIN_DESCRIPTION_WORDS = 8
MIN_CAN_DO_WORDS = 3
MAX_CAN_DO_WORDS = 25
MAX_GRADE = 8  # years of school that a reader needs
MIN_MEASURED_WORDS = 20  # of fewer words a grade says nothing
MAX_COACHED_CHARS = 8_000


class HintKind(enum.Enum):
    """What could be plainer."""

    TOO_SHORT = "too_short"
    NO_VERB = "no_verb"
    JARGON = "jargon"
    HARD_TO_READ = "hard_to_read"
    NO_CAN_DO = "no_can_do"
    CAN_DO_SHORT = "can_do_short"
    CAN_DO_LONG = "can_do_long"
    CAN_DO_UNSEEN = "can_do_unseen"
    CRITERIA_WHAT = "criteria_what"
    CRITERIA_ATTENDED = "criteria_attended"
    CRITERIA_STANDARD = "criteria_standard"
    CRITERIA_WATCHED = "criteria_watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One hint: the field of the form, and the words that it is about (as they were typed, with plainer ones)."""

    field: str
    kind: HintKind
    word: str = ""
    better: str = ""
    grade: int = 0


_UNSEEN = re.compile(
    r"(?:can |puede )?"
    r"(?:know|understand|be aware|appreciate|be familiar|comprehend|learn|conoc|entend|comprend|sab(?:e|er)\b)"
)
_DONE = re.compile(
    r"\b(?:pass|attend|complet|measur|build|built|make|made|weld|driv|run|ran|set|write|wrote|show|answer|do|did|finish|"
    r"fix|repair|cut|drill|assembl|inspect|program|operat|load|pick|print|solder|wire|read|work|test|present|score|"
    r"aprob|asist|complet|med|constru|hac|hizo|sold|conduc|manej|ejecut|prepar|escrib|mostr|demostr|respond|termin|"
    r"repar|cort|taladr|arm|inspeccion|program|oper|carg|le[ei]|trabaj|pas)"
)
# Being there, and words that only say where or how long: "Attended the class", "Asistió a todas las sesiones".
_ATTENDED = re.compile(
    r"\b(?:attend\w*|participat\w*|took part|take part|(?:was|were|be|is) (?:there|present)|complet\w* (?:the |all )?"
    r"(?:class|course|hours|training|sessions?)\w*|asist\w*|particip\w*|estuvo|complet\w* (?:el |la |todas las )?"
    r"(?:clase|curso|horas|formacion|sesion)\w*)\b"
)
_STANDARD = re.compile(
    r"\d|%|percent|por ciento|\b(?:without|within|at least|no more than|all|every|each|half|two|three|four|five|ten|"
    r"sin|dentro de|al menos|como minimo|todos|todas|cada|mitad|dos|tres|cuatro|cinco|diez)\b"
)
_WATCHED = re.compile(
    r"watch|observ|trainer|instructor|examiner|supervisor|assessor|teacher|mentor|inspector|witness|in front of|"
    r"sign(?:s|ed)? off|checked by|judged by|graded by|foreman|mir(?:a|o)|vigil|evaluador|examinador|supervis|maestr|"
    r"capacitador|entrenador|jef[ea]|delante de|ante un|revisad[oa] por|calificad[oa] por"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?:\s|$)|\n\s*(?:\n|[-*\d])|;")


@dataclass(frozen=True, slots=True)
class _Words:
    jargon: Mapping[str, str]
    verbs: frozenset[str]


def coach_course(
    *, description: str, criteria: str, assessment: str, can_do: Sequence[tuple[str, str]], language: str
) -> tuple[Hint, ...]:
    """Return what could be plainer in the words of a course; empty fields are left to the rules of a course.

    Args:
        description: Markdown.
        criteria: Markdown.
        assessment: Markdown; who watched may be said here as well.
        can_do: The field of the form and the sentence, of those that are not empty.
        language: Of the course; hints that need a language are given for English and Spanish alone.
    """
    short = language.lower().split("-")[0]
    hints = [
        *_coach_description(description[:MAX_COACHED_CHARS], short),
        *_coach_criteria(criteria[:MAX_COACHED_CHARS], assessment[:MAX_COACHED_CHARS], short),
        *_coach_words("assessment", assessment[:MAX_COACHED_CHARS], short),
    ]
    if not can_do:
        hints.append(Hint(field="can_do", kind=HintKind.NO_CAN_DO))
    for field, sentence in can_do:
        hints += _coach_can_do(field, sentence[:MAX_COACHED_CHARS], short)
    return tuple(hints)


@lru_cache(maxsize=1)
def _load_words() -> dict[str, _Words]:
    text = resources.files("issuer").joinpath("coach_words.yaml").read_text("utf-8")
    document = cast("dict[str, dict[str, Any]]", read_yaml(text))
    return {
        language: _Words(jargon=words["jargon"], verbs=frozenset(words["verbs"].split()))
        for language, words in document.items()
    }


def measure_grade(text: str, language: str) -> int | None:
    """Return the years of school that a text asks of its reader, or None when too little of it is there.

    English: Flesch-Kincaid grade level. Spanish: Crawford's formula for years of schooling.
    """
    words = _WORD.findall(text)
    if len(words) < MIN_MEASURED_WORDS or language not in {"en", "es"}:
        return None
    sentences = max(1, len([part for part in _SENTENCE_END.split(text) if part and _WORD.search(part)]))
    if language == "en":
        syllables = sum(_count_english(word) for word in words)
        grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    else:
        syllables = sum(_count_spanish(word) for word in words)
        grade = 0.049 * 100 * syllables / len(words) - 0.205 * 100 * sentences / len(words) - 3.407
    return max(0, round(grade))


def _count_english(word: str) -> int:
    plain = word.lower()
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def _count_spanish(word: str) -> int:
    # A strong vowel (a, e, o, or an accented one) carries a syllable; weak ones beside it belong to it.
    plain = word.lower()
    return max(1, len(re.findall(r"[iuü]*[aeoáéíóú][iuüy]*(?![aeoáéíóú])|[iuü]*[aeoáéíóú]|[iuü]+", plain)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode("ascii")


def _coach_description(text: str, language: str) -> list[Hint]:
    words = _WORD.findall(text)
    if not words:
        return []
    hints = []
    if len(words) < MIN_DESCRIPTION_WORDS:
        hints.append(Hint(field="description", kind=HintKind.TOO_SHORT))
    known = _load_words().get(language)
    if known is not None and not known.verbs & {word.lower() for word in words}:
        hints.append(Hint(field="description", kind=HintKind.NO_VERB))
    return hints + _coach_words("description", text, language)


def _coach_criteria(text: str, assessment: str, language: str) -> list[Hint]:
    if not text.strip():
        return []
    plain, both = _plain(text), _plain(f"{text}\n{assessment}")
    hints = []
    if language in {"en", "es"}:
        verbs = _load_words()[language].verbs & {word.lower() for word in _WORD.findall(text)}
        if _ATTENDED.search(plain) and not _DONE.search(_ATTENDED.sub(" ", plain)):
            hints.append(Hint(field="criteria", kind=HintKind.CRITERIA_ATTENDED))
        elif not verbs and not _DONE.search(plain):
            hints.append(Hint(field="criteria", kind=HintKind.CRITERIA_WHAT))
        if not _STANDARD.search(plain):
            hints.append(Hint(field="criteria", kind=HintKind.CRITERIA_STANDARD))
        if not _WATCHED.search(both):
            hints.append(Hint(field="criteria", kind=HintKind.CRITERIA_WATCHED))
    return hints + _coach_words("criteria", text, language)


def _coach_words(field: str, text: str, language: str) -> list[Hint]:
    hints = []
    plain = _plain(text)
    known = _load_words().get(language)
    for start, better in known.jargon.items() if known else ():
        found = re.search(rf"\b{re.escape(start)}\w*", plain)
        if found:
            hints.append(Hint(field=field, kind=HintKind.JARGON, word=found[0], better=better))
    grade = measure_grade(text, language)
    if grade is not None and grade > MAX_GRADE:
        hints.append(Hint(field=field, kind=HintKind.HARD_TO_READ, grade=grade))
    return hints


def _coach_can_do(field: str, sentence: str, language: str) -> list[Hint]:
    words = _WORD.findall(sentence)
    hints = []
    if len(words) < MIN_CAN_DO_WORDS:
        hints.append(Hint(field=field, kind=HintKind.CAN_DO_SHORT))
    elif len(words) > MAX_CAN_DO_WORDS:
        hints.append(Hint(field=field, kind=HintKind.CAN_DO_LONG))
    unseen = _UNSEEN.match(_plain(sentence)) if language in {"en", "es"} else None
    if unseen:
        hints.append(Hint(field=field, kind=HintKind.CAN_DO_UNSEEN, word=unseen[0].strip()))
    return hints + [hint for hint in _coach_words(field, sentence, language) if hint.kind is HintKind.JARGON]
