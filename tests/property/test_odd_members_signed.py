"""A genuine signature over an odd value: there is a report, and never an exception, in every form of signing."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import Cryptosuite, UnsecuredDocument, add_data_integrity_proof
from schemas import BadgeError, encode_json
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_status_entry
from tests.doubles.tokens import forge_token
from verifier import CheckName, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

WORLD = IssuerSimulator()
ISSUER = WORLD.add_issuer(IssuerIdKind.DID_KEY)
ISSUER.publish_status_list()
# Every member that Open Badges requires of a badge, and those that decide a verdict.
PLACES = (
    "@context",
    "id",
    "type",
    "name",
    "issuer",
    "issuer/id",
    "issuer/type",
    "issuer/name",
    "validFrom",
    "validUntil",
    "awardedDate",
    "credentialStatus",
    "credentialSubject",
    "credentialSubject/id",
    "credentialSubject/type",
    "credentialSubject/identifier",
    "credentialSubject/result",
    "credentialSubject/achievement",
    "credentialSubject/achievement/id",
    "credentialSubject/achievement/type",
    "credentialSubject/achievement/name",
    "credentialSubject/achievement/description",
    "credentialSubject/achievement/criteria",
    "credentialSubject/achievement/criteria/narrative",
    "credentialSubject/achievement/alignment",
    "credentialSubject/achievement/resultDescription",
    "evidence",
    "endorsement",
    "endorsementJwt",
    "refreshService",
    "credentialSchema",
    "termsOfUse",
)
ODD: tuple[JsonValue, ...] = (
    None,
    True,
    0,
    -1.5,
    "",
    " ",
    "x",
    "\0",
    "9" * 400,
    [],
    [None],
    [[]],
    [{}],
    [""],
    {},
    {"": ""},
)
ODD += (
    {"id": None},
    {"id": {}},
    {"id": "urn:x:1"},
    {"type": {}},
    [{"id": 1}, {"id": 2}],
    {"@value": "x"},
    {"@value": "x", "@direction": {}},
    {"@value": "x", "@language": [], "@direction": ["ltr"]},
    {"@list": []},
)
WORDS = ("id", "type", "name", "@id", "@type", "@value", "@language", "@direction", "x")
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
)


def _change(place: str, value: JsonValue) -> JsonObject:
    badge: Any = copy.deepcopy(ISSUER.compose_badge(credentialStatus=compose_status_entry()))
    *parents, name = place.split("/")
    node = badge
    for parent in parents:
        node = node[parent]
    node[name] = value
    return badge  # type: ignore[no-any-return]  # the test changes parts of unknown shape


def _sign_all(document: JsonObject) -> list[bytes]:
    """Return every form that can be made at all; a suite may refuse to sign what cannot be signed without a loss."""
    claims: JsonObject = {**document, "iss": ISSUER.id}
    made = [
        forge_token({"alg": "EdDSA", "kid": ISSUER.method_id}, claims, signer=ISSUER.signer),
        forge_token({"alg": "EdDSA", "kid": ISSUER.method_id, "typ": "vc+jwt"}, document, signer=ISSUER.signer),
        forge_token({"alg": "EdDSA", "kid": ISSUER.method_id}, {"vc": document}, signer=ISSUER.signer),
    ]
    for suite in (Cryptosuite.EDDSA_RDFC_2022, Cryptosuite.EDDSA_JCS_2022):
        try:
            secured = add_data_integrity_proof(
                UnsecuredDocument(document=copy.deepcopy(document)),
                signer=ISSUER.signer,
                verification_method=ISSUER.method_id,
                created=WORLD.now,
                suite=suite,
            )
        except BadgeError:
            continue
        made.append(encode_json(secured.document))
    return made


def _insist(document: JsonObject) -> None:
    for data in _sign_all(document):
        report = WORLD.verify(data)
        json.dumps(report.to_json())
        assert len(report.checks) == len(CheckName)
        assert report.verdict is not Verdict.VERIFIED or report.credential is not None


@pytest.mark.parametrize("place", PLACES)
def test_odd_value(place: str) -> None:
    """Each member replaced by each of many odd values, and signed."""
    for value in ODD:
        _insist(_change(place, value))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value(place: str, value: JsonValue) -> None:
    """Each member replaced by anything, and signed."""
    _insist(_change(place, value))


def test_empty_achievement_is_refused() -> None:
    """An achievement without a member says nothing of what was achieved."""
    for data in _sign_all(_change("credentialSubject/achievement", {})):
        report = WORLD.verify(data)
        assert report.verdict is Verdict.REJECTED
        assert report.check(CheckName.DATA_MODEL).code in {"data_model.achievement_missing", "data_model.data_loss"}
