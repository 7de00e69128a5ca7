"""The `[oidc.NAME]` parts of the settings: what is read, what is refused, and where the secrets stand."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schemas import ConfigurationError
from skillmark.backup import write_backup
from skillmark.oidc_settings import read_oidc_settings
from skillmark.settings import create_home, load_settings, write_secret
from skillmark.wiring import open_ledger

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "label": "College account",
    "issuer": "https://login.college.example",
    "client_id": "skillmark",
}
TOML = """
[oidc.college]
label = "College account"
issuer = "https://login.college.example"
client_id = "skillmark"
email_domains = ["college.example"]
"""


def _read(**members: Any) -> Any:  # noqa: ANN401 - the settings
    table = {name: value for name, value in {**GOOD, **members}.items() if value is not None}
    return read_oidc_settings({"college": table}, secret=lambda _name: "TEST-ONLY")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with one provider and its secret."""
    folder = tmp_path / "home"
    create_home(folder, base_url="https://badges.example.edu")
    with (folder / "skillmark.toml").open("a", encoding="utf-8") as settings:
        settings.write(TOML)
    write_secret(folder / "secrets" / "oidc-college", b"TEST-ONLY-secret\n")
    return folder


def test_provider_of_the_file(home: Path) -> None:
    """The file gives name, label, issuer and domains; the secret stands beside it."""
    (provider,) = load_settings(home).oidc_providers()
    assert (provider.name, provider.label) == ("college", "College account")
    assert provider.issuer == "https://login.college.example"
    assert provider.client_secret == "TEST-ONLY-secret"
    assert provider.email_domains == ("college.example",)


def test_no_table() -> None:
    """Without the table there is no provider."""
    assert read_oidc_settings(None, secret=lambda _name: "") == ()


def test_missing_secret(home: Path) -> None:
    """A provider without its secret stops the program, which says which file is missing."""
    (home / "secrets" / "oidc-college").unlink()
    with pytest.raises(ConfigurationError, match=r"oidc\.secret_missing: secrets/oidc-college"):
        load_settings(home).oidc_providers()


def test_secret_that_others_may_read(home: Path) -> None:
    """A secret that others may read stops the program."""
    (home / "secrets" / "oidc-college").chmod(0o644)
    with pytest.raises(ConfigurationError, match=r"config\.secret_permissions"):
        load_settings(home).oidc_providers()


@pytest.mark.parametrize(
    "members",
    [
        {"label": None},
        {"label": " "},
        {"label": "a\nb"},
        {"label": "x" * 61},
        {"label": 7},
        {"issuer": None},
        {"issuer": "http://login.college.example"},
        {"issuer": "https://login.college.example?x=1"},
        {"issuer": "https://login.college.example#x"},
        {"issuer": "https://user@login.college.example"},
        {"issuer": "login.college.example"},
        {"issuer": "https://[::1"},
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "two words"},
        {"email_domains": "college.example"},
        {"email_domains": ["@college.example"]},
        {"email_domains": ["College.example"]},
        {"email_domains": [7]},
        {"client_secret": "TEST ONLY: not in this file"},
        {"scope": "openid"},
    ],
    ids=repr,
)
def test_settings_that_are_refused(members: dict[str, Any]) -> None:
    """What is missing, unknown or not of its kind is refused by name."""
    with pytest.raises(ConfigurationError, match=r"oidc\.settings_invalid"):
        _read(**members)


@pytest.mark.parametrize("table", [[], "x", {"College": GOOD}, {"a b": GOOD}, {"../x": GOOD}, {"x": []}], ids=repr)
def test_tables_that_are_refused(table: object) -> None:
    """The table names providers in small letters; the name becomes part of addresses and of a file name."""
    with pytest.raises(ConfigurationError, match=r"oidc\.settings_invalid"):
        read_oidc_settings(table, secret=lambda _name: "TEST-ONLY")


def test_two_providers_with_one_issuer() -> None:
    """Two names for one site are refused: an account there would be two people."""
    with pytest.raises(ConfigurationError, match=r"oidc\.settings_invalid"):
        read_oidc_settings({"a": GOOD, "b": GOOD}, secret=lambda _name: "TEST-ONLY")


def test_backup_leaves_the_secret_out(home: Path, tmp_path: Path) -> None:
    """Without the passphrase a backup has no secret that opens something elsewhere either."""
    settings = load_settings(home)
    write_secret(home / "secrets" / "text-secret", b"TEST-ONLY")
    with open_ledger(settings):
        pass  # makes the ledger
    names = {}
    for kind in (False, True):
        path = tmp_path / f"backup-{kind}.zip"
        write_backup(settings, path, now=NOW, with_passphrase=kind)
        with zipfile.ZipFile(path) as archive:
            names[kind] = {name for name in archive.namelist() if "oidc-" in name or "text-secret" in name}
    assert names == {False: set(), True: {"secrets/oidc-college", "secrets/text-secret"}}
