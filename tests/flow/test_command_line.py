"""The program from the outside: a newcomer's first hour."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from keys import system_clock
from skillmark.cli import main
from skillmark.settings import load_settings
from skillmark.wiring import open_ledger
from tests.architecture.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

COURSE = str(ROOT / "examples" / "achievements" / "cmm-operator.yaml")
CLASS_LIST = str(ROOT / "examples" / "rosters" / "cmm-spring.csv")
MESSY_LIST = str(ROOT / "examples" / "rosters" / "cmm-autumn-messy.xlsx")
CLASS_SIZE = 24


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program with a data folder of its own."""

    def run_program(*arguments: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments], input=stdin)

    return run_program


@pytest.fixture(scope="session")
def issued_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issuer, the example class list issued, and everybody's files; made once, copied for each test."""
    folder = tmp_path_factory.mktemp("issued")
    home = ["--home", str(folder / "home")]
    assert CliRunner().invoke(main, [*home, "init", "--name", "Shop College"]).exit_code == 0
    issue = [*home, "issue", CLASS_LIST, "--achievement", COURSE, "--yes", "--out", str(folder / "out")]
    done = CliRunner().invoke(main, issue)
    assert done.exit_code == 0, done.output
    assert f"{CLASS_SIZE} issued, 0 not." in done.output
    return folder


@pytest.fixture
def issued_folder(issued_once: Path, tmp_path: Path) -> Path:
    """The folder with everybody's files; `run` works on a fresh copy of the data folder behind it."""
    shutil.copytree(issued_once / "home", tmp_path / "home")
    return issued_once / "out"


def test_nothing_is_issued_without_yes(run: Run) -> None:
    """The dry run names every row's fate and issues nothing."""
    run("init", "--name", "Shop College")
    plan = run("issue", CLASS_LIST, "--achievement", COURSE)
    assert plan.exit_code == 0
    assert "Nothing was issued." in plan.output
    assert f"{CLASS_SIZE} new" in plan.output
    again = json.loads(run("issue", CLASS_LIST, "--achievement", COURSE, "--json").stdout)
    assert {row["fate"] for row in again["rows"]} == {"new"}


def test_messy_list_names_each_bad_cell(run: Run) -> None:
    """Every problem comes with its row, a sentence, what to do, and a code."""
    run("init", "--name", "Shop College")
    plan = json.loads(run("issue", MESSY_LIST, "--achievement", COURSE, "--json").stdout)
    problems = {row["row"]: [problem["code"] for problem in row["problems"]] for row in plan["rows"] if row["problems"]}
    assert problems[12] == ["roster.date_invalid"]
    assert problems[18] == ["roster.duplicate_person"]
    assert sum(row["fate"] == "new" for row in plan["rows"]) > 0


def test_same_list_again_issues_nothing(run: Run, issued_folder: Path) -> None:
    """A second run finds everybody and adds nobody."""
    assert issued_folder.is_dir()
    again = run("issue", CLASS_LIST, "--achievement", COURSE, "--yes")
    assert "Nothing new to issue." in again.output
    assert f"{CLASS_SIZE} has it already" in again.output


@pytest.fixture
def changed_course(tmp_path: Path) -> str:
    """The example course under its own short name, with another way of testing."""
    text = (ROOT / "examples" / "achievements" / "cmm-operator.yaml").read_text("utf-8")
    changed = re.sub(r"^valid_months:.*$", "valid_months: 12", text, flags=re.MULTILINE)
    assert changed != text
    path = tmp_path / "cmm-operator.yaml"
    path.write_text(re.sub(r"^image:.*\n", "", changed, flags=re.MULTILINE), "utf-8")
    return str(path)


@pytest.mark.usefixtures("issued_folder")
def test_changed_course_is_told_of_and_not_replaced_by_itself(run: Run, changed_course: str, tmp_path: Path) -> None:
    """Nobody can be asked here: the change is named, nothing is issued, and the course stays as it was."""
    people = tmp_path / "new.csv"
    people.write_text("Name,Practical test,Written test\nNora Newcomer,Works alone,91\n", "utf-8")
    issue = ["issue", str(people), "--achievement", changed_course]
    dry = run(*issue)
    assert dry.exit_code == 0
    assert "valid_months: 36 -> 12" in dry.output
    refused = run(*issue, "--yes")
    assert refused.exit_code == 1
    assert "config.course_changed" in refused.output
    done = run(*issue, "--yes", "--replace-course")
    assert done.exit_code == 0, done.output
    assert "1 issued, 0 not." in done.output
    assert "valid_months" not in run(*issue).output


