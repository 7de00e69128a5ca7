"""Tokens: the straight way and the thorough way never differ; one report for both, or the straight way says nothing."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import TokenType, sign_vc_jwt, sign_w3c_vc_jwt
from keys import KeyType, LocalSigner, OfflineFetcher, did_key, did_key_method_id, encode_base64url
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
from verifier import CheckName, TrustList, VerificationContext, read_trust_list, verify_any, verify_presented
from verifier.plain_badge import verify_plainly
from verifier.plain_token import MAX_TOKEN_BYTES
from verifier.sniff import read_presented
from verifier.verify import _verify

if TYPE_CHECKING:
    from schemas import JsonObject
    from verifier import VerificationReport

SLICE = 400
CLAIMS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    *((name, ("", "x", 5, None, [], ["a"], {}, [[[]]], True, "did:example:worker")) for name in ("iss", "sub", "jti")),
    ("aud", ("x", ["x"], [], None, 5, [[[[]]]])),
    *(
        (name, (0, 1, -1, 1.5, 1e30, 2**60, 2**400, True, None, "1", [], 1795338000, 1795338000.0, 1795338000.5))
        for name in ("nbf", "exp", "iat")
    ),
    *((name, ({}, [], None, "x", {"type": ["VerifiableCredential"]})) for name in ("vc", "vp", "cnf", "_sd", "status")),
)
HEADERS: tuple[dict[str, Any], ...] = (
    *({"alg": name} for name in ("none", "HS256", "ES256", "RS256", "Ed25519", "eddsa", "ES512", "", 5, None, [])),
    *({"typ": name} for name in ("jwt", "vc+jwt", "VC+JWT", "application/vc+jwt", "vp+jwt", "dc+sd-jwt", "", 5, None)),
    *({"cty": name} for name in ("vc", "VC", "vp", "JWT", 5, None)),
    *({"typ": "vc+jwt", "cty": name} for name in ("vc", "application/vc", "vp", 5)),
    *({"kid": name} for name in ("did:key:z1", "https://example.org/key", "urn:x", "key-1", "", "#key", 5, None)),
    *({"typ": "vc+jwt", "kid": name} for name in ("#key", "key-1", "did:key:z1", "", 5)),
    *(
        {name: value}
        for name in ("crit", "b64", "jku", "x5c", "zip", "iss", "sub", "aud")
        for value in ([], False, "x")
    ),
    *({"typ": "vc+jwt", "iss": value} for value in ("x", None, 5)),
)


@lru_cache(maxsize=1)
def _rsa_signer() -> LocalSigner:
    return LocalSigner(generate_private_key(public_exponent=65_537, key_size=2_048))


def _signer(kind: KeyType) -> LocalSigner:
    return _rsa_signer() if kind is KeyType.RSA else LocalSigner.generate(kind)


def _did_jwk(signer: LocalSigner) -> str:
    return f"did:jwk:{encode_base64url(encode_json(signer.public_key.jwk))}"


def _context(**changes: Any) -> VerificationContext:  # noqa: ANN401 - members of the context
    return VerificationContext(**{"now": NOW, "fetcher": OfflineFetcher(), **changes})


def _thoroughly(data: bytes | str, context: VerificationContext) -> VerificationReport:
    return _verify(lambda: read_presented(data), context)


def _agree(data: bytes | str, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    """Whether both say the same, or the straight way says nothing. Each has a memory of its own."""
    plain = verify_plainly(data, context=_context(**changes))
    if plain is None:
        return True
    thorough = _thoroughly(data, _context(**changes))
    alike = plain == thorough and plain.to_json() == thorough.to_json() and plain.to_w3c() == thorough.to_w3c()
    return alike and repr(plain) == repr(thorough)


def _is_plain(data: bytes | str, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    return verify_plainly(data, context=_context(**changes)) is not None


def _usual_header() -> dict[str, Any]:
    return {"alg": "EdDSA", "kid": sample_badges.method_id(), "typ": "JWT"}


def _claims(document: JsonObject) -> JsonObject:
    """Return the claims that repeat a sample, whatever became of it."""
    sample = sample_badges.small_badge()
    claims: JsonObject = {"iss": sample_badges.issuer_id(), "nbf": 1795338000}
    for claim, holder, name in (("jti", document, "id"), ("sub", document.get("credentialSubject"), "id")):
        claims[claim] = holder.get(name, sample["id"]) if isinstance(holder, dict) else None
    return claims


def _forge(document: JsonObject, **header: Any) -> bytes:  # noqa: ANN401 - members of the header
    return forge_token(
        {**_usual_header(), **header}, {**document, **_claims(document)}, signer=sample_badges.test_only_signer()
    )


def _sign(document: JsonObject) -> bytes:
    signer = sample_badges.test_only_signer()
    return sign_vc_jwt(document, signer=signer, verification_method=sample_badges.method_id()).encode()


def _with_old_signature(payload: JsonObject, token: bytes) -> bytes:
    head, _, signature = token.split(b".")
    return b".".join((head, encode_base64url(encode_json(payload)).encode(), signature))


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_usual_tokens_go_the_straight_way(badge: Any) -> None:  # noqa: ANN401
    """The samples that most badges look like are judged the straight way; it would be of no use otherwise."""
    for data in (_sign(badge()), _forge(badge()), _sign(badge()).decode()):
        assert _is_plain(data)
        assert _agree(data)
        assert verify_presented(data, context=_context()) == verify_any(data, context=_context())


@pytest.mark.parametrize("kind", KeyType)
def test_keys(kind: KeyType) -> None:
    """Keys of each kind, named in each way: those that an issuer is go the straight way, all are judged alike."""
    signer, other = _signer(kind), LocalSigner.generate(KeyType.ED25519)
    own = [_did_jwk(signer)] if kind is KeyType.RSA else [_did_jwk(signer), did_key(signer.public_key)]
    plain = 0
    for issuer in (*own, sample_badges.issuer_id(), "did:web:example.org", "https://example.org", "did:jwk:x"):
        badge = sample_badges.small_badge() | {"issuer": {"id": issuer, "type": ["Profile"], "name": "Example"}}
        for kid in (None, issuer, f"{issuer}#0", f"{issuer}#{issuer[8:]}", did_key_method_id(other.public_key)):
            for jwk in (None, signer.public_key.jwk, other.public_key.jwk):
                for kind_of_token in ("JWT", "vc+jwt"):
                    hints = {"kid": kid, "jwk": jwk}
                    named = {name: value for name, value in hints.items() if value is not None}
                    header = {"alg": kind.algorithm.value, "typ": kind_of_token, **named}
                    token = forge_token(header, badge, signer=signer)
                    plain += _is_plain(token)
                    assert _agree(token), (issuer, kid, jwk)
    assert plain >= len(own) * 2


@pytest.mark.parametrize("algorithm", sorted(KeyType.RSA.algorithms, key=lambda one: one.value))
def test_algorithms_of_rsa(algorithm: Any) -> None:  # noqa: ANN401 - as the key has it
    """Each way to sign with RSA, under its own name and under another."""
    signer = _rsa_signer()
    badge = sample_badges.small_badge() | {"issuer": {"id": _did_jwk(signer), "type": ["Profile"], "name": "Example"}}
    token = sign_w3c_vc_jwt(badge, signer=signer, verification_method=f"{_did_jwk(signer)}#0", algorithm=algorithm)
    assert _is_plain(token)
    assert _agree(token)
    renamed = encode_base64url(encode_json({"alg": "PS256", "kid": f"{_did_jwk(signer)}#0", "typ": "vc+jwt"}))
    assert _agree(".".join((renamed, *token.split(".")[1:])))


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
            data = forge_token(_usual_header(), document, signer=sample_badges.test_only_signer())
        except ValueError:  # half a surrogate pair is nothing that a token can hold
            continue
        plain += _is_plain(data)
        if not _agree(data):
            differing.append(number)
    assert differing == []
    assert plain


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_every_place_with_odd_values(badge: Any) -> None:  # noqa: ANN401
    """Each value of a token in turn becomes odd things, under a good signature and under the old one."""
    token = _sign(badge())
    payload: dict[str, Any] = {**copy.deepcopy(dict(badge())), **_claims(badge())}
    signer = sample_badges.test_only_signer()
    differing, plain = [], 0
    for place, (parent, name) in enumerate(list(places(payload))):
        kept = parent[name]
        for value in ODD_VALUES[place % 4 :: 4]:
            parent[name] = copy.deepcopy(value)
            signed = forge_token(_usual_header(), payload, signer=signer)
            plain += _is_plain(signed)
            differing += [(name, value) for data in (signed, _with_old_signature(payload, token)) if not _agree(data)]
        parent[name] = kept
    assert differing == []
    assert plain


def test_no_changed_leaf_passes() -> None:
    """Whatever was kept of a badge seen before, one with any other leaf under its signature never passes."""
    token = _sign(plain_rich_badge())
    payload: dict[str, Any] = {**copy.deepcopy(plain_rich_badge()), **_claims(plain_rich_badge())}
    for _ in range(3):
        assert _is_plain(token)
    leaves = [(parent, name) for parent, name in places(payload) if not isinstance(parent[name], (dict, list))]
    assert len(leaves) > 100
    for parent, name in leaves:
        kept = parent[name]
        for value in (f"{kept}x", f"{kept}"[:-1], "", 1, None):
            if value != kept or type(value) is not type(kept):
                parent[name] = value
                assert not _is_plain(_with_old_signature(payload, token)), (name, value)
        parent[name] = kept
    assert _is_plain(token)


@pytest.mark.parametrize(("claim", "values"), CLAIMS, ids=[claim for claim, _ in CLAIMS])
def test_claims(claim: str, values: tuple[Any, ...]) -> None:
    """A claim that says anything else is judged alike, whatever the token says it is, with and without the others."""
    document = sample_badges.small_badge()
    signer = sample_badges.test_only_signer()
    for kind in ("JWT", "vc+jwt"):
        for payload in ({**document, **_claims(document)}, document):
            for value in values:
                header = {**_usual_header(), "typ": kind}
                assert _agree(forge_token(header, {**payload, claim: value}, signer=signer)), (kind, value)


@pytest.mark.parametrize("change", HEADERS, ids=str)
def test_headers(change: dict[str, Any]) -> None:
    """A header that says anything else is judged alike, with a member more and with one less."""
    document = sample_badges.small_badge()
    payload: JsonObject = {**document, **_claims(document)}
    signer = sample_badges.test_only_signer()
    changed = {**_usual_header(), **change}
    for header in (changed, *({name: changed[name] for name in changed if name != gone} for gone in changed)):
        assert _agree(forge_token(header, payload, signer=signer)), header


@pytest.mark.parametrize("token_type", [TokenType.JWT, TokenType.VC_JWT])
def test_other_forms(token_type: TokenType) -> None:
    """A badge of VC 1.1, one in a `vc` claim, one with endorsements and one with a proof inside are judged alike."""
    old = sample_badges.version_1_badge()
    documents: tuple[JsonObject, ...] = (
        *(old, {"vc": old}, {"vc": sample_badges.small_badge()}, {"vp": sample_badges.small_badge()}),
        *(sample_badges.endorsed_badge(), sample_badges.sign(sample_badges.small_badge()).document),
        *({"@context": [VC_V2_CONTEXT], "type": ["VerifiablePresentation"]}, {}, sample_badges.rich_badge()),
    )
    for document in documents:
        assert _agree(_forge(document, typ=token_type.value))


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
@pytest.mark.parametrize("member", MEMBERS)
def test_added_and_rare_members(member: str, badge: Any) -> None:  # noqa: ANN401
    """A member that is rare, at any object of a badge, is judged alike by both."""
    document: dict[str, Any] = copy.deepcopy(dict(badge()))
    objects = [document, *(parent[name] for parent, name in places(document) if isinstance(parent[name], dict))]
    for node in objects:
        kept = dict(node)
        node[member] = copy.deepcopy(MEMBERS[member])
        assert _agree(_forge(document))
        node.clear()
        node.update(kept)


def test_other_spellings() -> None:
    """The same token with white space, padding, other bits, words behind, and JSON that is spelled in another way."""
    token = _sign(plain_rich_badge())
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
    content = encode_json({**plain_rich_badge(), **_claims(plain_rich_badge())})
    nested = b'{"aud":' + b"[" * 70 + b"]" * 70 + b","
    for text in (
        *(content + b" ", content.replace(b'":', b'": '), content.replace(b'"name":', b'"name":"x","name":')),
        *(content.replace(b"Example", b"\\u0045xample"), content.replace(b"Example", b"\\ud800"), nested + content[1:]),
        *(content.replace(b"://", b":\\/\\/"), b"\xef\xbb\xbf" + content, content + b"{}"),
    ):
        signing_input = head + b"." + encode_base64url(text).encode()
        made = signer.sign(signing_input, algorithm=signer.public_key.key_type.algorithm)
        spelled.append(signing_input + b"." + encode_base64url(made).encode())
    assert [one for one in spelled if not _agree(one)] == []
    for one in spelled:
        assert verify_presented(one, context=_context()).to_json() == verify_any(one, context=_context()).to_json()


@pytest.mark.parametrize("around", ["", " ", "\n", "\ufeff", "\u200b\n", "x", "'", "\x1c"])
def test_pasted_texts(around: str) -> None:
    """A token that somebody pasted, with what pasting adds around and in it, is judged alike by both."""
    text = _sign(plain_rich_badge()).decode()
    for pasted in (f"{around}{text}{around}", f"{text[:90]}{around}{text[90:]}", f"{text}{around}\ud800", text[:-5]):
        assert _agree(pasted)


@pytest.mark.parametrize("seconds", [-121, -120, -119, 0, 119, 120, 121])
def test_edges_of_the_dates(seconds: int) -> None:
    """To the second, the same day ends and begins for both, by the dates of the badge and by those of the token."""
    edge = NOW + timedelta(seconds=seconds)
    document = sample_badges.small_badge()
    for member in ("validFrom", "validUntil", "awardedDate"):
        assert _agree(_sign({**document, member: format_datetime(edge)}))
    signer = sample_badges.test_only_signer()
    at = (edge - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    for kind in ("JWT", "vc+jwt"):
        for claims in ({"nbf": at}, {"exp": at}, {"exp": at + 0.5}, {"iat": at}, {"nbf": at, "exp": at - 1}):
            header = {**_usual_header(), "typ": kind}
            assert _agree(forge_token(header, {**document, **claims}, signer=signer)), claims
            until = {**document, "validUntil": format_datetime(NOW)}
            assert _agree(forge_token(header, {**until, **claims}, signer=signer)), claims


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
    data = _sign(plain_rich_badge())
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
    assert not _is_plain(data, contexts=pinned)


def test_large_tokens_go_the_thorough_way() -> None:
    """What would be costly to look at twice is looked at once."""
    data = _sign(sample_badges.small_badge() | {"description": "x" * MAX_TOKEN_BYTES})
    assert not _is_plain(data)
    assert verify_presented(data, context=_context())


def test_what_a_token_holds_is_what_it_shows() -> None:
    """The credential of the report is what the issuer signed, without the claims of the token."""
    report = verify_presented(_sign(plain_rich_badge()), context=_context())
    assert report.credential is not None
    assert report.credential.to_json() == read_json_object(encode_json(plain_rich_badge()))


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, 2_000), length=st.integers(0, 8), inserted=st.binary(max_size=4))
def test_any_damage(start: int, length: int, inserted: bytes) -> None:
    """Bytes lost, changed or put in anywhere."""
    data = _sign(sample_badges.small_badge())
    start %= len(data)
    assert _agree(data[:start] + inserted + data[start + length :])
