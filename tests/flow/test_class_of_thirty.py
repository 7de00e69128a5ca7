"""A class of thirty, ten of them without e-mail: from the list to thirty claimed badges; and two thousand at once."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from issuer import DeliveryState, DeliveryWay, open_class_code, read_deliveries
from issuer.job_sheet import render_job_sheet
from skillmark.mailing import Mailing
from storage import MessageState, count_messages
from tests.doubles.classes import make_class, paper_code_of, token_of
from tests.doubles.shared_fixtures import clock, folder_with_issuer, issuer, ledger, new_folder

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock

__all__ = ["clock", "folder_with_issuer", "issuer", "ledger", "new_folder"]

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = tuple(
    (f"Person {chr(65 + number % 26)} Number{number}", f"p{number}@example.org" if number < 20 else "")
    for number in range(30)
)
BURST = 2_000
THREADS = 24
_LINK = re.compile(r"/claim/([A-Za-z0-9_-]{43})")
# Sends into the folder of a ledger and is killed after some mails were written and before they are noted.
_KILLED_SENDER = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from issuer import Claims
from skillmark.mail_transports import MessageFolder
from skillmark.mailing import Mailing
from tests.doubles.classes import LINKS
from tests.doubles.ledgers import SetClock, open_ledger

folder, count = Path(sys.argv[1]), int(sys.argv[2])
write, written = MessageFolder.send, []

def send_then_die(self, mail, *, message_id):
    write(self, mail, message_id=message_id)
    written.append(message_id)
    if len(written) == count:
        os.kill(os.getpid(), signal.SIGKILL)

MessageFolder.send = send_then_die
clock = SetClock()
ledger = open_ledger(folder, clock)
clock.advance(timedelta(minutes=int(sys.argv[3])))
Mailing(Claims(ledger, LINKS), home=folder, mail=None, password=str, renderers={}).run()
"""


def mail_links(home: Path) -> dict[str, set[str]]:
    """Return for each recipient the tokens in the files that were written."""
    found: dict[str, set[str]] = {}
    for file in (home / "outbox").glob("*.eml"):
        text = file.read_text("utf-8").replace("=\n", "").replace("=\r\n", "")
        (recipient,) = re.findall(r"^To: (.+)$", text, re.MULTILINE)
        found.setdefault(recipient, set()).update(_LINK.findall(text))
    return found


def test_class_of_thirty_claims_thirty_badges(ledger: Ledger, issuer: IssuerProfile, tmp_path: Path) -> None:
    """Twenty come by mail, five by the code on paper, five by name in class: everybody has exactly their badge."""
    claims, job_id, slugs = make_class(ledger, issuer, PEOPLE, way=DeliveryWay.EMAIL)
    Mailing(claims, home=tmp_path, mail=None, password=str, renderers={}).run()
    links = mail_links(tmp_path)
    assert len(links) == 20
    got = {}
    for number in range(20):
        (token,) = links[f"p{number}@example.org"]
        got[number] = claims.consume_claim(token, holder_ref=f"holder{number}").slug
    code = open_class_code(claims, job_id)
    for number in range(20, 30):
        typed = paper_code_of(claims, slugs[number]) if number < 25 else PEOPLE[number][0]
        found = claims.find_in_class(code, typed)
        assert found is not None
        got[number] = claims.consume_claim(found, holder_ref=f"holder{number}").slug
    assert got == dict(enumerate(slugs))
    assert {delivery.state for delivery in read_deliveries(claims, slugs).values()} == {DeliveryState.CLAIMED}


def test_killed_sender_leaves_nobody_out(
    ledger: Ledger, issuer: IssuerProfile, tmp_path: Path, clock: SetClock
) -> None:
    """Killed after the first, after the seventh and after the twelfth mail: all have one link, and it is theirs."""
    claims, _, slugs = make_class(ledger, issuer, PEOPLE[:20], way=DeliveryWay.EMAIL)
    script = tmp_path / "sender.py"
    script.write_text(_KILLED_SENDER, "utf-8")
    for turn, count in enumerate((1, 7, 12)):
        ended = subprocess.run(
            [sys.executable, str(script), str(tmp_path), str(count), str(turn * 10)],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-500:]
    clock.advance(timedelta(hours=1))
    Mailing(claims, home=tmp_path, mail=None, password=str, renderers={}).run()
    assert mail_links(tmp_path) == {
        f"p{number}@example.org": {token_of(claims, slug)} for number, slug in enumerate(slugs)
    }
    with ledger.database.read() as connection:
        assert count_messages(connection)[MessageState.SENT] == 20


def test_two_thousand_claims_in_a_burst(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Twenty-four threads claim two thousand badges: each once, none with an error."""
    people = tuple((f"Person {number}", f"p{number}@example.org") for number in range(BURST))
    claims, _, slugs = make_class(ledger, issuer, people)
    tokens = [token_of(claims, slug) for slug in slugs]
    got: list[str] = []
    errors: list[str] = []

    def claim(part: list[str]) -> None:
        for token in part:
            try:
                got.append(claims.consume_claim(token, holder_ref=token[:8]).slug)
            except Exception as error:  # noqa: BLE001 - the test counts whatever goes wrong
                errors.append(repr(error))

    threads = [threading.Thread(target=claim, args=(tokens[start::THREADS],)) for start in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Counter(got) == Counter(slugs)


def test_workbook_tells_the_trainer_how_far_each_badge_is(ledger: Ledger, issuer: IssuerProfile) -> None:
    """States are words in the list as well, so that the office needs no desk."""
    claims, job_id, slugs = make_class(ledger, issuer, PEOPLE[18:22], way=DeliveryWay.EMAIL)
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(render_job_sheet(ledger, job_id))).get_sheet_by_index(0)
    assert [row[11] for row in sheet.to_python()] == [
        "Delivery",
        "claimed",
        "on its way",
        "not sent, on paper only",
        "not sent, on paper only",
    ]
