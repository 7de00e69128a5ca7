"""`/verify`: anything may be sent, nothing is kept, and nobody is led to a foreign site (T-29, T-51, T-63)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from credentials import render_qr_png
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.web.workshop import BASE_URL, open_workshop, read_token
from verifier import Headline, read_trust_list
from verifier.web.compose_view import compose_badge_view
from verifier.web.views import BannerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop


def send_file(client: FlaskClient, data: bytes, name: str) -> TestResponse:
    token = read_token(client.get("/verify", base_url=BASE_URL))
    return client.post("/verify", data={"csrf_token": token, "file": (io.BytesIO(data), name)}, base_url=BASE_URL)


def send_text(client: FlaskClient, text: str) -> TestResponse:
    token = read_token(client.get("/verify", base_url=BASE_URL))
    return client.post("/verify", data={"csrf_token": token, "text": text}, base_url=BASE_URL)


@pytest.fixture(scope="module")
def other_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Another site, which cannot be reached from here."""
    workshop = open_workshop(tmp_path_factory.mktemp("other"), base_url="http://127.0.0.1:9999")
    yield workshop
    workshop.database.close()


@pytest.mark.parametrize("ending", ["json", "jwt", "png", "svg", "pdf"])
def test_every_form_of_a_badge_verifies(ending: str, client: FlaskClient, shop: Workshop) -> None:
    """What the badge page lets people save is genuine when it comes back."""
    data = client.get(f"/b/{shop.slugs[0]}.{ending}", base_url=BASE_URL).data
    page = send_file(client, data, f"badge.{ending}")
    assert page.status_code == 200
    assert '<h1 id="verdict">Genuine</h1>' in page.text
    assert "Dana Whitfield" in page.text


def test_pasted_token_verifies(client: FlaskClient, shop: Workshop) -> None:
    """A badge may be pasted as text."""
    assert '<h1 id="verdict">Genuine</h1>' in send_text(client, f"  {shop.badge().jwt}\n").text


def test_changed_badge_is_not_genuine_and_shows_no_claim(client: FlaskClient, shop: Workshop) -> None:
    """One changed word: not genuine, and neither the name nor the new word is on the page."""
    document = json.loads(shop.badge().json_bytes)
    document["credentialSubject"]["achievement"]["name"] = "Master of everything"
    page = send_file(client, json.dumps(document).encode(), "badge.json")
    assert '<h1 id="verdict">Not genuine</h1>' in page.text
    for claim in ("Master of everything", "Dana Whitfield", "Lakeshore", "CMM"):
        assert claim not in page.text


LISTED = b"issuers: [{domain: lakeshore.example.edu, name: Lakeshore Technical College, kind: college}]"


@pytest.mark.parametrize("id_kind", [IssuerIdKind.DID_KEY, IssuerIdKind.DID_WEB])
def test_name_of_a_listed_issuer_on_a_strangers_badge_is_warned_of(id_kind: IssuerIdKind, shop: Workshop) -> None:
    """Under a well-known name, signed by somebody else: the banner warns, whatever kind of address signed it."""
    world = IssuerSimulator()
    stranger = world.add_issuer(id_kind, name="LAKESHORE  Technical College")
    report = world.verify(stranger.issue(), trust_list=read_trust_list(LISTED))
    assert report.headline is Headline.GENUINE
    with shop.app.test_request_context():
        verdict = compose_badge_view(report, image_url="").verdict
    assert verdict.kind is BannerKind.NAME_TAKEN
    assert verdict.sentences[0] == "It uses the name of an issuer on the list, but somebody else signed it."


def test_badge_whose_list_is_out_of_reach_could_not_be_checked(client: FlaskClient, other_shop: Workshop) -> None:
    """Not reachable is not false: the page says what is open and keeps what is proven."""
    page = send_file(client, other_shop.badge().json_bytes, "badge.json")
    assert '<h1 id="verdict">Could not check</h1>' in page.text
    assert "That does not mean that the badge is false." in page.text
    assert "Dana Whitfield" in page.text


def test_picture_of_a_foreign_badge_is_drawn_here(client: FlaskClient, other_shop: Workshop) -> None:
    """No picture is loaded from the address that a badge names."""
    page = send_file(client, other_shop.badge().json_bytes, "badge.json")
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert "127.0.0.1:9999/achievements" not in page.text.split("Show the checks")[0]


def test_result_is_kept_nowhere(client: FlaskClient, shop: Workshop) -> None:
    """What somebody checked is never stored (T-63)."""
    page = send_file(client, shop.badge().json_bytes, "badge.json")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("form", ["", ".json", ".png", "/", "?lang=es"])
