"""Tokens: the straight way and the thorough way never differ; one report for both, or the straight way says nothing."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import TokenType
from keys import OfflineFetcher, encode_base64url
from schemas import (
    VC_V2_CONTEXT,
    PinnedContext,
    PinnedContexts,
    encode_json,
    format_datetime,
    read_json_object,
)
from tests.doubles import sample_badges
from tests.doubles.document_variants import VARIANTS, make_variant
from tests.doubles.tokens import forge_token
from tests.doubles.usual_badges import MEMBERS, NOW, ODD_VALUES, STATUS_URL, StatusHost, places, plain_rich_badge
from tests.doubles.usual_tokens import (
    agree,
    compose_sample_claims,
    forge_badge,
    is_plain,
    make_context,
    sign_badge,
    usual_header,
    with_old_signature,
)
from verifier import CheckName, TrustList, read_trust_list, verify_any, verify_presented
from verifier.plain_token import MAX_TOKEN_BYTES

if TYPE_CHECKING:
    from schemas import JsonObject

SLICE = 400


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_usual_tokens_go_the_straight_way(badge: Any) -> None:  # noqa: ANN401
    """The samples that most badges look like are judged the straight way; it would be of no use otherwise."""
    for data in (sign_badge(badge()), forge_badge(badge()), sign_badge(badge()).decode()):
        assert is_plain(data)
        assert agree(data)
        assert verify_presented(data, context=make_context()) == verify_any(data, context=make_context())


@pytest.mark.parametrize("first", range(0, VARIANTS, SLICE))
def test_signed_variants(first: int) -> None:
    """Thousands of changed documents, each in a token."""
    differing, plain = [], 0
    for number in range(first, first + SLICE, 2):
        document: dict[str, Any] = copy.deepcopy(dict(make_variant(number).document))
        document.pop("proof", None)
        issuer = document.get("issuer")
        document["issuer"] = sample_badges.issuer_id() if not isinstance(issuer, dict) else issuer
        if isinstance(issuer, dict):
            issuer["id"] = sample_badges.issuer_id()
        try:
            data = forge_token(usual_header(), document, signer=sample_badges.test_only_signer())
        except ValueError:  # half a surrogate pair is nothing that a token can hold
            continue
        plain += is_plain(data)
        if not agree(data):
            differing.append(number)
    assert differing == []
    assert plain


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_every_place_with_odd_values(badge: Any) -> None:  # noqa: ANN401
    """Each value of a token in turn becomes odd things, under a good signature and under the old one."""
    token = sign_badge(badge())
    payload: dict[str, Any] = {**copy.deepcopy(dict(badge())), **compose_sample_claims(badge())}
    signer = sample_badges.test_only_signer()
    differing, plain = [], 0
    for place, (parent, name) in enumerate(list(places(payload))):
        kept = parent[name]
        for value in ODD_VALUES[place % 4 :: 4]:
            parent[name] = copy.deepcopy(value)
            signed = forge_token(usual_header(), payload, signer=signer)
            plain += is_plain(signed)
            differing += [(name, value) for data in (signed, with_old_signature(payload, token)) if not agree(data)]
        parent[name] = kept
    assert differing == []
    assert plain


def test_no_changed_leaf_passes() -> None:
    """Whatever was kept of a badge seen before, one with any other leaf under its signature never passes."""
    token = sign_badge(plain_rich_badge())
    payload: dict[str, Any] = {**copy.deepcopy(plain_rich_badge()), **compose_sample_claims(plain_rich_badge())}
    for _ in range(3):
        assert is_plain(token)
    leaves = [(parent, name) for parent, name in places(payload) if not isinstance(parent[name], (dict, list))]
    assert len(leaves) > 100
    for parent, name in leaves:
        kept = parent[name]
        for value in (f"{kept}x", f"{kept}"[:-1], "", 1, None):
            if value != kept or type(value) is not type(kept):
                parent[name] = value
                assert not is_plain(with_old_signature(payload, token)), (name, value)
        parent[name] = kept
    assert is_plain(token)


@pytest.mark.parametrize("token_type", [TokenType.JWT, TokenType.VC_JWT])
def test_other_forms(token_type: TokenType) -> None:
    """A badge of VC 1.1, one in a `vc` claim, one with endorsements and one with a proof inside are judged alike."""
    old = sample_badges.version_1_badge()
    documents: tuple[Any, ...] = (
        *(old, {"vc": old}, {"vc": sample_badges.small_badge()}, {"vp": sample_badges.small_badge()}),
        *(sample_badges.endorsed_badge(), sample_badges.sign(sample_badges.small_badge()).document),
        *({"@context": [VC_V2_CONTEXT], "type": ["VerifiablePresentation"]}, {}, sample_badges.rich_badge()),
    )
    for document in documents:
        assert agree(forge_badge(document, typ=token_type.value))


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
@pytest.mark.parametrize("member", MEMBERS)
def test_added_and_rare_members(member: str, badge: Any) -> None:  # noqa: ANN401
    """A member that is rare, at any object of a badge, is judged alike by both."""
    document: dict[str, Any] = copy.deepcopy(dict(badge()))
    objects = [document, *(parent[name] for parent, name in places(document) if isinstance(parent[name], dict))]
    for node in objects:
        kept = dict(node)
        node[member] = copy.deepcopy(MEMBERS[member])
        assert agree(forge_badge(document))
        node.clear()
        node.update(kept)


def test_other_spellings() -> None:
    """The same token with white space, padding, other bits, words behind, and JSON that is spelled in another way."""
    token = sign_badge(plain_rich_badge())
    head, payload, signature = token.split(b".")
    spelled = [
        *(b" " + token, token + b"\n", b"\n\t" + token + b"\r\n", b"\xef\xbb\xbf" + token, token + b"\x0b", token[:-1]),
        *(token + b".", token + b"~", token + b"~" + token, b"." + token, head + b"." + payload, token + b"=", b"eyJ"),
        *(head + b"..", head + b"=." + payload + b"." + signature, token[:5] + b"ftyp" + token, token[:4] + b"ftyp"),
        *(token.replace(b".", b"\n.", 1), token.replace(b".", b". ", 1), token.replace(b"-", b"+"), token + b"A", b""),
        *(head + b"." + payload + b"." + signature[:-1] + bytes([letter]) for letter in b"ABQgw_-"),
        b'"' + token + b'"',
    ]
    texts = (
        b" ",
        b"\n",
        b'{"a":1,"a":2}',
        b"[1]",
        b"5",
        b'"x"',
        b"null",
        b"{}",
        b'{"exp":1e400}',
        b"\xff",
        b"[" * 9_000,
    )
    spelled += [head + b"." + encode_base64url(text).encode() + b"." + signature for text in texts]
    signer = sample_badges.test_only_signer()
    content = encode_json({**plain_rich_badge(), **compose_sample_claims(plain_rich_badge())})
    nested = b'{"aud":' + b"[" * 70 + b"]" * 70 + b","
    for text in (
        *(content + b" ", content.replace(b'":', b'": '), content.replace(b'"name":', b'"name":"x","name":')),
        *(content.replace(b"Example", b"\\u0045xample"), content.replace(b"Example", b"\\ud800"), nested + content[1:]),
        *(content.replace(b"://", b":\\/\\/"), b"\xef\xbb\xbf" + content, content + b"{}"),
    ):
        signing_input = head + b"." + encode_base64url(text).encode()
        made = signer.sign(signing_input, algorithm=signer.public_key.key_type.algorithm)
        spelled.append(signing_input + b"." + encode_base64url(made).encode())
    assert [one for one in spelled if not agree(one)] == []
    for one in spelled:
        assert (
            verify_presented(one, context=make_context()).to_json() == verify_any(one, context=make_context()).to_json()
        )


@pytest.mark.parametrize("around", ["", " ", "\n", "\ufeff", "\u200b\n", "x", "'", "\x1c"])
def test_pasted_texts(around: str) -> None:
    """A token that somebody pasted, with what pasting adds around and in it, is judged alike by both."""
    text = sign_badge(plain_rich_badge()).decode()
    for pasted in (f"{around}{text}{around}", f"{text[:90]}{around}{text[90:]}", f"{text}{around}\ud800", text[:-5]):
        assert agree(pasted)


@pytest.mark.parametrize("seconds", [-121, -120, -119, 0, 119, 120, 121])
def test_edges_of_the_dates(seconds: int) -> None:
    """To the second, the same day ends and begins for both, by the dates of the badge and by those of the token."""
    edge = NOW + timedelta(seconds=seconds)
    document = sample_badges.small_badge()
    for member in ("validFrom", "validUntil", "awardedDate"):
        assert agree(sign_badge({**document, member: format_datetime(edge)}))
    signer = sample_badges.test_only_signer()
    at = (edge - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    for kind in ("JWT", "vc+jwt"):
        for claims in ({"nbf": at}, {"exp": at}, {"exp": at + 0.5}, {"iat": at}, {"nbf": at, "exp": at - 1}):
            header = {**usual_header(), "typ": kind}
            assert agree(forge_token(header, {**document, **claims}, signer=signer)), claims
            until = {**document, "validUntil": format_datetime(NOW)}
            assert agree(forge_token(header, {**until, **claims}, signer=signer)), claims


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
    data = sign_badge({**sample_badges.small_badge(), "credentialStatus": entry})
    for fetcher in (StatusHost(), OfflineFetcher()):
        assert agree(data, fetcher=fetcher)
    assert is_plain(data, fetcher=StatusHost())
    assert bool(verify_presented(data, context=make_context(fetcher=StatusHost()))) is (index == "4")


def test_policies() -> None:
    """Who was asked for, who is trusted, what is required and which word lists are pinned count alike."""
    data = sign_badge(plain_rich_badge())
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
        assert agree(data, **changes)
    assert is_plain(data, trust_list=listed, recipient="x")
    assert not is_plain(data, contexts=pinned)


def test_large_tokens_go_the_thorough_way() -> None:
    """What would be costly to look at twice is looked at once."""
    data = sign_badge(sample_badges.small_badge() | {"description": "x" * MAX_TOKEN_BYTES})
    assert not is_plain(data)
    assert verify_presented(data, context=make_context())


def test_what_a_token_holds_is_what_it_shows() -> None:
    """The credential of the report is what the issuer signed, without the claims of the token."""
    report = verify_presented(sign_badge(plain_rich_badge()), context=make_context())
    assert report.credential is not None
    assert report.credential.to_json() == read_json_object(encode_json(plain_rich_badge()))


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, 2_000), length=st.integers(0, 8), inserted=st.binary(max_size=4))
def test_any_damage(start: int, length: int, inserted: bytes) -> None:
    """Bytes lost, changed or put in anywhere."""
    data = sign_badge(sample_badges.small_badge())
    start %= len(data)
    assert agree(data[:start] + inserted + data[start + length :])
