"""The time zone of a site: a name of the IANA database, or a clear refusal at start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from schemas import ConfigurationError
from skillmark.settings import create_home, load_settings
from skillmark.time_zones import read_time_zone

if TYPE_CHECKING:
    from pathlib import Path

_SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours"), [("America/New_York", -4), ("Europe/Madrid", 2), ("America/Argentina/Buenos_Aires", -3)]
)
def test_zone_by_its_name(name: str, hours: int) -> None:
    """A zone is known by the name that the IANA database has for it."""
    assert read_time_zone(name).utcoffset(_SUMMER) == timedelta(hours=hours)


def test_utc_needs_no_database() -> None:
    """Where nothing is set, nothing has to be installed."""
    assert read_time_zone("UTC") is UTC


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "Nowhere/City",
            "America",
            "New York",
            "EST5EDT\n",
            "/etc/localtime",
            "../../etc/passwd",
            "America/../UTC",
        ),
        *("America/New_York\x00", "a" * 5_000, 5, None, True, ["UTC"], {"name": "UTC"}),
    ],
)
def test_what_is_no_zone(name: object) -> None:
    """Anything else stops the start with a code that says what to write; no path is opened."""
    with pytest.raises(ConfigurationError) as caught:
        read_time_zone(name)
    assert caught.value.code == "config.timezone_unknown"


def test_zone_in_the_settings_file(tmp_path: Path) -> None:
    """`timezone` in the settings file is read; a file without it means UTC."""
    create_home(tmp_path, base_url="http://127.0.0.1:8000")
    assert load_settings(tmp_path).time_zone is UTC
    with (tmp_path / "skillmark.toml").open("a") as file:
        file.write('timezone = "America/Chicago"\n')
    assert str(load_settings(tmp_path).time_zone) == "America/Chicago"


def test_unknown_zone_in_the_settings_file(tmp_path: Path) -> None:
    """A zone that nobody knows is named in the error."""
    create_home(tmp_path, base_url="http://127.0.0.1:8000")
    with (tmp_path / "skillmark.toml").open("a") as file:
        file.write('timezone = "Nowhere/City"\n')
    with pytest.raises(ConfigurationError, match="Nowhere/City") as caught:
        load_settings(tmp_path)
    assert caught.value.code == "config.timezone_unknown"
