"""The trainer's desk: upload, look, issue, hand out, take back."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from issuer import list_jobs
from tests.web.desk_visits import NEW_CLASS, TWO_PEOPLE, get, issue, post, upload, wait_for_job
from tests.web.workshop import BASE_URL, open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


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
    """Between dry run and issue the list stays on the server: the form has two choices, a token, and no data."""
    text = get(trainer, upload(trainer, NEW_CLASS).headers["Location"]).text
    form = text[text.index("/issue") : text.index("</form>", text.index("/issue"))]
    assert set(re.findall(r'name="([a-z_]+)"', form)) == {"csrf_token", "awarded_on", "way"}


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


def test_badge_page_says_result_day_and_how_far_it_came(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """What a trainer is asked on the telephone: the result, the day, and whether the person has it."""
    path = f"/desk/badges/{fresh_shop.slugs[0]}"
    facts = dict(re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd>", get(trainer, path).text, re.DOTALL))
    assert facts["Earned on"] == "May 14, 2026"
    assert facts["Practical test"] == "Works alone"
    assert facts["Where the badge is"] == "not handed out yet"
    page = f"/desk/jobs/{list_jobs(fresh_shop.ledger)[0].job_id}/delivery"
    post(trainer, page, page, way="paper", second_step="none")
    assert "not sent, on paper only" in get(trainer, path).text


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
        ("codes.pdf", f"cards-to-show-cmm-operator-{day}.pdf"),
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
    for words in ("nunez", "ANA NÚÑEZ", "núñ"):
        assert "Ana Núñez" in post(browser, "/desk/badges", "/desk/badges", sought=words).text
    assert "No badge found" in post(browser, "/desk/badges", "/desk/badges", sought="%").text
    assert post(browser, "/desk/badges", "/desk/badges", sought=" ").status_code == 303


@pytest.mark.parametrize(
    ("sought", "folds"), [("a " * 50, 1), ("Mei Mei mei tanaka", 2), ("ab cd ef gh ij kl mn op qr st", 6)]
)
def test_search_looks_at_each_name_a_few_times(sought: str, folds: int, fresh_shop: Workshop) -> None:
    """Many words, or one word many times, do not have every name of the site folded for each of them."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        fresh_shop.ledger.search_issued(sought, limit=10)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert sum(statement.count("fold_text(") for statement in asked) == folds


def test_search_for_nothing_but_an_accent_finds_nobody(fresh_shop: Workshop) -> None:
    """An accent without a letter is no part of a name."""
    browser = open_desk(fresh_shop)
    assert "No badge found" in post(browser, "/desk/badges", "/desk/badges", sought="\u0301").text
