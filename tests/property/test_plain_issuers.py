"""Issuers that publish their keys: the straight way and the thorough way never differ.

One report for both, or the straight way says nothing. Where a test says of a badge that it is not judged the straight
way, the thorough way has the last word, and the straight one must not have passed it.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keys import KeyType, LocalSigner, compose_did_document, did_web_for
from schemas import BadgeError, encode_json, read_json_object
from tests.doubles.issuer_simulator import (
    NOW,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
)
from tests.doubles.issuers_at_hand import FORMS, PUBLISHING, judge_alike, judge_plainly, judge_thoroughly, sign_as
from tests.doubles.tokens import forge_token
from tests.doubles.usual_badges import ODD_VALUES, places, plain_rich_badge
from verifier import CheckName, MemoryKeyPinStore
from verifier.plain_signer import MAX_METHOD_CHARS, MAX_PLAIN_DOCUMENT_BYTES

CREATED = NOW - timedelta(days=20)
SECOND = timedelta(seconds=1)


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture(params=PUBLISHING)
def issuer(world: IssuerSimulator, request: pytest.FixtureRequest) -> SimulatedIssuer:
    return world.add_issuer(request.param)


def compose_rich(issuer: SimulatedIssuer) -> dict[str, Any]:
    badge = plain_rich_badge()
    badge["issuer"] = {**badge["issuer"], "id": issuer.id}
    badge["validFrom"] = "2026-11-01T09:00:00Z"
    return badge


def read_document(issuer: SimulatedIssuer) -> dict[str, Any]:
    return dict(compose_did_document(issuer.id, issuer.methods or [issuer.method]))


@pytest.mark.parametrize("form", FORMS)
def test_usual_badges_go_the_straight_way(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """Badges of an issuer whose document is at hand are judged the straight way; it would be of no use otherwise."""
    for document in (issuer.compose_badge(), compose_rich(issuer)):
        report = judge_alike(world, sign_as(issuer, form, document))
        assert report is not None
        assert report.check(CheckName.ISSUER).detail == {"publishedAt": issuer.id}


def test_document_out_of_reach(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """What is not at hand, for whatever reason, is asked for the thorough way."""
    data = issuer.issue()
    for code in ("fetch.offline", "fetch.timeout", "fetch.redirect_forbidden", "fetch.too_large", "fetch.http_status"):
        world.break_down(issuer.document_url, code=code)
        assert judge_plainly(world, data) is None
        assert not judge_thoroughly(world, data)


@pytest.mark.parametrize("form", FORMS)
def test_key_of_another_document(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """A key of somebody else, named by its own name or by a name of the issuer, never passes."""
    other = world.add_issuer(issuer.kind, host="other.example.edu")
    badge = issuer.compose_badge()
    forged = [
        sign_as(issuer, form, badge, signer=other.signer),
        sign_as(issuer, form, badge, signer=other.signer, method_id=other.method_id),
        sign_as(issuer, form, badge, signer=other.signer, method_id=f"{issuer.id}#key-2"),
        sign_as(issuer, form, other.compose_badge(), method_id=issuer.method_id),
    ]
    for data in forged * 2:
        assert judge_plainly(world, data) is None
        assert not judge_thoroughly(world, data)


def _lies(issuer: SimulatedIssuer) -> dict[str, dict[str, Any]]:
    method = read_document(issuer)["verificationMethod"][0]
    other = LocalSigner.generate(KeyType.ED25519).public_key
    private = {**issuer.signer.public_key.jwk, "d": "c2VjcmV0"}
    return {
        "of another id": {"id": "did:web:evil.example.com"},
        "controller": {"verificationMethod": [{**method, "controller": "did:web:evil.example.com"}]},
        "only for logging in": {"assertionMethod": [], "authentication": [issuer.method_id]},
        "no such method": {"verificationMethod": [], "assertionMethod": []},
        "one id, two keys": {"verificationMethod": [method, {**method, "publicKeyMultibase": other.multikey}]},
        "private key": {"verificationMethod": [method, {**method, "id": "#2", "publicKeyJwk": private}]},
        "another key": {"verificationMethod": [{**method, "publicKeyMultibase": other.multikey}]},
        "key that cannot be read": {"verificationMethod": [{**method, "publicKeyMultibase": "z6Mk"}]},
        "kind of key that is not used": {"verificationMethod": [{**method, "type": "X25519KeyAgreementKey2020"}]},
        "date that cannot be read": {"verificationMethod": [{**method, "revoked": "soon"}]},
    }


@pytest.mark.parametrize("form", FORMS)
def test_lies_in_the_document(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """A document that does not say that this key signs for this issuer lets nothing pass, also after one that did."""
    data = sign_as(issuer, form)
    for name, changes in _lies(issuer).items():
        issuer.publish_keys()
        assert judge_alike(world, data)
        issuer.publish_keys(**changes)
        assert judge_plainly(world, data) is None, name
        assert not judge_thoroughly(world, data), name


@pytest.mark.parametrize("form", FORMS)
def test_method_inside_the_purpose(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """A method that stands as an object under its purpose, or under a bare fragment, is as good."""
    method = read_document(issuer)["verificationMethod"][0]
    for changes in (
        {"verificationMethod": [], "assertionMethod": [method]},
        {"verificationMethod": {**method, "id": "#key-1"}, "assertionMethod": "#key-1"},
    ):
        issuer.publish_keys(**changes)
        assert judge_alike(world, sign_as(issuer, form))


def test_every_place_of_the_document_with_odd_values(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Each value of a document with two keys in turn becomes odd things; both read the same in it."""
    second = replace(issuer.method, id=f"{issuer.id}#key-2", expires=NOW)
    issuer.methods = [issuer.method, second]
    document = read_document(issuer)
    badges = [sign_as(issuer, "rdfc"), sign_as(issuer, "jwt", method_id=second.id)]
    judged = 0
    for parent, token in list(places(document)):
        kept = parent[token]
        for value in (*ODD_VALUES, "#key-1", "#key-2", issuer.method_id, {"id": "#key-1"}):
            parent[token] = copy.deepcopy(value)
            world.publish(issuer.document_url, document)
            judged += sum(judge_alike(world, data, key_pins=MemoryKeyPinStore()) is not None for data in badges)
        parent[token] = kept
    assert judged > 100


