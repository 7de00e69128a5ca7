"""A badge that a program had signed over the VC-API, from the request to the page, the desk and its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest
from click.testing import CliRunner

from credentials import Cryptosuite, extract_png
from issuer import ProgramOrder, diagnose, issue_for_program
from keys import KeyType
from schemas import JsonObject, JsonValue, OrganizationKind, read_json_object
from skillmark.api_keys import ApiKeyStore
from skillmark.cli import main
from skillmark.settings import create_home
from skillmark.wiring import open_ledger
from tests.web.workshop import BASE_URL, NOON, read_token

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

BADGE_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0001"
NAME: JsonObject = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "Rosa Lindqvist",
    "identityType": "name",
}


def _key(shop: Workshop, *, slug: str = "", suites: tuple[Cryptosuite, ...] = (Cryptosuite.EDDSA_RDFC_2022,)) -> str:
    store = ApiKeyStore(shop.home / "secrets")
    return store.create(issuer_slug=slug or shop.issuer_slug, suites=suites, label="test", now=NOON)[1]


def _post(shop: Workshop, path: str, body: JsonValue, token: str = "", **headers: str) -> TestResponse:
    sent = headers | ({"Authorization": f"Bearer {token}"} if token else {})
    return shop.client().post(f"/api/vc/{path}", json=body, headers=sent, base_url=BASE_URL)


def _badge(shop: Workshop, **members: JsonValue) -> JsonObject:
    """A badge of the site's course for a person on no class list."""
    document = read_json_object(shop.badge().json_bytes)
    for name in ("proof", "credentialStatus", "evidence"):
        document.pop(name, None)
    subject = dict(cast("JsonObject", document["credentialSubject"]))
    subject.pop("result", None)
    subject["identifier"] = [dict(NAME)]
    return {**document, "id": BADGE_ID, "credentialSubject": subject, **members}


def _issue(shop: Workshop, **members: JsonValue) -> tuple[JsonObject, str]:
    """Return the signed badge and the address of its page."""
    response = _post(shop, "credentials/issue", {"credential": _badge(shop, **members)}, _key(shop))
    assert response.status_code == 201, response.json
    secured = cast("JsonObject", response.json)["verifiableCredential"]
    return cast("JsonObject", secured), response.headers.get("Location", "")


def _change(shop: Workshop, token: str, purpose: str, *, status: bool = True) -> int:
    entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    body: JsonObject = {"credentialId": BADGE_ID, "credentialStatus": entry, "status": status}
    return _post(shop, "credentials/status", body, token).status_code


def test_page_shows_the_badge(fresh_shop: Workshop) -> None:
    """`Location` names the page; the page says that the badge is genuine, and whose it is."""
    _, page_url = _issue(fresh_shop)
    page = fresh_shop.client().get(page_url)
    assert page_url.startswith(f"{BASE_URL}/b/")
    assert page.status_code == 200
    assert "Genuine" in page.text
    assert "Rosa Lindqvist" in page.text


@pytest.mark.parametrize("ending", ["json", "png", "svg", "pdf"])
def test_forms_of_the_badge(fresh_shop: Workshop, ending: str) -> None:
    """It comes in the forms that badges of class lists have; each holds the signed bytes."""
    secured, page_url = _issue(fresh_shop)
    response = fresh_shop.client().get(f"{page_url}.{ending}")
    assert response.status_code == 200
    if ending == "json":
        assert json.loads(response.data) == secured
    if ending == "png":
        assert json.loads(extract_png(response.data)) == secured


def test_program_takes_its_badge_back(fresh_shop: Workshop) -> None:
    """Suspended, reinstated and revoked over the API: every verification says so at once; each step once."""
    secured, page_url = _issue(fresh_shop)
    token = _key(fresh_shop)
    steps = [
        ("suspension", True, 200, 400),
        ("suspension", True, 409, 400),
        ("suspension", False, 200, 200),
        ("revocation", False, 400, 200),
        ("revocation", True, 200, 400),
        ("revocation", True, 409, 400),
    ]
    for purpose, status, answered, verified in steps:
        assert _change(fresh_shop, token, purpose, status=status) == answered
        response = _post(fresh_shop, "credentials/verify", {"verifiableCredential": secured})
        assert response.status_code == verified
    assert "revoked" in fresh_shop.client().get(page_url).text
    assert [finding.describe() for finding in diagnose(fresh_shop.ledger) if not finding.ok] == []


