"""Hostile words in names, courses and reasons stay words on every page (T-26, T-46, G14)."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from issuer import read_achievement, read_roster, run_job, start_job
from issuer.model import ProofChoice
from keys import KeyType
from schemas import OrganizationKind
from tests.web.workshop import BASE_URL, open_desk, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.workshop import Workshop

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "</title></style><script>alert(1)</script>",
    "javascript:alert(1)",
    "%(name)s %s {0}",
)
_COURSE = """\
slug: hostile-{number}
name: {text}
description: {text}
criteria: {text}
type: Certificate
can_do: [{text}]
assessment: {text}
tags: [{text}]
skills: [{{name: {text}, url: "https://example.org/skill", framework: {text}}}]
results:
  - key: practical
    name: {text}
    type: RubricCriterionLevel
    levels: [{{key: one, name: {text}, description: {text}}}]
"""


class _Scripts(HTMLParser):
    """Finds everything that could run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.found.append(tag)
        if tag in {"svg", "img"} and values.keys() & {"onload", "onerror"}:
            self.found.append(tag)
        self.found += [name for name in values if name.startswith("on")]
        self.found += [
            value for name, value in attrs if name in {"href", "src", "action"} and value and "script:" in value.lower()
        ]


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.fixture(scope="module")
def hostile_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One course and one badge for each payload, issued by an issuer that bears a payload as its name."""
    shop = open_workshop(tmp_path_factory.mktemp("hostile"))
    profile = shop.ledger.create_issuer(
        name=f"Evil {PAYLOADS[1]}",
        kind=OrganizationKind.OTHER,
        url="https://evil.example",
        email="x@evil.example",
        description=PAYLOADS[0],
        key_type=KeyType.ED25519,
    )
    for number, text in enumerate(PAYLOADS):
        definition = _COURSE.format(number=number, text=quote(text))
        course = read_achievement(definition.encode(), filename="hostile.yaml", folder=None)
        name = f"Dana {text}".replace('"', '""')
        sheet = f'Name,E-mail,Evidence note\n"{name}",dana{number}@example.org,"{name}"\n'
        roster = read_roster(sheet.encode(), filename="class.csv", achievement=course)
        assert roster.problems == ()
        job = start_job(
            shop.ledger,
            roster,
            course,
            issuer_slug=profile.slug,
            proof=ProofChoice.DATA_INTEGRITY,
            awarded_on=None,
            idempotency_key=f"hostile-{number}",
        )
        assert run_job(shop.ledger, job.job_id).issued == 1
        issued = shop.ledger.list_issued(job.job_id)[0]
        shop.ledger.suspend(issued.id, reason=f"Because {text}", by="desk")
        shop.slugs.append(issued.slug)
    yield shop
    shop.database.close()


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_hostile_words_run_nowhere(number: int, hostile_shop: Workshop) -> None:
    """Badge page, course page, issuer page and the desk show the payload as text."""
    browser = open_desk(hostile_shop)
    slug = hostile_shop.slugs[3 + number]
    for path in (
        f"/b/{slug}",
        f"/b/{slug}?lang=es",
        f"/achievements/hostile-{number}",
        f"/issuers/{hostile_shop.ledger.issuers()[1].slug}",
        "/desk",
        f"/desk/courses/hostile-{number}",
        "/desk/badges",
        f"/desk/badges/{slug}",
        f"/desk/badges/{slug}/revoke",
    ):
        page = browser.get(path, base_url=BASE_URL)
        assert page.status_code == 200, path
        parser = _Scripts()
        parser.feed(page.text)
        assert parser.found == [], path


def test_payload_is_shown_as_it_is(hostile_shop: Workshop) -> None:
    """The words are still there for a person to read, escaped."""
    text = hostile_shop.client().get(f"/b/{hostile_shop.slugs[3]}", base_url=BASE_URL).text
    assert "Dana &lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Because &lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_placeholders_in_a_name_are_no_format(hostile_shop: Workshop) -> None:
    """A name that looks like a format string does not break a translated sentence."""
    page = hostile_shop.client().get(f"/b/{hostile_shop.slugs[9]}", base_url=BASE_URL)
    assert page.status_code == 200
    assert "Because %(name)s %s {0}" in page.text
