"""T-09 over the VC-API: a presentation is good for one showing, to one verifier, for ten minutes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest

from credentials import add_presentation_proof, compose_presentation, sign_vp_jwt
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import JsonObject, JsonValue, read_json_object
from skillmark.site import SiteSettings, create_site
from tests.web.workshop import BASE_URL, NOON, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop


HOLDER = LocalSigner.generate(KeyType.ED25519)
OWN_DOMAIN = "127.0.0.1:8000"
RACERS = 8


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """The product."""
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


def _ask(shop: Workshop, **body: JsonValue) -> JsonObject:
    response = shop.client().post("/api/vc/challenges", json=body, base_url=BASE_URL)
    assert response.status_code == 201, response.json
    return cast("JsonObject", response.json)


def _present(shop: Workshop, challenge: str, domain: str | None = OWN_DOMAIN) -> JsonObject:
    presentation = compose_presentation([read_json_object(shop.badge().json_bytes)], holder=did_key(HOLDER.public_key))
    return add_presentation_proof(
        presentation,
        signer=HOLDER,
        verification_method=did_key_method_id(HOLDER.public_key),
        created=NOON,
        challenge=challenge,
        domain=domain,
    ).document


def _verify(shop: Workshop, shown: JsonObject, **options: JsonValue) -> TestResponse:
    body: JsonObject = {"verifiablePresentation": shown}
    if options:
        body["options"] = options
    return shop.client().post("/api/vc/presentations/verify", json=body, base_url=BASE_URL)


def _code(response: TestResponse) -> str:
    body = cast("JsonObject", response.json)
    assert (response.status_code, body["verified"]) == (400, False)
    return str(cast("list[JsonObject]", body["errors"])[0]["code"])


def test_a_showing_is_taken_once(shop: Workshop) -> None:
    """The first verification is good and burns the challenge; a copy of the same showing is refused."""
    shown = _present(shop, str(_ask(shop)["challenge"]))
    assert _verify(shop, shown).status_code == 200
    assert _code(_verify(shop, shown)) == "proof.challenge_mismatch"
    assert _code(_verify(shop, shown, challenge=shown["proof"])) == "vc_api.option_malformed"


def test_a_burnt_challenge_is_not_revived_by_naming_it(shop: Workshop) -> None:
    """Whoever names one of ours as the expected challenge gains nothing: it must be open."""
    challenge = str(_ask(shop)["challenge"])
    shown = _present(shop, challenge)
    assert _verify(shop, shown, challenge=challenge).status_code == 200
    assert _code(_verify(shop, shown, challenge=challenge)) == "proof.challenge_mismatch"


def test_a_challenge_of_our_form_that_nobody_asked(shop: Workshop) -> None:
    """One that only looks like ours is refused, also when the caller expects it."""
    shown = _present(shop, "skillmark-" + "A" * 43)
    assert _code(_verify(shop, shown)) == "proof.challenge_mismatch"
    assert _code(_verify(shop, shown, challenge="skillmark-" + "A" * 43)) == "proof.challenge_mismatch"


@pytest.mark.parametrize("shown_for", ["shop.example", None])
def test_a_showing_for_somebody_else(shop: Workshop, shown_for: str | None) -> None:
    """A presentation made for another domain, or for none, is refused; the challenge is burnt all the same."""
    challenge = str(_ask(shop)["challenge"])
    assert _code(_verify(shop, _present(shop, challenge, shown_for))) == "proof.domain_mismatch"
    assert _code(_verify(shop, _present(shop, challenge))) == "proof.challenge_mismatch"


def test_a_challenge_is_bound_to_the_domain_that_asked(shop: Workshop) -> None:
    """What was asked for one employer is not taken for another."""
    asked = _ask(shop, domain="hr.example.com")
    shown = _present(shop, str(asked["challenge"]), "hr.example.com")
    assert asked["domain"] == "hr.example.com"
    assert _code(_verify(shop, shown, domain="other.example.com")) == "proof.domain_mismatch"
    again = _ask(shop, domain="hr.example.com")
    good = _present(shop, str(again["challenge"]), "hr.example.com")
    assert _verify(shop, good, domain="hr.example.com").status_code == 200


def test_an_answer_that_comes_too_late(shop: Workshop) -> None:
    """Ten minutes after the question nobody takes the answer; `expires` says when."""
    asked = _ask(shop)
    shown = _present(shop, str(asked["challenge"]))
    assert asked["expires"] == "2026-05-14T12:10:00Z"
    shop.clock.move(minutes=10)
    assert _code(_verify(shop, shown)) == "presentation.challenge_expired"


def test_a_forged_showing_burns_the_challenge(shop: Workshop) -> None:
    """The first that is read burns it, also when its signature is wrong: nobody tries twice."""
    challenge = str(_ask(shop)["challenge"])
    forged = {**_present(shop, challenge), "id": "urn:uuid:1"}
    assert _code(_verify(shop, forged)) == "proof.signature_mismatch"
    assert _code(_verify(shop, _present(shop, challenge))) == "proof.challenge_mismatch"


@pytest.mark.parametrize("options", [{}, {"domain": OWN_DOMAIN}], ids=repr)
def test_a_challenge_that_nobody_expects(shop: Workshop, options: JsonObject) -> None:
    """A presentation that answers a stranger's challenge is not taken when the caller expects none."""
    assert _code(_verify(shop, _present(shop, "c1"), **options)) == "presentation.challenge_not_asked"


