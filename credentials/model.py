"""The typed view of an Open Badge. The document stays the truth; the view only reads it.

A run over many badges asks for names and dates only: the classes of the parts are loaded by the first badge of which
somebody wants a part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from credentials.model_reading import read_list, read_moment, read_object, read_objects, read_text, read_texts
from credentials.validity_period import read_validity_period
from schemas import ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL, DataModelError

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.document import SecuringForm, VerifiedDocument
    from credentials.level_rank import LevelRank
    from credentials.model_parts import (
        Achievement,
        AchievementSubject,
        Evidence,
        ImageReference,
        Profile,
        Result,
        SkillAlignment,
    )
    from schemas import JsonObject


@dataclass(frozen=True, kw_only=True)  # no slots: each part is kept once it was read
class OpenBadgeCredential:
    """An AchievementCredential whose signature has been checked (OB 3.0 App. B.1; VC 2.0 and VC 1.1 shapes).

    Each part is read when it is first asked for. Lists that the standard allows as one value or as an array read the
    same. Unknown members stay in `document`.

    Args:
        verified: What the signature covers.
        found: Of version 2.0 the three documents as they were found; None for 3.0.
        version: Of Open Badges.
        valid_from: What counts: the date of the badge, narrowed by that of its token. Aware UTC, as all dates here.
        valid_until: The same for the end.
        awarded_date: When it was given, as the badge says.
    """

    verified: VerifiedDocument
    found: JsonObject | None = None
    version: str = "3.0"
    valid_from: datetime | None
    valid_until: datetime | None
    awarded_date: datetime | None

    @classmethod
    def from_verified(cls, verified: VerifiedDocument) -> Self:
        """Read the view from a document whose proof has been checked.

        Raises:
            DataModelError: `data_model.type_missing` when it is another kind of credential, `data_model.subject_count`
                unless there is exactly one subject with one achievement, or a date cannot be read.
        """
        document = verified.document
        if {ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL}.isdisjoint(read_texts(document, "type")):
            raise DataModelError("data_model.type_missing", pointer="/type")
        subject = read_object(document, "credentialSubject")
        if not read_object(subject, "achievement") or len(read_list(document, "credentialSubject")) != 1:
            raise DataModelError("data_model.subject_count", pointer="/credentialSubject")
        period = read_validity_period(verified)
        return cls(
            verified=verified,
            valid_from=period.start,
            valid_until=period.end,
            awarded_date=read_moment(document, "awardedDate"),
        )

    @property
    def document(self) -> JsonObject:
        """What `to_json` gives."""
        return self.verified.document if self.found is None else self.found

    @property
    def form(self) -> SecuringForm:
        """How it was signed."""
        return self.verified.form

    @property
    def verification_method(self) -> str:
        """The address of the key that signed it."""
        return self.verified.verification_method

    @property
    def created(self) -> datetime | None:
        """When it was signed."""
        return self.verified.created

    @property
    def cryptosuite(self) -> str:
        """The cryptosuite or algorithm of the signature."""
        return self.verified.cryptosuite

    @property
    def id(self) -> str:
        """Identifies the badge."""
        return read_text(self.verified.document, "id")

    @property
    def name(self) -> str:
        """Its name; may be empty."""
        return read_text(self.verified.document, "name")

    @property
    def description(self) -> str:
        """Its description; may be empty."""
        return read_text(self.verified.document, "description")

    @property
    def types(self) -> tuple[str, ...]:
        """Its types."""
        return read_texts(self.verified.document, "type")

    @cached_property
    def issuer(self) -> Profile:
        """Who gave it, as the badge says."""
        from credentials.model_parts import Profile  # noqa: PLC0415

        return Profile.read(self.verified.document, "issuer")

    @cached_property
    def _subject_node(self) -> JsonObject:
        return read_object(self.verified.document, "credentialSubject")

    @cached_property
    def subject(self) -> AchievementSubject:
        """Who has it, as far as the badge says."""
        from credentials.model_parts import AchievementSubject  # noqa: PLC0415

        return AchievementSubject.read(self._subject_node)

    @cached_property
    def achievement(self) -> Achievement:
        """What it is given for."""
        from credentials.model_parts import Achievement  # noqa: PLC0415

        return Achievement.read(read_object(self._subject_node, "achievement"))

    @property
    def achievement_name(self) -> str:
        """Name of the achievement, without reading the rest of it."""
        subject = read_object(self.verified.outline, "credentialSubject")  # to keep it would cost more
        return read_text(read_object(subject, "achievement"), "name")

    @property
    def issuer_name(self) -> str:
        """Name of the issuer, without reading the rest of its profile."""
        return read_text(read_object(self.verified.outline, "issuer"), "name")

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """What this person reached."""
        from credentials.model_parts import Result  # noqa: PLC0415

        descriptions = self.achievement.result_descriptions
        return tuple(Result.read(entry, descriptions) for entry in read_objects(self._subject_node, "result"))

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """What it rests on."""
        from credentials.model_parts import Evidence  # noqa: PLC0415

        return tuple(Evidence.read(entry) for entry in read_objects(self.verified.document, "evidence"))

    @cached_property
    def image(self) -> ImageReference | None:
        """Its own picture, beside that of the achievement."""
        from credentials.model_parts import ImageReference  # noqa: PLC0415

        return ImageReference.read(self.verified.document)

    @property
    def status_entries(self) -> tuple[JsonObject, ...]:
        """Where to look up whether it was taken back."""
        return read_objects(self.verified.document, "credentialStatus")

    @property
    def refresh_services(self) -> tuple[JsonObject, ...]:
        """Where a newer version may be found."""
        return read_objects(self.verified.document, "refreshService")

    @property
    def schemas(self) -> tuple[JsonObject, ...]:
        """The JSON Schemas that it names."""
        return read_objects(self.verified.document, "credentialSchema")

    @property
    def terms_of_use(self) -> tuple[JsonObject, ...]:
        """What its issuer says of its use."""
        return read_objects(self.verified.document, "termsOfUse")

    @cached_property
    def endorsements(self) -> tuple[JsonObject, ...]:
        """Embedded endorsements of the badge, its achievement and its profiles. None of them is verified here."""
        document, achievement = self.verified.document, self.achievement.document
        profiles = (
            read_object(document, "issuer"),
            read_object(achievement, "creator"),
            read_object(self._subject_node, "source"),
        )
        nodes = (document, achievement, *profiles)
        return tuple(entry for node in nodes for entry in read_objects(node, "endorsement"))

    @cached_property
    def endorsement_jwts(self) -> tuple[str, ...]:
        """Endorsements that are tokens, of the badge, its achievement and its issuer; not verified either."""
        nodes = (self.verified.document, self.achievement.document, read_object(self.verified.document, "issuer"))
        return tuple(text for node in nodes for text in read_texts(node, "endorsementJwt"))

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
        from credentials.level_rank import rank_level  # noqa: PLC0415

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
    from credentials.model_parts import SkillSource  # noqa: PLC0415

    place = tuple(SkillSource).index(skill.source)
    return (place, skill.name, skill.framework, skill.description, skill.target_type)
