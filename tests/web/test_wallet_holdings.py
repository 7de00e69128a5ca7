"""What a wallet holds: badges from elsewhere that were really verified, notes, links, copies; and how it ends."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from issuer import BadgeEdit, plan_correction, replace_badge
from tests.web.wallet_visits import (
    ANA,
    add_file,
    add_note,
    claim,
    get,
    hand_out,
    make_share,
    messages,
    send,
    shared_path,
    sign_in,
)
from tests.web.workshop import BASE_URL, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

ELSEWHERE = "https://elsewhere.example.edu"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site that issued badges and that nothing here can reach: its status lists cannot be read."""
    shop = open_workshop(tmp_path_factory.mktemp("elsewhere"), base_url=ELSEWHERE)
    yield shop
    shop.database.close()


def file_of(shop: Workshop, ending: str, index: int = 0) -> bytes:
    """Return one form of a published badge."""
    return bytes(shop.client().get(f"/b/{shop.slugs[index]}.{ending}", base_url=shop.ledger.base_url).data)


def download(browser: FlaskClient, badge: str) -> bytes:
    """Return the bytes that the wallet kept."""
    return bytes(get(browser, f"{badge}/file").data)


@pytest.mark.parametrize("ending", ["json", "jwt", "png", "svg", "pdf"])
def test_each_form_is_verified_and_kept_as_it_is(ending: str, fresh_shop: Workshop) -> None:
    """A file comes back byte for byte, with what the check found."""
    browser, body = sign_in(fresh_shop, "keeper@example.com"), file_of(fresh_shop, ending)
    answer = add_file(browser, body, f"badge.{ending}")
    assert answer.status_code == 303, answer.text
    page = get(browser, answer.location).text
    assert "CMM Operator" in page
    assert "In force" in page
    assert download(browser, answer.location) == body


def test_same_badge_in_another_form_is_known(fresh_shop: Workshop) -> None:
    """A picture and a data file of one badge are one badge."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    places = {add_file(browser, file_of(fresh_shop, ending), "b").location for ending in ("png", "json", "png")}
    assert len(places) == 1
    assert "It was in your wallet already." in get(browser, places.pop()).text


def test_changed_badge_is_refused(fresh_shop: Workshop) -> None:
    """A badge that was changed does not enter, the reason is said, and nothing of it is shown or kept."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    forged = file_of(fresh_shop, "json").replace(b"Dana Whitfield", b"Eve Whitfield")
    answer = add_file(browser, forged, "badge.json")
    assert answer.status_code == 400
    assert "We did not add it." in answer.text
    assert "changed" in answer.text
    assert "not looked at" not in answer.text  # one reason is enough
    assert "Eve Whitfield" not in answer.text
    assert "Nothing here yet" in get(browser, "/wallet").text


@pytest.mark.parametrize("body", [b"", b"{}", b"hello", b"\x89PNG\r\n\x1a\n", b'{"type": "VerifiablePresentation"}'])
def test_what_is_no_badge_is_refused(body: bytes, fresh_shop: Workshop) -> None:
    """Something that is no badge is answered with a reason, never with an error of ours."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    answer = add_file(browser, body, "x.json")
    assert answer.status_code == 400
    assert 'class="error-note"' in answer.text
    assert "Nothing here yet" in get(browser, "/wallet").text


def test_what_cannot_be_checked_is_kept_and_marked(fresh_shop: Workshop, elsewhere: Workshop) -> None:
    """A badge whose issuer is out of reach now is kept, and nobody is told that it is good."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    answer = add_file(browser, file_of(elsewhere, "json"), "badge.json")
    assert answer.status_code == 303
    page = get(browser, answer.location).text
    assert "could not be checked. Check it again later." in page
    assert "Could not check" in page
    assert "In force" not in page


