"""What a verification may take that the standards do not: off unless the operator names it, and always remarked on."""

from __future__ import annotations

import enum


class Compatibility(enum.Enum):
    """One relaxation each; the value is the word of the conformance manifest."""

    SHORT_STATUS_LISTS = "short-status-lists"  # under 131,072 entries: some issuers publish 100,000
