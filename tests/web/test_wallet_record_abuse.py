"""Skills records under hostile hands: ids of others, hundreds of badges, names that no printer knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.record_visits import LUIS, fill_wallet, get_pdf, read_text, sign, verify_set, write_record
from tests.web.wallet_visits import (
    claim,
    get,
    hand_out,
    link_of,
    make_record,
    make_share,
    messages,
    send,
    sign_in,
)
from wallet.holders import ADD_ADDRESS_TEMPLATE
from wallet.model import MAX_SHARED_BADGES
from wallet.records import MAX_RECORD_NAME_CHARS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def test_end_must_be_chosen(wallet: tuple[FlaskClient, str, str]) -> None:
    """Paper does not end by itself: a record without a number of days from the list is not made."""
    browser, badge, _ = wallet
    for days in ("", "36500", "-1"):
        answer = send(
            browser, "/wallet/record", "/wallet/record", badge=badge.rsplit("/", 1)[1], person="Dana", days=days
        )
        assert answer.status_code == 400
        assert "how long the code works" in answer.text


def test_signs_of_other_scripts_are_said_before_printing(wallet: tuple[FlaskClient, str, str]) -> None:
    """A name that the printed page cannot show is not turned into question marks: the form says so, and keeps it."""
    browser, badge, _ = wallet
    for name in ("王小明", "محمد علي", "דנה", "अमन", "Dana 🦺"):
        answer = send(
            browser, "/wallet/record", "/wallet/record", badge=badge.rsplit("/", 1)[1], person=name, days="30"
        )
        assert answer.status_code == 400
        assert "does not have all letters of this name" in answer.text
        assert name in answer.text
    assert "My records" not in get(browser, "/wallet/record").text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  María   Núñez ", "María Núñez"),
        ("Dana\u202eeinaM", "DanaeinaM"),
        ("Dana\x00\x1b[31m", "Dana[31m"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("Дана Ковальчук", "Дана Ковальчук"),
        ("I" * 500, f"\n{'I' * MAX_RECORD_NAME_CHARS}\n"),
    ],
)
def test_name_is_printed_harmlessly(typed: str, printed: str, wallet: tuple[FlaskClient, str, str]) -> None:
    """Signs that turn the writing or steer a terminal are gone, other alphabets stay, and a long name is cut."""
    browser, badge, _ = wallet
    text = get_pdf(browser, f"{make_record(browser, badge, person=typed)}/record-a4.pdf").pages[0].extract_text()
    assert printed in text


def test_somebody_elses_badges_are_not_taken(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Ids of another wallet, mixed in among one's own, get nowhere: neither on paper nor behind the code."""
    browser, badge, note = wallet
    thief = sign_in(fresh_shop, "thief@example.com")
    _, own = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[2], thief)
    record = make_record(thief, own, badge, note, person="Thief")
    text = read_text(get_pdf(thief, f"{record}/record-a4.pdf"))
    assert "Crane safety" not in text
    assert text.count("Issued by") == 1
    assert len(verify_set(fresh_shop, sign(thief, record)).parts) == 1
    assert browser is not thief


def test_five_hundred_badges_are_refused(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Of 500 badges the form ticks as many as fit; whoever sends all of them is told so, and nothing is made."""
    browser, _, _ = wallet
    ids = fill_wallet(fresh_shop, browser, 500)
    form = get(browser, "/wallet/record")
    assert form.text.count('name="badge"') == 501
    assert len(re.findall(r'name="badge" value="[0-9a-f]+" checked', form.text)) == MAX_SHARED_BADGES
    answer = send(browser, "/wallet/record", "/wallet/record", badge=ids, person="Dana", days="30")
    assert answer.status_code == 400
    assert "up to 30 badges" in answer.text
    assert "My records" not in get(browser, "/wallet/record").text


def test_full_record_is_printed(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Thirty badges take more than one page: none is lost, each page has its number and a code of its own."""
    browser, _, _ = wallet
    ids = fill_wallet(fresh_shop, browser, MAX_SHARED_BADGES)
    record = write_record(fresh_shop, ids)
    reader = get_pdf(browser, f"{record}/record-letter.pdf")
    text = read_text(reader)
    assert {f"Badge number {number}" for number in range(MAX_SHARED_BADGES)} <= set(
        re.findall(r"Badge number \d+", text)
    )
    assert len(reader.pages) > 1
    for number, page in enumerate(reader.pages, start=1):
        assert f"Page {number} of {len(reader.pages)}" in page.extract_text()
        assert len(page["/Annots"]) == 1  # type: ignore[arg-type]
    answer = get(browser, f"{record.replace('/record/', '/share/')}/badges.json")
    assert answer.status_code == 400
    assert "up to 20 badges" in answer.text


def test_share_that_is_no_record_has_no_paper(wallet: tuple[FlaskClient, str, str]) -> None:
    """A plain link has no page of a record, no paper and no signature."""
    browser, badge, _ = wallet
    record = make_share(browser, badge).replace("/share/", "/record/")
    assert get(browser, record).status_code == 404
    assert get(browser, f"{record}/record-a4.pdf").status_code == 404
    assert send(browser, f"{record}/sign", "/wallet/record").status_code == 404


def test_unknown_paper_is_not_found(wallet: tuple[FlaskClient, str, str]) -> None:
    """Only the two papers that there are."""
    browser, badge, _ = wallet
    assert get(browser, f"{make_record(browser, badge)}/record-a3.pdf").status_code == 404


def test_joined_wallets_keep_their_records(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """When two wallets become one, the record of the first is there with its code and its paper."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    other = sign_in(fresh_shop, "second@example.com")
    assert send(other, "/wallet/account/addresses", "/wallet/account", email=LUIS).status_code in {200, 303}
    (message,) = [one for one in messages(fresh_shop) if one.template == ADD_ADDRESS_TEMPLATE]
    path = link_of(fresh_shop, message)
    assert send(other, path, path).status_code == 303
    assert "CMM Operator" in read_text(get_pdf(other, f"{record}/record-a4.pdf"))
