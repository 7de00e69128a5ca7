"""Migrations: what they make, what they refuse, and what a kill in the middle leaves."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from issuer import delivery_tables, oidc_tables, people_tables
from issuer.tables import METADATA as LEDGER_TABLES
from schemas import ConfigurationError
from storage import Database, open_database
from storage.schema import HEAD_REVISION, KNOWN_REVISIONS
from storage.tables import METADATA as STORE_TABLES
from wallet.tables import METADATA as WALLET_TABLES

TABLE_MODULES = (delivery_tables, oidc_tables, people_tables)  # whose import adds their tables to those of the ledger


def _revision(path: Path) -> object:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    finally:
        connection.close()


def test_head_is_the_newest_script() -> None:
    """The revision that the program knows as newest is the newest migration in the package."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD_REVISION]
    assert {script.revision for script in scripts.walk_revisions()} == KNOWN_REVISIONS


@pytest.mark.parametrize(
    "table", [*STORE_TABLES.sorted_tables, *LEDGER_TABLES.sorted_tables, *WALLET_TABLES.sorted_tables], ids=str
)
def test_migrated_table_is_the_declared_one(database: Database, table: sa.Table) -> None:
    """Columns, nullability, keys and unique constraints of the file are those that the code works with."""
    with database.read() as connection:
        actual = sa.Table(table.name, sa.MetaData(), autoload_with=connection)

    def shape(of: sa.Table) -> dict[str, tuple[str, bool | None, bool]]:
        return {column.name: (str(column.type), column.nullable, column.primary_key) for column in of.columns}

    def foreign(of: sa.Table) -> set[tuple[str, str]]:
        return {(key.parent.name, key.target_fullname) for key in of.foreign_keys}

    def unique(of: sa.Table) -> set[tuple[str, ...]]:
        return {
            tuple(column.name for column in constraint.columns)
            for constraint in of.constraints
            if isinstance(constraint, sa.UniqueConstraint)
        } | {tuple(column.name for column in index.columns) for index in of.indexes}

    assert shape(actual) == shape(table)
    assert foreign(actual) == foreign(table)
    assert unique(actual) == unique(table)


def test_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A revision that this program does not know stops the start and changes nothing."""
    path = tmp_path / "a.sqlite3"
    open_database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigurationError) as caught:
        open_database(path)
    assert caught.value.code == "store.schema_unknown"
    assert _revision(path) == "9999"


def test_file_of_another_program_is_refused(tmp_path: Path) -> None:
    """Tables that are not ours are left alone."""
    path = tmp_path / "a.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name)")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigurationError) as caught:
        open_database(path)
    assert caught.value.code == "store.schema_unknown"


def test_migration_needs_no_file_in_the_working_folder(tmp_path: Path) -> None:
    """The migrations come with the package: opening works from any folder, without alembic.ini."""
    root = Path(__file__).resolve().parents[3]
    subprocess.run(
        [sys.executable, "-c", "import storage; storage.open_database('a.sqlite3').close()"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
    )
    assert _revision(tmp_path / "a.sqlite3") == HEAD_REVISION


KILL_AT = """
import os, signal, sys
import sqlalchemy as sa
from storage import open_database
left = int(sys.argv[2])
def count(connection, cursor, statement, parameters, context, executemany):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
sa.event.listen(sa.Engine, "before_cursor_execute", count)
open_database(sys.argv[1]).close()
"""


def test_killed_migration_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Killed at the first, at some middle and at later statements, the file opens again at the newest revision."""
    root = Path(__file__).resolve().parents[3]
    killed = 0
    for statement in (1, 3, 6, 12, 20, 30, 45):
        path = tmp_path / f"{statement}.sqlite3"
        run = subprocess.run(
            [sys.executable, "-c", KILL_AT, str(path), str(statement)],
            cwd=tmp_path,
            env={"PYTHONPATH": str(root)},
            check=False,
            capture_output=True,
        )
        killed += run.returncode == -signal.SIGKILL
        connection = sqlite3.connect(path)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.close()
        assert tables == set() or {"alembic_version", "status_documents"} <= tables
        open_database(path).close()
        assert _revision(path) == HEAD_REVISION
    assert killed == 7
