"""The time zone in which a site shows times to people. What is signed or stored is UTC."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from schemas import ConfigurationError

if TYPE_CHECKING:
    from datetime import tzinfo

DEFAULT_TIME_ZONE = "UTC"
# Names of the IANA database: no dots and no leading slash, so that a name is never a path to somewhere else.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}")


def read_time_zone(name: object) -> tzinfo:
    """Return a zone of the IANA database by its name; UTC needs no database.

    Raises:
        ConfigurationError: `config.timezone_unknown`: no such zone.
    """
    if name == DEFAULT_TIME_ZONE:
        return UTC
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigurationError("config.timezone_unknown", str(name))
    try:
        return ZoneInfo(name)
    # A folder of zones, such as "America", is no zone; an unknown name is a KeyError of its own.
    except (KeyError, ValueError, OSError) as error:
        raise ConfigurationError("config.timezone_unknown", name) from error
