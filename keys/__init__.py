"""Floor 1: key material, DIDs, and the one door to the network."""

from keys.clock import Clock, system_clock
from keys.encoding import MAX_BASE58_CHARS, decode_base58, decode_base64url, encode_base58, encode_base64url
from keys.fetching import FetchedDocument, Fetcher, FirstPartyFetcher, OfflineFetcher
from keys.key_type import KeyType
from keys.local_signer import LocalSigner
from keys.public_key import PublicKey
from keys.signer import SignatureAlgorithm, Signer

__all__ = [
    "MAX_BASE58_CHARS",
    "Clock",
    "FetchedDocument",
    "Fetcher",
    "FirstPartyFetcher",
    "KeyType",
    "LocalSigner",
    "OfflineFetcher",
    "PublicKey",
    "SignatureAlgorithm",
    "Signer",
    "decode_base58",
    "decode_base64url",
    "encode_base58",
    "encode_base64url",
    "system_clock",
]
