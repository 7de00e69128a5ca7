"""The typed view of an Open Badge. The document stays the truth; the view only reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from credentials.level_rank import rank_level
from credentials.model_parts import (
    Achievement,
    AchievementSubject,
    Evidence,
    ImageReference,
    Profile,
    Result,
    SkillAlignment,
    SkillSource,
)
from credentials.model_reading import read_list, read_moment, read_object, read_objects, read_text, read_texts
from credentials.validity_period import read_validity_period
from schemas import ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL, DataModelError

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.document import SecuringForm, VerifiedDocument
    from credentials.level_rank import LevelRank
    from schemas import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBadgeCredential:
    """An AchievementCredential whose signature has been checked (OB 3.0 App. B.1; VC 2.0 and VC 1.1 shapes).

    `form`, `verification_method`, `created` and `cryptosuite` say how it was signed. Dates are aware UTC.
    `valid_from` and `valid_until` are what counts: the dates of the badge, narrowed by those of its token.
    Lists that the standard allows as one value or as an array read the same. Unknown members stay in `document`.
    `version` is that of Open Badges; for 2.0 `document` holds the three documents as they were found.
    """

    id: str
    name: str
    description: str
    types: tuple[str, ...]
    issuer: Profile
    subject: AchievementSubject
    achievement: Achievement
    results: tuple[Result, ...]
    evidence: tuple[Evidence, ...]
    image: ImageReference | None
    valid_from: datetime | None
    valid_until: datetime | None
    awarded_date: datetime | None
    status_entries: tuple[JsonObject, ...]
    refresh_services: tuple[JsonObject, ...]
    schemas: tuple[JsonObject, ...]
    terms_of_use: tuple[JsonObject, ...]
    endorsements: tuple[JsonObject, ...]
    endorsement_jwts: tuple[str, ...]
    form: SecuringForm
    verification_method: str
    created: datetime | None
    cryptosuite: str
    document: JsonObject
    version: str = "3.0"

    @classmethod
    def from_verified(cls, verified: VerifiedDocument) -> Self:
        """Read the view from a document whose proof has been checked.

        Raises:
            DataModelError: `data_model.type_missing` when it is another kind of credential, `data_model.subject_count`
                unless there is exactly one subject with one achievement, or a date cannot be read.
        """
        document = verified.document
        types = read_texts(document, "type")
        if not {ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL} & set(types):
            raise DataModelError("data_model.type_missing", pointer="/type")
        subject = read_object(document, "credentialSubject")
        achievement_node = read_object(subject, "achievement")
        if not achievement_node or len(read_list(document, "credentialSubject")) != 1:
            raise DataModelError("data_model.subject_count", pointer="/credentialSubject")
        achievement = Achievement.read(achievement_node)
        period = read_validity_period(verified)
        return cls(
            id=read_text(document, "id"),
            name=read_text(document, "name"),
            description=read_text(document, "description"),
            types=types,
            issuer=Profile.read(document, "issuer"),
            subject=AchievementSubject.read(subject),
            achievement=achievement,
            results=tuple(
                Result.read(entry, achievement.result_descriptions) for entry in read_objects(subject, "result")
            ),
            evidence=tuple(Evidence.read(entry) for entry in read_objects(document, "evidence")),
            image=ImageReference.read(document),
            valid_from=period.start,
            valid_until=period.end,
            awarded_date=read_moment(document, "awardedDate"),
            status_entries=read_objects(document, "credentialStatus"),
            refresh_services=read_objects(document, "refreshService"),
            schemas=read_objects(document, "credentialSchema"),
            terms_of_use=read_objects(document, "termsOfUse"),
            endorsements=_read_endorsements(document, subject, achievement_node),
            endorsement_jwts=tuple(
                text
                for node in (document, achievement_node, read_object(document, "issuer"))
                for text in read_texts(node, "endorsementJwt")
            ),
            form=verified.form,
            verification_method=verified.verification_method,
            created=verified.created,
            cryptosuite=verified.cryptosuite,
            document=document,
        )

    @property
    def skills(self) -> tuple[SkillAlignment, ...]:
        """Every skill the badge names, from all four places, each once (by URL, or by name where there is none).

        Of a rubric only the levels that this person reached count. Where two differ in their words the choice does
        not depend on their order, which need not be signed.
        """
        found: dict[tuple[str, str], list[SkillAlignment]] = {}
        described = [entry.description for entry in self.results if entry.description]
        groups = [
            self.achievement.alignments,
            *(entry.alignments for entry in self.results),
            *(entry.alignments for entry in described or self.achievement.result_descriptions),
            *(entry.level.alignments for entry in self.results if entry.level),
        ]
        for group in groups:
            for skill in group:
                found.setdefault((skill.url or skill.name, skill.code), []).append(skill)
        return tuple(min(same, key=_order_skills) for same in found.values())

    def rank(self, result: Result) -> LevelRank | None:
        """Return which step of its rubric a result reached; None where the signature does not say."""
        return rank_level(result, form=self.form, cryptosuite=self.cryptosuite)

    @property
    def tags(self) -> tuple[str, ...]:
        """Key words of the achievement."""
        return self.achievement.tags

    @property
    def achievement_type(self) -> str:
        """Kind of achievement, a word of `ACHIEVEMENT_TYPES` or `ext:…`; may be empty."""
        return self.achievement.achievement_type

    @property
    def credits(self) -> float | None:
        """Hours or credits this person earned, else what the achievement carries; None when neither is said."""
        earned = self.subject.credits_earned
        return earned if earned is not None else self.achievement.credits_available

    def to_json(self) -> JsonObject:
        """Return what the signature covers, exactly as it stands in the document."""
        return self.document


def _order_skills(skill: SkillAlignment) -> tuple[int, str, str, str, str]:
    place = tuple(SkillSource).index(skill.source)
    return (place, skill.name, skill.framework, skill.description, skill.target_type)


def _read_endorsements(*nodes: JsonObject) -> tuple[JsonObject, ...]:
    """Collect embedded endorsements of the badge, its achievement and its profiles. None of them is verified here."""
    document, subject, achievement = nodes
    profiles = (
        read_object(document, "issuer"),
        read_object(achievement, "creator"),
        read_object(subject, "source"),
    )
    return tuple(entry for node in (document, achievement, *profiles) for entry in read_objects(node, "endorsement"))
