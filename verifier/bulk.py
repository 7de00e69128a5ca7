"""Verifies one item of many: whatever keeps it from being opened is a report too.

The thorough way, twice as much to load as the straight one, is loaded by the first badge that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import CannotCheckError, InvalidCredentialError
from verifier.plain_badge import verify_plainly

if TYPE_CHECKING:
    from verifier.bulk_items import BulkItem, ItemReader
    from verifier.context import VerificationContext
    from verifier.report import VerificationReport
    from verifier.verify_any import AnyReport


def verify_item(item: BulkItem, *, reader: ItemReader, context: VerificationContext) -> AnyReport:
    """Read one item and verify what it holds, exactly as if it had come alone.

    Args:
        item: As `list_items` gave it.
        reader: Opens it.
        context: Of the run; its fetcher, status cache and pins may be those of `bulk_network`.
    """
    try:
        data = reader.read(item)
    except (InvalidCredentialError, CannotCheckError) as error:
        from verifier.verify import compose_unread  # noqa: PLC0415

        return compose_unread(error, context=context)
    plain = verify_plainly(data, context=context)
    if plain is not None:
        return plain
    from verifier.verify_any import verify_any_thoroughly  # noqa: PLC0415

    return verify_any_thoroughly(data, context=context, filename=item.label)


def compose_stopped(*, context: VerificationContext) -> VerificationReport:
    """Return the report of an item at which the program stopped: nothing is known of it."""
    from verifier.verify import compose_unread  # noqa: PLC0415

    return compose_unread(CannotCheckError("bulk.check_stopped"), context=context)
