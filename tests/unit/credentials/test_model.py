"""The typed view: reads what stands there, invents nothing, touches nothing."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from credentials import (
    OpenBadgeCredential,
    SecuringForm,
    SkillSource,
    VerifiedDocument,
)
from schemas import DataModelError, JsonObject, JsonValue
from tests.doubles import sample_badges

Document = dict[str, Any]


def _rich() -> Document:
    return cast("Document", sample_badges.rich_badge())


def _view(document: JsonObject) -> OpenBadgeCredential:
    return OpenBadgeCredential.from_verified(
        VerifiedDocument(
            form=SecuringForm.DATA_INTEGRITY,
            original=b"",
            document=document,
            verification_method="did:example:issuer#key",
            created=sample_badges.CREATED,
            cryptosuite="eddsa-rdfc-2022",
        )
    )


def test_who_what_and_when() -> None:
    """Names, ids and dates of a rich badge are read."""
    view = _view(_rich())
    assert view.name == "CMM Operator"
    assert view.achievement.name == 'CMM Operator "Level 1"'
    assert view.achievement_type == "Certificate"
    assert view.valid_from == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert view.valid_until == datetime(2028, 11, 22, 9, tzinfo=UTC)
    assert view.awarded_date == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert view.tags == ("cmm", "gd&t", "quality")


def test_the_issuer() -> None:
    """The issuer profile is read with its image and the organisation above it."""
    issuer = _view(_rich()).issuer
    assert (issuer.name, issuer.url, issuer.phone) == ("Example College", "https://college.example.edu/", "+1 555 0100")
    assert issuer.image is not None
    assert issuer.image.caption == "Logo"
    assert issuer.parent_organization is not None
    assert issuer.parent_organization.name == "Example State"
    assert issuer.parent_organization.parent_organization is None


def test_an_issuer_that_is_only_an_address() -> None:
    """A string issuer has an id and nothing else."""
    document = _rich()
    document["issuer"] = "did:example:issuer"
    issuer = _view(document).issuer
    assert (issuer.id, issuer.name, issuer.document) == ("did:example:issuer", "", {})


def test_the_plain_name_of_the_worker() -> None:
    """The name is the plain identifier of type `name`; hashed ones are never shown as a name."""
    subject = _view(_rich()).subject
    assert subject.name == "Pat Example"
    assert [entry.hashed for entry in subject.identifiers] == [False, True]
    assert subject.identifiers[1].salt == "Kosher"
    assert (subject.role, subject.term, subject.license_number) == ("Apprentice", "Fall 2026", "L-77")
    assert subject.source is not None


@pytest.mark.parametrize("hashed", [True, "false", None, 0, "no"])
def test_no_name_from_a_hashed_or_odd_identifier(hashed: JsonValue) -> None:
    """Only `"hashed": false` makes a value a name."""
    document = _rich()
    document["credentialSubject"]["identifier"][0]["hashed"] = hashed
    assert _view(document).subject.name == ""


def test_two_plain_names_are_no_name() -> None:
    """Where two names stand, none is chosen."""
    document = _rich()
    identifiers = document["credentialSubject"]["identifier"]
    identifiers.append({**identifiers[0], "identityHash": "Somebody Else"})
    assert _view(document).subject.name == ""


def test_results_are_resolved() -> None:
    """Each result finds its description and the name of its level."""
    first, second = _view(_rich()).results
    assert (first.name, first.value) == ("Test part 1", "Very good")
    assert first.level is not None
    assert (first.level.name, first.level.points) == ("Very good", "8")
    assert second.level is not None
    assert (second.level.description, second.status) == ("Works alone.", "Completed")
    assert first.description is not None
    assert first.description.allowed_values == ("Not yet", "Good", "Very good")
    assert first.description.required_level is not None
    assert first.description.required_level.name == "Good"


def test_a_result_of_something_not_described() -> None:
    """A result whose description or level is not in the badge keeps the id and gets no name."""
    document = _rich()
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "resultDescription": "urn:x", "achievedLevel": "urn:y"}
    ]
    (result,) = _view(document).results
    assert (result.description, result.level, result.name) == (None, None, "")
    assert (result.description_id, result.achieved_level_id) == ("urn:x", "urn:y")


def test_skills_from_all_four_places() -> None:
    """Alignments of achievement, result, result description and the level reached are found; other levels are not."""
    skills = {skill.code: skill.source for skill in _view(_rich()).skills}
    assert skills == {
        "A1": SkillSource.ACHIEVEMENT,
        "A2": SkillSource.ACHIEVEMENT,
        "R1": SkillSource.RESULT,
        "RD1": SkillSource.RESULT_DESCRIPTION,
        "RD2": SkillSource.RESULT_DESCRIPTION,
        "L2": SkillSource.RUBRIC_LEVEL,
    }


def test_a_skill_named_twice_stands_once() -> None:
    """The same skill in two places is one skill."""
    document = _rich()
    achievement = document["credentialSubject"]["achievement"]
    document["credentialSubject"]["result"][1]["alignment"] = [copy.deepcopy(achievement["alignment"][0])]
    assert [skill.code for skill in _view(document).skills].count("A1") == 1


def test_criteria_image_and_evidence() -> None:
    """Criteria have an address and a text; image and evidence are read."""
    view = _view(_rich())
    assert view.achievement.criteria.url == "https://college.example.edu/criteria/cmm"
    assert view.achievement.criteria.narrative == "Measured *three* parts."
    assert view.achievement.image is not None
    assert view.achievement.image.id == "https://college.example.edu/cmm.png"
    assert view.image is not None
    assert [(entry.name, entry.genre) for entry in view.evidence] == [("Report", "Document")]


@pytest.mark.parametrize(
    ("earned", "available", "expected"), [(36, 37.5, 36), (None, 37.5, 37.5), (0, 5, 0), (None, None, None)]
)
def test_hours(earned: float | None, available: float | None, expected: float | None) -> None:
    """Hours earned come before hours available; neither is made up."""
    document = _rich()
    subject = document["credentialSubject"]
    for node, member, value in (
        (subject, "creditsEarned", earned),
        (subject["achievement"], "creditsAvailable", available),
    ):
        node.pop(member)
        if value is not None:
            node[member] = value
    assert _view(document).credits == expected


@pytest.mark.parametrize("single", [True, False])
def test_one_value_or_an_array(single: bool) -> None:  # noqa: FBT001 - pytest passes it
    """A status, schema or type reads the same with and without its array."""
    document = _rich()
    if single:
        for member in ("credentialStatus", "credentialSchema", "evidence"):
            document[member] = document[member][0]
        document["image"] = "https://college.example.edu/badge.png"
    view = _view(document)
    assert [entry["statusListIndex"] for entry in view.status_entries] == ["94567"]
    assert len(view.schemas) == len(view.evidence) == 1
    assert view.image is not None
    assert view.image.id == "https://college.example.edu/badge.png"


def test_version_1_dates() -> None:
    """VC 1.1 writes issuanceDate and expirationDate."""
    view = _view(sample_badges.version_1_badge())
    assert view.valid_from == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert view.valid_until == datetime(2028, 11, 22, 9, tzinfo=UTC)


def test_version_1_dates_mean_nothing_in_version_2() -> None:
    """ExpirationDate beside the VC 2.0 context is not a date of the badge."""
    document = _rich()
    del document["validUntil"]
    document["expirationDate"] = "2020-01-01T00:00:00Z"
    assert _view(document).valid_until is None


def test_endorsements_are_collected_raw() -> None:
    """Endorsements of badge, achievement and profiles are found; none is judged here."""
    document = cast("Document", sample_badges.endorsed_badge())
    document["issuer"]["endorsement"] = [{"id": "urn:e:3"}]
    document["credentialSubject"]["achievement"]["endorsementJwt"] = ["a.b.c"]
    view = _view(document)
    assert len(view.endorsements) == 3
    assert view.endorsement_jwts == ("a.b.c",)


def test_unknown_members_stay_and_nothing_is_touched() -> None:
    """The document behind the view is the document that was verified, whole and unchanged."""
    document = _rich()
    document["somethingNew"] = {"a": [1, 2]}
    before = copy.deepcopy(document)
    view = _view(document)
    assert view.document == before
    assert view.to_json() == before


def test_how_it_was_signed() -> None:
    """Form, method, time and suite are passed on."""
    view = _view(_rich())
    assert (view.form, view.cryptosuite) == (SecuringForm.DATA_INTEGRITY, "eddsa-rdfc-2022")
    assert (view.verification_method, view.created) == ("did:example:issuer#key", sample_badges.CREATED)


def test_another_credential_is_no_badge() -> None:
    """A credential of another type has no badge view."""
    document = _rich()
    document["type"] = ["VerifiableCredential", "EndorsementCredential"]
    with pytest.raises(DataModelError) as caught:
        _view(document)
    assert caught.value.code == "data_model.type_missing"


@pytest.mark.parametrize("subject", [None, [], "did:example:worker", {"id": "did:example:worker"}, [{}, {}], 5])
def test_a_badge_is_about_one_person_and_one_achievement(subject: JsonValue) -> None:
    """No subject, two subjects or no achievement is refused."""
    document = _rich()
    document["credentialSubject"] = subject
    with pytest.raises(DataModelError) as caught:
        _view(document)
    assert caught.value.code == "data_model.subject_count"


@pytest.mark.parametrize("member", ["validFrom", "validUntil", "awardedDate"])
@pytest.mark.parametrize("value", ["2026-02-30T00:00:00Z", "tomorrow", 5, None, ["2026-01-01T00:00:00Z"]])
def test_a_date_that_cannot_be_read(member: str, value: JsonValue) -> None:
    """A date that is there and cannot be read is refused, never taken for absent."""
    document = _rich()
    document[member] = value
    with pytest.raises(DataModelError) as caught:
        _view(document)
    assert (caught.value.code, caught.value.pointer) == ("data_model.date_invalid", f"/{member}")


ODD: list[JsonValue] = [None, 5, True, [], {}, ["a", "b"], [["x"]], {"@value": "x"}]


@pytest.mark.parametrize("value", ODD, ids=str)
def test_odd_values_read_as_absent(value: JsonValue) -> None:
    """A value of an unexpected kind shows as nothing, never as a guess."""
    document = _rich()
    document["name"] = value
    document["issuer"]["url"] = value
    document["credentialSubject"]["achievement"]["achievementType"] = value
    view = _view(document)
    assert (view.name, view.issuer.url, view.achievement_type) == ("", "", "")
