"""Read a messy class list and say which cells have to be mended."""

from pathlib import Path

from issuer import read_achievement, read_roster
from schemas import describe_code

HERE = Path(__file__).parent
course_file = HERE / "achievements" / "cmm-operator.yaml"
class_list = HERE / "rosters" / "cmm-autumn-messy.xlsx"

course = read_achievement(course_file.read_bytes(), filename=course_file.name, folder=course_file.parent)
roster = read_roster(class_list.read_bytes(), filename=class_list.name, achievement=course)
for problem in roster.problems:
    print(f"row {problem.row}, {problem.column or 'whole row'}: {describe_code(problem.code).en} [{problem.value}]")
print(f"{len(roster.rows)} people are ready, {len(roster.problems)} cells have to be mended.")
