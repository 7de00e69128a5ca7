"""A skills record as one file: signed by the home organisation on request, taken back with its link; and unsigned."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from credentials import is_identity_match
from tests.web.record_visits import LUIS, fill_wallet, get_pdf, read_text, sign, verify_set, write_record
from tests.web.wallet_visits import (
    add_file,
    claim,
    get,
    hand_out,
    make_record,
    make_share,
    send,
)
from tests.web.workshop import BASE_URL
from verifier import Headline

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def test_signed_record_is_genuine(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """The signed file is a genuine CLR of the home organisation with the badge as it is, and no typed name in it."""
    browser, badge, note = wallet
    signed = sign(browser, make_record(browser, badge, note, person="Somebody Else"))
    report = verify_set(fresh_shop, signed)
    assert report.headline is Headline.GENUINE
    (part,) = report.parts
    assert part.report.headline is Headline.GENUINE
    document = json.loads(signed)
    assert document["issuer"]["name"] == "Lakeshore Technical College"
    assert b"Somebody Else" not in signed
    assert b"Crane safety" not in signed
    (inside,) = document["credentialSubject"]["verifiableCredential"]
    assert inside == json.loads(fresh_shop.badge().json_bytes)
    assert is_identity_match(document["credentialSubject"]["identifier"][0], LUIS)


def test_wallet_without_address_is_signed_too(fresh_shop: Workshop) -> None:
    """Whoever has no e-mail gets a signed record whose subject is a random id alone."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    signed = sign(browser, make_record(browser, badge))
    subject = json.loads(signed)["credentialSubject"]
    assert "identifier" not in subject
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", subject["id"])
    assert verify_set(fresh_shop, signed).headline is Headline.GENUINE


def test_page_says_who_signs_and_what_for(wallet: tuple[FlaskClient, str, str]) -> None:
    """Before anything is signed the page names the signer and says that the signature covers the collection only."""
    browser, badge, _ = wallet
    page = get(browser, make_record(browser, badge)).text
    assert "Lakeshore Technical College can sign one for you." in page
    assert "Its signature only says that these badges were together in your wallet." in page


def test_signed_file_is_inside_the_pdf(wallet: tuple[FlaskClient, str, str]) -> None:
    """The PDF carries the very bytes that are downloaded, and says so; before signing it carries nothing."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    assert not get_pdf(browser, f"{record}/record-a4.pdf").attachments
    signed = sign(browser, record)
    reader = get_pdf(browser, f"{record}/record-a4.pdf")
    assert reader.attachments == {"signed-skills-record.json": [signed]}
    assert "A signed file of these badges is attached" in read_text(reader)


def test_signed_twice_is_signed_once(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """A second press gives the same bytes and takes no second place in the status lists."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    first = sign(browser, record)
    fresh_shop.clock.move(minutes=5)
    assert sign(browser, record) == first


