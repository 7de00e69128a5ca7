"""A verified document whose text is read when somebody asks for it."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credentials import SecuringForm, VerifiedDocument

_MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


def _late() -> VerifiedDocument:
    return VerifiedDocument.read_later(
        {"id": "urn:a"},
        b'{"id":"urn:a","name":"CMM operator"}',
        original=b"as received",
        verification_method="did:key:a#a",
        created=_MOMENT,
        cryptosuite="eddsa-rdfc-2022",
    )


def _plain() -> VerifiedDocument:
    return VerifiedDocument(
        form=SecuringForm.DATA_INTEGRITY,
        original=b"as received",
        document={"id": "urn:a", "name": "CMM operator"},
        verification_method="did:key:a#a",
        created=_MOMENT,
        cryptosuite="eddsa-rdfc-2022",
    )


def test_it_is_read_once_and_is_all_there() -> None:
    """Whoever asks for the document gets the whole one, and everybody the same."""
    late = _late()
    assert late.document == {"id": "urn:a", "name": "CMM operator"}
    assert late.document is late.document


def test_it_is_as_good_as_one_that_was_read() -> None:
    """It equals one that was read at once, is shown like it, and can be copied and sent."""
    assert _late() == _plain()
    assert repr(_late()) == repr(_plain())
    assert copy.deepcopy(_late()) == _plain()
    assert pickle.loads(pickle.dumps(_late())) == _plain()  # noqa: S301 - our own


def test_what_was_read_is_what_counts() -> None:
    """Whoever changes the document in place, which nobody here does, changes it for every reader."""
    late = _late()
    late.document["name"] = "Welder"
    assert late.outline["name"] == "Welder"
    assert late.encoded == b""


def test_two_threads_may_read_it_at_once() -> None:
    """The one that comes second gets the whole document too."""
    for _ in range(200):
        late = _late()
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda late: (late.outline["id"], late.document["name"]), [late] * 4))
        assert found == [("urn:a", "CMM operator")] * 4


def test_a_changed_copy_forgets_the_old_text() -> None:
    """What is put in the place of the document counts, in the outline too."""
    changed = replace(_late(), document={"id": "urn:b"})
    assert changed.document == changed.outline == {"id": "urn:b"}
    assert changed.encoded == b""


def test_the_outline_is_less_to_read() -> None:
    """The outline asks for nothing to be read; of a document that was read it is the document."""
    assert _late().outline == {"id": "urn:a"}
    plain = _plain()
    assert plain.outline is plain.document


def test_a_misspelt_member_is_an_error() -> None:
    """Only the document is read later."""
    with pytest.raises(AttributeError, match="documents"):
        getattr(_late(), "documents")  # noqa: B009 - mypy would find it
