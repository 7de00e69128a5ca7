"""The words of the standards: addresses, types and enumerations (OB 3.0 App. B, VCDM 2.0)."""

from __future__ import annotations

from typing import Final

VC_V2_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
VC_V1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"
OB_3_0_3_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_3_0_2_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
OB_3_0_1_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
OB_UNVERSIONED_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
OB_EXTENSIONS_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DATA_INTEGRITY_V1_CONTEXT: Final = "https://w3id.org/security/data-integrity/v1"
DATA_INTEGRITY_V2_CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"
ED25519_2020_CONTEXT: Final = "https://w3id.org/security/suites/ed25519-2020/v1"
MULTIKEY_CONTEXT: Final = "https://w3id.org/security/multikey/v1"
JWK_CONTEXT: Final = "https://w3id.org/security/jwk/v1"
JWS_2020_CONTEXT: Final = "https://w3id.org/security/suites/jws-2020/v1"
OB_ACCREDITATION_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob-accred/v2p0/context"
OB_ASSESSMENT_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob-assessment/v2p0/context"
STATUS_LIST_2021_CONTEXT: Final = "https://w3id.org/vc/status-list/2021/v1"
CLR_2_0_1_CONTEXT: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DID_V1_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
CID_V1_CONTEXT: Final = "https://www.w3.org/ns/cid/v1"

# CLR 2.0 schema, `@context` item 2 and `type`.
CLR_CONTEXT_PATTERN: Final = r"^https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.\d\.\d)*\.json$"
CLR_CREDENTIAL: Final = "ClrCredential"
# OB 3.0 schema, `@context` item 2; the validator accepts every published edition.
OB_CONTEXT_PATTERN: Final = r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json$"

OB_SCHEMA_URL: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
OB_SCHEMA_TYPE: Final = "1EdTechJsonSchemaValidator2019"

VERIFIABLE_CREDENTIAL: Final = "VerifiableCredential"
ACHIEVEMENT_CREDENTIAL: Final = "AchievementCredential"
OPEN_BADGE_CREDENTIAL: Final = "OpenBadgeCredential"
ENDORSEMENT_CREDENTIAL: Final = "EndorsementCredential"

BITSTRING_STATUS_LIST_CREDENTIAL: Final = "BitstringStatusListCredential"
BITSTRING_STATUS_LIST: Final = "BitstringStatusList"
BITSTRING_STATUS_LIST_ENTRY: Final = "BitstringStatusListEntry"
STATUS_PURPOSES: Final = frozenset({"revocation", "suspension", "refresh", "message"})

REVOCATION_LIST_TYPE: Final = "1EdTechRevocationList"
CREDENTIAL_REFRESH_TYPE: Final = "1EdTechCredentialRefresh"

# A term of your own starts with this (OB 3.0 "Extending enumerated vocabularies").
EXTENSION_PREFIX: Final = "ext:"

ACHIEVEMENT_TYPES: Final = frozenset(
    {
        "Achievement",
        "ApprenticeshipCertificate",
        "Assessment",
        "Assignment",
        "AssociateDegree",
        "Award",
        "BachelorDegree",
        "Badge",
        "Certificate",
        "CertificateOfCompletion",
        "Certification",
        "CoCurricular",
        "CommunityService",
        "Competency",
        "Course",
        "Degree",
        "Diploma",
        "DoctoralDegree",
        "Fieldwork",
        "GeneralEducationDevelopment",
        "JourneymanCertificate",
        "LearningProgram",
        "License",
        "MasterCertificate",
        "MasterDegree",
        "Membership",
        "MicroCredential",
        "ProfessionalDoctorate",
        "QualityAssuranceCredential",
        "ResearchDoctorate",
        "SecondarySchoolDiploma",
    }
)
ALIGNMENT_TARGET_TYPES: Final = frozenset(
    {
        "CFItem",
        "CFRubric",
        "CFRubricCriterion",
        "CFRubricCriterionLevel",
        "CTDL",
        "ceasn:Competency",
        "ceterms:Credential",
    }
)
IDENTIFIER_TYPES: Final = frozenset(
    {
        "accountId",
        "emailAddress",
        "identifier",
        "isbn",
        "issn",
        "lisSourcedId",
        "ltiContextId",
        "ltiDeploymentId",
        "ltiPlatformId",
        "ltiToolId",
        "ltiUserId",
        "name",
        "nationalIdentityNumber",
        "oneRosterSourcedId",
        "productId",
        "sisSourcedId",
        "sourcedId",
        "systemId",
        "userName",
    }
)
RESULT_TYPES: Final = frozenset(
    {
        "GradePointAverage",
        "LetterGrade",
        "Percent",
        "PerformanceLevel",
        "PredictedScore",
        "RawScore",
        "Result",
        "RubricCriterion",
        "RubricCriterionLevel",
        "RubricScore",
        "ScaledScore",
        "Status",
    }
)
RESULT_STATUS_TYPES: Final = frozenset(
    {"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"}
)
