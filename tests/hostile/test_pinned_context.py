"""Word lists that an attacker would like to see pinned, and data folders in which somebody wrote (T-02 to T-05)."""

from __future__ import annotations

import functools
import hashlib
import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from credentials import check_pinnable_context, sign_vc_jwt
from credentials.pinnable_context import (
    MAX_PINNED_CONTEXT_BYTES,
    MAX_PINNED_CONTEXT_DEPTH,
    MAX_PINNED_SCOPES,
    MAX_PINNED_URL_CHARS,
    MAX_PINNED_WORDS,
)
from schemas import (
    CONTEXT_URLS,
    OB_3_0_3_CONTEXT,
    VC_V2_CONTEXT,
    ConfigurationError,
    JsonObject,
    JsonValue,
    PinnedContext,
    PinnedContexts,
    UnknownContextError,
    encode_json,
    load_context,
    use_contexts,
)
from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
URL = "https://tools.example.org/contexts/gauge/v1"
W = "https://tools.example.org/words#"
VC = "https://www.w3.org/2018/credentials#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PLAIN: JsonObject = {"gauge": f"{W}gauge"}


def encode(context: JsonValue) -> bytes:
    """Return the context as a file."""
    return json.dumps({"@context": context}).encode("utf-8")


def pin_of(context: JsonValue, url: str = URL) -> PinnedContext:
    """Return a pin that nobody looked at, as an attacker with the data folder would make it."""
    data = encode(context)
    return PinnedContext(url=url, sha256=hashlib.sha256(data).hexdigest(), data=data)


def code_of(act: Callable[[], object]) -> str:
    """Return the code of the refusal."""
    with pytest.raises(ConfigurationError) as caught:
        act()
    return caught.value.code


def scoped(context: JsonValue) -> JsonObject:
    """Return a type with a context of its own."""
    return {"Gauge": {"@id": f"{W}Gauge", "@context": context}}


@pytest.mark.parametrize(
    "context",
    [
        PLAIN,
        {"@version": 1.1, "@protected": True, "id": "@id", "type": "@type"} | PLAIN,
        {"tools": W, "gauge": {"@id": "tools:gauge", "@type": "xsd:float"}, "xsd": XSD},
        {"gauges": {"@id": f"{W}gauges", "@container": "@list", "@type": "@id"}},
        scoped({"range": f"{W}range"}),
        {"name": "https://schema.org/name"} | PLAIN,
    ],
    ids=repr,
)
def test_words_that_are_only_added_can_be_pinned(context: JsonValue) -> None:
    """The base of these cases: plain additions, and words of the standards with their own meaning."""
    assert check_pinnable_context(URL, encode(context)).sha256 == hashlib.sha256(encode(context)).hexdigest()


@pytest.mark.parametrize("word", ["issuer", "validUntil", "validFrom", "credentialStatus", "name", "proof", "evidence"])
@pytest.mark.parametrize("inside", [lambda context: context, scoped], ids=["root", "scope"])
def test_a_word_of_the_standards_keeps_its_meaning(word: str, inside: Callable[[JsonObject], JsonObject]) -> None:
    """Nor can it be made to mean nothing; at the root as in the context of a type."""
    assert code_of(lambda: check_pinnable_context(URL, encode(inside({word: f"{W}x"})))) == "context.protected_term"
    nothing = code_of(lambda: check_pinnable_context(URL, encode(inside({word: None}))))
    assert nothing == "context.unsupported"


@pytest.mark.parametrize(
    "word", ["Achievement", "VerifiableCredential", "OpenBadgeCredential", "BitstringStatusListEntry"]
)
def test_a_type_of_the_standards_keeps_its_meaning(word: str) -> None:
    """Nor can a type be given another context."""
    other: JsonObject = {"@id": f"{W}x", "@context": {"id": "@id"}}
    assert code_of(lambda: check_pinnable_context(URL, encode({word: other}))) == "context.protected_term"


