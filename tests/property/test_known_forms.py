"""A badge whose form is known from others is judged as it is alone: one report for both, or the form says nothing."""

from __future__ import annotations

import copy
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import Cryptosuite, UnsecuredDocument, add_data_integrity_proof, canonicalize, known_forms
from credentials.known_forms import FIRST_PAUSE, LOOKED_AT, FormStore
from keys import OfflineFetcher
from schemas import VC_V2_CONTEXT, BadgeError, PinnedContext, PinnedContexts, encode_json, read_json_object
from tests.doubles import sample_badges
from tests.doubles.usual_badges import NOW as MOMENT
from tests.doubles.usual_badges import ODD_VALUES, STATUS_URL, StatusHost, places, plain_rich_badge
from verifier import CheckName, VerificationContext, compose_bulk_rows, read_trust_list, write_report
from verifier.plain_badge import verify_plainly
from verifier.sniff import Presented, PresentedKind
from verifier.verify import verify_opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject

_ENOUGH = 1 + LOOKED_AT
_KEEP_STORE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["", '"', "\\", '\\"', "\n", "\x7f", "\x00", "\u2028", ',"proof":{', '"}}', "}", "https:", "urn:"]),
)
_IRIS = st.one_of(
    st.integers(0, 3).map(lambda number: f"https://college.example.edu/b/{number}"),
    _TEXTS.map(lambda text: f"urn:x:{text}"),
    st.sampled_from(
        [sample_badges.issuer_id(), "https://college.example.edu/achievements/cmm", STATUS_URL, "_:b0", ""]
    ),
)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FormStore:
    """A store of its own for each test."""
    fresh = FormStore()
    monkeypatch.setattr(known_forms, "_forms", fresh)
    return fresh


def _context(**changes: Any) -> VerificationContext:  # noqa: ANN401 - members of the context
    return VerificationContext(**{"now": MOMENT, "fetcher": OfflineFetcher(), **changes})


def _rich_person(number: int) -> dict[str, Any]:
    badge = plain_rich_badge()
    badge["id"] = f"urn:uuid:0f0f0f0f-0000-4000-8000-{number:012}"
    badge["credentialSubject"]["id"] = f"did:example:worker{number}"
    badge["credentialSubject"]["licenseNumber"] = f"L-{number}"
    # Two scales with the same ends look alike, and then the general algorithm has to tell them from each other.
    for place, description in enumerate(badge["credentialSubject"]["achievement"]["resultDescription"]):
        description["allowedValue"] = [f"{value} in part {place}" for value in description.get("allowedValue", ["x"])]
    return badge


def _small_person(number: int) -> dict[str, Any]:
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    badge["id"] = f"urn:uuid:0f0f0f0f-0000-4000-8000-{number:012}"
    badge["credentialSubject"]["id"] = f"did:example:worker{number}"
    return badge


PEOPLE = pytest.mark.parametrize("person", [_small_person, _rich_person])