def test_link_to_a_badge_of_this_site(fresh_shop: Workshop) -> None:
    """The address of a badge page is enough; the badge has its own page, so its code needs no link."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    answer = send(browser, "/wallet/add", "/wallet/add", text=f"{BASE_URL}/b/{fresh_shop.slugs[0]}")
    assert answer.status_code == 303
    assert f"{BASE_URL}/b/{fresh_shop.slugs[0]}" in get(browser, f"{answer.location}/show").text


def test_link_elsewhere_goes_through_the_guarded_door(fresh_shop: Workshop) -> None:
    """A link is fetched only as the verifier does it; here there is no network, and that is said."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    answer = send(browser, "/wallet/add", "/wallet/add", text="https://badges.example.com/1.json")
    assert answer.status_code == 400
    assert 'class="error-note"' in answer.text


def test_photo_of_a_foreign_code_asks_first(fresh_shop: Workshop, elsewhere: Workshop) -> None:
    """The host is shown before anything is fetched (T-51)."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    photo = elsewhere.client().get(f"/b/{elsewhere.slugs[0]}/qr.png", base_url=ELSEWHERE).data
    answer = add_file(browser, photo, "photo.png")
    assert answer.status_code == 200
    assert "This code leads to another site" in answer.text
    assert "elsewhere.example.edu" in answer.text


def test_expired_badge_stays_and_says_so(fresh_shop: Workshop) -> None:
    """Two months before its end a badge is marked, after its end it is expired, without a new check."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    marks = []
    for days in (0, 1_036, 61):  # 36 months are 1,096 days from May 14, 2026
        fresh_shop.clock.move(days=days)
        if days:
            browser = sign_in(fresh_shop)
            badge = (
                badge
                if get(browser, badge).status_code == 200
                else send(browser, f"/wallet/found/{fresh_shop.slugs[0]}", "/wallet").location
            )
        page = get(browser, badge).text
        marks.append(re.findall(r'class="mark mark--([a-z_]+)"', page)[0])
    assert marks == ["in_force", "ends_soon", "expired"]
    assert "What ends when" in get(browser, "/wallet").text


def test_check_again_says_when_it_was(fresh_shop: Workshop) -> None:
    """The kept result has a date, and checking again makes it today's."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    fresh_shop.clock.move(days=1)
    assert "Last checked May 14, 2026" in get(browser, badge).text
    assert send(browser, f"{badge}/check", badge).status_code == 303
    assert "Last checked May 15, 2026" in get(browser, badge).text


def test_corrected_badge_takes_the_place_of_the_wrong_one(fresh_shop: Workshop) -> None:
    """A link shows the right badge at once, and checking again has it in the same place."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    path = shared_path(browser, make_share(browser, badge))
    planned = plan_correction(fresh_shop.ledger, fresh_shop.slugs[0], BadgeEdit(name="Dana Whitfield-Reyes"))
    replace_badge(fresh_shop.ledger, planned.replacement, by="desk")
    assert "Dana Whitfield-Reyes" in get(fresh_shop.client(), path).text
    assert send(browser, f"{badge}/check", "/wallet/add").status_code == 303
    page = get(browser, badge).text
    assert "Dana Whitfield-Reyes" in page
    assert "mark--in_force" in page


def test_note_is_never_a_badge(fresh_shop: Workshop) -> None:
    """What the holder wrote stands apart, has no code, no file and no check, and no link shows it."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    note = add_note(browser, "Crane safety", place="Old mill", day="2019-03-01", note="One day.")
    page = get(browser, note).text
    assert "it is not a badge" in page
    assert "Show my code" not in page
    assert {get(browser, f"{note}/{part}").status_code for part in ("show", "qr.svg", "file", "earned")} == {404}
    refused = send(browser, "/wallet/share", "/wallet/add", badge=note.rsplit("/", 1)[1], name="x", days="1")
    assert refused.status_code == 400
    listed = get(browser, "/wallet").text
    assert listed.index("What I wrote down myself") < listed.index("Crane safety")
    assert "0 badges" in listed


@pytest.mark.parametrize(
    ("query", "is_found"),
    [("cmm", True), ("QUALITY control", True), ("lakeshore", True), ("align drawing", True), ("forklift", False)],
)
def test_do_i_have(query: str, is_found: bool, fresh_shop: Workshop) -> None:  # noqa: FBT001 - a table of cases
    """Names, skills, what one can do, and the issuer are searched; the question stands in no address."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    answer = send(browser, "/wallet", "/wallet", q=query)
    assert ("Yes: 1 badge" in answer.text) is is_found
    assert ("No badge with these words" in answer.text) is not is_found


