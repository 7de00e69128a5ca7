"""What one installation knows about itself: its data folder and the secrets in it.

    HOME/
      skillmark.toml          base_url, status, proxy_hops, default_calling_code, timezone,
                              unlisted_texts_per_day, [mail], [text], [oidc.NAME]
      skillmark.sqlite3       the ledger
      trust.yaml              issuers that this place knows (optional)
      contexts/               word lists pinned by hand, each under its hash (optional)
      keys/                   signing keys, encrypted
      outbox/                 messages that no mail server is set for
      secrets/                passphrase, session secret, secret of links, desk password hash, and the secrets with
                              which mail server, text gateway and sign-in sites know us (mode 0600)

The passphrase may come from elsewhere: `SKILLMARK_PASSPHRASE_FILE` names a file, for
example one that systemd hands over as a credential. No secret is read from the environment.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import platformdirs

from keys import LINK_SECRET_BYTES, LinkSecret
from schemas import DEFAULT_CALLING_CODE, ConfigurationError, is_calling_code, write_private_file
from skillmark.mail_settings import MailSettings, read_mail_settings
from skillmark.oidc_settings import read_oidc_settings
from skillmark.text_settings import (
    MAX_UNLISTED_TEXTS_PER_DAY,
    UNLISTED_TEXTS_PER_DAY,
    TextSettings,
    read_text_settings,
)
from skillmark.time_zones import DEFAULT_TIME_ZONE, read_time_zone

if TYPE_CHECKING:
    from datetime import tzinfo

    from issuer import OidcProvider

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
SECRET_BYTES = 32
LINKS_FILE = "links"
MAX_PROXY_HOPS = 5
STATUS_PURPOSES = ("revocation", "suspension")
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_PRIVATE_MODE_MASK = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One data folder. Secrets are read when asked for and never kept in a repr."""

    home: Path
    base_url: str
    status_purposes: tuple[str, ...] = STATUS_PURPOSES  # what badges can be told to be from now on
    mail: MailSettings | None = None  # None: mails are files in the data folder
    texts: TextSettings | None = None  # None: text messages are files in the data folder
    calling_code: str = DEFAULT_CALLING_CODE  # of telephone numbers that are written without +
    unlisted_texts_per_day: int = UNLISTED_TEXTS_PER_DAY  # codes of wallets to numbers that no class list has
    time_zone: tzinfo = UTC  # in which people read days and times
    oidc_table: object = None  # as it stands in the file; `oidc_providers` reads it
    proxy_hops: int = 0  # proxies of ours in front of the server, whose forwarding headers are believed

    @property
    def database_path(self) -> Path:
        """The SQLite file of the ledger."""
        return self.home / "skillmark.sqlite3"

    @property
    def keys_folder(self) -> Path:
        """Where the encrypted signing keys stand."""
        return self.home / "keys"

    @property
    def secrets_folder(self) -> Path:
        """Where passphrase, session secret and desk password hash stand."""
        return self.home / "secrets"

    @property
    def trust_list_path(self) -> Path:
        """The issuers that this place knows; the file may be missing."""
        return self.home / "trust.yaml"

    @property
    def contexts_folder(self) -> Path:
        """Word lists that were pinned by hand; the folder may be missing."""
        return self.home / "contexts"

    @property
    def desk_password_hash(self) -> str:
        """The argon2 hash of the desk password; empty when none was set yet."""
        path = self.secrets_folder / "desk-password-hash"
        return _read_secret(path).decode("ascii").strip() if path.exists() else ""

    def passphrase(self) -> bytes:
        """Return the passphrase of the key files.

        Raises:
            ConfigurationError: `config.secret_missing` or `config.secret_permissions`.
        """
        elsewhere = os.environ.get("SKILLMARK_PASSPHRASE_FILE")
        return _read_secret(Path(elsewhere) if elsewhere else self.secrets_folder / "passphrase").strip()

    def session_secret(self) -> str:
        """Return the secret that signs session cookies."""
        return _read_secret(self.secrets_folder / "session").decode("ascii").strip()

    def mail_password(self) -> str:
        """Return the password for the mail server.

        Raises:
            ConfigurationError: `config.secret_missing` or `config.secret_permissions`.
        """
        return _read_secret(self.secrets_folder / "mail-password").decode().strip()

    def text_secret(self) -> str:
        """Return the secret for the text gateway.

        Raises:
            ConfigurationError: `config.secret_missing` or `config.secret_permissions`.
        """
        return _read_secret(self.secrets_folder / "text-secret").decode().strip()

    def oidc_providers(self) -> tuple[OidcProvider, ...]:
        """Return the sites through which people of the desk sign in, each with its secret.

        Raises:
            ConfigurationError: `oidc.settings_invalid`, `oidc.secret_missing` or `config.secret_permissions`.
        """
        return read_oidc_settings(self.oidc_table, secret=self._oidc_secret)

    def _oidc_secret(self, name: str) -> str:
        path = self.secrets_folder / f"oidc-{name}"
        if not path.exists():
            raise ConfigurationError("oidc.secret_missing", f"secrets/{path.name}")
        return _read_secret(path).decode("ascii", "replace").strip()

    @property
    def outbox_folder(self) -> Path:
        """Where messages are written that no server takes."""
        return self.home / "outbox"

    def save_desk_password_hash(self, hashed: str) -> None:
        """Store the argon2 hash of the desk password."""
        write_secret(self.secrets_folder / "desk-password-hash", hashed.encode("ascii"))