def _sign(document: JsonObject) -> bytes:
    """Sign it, or let it go with the proof of another when it cannot be signed."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        return sample_badges.sign(unsigned).original
    except BadgeError:
        return encode_json({**unsigned, "proof": sample_badges.sign(sample_badges.small_badge()).document["proof"]})


def _has_true_digest(store: FormStore, document: JsonObject) -> bool:
    """Whether nothing is known of a document, whoever signed it, or what the general way says, which refuses nothing.

    Raises:
        BadgeError: The general way would not sign it, and yet it has a known form.
    """
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    known = store.find(encode_json({**unsigned, "proof": {"cryptosuite": "eddsa-rdfc-2022"}}))
    return known is None or known.digest == hashlib.sha256(canonicalize(unsigned)).digest()


def _teach(person: Callable[[int], dict[str, Any]]) -> None:
    """Show enough badges of a kind that those to come have a known form."""
    for number in range(_ENOUGH):
        assert verify_plainly(_sign(person(number)), context=_context(fetcher=StatusHost()))


def _agree(data: bytes, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    """Whether the straight way says what the thorough way says, or nothing. Each has a memory of its own."""
    plain = verify_plainly(data, context=_context(**changes))
    if plain is None:
        return True
    opened = Presented(kind=PresentedKind.JSON, credential=data)
    thorough = verify_opened(opened, context=_context(**changes))
    # What needs no more than an outline first: for all else the document is read.
    rows_agree = compose_bulk_rows(plain, label="a") == compose_bulk_rows(thorough, label="a")
    if not rows_agree or write_report(plain) != write_report(thorough):
        return False
    alike = plain == thorough and plain.to_json() == thorough.to_json() and plain.to_w3c() == thorough.to_w3c()
    return alike and repr(plain) == repr(thorough)


@PEOPLE
def test_the_next_badge_has_a_known_form(store: FormStore, person: Callable[[int], dict[str, Any]]) -> None:
    """After some badges of a course the form is known; until then it is not, and both are judged alike."""
    for number in range(_ENOUGH):
        data = _sign(person(number))
        assert store.find(data) is None
        assert _agree(data)
    for number in range(_ENOUGH, _ENOUGH + 50):
        badge = person(number)
        data = _sign(badge)
        known = store.find(data)
        assert known is not None
        assert read_json_object(known.encoded) == badge
        assert _agree(data)


def test_the_digest_is_that_of_the_canonical_form(store: FormStore) -> None:
    """What is hashed of a badge of a known form is what the general way hashes of it."""
    _teach(_rich_person)
    for number in range(20, 60):
        badge = _rich_person(number)
        badge["credentialSubject"]["role"] = f"Role {number % 7}"
        known = None
        for _ in range(2 * FIRST_PAUSE):
            known = store.find(_sign(badge))
            if known is not None:
                assert known.digest == hashlib.sha256(canonicalize(badge)).digest()
            verify_plainly(_sign(badge), context=_context(fetcher=StatusHost()))
        assert known is not None


def test_long_ids(store: FormStore) -> None:
    """An id that so many members say something of that the general way refuses it, as long as it is, has no form."""
    words = (
        *("name", "inLanguage", "fieldOfStudy", "humanCode", "specialization", "version", "achievementType"),
        *("givenName", "familyName", "familyNamePrefix", "additionalName", "patronymicName", "honorificPrefix"),
        *("honorificSuffix", "addressLocality", "addressRegion", "postalCode", "streetAddress", "description"),
    )

    def person(subject: str) -> dict[str, Any]:
        badge = _small_person(1)
        badge["credentialSubject"] |= {word: ["x"] for word in words} | {"tag": [f"{n}" for n in range(110)]}
        badge["credentialSubject"] |= {
            "id": subject,
            "type": ["AchievementSubject", "Achievement", "Profile", "Address"],
        }
        return badge

    _teach(lambda number: person(f"urn:x:{number}"))
    badges = [person("urn:x:".ljust(length, "y")) for length in (*range(100, 15_000, 900), *range(13_000, 15_000, 50))]
    assert all(_has_true_digest(store, badge) for badge in badges)
    assert store.find(_sign(badges[0])) is not None
    with pytest.raises(BadgeError):
        canonicalize(badges[-1])


@PEOPLE
def test_every_place_with_odd_values(store: FormStore, person: Callable[[int], dict[str, Any]]) -> None:
    """Each value of a badge of a known form becomes odd things, under a good signature and under the old one."""
    _teach(person)
    signed: dict[str, Any] = copy.deepcopy(dict(sample_badges.sign(person(77)).document))
    assert store.find(encode_json(signed)) is not None
    differing, known = [], 0
    for place, (parent, token) in enumerate(list(places(signed))):
        kept = parent[token]
        for value in ODD_VALUES[place % 5 :: 5]:
            parent[token] = copy.deepcopy(value)
            for data in (encode_json(signed), _sign(signed)):
                known += store.find(data) is not None
                differing += [(token, value)] if not _agree(data, fetcher=StatusHost()) else []
            assert _has_true_digest(store, signed), (token, value)
        parent[token] = kept
    assert differing == []
    assert known > 20


def test_no_changed_leaf_passes(store: FormStore) -> None:
    """Whatever is known of its form, a badge with any other leaf under its signature never passes."""
    _teach(_rich_person)
    signed: dict[str, Any] = copy.deepcopy(dict(sample_badges.sign(_rich_person(77)).document))
    assert store.find(encode_json(signed)) is not None
    leaves = [(parent, token) for parent, token in places(signed) if not isinstance(parent[token], (dict, list))]
    assert len(leaves) > 100
    for parent, token in leaves:
        kept = parent[token]
        for value in (f"{kept}x", f"{kept}"[:-1], "", 1, None):
            if value != kept or type(value) is not type(kept):
                parent[token] = value
                assert not verify_plainly(encode_json(signed), context=_context(fetcher=StatusHost())), (token, value)
        parent[token] = kept
    assert verify_plainly(encode_json(signed), context=_context(fetcher=StatusHost()))


@settings(_KEEP_STORE, max_examples=300)
@given(
    texts=st.dictionaries(
        st.sampled_from(["licenseNumber", "narrative", "role", "term"]), st.one_of(_TEXTS, st.none()), max_size=3
    ),
    iris=st.tuples(_IRIS, _IRIS),
    dates=st.dictionaries(
        st.sampled_from(["validFrom", "validUntil", "awardedDate"]),
        st.one_of(_TEXTS, st.sampled_from(["2026-11-22T09:00:00Z", "2026-02-30T09:00:00Z", "2026-11-22"])),
        max_size=2,
    ),
)
def test_any_person(
    store: FormStore, texts: dict[str, str | None], iris: tuple[str, str], dates: dict[str, str]
) -> None:
    """Whatever a person's members say, and whichever of them are there."""
    if not store.find(_sign(_rich_person(77))):
        _teach(_rich_person)
    badge = _rich_person(5)
    badge["id"], badge["credentialSubject"]["id"] = iris
    for member, text in texts.items():
        if text is None:
            badge["credentialSubject"].pop(member, None)
        else:
            badge["credentialSubject"][member] = text
    assert _has_true_digest(store, {**badge, **dates})
    assert _agree(_sign({**badge, **dates}), fetcher=StatusHost())