def test_badges_by_skill(fresh_shop: Workshop) -> None:
    """Each skill is a heading over the badges that prove it."""
    claims = hand_out(fresh_shop)
    browser, _ = claim(fresh_shop, claims, fresh_shop.slugs[0])
    claim(fresh_shop, claims, fresh_shop.slugs[1], browser)
    assert "<h3>Quality Control Analysis</h3>" in get(browser, "/wallet?by=skill").text


def test_shared_page_is_verified_at_each_visit(fresh_shop: Workshop) -> None:
    """Whoever opens a link sees the badges as they are now, not as they were when it was made."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    path = shared_path(browser, make_share(browser, badge))
    visitor = fresh_shop.client()
    assert "All are genuine" in get(visitor, path).text
    fresh_shop.ledger.revoke(fresh_shop.badge(0).id, reason="Test to be repeated.", by="desk")
    page = get(visitor, path).text
    assert "All are genuine" not in page
    assert "Revoked" in page
    assert "Job at the mill" not in page  # the name of the link is the holder's own


def test_link_is_counted_without_who(fresh_shop: Workshop) -> None:
    """Others are counted, the holder and a prefetching browser are not; no row says who."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    share = make_share(browser, badge)
    path = shared_path(browser, share)
    get(browser, path)
    get(fresh_shop.client(), path, **{"Sec-Purpose": "prefetch"})
    for _ in range(3):
        get(fresh_shop.client(), path)
    assert "opened 3 times" in get(browser, share).text


def test_link_that_is_over_withdrawn_or_unknown(fresh_shop: Workshop) -> None:
    """All three are one answer."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    over, withdrawn = make_share(browser, badge, days="1"), make_share(browser, badge, days="")
    paths = [shared_path(browser, share) for share in (over, withdrawn)]
    assert send(browser, f"{withdrawn}/withdraw", withdrawn).status_code == 303
    fresh_shop.clock.move(days=1)
    pages = [get(fresh_shop.client(), path) for path in (*paths, f"/s/{'x' * 43}")]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'href="[^"]*lang=es"', "", page.text) for page in pages}) == 1


def test_removed_badge_leaves_its_links(fresh_shop: Workshop) -> None:
    """A link whose only badge was taken out shows nothing."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    path = shared_path(browser, make_share(browser, badge))
    assert send(browser, f"{badge}/remove", f"{badge}/remove").status_code == 303
    assert get(fresh_shop.client(), path).status_code == 404


