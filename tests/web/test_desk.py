"""The trainer's desk: sign in, upload, look, issue, hand out, take back."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from issuer import list_jobs, read_achievement
from tests.web.workshop import BASE_URL, COURSE, PASSWORD, open_desk, read_token, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

NEW_CLASS = """\
Name,E-mail,Date,Practical test,Written test
Ana Núñez,ana@example.org,2026-05-13,Works alone,92
Bob Stone,bob@example,2026-05-13,Works sideways,192
Mei Tanaka,mei@example.org,2026-05-14,Works with help,75
"""
TWO_PEOPLE = """\
Name,E-mail,Date,Practical test,Written test
Ana Núñez,ana@example.org,2026-05-13,Works alone,92
Mei Tanaka,mei@example.org,2026-05-14,Works with help,75
"""


def get(browser: FlaskClient, path: str) -> TestResponse:
    return browser.get(path, base_url=BASE_URL)


def post(browser: FlaskClient, path: str, form: str, **fields: object) -> TestResponse:
    """Send a form from the page at `form`."""
    token = read_token(get(browser, form))
    return browser.post(path, data={"csrf_token": token, **fields}, base_url=BASE_URL)


def upload(browser: FlaskClient, text: str, *, name: str = "class.csv") -> TestResponse:
    form = "/desk/courses/cmm-operator"
    return post(browser, f"{form}/class-lists", form, file=(io.BytesIO(text.encode()), name))


def issue(browser: FlaskClient, draft: str, **fields: object) -> TestResponse:
    values = {"awarded_on": "2026-05-14"} | fields
    return post(browser, f"{draft}/issue", "/desk/courses/cmm-operator", **values)


def wait_for_job(shop: Workshop, location: str) -> str:
    job_id = location.rsplit("/", 1)[1]
    shop.app.extensions["skillmark.jobs"].wait(job_id, timeout_seconds=60)
    return job_id


def test_wrong_password_is_refused_without_detail(fresh_shop: Workshop) -> None:
    """The answer to a wrong password says nothing but that."""
    page = sign_in(fresh_shop.client(), password="guess")
    assert page.status_code == 401
    assert "auth.wrong_password" in page.text


def test_right_password_opens_the_desk(fresh_shop: Workshop) -> None:
    """The right password leads to the desk; the session lasts."""
    browser = fresh_shop.client()
    assert sign_in(browser).headers["Location"] == "/desk"
    assert "CMM Operator" in get(browser, "/desk").text


def test_tries_are_limited(fresh_shop: Workshop) -> None:
    """After five tries in a minute even the right password waits (T-60)."""
    browser = fresh_shop.client()
    for _ in range(5):
        assert sign_in(browser, password="guess").status_code == 401
    page = sign_in(browser)
    assert page.status_code == 429
    assert "request.too_many" in page.text
    assert int(page.headers["Retry-After"]) > 0


def test_signing_out_closes_the_desk(trainer: FlaskClient) -> None:
    """After signing out the desk asks for the password again."""
    post(trainer, "/desk/logout", "/desk")
    assert get(trainer, "/desk").status_code == 303


def test_new_password_signs_everybody_out(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A session belongs to the password it was opened with."""
    with trainer.session_transaction(base_url=BASE_URL) as session:
        session["desk"] = "fingerprint of an older password"
    assert get(trainer, "/desk").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/desk",
        "/desk//evil.example",
        "/desk/%0d%0aSet-Cookie:x=1",
        "/desk/\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "/verify",
        "/desk/../verify",
        "/desk/nothing/here",
    ],
)
def test_sign_in_leads_only_to_the_desk(target: str, fresh_shop: Workshop) -> None:
    """`next` to another place is refused before and after the password (§6 K 152)."""
    browser = fresh_shop.client()
    page = browser.get("/desk/login", query_string={"next": target}, base_url=BASE_URL)
    assert page.status_code == 400
    assert "auth.redirect_forbidden" in page.text
    token = read_token(get(browser, "/desk/login"))
    data = {"csrf_token": token, "password": PASSWORD, "next": target}
    assert browser.post("/desk/login", data=data, base_url=BASE_URL).status_code == 400


