"""The verifier: from whatever was presented to one report that says what is genuine and what could not be told."""

from verifier.address import fetch_presented
from verifier.bulk import compose_stopped, verify_item
from verifier.bulk_items import (
    MAX_ITEMS,
    BulkItem,
    ItemReader,
    SourceKind,
    clean_label,
    count_items,
    find_source_kind,
    list_items,
)
from verifier.bulk_network import (
    Answer,
    AnswerDesk,
    Question,
    Reply,
    RunFetcher,
    RunKeyPins,
    RunStatusCache,
    SharedAnswers,
)
from verifier.bulk_rows import BulkRow, Finding, IssuerStanding, compose_bulk_rows
from verifier.bulk_summary import BulkSummary, IssuerTally
from verifier.challenges import CHALLENGE_LIFETIME_SECONDS, ChallengeBook, FolderChallengeBook, MemoryChallengeBook
from verifier.containers import ContainerKind
from verifier.context import VerificationContext
from verifier.context_store import ContextPin, ContextStore
from verifier.endorsements import Accreditation, EndorsementTarget, VerifiedEndorsement
from verifier.high_water import FileHighWaterStore, HighWaterStore, MemoryHighWaterStore
from verifier.key_pins import FileKeyPinStore, KeyPinStore, MemoryKeyPinStore
from verifier.policy import Compatibility
from verifier.presentation import verify_presentation
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
from verifier.report_set import (
    CredentialSetReport,
    PresentationCheck,
    PresentationCheckName,
    PresentationReport,
    ReportPart,
)
from verifier.report_writing import write_report
from verifier.sniff import MAX_PRESENTED_BYTES, Presented, PresentedKind, read_presented, read_scanned
from verifier.status_cache import StatusCache, VerifiedStatusList
from verifier.trust import TrustEntry, TrustList, encode_trust_list, load_trust_list, read_issuer_host, read_trust_list
from verifier.validity_check import CLOCK_SKEW_SECONDS
from verifier.verify import verify_presented, verify_scanned, verify_url
from verifier.verify_any import AnyReport, verify_any, verify_any_scanned

__all__ = [
    "CHALLENGE_LIFETIME_SECONDS",
    "CLOCK_SKEW_SECONDS",
    "DEFAULT_REQUIRED",
    "MAX_ITEMS",
    "MAX_PRESENTED_BYTES",
    "MUST_PASS",
    "Accreditation",
    "Answer",
    "AnswerDesk",
    "AnyReport",
    "BulkItem",
    "BulkRow",
    "BulkSummary",
    "ChallengeBook",
    "Check",
    "CheckName",
    "Compatibility",
    "ContainerKind",
    "ContextPin",
    "ContextStore",
    "CredentialSetReport",
    "EndorsementTarget",
    "FileHighWaterStore",
    "FileKeyPinStore",
    "Finding",
    "FolderChallengeBook",
    "Headline",
    "HighWaterStore",
    "IssuerStanding",
    "IssuerTally",
    "ItemReader",
    "KeyPinStore",
    "MemoryChallengeBook",
    "MemoryHighWaterStore",
    "MemoryKeyPinStore",
    "Outcome",
    "PresentationCheck",
    "PresentationCheckName",
    "PresentationReport",
    "Presented",
    "PresentedKind",
    "Question",
    "RegistryMerge",
    "Reply",
    "ReportPart",
    "RunFetcher",
    "RunKeyPins",
    "RunStatusCache",
    "SharedAnswers",
    "SourceKind",
    "StatusCache",
    "TrustEntry",
    "TrustList",
    "Verdict",
    "VerificationContext",
    "VerificationReport",
    "VerifiedEndorsement",
    "VerifiedStatusList",
    "clean_label",
    "compose_bulk_rows",
    "compose_stopped",
    "count_items",
    "encode_trust_list",
    "fetch_presented",
    "find_source_kind",
    "list_items",
    "load_trust_list",
    "merge_registry",
    "read_issuer_host",
    "read_presented",
    "read_scanned",
    "read_trust_list",
    "verify_any",
    "verify_any_scanned",
    "verify_item",
    "verify_presentation",
    "verify_presented",
    "verify_scanned",
    "verify_url",
    "write_report",
]