@settings(_KEEP_STORE, max_examples=400)
@given(start=st.integers(0, 20_000), length=st.integers(0, 8), inserted=st.binary(max_size=4))
def test_any_damage(store: FormStore, start: int, length: int, inserted: bytes) -> None:
    """Bytes lost, changed or put in anywhere."""
    data = _sign(_small_person(77))
    if not store.find(data):
        _teach(_small_person)
        assert store.find(data)
    start %= len(data)
    changed = data[:start] + inserted + data[start + length :]
    assert _agree(changed)
    assert changed == data or store.find(changed) is None or not verify_plainly(changed, context=_context())


def test_texts_that_the_schema_refuses(store: FormStore) -> None:
    """A text may be any text to a form; what it has to be by the schema is asked of each badge."""

    def person(number: int, **subject: str) -> dict[str, Any]:
        badge = _rich_person(number)
        badge["credentialSubject"] |= {"activityEndDate": f"2026-11-{1 + number:02}T09:00:00Z", **subject}
        return badge

    _teach(person)
    assert verify_plainly(_sign(person(20)), context=_context(fetcher=StatusHost()))
    refused: tuple[dict[str, str], ...] = (
        *({"activityEndDate": text} for text in ("", "yesterday", "2026-02-30T09:00:00Z", "2026-11-22")),
        {"id": "https://college.example.edu/["},
    )
    for subject in refused:
        data = _sign(person(20, **subject))
        assert store.find(data) is not None, subject
        assert verify_plainly(data, context=_context(fetcher=StatusHost())) is None, subject


