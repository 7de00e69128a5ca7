"""Attacks on the VC-API: foreign pages, proxies, stolen files, floods of JSON, and what must not leak."""

from __future__ import annotations

import json
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from credentials import Cryptosuite
from schemas import JsonObject, encode_json, read_json_object
from skillmark.api_keys import ApiKeyStore
from skillmark.conformance_network import ConformanceFetcher
from skillmark.web.vc_api_exchange import MAX_BODY_BYTES
from tests.web.conformance_server import HEADERS, SERVER_URL, compose_credential, open_conformance_server
from tests.web.workshop import BASE_URL, NOON, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.conformance_server import ConformanceServer
    from tests.web.workshop import Workshop


@pytest.fixture(scope="module")
def server() -> ConformanceServer:
    """The conformance mode."""
    return open_conformance_server()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """The product."""
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


def _token(shop: Workshop) -> str:
    store = ApiKeyStore(shop.home / "secrets")
    return store.create(issuer_slug=shop.issuer_slug, suites=[Cryptosuite.EDDSA_RDFC_2022], label="test", now=NOON)[1]


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "", "unknown"])
def test_the_open_mode_answers_this_machine_only(server: ConformanceServer, address: str) -> None:
    """Whoever is not on the loopback address gets nothing signed."""
    response = server.client.get("/suite-manifest.json", environ_base={"REMOTE_ADDR": address}, headers=HEADERS)
    assert response.status_code == 403


@pytest.mark.parametrize(
    "header", [("X-Forwarded-For", "203.0.113.7"), ("Forwarded", "for=203.0.113.7"), ("Origin", "https://evil.example")]
)
def test_the_open_mode_is_not_reached_through_others(server: ConformanceServer, header: tuple[str, str]) -> None:
    """A proxy in front, or a page in the browser of whoever runs it, is refused."""
    issuer = server.issuer("eddsa-rdfc-2022")
    body = {"credential": compose_credential(issuer)}
    response = server.client.post(str(issuer["endpoint"]), json=body, headers=[header])
    assert response.status_code == 403


def test_another_host_name_is_refused(server: ConformanceServer) -> None:
    """A name that somebody points at this machine (DNS rebinding) is not answered to."""
    response = server.client.get("/suite-manifest.json", base_url="http://evil.example", headers=HEADERS)
    assert response.status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_a_foreign_page_is_no_request(server: ConformanceServer, content_type: str) -> None:
    """What a page can send without asking first is never read."""
    issuer = server.issuer("eddsa-rdfc-2022")
    data = json.dumps({"credential": compose_credential(issuer)})
    response = server.client.post(str(issuer["endpoint"]), data=data, content_type=content_type, headers=HEADERS)
    assert response.status_code == 415