def test_code_of_a_badge_from_elsewhere(fresh_shop: Workshop, elsewhere: Workshop) -> None:
    """A badge without a page here gets a code for one day, that shows it and nothing else."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    badge = add_file(browser, file_of(elsewhere, "json"), "badge.json").location
    assert get(browser, f"{badge}/qr.svg").status_code == 404
    assert send(browser, f"{badge}/show", f"{badge}/show").status_code == 303
    assert get(browser, f"{badge}/qr.svg").mimetype == "image/svg+xml"
    path = shared_path(browser, f"{badge}/show")
    assert get(fresh_shop.client(), path).status_code == 200
    fresh_shop.clock.move(days=1)
    assert get(fresh_shop.client(), path).status_code == 404


def test_copy_goes_into_another_wallet(fresh_shop: Workshop) -> None:
    """The zip holds the bytes as they came in and a plain page; another wallet takes it all, each badge verified."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    bodies = {file_of(fresh_shop, "png", 0), file_of(fresh_shop, "json", 1)}
    for body in bodies:
        add_file(browser, body, "b")
    add_note(browser, "Crane <b>safety</b>", place="Old mill", day="2019-03-01", note="One day.")
    packed = get(browser, "/wallet/export.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = [name for name in archive.namelist() if name.startswith("badges/")]
        assert {archive.read(name) for name in names} == bodies
        index = archive.read("index.html").decode()
        assert "Crane &lt;b&gt;safety&lt;/b&gt;" in index
        assert all(f'href="{name}"' in index for name in names)
    other = sign_in(fresh_shop, "other@example.com")
    for said in ("3 are new in your wallet.", "3 were in it already."):
        answer = send(other, "/wallet/import", "/wallet/add", copy=(io.BytesIO(packed), "copy.zip"))
        assert said in answer.text
    assert "2 badges" in get(other, "/wallet").text


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), body)
    return packed.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"no zip",
        _zip(other_dot_txt=b"x"),
        _zip(badges__1_dot_json=b"x" * 80_000_000),
        _zip(my_dot_json=b"[]"),
        b"PK\x03\x04" + bytes(60),
    ],
    ids=["text", "other", "bomb", "names", "broken"],
)
def test_what_is_no_copy_is_refused(body: bytes, fresh_shop: Workshop) -> None:
    """A wrong, broken or swollen zip file is refused with a reason, and nothing is added."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    answer = send(browser, "/wallet/import", "/wallet/add", copy=(io.BytesIO(body), "copy.zip"))
    assert answer.status_code == 400
    assert "Nothing here yet" in get(browser, "/wallet").text


def test_forged_badge_in_a_copy_is_named(fresh_shop: Workshop) -> None:
    """Of a copy the good ones are added, and the forged one is named with its reason."""
    good, forged = file_of(fresh_shop, "json"), file_of(fresh_shop, "json", 1).replace(b"Luis", b"Lois")
    packed = _zip(badges__1_dot_json=good, badges__2_dot_json=forged)
    browser = sign_in(fresh_shop, "keeper@example.com")
    answer = send(browser, "/wallet/import", "/wallet/add", copy=(io.BytesIO(packed), "copy.zip"))
    assert "1 is new in your wallet." in answer.text
    assert "1 file was not added" in answer.text
    assert "2.json" in answer.text


def test_deleted_account_leaves_nothing(fresh_shop: Workshop) -> None:
    """Rows, sessions, links and the address in what was sent are gone; the audit keeps a name nobody can turn back."""
    browser = sign_in(fresh_shop)
    send(browser, f"/wallet/found/{fresh_shop.slugs[0]}", "/wallet")
    badge = "/wallet/badges/" + re.findall(r"/wallet/badges/([0-9a-f]{32})", get(browser, "/wallet").text)[0]
    path = shared_path(browser, make_share(browser, badge))
    with fresh_shop.database.read() as connection:
        holder_id = str(connection.exec_driver_sql("SELECT id FROM wallet_holders").scalar())
    answer = send(browser, "/wallet/account/delete", "/wallet/account/delete")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert get(browser, "/wallet").status_code == 303
    assert get(fresh_shop.client(), path).status_code == 404
    assert {message.recipient for message in messages(fresh_shop)} == {""}
    with fresh_shop.database.read() as connection:
        lines = list(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        record = json.loads(
            connection.exec_driver_sql("SELECT record FROM audit WHERE event = 'wallet.deleted'").scalar_one()
        )
    assert [line for line in lines if line.startswith('INSERT INTO "wallet_')] == []
    assert [line for line in lines if line.startswith('INSERT INTO "outbox') and ANA in line] == []
    assert holder_id not in json.dumps(record)


def test_first_page_is_small_and_our_own(fresh_shop: Workshop) -> None:
    """The first page of the wallet with all that it loads is at most 100 kB, and nothing of it is another host's."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    page = get(browser, "/wallet")
    loaded = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', page.text)
    assert loaded
    assert all(path.startswith("/") for path in loaded)
    assert len(page.data) + sum(_size_of(browser, path) for path in loaded) <= 100_000


def _size_of(browser: FlaskClient, path: str) -> int:
    answer = get(browser, path)
    assert answer.status_code == 200
    size = len(answer.data)
    answer.close()
    return size


def test_badge_from_elsewhere_asks_whose_it_is(fresh_shop: Workshop) -> None:
    """A badge that was added names its person and asks to keep it only if that is you; a claimed one does not."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    added = add_file(browser, fresh_shop.badge(1).json_bytes, "badge.json").location
    assert "Keep it only if this is you." in get(browser, added).text
    _, claimed = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], browser)
    assert "Keep it only if this is you." not in get(browser, claimed).text
