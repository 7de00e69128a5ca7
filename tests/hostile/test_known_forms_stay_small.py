"""A stranger who signs badges of ever new kinds costs time, never memory, and changes nothing for others."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credentials import UnsecuredDocument, add_data_integrity_proof, known_forms
from credentials.known_forms import LOOKED_AT, MAX_FORMS_OF_A_KIND, MAX_KINDS, FormStore
from keys import KeyType, LocalSigner, OfflineFetcher, did_key, did_key_method_id
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
    assert store._bytes == sum(form.template.weight for kind in store._kinds.values() for form in kind.forms)
    assert store.find(_badge(39, 99)) is not None
    assert store.find(_badge(0, 99)) is None


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


def test_new_forms_are_paid_for_by_use() -> None:
    """A stranger who shows each kind just often enough uses up the first tries; then a form is made for uses only."""
    store = FormStore()
    for course in range(100):
        for person in range(_ENOUGH):
            _show(store, _badge(course, person))
    made = _count_forms(store)
    assert made == known_forms._FIRST_TRIES
    for person in range(10):
        assert store.find(_badge(0, person)) is not None
    for person in range(_ENOUGH):
        _show(store, _badge(200, person))
    assert _count_forms(store) == made + 1


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
