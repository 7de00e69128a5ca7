"""A stolen API key: what it cannot have signed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, cast

import pytest
import sqlalchemy as sa

from credentials import Cryptosuite
from schemas import IssuanceError, JsonObject, JsonValue, read_json_object
from skillmark.api_keys import ApiKeyStore
from skillmark.api_scope import check_id
from storage import AUDIT
from tests.web.workshop import BASE_URL, NOON, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.workshop import Workshop

NEW_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0002"
PERSONAL_ID = "https://lms.example.com/people/dana.whitfield@example.org/badge"
CONTEXTS: JsonValue = ["https://www.w3.org/ns/credentials/v2"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """The product."""
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


def _issue(shop: Workshop, credential: JsonObject) -> tuple[int, str]:
    """Send a credential with a good key; return the status and the code of a problem."""
    store = ApiKeyStore(shop.home / "secrets")
    _, token = store.create(
        issuer_slug=shop.issuer_slug, suites=[Cryptosuite.EDDSA_RDFC_2022], label="stolen", now=NOON
    )
    response = shop.client().post(
        "/api/vc/credentials/issue",
        json={"credential": credential},
        headers={"Authorization": f"Bearer {token}"},
        base_url=BASE_URL,
    )
    return response.status_code, cast("JsonObject", response.json).get("code", "")  # type: ignore[return-value]


def _plain(shop: Workshop, **members: JsonValue) -> JsonObject:
    profile = shop.ledger.find_issuer(shop.issuer_slug)
    assert profile is not None
    plain: JsonObject = {
        "@context": CONTEXTS,
        "id": NEW_ID,
        "type": ["VerifiableCredential"],
        "issuer": profile.id,
        "credentialSubject": {"id": "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0003"},
    }
    return {**plain, **members}


def _issued_records(shop: Workshop) -> list[JsonObject]:
    with shop.database.read() as connection:
        rows = connection.scalars(
            sa.select(AUDIT.c.record).where(AUDIT.c.event == "credential.issued").order_by(AUDIT.c.seq)
        ).all()
    return [read_json_object(row) for row in rows]


def test_plain_credential_is_signed(shop: Workshop) -> None:
    """A credential without a further type is not refused."""
    assert _issue(shop, _plain(shop)) == (201, "")


@pytest.mark.parametrize(
    "members",
    [
        {"type": ["VerifiableCredential", "BitstringStatusListCredential"]},
        {"type": ["VerifiableCredential", "https://www.w3.org/ns/credentials/status#BitstringStatusListCredential"]},
        {
            "type": ["VerifiableCredential", "StatusList2021Credential"],
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/vc/status-list/2021/v1"],
        },
        {"type": ["VerifiableCredential", "OpenBadgeCredential", "BitstringStatusListCredential"]},
        {
            "credentialSubject": {
                "id": f"{BASE_URL}/status/1#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
            }
        },
    ],
    ids=["bitstring", "full name", "2021", "beside a badge", "only the subject"],
)
def test_status_list_is_not_signed(shop: Workshop, members: JsonObject) -> None:
    """No program makes a list that gives revoked badges back; nothing is kept."""
    status, code = _issue(shop, _plain(shop, **members))
    assert status == 400
    assert code == "vc_api.type_not_allowed"
    assert shop.ledger.find_by_id(NEW_ID) is None


@pytest.mark.parametrize(
    "credential_id",
    [
        f"{BASE_URL}/status/1",
        f"{BASE_URL}/b/AAAAAAAAAAAAAAAAAAAAAA",
        f"{BASE_URL}/issuers/lakeshore-technical-college",
        f"{BASE_URL}/achievements/cmm-operator",
        f"{BASE_URL}//status/1",
        f"{BASE_URL}/x/../status/1",
        f"{BASE_URL}/./b/1",
        f"{BASE_URL}/%73tatus/1",
        f"{BASE_URL}/%2573tatus/1",
        f"{BASE_URL}/STATUS/1",
        f"{BASE_URL}/status?list=1",
        f"{BASE_URL}/status#1",
        "http://127.0.0.1/status/1",
        "https://user@127.0.0.1:8000/status/1",
        "HTTP://127.0.0.1:8000/status/1",
    ],
)
def test_address_of_this_site_is_no_id(credential_id: str) -> None:
    """Whatever this site publishes comes from the ledger, however its address is spelt."""
    with pytest.raises(IssuanceError) as caught:
        check_id(credential_id, base_url=BASE_URL, issuer_id="did:key:z6Mk")
    assert caught.value.code == "vc_api.id_reserved"


@pytest.mark.parametrize(
    "credential_id",
    [
        NEW_ID,
        "https://lms.example.com/status/1",
        f"{BASE_URL}/mine/1",
        f"{BASE_URL}/badges/1",
        f"{BASE_URL}/statuses/1",
    ],
)
def test_other_addresses_are_free(credential_id: str) -> None:
    """A program may name its credentials as it likes elsewhere."""
    check_id(credential_id, base_url=BASE_URL, issuer_id="did:key:z6Mk")


def test_issuer_is_no_id(shop: Workshop) -> None:
    """A credential that is called like its issuer is refused."""
    profile = shop.ledger.find_issuer(shop.issuer_slug)
    assert profile is not None
    assert _issue(shop, _plain(shop, id=profile.id)) == (400, "vc_api.id_reserved")


def test_wrong_clock_stops_programs_too(shop: Workshop) -> None:
    """T-58: while the clock stands before the audit chain nothing is signed, for a program neither."""
    shop.clock.move(hours=-1)
    assert _issue(shop, _plain(shop)) == (503, "clock.backwards")
    assert shop.ledger.find_by_id(NEW_ID) is None


def test_audit_names_no_person(shop: Workshop) -> None:
    """The id that a program chose stands nowhere in the audit; the hash of the bytes does."""
    assert _issue(shop, _plain(shop, id=PERSONAL_ID)) == (201, "")
    record = _issued_records(shop)[-1]
    kept = shop.ledger.find_by_id(PERSONAL_ID)
    assert kept is not None
    assert "dana" not in json.dumps(record)
    assert record["sha256"] == hashlib.sha256(kept.json_bytes).hexdigest()
