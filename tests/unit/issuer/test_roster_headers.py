"""Headers are guessed in English and Spanish, wherever they stand."""

from __future__ import annotations

import pytest

from issuer import ResultDescription
from schemas import RosterError
from tests.doubles.class_lists import COURSE, LEVELS, course_with, names_of, problems_of, read_text

_DRIVING = ResultDescription(key="driving", name="Driving course", result_type="RubricCriterionLevel", levels=LEVELS)
_WRITTEN = ResultDescription(key="written", name="Written test", result_type="Percent")


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Name", "name"),
        ("FULL NAME *", "name"),
        ("Student Name:", "name"),
        ("Participant", "name"),
        ("Nombre", "name"),
        ("Nombre y apellidos", "name"),
        ("Apellidos, Nombre", "name"),
        ("Alumno", "name"),
        ("Name (Last, First)", "name"),
        ("Nombre / Name", "name"),
    ],
)
def test_name_header(header: str, meaning: str) -> None:
    """A column of names is found under any of its usual headers."""
    quoted = '"' + header + '"'
    assert read_text(f"{quoted},Shoe size\nAnn Lee,42\n").columns == ((header, meaning), ("Shoe size", ""))


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("E-mail", "email"),
        ("EMAIL ADDRESS", "email"),
        ("Correo electrónico", "email"),
        ("Correo", "email"),
        ("Employee #", "person_id"),
        ("Emp. No.", "person_id"),
        ("ID", "person_id"),
        ("Clock No", "person_id"),
        ("Número de empleado", "person_id"),
        ("Matrícula", "person_id"),
        ("Badge date", "awarded_on"),
        ("Completion Date", "awarded_on"),
        ("Date (mm/dd/yyyy)", "awarded_on"),
        ("Fecha", "awarded_on"),
        ("Fecha de finalización", "awarded_on"),
        ("Evidence", "evidence_url"),
        ("Evidencia", "evidence_url"),
        ("Badge note", "evidence_note"),
        ("Certificate no.", "license_number"),
        ("License #", "license_number"),
        ("Folio", "license_number"),
    ],
)
def test_other_header(header: str, meaning: str) -> None:
    """E-mail, number, date, evidence and licence columns are found in both languages."""
    assert read_text(f"Name,{header}\nAnn Lee,\n").columns[1] == (header, meaning)


@pytest.mark.parametrize("header", ["Notes", "Comments", "Date of birth", "Hire date", "Emergency phone", "#", "SSN"])
def test_private_columns_are_left_alone(header: str) -> None:
    """A column that nobody asked for never gets onto a badge."""
    assert read_text(f"Name,{header}\nAnn Lee,x\n").columns[1] == (header, "")


def test_first_and_last_name_are_joined() -> None:
    """First, middle and last name from columns of their own make one name."""
    roster = read_text("Last name,First name,Middle initial\nLopez,Maria,J.\nLee,Ann,\n")
    assert names_of(roster) == ["Maria J. Lopez", "Ann Lee"]


def test_spanish_surnames_are_joined() -> None:
    """Nombre(s), apellido paterno and apellido materno make one name in Spanish order."""
    roster = read_text("Apellido paterno,Apellido materno,Nombre(s)\nLópez,García,María José\n")
    assert names_of(roster) == ["María José López García"]


def test_name_beside_surname_is_first_name() -> None:
    """`Nombre` beside `Apellidos` is the first name."""
    assert names_of(read_text("Nombre,Apellidos\nMaría,López García\n")) == ["María López García"]


def test_employee_beside_name_is_a_number() -> None:
    """`Employee` beside `Name` is the employee number."""
    roster = read_text("Employee,Name\n1042,Ann Lee\n")
    assert (roster.rows[0].name, roster.rows[0].person_id) == ("Ann Lee", "1042")


def test_result_column_by_name() -> None:
    """A result is found by its name or its key, with words such as `score` behind it."""
    roster = read_text(
        "Name,Driving Course,written score\nAnn Lee,Works alone,88\n", course=course_with(_DRIVING, _WRITTEN)
    )
    assert [meaning for _, meaning in roster.columns] == ["name", "result:driving", "result:written"]


