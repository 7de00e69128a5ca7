"""The straight way and the thorough way never differ: one report for both, or the straight way says nothing."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import KeyType, LocalSigner, OfflineFetcher, did_key, did_key_method_id
from schemas import (
    OB_ACCREDITATION_CONTEXT,
    VC_V2_CONTEXT,
    BadgeError,
    PinnedContext,
    PinnedContexts,
    encode_json,
    format_datetime,
)
from tests.doubles import sample_badges
from tests.doubles.document_variants import VARIANTS, make_variant
from tests.doubles.usual_badges import MEMBERS, NOW, ODD_VALUES, STATUS_URL, StatusHost, places, plain_rich_badge
from verifier import CheckName, TrustList, VerificationContext, read_trust_list, verify_any, verify_presented
from verifier.plain_badge import MAX_PLAIN_BYTES, verify_plainly
from verifier.sniff import Presented, PresentedKind, read_presented
from verifier.verify import _verify, verify_opened

if TYPE_CHECKING:
    from schemas import JsonObject
    from verifier import VerificationReport

SLICE = 400


def _context(**changes: Any) -> VerificationContext:  # noqa: ANN401 - members of the context
    return VerificationContext(**{"now": NOW, "fetcher": OfflineFetcher(), **changes})


def _thoroughly(data: bytes, context: VerificationContext) -> VerificationReport:
    return verify_opened(Presented(kind=PresentedKind.JSON, credential=data), context=context)


def _agree(data: bytes, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    """Whether both say the same, or the straight way says nothing. Each has a memory of its own."""
    plain = verify_plainly(data, context=_context(**changes))
    if plain is None:
        return True
    thorough = _thoroughly(data, _context(**changes))
    alike = plain == thorough and plain.to_json() == thorough.to_json() and plain.to_w3c() == thorough.to_w3c()
    return alike and repr(plain) == repr(thorough)


def _is_plain(data: bytes, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    return verify_plainly(data, context=_context(**changes)) is not None


def _sign(document: JsonObject) -> bytes:
    """Sign it, or let it go with the proof of another when it cannot be signed."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        return sample_badges.sign(unsigned).original
    except BadgeError:
        proof = sample_badges.sign(sample_badges.small_badge()).document["proof"]
        return json.dumps({**document, "proof": proof}).encode()


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_usual_badges_go_the_straight_way(badge: Any) -> None:  # noqa: ANN401
    """The samples that most badges look like are judged the straight way; it would be of no use otherwise."""
    data = sample_badges.sign(badge()).original
    assert _is_plain(data)
    assert _agree(data)
    assert verify_presented(data, context=_context()) == verify_any(data, context=_context())


@pytest.mark.parametrize("first", range(0, VARIANTS, SLICE))
def test_signed_variants(first: int) -> None:
    """Thousands of changed documents, signed wherever that is possible."""
    differing, plain = [], 0
    for number in range(first, first + SLICE, 2):
        document: dict[str, Any] = copy.deepcopy(dict(make_variant(number).document))
        if "@context" not in document:
            continue
        issuer = document.get("issuer")
        document["issuer"] = sample_badges.issuer_id() if not isinstance(issuer, dict) else issuer
        if isinstance(issuer, dict):
            issuer["id"] = sample_badges.issuer_id()
        data = _sign(document)
        plain += _is_plain(data)
        if not _agree(data):
            differing.append(number)
    assert differing == []
    assert plain


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_every_place_with_odd_values(badge: Any) -> None:  # noqa: ANN401
    """Each value of a badge in turn becomes odd things, under a good signature and under the old one."""
    signed: dict[str, Any] = copy.deepcopy(dict(sample_badges.sign(badge()).document))
    differing = []
    for place, (parent, token) in enumerate(list(places(signed))):
        kept = parent[token]
        for value in ODD_VALUES[place % 4 :: 4]:
            parent[token] = copy.deepcopy(value)
            differing += [(token, value) for data in (encode_json(signed), _sign(signed)) if not _agree(data)]
        parent[token] = kept
    assert differing == []


