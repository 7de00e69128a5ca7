"""EndorsementCredential and Profile on their own (OB 3.0 App. B)."""

from __future__ import annotations

import pytest

from schemas import SchemaName, validate
from tests.unit.schemas.documents import as_vc_1_1, badge, endorsement, profile, replaced, without


def test_endorsement_with_every_property_fits() -> None:
    """An endorsement that uses every property has no violation."""
    assert validate(endorsement(), SchemaName.ENDORSEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize("member", ["@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"])
def test_endorsement_misses_a_required_member(member: str) -> None:
    """Each required member of an endorsement is missed."""
    (violation,) = validate(without(endorsement(), f"/{member}"), SchemaName.ENDORSEMENT_CREDENTIAL)
    assert violation.sentence == f"“{member}” is missing."


@pytest.mark.parametrize("member", ["id", "type"])
def test_endorsement_subject_misses_a_required_member(member: str) -> None:
    """The endorsed thing needs its id and its type."""
    document = without(endorsement(), f"/credentialSubject/{member}")
    (violation,) = validate(document, SchemaName.ENDORSEMENT_CREDENTIAL)
    assert (violation.pointer, violation.keyword) == ("/credentialSubject", "required")


def test_endorsement_subject_is_open() -> None:
    """EndorsementSubject, closed in older schemas, takes further members."""
    document = replaced(endorsement(), "/credentialSubject/ownMember", 1)
    assert validate(document, SchemaName.ENDORSEMENT_CREDENTIAL) == ()


def test_badge_is_no_endorsement() -> None:
    """A badge does not pass for an endorsement."""
    keywords = {violation.keyword for violation in validate(badge(), SchemaName.ENDORSEMENT_CREDENTIAL)}
    assert "contains" in keywords


def test_vc_1_1_endorsement_fits_any() -> None:
    """The “any” schema takes endorsements on both data models."""
    assert validate(as_vc_1_1(endorsement()), SchemaName.ANY_ENDORSEMENT_CREDENTIAL) == ()
    assert validate(endorsement(), SchemaName.ANY_ENDORSEMENT_CREDENTIAL) == ()


def test_profile_with_every_property_fits() -> None:
    """A profile that uses every property has no violation."""
    assert validate(profile(), SchemaName.PROFILE) == ()


def test_profile_in_compacted_form_fits_only_there() -> None:
    """A profile with a single other identifier outside an array is refused by the array form."""
    document = replaced(
        profile(), "/otherIdentifier", {"type": "IdentifierEntry", "identifier": "1", "identifierType": "name"}
    )
    assert len(validate(document, SchemaName.PROFILE)) == 1
    assert validate(document, SchemaName.PROFILE_COMPACTED) == ()
