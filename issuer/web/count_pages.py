"""How a course goes: what became of its badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from issuer.people import Role
from issuer.web.course_pages import find_course
from issuer.web.visitor import needs

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import DeskDeps


def add_count_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the page with the counts of a course."""

    @blueprint.get("/desk/courses/<slug>/counts")
    @needs(Role.VIEWER)
    def course_counts(slug: str) -> ResponseReturnValue:
        course = find_course(deps, slug)
        counts = deps.desk.read_counts(slug)
        return render_template("issuer/course_counts.html", course=course, counts=counts)
