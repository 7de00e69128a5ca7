"""An OpenID provider in memory: it implements the door to the network, so each lie of a hostile one is a field.

Written from OpenID Connect Core 1.0 §3.1 and Discovery 1.0 §4, RFC 6749 §4.1, RFC 7636 §4.6 and RFC 9207. Tokens are
signed with `cryptography` alone, not with the library that checks them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys import FetchedDocument, PostedAnswer
from schemas import FetchError
from tests.doubles.authenticator import b64u

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

ISSUER = "https://login.college.example"
CLIENT_ID = "skillmark"
CLIENT_SECRET = "TEST ONLY client secret/+"


def make_rsa() -> RSAPrivateKey:
    """Make a key to sign tokens with."""
    return generate_private_key(public_exponent=65_537, key_size=2048)


def sign_rs256(header: Mapping[str, Any], claims: Mapping[str, Any], key: RSAPrivateKey) -> str:
    """Return a token in compact form (RFC 7515 §7.1)."""
    signed = f"{b64u(json.dumps(header).encode())}.{b64u(json.dumps(claims).encode())}"
    return f"{signed}.{b64u(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def sign_hs256_with_public_key(claims: Mapping[str, Any], key: RSAPrivateKey, key_id: str) -> str:
    """Return a token that takes the published key for a shared secret (RFC 8725 §2.1)."""
    header = {"alg": "HS256", "typ": "JWT", "kid": key_id}
    signed = f"{b64u(json.dumps(header).encode())}.{b64u(json.dumps(claims).encode())}"
    secret = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{signed}.{b64u(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


@dataclass
class Account:
    """Somebody at the provider."""

    subject: str = "248289761001"
    email: str = "kim@example.edu"
    is_email_checked: object = True
    name: str = "Kim Doe"


@dataclass
class OidcProviderDouble:
    """One provider.

    Args:
        clock: Aware UTC.
        issuer: Its identifier.
        key: That signs.
        key_id: Of that key.
        published: Further keys in its set.
        metadata_members: Members of its document, in the place of the true ones; None leaves one out.
        claims_members: Claims in the place of the true ones; None leaves one out.
        header_members: The same for the header of a token.
        make_token: Signs in another way, from claims.
        names_itself: Answers to browsers name it (RFC 9207).
        token_status: Status of the answer at the token endpoint.
        token_answer: That answer, in the place of the true one.
        down: It does not answer.
        asked: Addresses that were asked for.
    """

    clock: Callable[[], datetime]
    issuer: str = ISSUER
    key: RSAPrivateKey = field(default_factory=make_rsa)
    key_id: str = "key-1"
    published: list[dict[str, Any]] = field(default_factory=list)
    metadata_members: dict[str, Any] = field(default_factory=dict)
    claims_members: dict[str, Any] = field(default_factory=dict)
    header_members: dict[str, Any] = field(default_factory=dict)
    make_token: Callable[[dict[str, Any]], str] | None = None
    names_itself: bool = False
    token_status: int = 200
    token_answer: bytes | None = None
    down: bool = False
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, tuple[dict[str, str], Account]] = field(default_factory=dict)

    def sign_in(self, url: str, account: Account) -> dict[str, str]:
        """Let somebody sign in on the page that a browser was sent to; return what it comes back with."""
        parts = urlsplit(url)
        assert url.startswith(f"{self.issuer}/authorize?")
        query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = (query, account)
        answer = {"code": code, "state": query["state"]}
        return {**answer, "iss": self.issuer} if self.names_itself else answer

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Answer at the two addresses that a provider publishes documents at."""
        assert accept == "application/json"
        self.asked.append(url)
        if self.down:
            raise FetchError("fetch.timeout")
        documents: dict[str, Callable[[], dict[str, Any]]] = {
            f"{self.issuer}/.well-known/openid-configuration": self._metadata,
            f"{self.issuer}/keys": lambda: {"keys": [self.jwk(), *self.published]},
        }
        if url not in documents:
            raise FetchError("fetch.http_status", detail={"status": 404})
        body = json.dumps(documents[url]()).encode()
        assert len(body) <= max_bytes
        return FetchedDocument(url=url, body=body, media_type="application/json", fetched_at=self.clock())

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int) -> PostedAnswer:
        """Change a code for a token, once, for whoever knows secret and verifier."""
        assert max_bytes > 0
        self.asked.append(url)
        if url != f"{self.issuer}/token":
            return self._post_answer(404, {})
        if self.token_answer is not None or self.token_status != 200:
            return PostedAnswer(
                status=self.token_status, body=self.token_answer or b"{}", media_type="application/json"
            )
        fields = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        if not self._is_client(headers, fields):
            return self._post_answer(401, {"error": "invalid_client"})
        asked, account = self._codes.pop(fields.get("code", ""), ({}, Account()))
        challenge = b64u(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if (
            not asked
            or fields.get("grant_type") != "authorization_code"
            or asked["redirect_uri"] != fields.get("redirect_uri")
            or asked["code_challenge"] != challenge
        ):
            return self._post_answer(400, {"error": "invalid_grant"})
        claims = self._claims(asked["nonce"], account)
        return self._post_answer(
            200, {"access_token": "TEST ONLY", "token_type": "Bearer", "id_token": self._sign(claims)}
        )

    def _post_answer(self, status: int, members: dict[str, Any]) -> PostedAnswer:
        return PostedAnswer(status=status, body=json.dumps(members).encode(), media_type="application/json")

    def _is_client(self, headers: Mapping[str, str], fields: Mapping[str, str]) -> bool:
        if "Authorization" in headers:
            login = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
            name, _, secret = (unquote_plus(part) for part in login.partition(":"))
            return (name, secret) == (CLIENT_ID, CLIENT_SECRET)
        return (fields.get("client_id"), fields.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)

    def jwk(self) -> dict[str, Any]:
        """Return the public half of the key that signs."""
        numbers = self.key.public_key().public_numbers()
        size = self.key.key_size // 8
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            "n": b64u(numbers.n.to_bytes(size)),
            "e": b64u(numbers.e.to_bytes(3)),
        }

    def rotate(self) -> None:
        """Sign with a new key, and publish only that."""
        self.key, self.key_id = make_rsa(), f"{self.key_id}-next"

    def _metadata(self) -> dict[str, Any]:
        return _without_none(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "authorization_response_iss_parameter_supported": self.names_itself,
                **self.metadata_members,
            }
        )

    def _claims(self, nonce: str, account: Account) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        return _without_none(
            {
                "iss": self.issuer,
                "sub": account.subject,
                "aud": CLIENT_ID,
                "exp": now + 300,
                "iat": now,
                "nonce": nonce,
                "email": account.email,
                "email_verified": account.is_email_checked,
                "name": account.name,
                **self.claims_members,
            }
        )

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.make_token is not None:
            return self.make_token(claims)
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key_id, **self.header_members}
        return sign_rs256(_without_none(header), claims, self.key)


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
