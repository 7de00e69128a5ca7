"""Pages and machine documents that the issuer shows to everyone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from credentials import split_skills
from issuer.compose import compose_achievement, compose_profile
from issuer.renditions import draw_achievement
from issuer.web.own_skill_page import link_skill
from pages import PageError, safe_link, say_achievement_type, say_organization_kind, send_public_document
from schemas import encode_json

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from issuer.model import Achievement, IssuerProfile, Skill
    from issuer.web.deps import IssuerDeps
    from pages import SafeLink

IMAGE_SECONDS = 3600
DOCUMENT_SECONDS = 3600
_JSON_LD = "application/ld+json"


def add_public_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add achievements and issuers, each as a page and as a document."""

    def find_issuer(slug: str) -> IssuerProfile:
        issuer = deps.ledger.find_issuer(slug)
        if issuer is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return issuer

    def find_course(slug: str) -> Achievement:
        course = deps.ledger.find_achievement(slug)
        if course is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return course

    def owner(slug: str) -> IssuerProfile:
        issuer = deps.ledger.find_achievement_issuer(slug)
        if issuer is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return issuer

    @blueprint.get("/achievements/<slug>")
    def achievement(slug: str) -> ResponseReturnValue:
        course, issuer = find_course(slug), owner(slug)
        return render_template(
            "issuer/achievement.html",
            course=course,
            issuer=issuer,
            type_label=say_achievement_type(course.achievement_type),
            criteria_link=safe_link(course.criteria_url),
            **_link_skills(course, issuer),
            image_ending="png" if course.image_media_type == "image/png" else "svg",
        )

    @blueprint.get("/achievements/<slug>.json")
    def achievement_json(slug: str) -> ResponseReturnValue:
        document = compose_achievement(find_course(slug), owner(slug), base_url=deps.base_url)
        return send_public_document(encode_json(document), _JSON_LD, seconds=DOCUMENT_SECONDS)

    @blueprint.get("/achievements/<slug>/image.<any(png, svg):ending>")
    def achievement_image(slug: str, ending: str) -> ResponseReturnValue:
        body, media_type = draw_achievement(find_course(slug), owner(slug), ending)
        return send_public_document(body, media_type, seconds=IMAGE_SECONDS)

    @blueprint.get("/issuers/<slug>")
    def profile(slug: str) -> ResponseReturnValue:
        issuer = find_issuer(slug)
        return render_template(
            "issuer/profile.html",
            issuer=issuer,
            kind=say_organization_kind(issuer.kind),
            link=safe_link(issuer.url),
            mail=safe_link(f"mailto:{issuer.email}") if issuer.email else None,
            courses=deps.ledger.achievements(slug),
        )

    @blueprint.get("/issuers/<slug>.json")
    def profile_json(slug: str) -> ResponseReturnValue:
        document = compose_profile(find_issuer(slug))
        return send_public_document(encode_json(document), _JSON_LD, seconds=DOCUMENT_SECONDS)


def add_published_documents(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add keys and status lists. They answer byte for byte what the verifier's own look-up gets."""

    def published() -> ResponseReturnValue:
        document = deps.ledger.published_document(request.path)
        if document is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return send_public_document(document.body, document.media_type, seconds=document.max_age_seconds)

    @blueprint.get("/issuers/<slug>/did.json")
    def did_document(slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the look-up goes by path
        return published()

    @blueprint.get("/.well-known/jwks.json")
    def jwks() -> ResponseReturnValue:
        return published()

    @blueprint.get("/status/<int:number>")
    def status_list(number: int) -> ResponseReturnValue:  # noqa: ARG001 - the look-up goes by path
        return published()


def _link_skills(course: Achievement, issuer: IssuerProfile) -> dict[str, list[tuple[Skill, SafeLink | None]]]:
    named, near = split_skills(course.skills)
    return {
        "skills": [(skill, link_skill(skill, issuer)) for skill in named],
        "near_terms": [(skill, link_skill(skill, issuer)) for skill in near],
    }