@pytest.mark.usefixtures("issued_folder")
@pytest.mark.parametrize(("answer", "exit_code"), [(b"n\n", 1), (b"y\n", 0)])
def test_changed_course_is_asked_for(changed_course: str, tmp_path: Path, answer: bytes, exit_code: int) -> None:
    """At a terminal the program asks before it replaces the course."""
    people = tmp_path / "new.csv"
    people.write_text("Name,Practical test,Written test\nNora Newcomer,Works alone,91\n", "utf-8")
    command = [sys.executable, "-m", "skillmark", "--home", str(tmp_path / "home"), "issue", str(people)]
    keyboard, terminal = os.openpty()
    try:
        os.write(keyboard, answer)
        done = subprocess.run(
            [*command, "--achievement", changed_course, "--yes"],
            stdin=terminal,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert "Replace the course?" in done.stderr
    assert done.returncode == exit_code, done.stderr
    assert ("1 issued, 0 not." in done.stdout) == (exit_code == 0)


@pytest.mark.usefixtures("issued_folder")
def test_same_course_is_not_asked_about(run: Run) -> None:
    """The course as it is here changes nothing."""
    assert "The file changes" not in run("issue", CLASS_LIST, "--achievement", COURSE, "--yes").output


@pytest.mark.parametrize("ending", ["json", "jwt", "png", "svg", "pdf"])
def test_every_form_verifies(run: Run, issued_folder: Path, ending: str) -> None:
    """JSON, JWT, baked PNG and SVG and the PDF certificate each verify, exit code 0."""
    file = next(issued_folder.glob(f"*/*badge.{ending}"))
    done = run("verify", str(file), "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["verdict"] == "verified"
    assert report["headline"] == "genuine"
    assert len(report["checks"]) == len({check["name"] for check in report["checks"]})


def test_standard_input_verifies(run: Run, issued_folder: Path) -> None:
    """`-` reads the badge from standard input."""
    file = next(issued_folder.glob("*/*badge.json"))
    assert run("verify", "-", stdin=file.read_bytes()).exit_code == 0


def test_changed_badge_is_rejected(run: Run, issued_folder: Path, tmp_path: Path) -> None:
    """One changed letter in the name: exit code 1 and the headline says so."""
    file = next(issued_folder.glob("*/*badge.json"))
    badge = json.loads(file.read_bytes())
    badge["credentialSubject"]["achievement"]["name"] += "!"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(badge), "utf-8")
    done = run("verify", str(changed))
    assert done.exit_code == 1
    assert done.output.startswith("Not genuine")
    assert "proof.signature_mismatch" in done.output


def test_offline_elsewhere_says_what_could_not_be_checked(issued_folder: Path, tmp_path: Path) -> None:
    """On another machine without a network the status is open: exit code 3."""
    file = next(issued_folder.glob("*/*badge.json"))
    elsewhere = ["--home", str(tmp_path / "elsewhere"), "verify", str(file), "--offline"]
    done = CliRunner().invoke(main, elsewhere)
    assert done.exit_code == 3
    assert done.output.startswith("Could not check")


def test_expired_badge_at_a_later_time(run: Run, issued_folder: Path) -> None:
    """`--at` judges the dates as of another day; an expired badge ends with 1 and is not called forged."""
    file = next(issued_folder.glob("*/*badge.json"))
    done = run("verify", str(file), "--at", "2040-01-01T00:00:00Z", "--json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert {check["name"]: check["code"] for check in report["checks"]}["validity_period"] == "validity.expired"


def test_status_goes_there_and_back(run: Run, issued_folder: Path) -> None:
    """Suspend, reinstate and revoke show in the next verification; revoked stays revoked."""
    file = next(issued_folder.glob("*/*badge.json"))
    badge_id = json.loads(file.read_bytes())["id"]
    assert run("suspend", badge_id, "--reason", "Eye test overdue.").exit_code == 0
    assert "status.suspended" in run("verify", str(file)).output
    assert run("reinstate", badge_id, "--reason", "Eye test passed.").exit_code == 0
    assert run("verify", str(file)).exit_code == 0
    assert run("revoke", badge_id, "--reason", "Wrong person.", "--yes").exit_code == 0
    assert "status.revoked" in run("verify", str(file)).output
    assert run("reinstate", badge_id, "--reason", "No.").exit_code == 1


def test_recipient_is_checked_when_asked(run: Run, issued_folder: Path) -> None:
    """`--recipient` compares the name; another name is a warning that the report shows."""
    file = next(issued_folder.glob("*/*badge.json"))
    identifiers = json.loads(file.read_bytes())["credentialSubject"]["identifier"]
    name = next(entry["identityHash"] for entry in identifiers if entry["identityType"] == "name")
    assert "recipient.passed" in run("verify", str(file), "--recipient", name).output
    assert "recipient.passed" not in run("verify", str(file), "--recipient", "Nobody Else").output


def test_doctor_finds_everything_in_order(run: Run, issued_folder: Path) -> None:
    """All ten invariants, and what programs had signed, are in order after a class was issued."""
    assert issued_folder.is_dir()
    done = run("doctor")
    assert done.exit_code == 0, done.output
    assert "11 of 11 checks are in order." in done.output


def test_wrong_usage_is_exit_code_2(run: Run) -> None:
    """A file that is not there is wrong usage, not a verdict."""
    assert run("verify", "no-such-file.json").exit_code == 2


def test_missing_home_says_what_to_do(run: Run) -> None:
    """Issuing before `init` ends with 1, a sentence, and the next step."""
    done = run("issue", CLASS_LIST, "--achievement", COURSE)
    assert done.exit_code == 1
    assert "skillmark init" in done.stderr
    assert "[config.home_missing]" in done.stderr


def test_home_readable_by_others_is_refused(run: Run, issued_folder: Path, tmp_path: Path) -> None:
    """A passphrase file that others may read stops the program."""
    assert issued_folder.is_dir()
    (tmp_path / "home" / "secrets" / "passphrase").chmod(0o644)
    done = run("doctor")
    assert done.exit_code == 1
    assert "[config.secret_permissions]" in done.stderr


def test_another_base_url_for_the_same_home_is_refused(run: Run) -> None:
    """Badges carry the first address, so a second one is not taken."""
    run("init", "--name", "Shop College")
    done = run("init", "--name", "Shop College", "--base-url", "https://badges.example.edu")
    assert done.exit_code == 1
    assert "[config.base_url_differs]" in done.stderr


@pytest.mark.parametrize(
    "address", ["http://badges.example.edu", "ftp://badges.example.edu", "https://", "https://a@b"]
)
def test_base_url_must_be_https(run: Run, address: str) -> None:
    """Plain http is for this machine only."""
    done = run("init", "--name", "Shop College", "--base-url", address)
    assert done.exit_code == 1
    assert "[config.base_url_invalid]" in done.stderr


def test_rotated_key_keeps_older_badges_good(run: Run, tmp_path: Path) -> None:
    """A did:web issuer rotates its key; a badge from before still verifies, offline."""
    run("init", "--name", "Shop College", "--base-url", "https://badges.example.edu")
    out = tmp_path / "out"
    run("issue", CLASS_LIST, "--achievement", COURSE, "--yes", "--out", str(out))
    assert run("rotate-key", "shop-college", "--yes").exit_code == 0
    file = next(out.glob("*/*badge.json"))
    assert run("verify", str(file), "--offline").exit_code == 0


def test_a_second_init_is_asked_for_on_purpose(run: Run) -> None:
    """The same command twice does not make two issuers."""
    assert run("init", "--name", "Shop College").exit_code == 0
    again = run("init", "--name", "Shop College")
    assert again.exit_code == 1
    assert "[config.issuer_exists]" in again.stderr
    assert run("init", "--name", "Second College", "--another").exit_code == 0


def test_address_may_change_until_there_is_an_issuer(run: Run) -> None:
    """A first try with a wrong name fixes nothing."""
    assert run("init", "--name", " ").exit_code == 2
    assert run("init", "--name", "Shop College", "--base-url", "https://badges.example.edu").exit_code == 0


def test_future_date_is_not_counted_as_issued(run: Run, tmp_path: Path) -> None:
    """What the job refuses is said, with its row and reason."""
    run("init", "--name", "Shop College")
    course = str(ROOT / "examples" / "achievements" / "cmm-operator.yaml")
    people = tmp_path / "late.csv"
    later = (system_clock() + timedelta(days=300)).date().isoformat()
    people.write_text(f"Name,Date,Practical test,Written test\nPat Sample,{later},Works alone,92\n", "utf-8")
    done = run("issue", str(people), "--achievement", course, "--yes")
    assert "1 issued" not in done.output
    assert "Pat Sample" in done.output


def test_another_persons_badge_is_refused_when_asked(run: Run, issued_folder: Path) -> None:
    """With `--recipient` a badge of someone else ends with 1."""
    file = next(issued_folder.glob("*/*badge.json"))
    done = run("verify", str(file), "--recipient", "nobody@example.org")
    assert done.exit_code == 1
    assert done.output.startswith("Given to someone else")


def test_unreadable_time_is_wrong_usage(run: Run, issued_folder: Path) -> None:
    """`--at tomorrow` is a mistake of the caller, not of the badge."""
    file = next(issued_folder.glob("*/*badge.json"))
    assert run("verify", str(file), "--at", "tomorrow").exit_code == 2


def test_revoked_badge_is_named_so(run: Run, issued_folder: Path) -> None:
    """The first line says what happened, and what to do stands at the end."""
    file = next(issued_folder.glob("*/*badge.json"))
    run("revoke", json.loads(file.read_bytes())["id"], "--reason", "Wrong person.", "--yes")
    assert run("verify", str(file)).output.startswith("Genuine, but revoked")


def test_port_in_use_is_refused(run: Run) -> None:
    """Two sites never share a port."""
    run("init", "--name", "Shop College")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert "[config.port_taken]" in done.stderr


def test_api_key_is_made_listed_and_taken_away(run: Run) -> None:
    """The token is shown once; the list never holds it."""
    run("init", "--name", "Shop College")
    token = run("api-key", "create", "--label", "payroll").output.splitlines()[-1]
    listed = run("api-key", "list").output
    key_id = listed.split()[0]
    assert "payroll" in listed
    assert token not in listed
    assert key_id in token
    assert run("api-key", "revoke", key_id).exit_code == 0
    assert run("api-key", "list").output == ""
    assert run("api-key", "revoke", key_id).exit_code == 1


def test_registry_is_imported_beside_own_entries(run: Run, tmp_path: Path) -> None:
    """A registry of the DCC kind adds issuers with its name beside them."""
    run("init", "--name", "Shop College")
    registry = tmp_path / "registry.json"
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    registry.write_text(json.dumps({"meta": {}, "registry": {did: {"name": "Example College"}}}), "utf-8")
    done = run("trust", "import", str(registry), "--source", "Example registry")
    assert done.exit_code == 0, done.output
    assert "1 added" in done.output
    assert did in run("trust", "list").output


def test_open_vc_api_is_for_this_machine_only(run: Run) -> None:
    """The conformance mode refuses to listen on another address."""
    run("init", "--name", "Shop College")
    assert run("serve", "--open-vc-api", "--host", "0.0.0.0").exit_code == 2  # noqa: S104 - the address it must refuse


@pytest.mark.usefixtures("issued_folder")
def test_renewal_has_the_day_on_the_wall(run: Run, tmp_path: Path) -> None:
    """Where clocks are a day apart, a badge that is renewed in the same moment was earned on another day."""
    settings = tmp_path / "home" / "skillmark.toml"
    plain, days = settings.read_text("utf-8"), []
    with open_ledger(load_settings(tmp_path / "home")) as ledger:
        badge = ledger.list_issued(limit=1)[0].id
    for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
        settings.write_text(f'{plain}timezone = "{zone}"\n', "utf-8")
        planned = run("renew", badge)
        assert planned.exit_code == 0, planned.output
        days += re.findall(r"-> (\d{4}-\d{2}-\d{2})", planned.output)
    assert len(set(days)) == len(days) == 2