def default_home() -> Path:
    """Return `SKILLMARK_HOME`, or the platform's folder for a user's data."""
    named = os.environ.get("SKILLMARK_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("skillmark", appauthor=False))


def write_secret(path: Path, secret: bytes) -> None:
    """Write a file that only this user may read, replacing it as a whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private_file(path, secret)


def _read_secret(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError as error:
        raise ConfigurationError("config.secret_missing", path.name) from error
    if mode & _PRIVATE_MODE_MASK:
        raise ConfigurationError("config.secret_permissions", path.name)
    return secret


def load_link_secret(home: Path) -> LinkSecret:
    """Return the secret that links and codes are made from; made once, for a folder that has none.

    Raises:
        ConfigurationError: `config.secret_permissions`, or `config.secret_missing` when it is too short to be one.
    """
    path = home / "secrets" / LINKS_FILE
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        write_secret(fresh, secrets.token_urlsafe(LINK_SECRET_BYTES).encode("ascii"))
        # Of two processes that make one at the same time both use the first: its links may be on their way already.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    try:
        return LinkSecret(_read_secret(path).strip())
    except ValueError as error:
        raise ConfigurationError("config.secret_missing", path.name) from error


def check_base_url(base_url: str) -> str:
    """Return the public address without a slash at its end.

    https is needed everywhere but on this machine itself: a badge that points to plain http is worth nothing.

    Raises:
        ConfigurationError: `config.base_url_invalid`.
    """
    parts = urlsplit(base_url)
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK_HOSTS
    if (
        not (parts.scheme == "https" or plain)
        or not parts.hostname
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise ConfigurationError("config.base_url_invalid", base_url)
    if not re.fullmatch(r"[A-Za-z0-9.:\-\[\]]+", parts.netloc):
        raise ConfigurationError("config.base_url_invalid", base_url)
    return base_url.rstrip("/")


def create_home(home: Path, *, base_url: str) -> Settings:
    """Make the data folder with fresh secrets; keep what is there already.

    Raises:
        ConfigurationError: `config.base_url_invalid`, or `config.base_url_differs` when the folder
            was made for another address: badges already carry the old one.
    """
    wanted = check_base_url(base_url)
    config = home / "skillmark.toml"
    if config.exists():
        settings = load_settings(home)
        if settings.base_url != wanted:
            raise ConfigurationError("config.base_url_differs", settings.base_url)
        return settings
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("passphrase", "session"):
        if not (home / "secrets" / name).exists():
            write_secret(home / "secrets" / name, secrets.token_urlsafe(SECRET_BYTES).encode("ascii"))
    return change_base_url(home, base_url=wanted)


def change_base_url(home: Path, *, base_url: str) -> Settings:
    """Write the public address into the settings file; only for a folder in which nothing carries another one yet.

    Raises:
        ConfigurationError: `config.base_url_invalid`.
    """
    wanted = check_base_url(base_url)
    note = "# The address that people reach this site at. Badges carry it: never change it."
    (home / "skillmark.toml").write_text(f'{note}\nbase_url = "{wanted}"\n', "utf-8")
    return load_settings(home)


def load_settings(home: Path) -> Settings:
    """Read the settings of an existing data folder.

    Raises:
        ConfigurationError: `config.home_missing` when there is none, `config.file_invalid` when it cannot be read,
            `config.timezone_unknown`.
    """
    config = home / "skillmark.toml"
    if not config.exists():
        raise ConfigurationError("config.home_missing", str(home))
    try:
        values = tomllib.loads(config.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError("config.file_invalid", config.name) from error
    base_url = values.get("base_url", DEFAULT_BASE_URL)
    if not isinstance(base_url, str):
        raise ConfigurationError("config.file_invalid", "base_url is not text")
    status = values.get("status", list(STATUS_PURPOSES))
    if status not in (list(STATUS_PURPOSES), ["revocation"]):
        raise ConfigurationError("config.file_invalid", 'status is ["revocation"] or ["revocation", "suspension"]')
    hops = values.get("proxy_hops", 0)
    if not isinstance(hops, int) or not 0 <= hops <= MAX_PROXY_HOPS:
        raise ConfigurationError("config.file_invalid", f"proxy_hops is a number from 0 to {MAX_PROXY_HOPS}")
    calling_code = values.get("default_calling_code", DEFAULT_CALLING_CODE)
    if not isinstance(calling_code, str) or not is_calling_code(calling_code):
        raise ConfigurationError("config.file_invalid", 'default_calling_code is "1", "34" or "52"')
    unlisted = values.get("unlisted_texts_per_day", UNLISTED_TEXTS_PER_DAY)
    if type(unlisted) is not int or not 0 <= unlisted <= MAX_UNLISTED_TEXTS_PER_DAY:
        problem = f"unlisted_texts_per_day is a number from 0 to {MAX_UNLISTED_TEXTS_PER_DAY}"
        raise ConfigurationError("config.file_invalid", problem)
    return Settings(
        home=home,
        base_url=check_base_url(base_url),
        status_purposes=tuple(status),
        mail=read_mail_settings(values.get("mail")),
        oidc_table=values.get("oidc"),
        texts=read_text_settings(values.get("text")),
        calling_code=calling_code,
        time_zone=read_time_zone(values.get("timezone", DEFAULT_TIME_ZONE)),
        unlisted_texts_per_day=unlisted,
        proxy_hops=hops,
    )
