"""A stranger who signs badges of ever new kinds costs time, never memory, and changes nothing for others."""

from __future__ import annotations

import copy
import gc
import re
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credentials import UnsecuredDocument, add_data_integrity_proof, known_forms
from credentials.issue_template import MAX_TEMPLATE_VALUES, compile_template
from credentials.known_forms import (
    FIRST_PAUSE,
    LOOKED_AT,
    MAX_FORMS_OF_A_KIND,
    MAX_KINDS,
    MAX_SHAPES_OF_A_KIND,
    FormStore,
)
from keys import KeyType, LocalSigner, OfflineFetcher, did_key, did_key_method_id
from schemas import encode_json
from tests.doubles import sample_badges
from tests.doubles.usual_badges import NOW
from verifier import VerificationContext, verify_presented

_CONTEXT = VerificationContext(now=NOW, fetcher=OfflineFetcher())
_ENOUGH = 1 + LOOKED_AT


def _badge(course: int, person: int, **subject: Any) -> bytes:  # noqa: ANN401 - JSON
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    badge["id"] = f"urn:uuid:0f0f0f0f-0000-4000-8000-{person:012}"
    badge["credentialSubject"] |= subject
    badge["credentialSubject"]["achievement"]["id"] = f"https://college.example.edu/achievements/{course}"
    return sample_badges.sign(badge).original


def _show(store: FormStore, data: bytes) -> None:
    credential = verify_presented(data, context=_CONTEXT).credential
    assert credential is not None
    store.learn(credential.verified)


def _count_forms(store: FormStore) -> int:
    return sum(len(kind.forms) for kind in store._kinds.values())


def _evidence(count: int, shape: int = 0) -> list[dict[str, Any]]:
    """Return things that show something; which members they have is another one for each shape."""
    words = [word for bit, word in enumerate(("genre", "audience", "narrative", "description")) if shape >> bit & 1]
    return [{"type": ["Evidence"], "name": f"{n}", **dict.fromkeys(words, "")} for n in range(count)]


def _show_evidence(store: FormStore, course: int, person: int, evidence: list[dict[str, Any]]) -> bytes:
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    badge["id"] = f"urn:uuid:0f0f0f0f-0000-4000-8000-{person:012}"
    badge["credentialSubject"]["achievement"]["id"] = f"https://college.example.edu/achievements/{course}"
    badge["evidence"] = evidence
    data = sample_badges.sign(badge).original
    _show(store, data)
    return data


def _count_looks(store: FormStore) -> int:
    """Return how many badges were looked at of which something is kept."""
    return sum(shape.seen for kind in store._kinds.values() for shape in kind.shapes.values())


@pytest.fixture(autouse=True)
def _no_common_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_forms, "_forms", FormStore())


def test_forms_take_no_more_than_their_share() -> None:
    """However many courses there are, all forms together keep to the limit, and the newest are there."""
    store = FormStore(max_bytes=60_000)
    for course in range(40):
        for person in range(_ENOUGH):
            _show(store, _badge(course, person))
    assert 0 < _count_forms(store) < 20
    assert store._bytes <= 60_000
    assert store._bytes == sum(kind.weight for kind in store._kinds.values())
    assert store.find(_badge(39, 99)) is not None
    assert store.find(_badge(0, 99)) is None


def test_what_was_looked_at_counts_too() -> None:
    """Badges of ever other shapes, of which no form is ever made, take no more memory than the limit."""
    limit = 40_000
    store = FormStore(max_bytes=limit)
    for course in range(6):
        for person in range(1 + MAX_SHAPES_OF_A_KIND):
            _show_evidence(store, course, person, _evidence(20, person))
        shapes = [shape for kind in store._kinds.values() for shape in kind.shapes.values()]
        texts = sum(sys.getsizeof(text) for shape in shapes for text in shape.first)
        sets = sum(sys.getsizeof(kept) for shape in shapes for kept in (shape.first, shape.steady, shape.moving))
        assert texts + sets <= limit
    assert _count_looks(store) > 0
    assert store._bytes == sum(kind.weight for kind in store._kinds.values())


def test_badges_with_too_many_texts_leave_nothing() -> None:
    """Of a badge with more texts than a form may have, nothing is kept, and those after it are let pass."""
    store = FormStore()
    for person in range(4 * FIRST_PAUSE):
        _show_evidence(store, 0, person, _evidence(MAX_TEMPLATE_VALUES))
    (kind,) = store._kinds.values()
    assert not kind.shapes
    assert kind.pause > 2 * FIRST_PAUSE


