"""The way of one sign-in through another site, from the button to the person it is.

(1) the browser is sent there with a state, a nonce and the hash of a verifier, all random and used once
(2) it comes back with a code: the state has to be the one in its own cookie, the answer that of the same site
(3) we change the code for a token at that site, proving that we began (1), and check what the site signed
(4) its account belongs to a person from their first sign-in on; that first one goes by the checked e-mail address
Spec: OpenID Connect Core 1.0 §3.1, RFC 9700 §4 (mix-up, injection, replay), RFC 9207.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from issuer import oidc_store
from issuer.oidc_requests import (
    MAX_METADATA_BYTES,
    compose_authorization_url,
    compose_token_request,
    discovery_url,
    read_metadata,
)
from issuer.oidc_store import OidcQuestion
from issuer.oidc_tokens import UnknownKeyError, read_identity, verify_id_token
from keys import hash_token, is_same_secret
from schemas import DecodingError, FetchError, LedgerError, read_json_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from issuer.oidc import OidcIdentity, OidcNetwork, OidcProvider, ProviderMetadata
    from keys import Clock
    from schemas import JsonObject
    from storage import Database

T = TypeVar("T")

QUESTION_LIFE: Final = timedelta(minutes=10)
KEPT_FOR: Final = timedelta(minutes=5)  # documents of a provider
MAX_KEYS_BYTES: Final = 256 * 1024
MAX_TOKEN_ANSWER_BYTES: Final = 128 * 1024
MAX_CODE_CHARS: Final = 4_096
MAX_AT_ONCE: Final = 4  # sign-ins that wait for one provider
_RANDOM_BYTES: Final = 32  # PKCE: 43 letters (RFC 7636 §4.1)
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcStart:
    """Where a browser is sent.

    Args:
        url: At the provider.
        state: Stays in the signed cookie of the browser.
    """

    url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcEnd:
    """Who came back, and where they wanted to go."""

    identity: OidcIdentity
    target: str


@dataclass(slots=True)
class _Kept:
    """Documents of a provider, each with the moment at which it is too old."""

    metadata: ProviderMetadata | None = None
    metadata_until: float = 0.0
    keys: JsonObject = field(default_factory=dict)
    keys_until: float = 0.0


class OidcSignIn:
    """Sign-ins through one provider. Safe to share between threads.

    Args:
        provider: Which site.
        redirect_uri: Our address to which it sends browsers back; no other provider has the same.
        database: Where questions are kept.
        network: Returns the guarded door to the network, for one sign-in.
        clock: Aware UTC.
    """

    def __init__(
        self,
        provider: OidcProvider,
        *,
        redirect_uri: str,
        database: Database,
        network: Callable[[], OidcNetwork],
        clock: Clock,
    ) -> None:
        self.provider = provider
        self._redirect_uri = redirect_uri
        self._database = database
        self._network = network
        self._clock = clock
        self._kept = _Kept()
        self._places = threading.BoundedSemaphore(MAX_AT_ONCE)

    def begin(self, target: str) -> OidcStart:
        """Send a browser to the provider.

        Args:
            target: Page of the desk to go to in the end.

        Raises:
            LedgerError: `oidc.provider_failed`.
        """
        metadata = self._ask(self._find_metadata)
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        question = OidcQuestion(provider=self.provider.name, nonce=nonce, verifier=verifier, target=target)
        now = self._clock()
        with self._database.write() as connection:
            oidc_store.keep_question(connection, hash_token(state), question, now=now, forget=now - QUESTION_LIFE)
        url = compose_authorization_url(
            metadata, self.provider, redirect_uri=self._redirect_uri, state=state, nonce=nonce, verifier=verifier
        )
        return OidcStart(url=url, state=state)

    def finish(self, answer: Mapping[str, str], *, state: str) -> OidcEnd:
        """Find out who came back.

        Args:
            answer: Parameters of the address that the browser came back to.
            state: From the cookie of the browser; empty when there was none.

        Raises:
            LedgerError: `oidc.not_completed`, `oidc.cancelled`, `oidc.provider_failed` or `oidc.token_refused`.
        """
        question = self._take_question(answer, state)
        if "error" in answer:
            is_cancelled = answer["error"] == "access_denied"
            raise LedgerError("oidc.cancelled" if is_cancelled else "oidc.provider_failed", "it answered with an error")
        code = answer.get("code", "")
        if not 0 < len(code) <= MAX_CODE_CHARS or not code.isascii() or not code.isprintable():
            raise LedgerError("oidc.not_completed", "no code")
        identity = self._ask(lambda network: self._identify(network, answer, code, question))
        return OidcEnd(identity=identity, target=question.target)

    def _take_question(self, answer: Mapping[str, str], state: str) -> OidcQuestion:
        said = answer.get("state", "")
        if not state or not is_same_secret(said, state):
            raise LedgerError("oidc.not_completed", "another browser, or no state")
        with self._database.write() as connection:
            question = oidc_store.take_question(connection, hash_token(state), after=self._clock() - QUESTION_LIFE)
        if question is None or question.provider != self.provider.name:
            raise LedgerError("oidc.not_completed", "too late, twice, or of another provider")
        # RFC 9207 §2.4: an answer that names another site than the one that was asked is a mix-up.
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:
            raise LedgerError("oidc.not_completed", "the answer is of another issuer")
        return question

    def _ask(self, ask: Callable[[OidcNetwork], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise LedgerError("oidc.provider_failed", "others wait for it already")
        try:
            return ask(self._network())
        except (FetchError, DecodingError) as error:
            raise LedgerError("oidc.provider_failed", error.code) from error
        finally:
            self._places.release()

    def _identify(
        self, network: OidcNetwork, answer: Mapping[str, str], code: str, question: OidcQuestion
    ) -> OidcIdentity:
        metadata = self._find_metadata(network)
        if metadata.names_itself and "iss" not in answer:
            raise LedgerError("oidc.not_completed", "the answer names no issuer")
        token = self._change_code(network, metadata, code, question.verifier)
        try:
            claims = verify_id_token(token, jwks=self._find_keys(network, metadata))
        except UnknownKeyError:
            self._kept.keys_until = 0.0
            claims = verify_id_token(token, jwks=self._find_keys(network, metadata))
        return read_identity(claims, provider=self.provider, nonce=question.nonce, now=self._clock())

    def _change_code(self, network: OidcNetwork, metadata: ProviderMetadata, code: str, verifier: str) -> str:
        body, headers = compose_token_request(
            metadata, self.provider, redirect_uri=self._redirect_uri, code=code, verifier=verifier
        )
        answer = network.post(metadata.token_endpoint, body=body, headers=headers, max_bytes=MAX_TOKEN_ANSWER_BYTES)
        if answer.status != _OK:
            raise LedgerError("oidc.provider_failed", f"status {answer.status} for the code")
        token = read_json_object(answer.body, max_bytes=MAX_TOKEN_ANSWER_BYTES).get("id_token")
        if not isinstance(token, str):
            raise LedgerError("oidc.provider_failed", "no token for the code")
        return token

    def _find_metadata(self, network: OidcNetwork) -> ProviderMetadata:
        now = self._clock().timestamp()
        if self._kept.metadata is None or now >= self._kept.metadata_until:
            found = network.fetch(
                discovery_url(self.provider.issuer), max_bytes=MAX_METADATA_BYTES, accept="application/json"
            )
            self._kept.metadata = read_metadata(found.body, issuer=self.provider.issuer)
            self._kept.metadata_until = now + KEPT_FOR.total_seconds()
        return self._kept.metadata

    def _find_keys(self, network: OidcNetwork, metadata: ProviderMetadata) -> JsonObject:
        now = self._clock().timestamp()
        if now >= self._kept.keys_until:
            found = network.fetch(metadata.jwks_uri, max_bytes=MAX_KEYS_BYTES, accept="application/json")
            self._kept.keys = read_json_object(found.body, max_bytes=MAX_KEYS_BYTES)
            self._kept.keys_until = now + KEPT_FOR.total_seconds()
        return self._kept.keys
