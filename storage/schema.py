"""Brings the tables of a database file to the version that this program knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from schemas import ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
)
HEAD_REVISION = _REVISIONS[-1]
KNOWN_REVISIONS = frozenset(_REVISIONS)


def upgrade_schema(connection: Connection) -> None:
    """Run the missing migrations inside the caller's transaction: all of them or, when killed, none.

    Raises:
        ConfigurationError: `store.schema_unknown`: the file was made by a newer version, or is not ours.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if "alembic_version" in tables:
        revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if revision == HEAD_REVISION:
            return
        if revision not in KNOWN_REVISIONS:
            raise ConfigurationError("store.schema_unknown", f"revision {revision}")
    elif tables:
        raise ConfigurationError("store.schema_unknown", "tables of another program")
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
