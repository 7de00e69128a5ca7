"""The page that a QR code opens: four headlines, then who and what, only from what is signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from credentials import read_qr_photo
from issuer import ProofChoice
from tests.web.workshop import BASE_URL, CLASS_LIST, open_workshop

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

JARGON = ("DID", "JSON-LD", "proofValue", "credential subject", "credentialSubject", "Multikey", "cryptosuite")


def test_genuine_badge_says_so_first(client: FlaskClient, shop: Workshop) -> None:
    """A good badge is called genuine, in the heading and in the title."""
    page = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL)
    assert page.status_code == 200
    assert '<h1 id="verdict">Genuine</h1>' in page.text
    assert "<title>Genuine \u2013 CMM Operator \u2013 Dana Whitfield</title>" in page.text


def test_page_says_what_the_person_can_do(client: FlaskClient, shop: Workshop) -> None:
    """Skills in plain words, level, test, hours, dates, issuer and evidence are all there."""
    text = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text
    for words in (
        "Dana Whitfield",
        "Set up a part on the machine and align it to the drawing",
        "Works alone",
        "Level 2 of 3",
        "92 %",
        "Each person measured two parts in front of an examiner.",
        "40 hours",
        "May 14, 2026",
        "May 14, 2029",
        "Lakeshore Technical College",
        "College",
        "CMM-20418",
        "(lakeshore.example.edu)",
        "(www.onetonline.org)",
    ):
        assert words in text


def test_page_speaks_spanish(client: FlaskClient, shop: Workshop) -> None:
    """The same page in Spanish, with Spanish dates."""
    text = client.get(f"/b/{shop.slugs[0]}?lang=es", base_url=BASE_URL).text
    assert '<h1 id="verdict">Auténtica</h1>' in text
    assert "Lo que esta persona sabe hacer" in text
    assert "14 de mayo de 2029" in text
    assert "Nivel 2 de 3" in text


def test_language_follows_the_browser(client: FlaskClient, shop: Workshop) -> None:
    """Without a choice the browser's language counts."""
    page = client.get(f"/b/{shop.slugs[0]}", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}, base_url=BASE_URL)
    assert "Auténtica" in page.text
    assert "Accept-Language" in page.headers["Vary"]


def test_chosen_language_is_remembered(shop: Workshop) -> None:
    """`?lang=` stands in a cookie for the next page."""
    browser = shop.client()
    browser.get("/?lang=es", base_url=BASE_URL)
    assert '<html lang="es">' in browser.get("/", base_url=BASE_URL).text


def test_page_has_no_jargon(client: FlaskClient, shop: Workshop) -> None:
    """Above the folded checks nothing asks a foreman to know the standard's words."""
    text = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text.split("Show the checks")[0]
    assert [word for word in JARGON if word in text] == []


def test_every_check_is_listed_once(client: FlaskClient, shop: Workshop) -> None:
    """“Show the checks” has a line for each of the eleven checks."""
    text = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text
    assert text.count('<p class="code">') == 11


def test_revoked_badge_is_genuine_but_revoked_at_once(fresh_shop: Workshop) -> None:
    """The very next view after a revocation shows it, with the reason."""
    browser = fresh_shop.client()
    path = f"/b/{fresh_shop.slugs[0]}"
    assert ">Genuine<" in browser.get(path, base_url=BASE_URL).text
    fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="Test was repeated <b>", by="desk")
    text = browser.get(path, base_url=BASE_URL).text
    assert '<h1 id="verdict">Revoked <span class="verdict__aside">(it was genuine)</span></h1>' in text
    assert "verdict--revoked" in text
    assert "Test was repeated &lt;b&gt;" in text
    assert "That was on May 14, 2026." in text
    assert "Dana Whitfield" in text


def test_suspended_badge_is_genuine_but_suspended(fresh_shop: Workshop) -> None:
    """Suspended, then reinstated: the page follows."""
    badge = fresh_shop.badge()
    browser = fresh_shop.client()
    fresh_shop.ledger.suspend(badge.id, reason="Waiting for a second test", by="desk")
    text = browser.get(f"/b/{badge.slug}", base_url=BASE_URL).text
    assert '<h1 id="verdict">Suspended <span class="verdict__aside">(it is genuine)</span></h1>' in text
    fresh_shop.ledger.reinstate(badge.id, reason="Passed", by="desk")
    assert '<h1 id="verdict">Genuine</h1>' in browser.get(f"/b/{badge.slug}", base_url=BASE_URL).text