@pytest.mark.parametrize("form", FORMS)
def test_two_keys(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """Of two keys each signs under its own name and none under the other's."""
    second = LocalSigner.generate(KeyType.ED25519)
    issuer.methods = [
        issuer.method,
        replace(issuer.method, id=f"{issuer.id}#key-2", public_key=second.public_key),
    ]
    issuer.publish_keys()
    for name, signer in (("#key-1", issuer.signer), ("#key-2", second)):
        for method in ("#key-1", "#key-2"):
            data = sign_as(issuer, form, signer=signer, method_id=f"{issuer.id}{method}")
            assert bool(judge_alike(world, data)) is (name == method)


@pytest.mark.parametrize("kind", [KeyType.P256, KeyType.P384])
def test_keys_of_other_kinds(world: IssuerSimulator, kind: KeyType) -> None:
    """Tokens by keys of other kinds are judged alike, and a badge signed with such a key takes the thorough way."""
    issuer = world.add_issuer(key_type=kind)
    assert judge_alike(world, issuer.issue_jwt())
    data = sign_as(issuer, "ecdsa-rdfc-2019")
    assert judge_plainly(world, data) is None
    assert judge_thoroughly(world, data)
    weak = replace(issuer.method, id=f"{issuer.id}#key-2")
    issuer.methods = [issuer.method, weak]
    issuer.publish_keys()
    signer = LocalSigner.generate(KeyType.ED25519)
    assert judge_alike(world, sign_as(issuer, "rdfc", signer=signer, method_id=weak.id)) is None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("member", ["expires", "revoked"])
def test_retired_keys(world: IssuerSimulator, issuer: SimulatedIssuer, form: str, member: str) -> None:
    """A key signs until the second in which it was put away, and the report says when that was."""
    # A token says by its `nbf` when it was signed: the start of the badge.
    signed_at = CREATED if form != "jwt" else NOW.replace(day=1)
    data = sign_as(issuer, form)
    for offset in (-SECOND, timedelta(), SECOND, timedelta(days=400)):
        ends: dict[str, Any] = {member: signed_at + offset}
        issuer.methods = [replace(issuer.method, **ends)]
        issuer.publish_keys()
        report = judge_alike(world, data, key_pins=MemoryKeyPinStore())
        assert bool(judge_thoroughly(world, data)) is (offset > timedelta())
        assert (report is not None) is (offset > timedelta())
        if report is not None:
            assert report.check(CheckName.ISSUER).detail["retiredAt"] == ends[member].isoformat()


def test_both_ends(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Of two ends the earlier one counts."""
    early, late = CREATED - SECOND, CREATED + SECOND
    data = sign_as(issuer, "rdfc")
    for expires, revoked in ((early, late), (late, early), (late, late)):
        issuer.methods = [replace(issuer.method, expires=expires, revoked=revoked)]
        issuer.publish_keys()
        assert (judge_alike(world, data) is not None) is (expires == revoked)


@pytest.mark.parametrize("form", FORMS)
def test_changed_document(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """A key that was taken out of the document passes nothing from that moment on, and passes again once it is back."""
    data = sign_as(issuer, form)
    first = issuer.methods = [issuer.method]
    for _ in range(2):
        issuer.methods = first
        issuer.publish_keys()
        assert judge_alike(world, data)
        issuer.methods = [replace(issuer.method, id=f"{issuer.id}#key-2")]
        issuer.publish_keys()
        assert judge_plainly(world, data) is None
        assert not judge_thoroughly(world, data)


@pytest.mark.parametrize("form", FORMS)
def test_large_documents(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """A document of more than some kilobytes is read the thorough way, and one that is far too large not at all."""
    data = sign_as(issuer, form)
    size = len(encode_json({**read_document(issuer), "x": ""}))
    for bytes_more, is_plain, is_good in ((0, True, True), (1, False, True), (60_000, False, False)):
        issuer.publish_keys(x="x" * (MAX_PLAIN_DOCUMENT_BYTES - size + bytes_more))
        assert (judge_alike(world, data) is not None) is is_plain
        assert bool(judge_thoroughly(world, data)) is is_good


def test_answer_after_a_redirect(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A document counts under the address that was asked for, wherever on its host the answer came from."""
    target = "https://college.example.edu/elsewhere"
    world.publish(target, read_document(issuer))
    world.redirect(issuer.document_url, target)
    assert judge_alike(world, issuer.issue())


@pytest.mark.parametrize("form", FORMS)
def test_other_names_of_methods(world: IssuerSimulator, issuer: SimulatedIssuer, form: str) -> None:
    """A method by any other name that its document has is judged alike, and passes only by a usual name."""
    fragments = ("#a", "#a b", "#", "", '#"', "#a\\", "#<b>", "#a#b", "#é", "#%41", "#a?b", "#_:b0", "#a\n")
    for fragment in (*fragments, "#" + "a" * MAX_METHOD_CHARS):
        name = f"{issuer.id}{fragment}"
        issuer.methods = [replace(issuer.method, id=name)]
        issuer.publish_keys()
        try:
            data = sign_as(issuer, form, method_id=name)
        except BadgeError:  # nothing that can be signed
            continue
        report = judge_alike(world, data)
        assert report or fragment != "#a"
    issuer.methods = [issuer.method]
    issuer.publish_keys()
    for name in ("#key-1", "key-1", issuer.id.upper() + "#key-1", f"{issuer.id}/#key-1", f" {issuer.method_id}"):
        try:
            data = sign_as(issuer, form, method_id=name)
        except BadgeError:
            continue
        assert judge_alike(world, data) is None


def test_other_names_of_issuers(world: IssuerSimulator) -> None:
    """Issuers with odd addresses are judged alike, whether their document is at hand or not."""
    signer = LocalSigner.generate(KeyType.ED25519)
    judged = 0
    for name, url in (
        ("did:web:example.org", "https://example.org/.well-known/did.json"),
        ("did:web:EXAMPLE.org", "https://EXAMPLE.org/.well-known/did.json"),
        ("did:web:example.org%3A8443:a", "https://example.org:8443/a/did.json"),
        ("did:web:example.org:%2e%2e", "https://example.org/%2e%2e/did.json"),
        ("did:web:example.org:a b", "https://example.org/a b/did.json"),
        ("did:web:", "https:///.well-known/did.json"),
        ("did:web:" + "a" * 300, "https://" + "a" * 300 + "/.well-known/did.json"),
        ("https://example.org", "https://example.org"),
        ("https://example.org/?a=b", "https://example.org/?a=b"),
        ("https://exa mple.org", "https://exa mple.org"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://example.org", "HTTPS://example.org"),
    ):
        method = f"{name}#key-1"
        issuer = SimulatedIssuer(
            world=world, kind=IssuerIdKind.DID_WEB, id=name, method_id=method, signer=signer, name="Example"
        )
        world.publish(url, read_document(issuer))
        for form in FORMS:
            try:
                data = sign_as(issuer, form)
            except BadgeError:  # nothing that can be signed
                continue
            judged += judge_alike(world, data, key_pins=MemoryKeyPinStore()) is not None
    assert judged == 4 * len(FORMS)


def test_headers_of_tokens(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Only a token that names a method of the issuer goes the straight way; with whatever key in its header."""
    other = LocalSigner.generate(KeyType.ED25519)
    straight = 0
    for kid in (
        None,
        issuer.method_id,
        issuer.id,
        "#key-1",
        "key-1",
        "did:key:z6Mk",
        f"{issuer.id}#key-9",
        "https://x",
    ):
        for jwk in (None, issuer.signer.public_key.jwk, other.public_key.jwk):
            for signer in (issuer.signer, other):
                named = {"kid": kid, "jwk": jwk}
                header = {"alg": "EdDSA", "typ": "vc+jwt", **{k: v for k, v in named.items() if v is not None}}
                data = forge_token(header, issuer.compose_badge(), signer=signer)
                straight += judge_alike(world, data) is not None
    assert straight == 3


@pytest.mark.parametrize("form", FORMS)
def test_every_place_of_a_badge_with_odd_values(world: IssuerSimulator, form: str) -> None:
    """Each value of a rich badge in turn becomes odd things, under a good signature."""
    issuer = world.add_issuer()
    badge = compose_rich(issuer)
    plain = 0
    for place, (parent, token) in enumerate(list(places(badge))):
        kept = parent[token]
        for value in ODD_VALUES[place % 12 :: 12]:
            parent[token] = copy.deepcopy(value)
            try:
                data = sign_as(issuer, form, badge)
            except BadgeError:  # nothing that can be signed
                continue
            plain += judge_alike(world, data, key_pins=MemoryKeyPinStore()) is not None
        parent[token] = kept
    assert plain > 50


def test_no_changed_leaf_passes(world: IssuerSimulator) -> None:
    """Whatever was kept of a badge and its issuer, one with another leaf under its signature never passes."""
    issuer = world.add_issuer()
    badge = compose_rich(issuer)
    badge.pop("credentialStatus", None)
    data = sign_as(issuer, "rdfc", badge)
    signed = dict(read_json_object(data))
    for _ in range(3):
        assert judge_alike(world, data)
    for parent, token in [(parent, token) for parent, token in places(signed) if isinstance(parent[token], str)]:
        kept = parent[token]
        parent[token] = f"{kept}x"
        assert not judge_alike(world, encode_json(signed)), token
        parent[token] = kept
    assert judge_alike(world, encode_json(signed))


def test_did_web_of_the_host_itself(world: IssuerSimulator) -> None:
    """An issuer that is a host publishes at the well-known place."""
    issuer = world.add_issuer()
    issuer.id = did_web_for("https://college.example.edu")
    issuer.method_id = f"{issuer.id}#key-1"
    issuer.publish_keys()
    assert issuer.document_url == "https://college.example.edu/.well-known/did.json"
    for form in FORMS:
        assert judge_alike(world, sign_as(issuer, form))