@pytest.mark.parametrize(
    "context",
    [
        {"zEnds": {"@id": f"{VC}validUntil", "@type": f"{XSD}dateTime"}},
        {"vc": VC, "zEnds": {"@id": "vc:validUntil", "@type": f"{XSD}dateTime"}},
        scoped({"zState": {"@id": f"{VC}credentialStatus", "@type": "@id"}}),
        {"ZBadge": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement"},
        {"zzName": "https://schema.org/name"},
        {"kind": f"{RDF}type"},
        {"next": f"{RDF}rest"},
        {"kind": "@type"},
        {"me": "@id"},
        {"hidden": "@graph"},
        {"hidden": "@included"},
    ],
    ids=repr,
)
def test_what_the_standards_name_gets_no_second_name(context: JsonValue) -> None:
    """With a second name the end of a badge could be written so that its signature fits and nobody finds the date."""
    assert code_of(lambda: check_pinnable_context(URL, encode(context))) == "context.second_name"


def test_why_a_second_name_matters() -> None:
    """With such a word list a badge past its end would keep its signature and lose its end; none is ever used."""
    context: JsonObject = {"zEnds": {"@id": f"{VC}validUntil", "@type": f"{XSD}dateTime"}}
    issuer = IssuerSimulator().add_issuer()
    expired = issuer.sign(issuer.compose_badge(validUntil="2026-11-10T09:00:00Z"))
    assert issuer.world.verify(expired).check(CheckName.VALIDITY_PERIOD).code == "validity.expired"
    respelled = {("zEnds" if name == "validUntil" else name): value for name, value in expired.items()}
    respelled["@context"] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, URL]
    with pytest.raises(ConfigurationError):
        check_pinnable_context(URL, encode(context))
    assert issuer.world.verify(respelled).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "context",
    [
        "https://tools.example.org/contexts/other/v1",
        ["https://tools.example.org/contexts/other/v1", PLAIN],
        [PLAIN, VC_V2_CONTEXT],
        {"@import": "https://tools.example.org/contexts/other/v1"} | PLAIN,
        {"@import": VC_V2_CONTEXT} | PLAIN,
        scoped("https://tools.example.org/contexts/other/v1"),
        scoped([VC_V2_CONTEXT]),
        scoped({"@import": VC_V2_CONTEXT}),
    ],
    ids=repr,
)
def test_nothing_remote(context: JsonValue) -> None:
    """A context that leans on another is refused, known or not: all of its words stand in the one file."""
    assert code_of(lambda: check_pinnable_context(URL, encode(context))) == "context.remote"


@pytest.mark.parametrize(
    "context",
    [
        {"@vocab": W},
        {"@vocab": f"{VC}valid"},
        {"@base": W} | PLAIN,
        {"@language": "en"} | PLAIN,
        {"@propagate": False} | PLAIN,
        scoped(None),
        scoped({"@vocab": W}),
        {"gauge": {"@reverse": f"{W}gauge"}},
        {"gauge": {"@id": f"{W}gauge", "@container": "@graph"}},
        {"gauge": {"@id": f"{W}gauge", "@container": ["@set", "@index"]}},
        {"gauge": {"@id": f"{W}gauge", "@nest": "nested"}},
        {"gauge": {"@id": f"{W}gauge", "@type": "@none"}},
        {"gauge": {"@id": f"{W}gauge", "@type": "unknown:float"}},
        {"gauge": {"@id": None}},
        {"gauge": ["@id"]},
        {"gauge": "gauge"},
        {"gauge": "other", "other": "gauge"},
        {"gauge": "validUntil2"},
        {"gauge": "sec:validUntil"},
        {"gauge": "xsd:dateTime"},
        {"urn": VC, "gauge": "urn:validUntil"},
        {"HTTPS": f"{W}/"},
        {"a:b": f"{W}b"},
        {"": f"{W}b"},
        {"gauge": f"{W}gauge range"},
        {"gauge": "javascript:alert(1)"},
    ],
    ids=repr,
)
def test_only_plain_definitions(context: JsonValue) -> None:
    """What gives meaning by the way, by position, by prefix of others or to every word is refused."""
    refused = code_of(lambda: check_pinnable_context(URL, encode(context)))
    assert refused in {"context.unsupported", "context.second_name"}


def test_a_word_that_leans_on_another_pinned_context_is_refused() -> None:
    """Each pinned context stands alone, so a second one cannot change what the first was looked at for."""
    other = pin_of({"ext": VC}, url="https://tools.example.org/contexts/other")
    with use_contexts(PinnedContexts([other])):
        code = code_of(lambda: check_pinnable_context(URL, encode({"zEnds": "ext:validUntil"})))
    assert code == "context.unsupported"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"@context": {"a": "urn:a", "a": "urn:b"}}',
        b'\xef\xbb\xbf{"@context": {}}',
        b'{"@context": 7}',
        b'{"@context": null}',
        b'{"@context": []}',
        b"<html>",
    ],
    ids=repr,
)
def test_a_file_of_another_kind_is_refused(data: bytes) -> None:
    """Read as strictly as a badge: no name twice, no byte order mark, an object."""
    assert code_of(lambda: check_pinnable_context(URL, data)) == "context.file_malformed"