def test_our_own_address_opens_our_page(form: str, client: FlaskClient, shop: Workshop) -> None:
    """A pasted or scanned address of a badge of ours leads to its page."""
    page = send_text(client, f"{BASE_URL}/b/{shop.slugs[0]}{form}")
    assert page.status_code == 303
    assert page.headers["Location"] == f"/b/{shop.slugs[0]}"


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1:8000/b/{}",
        "LocalHost:8000/b/{}",
        "{}",
        " {} \n",
        "http://127.0.0.1:8000\n/b/{}",
        "Hi, here is my badge: http://127.0.0.1:8000/b/{} - Dana",
        "My badge is at 127.0.0.1:8000/b/{}.",
    ],
)
def test_what_is_printed_or_sent_leads_to_the_badge(written: str, client: FlaskClient, shop: Workshop) -> None:
    """An address without its scheme, the bare code, a broken line, or a whole message."""
    page = send_text(client, written.format(shop.slugs[0]))
    assert page.headers["Location"] == f"/b/{shop.slugs[0]}"


@pytest.mark.parametrize(
    "written",
    [
        "AAAAAAAAAAAAAAAAAAAAAA",
        "see 127.0.0.1:8000/b/{0} and 127.0.0.1:8000/b/{1}",
        "evil127.0.0.1:8000/b/{0}",
        "hello",
    ],
)
def test_what_leads_nowhere_stays_in_the_form(written: str, client: FlaskClient, shop: Workshop) -> None:
    """No guess between two badges; the text is still there for another try."""
    text = written.format(*shop.slugs)
    page = send_text(client, text)
    assert page.status_code == 400
    assert f">{text}</textarea>" in page.text


def test_badge_text_is_judged_as_it_is(client: FlaskClient, shop: Workshop) -> None:
    """A changed badge holds the address of the true one; that address is not followed."""
    changed = shop.badge().json_bytes.decode().replace("CMM Operator", "Master of everything")
    assert '<h1 id="verdict">Not genuine</h1>' in send_text(client, changed).text


def test_cut_text_is_kept_for_another_try(client: FlaskClient, shop: Workshop) -> None:
    """What could not be read stands in the form again."""
    half = shop.badge().jwt[:500]
    page = send_text(client, half).text
    assert "some of it may be missing" in page
    assert f">{half}</textarea>" in page


def test_file_of_our_revoked_badge_says_when_and_why(fresh_shop: Workshop) -> None:
    """The file says as much as the page of the badge."""
    fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="The test has to be repeated.", by="desk")
    page = send_file(fresh_shop.client(), fresh_shop.badge().json_bytes, "badge.json").text
    assert "verdict--revoked" in page
    assert "That was on May 14, 2026." in page
    assert "Reason given by the issuer: The test has to be repeated." in page


def test_reason_is_not_given_for_a_badge_of_somebody_else(fresh_shop: Workshop) -> None:
    """A stranger signs an expired badge under the id of ours that was revoked: our words are not shown for it."""
    fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="The test has to be repeated.", by="desk")
    stranger = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    badge = stranger.issue(
        id=fresh_shop.badge().id, validFrom="2020-01-01T00:00:00Z", validUntil="2021-01-01T00:00:00Z"
    )
    page = send_file(fresh_shop.client(), badge, "badge.json").text
    assert "verdict--expired" in page
    assert "has to be repeated" not in page


def test_iphone_photo_format_is_named(client: FlaskClient) -> None:
    """HEIC cannot be read here; the person is told what to choose on the phone."""
    page = send_file(client, b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64), "IMG_0001.HEIC")
    assert page.status_code == 400
    assert "HEIC" in page.text
    assert "Most Compatible" in page.text
    assert "image.type_mismatch" in page.text


def test_photo_of_our_code_opens_our_page(client: FlaskClient, shop: Workshop) -> None:
    """The server reads a photo of the code when the phone cannot."""
    page = send_file(client, render_qr_png(f"{BASE_URL}/b/{shop.slugs[0]}"), "photo.png")
    assert page.headers["Location"] == f"/b/{shop.slugs[0]}"


@pytest.mark.parametrize(
    "text",
    [
        "https://verify.examp1e.org/b/x",
        "https://skillmark.example.evil.example/b/x",
        "https://xn--verfy-q4a.example/b/x",
    ],
)
def test_foreign_address_is_shown_and_not_opened(text: str, client: FlaskClient) -> None:
    """The host stands on the page, and a person must say yes before anything is fetched."""
    for page in (send_text(client, text), send_file(client, render_qr_png(text), "photo.png")):
        assert page.status_code == 200
        assert "We did not open it." in page.text
        assert text.split("/")[2] in page.text
        assert f'href="{text}"' not in page.text


def test_confirmed_address_goes_through_the_guarded_door(client: FlaskClient) -> None:
    """After the yes the fetcher is asked; here it has no network, so the answer is “could not check”."""
    token = read_token(client.get("/verify", base_url=BASE_URL))
    page = client.post(
        "/verify", data={"csrf_token": token, "confirmed_url": "https://badges.example.org/1.json"}, base_url=BASE_URL
    )
    assert '<h1 id="verdict">Could not check</h1>' in page.text