def test_no_changed_leaf_passes() -> None:
    """Whatever was kept of a badge seen before, one with any other leaf under its signature never passes."""
    signed: dict[str, Any] = copy.deepcopy(dict(sample_badges.sign(plain_rich_badge()).document))
    for _ in range(3):
        assert _is_plain(encode_json(signed))
    leaves = [(parent, token) for parent, token in places(signed) if not isinstance(parent[token], (dict, list))]
    assert len(leaves) > 100
    for parent, token in leaves:
        kept = parent[token]
        for value in (f"{kept}x", f"{kept}"[:-1], "", 1, None):
            if value != kept or type(value) is not type(kept):
                parent[token] = value
                assert not verify_presented(encode_json(signed), context=_context()), (token, value)
        parent[token] = kept
    assert _is_plain(encode_json(signed))


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
@pytest.mark.parametrize("member", MEMBERS)
def test_added_and_rare_members(member: str, badge: Any) -> None:  # noqa: ANN401
    """A member that is rare, at any object of a badge, is judged alike by both."""
    document: dict[str, Any] = copy.deepcopy(dict(badge()))
    objects = [document, *(parent[token] for parent, token in places(document) if isinstance(parent[token], dict))]
    for node in objects:
        kept = dict(node)
        node[member] = copy.deepcopy(MEMBERS[member])
        assert _agree(_sign(document))
        node.clear()
        node.update(kept)


@pytest.mark.parametrize(
    "added",
    ["VerifiablePresentation", "EnvelopedVerifiableCredential", "EndorsementCredential", "AchievementCredential", "x"],
)
def test_further_types(added: str) -> None:
    """A badge that says that it is something else as well is judged alike, in whatever order it says so."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    for types in (["VerifiableCredential", "OpenBadgeCredential", added], [added, "VerifiableCredential"], [added]):
        for badge["type"] in (types, types[::-1]):
            assert _agree(_sign(badge))


def test_accreditations_of_the_issuer() -> None:
    """What an issuer says of who accredits it is remarked on by both, under a good signature."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    badge["@context"] = [*badge["@context"], OB_ACCREDITATION_CONTEXT]
    badge["issuer"] |= {
        "type": ["Profile", "IssuerAccreditationProfile"],
        "accreditations": [{"id": "https://body.example.org", "type": ["AccreditationProfile"], "name": "Body"}],
    }
    data = _sign(badge)
    assert "endorsement.accreditation_not_verified" in _thoroughly(data, _context()).notes
    assert _agree(data)


def test_reversed_dates_within_the_skew() -> None:
    """A badge that ends before it begins is wrong also where both clocks would let both dates pass."""
    start, end = (format_datetime(NOW + timedelta(seconds=seconds)) for seconds in (100, 50))
    data = _sign({**sample_badges.small_badge(), "validFrom": start, "validUntil": end})
    assert not _thoroughly(data, _context())
    assert _agree(data)


@pytest.mark.parametrize("kind", [KeyType.ED25519, KeyType.P256, KeyType.P384])
def test_other_keys(kind: KeyType) -> None:
    """Keys of other kinds, and issuers who are not the one that signed."""
    signer = LocalSigner.generate(kind)
    for issuer in (did_key(signer.public_key), sample_badges.issuer_id(), "did:web:example.org", "https://example.org"):
        badge = sample_badges.small_badge() | {"issuer": {"id": issuer, "type": ["Profile"], "name": "Example"}}
        document = sample_badges.sign(badge).document
        proof = document["proof"]
        assert isinstance(proof, dict)
        for method in (did_key_method_id(signer.public_key), did_key(signer.public_key), sample_badges.method_id()):
            assert _agree(encode_json({**document, "proof": {**proof, "verificationMethod": method}}))


@pytest.mark.parametrize(
    "change",
    [
        *({"type": "Ed25519Signature2020"}, {"cryptosuite": "eddsa-jcs-2022"}, {"proofPurpose": "authentication"}),
        *(
            {"created": "2026-13-01T00:00:00Z"},
            {"created": None},
            {"created": "2027-01-01T00:00:00Z"},
            {"id": "urn:x:1"},
        ),
        *({"expires": "2026-11-23T00:00:00Z"}, {"expires": "2030-11-23T00:00:00Z"}, {"previousProof": "urn:x:1"}),
        *({"@context": [VC_V2_CONTEXT]}, {"proofValue": "z"}, {"proofValue": "z" + "1" * 64}, {"proofValue": "m" * 88}),
        *({"proofValue": "z" + "é" * 87}, {"proofValue": 5}, {"challenge": "x"}, {"domain": "example.org"}),
    ],
    ids=str,
)
def test_other_proofs(change: dict[str, Any]) -> None:
    """A proof that says anything else is judged alike, alone, twice and in an array."""
    document = sample_badges.sign(sample_badges.small_badge()).document
    proof: Any = document["proof"]
    changed = {**proof, **change}
    values: tuple[Any, ...] = (changed, [changed], [proof, changed], [proof], [proof, proof], None, [], "x")
    for value in values:
        assert _agree(encode_json({**document, "proof": value}))


