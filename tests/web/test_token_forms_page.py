"""`/verify` reads SD-JWT and COSE: pasted and uploaded, with the remarks that belong to them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from credentials import present_sd_jwt, sign_cose, sign_sd_jwt
from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_subject
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.doubles.issuer_simulator import SimulatedIssuer

HOLDER = LocalSigner.generate(KeyType.P256)  # TEST ONLY
GENUINE = '<h1 id="verdict">Genuine'


@pytest.fixture
def issuer() -> SimulatedIssuer:
    """Return an issuer that needs no network."""
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def sign(issuer: SimulatedIssuer) -> str:
    """Return a badge as SD-JWT, bound to a key, of which one part may be left out; in force when the tests run."""
    document = issuer.compose_badge(
        credentialSubject=compose_subject(narrative="Top of the class."), validFrom="2026-01-15T09:00:00Z"
    )
    return sign_sd_jwt(
        document,
        hideable=["/credentialSubject/narrative"],
        signer=issuer.signer,
        verification_method=issuer.method_id,
        holder_key=HOLDER.public_key,
    )


def send(client: FlaskClient, *, text: str = "", file: bytes = b"") -> TestResponse:
    """Send what a person pastes or chooses."""
    token = read_token(client.get("/verify", base_url=BASE_URL))
    sent: dict[str, object] = {"csrf_token": token}
    sent |= {"file": (io.BytesIO(file), "badge.cose")} if file else {"text": text}
    return client.post("/verify", data=sent, base_url=BASE_URL)


def test_pasted_sd_jwt(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """Genuine, with what the badge says, and that the holder did not show the key."""
    page = send(client, text=f"Look: {sign(issuer)} .").text
    assert GENUINE in page
    assert "CNC Mill Operator 1" in page
    assert "did not show that they have the key" in page


def test_part_left_out_is_said(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """The reader learns that the holder chose what to show."""
    page = send(client, text=present_sd_jwt(sign(issuer), shown=[])).text
    assert GENUINE in page
    assert "Top of the class." not in page


def test_uploaded_cose(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """A file of bytes."""
    document = issuer.compose_badge(validFrom="2026-01-15T09:00:00Z")
    message = sign_cose(document, signer=issuer.signer, verification_method=issuer.method_id)
    assert GENUINE in send(client, file=message).text


def test_changed_sd_jwt_shows_no_claim(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """Not genuine, and nothing of it on the page."""
    token = sign(issuer)
    jws, rest = token.split("~", 1)
    page = send(client, text=f"{jws[:-4]}AAAA~{rest}").text
    assert '<h1 id="verdict">Not genuine</h1>' in page
    assert "CNC Mill Operator 1" not in page
