"""What is asked of a provider: the typed door to Authlib. Pure; nothing is sent here.

Spec: RFC 6749 §4.1 (authorization code), RFC 7636 (PKCE), OpenID Connect Core 1.0 §3.1.2.1, Discovery 1.0 §3 and §4.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlsplit

from issuer.oidc import SCOPE, ProviderMetadata
from schemas import LedgerError, read_json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from issuer.oidc import OidcProvider
    from schemas import JsonObject

MAX_METADATA_BYTES = 256 * 1024


def discovery_url(issuer: str) -> str:
    """Return where a provider publishes what it is (Discovery §4)."""
    return f"{issuer.removesuffix('/')}/.well-known/openid-configuration"


def read_metadata(body: bytes, *, issuer: str) -> ProviderMetadata:
    """Read what a provider publishes.

    Raises:
        LedgerError: `oidc.provider_failed`: malformed, of another issuer, or unfit for the way that is used here.
        DecodingError: It is no JSON object.
    """
    # Loading the library takes a moment that a desk without other sites never spends.
    from authlib.oidc.discovery import OpenIDProviderMetadata  # noqa: PLC0415

    members = read_json_object(body, max_bytes=MAX_METADATA_BYTES)
    if members.get("issuer") != issuer:
        raise LedgerError("oidc.provider_failed", "the document is of another issuer")
    known = OpenIDProviderMetadata(members)
    try:
        known.validate_issuer()
        known.validate_authorization_endpoint()
        known.validate_token_endpoint()
        known.validate_jwks_uri()
        known.validate_response_types_supported()
        known.validate_token_endpoint_auth_methods_supported()
    except (ValueError, TypeError, AttributeError) as error:
        raise LedgerError("oidc.provider_failed", "the document breaks its rules") from error
    methods = members.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    assert isinstance(methods, list)
    if not {"client_secret_basic", "client_secret_post"} & {method for method in methods if isinstance(method, str)}:
        raise LedgerError("oidc.provider_failed", "it takes no secret of ours")
    return ProviderMetadata(
        authorization_endpoint=_read_endpoint(members, "authorization_endpoint"),
        token_endpoint=_read_endpoint(members, "token_endpoint"),
        jwks_uri=_read_endpoint(members, "jwks_uri"),
        takes_basic="client_secret_basic" in methods,
        names_itself=members.get("authorization_response_iss_parameter_supported") is True,
    )


def _read_endpoint(members: JsonObject, name: str) -> str:
    url = members.get(name)
    if not isinstance(url, str) or not url.isascii() or any(sign <= " " for sign in url):
        raise LedgerError("oidc.provider_failed", f"{name} is no address")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise LedgerError("oidc.provider_failed", f"{name} is no address") from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.fragment or "\\" in url:
        raise LedgerError("oidc.provider_failed", f"{name} is no https address")
    return url


def compose_authorization_url(
    metadata: ProviderMetadata, provider: OidcProvider, *, redirect_uri: str, state: str, nonce: str, verifier: str
) -> str:
    """Return where the browser is sent."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # noqa: PLC0415 - see read_metadata
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415

    return str(
        prepare_grant_uri(
            metadata.authorization_endpoint,
            provider.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    )


def compose_token_request(
    metadata: ProviderMetadata, provider: OidcProvider, *, redirect_uri: str, code: str, verifier: str
) -> tuple[bytes, Mapping[str, str]]:
    """Return body and headers with which a code is changed for a token (RFC 6749 §2.3.1 and §4.1.3)."""
    from authlib.oauth2.rfc6749.parameters import prepare_token_request  # noqa: PLC0415 - see read_metadata

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    fields = {"redirect_uri": redirect_uri, "code": code, "code_verifier": verifier}
    if metadata.takes_basic:
        login = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}".encode("ascii")
        headers["Authorization"] = f"Basic {base64.b64encode(login).decode('ascii')}"
    else:
        fields |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    return str(prepare_token_request("authorization_code", **fields)).encode("ascii"), headers