def test_more_shapes_than_are_kept_cost_less_and_less() -> None:
    """A course whose badges have ever other shapes is looked at ever more rarely, and learnt once they have one."""
    store = FormStore()
    for person in range(100):
        _show_evidence(store, 0, person, _evidence(1 + person // 16, person % 16))
    (kind,) = store._kinds.values()
    assert kind.pause > 2 * FIRST_PAUSE
    shown = [_show_evidence(store, 0, person, _evidence(3)) for person in range(100, 100 + 2 * kind.pause)]
    assert store.find(shown[-1]) is not None


def test_a_badge_with_a_member_behind_its_proof_teaches_nothing() -> None:
    """A form is made of all that was verified: not of what stands before a proof in the middle."""
    store = FormStore()
    for person in range(4 * _ENOUGH):
        badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        badge["id"] = f"urn:uuid:0f0f0f0f-0000-4000-8000-{person:012}"
        badge["image"] = {"id": "https://college.example.edu/badge.png", "type": "Image"}
        signed = dict(sample_badges.sign(badge).document)
        signed["image"] = signed.pop("image")
        _show(store, encode_json(signed))
    assert _count_forms(store) == 0


@pytest.mark.parametrize("scheme", ["a", "a" * 7_000])
@pytest.mark.parametrize("count", [1, 2])
def test_a_template_weighs_about_what_it_takes(scheme: str, count: int) -> None:
    """However long the words before the colons of its addresses are."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    badge["evidence"] = [{"id": f"{scheme}{number}:x", "type": "Evidence"} for number in range(count)]
    encoded = encode_json(badge)
    assert compile_template(encoded) is not None  # whatever is kept of the first one
    re.purge()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        template = compile_template(encoded)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert template is not None
    assert after - before < 2 * template.weight


def test_kinds_that_are_met_once_are_forgotten() -> None:
    """Of courses met once only a mark is kept, and no more than so many of them."""
    store = FormStore()
    verified = verify_presented(_badge(0, 0), context=_CONTEXT).credential
    assert verified is not None
    for course in range(MAX_KINDS + 50):
        known = copy.copy(verified.verified)
        object.__setattr__(known, "original", known.original.replace(b"achievements/0", b"achievements/%d" % course))
        store.learn(known)
    assert len(store._kinds) == MAX_KINDS
    assert _count_forms(store) == 0


def test_forms_of_one_course_are_few() -> None:
    """One course whose badges have ever other members keeps a handful of forms, and asks for fewer and fewer."""
    store = FormStore()
    for person in range(120):
        members = {"role": "x"} if person % 2 else {"term": "x"}
        _show(store, _badge(1, person, **members, narrative=str(person), licenseNumber=str(person // 7)))
    (kind,) = store._kinds.values()
    assert len(kind.forms) <= MAX_FORMS_OF_A_KIND
    assert kind.pause > 8


def test_new_forms_are_paid_for() -> None:
    """A stranger who shows each kind just often enough uses up the first tries; then forms are made for badges only."""
    store = FormStore()
    for course in range(100):
        for person in range(_ENOUGH):
            _show(store, _badge(course, person))
    made = _count_forms(store)
    assert made <= known_forms._FIRST_TRIES + 100 * _ENOUGH // 64
    for person in range(10):
        assert store.find(_badge(0, person)) is not None
    for person in range(_ENOUGH):
        _show(store, _badge(200, person))
    assert _count_forms(store) == made + 1


def test_a_stranger_does_not_keep_others_from_their_forms() -> None:
    """After the first tries were used up, the badges of a course that is met often still come to have a form."""
    store = FormStore()
    for course in range(100):
        for person in range(_ENOUGH):
            _show(store, _badge(course, person))
    shown = [_badge(200, person) for person in range(200)]
    for data in shown:
        _show(store, data)
    assert store.find(shown[-1]) is not None


def test_a_strangers_copy_of_a_course_does_not_pass_as_the_issuers() -> None:
    """Badges of the same course, to the byte, by a stranger's key teach a form; the issuer's own stay what they are."""
    stranger = LocalSigner.generate(KeyType.ED25519)
    for person in range(2 * _ENOUGH):
        badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        badge["id"] = f"urn:uuid:0f0f0f0f-0000-4000-8000-{person:012}"
        badge["issuer"]["id"] = did_key(stranger.public_key)
        forged = add_data_integrity_proof(
            UnsecuredDocument(document=badge),
            signer=stranger,
            verification_method=did_key_method_id(stranger.public_key),
            created=NOW,
        ).original
        assert verify_presented(forged, context=_CONTEXT)
        in_our_name = forged.replace(did_key(stranger.public_key).encode(), sample_badges.issuer_id().encode())
        assert not verify_presented(in_our_name, context=_CONTEXT)
        ours = sample_badges.sign(copy.deepcopy(dict(sample_badges.small_badge())) | {"id": badge["id"]}).original
        assert verify_presented(ours, context=_CONTEXT)


def test_threads_that_learn_and_find_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads that verify badges of the same courses get the report that each would get alone."""
    badges = [_badge(number % 3, number, role=f"Role {number % 2}") for number in range(60)]
    expected = [repr(verify_presented(data, context=_CONTEXT)) for data in badges]
    store = FormStore()
    monkeypatch.setattr(known_forms, "_forms", store)

    def check(place: int) -> bool:
        return repr(verify_presented(badges[place % 60], context=_CONTEXT)) == expected[place % 60]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(check, range(600)))
    assert _count_forms(store) > 0
