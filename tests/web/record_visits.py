"""What a worker does with a skills record, and what others read in it."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from pypdf import PdfReader

from credentials import read_qr_photo
from keys import OfflineFetcher
from skillmark.wiring import with_own_documents
from tests.web.wallet_visits import (
    add_note,
    claim,
    get,
    hand_out,
    send,
    sign_in,
)
from verifier import CredentialSetReport, Headline, VerificationContext, verify_any
from wallet.holding_store import insert_holding
from wallet.model import Card, NewHolding, Origin, Share
from wallet.record_store import Record, insert_record
from wallet.share_store import insert_share
from wallet.tokens import hash_secret

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from pypdf import PageObject

    from tests.web.workshop import Workshop

LUIS = "luis@example.org"


def open_wallet(fresh_shop: Workshop) -> tuple[FlaskClient, str, str]:
    """Return a browser with the wallet of an address, and the paths of its badge and its note."""
    browser = sign_in(fresh_shop, LUIS)
    _, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], browser)
    return browser, badge, add_note(browser, "Crane safety", place="Old mill")


def get_pdf(browser: FlaskClient, path: str) -> PdfReader:
    """Open a PDF."""
    answer = get(browser, path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.data))


def read_text(reader: PdfReader) -> str:
    """Return the words of all pages on one line."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def read_codes(page: PageObject) -> tuple[str, ...]:
    """Return what a camera reads on a page: its filled rectangles as a picture."""
    drawn = page.get_contents()
    assert drawn is not None
    scale, height = 4, float(page.mediabox.height)
    picture = Image.new("L", (int(page.mediabox.width) * scale, int(height) * scale), 255)
    pen = ImageDraw.Draw(picture)
    ink = 255
    for grey, rectangle in re.findall(
        r"^([\d.]+)(?: [\d.]+ [\d.]+ r| )g$|([-\d. ]+) re f$", drawn.get_data().decode("latin-1"), re.MULTILINE
    ):
        if grey:
            ink = round(float(grey) * 255)
            continue
        x, y, width, tall = (float(number) * scale for number in rectangle.split())
        corners = sorted((height * scale - y, height * scale - y - tall))
        pen.rectangle((x, corners[0], x + width, corners[1]), fill=ink)
    photo = io.BytesIO()
    picture.save(photo, "PNG")
    return read_qr_photo(photo.getvalue())


def verify_set(shop: Workshop, data: bytes) -> CredentialSetReport:
    """Verify a record or a presentation as a stranger would, who can reach this site only."""
    context = VerificationContext(now=shop.clock(), fetcher=with_own_documents(shop.ledger, OfflineFetcher()))
    report = verify_any(data, context=context)
    assert isinstance(report, CredentialSetReport)
    return report


def sign(browser: FlaskClient, record: str) -> bytes:
    """Have a record signed and return the file."""
    assert send(browser, f"{record}/sign", record).status_code == 303
    return bytes(get(browser, f"{record}/signed.json").data)


def fill_wallet(shop: Workshop, browser: FlaskClient, count: int, *, original: bytes = b"") -> list[str]:
    """Put many badges into an open wallet, past its doors; return their ids."""
    cookie = browser.get_cookie("wallet", domain="127.0.0.1")
    assert cookie is not None
    with shop.database.write() as connection:
        query = "SELECT holder_id FROM wallet_sessions WHERE hash = ?"
        holder_id = connection.exec_driver_sql(query, (hash_secret(cookie.value),)).scalar_one()
        return [
            insert_holding(
                connection,
                holder_id,
                NewHolding(
                    origin=Origin.ADDED,
                    badge_key=f"key-{number}",
                    original=original or shop.badge().json_bytes,
                    media_type="application/vc+ld+json",
                    headline=Headline.GENUINE.value,
                    card=Card(title=f"Badge number {number}", skills=(f"Skill {number}",)),
                    report={},
                    checked_at=shop.clock(),
                ),
                now=shop.clock(),
            )
            or ""
            for number in range(count)
        ]


def write_record(shop: Workshop, ids: list[str]) -> str:
    """Make a record past its form, which checks badges; return its path."""
    share = Share(
        id=uuid.uuid4().hex,
        name="Written",
        created=shop.clock(),
        expires=shop.clock() + timedelta(days=30),
        withdrawn=None,
        opened=0,
        count=len(ids),
    )
    record = Record(
        share_id=share.id,
        person_name="Dana Whitfield",
        notes=(),
        record_id=uuid.uuid4().urn,
        subject_id=uuid.uuid4().urn,
        signed_at=None,
    )
    with shop.database.write() as connection:
        query = "SELECT holder_id FROM wallet_holdings WHERE id = ?"
        holder_id = connection.exec_driver_sql(query, (ids[0],)).scalar_one()
        insert_share(connection, holder_id, share, ids, token_hash=hash_secret("A" * 43))
        insert_record(connection, record)
    return f"/wallet/record/{share.id}"
