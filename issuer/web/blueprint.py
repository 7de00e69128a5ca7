"""The pages of the issuer as two blueprints: what everyone sees, and the trainer's desk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint

from issuer.web.account_pages import add_account_pages
from issuer.web.badge_pages import add_badge_lists, add_badge_pages
from issuer.web.count_pages import add_count_pages
from issuer.web.course_editor import add_course_editor
from issuer.web.course_editor_pages import add_course_extras
from issuer.web.course_pages import add_course_pages
from issuer.web.delivery_pages import add_class_code_pages, add_delivery_pages, add_to_call_page
from issuer.web.desk import add_desk_rules
from issuer.web.desk_reach import narrow
from issuer.web.job_pages import add_job_pages
from issuer.web.log_pages import add_log_pages
from issuer.web.message_pages import add_message_pages
from issuer.web.oidc_pages import add_oidc_pages
from issuer.web.on_the_job_pages import add_on_the_job_pages
from issuer.web.own_skill_page import add_skill_page
from issuer.web.passkey_pages import add_passkey_pages
from issuer.web.people_pages import add_people_pages
from issuer.web.public import add_public_pages, add_published_documents
from issuer.web.replace_pages import add_replace_pages
from issuer.web.rosters import add_roster_pages
from issuer.web.skill_pages import add_skill_pages
from issuer.web.visitor import DeskBlueprint
from issuer.web.way_in_pages import add_way_in_pages
from issuer.web.words import FATE_ICONS, FATE_LABELS, is_in_a_file, say_delivery, say_hours
from keys import show_code
from schemas import show_phone_number

if TYPE_CHECKING:
    from issuer.web.deps import IssuerDeps


def create_issuer_blueprint(deps: IssuerDeps) -> Blueprint:
    """Return the public pages and documents: achievements, issuers, keys, status lists."""
    blueprint = Blueprint("issuer", "issuer.web", template_folder="templates")
    add_public_pages(blueprint, deps)
    add_skill_page(blueprint, deps)
    add_published_documents(blueprint, deps)
    blueprint.context_processor(lambda: {"say_hours": say_hours})
    return blueprint


def create_desk_blueprint(deps: IssuerDeps) -> Blueprint:
    """Return `/desk`, closed to everyone who has not signed in."""
    blueprint = DeskBlueprint("desk", "issuer.web", template_folder="templates")
    add_desk_rules(blueprint, deps)
    add_people_pages(blueprint, deps)
    add_account_pages(blueprint, deps)
    add_way_in_pages(blueprint, deps)
    add_passkey_pages(blueprint, deps)
    add_oidc_pages(blueprint, deps)
    desk = narrow(deps)
    add_course_pages(blueprint, desk)
    add_course_editor(blueprint, desk)
    add_course_extras(blueprint, desk)
    add_skill_pages(blueprint, desk)
    add_roster_pages(blueprint, desk)
    add_job_pages(blueprint, desk)
    add_on_the_job_pages(blueprint, desk)
    add_delivery_pages(blueprint, desk)
    add_class_code_pages(blueprint, desk)
    add_to_call_page(blueprint, desk)
    add_message_pages(blueprint, desk)
    add_badge_lists(blueprint, desk)
    add_badge_pages(blueprint, desk)
    add_replace_pages(blueprint, desk)
    add_log_pages(blueprint, desk)
    add_count_pages(blueprint, desk)
    words = {
        "fate_labels": FATE_LABELS,
        "fate_icons": FATE_ICONS,
        "say_delivery": partial(
            say_delivery, has_mail_server=deps.has_mail_server, has_text_gateway=deps.has_text_gateway
        ),
        "is_in_a_file": partial(
            is_in_a_file, has_mail_server=deps.has_mail_server, has_text_gateway=deps.has_text_gateway
        ),
        "say_hours": say_hours,
        "show_code": show_code,
        "show_phone": show_phone_number,
    }
    blueprint.context_processor(lambda: words)
    return blueprint