def test_a_callers_own_challenge(shop: Workshop) -> None:
    """A client that keeps challenges of its own names the one it expects; each time that it does."""
    shown = _present(shop, "c1")
    assert _verify(shop, shown, challenge="c1").status_code == 200
    assert _verify(shop, shown, challenge="c1", domain=OWN_DOMAIN).status_code == 200
    assert _code(_verify(shop, shown, challenge="c2")) == "proof.challenge_mismatch"
    assert _code(_verify(shop, shown, challenge="c1", domain="x.example")) == "proof.domain_mismatch"


def test_another_expected_challenge_than_the_one_answered(shop: Workshop) -> None:
    """An answer to one of ours does not pass for the answer to a caller's own; ours is burnt."""
    challenge = str(_ask(shop)["challenge"])
    shown = _present(shop, challenge)
    assert _code(_verify(shop, shown, challenge="c1")) == "proof.challenge_mismatch"
    assert _code(_verify(shop, shown)) == "proof.challenge_mismatch"


def test_a_token_answers_too(shop: Workshop) -> None:
    """In a token the challenge is `nonce` and the domain `aud`; it is burnt like any other."""
    asked = _ask(shop)
    enveloped: JsonObject = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{shop.badge().jwt}",
    }
    token = sign_vp_jwt(
        compose_presentation([enveloped], holder=did_key(HOLDER.public_key)),
        signer=HOLDER,
        verification_method=did_key_method_id(HOLDER.public_key),
        nonce=str(asked["challenge"]),
        audience=OWN_DOMAIN,
        now=NOON,
    )
    shown: JsonObject = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{token}",
    }
    assert _verify(shop, shown).status_code == 200
    assert _code(_verify(shop, shown)) == "proof.challenge_mismatch"


def test_eight_at_once(shop: Workshop) -> None:
    """Of eight verifications of one showing at the same moment exactly one is good."""
    shown = _present(shop, str(_ask(shop)["challenge"]))
    barrier, statuses = threading.Barrier(RACERS), []

    def race() -> None:
        barrier.wait()
        statuses.append(_verify(shop, shown).status_code)

    threads = [threading.Thread(target=race) for _ in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [400] * (RACERS - 1)


def test_a_restart_keeps_open_challenges_and_burnt_ones(tmp_path: Path) -> None:
    """Another process takes the answer, once."""
    first = open_workshop(tmp_path)
    open_one, burnt = (_present(first, str(_ask(first)["challenge"])) for _ in range(2))
    assert _verify(first, burnt).status_code == 200
    settings = SiteSettings(
        base_url=BASE_URL,
        home=tmp_path,
        session_secret="TEST ONLY session secret",
        desk_password_hash=lambda: "",
        ledger=first.ledger,
        clock=first.clock,
    )
    first.app = create_site(settings)
    assert _verify(first, open_one).status_code == 200
    assert _code(_verify(first, burnt)) == "proof.challenge_mismatch"
    first.database.close()


def test_the_folder_tells_nobody_a_challenge(shop: Workshop) -> None:
    """What is kept is a hash, in a folder that only this user reads."""
    challenge = str(_ask(shop)["challenge"])
    (kept,) = (shop.home / "challenges").iterdir()
    assert challenge.removeprefix("skillmark-") not in kept.name + kept.read_text("utf-8")
    assert (shop.home / "challenges").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("domain", ["", "x" * 301, 7, ["a"], {"a": 1}, "a\nb", "a\x00"], ids=repr)
def test_a_domain_that_is_none(shop: Workshop, domain: JsonValue) -> None:
    """Only a short text names a verifier."""
    response = shop.client().post("/api/vc/challenges", json={"domain": domain}, base_url=BASE_URL)
    assert (response.status_code, response.json["code"]) == (400, "vc_api.option_malformed")  # type: ignore[index]


def test_an_empty_request(shop: Workshop) -> None:
    """No body asks for this site itself; each challenge is another."""
    answers = [shop.client().post("/api/vc/challenges", base_url=BASE_URL) for _ in range(2)]
    asked = [cast("JsonObject", response.json) for response in answers]
    assert [response.status_code for response in answers] == [201, 201]
    assert {one["domain"] for one in asked} == {OWN_DOMAIN}
    assert len({one["challenge"] for one in asked}) == 2
    assert {response.headers["Cache-Control"] for response in answers} == {"no-store"}


def test_a_form_or_a_large_body_asks_for_nothing(shop: Workshop) -> None:
    """A foreign page's form is 415, more than 64 KiB is 413."""
    form = shop.client().post("/api/vc/challenges", data={"domain": "x"}, base_url=BASE_URL)
    large = shop.client().post("/api/vc/challenges", json={"domain": "x" * 70_000}, base_url=BASE_URL)
    assert (form.status_code, large.status_code) == (415, 413)


def test_one_address_does_not_fill_the_book(shop: Workshop) -> None:
    """Thirty a minute, then 429."""
    client = shop.client()
    statuses = [client.post("/api/vc/challenges", base_url=BASE_URL).status_code for _ in range(31)]
    assert statuses == [201] * 30 + [429]
