"""The verifier: from whatever was presented to one report that says what is genuine and what could not be told."""

from verifier.context import VerificationContext
from verifier.endorsements import EndorsementTarget, VerifiedEndorsement
from verifier.high_water import FileHighWaterStore, HighWaterStore, MemoryHighWaterStore
from verifier.key_pins import FileKeyPinStore, KeyPinStore, MemoryKeyPinStore
from verifier.policy import Compatibility
from verifier.registry import RegistryMerge, merge_registry
from verifier.report import (
    DEFAULT_REQUIRED,
    MUST_PASS,
    Check,
    CheckName,
    Headline,
    Outcome,
    Verdict,
    VerificationReport,
)
from verifier.sniff import MAX_PRESENTED_BYTES, Presented, PresentedKind, read_presented, read_scanned
from verifier.status_cache import StatusCache, VerifiedStatusList
from verifier.trust import TrustEntry, TrustList, encode_trust_list, load_trust_list, read_issuer_host, read_trust_list
from verifier.validity_check import CLOCK_SKEW_SECONDS
from verifier.verify import verify_presented, verify_scanned, verify_url

__all__ = [
    "CLOCK_SKEW_SECONDS",
    "DEFAULT_REQUIRED",
    "MAX_PRESENTED_BYTES",
    "MUST_PASS",
    "Check",
    "CheckName",
    "Compatibility",
    "EndorsementTarget",
    "FileHighWaterStore",
    "FileKeyPinStore",
    "Headline",
    "HighWaterStore",
    "KeyPinStore",
    "MemoryHighWaterStore",
    "MemoryKeyPinStore",
    "Outcome",
    "Presented",
    "PresentedKind",
    "RegistryMerge",
    "StatusCache",
    "TrustEntry",
    "TrustList",
    "Verdict",
    "VerificationContext",
    "VerificationReport",
    "VerifiedEndorsement",
    "VerifiedStatusList",
    "encode_trust_list",
    "load_trust_list",
    "merge_registry",
    "read_issuer_host",
    "read_presented",
    "read_scanned",
    "read_trust_list",
    "verify_presented",
    "verify_scanned",
    "verify_url",
]
