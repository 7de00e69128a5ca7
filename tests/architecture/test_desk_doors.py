"""The pages of the desk have no way to the whole ledger, only to what belongs to the visitor's organisation."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import ROOT, imported_modules, syntax_tree

# Modules of pages that anybody may see, or that make what the pages of the desk get.
NOT_DESK_PAGES = {
    *("__init__", "blueprint", "deps", "desk", "desk_reach", "desk_sessions", "drafts", "course_drafts", "jobs"),
    *("own_skill_page", "public"),
}
# Signing in, and the people themselves, whom `issuer.people…` asks for by organisation.
PEOPLE_PAGES = {"account_pages", "login", "passkey_pages", "people_pages", "oidc_pages", "way_in_pages"}
# Whoever imports one of these could ask the store about anybody's things.
DOORS = re.compile(
    r"issuer\.(ledger|claims|jobs|delivery|planning|corrections|replacing|nudges|hand_out|bundle|job_sheet"
    r"|course_counts|contact_changes|desk_jobs|desk_badges|[a-z_]*store)|storage|sqlalchemy"
)
HARMLESS = {  # names that hold no door: words, kinds and limits
    "issuer.corrections": {"AWARDED_ON", "EMAIL", "NAME", "PHONE", "RESULT", "BadgeEdit"},
    "issuer.delivery": {"CLAIM_TEMPLATE", "NUDGE_TEMPLATE", "DeliveryState"},
    "issuer.delivery_store": {"DeliveryWay", "SecondStep"},
    "issuer.hand_out": {"HandOutPeople"},
    "issuer.job_store": {"STOPPED"},
    "storage": {"AuditFilter", "MessageChannel", "MessageState"},
}


def _desk_pages() -> list[str]:
    folder = ROOT / "issuer" / "web"
    return sorted(path.stem for path in folder.glob("*.py") if path.stem not in NOT_DESK_PAGES | PEOPLE_PAGES)


@pytest.mark.parametrize("module", _desk_pages())
def test_page_of_the_desk_has_no_door_to_the_whole_ledger(module: str) -> None:
    """A page gets `DeskDeps`, in which no ledger is, and imports nothing that would ask one."""
    tree = syntax_tree(ROOT / "issuer" / "web" / f"{module}.py")
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    doors = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only and DOORS.fullmatch(node.module or "")
        for alias in node.names
        if alias.name not in HARMLESS.get(node.module or "", set())
    ]
    reached = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert doors == []
    assert {"ledger", "claims", "database", "keystore", "_ledger", "_claims", "_store"} & set(reached) == set()
    assert "issuer.web.desk_reach" not in imported_modules(ROOT / "issuer" / "web" / f"{module}.py")
    assert "IssuerDeps" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_desk_pages_are_looked_at() -> None:
    """The test above walks over real pages."""
    assert {"badge_pages", "course_pages", "job_pages", "delivery_pages", "log_pages"} <= set(_desk_pages())
