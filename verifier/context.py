"""Everything outside the badge that one verification depends on, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas import NO_PINNED_CONTEXTS, PinnedContexts
from verifier.report import DEFAULT_REQUIRED, MUST_PASS, CheckName
from verifier.status_cache import StatusCache
from verifier.trust import TrustList

if TYPE_CHECKING:
    from datetime import datetime

    from keys import Fetcher
    from verifier.key_pins import KeyPinStore
    from verifier.policy import Compatibility


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationContext:
    """Clock, network, trust and policy of one verification.

    Args:
        now: Aware UTC; every date is judged against it.
        fetcher: The one door to the network, made for this verification; `OfflineFetcher` when there is none.
        trust_list: The reader's own list of issuers.
        recipient: Who should hold the badge (e-mail, name or id), or None when nobody asked.
        required: Checks that decide the verdict. May add to `MUST_PASS`, never remove one.
        status_cache: Status lists verified before; shared between verifications.
        key_pins: Keys that issuers showed before; None remembers nothing.
        compatibility: What is taken beyond the standards; nothing unless the operator says so.
        own_hosts: Hosts whose addresses may be opened from a scanned code without asking.
        contexts: Word lists that were pinned here besides those of the program.
    """

    now: datetime
    fetcher: Fetcher
    trust_list: TrustList = field(default_factory=TrustList)
    recipient: str | None = None
    required: frozenset[CheckName] = DEFAULT_REQUIRED
    status_cache: StatusCache = field(default_factory=StatusCache)
    key_pins: KeyPinStore | None = None
    compatibility: frozenset[Compatibility] = frozenset()
    own_hosts: frozenset[str] = frozenset()
    contexts: PinnedContexts = NO_PINNED_CONTEXTS

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now is an aware time")
        if not self.required >= MUST_PASS:
            raise ValueError("policy may add required checks, never remove one")
