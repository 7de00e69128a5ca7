"""AchievementCredential and its classes (OB 3.0 App. B), good and broken."""

from __future__ import annotations

import pytest

from schemas import JsonValue, SchemaName, validate
from tests.unit.schemas.documents import as_vc_1_1, badge, replaced, value_at, without

ACHIEVEMENT = "/credentialSubject/achievement"
RESULT_DESCRIPTION = f"{ACHIEVEMENT}/resultDescription/0"
LEVEL = f"{RESULT_DESCRIPTION}/rubricCriterionLevel/0"
ADDRESS = "/issuer/address"
IDENTITY = "/credentialSubject/identifier/0"

# Members that OB 3.0 App. B marks as required, by the object that holds them.
REQUIRED = {
    "": ("@context", "id", "type", "issuer", "validFrom", "credentialSubject"),
    "/credentialSubject": ("type", "achievement"),
    ACHIEVEMENT: ("id", "type", "name", "description", "criteria"),
    f"{ACHIEVEMENT}/related/0": ("id", "type"),
    f"{ACHIEVEMENT}/alignment/0": ("type", "targetName", "targetUrl"),
    RESULT_DESCRIPTION: ("id", "type", "name", "resultType"),
    LEVEL: ("id", "type", "name"),
    "/credentialSubject/result/0": ("type",),
    "/evidence/0": ("type",),
    "/issuer": ("id", "type"),
    "/image": ("id", "type"),
    ADDRESS: ("type",),
    f"{ADDRESS}/geo": ("type", "latitude", "longitude"),
    "/issuer/otherIdentifier/0": ("type", "identifier", "identifierType"),
    IDENTITY: ("type", "hashed", "identityHash", "identityType"),
    "/credentialSchema/0": ("id", "type"),
    "/credentialStatus": ("type",),
    "/refreshService": ("id", "type"),
    "/termsOfUse/0": ("type",),
    "/proof/0": ("type",),
}
ARRAYS = (
    f"{ACHIEVEMENT}/alignment",
    f"{ACHIEVEMENT}/endorsement",
    f"{ACHIEVEMENT}/endorsementJwt",
    f"{ACHIEVEMENT}/otherIdentifier",
    f"{ACHIEVEMENT}/related",
    f"{ACHIEVEMENT}/resultDescription",
    f"{ACHIEVEMENT}/tag",
    f"{RESULT_DESCRIPTION}/allowedValue",
    f"{RESULT_DESCRIPTION}/rubricCriterionLevel",
    "/credentialSubject/identifier",
    "/credentialSubject/result",
    "/evidence",
    "/issuer/otherIdentifier",
)
EXTENSIBLE = (
    f"{ACHIEVEMENT}/achievementType",
    f"{ACHIEVEMENT}/alignment/0/targetType",
    f"{RESULT_DESCRIPTION}/resultType",
    "/issuer/otherIdentifier/0/identifierType",
    f"{IDENTITY}/identityType",
)
# Classes that older schemas closed and the current model opens, and the open ones.
OPEN = (
    "",
    "/credentialSubject",
    ACHIEVEMENT,
    f"{ACHIEVEMENT}/criteria",
    f"{ACHIEVEMENT}/related/0",
    f"{ACHIEVEMENT}/alignment/0",
    RESULT_DESCRIPTION,
    LEVEL,
    "/credentialSubject/result/0",
    "/evidence/0",
    "/issuer",
    ADDRESS,
    f"{ADDRESS}/geo",
    "/credentialSchema/0",
    "/credentialStatus",
    "/refreshService",
    "/termsOfUse/0",
    "/proof/0",
    "/endorsement/0/credentialSubject",
)
CLOSED = ("/image", IDENTITY, "/issuer/otherIdentifier/0")
WRONG: tuple[tuple[str, JsonValue, str, str], ...] = (
    ("/@context/0", "https://www.w3.org/2018/credentials/v1", "/@context/0", "const"),
    ("/@context/1", "https://example.org/context.json", "/@context/1", "pattern"),
    ("/@context", ["https://www.w3.org/ns/credentials/v2"], "/@context", "minItems"),
    ("/type", ["AchievementCredential"], "/type", "contains"),
    ("/type", ["VerifiableCredential"], "/type", "contains"),
    ("/id", "badge-1", "/id", "format"),
    ("/name", 7, "/name", "type"),
    ("/image", "https://example.edu/badge.png", "/image", "type"),
    ("/image/type", ["Image"], "/image/type", "const"),
    ("/issuer", "example college", "/issuer", "format"),
    ("/issuer/type", ["Organization"], "/issuer/type", "contains"),
    ("/issuer/type", "Organization", "/issuer/type", "const"),
    ("/issuer/email", "nobody", "/issuer/email", "format"),
    ("/issuer/dateOfBirth", "31.01.1990", "/issuer/dateOfBirth", "format"),
    (f"{ADDRESS}/addressCountryCode", "USA", f"{ADDRESS}/addressCountryCode", "pattern"),
    (f"{ADDRESS}/geo/latitude", 91, f"{ADDRESS}/geo/latitude", "maximum"),
    (f"{ADDRESS}/geo/longitude", -181, f"{ADDRESS}/geo/longitude", "minimum"),
    ("/validFrom", "2026-11-22T09:00:00", "/validFrom", "format"),
    ("/validUntil", None, "/validUntil", "type"),
    ("/awardedDate", "2026-11-20", "/awardedDate", "format"),
    ("/credentialSubject", [{}], "/credentialSubject", "type"),
    ("/credentialSubject/identifier", [], "/credentialSubject/identifier", "minItems"),
    ("/credentialSubject/creditsEarned", "2", "/credentialSubject/creditsEarned", "type"),
    ("/credentialSubject/result/0/status", "ext:Paused", "/credentialSubject/result/0/status", "enum"),
    (f"{IDENTITY}/hashed", "true", f"{IDENTITY}/hashed", "type"),
    (f"{ACHIEVEMENT}/inLanguage", "en_US", f"{ACHIEVEMENT}/inLanguage", "pattern"),
    (f"{ACHIEVEMENT}/criteria", {}, f"{ACHIEVEMENT}/criteria", "anyOf"),
    (f"{ACHIEVEMENT}/endorsementJwt/0", "not a token", f"{ACHIEVEMENT}/endorsementJwt/0", "pattern"),
    (f"{RESULT_DESCRIPTION}/valueMax", 4, f"{RESULT_DESCRIPTION}/valueMax", "type"),
    ("/endorsement/0/type", ["VerifiableCredential"], "/endorsement/0/type", "contains"),
    ("/proof/0/created", "yesterday", "/proof/0/created", "format"),
)