def test_general_result_columns() -> None:
    """`Level` is the only result with levels, `Score` the only one without."""
    roster = read_text("Name,Level,Score\nAnn Lee,Works alone,88\n", course=course_with(_DRIVING, _WRITTEN))
    assert [meaning for _, meaning in roster.columns] == ["name", "result:driving", "result:written"]


def test_score_of_two_results_is_not_guessed() -> None:
    """`Score` is not used when two results could be meant."""
    other = ResultDescription(key="practice", name="Practice", result_type="Percent")
    roster = read_text("Name,Score\nAnn Lee,88\n", course=course_with(_WRITTEN, other))
    assert roster.columns[1] == ("Score", "")


def test_surer_of_two_dates_is_used() -> None:
    """Of `Class date` and `Badge date` the badge date is used."""
    roster = read_text("Name,Class date,Badge date\nAnn Lee,2026-11-01,2026-11-22\n")
    assert str(roster.rows[0].awarded_on) == "2026-11-22"
    assert roster.columns[1] == ("Class date", "")


def test_title_rows_above_the_header() -> None:
    """A title, the trainer's name and an empty row above the header do no harm; rows keep their numbers."""
    roster = read_text("CMM class,,\nTrainer: Name of trainer,,\n,,\nName,E-mail,Date\nAnn Lee,ann@example.org,\n")
    assert [row.number for row in roster.rows] == [5]


def test_header_below_row_fifteen_is_not_found() -> None:
    """A header is looked for in the first 15 rows only."""
    with pytest.raises(RosterError) as caught:
        read_text("title\n" * 15 + "Name\nAnn Lee\n")
    assert caught.value.code == "roster.no_name_column"


def test_no_header_at_all() -> None:
    """A list without a name column is refused as a whole."""
    with pytest.raises(RosterError) as caught:
        read_text("Ann Lee,ann@example.org\n")
    assert caught.value.code == "roster.no_name_column"


def test_nobody_below_the_header() -> None:
    """A header alone is no class list."""
    with pytest.raises(RosterError) as caught:
        read_text("Name,E-mail\n,\n")
    assert caught.value.code == "roster.no_rows"


def test_every_missing_column_is_named_at_once() -> None:
    """The error names all results that the list has no column for."""
    needed = [
        ResultDescription(key=name.lower(), name=name, result_type="Result", required_value="yes")
        for name in ("Driving", "Loading")
    ]
    with pytest.raises(RosterError) as caught:
        read_text("Name\nAnn Lee\n", course=course_with(*needed))
    assert caught.value.column == "Driving, Loading"


def test_required_result_without_column() -> None:
    """A badge that asks for a level needs a column for it; the error names the result."""
    required = ResultDescription(
        key="driving", name="Driving course", result_type="RubricCriterionLevel", levels=LEVELS, required_level="solid"
    )
    with pytest.raises(RosterError) as caught:
        read_text("Name\nAnn Lee\n", course=course_with(required))
    assert (caught.value.code, caught.value.column) == ("roster.result_column_missing", "Driving course")


def test_result_that_takes_the_name_column() -> None:
    """A result called Student takes the only column that could be the name; that is said, not guessed."""
    result = ResultDescription(key="student", name="Student", result_type="Result")
    with pytest.raises(RosterError) as caught:
        read_text("Student\nAnn Lee\n", course=course_with(result))
    assert caught.value.code == "roster.no_name_column"


def test_two_columns_of_one_meaning() -> None:
    """Two equally likely columns are not chosen between."""
    with pytest.raises(RosterError) as caught:
        read_text("Name,E-mail,Correo\nAnn Lee,a@example.org,b@example.org\n")
    assert (caught.value.code, caught.value.column) == ("roster.header_duplicate", "Correo")


def test_unused_headers_may_repeat() -> None:
    """Two columns called `Week` do no harm."""
    assert problems_of(read_text("Name,Week,Week\nAnn Lee,x,x\n", course=COURSE)) == []