def test_expired_badge_is_genuine_but_expired(fresh_shop: Workshop) -> None:
    """After its last day the badge is expired, and the day is said."""
    fresh_shop.clock.move(days=1_100)
    text = fresh_shop.client().get(f"/b/{fresh_shop.slugs[0]}", base_url=BASE_URL).text
    assert '<h1 id="verdict">Expired <span class="verdict__aside">(it was genuine)</span></h1>' in text
    assert "It was valid until May 14, 2029." in text


def test_unknown_badge_is_not_called_false(client: FlaskClient) -> None:
    """An address that we do not know gets 404 and help, never a verdict."""
    page = client.get("/b/AAAAAAAAAAAAAAAAAAAAAA", base_url=BASE_URL)
    assert page.status_code == 404
    assert "That does not mean that a badge is false." in page.text
    assert "Not genuine" not in page.text


def test_badge_page_is_for_people_not_for_search_engines(client: FlaskClient, shop: Workshop) -> None:
    """No index, no cache that outlives a revocation."""
    page = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL)
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("ending", "media_type", "start"),
    [
        ("json", "application/vc+ld+json", b"{"),
        ("jwt", "text/plain", b"eyJ"),
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<svg"),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_files_have_their_media_types(
    ending: str, media_type: str, start: bytes, client: FlaskClient, shop: Workshop
) -> None:
    """Each form is served with the type that the standard names (OB 3.0 §6)."""
    page = client.get(f"/b/{shop.slugs[0]}.{ending}", base_url=BASE_URL)
    assert page.status_code == 200
    assert page.mimetype == media_type
    assert page.data.startswith(start)
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_stored_bytes_are_served_unchanged(client: FlaskClient, shop: Workshop) -> None:
    """JSON and JWT are the bytes of the ledger."""
    badge = shop.badge()
    assert client.get(f"/b/{badge.slug}.json", base_url=BASE_URL).data == badge.json_bytes
    assert client.get(f"/b/{badge.slug}.jwt", base_url=BASE_URL).text == badge.jwt


def test_unchanged_file_is_not_sent_twice(client: FlaskClient, shop: Workshop) -> None:
    """A client that has the file gets 304."""
    first = client.get(f"/b/{shop.slugs[0]}.json", base_url=BASE_URL)
    assert "max-age" in first.headers["Cache-Control"]
    second = client.get(f"/b/{shop.slugs[0]}.json", headers={"If-None-Match": first.headers["ETag"]}, base_url=BASE_URL)
    assert (second.status_code, second.data) == (304, b"")