def test_keys_of_the_open_mode_live_in_memory_only() -> None:
    """Each start has other issuers."""
    first, second = (open_conformance_server().issuer("eddsa-rdfc-2022")["id"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("route", ["credentials/issue", "credentials/status"])
@pytest.mark.parametrize("where", ["cookie", "query", "basic", "body"])
def test_a_key_counts_as_a_bearer_token_only(shop: Workshop, route: str, where: str) -> None:
    """T-58: a key in a cookie, the address, another scheme or the body opens nothing."""
    token, client = _token(shop), shop.client()
    if where == "cookie":
        client.set_cookie("Authorization", f"Bearer {token}", domain="127.0.0.1")
    response = client.post(
        f"/api/vc/{route}{f'?access_token={token}' if where == 'query' else ''}",
        json={"credential": {}, "access_token": token},
        headers={"Authorization": f"Basic {token}"} if where == "basic" else {},
        base_url=BASE_URL,
    )
    assert response.status_code == 401


def test_a_signed_in_trainer_has_no_key(shop: Workshop) -> None:
    """A session of the desk opens nothing here, so a foreign page gains nothing by it (T-56)."""
    from tests.web.workshop import open_desk  # noqa: PLC0415

    response = open_desk(shop).post("/api/vc/credentials/issue", json={"credential": {}}, base_url=BASE_URL)
    assert response.status_code == 401


def test_a_stolen_key_file_holds_no_key(shop: Workshop) -> None:
    """The secret is not at rest, and only this user reads the file."""
    token = _token(shop)
    path = shop.home / "secrets" / "api-keys.json"
    assert token.rpartition("_")[2] not in path.read_text("ascii")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_stands_in_no_answer_and_no_log(shop: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a good nor a bad request repeats the key."""
    token, client = _token(shop), shop.client()
    document = read_json_object(shop.badge().json_bytes)
    for credential in (document, {**document, "issuer": "urn:x"}, {}):
        response = client.post(
            "/api/vc/credentials/issue",
            json={"credential": credential},
            headers={"Authorization": f"Bearer {token}"},
            base_url=BASE_URL,
        )
        assert token.rpartition("_")[2] not in response.text
    assert token.rpartition("_")[2] not in caplog.text


def test_eight_requests_for_one_id_sign_once(shop: Workshop) -> None:
    """Of eight at once with the same id exactly one is signed."""
    token = _token(shop)
    document = read_json_object(shop.badge().json_bytes)
    badge = {name: value for name, value in document.items() if name not in {"proof", "credentialStatus"}}
    statuses: list[int] = []

    def issue() -> None:
        response = shop.client().post(
            "/api/vc/credentials/issue",
            json={"credential": {**badge, "id": "urn:uuid:once"}},
            headers={"Authorization": f"Bearer {token}"},
            base_url=BASE_URL,
        )
        statuses.append(response.status_code)

    threads = [threading.Thread(target=issue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [409] * 7


BODIES = {
    "duplicate key": (b'{"verifiableCredential":{},"verifiableCredential":{}}', "decoding.duplicate_key"),
    "too deep": (b'{"verifiableCredential":' + b"[" * 5_000, "decoding.too_deep"),
    "NaN": (b'{"verifiableCredential":{"a":NaN}}', "decoding.number_out_of_range"),
    "surrogate": (b'{"verifiableCredential":{"a":"\\ud800"}}', "decoding.lone_surrogate"),
    "BOM": (b'\xef\xbb\xbf{"verifiableCredential":{}}', "decoding.bom"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "decoding.not_utf8"),
    "trailing": (b'{"verifiableCredential":{}} x', "decoding.trailing_data"),
    "nothing": (b"", "decoding.not_json"),
}


@pytest.mark.parametrize(("body", "code"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("mode", ["open", "product"])
def test_hostile_json(server: ConformanceServer, shop: Workshop, mode: str, body: bytes, code: str) -> None:
    """T-64: strict reading at this entry point too, `verified` false and 400."""
    client, base_url = (server.client, SERVER_URL) if mode == "open" else (shop.client(), BASE_URL)
    response = client.post("/api/vc/credentials/verify", data=body, content_type="application/json", base_url=base_url)
    assert (response.status_code, response.json["verified"], response.json["code"]) == (400, False, code)  # type: ignore[index]


@pytest.mark.parametrize("mode", ["open", "product"])
def test_a_body_that_is_too_large(server: ConformanceServer, shop: Workshop, mode: str) -> None:
    """Two MiB and no more."""
    client, base_url = (server.client, SERVER_URL) if mode == "open" else (shop.client(), BASE_URL)
    body = encode_json({"verifiableCredential": {"a": "x" * MAX_BODY_BYTES}})
    response = client.post(
        "/api/vc/credentials/verify", data=body, content_type="application/json", base_url=base_url, headers=HEADERS
    )
    assert response.status_code == 413


@pytest.mark.parametrize(
    "context",
    [
        {"@import": "https://www.w3.org/ns/credentials/v2"},
        {"@base": "https://evil.example/"},
        {"name": "https://schema.org/description", "description": "https://schema.org/name"},
        {f"w{number}": {"@id": "urn:w", "@context": {f"v{i}": "urn:v" for i in range(60)}} for number in range(60)},
    ],
    ids=["import", "base", "swap", "large"],
)
def test_the_open_mode_lets_contexts_only_add(server: ConformanceServer, context: JsonObject) -> None:
    """T-03 and T-04 in the open mode: no context of a caller changes a word, here or for the next request."""
    issuer = server.issuer("eddsa-rdfc-2022")
    credential = compose_credential(issuer, name="a", description="b")
    hostile: JsonObject = {**credential, "@context": ["https://www.w3.org/ns/credentials/v2", context]}
    assert server.send(issuer, hostile).status_code == 400
    assert server.verify(server.issue(issuer, credential)).status_code == 200


def test_a_verification_asks_nobody_but_this_machine(server: ConformanceServer) -> None:
    """A status list on a host of the internet is not fetched; the caller is told so."""
    entry: JsonObject = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://evil.example/list",
    }
    issuer = server.issuer("eddsa-rdfc-2022")
    secured = server.issue(issuer, compose_credential(issuer, credentialStatus=entry))
    asked = server.verify(secured, {"checks": ["credentialStatus"]})
    assert asked.json["errors"][0]["code"] == "fetch.offline"  # type: ignore[index]
    assert server.verify(secured).json["warnings"][0]["code"] == "fetch.offline"  # type: ignore[index]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@evil.example/x",
        "http://127.0.0.1.evil.example:80/x",
        "http://[::1]:1/",
        "file:///etc/hosts",
        "http://localhost:80/",
    ],
)
def test_spellings_of_this_machine(url: str, server: ConformanceServer) -> None:
    """Only `http://127.0.0.1:` reaches a server, and it always is this machine that is dialled."""
    fetcher = _fetcher(server)
    with pytest.raises(Exception, match="fetch") as caught:
        fetcher.fetch(url, max_bytes=100, accept="*/*")
    assert getattr(caught.value, "code", "") == "fetch.offline"


def _fetcher(server: ConformanceServer) -> ConformanceFetcher:
    from skillmark.conformance import ConformanceIssuers  # noqa: PLC0415

    issuers = ConformanceIssuers(base_url=SERVER_URL, clock=server.clock)
    return ConformanceFetcher(status=issuers.status, documents={}, clock=server.clock)


def test_a_status_list_that_names_itself(server: ConformanceServer) -> None:
    """A list whose status stands in itself is read once."""
    url = "https://lists.example/self"
    issuer = server.issuer("eddsa-rdfc-2022")
    entry: JsonObject = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": url,
    }
    own = server.client.get("/api/vc/status-lists/revocation").json
    subject = {name: value for name, value in own["credentialSubject"].items() if name != "id"}  # type: ignore[index]
    listed = server.issue(
        issuer,
        compose_credential(
            issuer,
            id=url,
            type=["VerifiableCredential", "BitstringStatusListCredential"],
            credentialSubject=subject,
            credentialStatus=entry,
        ),
    )
    other = open_conformance_server(**{url: encode_json(listed)})
    assert other.verify(listed, {"checks": ["proof", "credentialStatus"]}).status_code == 200


def test_private_keys_of_a_request_are_not_repeated(server: ConformanceServer) -> None:
    """`jose-cose`: what comes with a secret key is answered without it."""
    secret = "cbxP1TvbhLteRSspEvwxEuFKRDHWpGmPla8ePI0cmv8"  # TEST ONLY, of the W3C suite
    jwk: JsonObject = {"kty": "OKP", "crv": "Ed25519", "x": "NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI"}
    key: JsonObject = {"id": "did:example:a#k", "publicKeyJwk": jwk, "secretKeyJwk": {**jwk, "d": secret}}
    for text in (json.dumps(compose_credential({"id": "urn:i"})), "{}", "x"):
        body: JsonObject = {"input": text, "key": key, "feature": "credential_jose", "disclosurePaths": []}
        response = server.post("/jose-cose/issue", body)
        assert response.status_code == 200
        assert secret not in response.text
