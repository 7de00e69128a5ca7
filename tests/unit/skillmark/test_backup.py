"""A backup is taken while the ledger is in use, and what comes back from it verifies and gives nothing twice."""

from __future__ import annotations

import stat
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from issuer import Ledger, run_job
from keys import Keystore
from schemas import BadgeError, ConfigurationError, LedgerError
from skillmark.backup import restore_backup, write_backup
from skillmark.cli import main
from skillmark.settings import Settings, create_home, load_settings
from skillmark.wiring import verify_own_badges
from storage import open_database
from tests.doubles.ledgers import NOW, SetClock, issue, make_issuer, make_roster, start

if TYPE_CHECKING:
    from pathlib import Path

LATER = NOW + timedelta(days=1)


def _open(settings: Settings) -> Ledger:
    database = open_database(settings.database_path)
    keystore = Keystore(settings.keys_folder, settings.passphrase())
    return Ledger(database, keystore, clock=SetClock(LATER), base_url=settings.base_url)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with an issuer and three badges, and a trust list."""
    made = create_home(tmp_path / "home", base_url="http://127.0.0.1:8000")
    ledger = _open(made)
    issue(ledger, make_issuer(ledger), make_roster(3))
    ledger.database.close()
    made.trust_list_path.write_text("[]\n", "utf-8")
    (made.home / "drafts").mkdir()
    (made.home / "drafts" / "list.json").write_text("{}", "utf-8")
    return made


@pytest.fixture
def archive(settings: Settings, tmp_path: Path) -> Path:
    """A backup of that folder."""
    path = tmp_path / "day.zip"
    write_backup(settings, path, now=NOW)
    return path


def _restore(archive: Path, settings: Settings, home: Path, **options: object) -> Settings:
    restore_backup(archive, home, now=LATER, passphrase=settings.passphrase(), **options)  # type: ignore[arg-type]
    return load_settings(home)


def test_backup_is_private_and_holds_no_clear_secret(archive: Path, settings: Settings) -> None:
    """Mode 0600; neither passphrase nor session secret nor waiting class lists are in it, and keys stay locked."""
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with zipfile.ZipFile(archive) as opened:
        names = set(opened.namelist())
        everything = b"".join(opened.read(name) for name in names)
    assert names & {"secrets/passphrase", "secrets/session"} == set()
    assert {name.partition("/")[0] for name in names} >= {"skillmark.sqlite3", "skillmark.toml", "keys", "trust.yaml"}
    assert not any(name.startswith("drafts") for name in names)
    assert settings.passphrase() not in everything
    assert b"ENCRYPTED PRIVATE KEY" in everything
    assert b"BEGIN PRIVATE KEY" not in everything


def test_passphrase_is_in_it_when_asked_for(settings: Settings, tmp_path: Path) -> None:
    """Whoever asks for it gets a backup that can sign again without anything else."""
    write_backup(settings, tmp_path / "all.zip", now=NOW, with_passphrase=True)
    done = restore_backup(tmp_path / "all.zip", tmp_path / "new", now=LATER)
    assert done.has_passphrase
    assert load_settings(tmp_path / "new").passphrase() == settings.passphrase()


def test_restored_badges_are_the_same_bytes_and_verify(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """Every badge that was issued before is there byte for byte, and the doctor finds no fault."""
    before = _open(settings)
    issued = {badge.slug: badge.original for badge in before.list_issued()}
    before.database.close()
    ledger = _open(_restore(archive, settings, tmp_path / "new"))
    ledger.accept_restore(by="command line")
    assert {badge.slug: badge.original for badge in ledger.list_issued()} == issued
    assert [finding.describe() for finding in verify_own_badges(ledger) if not finding.ok] == []
    ledger.database.close()


def test_restored_ledger_waits_until_it_is_accepted(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """Neither issuing nor revoking works before somebody says that the older state is meant; reading does."""
    ledger = _open(_restore(archive, settings, tmp_path / "new"))
    (profile,) = ledger.issuers()
    badge = ledger.list_issued()[0]
    with pytest.raises(LedgerError) as caught:
        start(ledger, profile, make_roster(1), key="after")
    assert caught.value.code == "audit.truncated"
    with pytest.raises(LedgerError) as caught:
        ledger.revoke(badge.id, "A test.", "desk")
    assert caught.value.code == "audit.truncated"
    ledger.database.close()


def test_restored_ledger_signs_no_list_before_it_is_accepted(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """A list without the revocations that were lost is not published as if it were complete."""
    ledger = _open(_restore(archive, settings, tmp_path / "new"))
    with pytest.raises(LedgerError) as caught:
        ledger.status_list(1)
    assert caught.value.code == "audit.truncated"
    ledger.accept_restore(by="command line")
    assert ledger.status_list(1) is not None
    ledger.database.close()


def test_no_place_of_a_lost_badge_is_given_again(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """Badges issued after the backup are lost; whoever is issued to after the restore has other lists and places."""
    old = _open(settings)
    (profile,) = old.issuers()
    everybody = make_roster(60)
    issue(old, profile, everybody, key="lost")

    def places(ledger: Ledger) -> set[tuple[int, int]]:
        with ledger.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT list.number, slot.idx FROM status_slots slot JOIN status_lists list USING (pool)"
            )
            return {(number, index) for number, index in rows}

    lost = places(old)
    old.database.close()
    ledger = _open(_restore(archive, settings, tmp_path / "new"))
    kept = places(ledger)
    ledger.accept_restore(by="command line")
    run_job(ledger, start(ledger, profile, everybody, key="again").job_id)
    fresh = places(ledger) - kept
    assert len(fresh) == 2 * (60 - 3)
    assert fresh & lost == set()
    assert {number for number, _ in fresh} & {number for number, _ in lost} == set()
    ledger.database.close()


def test_newer_witness_says_how_much_is_lost(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """With the witness file of the old folder the restore names the records that are missing."""
    old = _open(settings)
    old.revoke(old.list_issued()[0].id, "A test.", "desk")
    old.revoke(old.list_issued()[1].id, "A test.", "desk")
    old.database.close()
    witness = settings.home / "audit-witness.jsonl"
    done = restore_backup(archive, tmp_path / "new", now=LATER, passphrase=settings.passphrase(), witness=witness)
    assert done.lost_records == 2


def test_witness_of_another_ledger_is_refused(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """A witness that has seen other records is no measure, and nothing is restored."""
    other = create_home(tmp_path / "other", base_url="http://127.0.0.1:8000")
    ledger = _open(other)
    issue(ledger, make_issuer(ledger, "South Shop College"), make_roster(5))
    ledger.database.close()
    with pytest.raises(ConfigurationError) as caught:
        _restore(archive, settings, tmp_path / "new", witness=other.home / "audit-witness.jsonl")
    assert caught.value.code == "backup.witness_differs"
    assert not (tmp_path / "new").exists()


def test_folder_with_something_in_it_is_left_alone(archive: Path, settings: Settings, tmp_path: Path) -> None:
    """Nothing is restored over a folder that is in use."""
    with pytest.raises(ConfigurationError) as caught:
        _restore(archive, settings, settings.home)
    assert caught.value.code == "backup.home_not_empty"


def test_file_that_is_there_is_not_replaced(archive: Path, settings: Settings) -> None:
    """Yesterday's backup survives a second one of the same name."""
    before = archive.read_bytes()
    with pytest.raises(ConfigurationError) as caught:
        write_backup(settings, archive, now=NOW)
    assert caught.value.code == "backup.file_exists"
    assert archive.read_bytes() == before


