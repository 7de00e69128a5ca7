"""The life of a class of thirty, over the pages alone: dropped sheet, claims, a wrong name, a badge taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from issuer import list_jobs, open_class_code
from storage import MessageState
from tests.doubles.classes import paper_code_of
from tests.web.desk_visits import issue, post, upload, wait_for_job
from tests.web.test_delivery_desk import claims_of
from tests.web.test_wallet_reminders import run, start
from tests.web.wallet_visits import get, link_of, messages, send
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from issuer import IssuedCredential
    from tests.web.workshop import Workshop

PEOPLE = 30
WITH_EMAIL = 20
ON_PAPER = 25  # the others find their badge by name, in class
ENDS = datetime(2029, 5, 14, 23, 59, 59, tzinfo=UTC)  # 36 months after the award, at the end of the day
KILLED = -9
_LINK = re.compile(r"/claim/([A-Za-z0-9_-]{43})")


def _name(number: int) -> str:
    return f"Person {chr(65 + number % 26)} Number{number}"


def _address(number: int) -> str:
    return f"p{number}@example.org"


def _sheet() -> str:
    rows = [
        f"{_name(number)},{_address(number) if number < WITH_EMAIL else ''},2026-05-14,Works alone,{60 + number}"
        for number in range(PEOPLE)
    ]
    return "\n".join(("Name,E-mail,Date,Practical test,Written test", *rows)) + "\n"


def _issue_class(shop: Workshop, trainer: FlaskClient) -> dict[str, IssuedCredential]:
    """Drop the sheet, look at it, issue with e-mail; return the badges by name."""
    shop.clock.move(minutes=1)  # the newest class of the course
    draft = upload(trainer, _sheet()).headers["Location"]
    assert "Issue 30 badges" in get(trainer, draft).text
    job_id = wait_for_job(shop, issue(trainer, draft, way="email").headers["Location"])
    issued = shop.ledger.list_issued(job_id)
    return {badge.recipient_name: badge for badge in issued}


def _read_mailed_paths(shop: Workshop) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in (shop.home / "outbox").glob("*.eml"):
        text = file.read_text("utf-8").replace("=\n", "").replace("=\r\n", "")
        (recipient,) = re.findall(r"^To: (.+)$", text, re.MULTILINE)
        found.setdefault(recipient, set()).update(f"/claim/{token}" for token in _LINK.findall(text))
    return found


def _send_with_a_kill(shop: Workshop) -> dict[str, str]:
    """Have a process die while it sends, send the rest, and return each address with its one link."""
    process = start(shop, "die")
    process.communicate("go\n", timeout=120)
    assert process.returncode == KILLED
    shop.clock.move(minutes=10)
    for _ in range(2):
        run(shop)
    paths = _read_mailed_paths(shop)
    assert {address: len(links) for address, links in paths.items()} == {
        _address(number): 1 for number in range(WITH_EMAIL)
    }
    assert len({link for links in paths.values() for link in links}) == WITH_EMAIL
    return {address: links.pop() for address, links in paths.items()}


def _take(browser: FlaskClient, path: str) -> str:
    """Press the button on the page of a badge that waits; return the path of the badge in the wallet."""
    answer = send(browser, path, path)
    assert answer.status_code == 303, answer.text
    return str(answer.location).removesuffix("/earned")


def _claim_all(
    shop: Workshop, badges: dict[str, IssuedCredential], links: dict[str, str]
) -> list[tuple[FlaskClient, str]]:
    """Claim thirty badges: by mail, by the code on paper, by name and class code; each from a phone of its own."""
    claims = claims_of(shop)
    class_code = open_class_code(claims, list_jobs(shop.ledger)[0].job_id)
    wallets = []
    for number in range(PEOPLE):
        phone = shop.client()
        if number < WITH_EMAIL:
            path = links[_address(number)]
        elif number < ON_PAPER:
            path = send(phone, "/claim", "/claim", code=paper_code_of(claims, badges[_name(number)].slug)).location
        else:
            form = f"/claim/class/{class_code}"
            path = send(phone, form, form, who=_name(number)).location
        wallets.append((phone, _take(phone, path)))
    return wallets


def _correct_name(shop: Workshop, trainer: FlaskClient, badge: IssuedCredential, right: str) -> None:
    form = f"/desk/badges/{badge.slug}/correct"
    fields = {"name": right, "email": badge.recipient_email, "awarded_on": "2026-05-14"}
    results = {"result:practical": "alone", "result:written": "60"}
    answer = post(trainer, form, form, confirmed="yes", **fields, **results)
    assert answer.status_code == 303, answer.text
    assert shop.ledger.count_issued() == 3 + PEOPLE + 1


def _headline(shop: Workshop, badge: IssuedCredential) -> str:
    """Return what the foreman reads first when somebody shows this badge."""
    page = shop.client().get(f"/b/{badge.slug}", base_url=BASE_URL).text
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_whole_life_of_a_class(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Thirty people have their badge, ten of them without e-mail; what is mended, taken back and ends reaches them."""
    shop = fresh_shop
    badges = _issue_class(shop, trainer)
    assert len(badges) == PEOPLE
    wallets = _claim_all(shop, badges, _send_with_a_kill(shop))
    for number, (phone, path) in enumerate(wallets):
        assert _name(number) in get(phone, path).text
    wrong, revoked = badges[_name(0)], badges[_name(1)]

    _correct_name(shop, trainer, wrong, "Person A Right-Name")
    phone, path = wallets[0]
    assert "Person A Right-Name" in get(phone, path).text  # by itself, and nobody pressed anything
    assert "Person A Right-Name" in get(shop.client(), f"/b/{wrong.slug}").text
    assert _headline(shop, wrong) == "Genuine"

    form = f"/desk/badges/{revoked.slug}/revoke"
    post(trainer, form, form, reason="The practical test has to be repeated.", confirmed="yes")
    assert _headline(shop, revoked) == "Revoked (it was genuine)"
    phone, path = wallets[1]
    assert send(phone, f"{path}/check", path).status_code == 303
    assert "mark--revoked" in get(phone, path).text

    _remind_three(shop, wallets)


def _remind_three(shop: Workshop, wallets: list[tuple[FlaskClient, str]]) -> None:
    """Three people gave an address; each reads once that the badge ends, however often the site looks."""
    told_to = []
    for number in (0, 2, 29):
        phone, address = wallets[number][0], f"own{number}@example.com"
        known = {message.id for message in messages(shop)}
        send(phone, "/wallet/account/addresses", "/wallet/account", email=address)
        (asked,) = [message for message in messages(shop) if message.id not in known]
        assert send(phone, link_of(shop, asked), link_of(shop, asked)).status_code == 303
        told_to.append(address)
    shop.clock.now = ENDS - timedelta(days=30)
    for _ in range(3):
        run(shop)
    told = [message for message in messages(shop) if message.template == "wallet-ending"]
    assert sorted(message.recipient for message in told) == sorted(told_to)
    assert {message.state for message in told} == {MessageState.SENT}
