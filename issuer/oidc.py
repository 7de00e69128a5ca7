"""Signing in at the desk through another site (OpenID Connect): which site, and what it says of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys import FetchedDocument, PostedAnswer

# What no provider has to go beyond; a signature with a shared secret (HS…) or none at all is never among them.
ACCEPTED_ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519"}
)
SCOPE: Final = "openid email profile"


class OidcNetwork(Protocol):
    """The guarded door to the network (`keys.GuardedFetcher`)."""

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Get a document.

        Raises:
            FetchError: Not allowed, not reachable, too large or too slow.
        """
        ...

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int) -> PostedAnswer:
        """Send `body` and return the answer with any status; no redirect is followed.

        Raises:
            FetchError: As `fetch`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """A site that signs people in for us.

    Args:
        name: In the addresses of our pages and in the settings.
        label: On the button.
        issuer: Its identifier, an https address; exactly what it says of itself.
        client_id: How it knows us.
        client_secret: With which we prove that.
        email_domains: Whose addresses it may vouch for, in small letters; empty for all.
    """

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    email_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMetadata:
    """What a provider publishes of itself, as far as it is used.

    Args:
        authorization_endpoint: Where a browser is sent.
        token_endpoint: Where a code is changed for a token.
        jwks_uri: Where its keys are.
        takes_basic: We may prove who we are in a header; else in the body.
        names_itself: Its answers to the browser always name it (RFC 9207).
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    takes_basic: bool
    names_itself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcIdentity:
    """Who somebody is, in the signed words of a provider.

    Args:
        issuer: Of the provider.
        subject: Their name there; never given to anybody else.
        email: In small letters; empty when the provider does not say that it checked it.
        shown_name: May be empty.
    """

    issuer: str
    subject: str
    email: str
    shown_name: str
