"""Verify a badge file without network: `python examples/verify_file.py badge.json`."""

import sys
from pathlib import Path

from keys import OfflineFetcher, system_clock
from verifier import VerificationContext, verify_presented

badge = Path(sys.argv[1])
context = VerificationContext(now=system_clock(), fetcher=OfflineFetcher())
report = verify_presented(badge.read_bytes(), context=context, filename=badge.name)
print(report.headline.value)
for check in report.checks:
    print(f"  {check.name.value}: {check.outcome.value} ({check.code}) {check.explain()}")