def test_bytes_that_are_no_text_of_both(store: FormStore) -> None:
    """What no JSON text holds, what N-Quads spells in another way, and escapes that only JSON has, have no form."""
    _teach(_rich_person)
    data = _sign(_rich_person(77))
    assert store.find(data) is not None
    assert store.find(data.replace(b'"L-77"', b'"L\\"\\\\-\xc2\x85\xe2\x80\xa8"')) is not None
    plain = (b"\x00", b"\x01", b"\x1f", b"\n", b"\x7f", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf")
    escaped = (b"\\", b"\\u0041", b"\\ud800", b"\\/", b"\\x", b"\\0")
    for odd in (*plain, *escaped):
        for known in (b'"L-77', b"worker77"):
            changed = data.replace(known, known + odd)
            assert changed != data
            assert store.find(changed) is None, odd
            assert _agree(changed)


def test_odd_proofs_behind_a_known_form(store: FormStore) -> None:
    """A second proof, one of two, one with a member twice, with white space, in another place, or no object."""
    _teach(_small_person)
    data = _sign(_small_person(77))
    end = data.rindex(b',"proof":')
    unsecured, proof = data[:end], data[end + len(b',"proof":') : -1]
    odd = [
        b'%b,"proof":%b,"proof":%b}' % (unsecured, proof, proof),
        b'%b,"proof":[%b]}' % (unsecured, proof),
        b'%b,"proof":[%b,%b]}' % (unsecured, proof, proof),
        b'%b,"proof": %b}' % (unsecured, proof),
        b'%b,"proof":%b }' % (unsecured, proof),
        b'%b,"proof":%b}}' % (unsecured, proof),
        b'%b,"proof":%b,"x":1}' % (unsecured, proof),
        b'%b,"proof":%b,"id":"urn:x:y"}' % (unsecured, proof),
        b'{"proof":%b,%b}' % (proof, unsecured[1:]),
        b'%b,"proof":%b}' % (unsecured, proof.replace(b'"type":', b'"type":"x","type":', 1)),
        b'%b,"proof":%b}' % (unsecured, proof.replace(b'"proofValue":', b'"x":{},"proofValue":', 1)),
        b'%b,"proof":{}}' % unsecured,
        b'%b,"proof":{"proof":%b}}' % (unsecured, proof),
        b'%b,"x":{"a":1,"proof":%b}}' % (unsecured, proof),
        *(
            b'%b,"proof":%b,"x":%b%b}}' % (unsecured, proof[:-1], b"[" * depth, b"]" * depth)
            for depth in (62, 63, 64, 252, 253, 254, 255, 1_021, 1_022, 1_023, 1_024, 5_000)
        ),
    ]
    assert [one for one in odd if not _agree(one)] == []
    assert [one for one in odd if (report := verify_plainly(one, context=_context())) and bool(report)] == [
        b'%b,"proof": %b}' % (unsecured, proof),
        b'%b,"proof":%b }' % (unsecured, proof),
        b'{"proof":%b,%b}' % (proof, unsecured[1:]),
    ]


def test_a_badge_of_another_suite_goes_the_straight_way_all_the_same(store: FormStore) -> None:
    """A badge whose proof covers its bytes is none of a known form, whatever else is known of it."""
    _teach(_small_person)
    assert store.find(_sign(_small_person(77))) is not None
    data = add_data_integrity_proof(
        UnsecuredDocument(document=_small_person(77)),
        signer=sample_badges.test_only_signer(),
        verification_method=sample_badges.method_id(),
        created=sample_badges.CREATED,
        suite=Cryptosuite.EDDSA_JCS_2022,
    ).original
    assert store.find(data) is None
    assert verify_plainly(data, context=_context())
    assert _agree(data)


def test_policies(store: FormStore) -> None:
    """Who was asked for, who is trusted, what is required and which word lists are pinned count for known forms too."""
    _teach(_rich_person)
    data = _sign(_rich_person(77))
    assert store.find(data) is not None
    pinned = PinnedContexts([PinnedContext(url=VC_V2_CONTEXT, sha256="0" * 64, data=b"{}")])
    trusted = [
        read_trust_list(f"- id: {issuer}\n  name: Example College\n".encode())
        for issuer in (sample_badges.issuer_id(), "did:example:other")
    ]
    policies: tuple[dict[str, Any], ...] = (
        *({"trust_list": entries} for entries in trusted),
        *({"recipient": recipient} for recipient in ("pat@example.org", "did:example:worker77", "x")),
        {"required": frozenset(CheckName)},
        {"contexts": pinned},
    )
    for changes in policies:
        assert _agree(data, **{"fetcher": StatusHost(), **changes})
    assert verify_plainly(data, context=_context(contexts=pinned)) is None
    reports = [verify_plainly(data, context=_context(fetcher=StatusHost(), trust_list=entries)) for entries in trusted]
    codes = [report.check(CheckName.TRUST).code for report in reports if report is not None]
    assert codes == ["trust.listed", "trust.unknown"]


@pytest.mark.parametrize("index", ["4", "5", "999999999", "x"])
def test_status(store: FormStore, index: str) -> None:
    """The status of each badge of a known form is asked anew."""

    def person(number: int) -> dict[str, Any]:
        entry = {
            "id": f"{STATUS_URL}#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "4" if number < _ENOUGH else index,
            "statusListCredential": STATUS_URL,
        }
        return {**_small_person(number), "credentialStatus": entry}

    _teach(person)
    for number in range(_ENOUGH, _ENOUGH + 30):  # a member that stayed the same so far begins to change
        data = _sign(person(number))
        assert _agree(data, fetcher=StatusHost())
        assert bool(verify_plainly(data, context=_context(fetcher=StatusHost()))) is (index == "4")


def test_what_stayed_the_same_may_change_later(store: FormStore) -> None:
    """A text that the first badges shared is another in the next ones: they are read, and their form is learnt too."""
    _teach(_rich_person)
    found = []
    for number in range(50):
        badge = _rich_person(number)
        badge["credentialSubject"]["term"] = f"Spring {number}"
        data = _sign(badge)
        found.append(store.find(data) is not None)
        assert _agree(data, fetcher=StatusHost())
    assert not found[0]
    assert found[-1]
    assert found == sorted(found)
