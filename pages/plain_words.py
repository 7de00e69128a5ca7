"""Plain words for the kinds of achievement and of organization."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from pages.language import N_, translate
from schemas import OrganizationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

# OB 3.0 AchievementType, as far as the plain word differs from the split name.
TYPE_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "Achievement": N_("Achievement"),
        "ApprenticeshipCertificate": N_("Apprenticeship certificate"),
        "Assessment": N_("Passed assessment"),
        "Assignment": N_("Assignment"),
        "Award": N_("Award"),
        "Badge": N_("Badge"),
        "Certificate": N_("Certificate"),
        "CertificateOfCompletion": N_("Certificate of completion"),
        "Certification": N_("Certification"),
        "Competency": N_("Skill badge"),
        "Course": N_("Course"),
        "Diploma": N_("Diploma"),
        "JourneymanCertificate": N_("Journeyman certificate"),
        "LearningProgram": N_("Training program"),
        "License": N_("License"),
        "MasterCertificate": N_("Master certificate"),
        "Membership": N_("Membership"),
        "MicroCredential": N_("Short course badge"),
        "QualityAssuranceCredential": N_("Quality mark"),
    }
)

KIND_LABELS: Mapping[OrganizationKind, str] = MappingProxyType(
    {
        OrganizationKind.COLLEGE: N_("College"),
        OrganizationKind.OEM: N_("Equipment maker"),
        OrganizationKind.CERTIFICATION_BODY: N_("Certification body"),
        OrganizationKind.EMPLOYER: N_("Employer"),
        OrganizationKind.MEP_CENTER: N_("Manufacturing extension (MEP) center"),
        OrganizationKind.OTHER: N_("Organization"),
    }
)


def say_organization_kind(kind: OrganizationKind) -> str:
    """Return a plain word for what sort of organization somebody is."""
    return translate(KIND_LABELS[kind])


def say_achievement_type(achievement_type: str) -> str:
    """Return a plain word for an AchievementType; an extension is shown as its own words."""
    if achievement_type in TYPE_LABELS:
        return translate(TYPE_LABELS[achievement_type])
    bare = achievement_type.removeprefix("ext:")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).capitalize()
