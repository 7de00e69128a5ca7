"""Floor 1: key material, DIDs, and the one door to the network."""

from keys.caching_fetcher import CachingFetcher, DocumentCache
from keys.clock import Clock, system_clock
from keys.controller_document import (
    MAX_CONTROLLER_DOCUMENT_BYTES,
    ControllerDocument,
    VerificationMethod,
    read_controller_document,
)
from keys.did_jwk import did_jwk
from keys.did_key import did_key, did_key_method_id
from keys.did_web import did_web_for, did_web_url
from keys.encoding import MAX_BASE58_CHARS, decode_base58, decode_base64url, encode_base58, encode_base64url
from keys.fetch_budget import FetchBudget
from keys.fetching import (
    FetchedDocument,
    Fetcher,
    FirstPartyFetcher,
    KeepingFetcher,
    LazyFetcher,
    OfflineFetcher,
)
from keys.guarded_fetcher import ALTERNATE_HTTPS_PORT, GuardedFetcher, Resolver, system_resolver
from keys.http_exchange import PostedAnswer
from keys.key_type import KeyType
from keys.keystore import MIN_PASSPHRASE_BYTES, Keystore
from keys.known_test_keys import is_known_test_key
from keys.link_secret import (
    CODE_LETTERS,
    LINK_SECRET_BYTES,
    LinkSecret,
    hash_token,
    is_same_secret,
    read_code,
    show_code,
)
from keys.local_signer import LocalSigner
from keys.network_share import NetworkShare, SharedFetcher
from keys.passkey_ceremonies import (
    MAX_PASSKEY_NAME_CHARS,
    PasskeyOwner,
    PasskeyQuestion,
    Passkeys,
    read_passkey_name,
)
from keys.passkeys import MAX_PASSKEY_ANSWER_BYTES, PasskeySite, find_passkey_site
from keys.public_key import PublicKey
from keys.publishing import compose_did_document, compose_jwks
from keys.resolution import find_controller_document, resolve_controller_document, resolve_jwks
from keys.signer import SignatureAlgorithm, Signer

__all__ = [
    "ALTERNATE_HTTPS_PORT",
    "CODE_LETTERS",
    "LINK_SECRET_BYTES",
    "MAX_BASE58_CHARS",
    "MAX_CONTROLLER_DOCUMENT_BYTES",
    "MAX_PASSKEY_ANSWER_BYTES",
    "MAX_PASSKEY_NAME_CHARS",
    "MIN_PASSPHRASE_BYTES",
    "CachingFetcher",
    "Clock",
    "ControllerDocument",
    "DocumentCache",
    "FetchBudget",
    "FetchedDocument",
    "Fetcher",
    "FirstPartyFetcher",
    "GuardedFetcher",
    "KeepingFetcher",
    "KeyType",
    "Keystore",
    "LazyFetcher",
    "LinkSecret",
    "LocalSigner",
    "NetworkShare",
    "OfflineFetcher",
    "PasskeyOwner",
    "PasskeyQuestion",
    "PasskeySite",
    "Passkeys",
    "PostedAnswer",
    "PublicKey",
    "Resolver",
    "SharedFetcher",
    "SignatureAlgorithm",
    "Signer",
    "VerificationMethod",
    "compose_did_document",
    "compose_jwks",
    "decode_base58",
    "decode_base64url",
    "did_jwk",
    "did_key",
    "did_key_method_id",
    "did_web_for",
    "did_web_url",
    "encode_base58",
    "encode_base64url",
    "find_controller_document",
    "find_passkey_site",
    "hash_token",
    "is_known_test_key",
    "is_same_secret",
    "read_code",
    "read_controller_document",
    "read_passkey_name",
    "resolve_controller_document",
    "resolve_jwks",
    "show_code",
    "system_clock",
    "system_resolver",
]