def test_limits() -> None:
    """Bytes, depth, contexts inside contexts and words are all bounded."""
    many: JsonObject = {f"w{number}": f"{W}{number}" for number in range(MAX_PINNED_WORDS + 1)}
    inner: JsonValue = PLAIN
    for _ in range(MAX_PINNED_SCOPES + 1):
        inner = scoped(inner)
    deep = b'{"@context":' * (MAX_PINNED_CONTEXT_DEPTH + 1) + b"{}" + b"}" * (MAX_PINNED_CONTEXT_DEPTH + 1)
    for data in (encode(many), encode(inner), deep, encode(PLAIN) + b" " * MAX_PINNED_CONTEXT_BYTES):
        assert code_of(functools.partial(check_pinnable_context, URL, data)) == "context.too_large"


@pytest.mark.parametrize("url", sorted(CONTEXT_URLS))
def test_a_context_of_the_program_is_never_replaced(url: str) -> None:
    """Not by pinning, and not by a pin that somebody wrote into the data folder."""
    assert code_of(lambda: check_pinnable_context(url, encode(PLAIN))) == "context.already_built_in"
    before = load_context(url)
    with use_contexts(PinnedContexts([pin_of(PLAIN, url=url)])):
        assert load_context(url) == before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "context",
        "file:///etc/passwd",
        "urn:example:context",
        "javascript:x",
        "https://a b",
        "https://x\n",
        '{"a":1}',
        "https://e\u0445ample.org/",
        "https://x.example/" + "a" * MAX_PINNED_URL_CHARS,
    ],
    ids=repr,
)
def test_addresses_that_are_none(url: str) -> None:
    """Only an http or https address of plain characters."""
    assert code_of(lambda: check_pinnable_context(url, encode(PLAIN))) == "context.url_malformed"


def test_a_caller_that_changes_its_copy_changes_nobody_elses() -> None:
    """T-04: each load is a fresh copy."""
    with use_contexts(PinnedContexts([pin_of(PLAIN)])):
        first = load_context(URL)
        words = first["@context"]
        assert isinstance(words, dict)
        words["gauge"] = f"{VC}validUntil"
        assert load_context(URL) == {"@context": PLAIN}


def test_bytes_that_do_not_fit_the_hash_are_never_used() -> None:
    """Compared again at each load."""
    pinned = PinnedContexts([PinnedContext(url=URL, sha256="0" * 64, data=encode(PLAIN))])
    with use_contexts(pinned), pytest.raises(UnknownContextError) as caught:
        load_context(URL)
    assert caught.value.code == "data_model.context_pin_unusable"


def test_pins_of_one_verification_are_unknown_to_the_next_and_to_other_threads() -> None:
    """Nothing stays behind, and nothing leaks into what runs at the same time."""
    seen: list[bool] = []
    with use_contexts(PinnedContexts([pin_of(PLAIN)])):
        thread = threading.Thread(target=lambda: seen.append(_is_loaded()))
        thread.start()
        thread.join()
        assert _is_loaded()
    assert seen == [False]
    assert not _is_loaded()


def _is_loaded() -> bool:
    try:
        return bool(load_context(URL))
    except UnknownContextError:
        return False


def test_two_installations_with_two_files_under_one_address() -> None:
    """What is compiled is kept by content: neither reads the badge with the other's words."""
    issuer = IssuerSimulator().add_issuer()
    badge = issuer.compose_badge(gauge="A") | {"@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, URL]}
    one, other = PinnedContexts([pin_of(PLAIN)]), PinnedContexts([pin_of({"gauge": f"{W}another"})])
    with use_contexts(one):
        signed = encode_json(issuer.sign(badge))
    assert issuer.world.verify(signed, contexts=one).verdict is Verdict.VERIFIED
    with_other = issuer.world.verify(signed, contexts=other)
    assert with_other.check(CheckName.PROOF).code == "proof.signature_mismatch"
    assert issuer.world.verify(signed).check(CheckName.DATA_MODEL).code == "data_model.context_unknown"
    assert issuer.world.verify(signed, contexts=one).verdict is Verdict.VERIFIED


def test_a_status_list_and_an_endorsement_use_the_same_pins() -> None:
    """What is read on behalf of a badge is read with the same words, and only there."""
    issuer = IssuerSimulator().add_issuer()
    pins = PinnedContexts([pin_of(PLAIN)])
    badge = issuer.compose_badge()
    endorsement: JsonObject = {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, URL],
        "id": "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a99",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": "Example"},
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {"id": badge["id"], "type": ["EndorsementSubject"], "gauge": "A"},
    }
    with use_contexts(pins):
        token = sign_vc_jwt(endorsement, signer=issuer.signer, verification_method=issuer.method_id)
    signed = issuer.issue(endorsementJwt=[token])
    assert issuer.world.verify(signed, contexts=pins).check(CheckName.ENDORSEMENTS).outcome is Outcome.PASSED
    assert issuer.world.verify(signed).check(CheckName.ENDORSEMENTS).outcome is Outcome.INDETERMINATE