def test_status_lists_are_published(fresh_shop: Workshop) -> None:
    """The list that the badge names is served at its address, and has the badge's bit."""
    secured, _ = _issue(fresh_shop)
    entry = cast("list[JsonObject]", secured["credentialStatus"])[0]
    listed = fresh_shop.client().get(str(entry["statusListCredential"]))
    assert listed.status_code == 200
    assert json.loads(listed.data)["credentialSubject"]["statusPurpose"] == "revocation"


def test_another_issuers_key_sees_nothing(fresh_shop: Workshop) -> None:
    """T-55: for the key of another issuer the badge is not there, and stays as it is."""
    other = fresh_shop.ledger.create_issuer(
        name="Other College", kind=fresh_shop.ledger.issuers()[0].kind, key_type=KeyType.ED25519
    )
    _issue(fresh_shop)
    assert _change(fresh_shop, _key(fresh_shop, slug=other.slug), "revocation") == 404
    assert not fresh_shop.ledger.find_by_id(BADGE_ID).revoked  # type: ignore[union-attr]


def test_desk_lists_shows_and_revokes_it(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The trainer finds it by name among the others, and takes it back there."""
    _, page_url = _issue(fresh_shop)
    slug = page_url.rpartition("/")[2]
    assert "Rosa Lindqvist" in trainer.get("/desk/badges", base_url=BASE_URL).text
    page = trainer.get(f"/desk/badges/{slug}", base_url=BASE_URL)
    assert "CMM Operator" in page.text
    form = trainer.get(f"/desk/badges/{slug}/revoke", base_url=BASE_URL)
    sent = {"csrf_token": read_token(form), "reason": "Wrong person."}
    trainer.post(f"/desk/badges/{slug}/revoke", data=sent, base_url=BASE_URL)
    assert fresh_shop.ledger.find_by_id(BADGE_ID).revoked  # type: ignore[union-attr]


def test_overview_of_the_desk_stays_as_it_was(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """No class and no course appears that nobody made."""
    before = trainer.get("/desk", base_url=BASE_URL).text
    _issue(fresh_shop)
    after = trainer.get("/desk", base_url=BASE_URL).text
    assert after.count("/desk/jobs/") == before.count("/desk/jobs/")
    assert after.count("/desk/courses/") == before.count("/desk/courses/")
    hidden = trainer.get(f"/desk/jobs/programs-{fresh_shop.issuer_slug}", base_url=BASE_URL)
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    "members",
    [
        {"type": ["VerifiableCredential"], "credentialSubject": {"id": "urn:uuid:1"}},
        {"type": ["VerifiableCredential"], "credentialSubject": {"id": "urn:uuid:1"}, "name": "A note"},
    ],
    ids=["plain", "named"],
)
def test_what_is_no_badge_has_no_page(fresh_shop: Workshop, trainer: FlaskClient, members: JsonObject) -> None:
    """It is kept, listed and revocable; no page and no file of it is served."""
    _, page_url = _issue(fresh_shop, **members)
    issued = fresh_shop.ledger.find_by_id(BADGE_ID)
    assert issued is not None
    assert page_url == ""
    for path in (f"/b/{issued.slug}", f"/b/{issued.slug}.json", f"/b/{issued.slug}.png"):
        assert fresh_shop.client().get(path, base_url=BASE_URL).status_code == 404
    page = trainer.get(f"/desk/badges/{issued.slug}", base_url=BASE_URL)
    assert "no page of its own" in page.text
    assert f"/b/{issued.slug}" not in page.text
    assert _change(fresh_shop, _key(fresh_shop), "revocation") == 200


def test_credential_without_an_id(fresh_shop: Workshop) -> None:
    """`options.credentialId` names what has no id; the credential stays without one, and is found under that name."""
    plain = _badge(fresh_shop, type=["VerifiableCredential"], credentialSubject={"id": "urn:uuid:1"})
    del plain["id"]
    token = _key(fresh_shop)
    unnamed = _post(fresh_shop, "credentials/issue", {"credential": plain}, token)
    body: JsonObject = {"credential": plain, "options": {"credentialId": BADGE_ID}}
    named = _post(fresh_shop, "credentials/issue", body, token)
    other: JsonObject = {"credential": {**plain, "id": "urn:uuid:2"}, "options": {"credentialId": BADGE_ID}}
    assert (unnamed.status_code, unnamed.json["code"]) == (400, "data_model.id_missing")  # type: ignore[index]
    assert named.status_code == 201
    assert "id" not in named.json["verifiableCredential"]  # type: ignore[index]
    assert _change(fresh_shop, token, "suspension") == 200
    refused = _post(fresh_shop, "credentials/issue", other, token)
    assert (refused.status_code, refused.json["code"]) == (400, "vc_api.option_malformed")  # type: ignore[index]


def test_request_with_a_name(fresh_shop: Workshop) -> None:
    """T-72: `Idempotency-Key` gives the first answer again; with another body it is 409; a bad one is 400."""
    token, body = _key(fresh_shop), {"credential": _badge(fresh_shop)}
    first, again = (
        _post(fresh_shop, "credentials/issue", cast("JsonValue", body), token, **{"Idempotency-Key": "one"})
        for _ in range(2)
    )
    other = _post(
        fresh_shop,
        "credentials/issue",
        {"credential": _badge(fresh_shop, id="urn:uuid:2")},
        token,
        **{"Idempotency-Key": "one"},
    )
    long = _post(fresh_shop, "credentials/issue", cast("JsonValue", body), token, **{"Idempotency-Key": "x" * 201})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert (other.status_code, other.json["code"]) == (409, "vc_api.request_reused")  # type: ignore[index]
    assert (long.status_code, long.json["code"]) == (400, "vc_api.option_malformed")  # type: ignore[index]


def test_version_1_is_not_issued(fresh_shop: Workshop) -> None:
    """A credential of VC 1.1 has no words for a place in a status list."""
    plain: JsonObject = {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"],
        "id": BADGE_ID,
        "type": ["VerifiableCredential"],
        "issuer": fresh_shop.ledger.issuers()[0].id,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:1"},
    }
    response = _post(fresh_shop, "credentials/issue", {"credential": plain}, _key(fresh_shop))
    assert (response.status_code, response.json["code"]) == (400, "vc_api.version_not_issued")  # type: ignore[index]


def test_large_status_request(fresh_shop: Workshop) -> None:
    """A change of status is small: 64 KiB and no more."""
    body: JsonObject = {"credentialId": "x" * 70_000, "credentialStatus": {"statusPurpose": "revocation"}}
    assert _post(fresh_shop, "credentials/status", body, _key(fresh_shop)).status_code == 413


def test_command_line_revokes_it(tmp_path: Path) -> None:
    """A badge of a program is named by its own id; the doctor finds everything in order afterwards."""
    home = tmp_path / "home"
    settings = create_home(home, base_url=BASE_URL)
    with open_ledger(settings) as ledger:
        profile = ledger.create_issuer(name="Shop", kind=OrganizationKind.COLLEGE, key_type=KeyType.ED25519)
        credential: JsonObject = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": BADGE_ID,
            "type": ["VerifiableCredential"],
            "issuer": profile.id,
            "credentialSubject": {"id": "urn:uuid:1"},
        }
        order = ProgramOrder(
            issuer_slug=profile.slug,
            program="0123456789ab",
            credential=credential,
            credential_id=BADGE_ID,
            suite=Cryptosuite.EDDSA_JCS_2022,
        )
        issue_for_program(ledger, order)
    runner = CliRunner()
    asked = ["--home", str(home), "revoke", BADGE_ID, "--reason", "A mistake.", "--yes"]
    revoked = runner.invoke(main, asked)
    doctor = runner.invoke(main, ["--home", str(home), "doctor"])
    assert (revoked.exit_code, doctor.exit_code) == (0, 0), doctor.output
    with open_ledger(settings) as ledger:
        assert ledger.find_by_id(BADGE_ID).revoked  # type: ignore[union-attr]
