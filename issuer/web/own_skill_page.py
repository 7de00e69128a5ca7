"""The public page of a skill that an issuer named itself, and the starter library as a document."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, url_for

from issuer.own_skills import find_own_skill
from issuer.skill_address import own_skill_slug
from issuer.skill_ctdl import compose_skill_framework
from pages import PageError, SafeLink, current_language, secure_link, send_public_document
from schemas import encode_json

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.model import IssuerProfile, Skill
    from issuer.web.deps import IssuerDeps


LIBRARY_SECONDS = 86_400


def link_skill(skill: Skill, issuer: IssuerProfile) -> SafeLink | None:
    """Return the way to the page about a skill: that of its list, or for an issuer's own skill a page of this site."""
    if skill.url:
        return secure_link(skill.url)
    path = url_for("issuer.own_skill", issuer_slug=issuer.slug, slug=own_skill_slug(skill.name))
    return SafeLink(href=path, host="")


def add_skill_page(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the page of a skill that an issuer named itself, the address that badges give for it; and the library."""

    @blueprint.get("/skill-library.json")
    def skill_library() -> ResponseReturnValue:
        document = compose_skill_framework(f"{deps.base_url}/skill-library.json")
        return send_public_document(encode_json(document), "application/ld+json", seconds=LIBRARY_SECONDS)

    @blueprint.get("/skills/<issuer_slug>/<slug>")
    def own_skill(issuer_slug: str, slug: str) -> ResponseReturnValue:
        issuer = deps.ledger.find_issuer(issuer_slug)
        with deps.ledger.database.read() as connection:
            skill = find_own_skill(connection, issuer_slug, slug)
        if issuer is None or skill is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        courses = [
            course
            for course in deps.ledger.achievements(issuer_slug)
            if any(not one.url and own_skill_slug(one.name) == slug for one in course.skills)
        ]
        is_spanish = current_language() == "es" and bool(skill.name_es)
        return render_template(
            "issuer/own_skill.html",
            skill=skill,
            issuer=issuer,
            courses=courses,
            shown_name=skill.name_es if is_spanish else skill.name,
            name_language="es" if is_spanish else courses[0].language if courses else "",
            text_language=courses[0].language if courses else "",
        )