def _findings(document: dict[str, JsonValue], schema: SchemaName) -> list[tuple[str, str]]:
    return [(violation.pointer, violation.keyword) for violation in validate(document, schema)]


def test_badge_with_every_property_fits() -> None:
    """A badge that uses every property of the model has no violation."""
    assert validate(badge(), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


def test_badge_with_only_required_members_fits() -> None:
    """Everything that the model marks 0..1 or 0..* may be left out."""
    smallest: dict[str, JsonValue] = {name: badge()[name] for name in REQUIRED[""]}
    smallest["issuer"] = "https://example.edu/issuer"
    smallest["credentialSubject"] = {
        "id": "did:key:z6MkHolder",
        "type": ["AchievementSubject"],
        "achievement": {
            **{name: value_at(badge(), f"{ACHIEVEMENT}/{name}") for name in ("id", "type", "name", "description")},
            "criteria": {"narrative": "Measure three parts"},
        },
    }
    assert validate(smallest, SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


def test_open_badge_credential_is_the_same_type() -> None:
    """`OpenBadgeCredential` stands for `AchievementCredential`."""
    document = replaced(badge(), "/type/1", "OpenBadgeCredential")
    assert validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize(("holder", "member"), [(holder, name) for holder in REQUIRED for name in REQUIRED[holder]])
def test_required_member_is_missed(holder: str, member: str) -> None:
    """Each required member is missed at the object that lacks it."""
    document = without(badge(), f"{holder}/{member}")
    violations = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    assert [(one.pointer, one.keyword, one.sentence) for one in violations] == [
        (holder, "required", f"“{member}” is missing.")
    ]


@pytest.mark.parametrize(("pointer", "value", "found_at", "keyword"), WRONG)
def test_wrong_value_is_found(pointer: str, value: JsonValue, found_at: str, keyword: str) -> None:
    """Each wrong value is found at its pointer, and nothing else is."""
    document = replaced(badge(), pointer, value)
    assert _findings(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == [(found_at, keyword)]


def test_subject_needs_id_or_identifier() -> None:
    """A subject without id and without identifier names nobody."""
    document = without(without(badge(), "/credentialSubject/id"), "/credentialSubject/identifier")
    (violation,) = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    assert violation.sentence == "Either “id” or “identifier” must be given."


@pytest.mark.parametrize("pointer", EXTENSIBLE)
def test_own_word_starts_with_ext(pointer: str) -> None:
    """Extensible enumerations take `ext:` words and no other unknown word."""
    assert validate(replaced(badge(), pointer, "ext:Own-Word.1"), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()
    assert _findings(replaced(badge(), pointer, "OwnWord"), SchemaName.ACHIEVEMENT_CREDENTIAL) == [(pointer, "anyOf")]


@pytest.mark.parametrize("pointer", ARRAYS)
def test_single_value_fits_only_the_compacted_form(pointer: str) -> None:
    """One value without its array is refused by the array form and taken by the compacted form."""
    values = value_at(badge(), pointer)
    assert isinstance(values, list)
    document = replaced(badge(), pointer, values[0])
    assert _findings(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == [(pointer, "type")]
    assert validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL_COMPACTED) == ()


@pytest.mark.parametrize("pointer", ["/proof", "/credentialSchema", "/termsOfUse"])
def test_single_value_fits_where_the_model_allows_it(pointer: str) -> None:
    """`proof`, `credentialSchema` and `termsOfUse` may stand without an array in both forms (OB 3.0 §7)."""
    values = value_at(badge(), pointer)
    assert isinstance(values, list)
    assert validate(replaced(badge(), pointer, values[0]), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize("pointer", ["/issuer/type", f"{ACHIEVEMENT}/type", "/evidence/0/type"])
def test_type_may_be_one_word(pointer: str) -> None:
    """`type` may be a single string that names the class."""
    words = value_at(badge(), pointer)
    assert isinstance(words, list)
    assert validate(replaced(badge(), pointer, words[0]), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize("pointer", OPEN)
def test_open_class_takes_more_members(pointer: str) -> None:
    """Classes with “can be extended” take members of their own."""
    document = replaced(badge(), f"{pointer}/ownMember", "x")
    assert validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize("pointer", CLOSED)
def test_closed_class_takes_no_more_members(pointer: str) -> None:
    """Image, IdentityObject and IdentifierEntry take no member of their own."""
    document = replaced(badge(), f"{pointer}/ownMember", "x")
    (violation,) = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    assert (violation.pointer, violation.sentence) == (pointer, "“ownMember” does not belong here.")


def test_two_status_entries_fit() -> None:
    """Several status entries are taken, as VCDM 2.0 §4.10 allows."""
    entries: list[JsonValue] = [{"type": "BitstringStatusListEntry"}, {"type": "BitstringStatusListEntry"}]
    assert validate(replaced(badge(), "/credentialStatus", entries), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


def test_address_in_other_letters_fits() -> None:
    """An IRI with letters beyond ASCII counts as the URI it maps to."""
    document = replaced(badge(), "/issuer/url", "https://example.edu/formación")
    assert validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


def test_vc_1_1_badge_fits_any() -> None:
    """The “any” schema takes a VC 1.1 badge, the VC 2.0 schema does not."""
    document = as_vc_1_1(badge())
    assert validate(document, SchemaName.ANY_ACHIEVEMENT_CREDENTIAL) == ()
    assert ("", "required") in _findings(document, SchemaName.ACHIEVEMENT_CREDENTIAL)


def test_vc_2_0_badge_fits_any() -> None:
    """The “any” schema takes a VC 2.0 badge."""
    assert validate(badge(), SchemaName.ANY_ACHIEVEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize("member", ["issuanceDate", "name"])
def test_vc_1_1_badge_needs_name_and_issuance_date(member: str) -> None:
    """VC 1.1 badges need `issuanceDate` and `name`."""
    document = without(as_vc_1_1(badge()), f"/{member}")
    assert _findings(document, SchemaName.ANY_ACHIEVEMENT_CREDENTIAL) == [("", "required")]


def test_vc_1_1_issuer_is_an_object() -> None:
    """A VC 1.1 badge embeds its issuer; a bare address is refused."""
    document = replaced(as_vc_1_1(badge()), "/issuer", "https://example.edu/issuer")
    assert _findings(document, SchemaName.ANY_ACHIEVEMENT_CREDENTIAL) == [("/issuer", "type")]
