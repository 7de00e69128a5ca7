"""`skillmark send` and `to-call`, and the sender inside a real server."""

from __future__ import annotations

import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from issuer import (
    Claims,
    DeliveryState,
    DeliveryWay,
    Roster,
    RosterRow,
    SecondStep,
    choose_delivery,
    read_deliveries,
)
from keys import KeyType
from schemas import ConfigurationError, OrganizationKind
from skillmark.cli import main
from skillmark.settings import create_home, load_link_secret, load_settings
from skillmark.wiring import open_ledger
from tests.doubles.bounced_mails import write_bounce
from tests.doubles.ledgers import issue
from tests.doubles.running_server import PAUSE_SECONDS, free_port, running

if TYPE_CHECKING:
    from pathlib import Path

MAX_WAIT_SECONDS = 60.0
PEOPLE = (("Ana Pérez", "ana@example.org"), ("Cy Adams", ""))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with a class of two whose badges are to be sent by mail."""
    folder = tmp_path / "home"
    settings = create_home(folder, base_url="http://127.0.0.1:8000")
    with open_ledger(settings) as ledger:
        profile = ledger.create_issuer(name="College", kind=OrganizationKind.COLLEGE, key_type=KeyType.ED25519)
        rows = tuple(RosterRow(number=n + 2, name=name, email=email) for n, (name, email) in enumerate(PEOPLE))
        job = issue(ledger, profile, Roster(rows=rows, problems=()))
        claims = Claims(ledger, load_link_secret(folder))
        choose_delivery(claims, job.job_id, way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    return folder


def run(home: Path, *words: str) -> str:
    result = CliRunner().invoke(main, ["--home", str(home), *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_send_hands_out_what_waits(home: Path) -> None:
    """One person has an address and gets a file; a second turn has nothing to do."""
    assert run(home, "send").startswith("1 sent, 0 wait for another try, 0 refused.")
    assert len(list((home / "outbox").glob("*.eml"))) == 1
    assert run(home, "send").startswith("0 sent")


def test_nobody_is_to_be_called_on_the_first_day(home: Path) -> None:
    """The list is empty at first, in words and for programs."""
    run(home, "send")
    assert run(home, "to-call") == "0 to call.\n"
    assert json.loads(run(home, "to-call", "--json")) == []


def test_who_was_never_reached_is_to_be_called(home: Path) -> None:
    """After three days the person without address is on the list."""
    run(home, "send")
    with open_ledger(load_settings(home)) as ledger, ledger.database.write() as connection:
        earlier = (ledger.clock() - timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
        connection.exec_driver_sql("UPDATE claims SET created = ?", (earlier,))
    (person,) = json.loads(run(home, "to-call", "--json"))
    assert (person["name"], person["state"]) == ("Cy Adams", "waiting")
    assert "Cy Adams" in run(home, "to-call")


def test_secret_of_the_links_is_made_once(tmp_path: Path) -> None:
    """Eight that ask at the same time get the same secret, which only this user may read."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: load_link_secret(tmp_path).make_token("a", "b", 1), range(8)))
    assert len(set(made)) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["links"]
    assert stat.S_IMODE((tmp_path / "secrets" / "links").stat().st_mode) == 0o600


def test_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A file that others may read is no secret."""
    load_link_secret(tmp_path)
    (tmp_path / "secrets" / "links").chmod(0o644)
    with pytest.raises(ConfigurationError) as caught:
        load_link_secret(tmp_path)
    assert caught.value.code == "config.secret_permissions"


def test_running_site_sends_by_itself(home: Path) -> None:
    """A class that was chosen for while no site ran gets its mail as soon as one does."""
    port = free_port()
    with running(["serve"], home=home, port=port) as log:
        end = time.monotonic() + MAX_WAIT_SECONDS
        while time.monotonic() < end and not list((home / "outbox").glob("*.eml")):
            time.sleep(PAUSE_SECONDS)
        assert len(list((home / "outbox").glob("*.eml"))) == 1, log.read_text("utf-8")
    assert "example.org" not in log.read_text("utf-8")


def test_mails_that_came_back_are_told_to_the_trainer(home: Path, tmp_path: Path) -> None:
    """The badge is shown as come back, the person is to be called soon, and a second run changes nothing."""
    run(home, "send")
    with open_ledger(load_settings(home)) as ledger, ledger.database.read() as connection:
        query = "SELECT id FROM outbox WHERE recipient = 'ana@example.org'"
        message_id = str(connection.exec_driver_sql(query).scalar())
        now = ledger.clock()
    box = tmp_path / "returned"
    box.mkdir()
    (box / "1.eml").write_bytes(write_bounce(message_id, "ana@example.org", now))
    first, second = run(home, "mail", "bounces", str(box)), run(home, "mail", "bounces", str(box))
    assert first == "1 came back, 0 were known or not ours, 0 are no reports.\n"
    assert second == "0 came back, 1 were known or not ours, 0 are no reports.\n"
    with open_ledger(load_settings(home)) as ledger:
        (badge,) = [badge for badge in ledger.list_issued() if badge.recipient_email]
        found = read_deliveries(Claims(ledger, load_link_secret(home)), [badge.slug])[badge.slug]
    assert (found.state, found.failure) == (DeliveryState.BOUNCED, "message.bounced")


def test_reports_come_by_a_pipe(home: Path) -> None:
    """A mail server may hand each report over; one that is not ours changes nothing."""
    report = write_bounce("0" * 32, "ana@example.org", datetime(2026, 11, 22, tzinfo=UTC))
    result = CliRunner().invoke(main, ["--home", str(home), "mail", "bounces", "-"], input=report)
    assert result.output == "0 came back, 1 were known or not ours, 0 are no reports.\n"