def test_wrong_passphrase_is_told_before_anything_is_there(archive: Path, tmp_path: Path) -> None:
    """A passphrase that does not open the keys restores nothing."""
    with pytest.raises(BadgeError):
        restore_backup(archive, tmp_path / "new", now=LATER, passphrase=b"TEST ONLY another passphrase")
    assert not (tmp_path / "new").exists()


def test_backup_in_the_middle_of_a_job_is_whole(settings: Settings, tmp_path: Path) -> None:
    """A copy taken between two chunks of a job comes back with every invariant kept, and the job goes on there."""
    ledger = _open(settings)
    (profile,) = ledger.issuers()
    job = start(ledger, profile, make_roster(250), key="long")
    path = tmp_path / "middle.zip"
    taken: list[int] = []

    def note(_progress: object) -> None:
        if not taken:
            taken.append(write_backup(settings, path, now=NOW).records)

    run_job(ledger, job.job_id, on_progress=note)
    ledger.database.close()
    restored = _open(_restore(path, settings, tmp_path / "new"))
    restored.accept_restore(by="command line")
    assert 3 <= restored.count_issued() < 250
    run_job(restored, job.job_id)
    assert restored.count_issued() == 250
    assert [finding.describe() for finding in verify_own_badges(restored) if not finding.ok] == []
    restored.database.close()


def test_program_says_what_is_not_in_it(settings: Settings, tmp_path: Path) -> None:
    """From the command line: the passphrase is told to be missing, and the way back names the next step."""
    home = ["--home", str(settings.home)]
    path, new = str(tmp_path / "day.zip"), str(tmp_path / "new")
    written = CliRunner().invoke(main, [*home, "backup", path])
    assert written.exit_code == 0, written.output
    assert "The passphrase of the keys is NOT in it." in written.output
    restored = CliRunner().invoke(main, ["restore", path, "--home", new])
    assert restored.exit_code == 0, restored.output
    assert "doctor --accept-restore" in restored.output
    assert "revoke them again" in restored.output
