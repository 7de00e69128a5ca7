"""Suites that sign statements do not sign the order of arrays: whatever order verifies, the page says the same."""

from __future__ import annotations

import copy
from dataclasses import astuple
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import (
    Cryptosuite,
    Result,
    ResultDescription,
    RubricCriterionLevel,
    SecuringForm,
    UnsecuredDocument,
    add_data_integrity_proof,
)
from credentials.level_rank import rank_level
from pages import create_limiter, install_pages
from tests.doubles import sample_badges
from tests.doubles.issuer_simulator import IssuerSimulator, compose_achievement, compose_subject
from verifier import Verdict
from verifier.web.compose_view import MAX_SHOWN_ITEMS, compose_badge_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas import JsonObject, JsonValue
    from tests.doubles.issuer_simulator import SimulatedIssuer

Path = tuple[str | int, ...]
BASE = "urn:uuid:0f0f0f0f-0000-4000-8000-0000000009"


@lru_cache(maxsize=1)
def _world() -> tuple[IssuerSimulator, SimulatedIssuer]:
    world = IssuerSimulator()
    return world, world.add_issuer()


@lru_cache(maxsize=1)
def _app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.secret_key = "TEST ONLY"
    install_pages(app, base_url="http://localhost", limiter=create_limiter())
    return app


def _skill(name: str, description: str) -> JsonObject:
    url = "https://skills.example.org/one"
    return {"type": ["Alignment"], "targetName": name, "targetUrl": url, "targetDescription": description}


def _rubric(*levels: JsonValue) -> JsonObject:
    return {
        "id": BASE + "00",
        "type": ["ResultDescription"],
        "name": "Practical test",
        "resultType": "RubricCriterionLevel",
        "rubricCriterionLevel": list(levels),
    }


def _level(number: int, **members: JsonValue) -> JsonObject:
    return {"id": f"{BASE}0{number}", "type": ["RubricCriterionLevel"], "name": f"Stage {number}", **members}


def _result(number: int) -> JsonObject:
    return {"type": ["Result"], "resultDescription": BASE + "00", "achievedLevel": f"{BASE}0{number}"}


def _evidence(number: int) -> JsonObject:
    return {"id": f"https://college.example.edu/evidence/{number}", "type": ["Evidence"], "name": f"Report {number}"}


@lru_cache(maxsize=1)
def _signed() -> JsonObject:
    _, issuer = _world()
    issuer.publish_status_list()
    issuer.publish_status_list(url="https://college.example.edu/status/other", purpose="suspension")
    badge: Any = copy.deepcopy(sample_badges.rich_badge())
    subject = badge["credentialSubject"]
    achievement = subject["achievement"]
    badge |= {"validFrom": "2026-11-01T09:00:00Z", "credentialStatus": _status_entries()}
    badge["issuer"]["id"] = issuer.id
    badge["evidence"] = [_evidence(number) for number in range(MAX_SHOWN_ITEMS + 2)]
    achievement["tag"] = [f"tag {number}" for number in range(MAX_SHOWN_ITEMS + 2)]
    achievement["alignment"] += [_skill("Turning", "Turns."), _skill("Milling", "Mills.")]
    achievement["resultDescription"].append(_rubric(*(_level(number) for number in (1, 2, 3))))
    subject["result"].append(_result(1))
    subject["identifier"].append(
        {"type": "IdentityObject", "hashed": False, "identityHash": "S-12", "identityType": "identifier"}
    )
    return issuer.sign(badge)


def _status_entries() -> list[JsonValue]:
    return [
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": "94567",
            "statusListCredential": url,
        }
        for purpose, url in (
            ("revocation", "https://college.example.edu/status/1"),
            ("suspension", "https://college.example.edu/status/other"),
        )
    ]


def _arrays(value: JsonValue, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, list) and len(value) > 1:
        yield path
    if isinstance(value, (dict, list)):
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _arrays(entry, (*path, key))


def _at(document: JsonValue, path: Path) -> Any:  # noqa: ANN401 - a part of a document
    value: Any = document
    for token in path:
        value = value[token]
    return value


ARRAYS = [path for path in _arrays(_signed()) if path[0] != "proof"]