@pytest.mark.parametrize(
    "content",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://example.org/b/x",
        "file:///etc/passwd",
        "openid-credential-offer://evil.example",
        "intent://scan/#Intent;scheme=zxing;end",
        "tel:+15551234",
    ],
)
def test_code_with_another_scheme_is_refused(content: str, client: FlaskClient) -> None:
    """A code may hold a badge or an https address, nothing else (T-51)."""
    page = send_file(client, render_qr_png(content), "photo.png")
    assert page.status_code == 400
    assert "decoding.qr_unsupported_scheme" in page.text
    assert f'href="{content}' not in page.text


@pytest.mark.parametrize(
    "confirmed", ["javascript:alert(1)", "http://169.254.169.254/latest", "//evil.example", "https://u@evil.example"]
)
def test_confirmed_address_must_be_https(confirmed: str, client: FlaskClient) -> None:
    """The form for foreign addresses is no open proxy."""
    token = read_token(client.get("/verify", base_url=BASE_URL))
    page = client.post("/verify", data={"csrf_token": token, "confirmed_url": confirmed}, base_url=BASE_URL)
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.json"),
        (b"hello", "note.txt"),
        (b"\x00\x01\x02\x03", "noise.bin"),
        (b"\xff\xd8\xff\xe0 not a photo", "photo.jpg"),
        (b"%PDF-1.7 nothing", "certificate.pdf"),
        (b"\x89PNG\r\n\x1a\n", "cut.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "empty.svg"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "bomb.svg"),
    ],
)
def test_unusable_file_gets_a_sentence(data: bytes, name: str, client: FlaskClient) -> None:
    """A file that is no badge is explained on the form, with a next step, never with a stack trace."""
    page = send_file(client, data, name)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert "Traceback" not in page.text
    assert "Not genuine" not in page.text


@pytest.mark.parametrize(
    "text",
    ['{"hello": 1}', "[1]", '{"@context": ["https://www.w3.org/ns/cred', "eyJhbGciOiJFZERTQSJ9.eyJhIjox", "[" * 99_999],
)
def test_what_is_no_badge_or_cut_short_is_not_called_false(text: str, client: FlaskClient) -> None:
    """Half of a text, or something else, is what it is: nobody forged it."""
    page = send_text(client, text)
    assert '<h1 id="verdict">Could not read</h1>' in page.text
    assert "Not genuine" not in page.text


@pytest.mark.parametrize("text", ['{"a": 1}', "{", '{"@context": []}', "eyJhbGciOiJub25lIn0.e30."])
def test_readable_text_gets_a_report(text: str, client: FlaskClient) -> None:
    """What looks like a badge gets a verdict with its checks."""
    page = send_text(client, text)
    assert page.status_code == 200
    assert "Show the checks" in page.text
    assert '<h1 id="verdict">Genuine' not in page.text


def test_empty_form_is_explained(client: FlaskClient) -> None:
    """Nothing sent is said so."""
    page = send_text(client, "   ")
    assert page.status_code == 400
    assert "request.nothing_sent" in page.text


def test_camera_frame_is_read_by_the_server(client: FlaskClient, shop: Workshop) -> None:
    """A frame with a code gives its text; one without gives nothing; neither is stored."""
    token = read_token(client.get("/verify", base_url=BASE_URL))
    address = f"{BASE_URL}/b/{shop.slugs[0]}"
    for picture, text in ((render_qr_png(address), address), (client.get(f"/b/{shop.slugs[0]}.png").data, "")):
        answer = client.post(
            "/verify/frame",
            data={"frame": (io.BytesIO(picture), "frame.jpg")},
            headers={"X-CSRFToken": token},
            base_url=BASE_URL,
        )
        assert answer.json == {"text": text}
        assert answer.headers["Cache-Control"] == "no-store"


def test_checking_is_limited_per_client(fresh_shop: Workshop) -> None:
    """After 30 checks in a minute the page asks to wait."""
    browser = fresh_shop.client()
    token = read_token(browser.get("/verify", base_url=BASE_URL))
    answers = [
        browser.post("/verify", data={"csrf_token": token, "text": "{}"}, base_url=BASE_URL).status_code
        for _ in range(32)
    ]
    assert answers[:30] == [200] * 30
    assert answers[30:] == [429] * 2


VECTORS = sorted((Path(__file__).resolve().parents[1] / "vectors").rglob("*.json"))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.name)
def test_documents_of_others_get_a_page(path: Path, language: str, client: FlaskClient) -> None:
    """Badges, lists and other documents of other software: a page each, never an error of ours."""
    client.get("/", query_string={"lang": language}, base_url=BASE_URL)
    page = send_file(client, path.read_bytes(), path.name)
    assert page.status_code in {200, 400}
    assert f'<html lang="{language}">' in page.text
    assert '<h1 id="verdict">Genuine</h1>' not in page.text  # nothing that needs the network can be sure offline
