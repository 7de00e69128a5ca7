"""The starter library as linked data, in the words of CTDL: a framework of competencies that other programs can read.

Spec: CTDL-ASN (https://credreg.net/ctdlasn/terms) for competencies, CTDL for the occupations they are used in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer.skill_library import load_starter_skills

if TYPE_CHECKING:
    from issuer.model import Skill
    from issuer.skill_library import LibrarySkill
    from schemas import JsonObject, JsonValue

CTDL_ASN = "https://purl.org/ctdlasn/terms/"
CTDL = "https://purl.org/ctdl/terms/"
_OCCUPATIONS = "O*NET-SOC"
_TEXTS = ("name", "description", "competencyLabel", "competencyText", "comment")
_LINKS = ("isPartOf", "isTopChildOf", "hasTopChild", "alignTo")
_CTDL_TEXTS = ("targetNodeName", "frameworkName")
# Written out, so that nobody has to fetch a context to read this.
_CONTEXT: JsonObject = {
    "ceasn": CTDL_ASN,
    "ceterms": CTDL,
    **{f"ceasn:{term}": {"@id": f"ceasn:{term}", "@container": "@language"} for term in _TEXTS},
    **{f"ceasn:{term}": {"@id": f"ceasn:{term}", "@type": "@id"} for term in _LINKS},
    **{f"ceterms:{term}": {"@id": f"ceterms:{term}", "@container": "@language"} for term in _CTDL_TEXTS},
    "ceterms:targetNode": {"@id": "ceterms:targetNode", "@type": "@id"},
}


def compose_skill_framework(url: str) -> JsonObject:
    """Return the starter library as a `ceasn:CompetencyFramework` with a `ceasn:Competency` for each skill.

    A term of O*NET or ESCO is as near as that list comes, not the same: `ceasn:alignTo` says no more than that.

    Args:
        url: Address under which this document is published; each skill is a fragment of it.
    """
    skills = load_starter_skills()
    framework: JsonObject = {
        "@id": url,
        "@type": "ceasn:CompetencyFramework",
        "ceasn:name": {"en": "Skillmark starter skills", "es": "Habilidades iniciales de Skillmark"},
        "ceasn:description": {
            "en": "Skills of manufacturing work, each with a sentence of what somebody who has it can do.",
            "es": "Habilidades del trabajo industrial, cada una con una frase de lo que sabe hacer quien la tiene.",
        },
        "ceasn:inLanguage": ["en", "es"],
        "ceasn:hasTopChild": [f"{url}#{skill.key}" for skill in skills],
    }
    return {"@context": _CONTEXT, "@graph": [framework, *(_compose_competency(skill, url) for skill in skills)]}


def _compose_competency(skill: LibrarySkill, framework: str) -> JsonObject:
    competency: JsonObject = {
        "@id": f"{framework}#{skill.key}",
        "@type": "ceasn:Competency",
        "ceasn:competencyLabel": {"en": skill.name, "es": skill.name_es},
        "ceasn:competencyText": {"en": skill.can_do, "es": skill.can_do_es},
        "ceasn:comment": {"en": skill.description},
        "ceasn:isPartOf": framework,
        "ceasn:isTopChildOf": framework,
    }
    near: list[JsonValue] = [term.url for term in skill.terms if term.framework != _OCCUPATIONS]
    occupations: list[JsonValue] = [_compose_occupation(term) for term in skill.terms if term.framework == _OCCUPATIONS]
    return (
        competency
        | ({"ceasn:alignTo": near} if near else {})
        | ({"ceterms:occupationType": occupations} if occupations else {})
    )


def _compose_occupation(term: Skill) -> JsonObject:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": term.url,
        "ceterms:targetNodeName": {"en": term.name},
        "ceterms:frameworkName": {"en": term.framework},
        "ceterms:codedNotation": term.code,
    }