def test_wallet_may_ask_the_page_for_the_data(client: FlaskClient, shop: Workshop) -> None:
    """The address in the QR code gives the signed document to a program that asks for it."""
    page = client.get(f"/b/{shop.slugs[0]}", headers={"Accept": "application/vc+ld+json"}, base_url=BASE_URL)
    assert page.mimetype == "application/vc+ld+json"
    assert json.loads(page.data)["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert "Accept" in page.headers["Vary"]


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png", ""])
def test_a_browser_gets_the_page(accept: str, client: FlaskClient, shop: Workshop) -> None:
    """Everything that does not ask for badge data gets HTML."""
    assert client.get(f"/b/{shop.slugs[0]}", headers={"Accept": accept}, base_url=BASE_URL).mimetype == "text/html"


def test_code_of_the_page_opens_the_page(client: FlaskClient, shop: Workshop) -> None:
    """The QR code holds the public address of this badge."""
    picture = client.get(f"/b/{shop.slugs[0]}/qr.png", base_url=BASE_URL).data
    assert read_qr_photo(picture) == (f"{BASE_URL}/b/{shop.slugs[0]}",)


def test_form_that_was_not_made_is_explained(fresh_shop: Workshop) -> None:
    """A badge signed only as a token has no embedded form, and the page says so."""
    slug = fresh_shop.issue(CLASS_LIST.replace("2026-05-14", "2026-05-13"), proof=ProofChoice.VC_JWT)[0]
    browser = fresh_shop.client()
    page = browser.get(f"/b/{slug}.json", base_url=BASE_URL)
    assert page.status_code == 404
    assert "page.form_not_made" in page.text
    badge_page = browser.get(f"/b/{slug}", base_url=BASE_URL)
    assert '<h1 id="verdict">Genuine</h1>' in badge_page.text
    assert f"/b/{slug}.json" not in badge_page.text


def test_unknown_issuer_without_an_address_is_pointed_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A key that belongs to no address proves no name: the page is not green, and says what is open and what to do."""
    shop = open_workshop(tmp_path_factory.mktemp("unknown"), is_known=False)
    text = shop.client().get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text
    shop.database.close()
    assert '<h1 id="verdict">Genuine, issuer not known</h1>' in text
    assert "verdict--issuer_not_known" in text
    assert "verdict--genuine" not in text
    assert "But nothing proves that “Lakeshore Technical College” signed it: anyone can write a name." in text
    assert "Ask the issuer, in a way that you already know, whether this badge is theirs." in text
    assert "Nothing proves the name of this issuer." in text
    assert "This name is not proven." in text


def test_code_is_offered_to_whose_badge_it_is(client: FlaskClient, shop: Workshop) -> None:
    """A plain link fills the screen with the code; it stands with the question to its owner, after the skills."""
    text = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text
    verdict, _, card = text.partition('class="card lift holder"')
    assert 'href="#code"' not in verdict
    assert card.index('id="can"') < card.index("Is this your own badge?") < card.index('href="#code"')
    shown = text.split('<section class="show-code" id="code"')[1].split("</section>")[0]
    assert f'src="/b/{shop.slugs[0]}/qr.svg"' in shown
    assert "Dana Whitfield" in shown


def test_day_of_the_award_comes_first(fresh_shop: Workshop) -> None:
    """When the badge was issued later than it was earned, the first card says when it was earned."""
    slug = fresh_shop.issue(CLASS_LIST.replace("2026-05-14", "2026-03-02"))[0]
    card, _, rest = fresh_shop.client().get(f"/b/{slug}", base_url=BASE_URL).text.partition('<h2 id="can">')
    assert "<dt>Earned on</dt><dd>March 2, 2026</dd>" in card
    assert "Issued on" not in card
    assert "<dt>Issued on</dt><dd>May 14, 2026</dd>" in rest


def test_files_for_people_come_first(client: FlaskClient, shop: Workshop) -> None:
    """Certificate and picture lie open; what only programs read is folded away."""
    text = client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text
    places = [text.index(f'href="/b/{shop.slugs[0]}.{ending}"') for ending in ("pdf", "png", "svg", "json", "jwt")]
    assert places == sorted(places)
    assert places[1] < text.index("For other programs") < places[2]


def test_file_name_says_what_and_not_who(client: FlaskClient, shop: Workshop) -> None:
    """The course and the day of issue, nothing of the person."""
    page = client.get(f"/b/{shop.slugs[0]}.pdf", base_url=BASE_URL)
    assert page.headers["Content-Disposition"] == 'inline; filename="cmm-operator-2026-05-14.pdf"'


def test_page_of_this_computer_is_not_offered_to_linkedin(client: FlaskClient, shop: Workshop) -> None:
    """Nobody else can open a loopback address."""
    assert "linkedin" not in client.get(f"/b/{shop.slugs[0]}", base_url=BASE_URL).text


def test_length_is_said_in_the_language_of_the_reader(shop: Workshop, client: FlaskClient) -> None:
    """A course of 40 hours, written in English, is one of 40 horas to whoever reads Spanish."""
    path = f"/b/{shop.slugs[0]}"
    assert "for · Certificate, 40 hours</p>" in client.get(path, base_url=BASE_URL).text
    assert "por · Certificado, 40 horas</p>" in client.get(f"{path}?lang=es", base_url=BASE_URL).text
