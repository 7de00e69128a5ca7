"""Class lists that wait on the server, and jobs that run behind the pages."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from flask import request

from issuer import job_progress, list_jobs, read_roster, start_job, stop_job
from issuer.model import ProofChoice
from issuer.web import DraftStore, JobRunner
from keys import OfflineFetcher
from schemas import LedgerError
from skillmark.site import SiteSettings, create_site
from tests.web.workshop import BASE_URL, open_desk, read_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.workshop import Workshop


def make_store(folder: Path, now: datetime) -> DraftStore:
    return DraftStore(folder / "drafts", clock=lambda: now)


def create(store: DraftStore) -> str:
    return store.create(
        organisation_id="home",
        achievement_slug="cmm",
        issuer_slug="college",
        filename="class.csv",
        data=b"Name\nDana\n",
    ).id


def test_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    """Bytes and names are kept without change."""
    store = make_store(tmp_path, datetime.now(UTC))  # noqa: TID251 - compared with the time of a real file
    draft = store.find(create(store))
    assert draft is not None
    assert (draft.filename, draft.data, draft.job_id) == ("class.csv", b"Name\nDana\n", "")


def test_draft_is_private(tmp_path: Path) -> None:
    """Only the site's own user may read a class list."""
    store = make_store(tmp_path, datetime.now(UTC))  # noqa: TID251
    create(store)
    folder = tmp_path / "drafts"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_issued_draft_forgets_the_people(tmp_path: Path) -> None:
    """After issuing only the job's number is left."""
    store = make_store(tmp_path, datetime.now(UTC))  # noqa: TID251
    draft = store.find(create(store))
    assert draft is not None
    store.mark_issued(draft, job_id="job-1")
    kept = store.find(draft.id)
    assert kept is not None
    assert (kept.data, kept.job_id) == (b"", "job-1")


def test_old_draft_is_gone(tmp_path: Path) -> None:
    """A list older than a day is neither found nor kept."""
    now = datetime.now(UTC)  # noqa: TID251
    draft_id = create(make_store(tmp_path, now))
    later = make_store(tmp_path, now + timedelta(hours=25))
    assert later.find(draft_id) is None
    create(later)
    assert not (tmp_path / "drafts" / f"{draft_id}.json").exists()


@pytest.mark.parametrize("draft_id", ["", "../../etc/passwd", "x", "A" * 21, "A" * 22 + "/..", "Ä" * 22, "A" * 22])
def test_made_up_draft_is_not_found(draft_id: str, tmp_path: Path) -> None:
    """Only ids that we made lead to a file."""
    store = make_store(tmp_path, datetime.now(UTC))  # noqa: TID251
    create(store)
    assert store.find(draft_id) is None


def test_job_runs_once_at_a_time() -> None:
    """Starting a running job again does nothing; two jobs take turns."""
    gate = threading.Event()
    log: list[str] = []

    def run(job_id: str, _: Callable[[], None]) -> None:
        log.append(f"{job_id} begins")
        gate.wait(10)
        log.append(f"{job_id} ends")

    runner = JobRunner(run)
    runner.start("a")
    runner.start("a")
    runner.start("b")
    assert runner.is_running("a")
    gate.set()
    for job_id in ("a", "b"):
        runner.wait(job_id, timeout_seconds=10)
    assert len(log) == 4
    assert [line.split()[1] for line in log] == ["begins", "ends", "begins", "ends"]
    assert not runner.is_running("a")


def test_stopped_job_frees_the_way(caplog: pytest.LogCaptureFixture) -> None:
    """A job that fails is logged by its code, and the next one runs."""
    done: list[str] = []

    def run(job_id: str, _: Callable[[], None]) -> None:
        if job_id == "bad":
            raise LedgerError("store.full", "no space for Dana")
        done.append(job_id)

    runner = JobRunner(run)
    for job_id in ("bad", "good"):
        runner.start(job_id)
        runner.wait(job_id, timeout_seconds=10)
    assert done == ["good"]
    assert "store.full" in caplog.text
    assert "Dana" not in caplog.text


def begin_job(shop: Workshop) -> str:
    """Freeze a class list as a job and leave it, as a site does that is killed."""
    sheet = "Name,E-mail,Practical test,Written test\nAna Núñez,ana@example.org,Works alone,92\n"
    roster = read_roster(sheet.encode(), filename="class.csv", achievement=shop.course)
    return start_job(
        shop.ledger,
        roster,
        shop.course,
        issuer_slug=shop.issuer_slug,
        proof=ProofChoice.BOTH,
        awarded_on=None,
        idempotency_key="stopped",
    ).job_id


def test_stopped_job_goes_on_from_its_page(fresh_shop: Workshop) -> None:
    """A job that nobody runs shows a button, and the button finishes it."""
    job_id = begin_job(fresh_shop)
    browser = open_desk(fresh_shop)
    path = f"/desk/jobs/{job_id}"
    page = browser.get(path, base_url=BASE_URL)
    assert "Issuing has stopped" in page.text
    token = read_token(page)
    assert browser.post(f"{path}/resume", data={"csrf_token": token}, base_url=BASE_URL).status_code == 303
    fresh_shop.app.extensions["skillmark.jobs"].wait(job_id, timeout_seconds=60)
    assert "1 badge is ready" in browser.get(path, base_url=BASE_URL).text
    assert list_jobs(fresh_shop.ledger)[0].pending == 0