def test_sign_in_goes_on_where_one_wanted_to_go(fresh_shop: Workshop) -> None:
    """A page of the desk that was asked for comes after the sign-in."""
    browser = fresh_shop.client()
    form = browser.get("/desk/badges", base_url=BASE_URL)
    page = get(browser, form.headers["Location"])
    data = {"csrf_token": read_token(page), "password": PASSWORD, "next": "/desk/badges"}
    assert browser.post("/desk/login", data=data, base_url=BASE_URL).headers["Location"] == "/desk/badges"


def test_dry_run_names_each_bad_cell(trainer: FlaskClient) -> None:
    """Counts first, problems first, each with its cell and what to do; nothing is issued."""
    answer = upload(trainer, NEW_CLASS)
    assert answer.status_code == 303
    text = get(trainer, answer.headers["Location"]).text
    assert re.search(r"<b>1</b>needs a fix", text)
    assert re.search(r"<b>1</b>gets a badge", text)
    assert re.search(r"<b>1</b>has it already", text)
    assert "“bob@example”" in text
    assert "“Works sideways”" in text
    assert text.index("bob@example") < text.index("Ana Núñez") < text.index("Mei Tanaka")
    assert "result: Practical test" in text


def test_dry_run_issues_nothing(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Looking changes nothing."""
    before = len(fresh_shop.ledger.list_issued())
    answer = upload(trainer, NEW_CLASS)
    get(trainer, answer.headers["Location"])
    assert len(fresh_shop.ledger.list_issued()) == before


def test_class_list_is_not_in_the_page(trainer: FlaskClient) -> None:
    """Between dry run and issue the list stays on the server: the form has three fields and no data."""
    text = get(trainer, upload(trainer, NEW_CLASS).headers["Location"]).text
    form = text[text.index("/issue") : text.index("</form>", text.index("/issue"))]
    assert set(re.findall(r'name="([a-z_]+)"', form)) == {"csrf_token", "awarded_on"}


def test_pasted_rows_are_read_like_a_file(trainer: FlaskClient) -> None:
    """Rows copied from a spreadsheet arrive with tabs."""
    form = "/desk/courses/cmm-operator"
    answer = post(trainer, f"{form}/class-lists", form, text=NEW_CLASS.replace(",", "\t"))
    assert "Ana Núñez" in get(trainer, answer.headers["Location"]).text


def test_unusable_list_is_explained_on_the_form(trainer: FlaskClient) -> None:
    """A list without names is refused with a sentence, and what was pasted is still there."""
    form = "/desk/courses/cmm-operator"
    page = post(trainer, f"{form}/class-lists", form, text="Colour,Size\nred,4\n")
    assert page.status_code == 400
    assert "roster.no_name_column" in page.text
    assert "red,4" in page.text


def test_issuing_gives_every_new_person_a_badge(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The button issues, the job page lists the people, and their pages are genuine."""
    draft = upload(trainer, NEW_CLASS).headers["Location"]
    answer = issue(trainer, draft)
    assert answer.status_code == 303
    wait_for_job(fresh_shop, answer.headers["Location"])
    text = get(trainer, answer.headers["Location"]).text
    assert "badges are ready" in text
    slug = re.search(r'href="/b/([A-Za-z0-9_-]+)">Open the badge<span class="visually-hidden">: Ana Núñez', text)
    assert slug is not None
    assert '<h1 id="verdict">Genuine</h1>' in get(trainer, f"/b/{slug[1]}").text


def test_issuing_twice_gives_one_badge(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A double click, a resent form and a second upload add nothing."""
    draft = upload(trainer, NEW_CLASS).headers["Location"]
    first = issue(trainer, draft).headers["Location"]
    second = issue(trainer, draft).headers["Location"]
    assert first == second
    wait_for_job(fresh_shop, first)
    count = len(fresh_shop.ledger.list_issued())
    again = issue(trainer, upload(trainer, NEW_CLASS).headers["Location"]).headers["Location"]
    wait_for_job(fresh_shop, again)
    assert len(fresh_shop.ledger.list_issued()) == count


def test_issued_draft_leads_to_its_job(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Going back to the dry run after issuing shows the job."""
    draft = upload(trainer, NEW_CLASS).headers["Location"]
    job = issue(trainer, draft).headers["Location"]
    wait_for_job(fresh_shop, job)
    assert get(trainer, draft).headers["Location"] == job


@pytest.mark.parametrize("fields", [{"awarded_on": "yesterday"}, {"awarded_on": "2026-02-30"}])
def test_incomplete_issue_form_is_refused(fields: dict[str, str], fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A missing or made-up choice issues nothing."""
    before = len(fresh_shop.ledger.list_issued())
    page = issue(trainer, upload(trainer, NEW_CLASS).headers["Location"], **fields)
    assert page.status_code == 400
    assert "request.choice_missing" in page.text
    assert len(fresh_shop.ledger.list_issued()) == before


@pytest.mark.parametrize("draft_id", ["A" * 22, "x", "..%2f..%2fskillmark", "A" * 500])
def test_unknown_draft_is_explained(draft_id: str, trainer: FlaskClient) -> None:
    """A list that is not kept any more is asked for again."""
    page = get(trainer, f"/desk/class-lists/{draft_id}")
    assert page.status_code in {404, 410}
    assert "Traceback" not in page.text


def test_counts_for_the_progress_bar(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The live counts are those of the job."""
    job = issue(trainer, upload(trainer, NEW_CLASS).headers["Location"]).headers["Location"]
    wait_for_job(fresh_shop, job)
    counts = get(trainer, f"{job}/counts.json").json
    assert counts is not None
    assert (counts["total"], counts["rejected"], counts["pending"]) == (3, 1, 0)
    assert counts["finished"] is True
    assert counts["running"] is False


def test_everything_can_be_taken_home(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The zip has every person's files, the PDF has the codes, the workbook has the links."""
    job = issue(trainer, upload(trainer, NEW_CLASS).headers["Location"]).headers["Location"]
    wait_for_job(fresh_shop, job)
    bundle = get(trainer, f"{job}/badges.zip")
    names = zipfile.ZipFile(io.BytesIO(bundle.data)).namelist()
    assert {name.rsplit(".", 1)[1] for name in names} == {"json", "jwt", "png", "svg", "pdf", "xlsx"}
    assert get(trainer, f"{job}/codes.pdf").data.startswith(b"%PDF-")
    sheet = get(trainer, f"{job}/badges.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert any(str(cell).startswith(f"{BASE_URL}/b/") for row in rows for cell in row)
    for page in (bundle, sheet):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Content-Disposition"].startswith("attachment")
        page.close()


def test_unknown_job_is_not_found(trainer: FlaskClient) -> None:
    """A job that does not exist gets 404, in every form."""
    for ending in ("", "/counts.json", "/badges.zip", "/codes.pdf", "/badges.xlsx"):
        assert get(trainer, f"/desk/jobs/unknown{ending}").status_code == 404


@pytest.mark.parametrize(("change", "heading"), [("revoke", "Revoked"), ("suspend", "Suspended")])
def test_badge_is_taken_back_with_a_reason(
    change: str, heading: str, fresh_shop: Workshop, trainer: FlaskClient
) -> None:
    """A page of its own asks, then the badge page says it with the reason."""
    form = f"/desk/badges/{fresh_shop.slugs[0]}/{change}"
    title = f'<h1 id="verdict">{heading} '
    assert title not in get(trainer, f"/b/{fresh_shop.slugs[0]}").text
    answer = post(trainer, form, form, reason="The test has to be repeated.")
    assert answer.status_code == 303
    text = get(trainer, f"/b/{fresh_shop.slugs[0]}").text
    assert title in text
    assert "The test has to be repeated." in text


def test_opening_the_question_changes_nothing(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """GET never revokes."""
    get(trainer, f"/desk/badges/{fresh_shop.slugs[0]}/revoke")
    assert not fresh_shop.badge().revoked


def test_suspended_badge_is_reinstated(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Reinstating brings it back into force."""
    path = f"/desk/badges/{fresh_shop.slugs[0]}"
    post(trainer, f"{path}/suspend", f"{path}/suspend", reason="Waiting")
    post(trainer, f"{path}/reinstate", f"{path}/reinstate", reason="Passed")
    assert not fresh_shop.badge().suspended
    assert "in force" in get(trainer, path).text


@pytest.mark.parametrize("reason", ["", "   "])
def test_reason_is_needed(reason: str, fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Without a reason nothing changes, and the form says why."""
    form = f"/desk/badges/{fresh_shop.slugs[0]}/revoke"
    page = post(trainer, form, form, reason=reason)
    assert page.status_code == 400
    assert "ledger.reason_missing" in page.text
    assert not fresh_shop.badge().revoked


def test_revoked_badge_cannot_be_revoked_again(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A second revocation is refused with a sentence."""
    form = f"/desk/badges/{fresh_shop.slugs[0]}/revoke"
    post(trainer, form, form, reason="Wrong person")
    page = post(trainer, form, form, reason="Wrong person")
    assert page.status_code == 400
    assert "ledger.already_revoked" in page.text


def test_course_is_added_from_its_file(trainer: FlaskClient) -> None:
    """A course file becomes a course with its public page."""
    course = COURSE.replace("slug: cmm-operator", "slug: gdt-basics").replace("name: CMM Operator", "name: GD&T Basics")
    answer = post(trainer, "/desk/courses", "/desk", file=(io.BytesIO(course.encode()), "gdt.yaml"))
    assert answer.headers["Location"] == "/desk/courses/gdt-basics"
    assert "GD&amp;T Basics" in get(trainer, "/achievements/gdt-basics").text


def test_bad_course_file_is_explained(trainer: FlaskClient) -> None:
    """A course file with a fault is refused with the place of the fault."""
    page = post(trainer, "/desk/courses", "/desk", file=(io.BytesIO(b"name: [x"), "bad.yaml"))
    assert page.status_code == 400
    assert "achievement." in page.text
    assert "Traceback" not in page.text


def test_empty_class_list_fits_the_course(trainer: FlaskClient) -> None:
    """The empty list that we hand out reads back without a problem once it is filled."""
    template = get(trainer, "/desk/courses/cmm-operator/class-list.csv")
    filled = template.data.decode("utf-8-sig") + "Ana Núñez,ana@example.org,2026-05-13,Works alone,92\r\n"
    answer = upload(trainer, filled)
    text = get(trainer, answer.headers["Location"]).text
    assert re.search(r"<b>1</b>gets a badge", text)
    assert re.search(r"<b>0</b>need a fix", text)


def test_long_lists_come_in_pages(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A hundred rows to a page, with a way to the next."""
    people = "".join(f"Person {number:03d},p{number}@example.org,2026-05-14,Works alone,90\n" for number in range(150))
    draft = upload(trainer, "Name,E-mail,Date,Practical test,Written test\n" + people).headers["Location"]
    first, second = get(trainer, draft).text, get(trainer, f"{draft}?page=2").text
    assert (first.count("Person "), second.count("Person ")) == (100, 50)
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert get(trainer, f"{draft}?page=99999999999").status_code == 200
    assert get(trainer, f"{draft}?page=-1").status_code == 200


def _send_course(browser: FlaskClient, text: str, name: str = "cmm-operator.yaml") -> TestResponse:
    return post(browser, "/desk/courses", "/desk", file=(io.BytesIO(text.encode()), name))


def test_course_is_replaced_only_after_a_question(fresh_shop: Workshop) -> None:
    """Another course under the same short name is asked about first; issued badges are spoken of."""
    fresh_shop.issue(TWO_PEOPLE)
    browser = open_desk(fresh_shop)
    other = "name: Another course\ndescription: d\ncriteria: c\n"
    asked = _send_course(browser, other)
    assert asked.status_code == 200
    assert "This replaces" in asked.text
    assert "keep the old text" in asked.text
    assert fresh_shop.ledger.find_achievement("cmm-operator") != read_achievement(
        other.encode(), filename="cmm-operator.yaml", folder=None
    )
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    answer = browser.post("/desk/courses", data={**fields, "confirmed": "yes"}, base_url=BASE_URL)
    assert answer.status_code == 303
    saved = fresh_shop.ledger.find_achievement("cmm-operator")
    assert saved is not None
    assert saved.name == "Another course"


def test_course_file_comes_back_as_it_was(fresh_shop: Workshop) -> None:
    """What the desk gives out is read back as the same course, and is saved without a question."""
    browser = open_desk(fresh_shop)
    text = get(browser, "/desk/courses/cmm-operator/course.yaml").text
    course = fresh_shop.ledger.find_achievement("cmm-operator")
    assert read_achievement(text.encode(), filename="x.yaml", folder=None) == course
    assert _send_course(browser, text).status_code == 303


def test_example_course_can_be_uploaded(fresh_shop: Workshop) -> None:
    """The file that the desk offers to start from is a good course."""
    browser = open_desk(fresh_shop)
    assert _send_course(browser, get(browser, "/desk/example-course.yaml").text, "my.yaml").status_code == 303


def test_course_page_names_the_columns_that_a_list_needs(fresh_shop: Workshop) -> None:
    """The trainer reads before the upload what the list must have, and what is needed to pass."""
    browser = open_desk(fresh_shop)
    assert _send_course(browser, get(browser, "/desk/example-course.yaml").text).status_code == 303
    text = get(browser, "/desk/courses/forklift-example").text
    assert "The list needs these columns: Name, Driving course, Written test." in text
    assert "at least Drives safely" in text
    assert "at least 80" in text
    assert "Only the name is needed." in get(browser, "/desk/courses/cmm-operator").text


def test_dry_run_shows_what_was_understood(trainer: FlaskClient) -> None:
    """Date, e-mail address and results of each good row stand in the table."""
    text = get(trainer, upload(trainer, NEW_CLASS).headers["Location"]).text
    for words in ("May 14, 2026", "mei@example.org", "Practical test: Works with help", "Written test: 75"):
        assert words in text


def test_page_past_the_end_is_the_last_one(fresh_shop: Workshop) -> None:
    """`?page=999` shows the badges there are, those of a class by name."""
    fresh_shop.issue("Name\nZoe Made-Up\nAbe Made-Up\nMia Made-Up\n")
    text = get(open_desk(fresh_shop), "/desk/badges?page=999").text
    assert text.index("Abe Made-Up") < text.index("Mia Made-Up") < text.index("Zoe Made-Up")


def test_downloads_are_named_for_course_and_day(fresh_shop: Workshop) -> None:
    """A trainer with many files sees which class each is of."""
    fresh_shop.issue(TWO_PEOPLE)
    browser = open_desk(fresh_shop)
    job = list_jobs(fresh_shop.ledger)[0]
    day = job.created_at.date().isoformat()
    for path, name in (
        ("badges.zip", f"badges-cmm-operator-{day}.zip"),
        ("codes.pdf", f"codes-cmm-operator-{day}.pdf"),
        ("badges.xlsx", f"badges-cmm-operator-{day}.xlsx"),
    ):
        answer = get(browser, f"/desk/jobs/{job.job_id}/{path}")
        assert name in answer.headers["Content-Disposition"]
        answer.close()


def test_search_finds_a_person_by_part_of_the_name(fresh_shop: Workshop) -> None:
    """Words of the name, or the e-mail address, find the badge; they never stand in an address."""
    fresh_shop.issue(TWO_PEOPLE)
    browser = open_desk(fresh_shop)
    for words in ("tanaka", "MEI@example.org", "mei tan"):
        page = post(browser, "/desk/badges", "/desk/badges", sought=words)
        assert "Mei Tanaka" in page.text
        assert "Ana Núñez" not in page.text
    assert "No badge found" in post(browser, "/desk/badges", "/desk/badges", sought="%").text
    assert post(browser, "/desk/badges", "/desk/badges", sought=" ").status_code == 303
