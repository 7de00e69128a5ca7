"""Plain words for what the desk shows."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.corrections import RESULT
from issuer.delivery import DeliveryState
from issuer.model import RowFate
from issuer.result_cells import PERCENT, find_bounds
from pages import N_, translate
from storage import MessageChannel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from issuer.corrections import RowChange
    from issuer.model import Achievement, ResultDescription, RosterRow

FATE_LABELS: Mapping[str, str] = MappingProxyType(
    {
        RowFate.NEW.value: N_("gets a badge"),
        RowFate.ALREADY_ISSUED.value: N_("has it already"),
        RowFate.DIFFERS.value: N_("has it with other details"),
        RowFate.REVOKED.value: N_("was taken back before"),
        RowFate.PROBLEM.value: N_("needs a fix"),
    }
)
FATE_ICONS: Mapping[str, str] = MappingProxyType(
    {
        RowFate.NEW.value: "check",
        RowFate.ALREADY_ISSUED.value: "dash",
        RowFate.DIFFERS.value: "warning",
        RowFate.REVOKED.value: "failed",
        RowFate.PROBLEM.value: "failed",
    }
)
DELIVERY_LABELS: Mapping[str, str] = MappingProxyType(
    {
        DeliveryState.WAITING.value: N_("not sent, on paper only"),
        DeliveryState.QUEUED.value: N_("on its way"),
        DeliveryState.SENT.value: N_("sent"),
        DeliveryState.BOUNCED.value: N_("came back"),
        DeliveryState.OPENED.value: N_("opened"),
        DeliveryState.CLAIMED.value: N_("claimed"),
        DeliveryState.SUSPENDED.value: N_("suspended"),
        DeliveryState.REVOKED.value: N_("revoked"),
    }
)
_WRITTEN_TO_A_FILE = N_("ready as a file: nobody has sent it yet")
COLUMN_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "": N_("not used"),
        "name": N_("name"),
        "first_name": N_("first name"),
        "middle_name": N_("middle name"),
        "last_name": N_("last name"),
        "second_last_name": N_("second last name"),
        "email": N_("e-mail"),
        "phone": N_("phone number"),
        "person_id": N_("ID number"),
        "awarded_on": N_("date of the award"),
        "completed": N_("passed or not"),
        "evidence_url": N_("link to evidence"),
        "evidence_note": N_("note about evidence"),
        "license_number": N_("license number"),
    }
)


def say_results(row: RosterRow, course: Achievement) -> list[tuple[str, str]]:
    """Return the results of a person, each with the name of what was measured and the value or the level's name."""
    said = []
    for description in course.results:
        levels = {level.key: level.name for level in description.levels}
        said += [
            (description.name, levels.get(result.level, result.value))
            for result in row.results
            if result.description_key == description.key
        ]
    return said


def say_change(change: RowChange) -> str:
    """Return what a change of a badge is about: the name of a result, or what a column would be called."""
    return change.label if change.part == RESULT else translate(COLUMN_LABELS[change.part]).capitalize()


def say_delivery(state: str, channel: str = "", *, has_mail_server: bool, has_text_gateway: bool) -> str:
    """Return how far a badge has come, by e-mail or as a `text`; what only stands in a file is not called sent."""
    is_file = is_in_a_file(state, channel, has_mail_server=has_mail_server, has_text_gateway=has_text_gateway)
    return translate(_WRITTEN_TO_A_FILE if is_file else DELIVERY_LABELS[state])


def is_in_a_file(state: str, channel: str = "", *, has_mail_server: bool, has_text_gateway: bool) -> bool:
    """Return whether a message is a file that somebody has to send: nothing of the site sends messages of its kind."""
    leaves = has_text_gateway if channel == MessageChannel.TEXT.value else has_mail_server
    return state == DeliveryState.SENT.value and not leaves


def say_hours(hours: str) -> str:
    """Return the length of a training: a bare number counts hours, anything else has its unit."""
    is_number = hours.replace(".", "", 1).replace(",", "", 1).isdecimal()
    return translate("%(hours)s hours") % {"hours": hours} if is_number else hours


def say_column(meaning: str, course: Achievement) -> str:
    """Return what a column of a class list was read as, in plain words."""
    if meaning in COLUMN_LABELS:
        return translate(COLUMN_LABELS[meaning])
    result = _find_result(meaning, course)
    return translate("result: %(name)s") % {"name": result.name if result else meaning.rpartition(":")[2]}


def name_levels(meaning: str, course: Achievement) -> tuple[str, ...]:
    """Return the names of the levels that a column of a class list may hold; none when it holds no level."""
    result = _find_result(meaning, course)
    return tuple(level.name for level in result.levels) if result else ()


def _find_result(meaning: str, course: Achievement) -> ResultDescription | None:
    key = meaning.rpartition(":")[2]
    return next((entry for entry in course.results if entry.key == key), None)


def say_most(description: ResultDescription) -> str:
    """Return the most that a number can be, with its sign if it is a percent; empty where nothing bounds it."""
    most = find_bounds(description)[1]
    return f"{most} %" if most and description.result_type == PERCENT else most