def _unordered(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return sorted((_unordered(entry) for entry in value), key=repr)
    return value


def _view(document: JsonObject) -> tuple[Verdict, object]:
    """Return the verdict and all that the page says, with its lists in no order."""
    world, _ = _world()
    report = world.verify(document)
    with _app().test_request_context():
        view = compose_badge_view(report, image_url="")
    assert view.credential is None or all(
        result.level_number <= result.level_count for result in view.credential.results
    )
    return report.verdict, _unordered(astuple(view))


def test_the_badge_verifies() -> None:
    """What is reordered below is in force, and most of its arrays hold more than one entry."""
    assert _view(_signed())[0] is Verdict.VERIFIED
    assert len(ARRAYS) > 12


@pytest.mark.parametrize("path", ARRAYS, ids=lambda path: "/".join(map(str, path)))
def test_a_reversed_array(path: Path) -> None:
    """Each array reversed by itself is refused, or the page says the same."""
    document = copy.deepcopy(_signed())
    _at(document, path).reverse()
    verdict, view = _view(document)
    assert verdict is not Verdict.VERIFIED or view == _view(_signed())[1]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_order(data: st.DataObject) -> None:
    """All arrays that may be reordered at once, in any order."""
    document = copy.deepcopy(_signed())
    for path in ARRAYS:
        if path not in {("@context",), ("type",)} and path[-1] != "allowedValue":
            array = _at(document, path)
            array[:] = data.draw(st.permutations(array))
    assert _view(document) == _view(_signed())


def _badge_with_rubric(*levels: JsonValue, reached: int) -> JsonObject:
    _, issuer = _world()
    achievement = compose_achievement(resultDescription=[_rubric(*levels)])
    return issuer.compose_badge(credentialSubject=compose_subject(achievement=achievement, result=[_result(reached)]))


def _meter(data: object) -> tuple[int, int]:
    world, _ = _world()
    report = world.verify(cast("JsonObject", data))
    assert report.verdict is Verdict.VERIFIED
    with _app().test_request_context():
        view = compose_badge_view(report, image_url="")
    assert view.credential is not None
    (result,) = view.credential.results
    return result.level_number, result.level_count


PLAIN = [_level(number) for number in (1, 2, 3)]


@pytest.mark.parametrize("levels", [PLAIN, PLAIN[::-1]])
def test_no_number_where_no_order_is_signed(levels: list[JsonObject]) -> None:
    """Statements without numbers say which level, not which step: nothing is counted."""
    assert _meter(_world()[1].sign(_badge_with_rubric(*levels, reached=1))) == (0, 0)


@pytest.mark.parametrize("member", ["points", "level"])
@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_numbers_of_the_issuer_decide(member: str, order: tuple[int, ...]) -> None:
    """Distinct numbers in `points` or `level` are signed, so they rank the levels in any order."""
    values = {1: "9.5", 2: "10", 3: "100"}
    levels = [_level(number, **{member: values[number]}) for number in order]
    assert _meter(_world()[1].sign(_badge_with_rubric(*levels, reached=2))) == (2, 3)


@pytest.mark.parametrize("points", [("1", "1", "2"), ("1", "2", "A"), ("1", "2", "\uff13")])
def test_numbers_that_do_not_rank(points: tuple[str, ...]) -> None:
    """Equal numbers, words, or digits that are not ASCII rank nothing."""
    levels = [_level(number, points=value) for number, value in enumerate(points, start=1)]
    assert _meter(_world()[1].sign(_badge_with_rubric(*levels, reached=1))) == (0, 0)


def test_order_of_a_token_is_signed() -> None:
    """A token signs its bytes: the order in which the issuer wrote the levels counts."""
    _, issuer = _world()
    document = _badge_with_rubric(*PLAIN, reached=3)
    subject = cast("JsonObject", document["credentialSubject"])
    assert _meter(issuer.issue_jwt(credentialSubject=subject)) == (3, 3)


def test_order_under_a_suite_of_bytes_is_signed() -> None:
    """JCS keeps arrays as they stand."""
    _, issuer = _world()
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=_badge_with_rubric(*PLAIN, reached=3)),
        signer=issuer.signer,
        verification_method=issuer.method_id,
        created=_world()[0].now,
        suite=Cryptosuite.EDDSA_JCS_2022,
    )
    assert _meter(secured.document) == (3, 3)


@pytest.mark.parametrize(
    ("form", "cryptosuite"),
    [(SecuringForm.SD_JWT, "EdDSA"), (SecuringForm.DATA_INTEGRITY, "ecdsa-sd-2023")],
)
def test_no_number_where_the_holder_chose_the_parts(form: SecuringForm, cryptosuite: str) -> None:
    """A holder who may leave out the highest level must not become the best of those that are left."""
    levels = tuple(RubricCriterionLevel(id=f"urn:{number}", name="x", points=str(number)) for number in (1, 2))
    described = ResultDescription(id="urn:x", name="x", result_type="RubricCriterionLevel", levels=levels)
    result = Result(description=described, level=levels[1])
    assert rank_level(result, form=SecuringForm.DATA_INTEGRITY, cryptosuite="eddsa-rdfc-2022") is not None
    assert rank_level(result, form=form, cryptosuite=cryptosuite) is None
