"""Kills one request of a program before its n-th statement or commit, for every n, and repeats the request each time.

Runs as a program of its own, so that it may fork.
"""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from credentials import Cryptosuite
from issuer import ProgramOrder, diagnose, issue_for_program
from keys import system_clock
from schemas import IssuanceError, JsonObject
from tests.doubles.ledgers import make_issuer, open_ledger
from tests.flow.killing import is_killed_before

CREDENTIAL_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0001"
MAX_STATEMENTS = 400


def _order(issuer_slug: str, issuer_id: str, name: str) -> ProgramOrder:
    credential: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": CREDENTIAL_ID,
        "type": ["VerifiableCredential"],
        "issuer": issuer_id,
        "credentialSubject": {"id": "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0003"},
    }
    return ProgramOrder(
        issuer_slug=issuer_slug,
        program="0123456789ab",
        credential=credential,
        credential_id=CREDENTIAL_ID,
        suite=Cryptosuite.EDDSA_RDFC_2022,
        request_name=name,
    )


def _ask(folder: Path, name: str) -> str:
    """Return the slug of the badge, or the code of a refusal."""
    ledger = open_ledger(folder, system_clock)
    (profile,) = ledger.issuers()
    try:
        return issue_for_program(ledger, _order(profile.slug, profile.id, name)).slug
    except IssuanceError as error:
        return error.code
    finally:
        ledger.database.close()


def _count_kept(folder: Path) -> int:
    ledger = open_ledger(folder, system_clock)
    kept = ledger.count_issued()
    ledger.database.close()
    return kept


def _find_faults(folder: Path, kept: int) -> list[str]:
    """Repeat the request with its name and without; return what is lost or doubled."""
    faults = []
    slug = _ask(folder, "request")
    if _ask(folder, "request") != slug:
        faults.append("the repeated request got another badge")
    if _ask(folder, "") != "vc_api.duplicate_id":
        faults.append("the id was used twice")
    ledger = open_ledger(folder, system_clock)
    issued = ledger.list_issued()
    faults += [finding.describe() for finding in diagnose(ledger) if not finding.ok]
    with ledger.database.read() as connection:
        slots = connection.scalar(sa.text("SELECT count(*) FROM status_slots"))
    ledger.database.close()
    if [one.slug for one in issued] != [slug] or slots != 1 or kept > 1:
        faults.append(f"{len(issued)} badges, {slots} places, {kept} before")
    return faults


def main(folder: Path) -> None:
    """Print what was found."""
    first = folder / "first"
    first.mkdir()
    ledger = open_ledger(first, system_clock)
    make_issuer(ledger)
    ledger.database.close()
    kills = recovered = after_the_record = 0
    faults: list[str] = []
    for statement in range(MAX_STATEMENTS):
        copy = folder / str(statement)
        shutil.copytree(first, copy)
        if not is_killed_before(statement, partial(_ask, copy, "request")):
            break
        kills += 1
        kept = _count_kept(copy)
        after_the_record += kept
        found = _find_faults(copy, kept)
        recovered += not found
        faults += [f"statement {statement}: {fault}" for fault in found]
        shutil.rmtree(copy)
    sys.stdout.write(
        json.dumps(
            {"kills": kills, "recovered": recovered, "kills_after_the_record": after_the_record, "faults": faults}
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