@pytest.mark.parametrize("way", ["record", "share", "delete"])
def test_signed_record_is_taken_back(way: str, fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Taken back on its page, on the page of links, or with the whole account, the file is revoked; the badge holds."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    signed = sign(browser, record)
    paths = {
        "record": f"{record}/withdraw",
        "share": f"{record.replace('/record/', '/share/')}/withdraw",
        "delete": "/wallet/account/delete",
    }
    assert send(browser, paths[way], record).status_code in {200, 303}
    report = verify_set(fresh_shop, signed)
    assert report.headline is Headline.GENUINE_BUT
    assert "status.revoked" in report.deciding_codes
    assert report.parts[0].report.headline is Headline.GENUINE


def test_nothing_of_a_record_outlives_the_account(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """After the account is deleted the database holds neither the signed file nor the printed name."""
    browser, badge, _ = wallet
    record = make_record(browser, badge, person="Printed Nameperson")
    salt = json.loads(sign(browser, record))["credentialSubject"]["identifier"][0]["salt"]
    send(browser, "/wallet/account/delete", record)
    with fresh_shop.database.read() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "Printed Nameperson" not in dump
    assert salt not in dump
    assert salt.encode().hex().upper() not in dump.upper()


def test_revoked_badge_is_marked_and_not_signed(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """A badge that was taken back is marked on paper, gives no skill to the list, and is named as left out."""
    browser, badge, _ = wallet
    _, other = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[1], browser)
    fresh_shop.ledger.revoke(fresh_shop.badge(0).id, "Given by mistake.", "desk")
    record = make_record(browser, badge, other)
    text = read_text(get_pdf(browser, f"{record}/record-a4.pdf"))
    assert "TAKEN BACK BY THE ISSUER" in text
    assert "Quality Control Analysis (1)" in text  # the other badge, which comes first
    assert "These are not in the signed file" in get(browser, record).text
    report = verify_set(fresh_shop, sign(browser, record))
    assert report.headline is Headline.GENUINE
    assert len(report.parts) == 1


def test_record_of_revoked_badges_is_not_signed(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Nothing is signed around nothing."""
    browser, badge, _ = wallet
    fresh_shop.ledger.revoke(fresh_shop.badge(0).id, "Given by mistake.", "desk")
    record = make_record(browser, badge)
    answer = send(browser, f"{record}/sign", record)
    assert answer.status_code == 400
    assert "None of these badges can stand in one file." in answer.text
    assert get(browser, f"{record}/signed.json").status_code == 404


def test_picture_and_token_stand_in_a_record(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """A badge that came as a picture is taken out of it, one that came as a token stands in its envelope."""
    browser, _, _ = wallet
    stranger = fresh_shop.client()
    for ending, slug in (("png", fresh_shop.slugs[1]), ("jwt", fresh_shop.slugs[2])):
        add_file(browser, stranger.get(f"/b/{slug}.{ending}", base_url=BASE_URL).data, f"badge.{ending}")
    chosen = re.findall(r'name="badge" value="([0-9a-f]+)"', get(browser, "/wallet/record").text)
    record = make_record(browser, *(f"/{one}" for one in chosen))
    report = verify_set(fresh_shop, sign(browser, record))
    assert [part.report.headline for part in report.parts] == [Headline.GENUINE] * 3


def test_badges_as_one_file(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """The file is a presentation without holder and proof: each badge in it is genuine, who shows it is not proven."""
    browser, badge, _ = wallet
    share = make_share(browser, badge)
    body = get(browser, f"{share}/badges.json").data
    document = json.loads(body)
    assert document["type"] == ["VerifiablePresentation"]
    assert "holder" not in document
    assert "proof" not in document
    assert document["verifiableCredential"] == [json.loads(fresh_shop.badge().json_bytes)]
    report = verify_set(fresh_shop, body)
    assert report.parts[0].report.headline is Headline.GENUINE
    assert "presentation.unsigned" in {check.code for check in report.container.checks}


def test_api_does_not_take_the_bundle_for_a_showing(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Nobody signed the bundle, so the API does not verify it as a presentation; each badge in it verifies there."""
    browser, badge, _ = wallet
    bundle = json.loads(get(browser, f"{make_share(browser, badge)}/badges.json").data)
    stranger = fresh_shop.client()
    shown = stranger.post(
        "/api/vc/presentations/verify", json={"verifiablePresentation": bundle}, base_url=BASE_URL
    ).get_json()
    (inside,) = bundle["verifiableCredential"]
    alone = stranger.post("/api/vc/credentials/verify", json={"verifiableCredential": inside}, base_url=BASE_URL)
    assert shown["verified"] is False
    assert [error["code"] for error in shown["errors"]] == ["proof.missing"]
    assert alone.get_json()["verified"] is True


def test_foreman_reads_the_bundle_and_the_record(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """Uploaded to the page where anyone checks a badge, both files show the badge; only the record is signed."""
    browser, badge, _ = wallet
    record = make_record(browser, badge)
    signed = sign(browser, record)
    bundle = get(browser, f"{record.replace('/record/', '/share/')}/badges.json").data
    stranger = fresh_shop.client()
    pages = [
        send(stranger, "/verify", "/verify", file=(io.BytesIO(body), "badges.json")).text for body in (signed, bundle)
    ]
    assert all("CMM Operator" in page for page in pages)
    assert "All are genuine" in pages[0]
    assert "Nobody signed this bundle of badges, so it does not prove who shows it." in pages[1]


def test_old_form_is_named_as_left_out(fresh_shop: Workshop, wallet: tuple[FlaskClient, str, str]) -> None:
    """A badge whose form cannot stand in a record is left out when it is signed, and the page names it."""
    browser, badge, _ = wallet
    document = {**json.loads(fresh_shop.badge().json_bytes), "@context": ["https://www.w3.org/2018/credentials/v1"]}
    (held,) = fill_wallet(fresh_shop, browser, 1, original=json.dumps(document).encode())
    record = write_record(fresh_shop, [badge.rsplit("/", 1)[1], held])
    assert "Badge number 0" not in get(browser, record).text
    assert len(verify_set(fresh_shop, sign(browser, record)).parts) == 1
    page = get(browser, record).text
    assert "come in a form that cannot stand in it" in page
    assert "Badge number 0" in page