def test_other_spellings() -> None:
    """The same badge with white space, doubled members, other numbers, marks in front and words behind."""
    data = sample_badges.sign(plain_rich_badge()).original
    spelled = [
        *(b" " + data, data + b"\n", b"\xef\xbb\xbf" + data, data + b"{}", data[:-1], b"[" + data + b"]", b"{}"),
        *(
            data.replace(b'{"', b'{\n  "'),
            data.replace(b'"name":', b'"name":"x","name":'),
            json.dumps(plain_rich_badge()).encode(),
        ),
        *(data.replace(b"Example", b"\\u0045xample"), data.replace(b"Example", b"\\ud800"), data[:5] + b"ftyp" + data),
        *(b'{"aaftyp' + data[2:], data.replace(b"://", b":\\/\\/"), data.decode().encode("utf-16")),
    ]
    assert [one for one in spelled if not _agree(one)] == []
    for one in spelled:
        assert verify_presented(one, context=_context()).to_json() == verify_any(one, context=_context()).to_json()


@pytest.mark.parametrize("around", ["", " ", "\n", "\ufeff", "\u200b\n", "x"])
def test_pasted_texts(around: str) -> None:
    """A badge that somebody pasted, with what pasting adds around it, gives the report of the thorough way."""
    data = sample_badges.sign(plain_rich_badge()).original
    text = f"{around}{data.decode()}{around}"
    for pasted in (text, text.replace("Example", "\ud800"), text[:-5]):
        plain = verify_plainly(pasted, context=_context())
        thorough = _verify_text(pasted)
        assert plain is None or (plain == thorough and repr(plain) == repr(thorough))
    assert (verify_plainly(text, context=_context()) is not None) == (around != "x")


def _verify_text(pasted: str) -> VerificationReport:
    """Return the thorough report on a pasted text."""
    return _verify(lambda: read_presented(pasted), _context())


@pytest.mark.parametrize("seconds", [-121, -120, -119, 0, 119, 120, 121])
def test_edges_of_the_dates(seconds: int) -> None:
    """To the second, the same day ends and begins for both."""
    edge = format_datetime(NOW + timedelta(seconds=seconds))
    for member in ("validFrom", "validUntil", "awardedDate"):
        assert _agree(_sign({**sample_badges.small_badge(), member: edge}))


@pytest.mark.parametrize("index", ["4", "5", "999999999", "x"])
def test_status(index: str) -> None:
    """A badge that is in force, one that was taken back, and one whose place cannot be read."""
    entry: JsonObject = {
        "id": f"{STATUS_URL}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": STATUS_URL,
    }
    data = _sign({**sample_badges.small_badge(), "credentialStatus": entry})
    for fetcher in (StatusHost(), OfflineFetcher()):
        assert _agree(data, fetcher=fetcher)
    assert _is_plain(data, fetcher=StatusHost())
    assert bool(verify_presented(data, context=_context(fetcher=StatusHost()))) is (index == "4")


def test_policies() -> None:
    """Who was asked for, who is trusted, what is required and which word lists are pinned count alike."""
    data = sample_badges.sign(plain_rich_badge()).original
    own = f"- id: {sample_badges.issuer_id()}\n  name: Our college\n"
    listed = read_trust_list(f"{own}- domain: example.edu\n  name: Example College\n".encode())
    pinned = PinnedContexts([PinnedContext(url=VC_V2_CONTEXT, sha256="0" * 64, data=b"{}")])
    unusable = PinnedContexts([PinnedContext(url=VC_V2_CONTEXT, sha256="0" * 64, problem="context.changed")])
    policies: tuple[dict[str, Any], ...] = (
        {"trust_list": listed},
        {"trust_list": TrustList(entries=listed.entries[1:])},
        *({"recipient": recipient} for recipient in ("pat@example.org", "did:example:worker", "Pat Example", "x")),
        {"required": frozenset(CheckName)},
        {"contexts": pinned},
        {"contexts": unusable},
    )
    for changes in policies:
        assert _agree(data, **changes)
    assert _is_plain(data, trust_list=listed, recipient="x")


def test_large_badges_go_the_thorough_way() -> None:
    """What would be costly to look at twice is looked at once."""
    badge = sample_badges.small_badge() | {"description": "x" * MAX_PLAIN_BYTES}
    data = sample_badges.sign(badge).original
    assert not _is_plain(data)
    assert verify_presented(data, context=_context())


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, 2_000), length=st.integers(0, 8), inserted=st.binary(max_size=4))
def test_any_damage(start: int, length: int, inserted: bytes) -> None:
    """Bytes lost, changed or put in anywhere."""
    data = sample_badges.sign(sample_badges.small_badge()).original
    start %= len(data)
    assert _agree(data[:start] + inserted + data[start + length :])
