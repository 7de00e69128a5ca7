"""A skills record and a wallet card on paper: what they say, in both languages, and where their code leads."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.web.record_visits import LUIS, get_pdf, read_codes, read_text
from tests.web.wallet_visits import (
    get,
    make_record,
    send,
    shared_path,
    sign_in,
)
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

SIDES = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_page_says_what_a_foreman_asks(paper: str, wallet: tuple[FlaskClient, str, str]) -> None:
    """One page of the paper's size: name, badge, skill, issuer, how it was tested, dates, last check, what to do."""
    browser, badge, note = wallet
    reader = get_pdf(browser, f"{make_record(browser, badge, note)}/record-{paper}.pdf")
    (page,) = reader.pages
    millimetres = tuple(round(float(side) * 25.4 / 72, 1) for side in (page.mediabox.width, page.mediabox.height))
    assert millimetres == SIDES[paper]
    text = read_text(reader)
    for words in (
        "Dana Whitfield",
        "CMM Operator",
        "Quality Control Analysis (1)",
        "Issued by Lakeshore Technical College",
        "How it was tested: Each person measured two parts in front of an examiner.",
        "Earned May 14, 2026",
        "Valid until May 14, 2029",
        "Last checked May 14, 2026",
        "Scan to check",
        "scan the code with a phone",
    ):
        assert words in text, words


def test_own_notes_stand_apart(wallet: tuple[FlaskClient, str, str]) -> None:
    """What the worker wrote down stands below everything else, under words that say that nobody checked it."""
    browser, badge, note = wallet
    text = read_text(get_pdf(browser, f"{make_record(browser, badge, note)}/record-a4.pdf"))
    heading = text.index("Nobody has checked this part")
    assert text.index("CMM Operator") < heading < text.index("Crane safety, Old mill")


def test_page_speaks_spanish(wallet: tuple[FlaskClient, str, str]) -> None:
    """In a Spanish browser the words of the page are Spanish; the badge keeps its own."""
    browser, badge, note = wallet
    record = make_record(browser, badge, note)
    body = get(browser, f"{record}/record-a4.pdf", **{"Accept-Language": "es"}).data
    text = read_text(PdfReader(io.BytesIO(body)))
    assert "Cómo se evaluó: Each person measured two parts" in text
    assert "Nadie ha comprobado esta parte" in text


def test_code_on_paper_leads_to_the_badges(wallet: tuple[FlaskClient, str, str]) -> None:
    """The drawn code and the link over it are the share page, and it shows the badge freshly checked to a stranger."""
    browser, badge, note = wallet
    record = make_record(browser, badge, note)
    reader = get_pdf(browser, f"{record}/record-letter.pdf")
    annotations = reader.pages[0]["/Annots"]
    url = annotations[0].get_object()["/A"]["/URI"]  # type: ignore[index]
    assert url == BASE_URL + shared_path(browser, record)
    assert read_codes(reader.pages[0]) == (url,)
    page = get(browser, url.removeprefix(BASE_URL)).text
    assert "CMM Operator" in page
    assert "Crane safety" not in page


@pytest.mark.parametrize("name", ["record-letter.pdf", "cards-a4.pdf"])
def test_withdrawn_record_is_printed_no_more(name: str, wallet: tuple[FlaskClient, str, str]) -> None:
    """After it was taken back the code says that it shows nothing, and no new paper comes out."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    link = shared_path(browser, record)
    assert send(browser, f"{record}/withdraw", record).status_code == 303
    answer = get(browser, link)
    assert answer.status_code == 404
    assert "it was taken back" in answer.text
    assert get(browser, f"{record}/{name}").status_code == 404
    assert "of no use" in get(browser, record).text


def test_record_ends_with_its_days(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """After the days that the worker chose the code shows nothing and nothing can be signed."""
    browser, badge, _ = wallet
    record = make_record(browser, badge, days="7")
    fresh_shop.clock.move(days=6, hours=23)
    assert get(browser, f"{record}/record-a4.pdf").status_code == 200
    fresh_shop.clock.move(hours=2)
    assert get(browser, f"{record}/record-a4.pdf").status_code == 404
    assert send(browser, f"{record}/sign", "/wallet/record").status_code == 400


def test_expired_badge_is_marked(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """A badge that ended is on the paper, marked, with its date."""
    browser, badge, _ = wallet
    fresh_shop.clock.move(days=365 * 4)
    browser = sign_in(fresh_shop, LUIS)
    text = read_text(get_pdf(browser, f"{make_record(browser, badge)}/record-a4.pdf"))
    assert "EXPIRED" in text
    assert "Valid until May 14, 2029" in text


def test_paper_says_when_each_badge_was_checked(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Making the record checks each badge: the paper says that day, not the one when the badge came in."""
    browser, badge, _ = wallet
    fresh_shop.clock.move(days=10)
    text = read_text(get_pdf(browser, f"{make_record(browser, badge)}/record-a4.pdf"))
    assert "Last checked May 24, 2026" in text


def test_card_is_as_large_as_a_bank_card(wallet: tuple[FlaskClient, str, str]) -> None:
    """Eight equal cards on one page with name, skill and end; the cut marks are 85.6 by 54 mm apart."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    reader = get_pdf(browser, f"{record}/cards-letter.pdf")
    (page,) = reader.pages
    assert set(read_codes(page)) == {BASE_URL + shared_path(browser, record)}
    text = page.extract_text()
    for words in (
        "Dana Whitfield",
        "CMM Operator",
        "Lakeshore Technical College",
        "Quality Control Analysis",
        "Scan to check",
        "Until August 12, 2026",
    ):
        assert text.count(words) == 8, words
    assert text.index("CMM Operator") < text.index("Quality Control Analysis")
    drawn = page.get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]
    moves = re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l", drawn)
    level = sorted({(float(x1) + float(x2)) / 2 for x1, y1, x2, y2 in moves if y1 == y2})
    upright = sorted({(float(y1) + float(y2)) / 2 for x1, y1, x2, y2 in moves if x1 == x2})
    assert [round((b - a) * 25.4 / 72, 1) for a, b in pairwise(level)] == [85.6, 85.6]
    assert [round((b - a) * 25.4 / 72, 1) for a, b in pairwise(upright)] == [54.0] * 4
