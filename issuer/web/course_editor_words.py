"""What the course editor says: names of fields, hints of the coach, choices."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.course_coach import HintKind
from pages import N_, say_achievement_type, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from issuer.course_coach import Hint
    from issuer.model import Achievement

HINTS: Mapping[HintKind, str] = MappingProxyType(
    {
        HintKind.TOO_SHORT: N_("This is short. Say in a sentence or two what the badge is for."),
        HintKind.NO_VERB: N_(
            "Nothing is done in this text. Say what people do, such as “sets up a mill and checks the first part”."
        ),
        HintKind.JARGON: N_("“%(word)s” is office language. Plainer: “%(better)s”."),
        HintKind.HARD_TO_READ: N_(
            "This needs about %(grade)s years of school to read. Use shorter sentences and words; 8 or less is good."
        ),
        HintKind.NO_CAN_DO: N_("Add one sentence at least. It is what a foreman reads first."),
        HintKind.CAN_DO_SHORT: N_("Say a little more: what is done, and with what?"),
        HintKind.CAN_DO_LONG: N_("This is long. Make two sentences of it."),
        HintKind.CAN_DO_UNSEEN: N_("Nobody can see “%(word)s” on the shop floor. Say what the person does."),
        HintKind.CRITERIA_WHAT: N_("What did the person have to do? Use a verb, such as “measure three parts”."),
        HintKind.CRITERIA_ATTENDED: N_("Being there is not a test. Say what the person had to show."),
        HintKind.CRITERIA_STANDARD: N_(
            "How well? Give a limit, such as “70 percent”, “within 0.1 mm” or “without help”."
        ),
        HintKind.CRITERIA_WATCHED: N_("Who watched or marked it? Such as “while the trainer watched”."),
    }
)
FIELD_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Name of the badge"),
        "slug": N_("Short name in addresses"),
        "description": N_("What it is, in plain words"),
        "criteria": N_("What a person had to do to earn it"),
        "criteria_url": N_("Web page with the rules"),
        "can_do": N_("What people can do afterwards"),
        "assessment": N_("How it was tested"),
        "hours": N_("Length of the training"),
        "skills": N_("Skills from public lists"),
        "results": N_("What is measured"),
        "tags": N_("Key words"),
        "achievement_type": N_("Kind of badge"),
        "field_of_study": N_("Field"),
        "valid_months": N_("Valid for how many months"),
        "language": N_("Language of the course"),
        "version": N_("Version"),
        "creator_name": N_("Who designed the course"),
        "creator_url": N_("Web address of the designer"),
        "image": N_("Picture"),
        "design": N_("Drawing of the badge"),
    }
)
LANGUAGES = (("en", N_("English")), ("es", N_("Spanish")))
RESULT_KINDS = (
    ("RubricCriterionLevel", N_("Levels, such as “with help” and “alone”")),
    ("Percent", N_("Percent")),
    ("RawScore", N_("Points")),
    ("LetterGrade", N_("Grade in letters")),
    ("Result", N_("Anything else")),
)
USUAL_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Certificate": N_("%(kind)s: a training that ended with a test"),
        "CertificateOfCompletion": N_("%(kind)s: a training that was finished, without a test"),
        "Competency": N_("%(kind)s: one thing that a person showed they can do"),
        "MicroCredential": N_("%(kind)s: a small part of a larger training"),
        "Certification": N_("%(kind)s: a test by the rules of an industry"),
    }
)
OTHER_KINDS = (
    "Course", "License", "ApprenticeshipCertificate", "JourneymanCertificate", "Achievement", "Award", "Badge",
    "Assessment",
)  # fmt: skip
SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "hexagon": N_("Hexagon"),
        "shield": N_("Shield"),
        "circle": N_("Circle"),
        "rosette": N_("Rosette"),
        "octagon": N_("Octagon"),
        "square": N_("Square"),
        "cog": N_("Cog wheel"),
    }
)
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "navy": N_("Navy"), "teal": N_("Teal"), "green": N_("Green"), "purple": N_("Purple"), "red": N_("Red"),
        "rust": N_("Rust"), "slate": N_("Slate"), "indigo": N_("Indigo"), "blue": N_("Blue"), "olive": N_("Olive"),
        "brown": N_("Brown"), "plum": N_("Plum"), "black": N_("Black"), "steel": N_("Steel"), "wine": N_("Wine"),
    }
)  # fmt: skip
ICONS: Mapping[str, str] = MappingProxyType(
    {
        "bolt": N_("Electricity"), "book": N_("Book"), "caliper": N_("Caliper"), "chart": N_("Chart"),
        "clipboard": N_("Check list"), "cube": N_("Design"), "flame": N_("Welding"), "forklift": N_("Forklift"),
        "gear": N_("Machine"), "hard_hat": N_("Safety"), "people": N_("People"), "robot": N_("Robot"),
        "screen": N_("Computer"), "target": N_("Tolerance"), "wrench": N_("Maintenance"),
    }
)  # fmt: skip
_MAX_SHOWN_CHARS = 160


def say_hint(hint: Hint) -> str:
    """Return a hint as a sentence in the language of the request."""
    return translate(HINTS[hint.kind]) % {"word": hint.word, "better": hint.better, "grade": hint.grade}


def list_usual_kinds() -> list[tuple[str, str]]:
    """Return the kinds of badges that most courses need, each with what it is for."""
    return [(kind, translate(line) % {"kind": say_achievement_type(kind)}) for kind, line in USUAL_KINDS.items()]


def list_other_kinds(current: str) -> list[tuple[str, str]]:
    """Return the other kinds of badges to choose from, with the one that is chosen now."""
    kinds = dict.fromkeys((*OTHER_KINDS, *([current] if current and current not in USUAL_KINDS else [])))
    return [(kind, say_achievement_type(kind)) for kind in kinds]


def list_course_changes(old: Achievement, new: Achievement) -> list[tuple[str, str, str]]:
    """Return what a course changes: the name of the field, what stood there, and what will stand there."""
    return [
        (translate(label), _show(getattr(old, name)), _show(getattr(new, name)))
        for name, label in FIELD_LABELS.items()
        if getattr(old, name) != getattr(new, name)
    ]


def _show(value: object) -> str:
    if isinstance(value, bytes):
        return translate("own picture") if value else translate("drawn badge")
    if isinstance(value, tuple):
        return " · ".join(_show(getattr(one, "name", one)) for one in value)[: 4 * _MAX_SHOWN_CHARS] or "-"
    if hasattr(value, "shape"):
        parts = (value.shape, value.colour, value.icon, value.words, "★" * value.level)  # type: ignore[attr-defined]
        return " · ".join(part for part in parts if part) or "-"
    text = " ".join(str(value or "").split()) or "-"
    return text if len(text) <= _MAX_SHOWN_CHARS else text[: _MAX_SHOWN_CHARS - 1] + "…"
