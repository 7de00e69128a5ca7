"""The `[oidc.NAME]` parts of `skillmark.toml`: sites through which people of the desk sign in.

    [oidc.college]
    label = "Your College account"          # on the button
    issuer = "https://login.your-college.example"
    client_id = "skillmark"                 # the secret stands in secrets/oidc-college
    email_domains = ["your-college.example"]  # optional: whose addresses it may vouch for

Spec: OpenID Connect Discovery 1.0 §4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from issuer import OidcProvider
from schemas import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PROVIDERS = 10
MAX_LABEL_CHARS = 60
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_LINE = re.compile(r"[!-~]{1,512}")
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
_KNOWN = frozenset({"label", "issuer", "client_id", "email_domains"})


def read_oidc_settings(table: object, *, secret: Callable[[str], str]) -> tuple[OidcProvider, ...]:
    """Return the providers of the `[oidc.…]` tables, by name.

    Args:
        table: What stands under `oidc`; None when nothing does.
        secret: Returns the client secret of a provider by its name.

    Raises:
        ConfigurationError: `oidc.settings_invalid` with what is wrong; what `secret` raises.
    """
    if table is None:
        return ()
    if not isinstance(table, dict) or len(table) > MAX_PROVIDERS:
        raise ConfigurationError("oidc.settings_invalid", f"[oidc.NAME], at most {MAX_PROVIDERS} of them")
    providers = tuple(_read_provider(name, entry, secret) for name, entry in sorted(table.items()))
    if len({provider.issuer for provider in providers}) < len(providers):
        raise ConfigurationError("oidc.settings_invalid", "two providers with one issuer")
    return providers


def _read_provider(name: str, entry: object, secret: Callable[[str], str]) -> OidcProvider:
    place = f"[oidc.{name}]"
    if not _NAME.fullmatch(name):
        raise ConfigurationError("oidc.settings_invalid", "a name has small letters, digits and hyphens")
    if not isinstance(entry, dict) or not set(entry) <= _KNOWN:
        raise ConfigurationError("oidc.settings_invalid", f"{place} knows {', '.join(sorted(_KNOWN))}")
    label, issuer, client_id = (entry.get(key) for key in ("label", "issuer", "client_id"))
    if not isinstance(label, str) or not label.strip() or not label.isprintable() or len(label) > MAX_LABEL_CHARS:
        raise ConfigurationError("oidc.settings_invalid", f"{place} label is one line of text")
    if not isinstance(issuer, str) or not _is_issuer(issuer):
        raise ConfigurationError("oidc.settings_invalid", f"{place} issuer is an https address")
    if not isinstance(client_id, str) or not _LINE.fullmatch(client_id):
        raise ConfigurationError("oidc.settings_invalid", f"{place} client_id is text without blanks")
    domains = entry.get("email_domains", [])
    if not isinstance(domains, list) or not all(isinstance(one, str) and _DOMAIN.fullmatch(one) for one in domains):
        raise ConfigurationError("oidc.settings_invalid", f"{place} email_domains is a list such as ['example.edu']")
    client_secret = secret(name)
    if not _LINE.fullmatch(client_secret):
        raise ConfigurationError("oidc.settings_invalid", f"the secret of {place} is one line without blanks")
    return OidcProvider(
        name=name,
        label=label.strip(),
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        email_domains=tuple(domains),
    )


def _is_issuer(issuer: str) -> bool:
    if not _LINE.fullmatch(issuer):
        return False
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    return (
        parts.scheme == "https" and bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)
    )
