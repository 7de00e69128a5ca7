"""Typed views of the classes inside an Open Badge (OB 3.0 App. B); `document` is the source object, untouched."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from credentials.model_reading import (
    read_list,
    read_number,
    read_object,
    read_objects,
    read_reference,
    read_text,
    read_texts,
)

if TYPE_CHECKING:
    from schemas import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """An image (OB 3.0 Image, or VC 1.1's bare URL): `id` is an https URL or a data URI."""

    id: str
    caption: str = ""

    @classmethod
    def read(cls, node: JsonObject, name: str = "image") -> Self | None:
        """Return the image of `node`, None when it has none."""
        reference = read_reference(node, name)
        return cls(id=reference, caption=read_text(read_object(node, name), "caption")) if reference else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person or organisation (OB 3.0 Profile). A bare string in its place leaves all but `id` empty."""

    id: str = ""
    name: str = ""
    url: str = ""
    email: str = ""
    phone: str = ""
    description: str = ""
    image: ImageReference | None = None
    official: str = ""
    types: tuple[str, ...] = ()
    document: JsonObject = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, node: JsonObject, name: str) -> Self:
        """Read the Profile that stands in member `name` of `node`."""
        source = read_object(node, name)
        return cls(
            id=read_reference(node, name),
            name=read_text(source, "name"),
            url=read_text(source, "url"),
            email=read_text(source, "email"),
            phone=read_text(source, "phone"),
            description=read_text(source, "description"),
            image=ImageReference.read(source),
            official=read_text(source, "official"),
            types=read_texts(source, "type"),
            document=source,
        )

    @property
    def parent_organization(self) -> Profile | None:
        """The organisation this one belongs to, when it says so."""
        return Profile.read(self.document, "parentOrg") if self.document.get("parentOrg") else None


class SkillSource(enum.Enum):
    """The places that may name a skill (OB 3.0 Implementation Guide, Skills)."""

    ACHIEVEMENT = "achievement"
    RESULT = "result"
    RESULT_DESCRIPTION = "result_description"
    RUBRIC_LEVEL = "rubric_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillAlignment:
    """One skill of a published framework (OB 3.0 Alignment) and where the badge names it."""

    name: str
    url: str
    framework: str = ""
    code: str = ""
    description: str = ""
    target_type: str = ""
    source: SkillSource = SkillSource.ACHIEVEMENT


def read_alignments(node: JsonObject, source: SkillSource) -> tuple[SkillAlignment, ...]:
    """Read the alignments of an achievement, a result, a result description or a rubric level."""
    return tuple(
        SkillAlignment(
            name=read_text(entry, "targetName"),
            url=read_reference(entry, "targetUrl"),
            framework=read_text(entry, "targetFramework"),
            code=read_text(entry, "targetCode"),
            description=read_text(entry, "targetDescription"),
            target_type=read_text(entry, "targetType"),
            source=source,
        )
        for entry in read_objects(node, "alignment")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricCriterionLevel:
    """One level of a rubric."""

    id: str
    name: str
    description: str = ""
    level: str = ""
    points: str = ""
    alignments: tuple[SkillAlignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescription:
    """What was measured and on which scale; values are texts, as in the standard."""

    id: str
    name: str
    result_type: str
    levels: tuple[RubricCriterionLevel, ...] = ()
    required_level: RubricCriterionLevel | None = None
    required_value: str = ""
    allowed_values: tuple[str, ...] = ()
    value_min: str = ""
    value_max: str = ""
    alignments: tuple[SkillAlignment, ...] = ()

    @classmethod
    def read(cls, node: JsonObject) -> Self:
        """Read one ResultDescription object."""
        levels = tuple(
            RubricCriterionLevel(
                id=read_text(entry, "id"),
                name=read_text(entry, "name"),
                description=read_text(entry, "description"),
                level=read_text(entry, "level"),
                points=read_text(entry, "points"),
                alignments=read_alignments(entry, SkillSource.RUBRIC_LEVEL),
            )
            for entry in read_objects(node, "rubricCriterionLevel")
        )
        return cls(
            id=read_text(node, "id"),
            name=read_text(node, "name"),
            result_type=read_text(node, "resultType"),
            levels=levels,
            required_level=find_level(levels, read_reference(node, "requiredLevel")),
            required_value=read_text(node, "requiredValue"),
            allowed_values=read_texts(node, "allowedValue"),
            value_min=read_text(node, "valueMin"),
            value_max=read_text(node, "valueMax"),
            alignments=read_alignments(node, SkillSource.RESULT_DESCRIPTION),
        )


def find_level(levels: tuple[RubricCriterionLevel, ...], level_id: str) -> RubricCriterionLevel | None:
    """Return the one level with that id; None when there is none or more than one."""
    found = [level for level in levels if level_id and level.id == level_id]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one person reached. `description` and `level` are looked up in the same badge; None when not there."""

    value: str = ""
    status: str = ""
    description: ResultDescription | None = None
    level: RubricCriterionLevel | None = None
    description_id: str = ""
    achieved_level_id: str = ""
    alignments: tuple[SkillAlignment, ...] = ()

    @property
    def name(self) -> str:
        """What was measured; empty when the badge does not describe it."""
        return self.description.name if self.description else ""

    @classmethod
    def read(cls, node: JsonObject, descriptions: tuple[ResultDescription, ...]) -> Self:
        """Read one Result object and look up what it refers to."""
        description_id = read_reference(node, "resultDescription")
        level_id = read_reference(node, "achievedLevel")
        described = [entry for entry in descriptions if description_id and entry.id == description_id]
        description = described[0] if len(described) == 1 else None
        return cls(
            value=read_text(node, "value"),
            status=read_text(node, "status"),
            description=description,
            level=find_level(description.levels, level_id) if description else None,
            description_id=description_id,
            achieved_level_id=level_id,
            alignments=read_alignments(node, SkillSource.RESULT),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence."""

    id: str = ""
    name: str = ""
    description: str = ""
    narrative: str = ""
    genre: str = ""
    audience: str = ""

    @classmethod
    def read(cls, node: JsonObject) -> Self:
        """Read one Evidence object."""
        return cls(
            **{name: read_text(node, name) for name in ("id", "name", "description", "narrative", "genre", "audience")}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """How the achievement is earned: a web address, Markdown text, or both."""

    url: str = ""
    narrative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """What the badge is given for (OB 3.0 Achievement); `credits_available` may be hours or credits."""

    id: str
    name: str
    description: str
    criteria: Criteria
    achievement_type: str = ""
    image: ImageReference | None = None
    creator: Profile | None = None
    tags: tuple[str, ...] = ()
    alignments: tuple[SkillAlignment, ...] = ()
    result_descriptions: tuple[ResultDescription, ...] = ()
    field_of_study: str = ""
    specialization: str = ""
    human_code: str = ""
    version: str = ""
    in_language: str = ""
    credits_available: float | None = None
    types: tuple[str, ...] = ()
    document: JsonObject = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, node: JsonObject) -> Self:
        """Read one Achievement object."""
        criteria = read_object(node, "criteria")
        return cls(
            id=read_text(node, "id"),
            name=read_text(node, "name"),
            description=read_text(node, "description"),
            criteria=Criteria(url=read_reference(node, "criteria"), narrative=read_text(criteria, "narrative")),
            achievement_type=read_text(node, "achievementType"),
            image=ImageReference.read(node),
            creator=Profile.read(node, "creator") if read_list(node, "creator") else None,
            tags=read_texts(node, "tag"),
            alignments=read_alignments(node, SkillSource.ACHIEVEMENT),
            result_descriptions=tuple(
                ResultDescription.read(entry) for entry in read_objects(node, "resultDescription")
            ),
            field_of_study=read_text(node, "fieldOfStudy"),
            specialization=read_text(node, "specialization"),
            human_code=read_text(node, "humanCode"),
            version=read_text(node, "version"),
            in_language=read_text(node, "inLanguage"),
            credits_available=read_number(node, "creditsAvailable"),
            types=read_texts(node, "type"),
            document=node,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityObject:
    """One way to recognise the worker. When `hashed` is not exactly true or false the entry is left out."""

    hashed: bool
    identity_hash: str
    identity_type: str
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementSubject:
    """The worker, as far as the badge says (OB 3.0 AchievementSubject)."""

    id: str = ""
    name: str = ""
    identifiers: tuple[IdentityObject, ...] = ()
    license_number: str = ""
    narrative: str = ""
    role: str = ""
    term: str = ""
    activity_start_date: str = ""
    activity_end_date: str = ""
    credits_earned: float | None = None
    image: ImageReference | None = None
    source: Profile | None = None
    types: tuple[str, ...] = ()
    document: JsonObject = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, node: JsonObject) -> Self:
        """Read the credentialSubject object; `name` is the plain-text identifier of type `name`, if there is one."""
        identifiers = tuple(
            IdentityObject(
                hashed=entry["hashed"] is True,
                identity_hash=read_text(entry, "identityHash"),
                identity_type=read_text(entry, "identityType"),
                salt=read_text(entry, "salt"),
            )
            for entry in read_objects(node, "identifier")
            if isinstance(entry.get("hashed"), bool)
        )
        plain = [entry.identity_hash for entry in identifiers if entry.identity_type == "name" and not entry.hashed]
        return cls(
            id=read_text(node, "id"),
            name=plain[0] if len(plain) == 1 else "",
            identifiers=identifiers,
            license_number=read_text(node, "licenseNumber"),
            narrative=read_text(node, "narrative"),
            role=read_text(node, "role"),
            term=read_text(node, "term"),
            activity_start_date=read_text(node, "activityStartDate"),
            activity_end_date=read_text(node, "activityEndDate"),
            credits_earned=read_number(node, "creditsEarned"),
            image=ImageReference.read(node),
            source=Profile.read(node, "source") if read_list(node, "source") else None,
            types=read_texts(node, "type"),
            document=node,
        )