def test_stop_asks_first_and_is_undone_by_going_on(fresh_shop: Workshop) -> None:
    """Stopping asks first; a stopped list is left alone, by a new start of the site too, until somebody goes on."""
    job_id = begin_job(fresh_shop)
    browser = open_desk(fresh_shop)
    path = f"/desk/jobs/{job_id}"
    question = browser.get(f"{path}/stop", base_url=BASE_URL)
    assert "Stop issuing here?" in question.text
    assert job_progress(fresh_shop.ledger, job_id).failure == ""
    token = read_token(question)
    assert browser.post(f"{path}/stop", data={"csrf_token": token}, base_url=BASE_URL).status_code == 303
    jobs = fresh_shop.app.extensions["skillmark.jobs"]
    jobs.start_all([job_id])
    jobs.wait(job_id, timeout_seconds=60)
    page = browser.get(path, base_url=BASE_URL)
    assert "Issuing has stopped" in page.text
    assert 'role="alert"' not in page.text
    assert job_progress(fresh_shop.ledger, job_id).pending == 1
    browser.post(f"{path}/resume", data={"csrf_token": token}, base_url=BASE_URL)
    jobs.wait(job_id, timeout_seconds=60)
    assert "1 badge is ready" in browser.get(path, base_url=BASE_URL).text


def test_running_job_offers_to_stop(fresh_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a list is being issued its page offers to stop, and says so once that was chosen."""
    job_id = begin_job(fresh_shop)
    jobs = fresh_shop.app.extensions["skillmark.jobs"]
    monkeypatch.setattr(jobs, "is_running", lambda _: True)
    browser = open_desk(fresh_shop)
    page = browser.get(f"/desk/jobs/{job_id}", base_url=BASE_URL)
    assert f'href="/desk/jobs/{job_id}/stop"' in page.text
    stop_job(fresh_shop.ledger, job_id)
    page = browser.get(f"/desk/jobs/{job_id}", base_url=BASE_URL)
    assert "It stops after the current badges." in page.text
    assert "/stop" not in page.text


def test_stop_of_an_unknown_job(fresh_shop: Workshop) -> None:
    """There is no page to stop what is not there."""
    browser = open_desk(fresh_shop)
    assert browser.get("/desk/jobs/none/stop", base_url=BASE_URL).status_code == 404


def test_new_start_of_the_site_finishes_what_was_begun(fresh_shop: Workshop, tmp_path: Path) -> None:
    """A site that starts goes on with the jobs of the one that stopped."""
    job_id = begin_job(fresh_shop)
    app = create_site(
        SiteSettings(
            base_url=BASE_URL,
            home=tmp_path,
            session_secret="TEST ONLY session secret",
            desk_password_hash=lambda: "",
            ledger=fresh_shop.ledger,
            network=OfflineFetcher,
            clock=fresh_shop.clock,
        )
    )
    app.extensions["skillmark.jobs"].wait(job_id, timeout_seconds=60)
    assert job_progress(fresh_shop.ledger, job_id).finished_at is not None


def test_corrected_course_while_its_list_is_issued(fresh_shop: Workshop) -> None:
    """The desk says that the list is under way with the old course, keeps the new one and the uploaded list."""
    shop, browser = fresh_shop, open_desk(fresh_shop)
    text = "Name,Practical test,Written test\nAna Bell,Works alone,92\n"
    roster = read_roster(text.encode(), filename="a.csv", achievement=shop.course)
    started = start_job(
        shop.ledger,
        roster,
        shop.course,
        issuer_slug=shop.issuer_slug,
        proof=shop.ledger.default_proof(shop.issuer_slug),
        awarded_on=date(2026, 5, 14),
        idempotency_key="command line",
    )
    corrected = replace(shop.course, criteria="Attend 38 of 40 hours and pass both tests.")
    shop.ledger.save_achievement(shop.issuer_slug, corrected)
    page = browser.get("/desk/courses/cmm-operator", base_url=BASE_URL)
    form = {"csrf_token": read_token(page), "text": text}
    draft = browser.post("/desk/courses/cmm-operator/class-lists", data=form, base_url=BASE_URL).headers["Location"]
    form = {"csrf_token": read_token(page), "awarded_on": "2026-05-14"}
    answer = browser.post(f"{draft}/issue", data=form, base_url=BASE_URL)
    assert answer.status_code == 400
    assert "job.course_changed" in answer.text
    assert "Latest class lists" in answer.text
    assert shop.ledger.find_achievement("cmm-operator") == corrected
    assert job_progress(shop.ledger, started.job_id).pending == 1
    assert browser.get(draft, base_url=BASE_URL).status_code == 200


def test_only_our_own_proxy_is_believed(fresh_shop: Workshop, tmp_path: Path) -> None:
    """With one proxy in front, its word on the client's address counts and what the client wrote before it does not."""
    for hops, expected in ((0, "192.0.2.1"), (1, "198.51.100.7")):
        app = create_site(
            SiteSettings(
                base_url=BASE_URL,
                home=tmp_path,
                session_secret="TEST ONLY session secret",
                desk_password_hash=lambda: "",
                ledger=fresh_shop.ledger,
                network=OfflineFetcher,
                clock=fresh_shop.clock,
                proxy_hops=hops,
            )
        )
        app.add_url_rule("/who", view_func=lambda: request.remote_addr or "")
        headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Host": "evil.example"}
        answer = app.test_client().get(
            "/who", headers=headers, base_url=BASE_URL, environ_base={"REMOTE_ADDR": "192.0.2.1"}
        )
        assert (answer.status_code, answer.text) == (200, expected)
