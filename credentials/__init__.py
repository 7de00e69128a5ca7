"""What issuer and verifier share: documents, proofs, status lists, baked images, QR codes."""

from __future__ import annotations

from credentials.sandbox import DEFAULT_CHILD_LIMITS, ChildBugError, ChildLimits, run_limited

__all__ = [
    "DEFAULT_CHILD_LIMITS",
    "ChildBugError",
    "ChildLimits",
    "run_limited",
]
