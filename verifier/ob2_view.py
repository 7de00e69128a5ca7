"""Shows an Open Badges 2.0 badge in the words of 3.0, so that pages and checks need one view only.

Nothing is invented: a member that the badge lacks stays out, and the three documents stay beside the view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credentials import OpenBadgeCredential, SecuringForm, VerifiedDocument
from schemas import ACHIEVEMENT_CREDENTIAL, format_datetime
from verifier.members import iterate_objects, read_list, read_object, read_text

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue
    from verifier.ob2_reading import Award

VERSION = "2.0"
_ALIGNMENT = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
_EVIDENCE = ("id", "name", "description", "narrative", "genre", "audience")
_IDENTITY_TYPES = {"email": "emailAddress", "telephone": "ext:telephone", "url": "ext:url"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenBadge:
    """The three documents of a badge, and how the award was proven.

    Args:
        award: The award as the issuer's site shows it, or as the signature covers it.
        achievement: What it is given for.
        profile: The issuer, from its own address.
        form: `HOSTED` or `OPEN_BADGES_2_JWS`.
        original: The bytes as received.
        hosted_at: The address that gave the award; empty for a signed one.
        algorithm: Of the signature; empty when there is none.
    """

    award: Award
    achievement: JsonObject
    profile: JsonObject
    form: SecuringForm
    original: bytes
    hosted_at: str = ""
    algorithm: str = ""

    @property
    def documents(self) -> JsonObject:
        """The documents as they were found."""
        return {"assertion": self.award.document, "badge": self.achievement, "issuer": self.profile}


def compose_verified(proven: ProvenBadge) -> VerifiedDocument:
    """Return the badge in the words of Open Badges 3.0."""
    award = proven.award
    document: JsonObject = {
        "id": award.id,
        "type": [ACHIEVEMENT_CREDENTIAL],
        "name": proven.achievement.get("name"),
        "issuer": _compose_profile(proven.profile),
        "validFrom": format_datetime(award.issued_at),
        "validUntil": format_datetime(award.expires_at) if award.expires_at else None,
        "credentialSubject": _compose_subject(award.document, proven.achievement),
        "evidence": _compose_evidence(award.document),
    }
    return VerifiedDocument(
        form=proven.form,
        original=proven.original,
        document=_without_empty(document),
        verification_method=award.key_id or award.id,
        created=award.issued_at,
        cryptosuite=proven.algorithm,
    )


def compose_credential(proven: ProvenBadge, verified: VerifiedDocument) -> OpenBadgeCredential:
    """Return the typed view, marked as version 2.0; its `found` holds the three documents as they were found."""
    view = OpenBadgeCredential.from_verified(verified)
    return replace(view, version=VERSION, found=proven.documents)


def _compose_profile(profile: JsonObject) -> JsonObject:
    return _without_empty(
        {
            "id": profile.get("id"),
            "type": ["Profile"],
            "name": profile.get("name"),
            "url": profile.get("url"),
            "email": profile.get("email"),
            "phone": profile.get("telephone"),
            "description": profile.get("description"),
            "image": _compose_image(profile.get("image")),
        }
    )


def _compose_subject(award: JsonObject, achievement: JsonObject) -> JsonObject:
    recipient = read_object(award.get("recipient"))
    kind = read_text(recipient.get("type"))
    identity: JsonObject = {
        "type": "IdentityObject",
        "hashed": recipient.get("hashed"),
        "identityHash": recipient.get("identity"),
        "identityType": _IDENTITY_TYPES.get(kind, f"ext:{kind}"),
        "salt": recipient.get("salt"),
    }
    return _without_empty(
        {
            "type": ["AchievementSubject"],
            "identifier": [_without_empty(identity)],
            "narrative": award.get("narrative"),
            "achievement": _compose_achievement(achievement),
        }
    )


def _compose_achievement(achievement: JsonObject) -> JsonObject:
    criteria = achievement.get("criteria")
    return _without_empty(
        {
            "id": achievement.get("id"),
            "type": ["Achievement"],
            "name": achievement.get("name"),
            "description": achievement.get("description"),
            "criteria": {"id": criteria}
            if isinstance(criteria, str)
            else _pick(read_object(criteria), ("id", "narrative")),
            "image": _compose_image(achievement.get("image")),
            "tag": [entry for entry in read_list(achievement.get("tags")) if isinstance(entry, str)],
            "alignment": [
                {"type": ["Alignment"], **_pick(entry, _ALIGNMENT)}
                for entry in iterate_objects(achievement.get("alignment"))
            ],
        }
    )


def _compose_evidence(award: JsonObject) -> list[JsonValue]:
    found: list[JsonValue] = []
    for entry in read_list(award.get("evidence")):
        if isinstance(entry, dict):
            found.append({"type": ["Evidence"], **_pick(entry, _EVIDENCE)})
        elif isinstance(entry, str):
            found.append({"type": ["Evidence"], "id": entry})
    return found


def _compose_image(image: JsonValue) -> JsonValue:
    if isinstance(image, str):
        return {"id": image, "type": "Image"}
    address = read_text(read_object(image).get("id"))
    return {"id": address, "type": "Image"} if address else None


def _pick(node: JsonObject, names: tuple[str, ...]) -> JsonObject:
    return {name: node[name] for name in names if name in node}


def _without_empty(node: JsonObject) -> JsonObject:
    return {name: value for name, value in node.items() if value is not None and value not in ([], {})}
