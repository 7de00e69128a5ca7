"""What sort of organisation issues or is trusted, in the words of the people who hire."""

from __future__ import annotations

import enum


class OrganizationKind(enum.Enum):
    """Kinds that a hiring manager tells apart; the value is what files and databases hold."""

    COLLEGE = "college"
    OEM = "oem"
    CERTIFICATION_BODY = "certification_body"
    EMPLOYER = "employer"
    MEP_CENTER = "mep_center"
    OTHER = "other"
