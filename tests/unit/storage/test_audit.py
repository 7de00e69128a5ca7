"""The audit chain: its formula, its clock and its pseudonyms."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from schemas import LedgerError, encode_canonical_json
from storage import (
    AUDIT,
    append_audit,
    check_clock,
    open_database,
    pseudonym,
    read_audit_head,
    verify_audit_chain,
)
from tests.unit.storage.conftest import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from storage import Database


def test_canonical_json_is_rfc_8785() -> None:
    """The example of RFC 8785 §3.2.2 and §3.2.3 comes out in its canonical form."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert encode_canonical_json(value).decode() == (  # type: ignore[arg-type]
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_hash_follows_the_formula(database: Database) -> None:
    """h_1 = SHA-256(32 zero bytes ‖ JCS(record)), h_2 = SHA-256(h_1 ‖ JCS(record))."""
    with database.write() as connection:
        append_audit(connection, {"event": "one", "subject": "a"}, now=NOW)
        append_audit(connection, {"event": "two", "subject": "b"}, now=NOW)
    first = b'{"event":"one","seq":1,"subject":"a","time":"2026-11-22T09:00:00Z"}'
    second = b'{"event":"two","seq":2,"subject":"b","time":"2026-11-22T09:00:00Z"}'
    h1 = hashlib.sha256(bytes(32) + first).digest()
    with database.read() as connection:
        rows = connection.execute(sa.select(AUDIT.c.record, AUDIT.c.hash).order_by(AUDIT.c.seq)).all()
    assert [tuple(row) for row in rows] == [(first, h1), (second, hashlib.sha256(h1 + second).digest())]


def test_untouched_chain_has_no_finding(database: Database) -> None:
    """A chain as it was written verifies."""
    with database.write() as connection:
        for number in range(20):
            assert append_audit(connection, {"event": "e", "subject": str(number)}, now=NOW) == number + 1
    with database.read() as connection:
        assert verify_audit_chain(connection) == ()
        assert read_audit_head(connection).count == 20


@pytest.mark.parametrize("statement", ["UPDATE audit SET event = 'x'", "DELETE FROM audit"])
def test_database_refuses_to_change_the_chain(database: Database, statement: str) -> None:
    """A trigger forbids UPDATE and DELETE on the chain."""
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": "s"}, now=NOW)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), database.write() as connection:
        connection.exec_driver_sql(statement)


def test_replace_meets_the_trigger(database: Database) -> None:
    """INSERT OR REPLACE cannot get around the trigger that forbids DELETE."""
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": "s"}, now=NOW)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), database.write() as connection:
        connection.exec_driver_sql("INSERT OR REPLACE INTO audit SELECT * FROM audit")


def test_clock_may_stand_back_two_minutes(database: Database) -> None:
    """A clock that is 120 s behind the newest record is let pass."""
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": "s"}, now=NOW)
        check_clock(connection, now=NOW - timedelta(seconds=120))


def test_clock_that_went_back_further_is_refused(database: Database) -> None:
    """A clock 121 s behind the newest record stops the step."""
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": "s"}, now=NOW)
        with pytest.raises(LedgerError) as caught:
            check_clock(connection, now=NOW - timedelta(seconds=121))
    assert caught.value.code == "clock.backwards"


def test_late_record_does_not_hide_that_the_clock_went_back(database: Database) -> None:
    """The latest time of the chain counts, also when a newer record was written under the wrong clock."""
    early = NOW - timedelta(hours=1)
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": "s"}, now=NOW)
        append_audit(connection, {"event": "e", "subject": "s"}, now=early)
        with pytest.raises(LedgerError) as caught:
            check_clock(connection, now=early)
    assert caught.value.code == "clock.backwards"


def test_accepted_clock_forgets_the_time_that_ran_ahead(database: Database) -> None:
    """Once an administrator accepted the clock, only records from then on count."""
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": "s"}, now=NOW + timedelta(days=365))
        append_audit(connection, {"event": "clock.accepted", "subject": "ledger"}, now=NOW)
        check_clock(connection, now=NOW)
        with pytest.raises(LedgerError):
            check_clock(connection, now=NOW - timedelta(hours=1))


def test_pseudonym_is_stable_in_one_database_and_differs_in_another(database: Database, tmp_path: Path) -> None:
    """The same person has one pseudonym here and another one elsewhere; neither shows the person."""
    other = open_database(tmp_path / "other.sqlite3")
    with database.write() as first, other.write() as second:
        here, again, there = (
            pseudonym(first, "ana@example.org"),
            pseudonym(first, "ana@example.org"),
            pseudonym(second, "ana@example.org"),
        )
    other.close()
    assert here == again
    assert here != there
    assert "example" not in here + there
