"""The schema check of the verifier."""

from __future__ import annotations

import pytest

from schemas import DataModelError, JsonObject
from tests.unit.schemas.documents import as_vc_1_1, badge, endorsement, replaced, value_at, without
from verifier.data_model_check import CredentialKind
from verifier.report import Outcome
from verifier.schema_check import check_schema


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (badge(), CredentialKind.BADGE),
        (as_vc_1_1(badge()), CredentialKind.BADGE),
        (endorsement(), CredentialKind.ENDORSEMENT),
        (as_vc_1_1(endorsement()), CredentialKind.ENDORSEMENT),
    ],
    ids=["badge", "VC 1.1 badge", "endorsement", "VC 1.1 endorsement"],
)
def test_good_document_passes_without_note(document: JsonObject, kind: CredentialKind) -> None:
    """Badges and endorsements on both data models fit."""
    check = check_schema(document, kind=kind)
    assert (check.outcome, check.code, check.notes) == (Outcome.PASSED, "schema.passed", ())


def test_compacted_badge_passes_with_a_note() -> None:
    """One evidence without its array is what compaction writes: the badge passes and the report says so."""
    document = replaced(badge(), "/evidence", value_at(badge(), "/evidence/0"))
    check = check_schema(document, kind=CredentialKind.BADGE)
    assert (check.outcome, check.notes) == (Outcome.PASSED, ("schema.compacted",))


def test_badge_with_a_hole_fails() -> None:
    """A missing description is told with its place and a sentence."""
    document = without(badge(), "/credentialSubject/achievement/description")
    with pytest.raises(DataModelError) as caught:
        check_schema(document, kind=CredentialKind.BADGE)
    assert (caught.value.code, caught.value.pointer) == ("schema.violation", "/credentialSubject/achievement")
    assert "“description” is missing." in str(caught.value.detail["violations"])


def test_schema_of_somebody_else_is_not_followed() -> None:
    """A second schema that the badge names is noted and not fetched."""
    foreign: JsonObject = {"id": "https://schema.invalid/own.json", "type": "1EdTechJsonSchemaValidator2019"}
    check = check_schema(replaced(badge(), "/credentialSchema/0", foreign), kind=CredentialKind.BADGE)
    assert check.notes == ("schema.other_schema_not_followed",)
