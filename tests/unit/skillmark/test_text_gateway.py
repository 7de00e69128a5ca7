"""The gateway for text messages: what it is sent, what its answers mean, and which settings are refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from keys import PostedAnswer
from schemas import ConfigurationError, FetchError
from skillmark.mail import MailError
from skillmark.settings import create_home, load_settings, write_secret
from skillmark.text_gateway import TextGateway
from skillmark.text_settings import read_text_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMBER, TEXT, MESSAGE_ID = "+15745550100", "Su insignia está lista: https://x.example/claim/a", "ab" * 16
BASE: dict[str, object] = {"url": "https://gateway.example/v1/messages", "sender": "+15745550199"}


@dataclass
class Door:
    """The door to the network, with a gateway behind it that answers one status."""

    status: int = 202
    error: FetchError | None = None
    posts: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int) -> PostedAnswer:
        self.posts.append((url, body, dict(headers)))
        if self.error is not None:
            raise self.error
        return PostedAnswer(status=self.status, body=b"{}"[:max_bytes], media_type="application/json")


def send(door: Door, **table: object) -> tuple[bytes, dict[str, str]]:
    settings = read_text_settings({**BASE, **table})
    assert settings is not None
    TextGateway(settings, secret=lambda: "TEST-ONLY", network=door).send_text(NUMBER, TEXT, message_id=MESSAGE_ID)
    ((url, body, headers),) = door.posts
    assert url == BASE["url"]
    return body, headers


def test_json_is_the_usual_form() -> None:
    """Number, text and sender under their names; the secret in the header; our id against second copies."""
    body, headers = send(Door())
    assert json.loads(body) == {"to": NUMBER, "text": TEXT, "from": "+15745550199"}
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == "Bearer TEST-ONLY"
    assert headers["Idempotency-Key"] == MESSAGE_ID


def test_form_with_other_names() -> None:
    """The names of the gateway, what it always wants, and a login with a user."""
    body, headers = send(
        Door(),
        form="form",
        login="basic",
        user="college",
        fields={"to": "To", "text": "Body", "sender": "From", "id": "Reference"},
        more={"Channel": "sms"},
    )
    assert parse_qs(body.decode()) == {
        "To": [NUMBER],
        "Body": [TEXT],
        "From": ["+15745550199"],
        "Reference": [MESSAGE_ID],
        "Channel": ["sms"],
    }
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Authorization"] == "Basic Y29sbGVnZTpURVNULU9OTFk="  # RFC 7617 §2: college:TEST-ONLY


def test_login_in_a_header_of_its_own() -> None:
    """Some gateways want the secret elsewhere."""
    _, headers = send(Door(), login="header", header="X-Api-Key")
    assert headers["X-Api-Key"] == "TEST-ONLY"
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("status", "code", "is_final", "is_for_all"),
    [
        (400, "message.number_refused", True, False),
        (410, "message.number_refused", True, False),
        (422, "message.number_refused", True, False),
        (401, "text.login_refused", False, True),
        (402, "text.login_refused", False, True),
        (403, "text.login_refused", False, True),
        (408, "message.gateway_unavailable", False, True),
        (429, "message.gateway_unavailable", False, True),
        (500, "message.gateway_unavailable", False, True),
        (503, "message.gateway_unavailable", False, True),
        (302, "text.address_wrong", False, True),
        (404, "text.address_wrong", False, True),
    ],
)
def test_answer_decides(status: int, code: str, *, is_final: bool, is_for_all: bool) -> None:
    """A wrong number is given up; a gateway that is busy, or does not know us, gets the message later."""
    with pytest.raises(MailError) as caught:
        send(Door(status=status))
    assert (caught.value.code, caught.value.is_final, caught.value.is_for_all) == (code, is_final, is_for_all)


def test_unreachable_gateway_is_tried_later() -> None:
    """Whatever the network says, the message waits."""
    with pytest.raises(MailError) as caught:
        send(Door(error=FetchError("fetch.timeout", "no answer in time")))
    assert (caught.value.code, caught.value.is_final) == ("message.gateway_unavailable", False)


def test_unreadable_secret_is_told() -> None:
    """Without the secret nothing is sent, and the fault is ours."""
    settings, door = read_text_settings(BASE), Door()
    assert settings is not None

    def refuse() -> str:
        raise ConfigurationError("config.secret_missing", "text-secret")

    with pytest.raises(MailError) as caught:
        TextGateway(settings, secret=refuse, network=door).send_text(NUMBER, TEXT, message_id=MESSAGE_ID)
    assert (caught.value.code, caught.value.is_final) == ("config.secret_missing", False)
    assert door.posts == []


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://gateway.example/"},
        {"url": "https://user:secret@gateway.example/"},
        {"url": ""},
        {"url": "https://gateway.example/\r\nX: y"},
        {"form": "xml"},
        {"login": "password"},
        {"login": "header"},
        {"login": "header", "header": "X-Key: a"},
        {"sender": "a\nb"},
        {"token": "secret"},
        {"fields": {"to": ""}},
        {"fields": {"number": "to"}},
        {"more": {"a": 1}},
        {"more": "sms"},
    ],
)
def test_wrong_settings_are_refused(change: dict[str, object]) -> None:
    """Nothing unknown, nothing that could begin a header, and no secret in the file."""
    with pytest.raises(ConfigurationError) as caught:
        read_text_settings({**BASE, **change})
    assert caught.value.code == "text.settings_invalid"


def test_no_table_means_files() -> None:
    """Without a gateway there are no settings."""
    assert read_text_settings(None) is None


def test_settings_stand_in_the_file(tmp_path: Path) -> None:
    """The gateway and the country of plain numbers come from skillmark.toml, the secret from a file of its own."""
    settings = create_home(tmp_path / "home", base_url="https://badges.college.example")
    assert (settings.texts, settings.calling_code) == (None, "1")
    file = tmp_path / "home" / "skillmark.toml"
    plain = file.read_text("utf-8")
    file.write_text(f'{plain}default_calling_code = "52"\n[text]\nurl = "{BASE["url"]}"\n', "utf-8")
    settings = load_settings(tmp_path / "home")
    assert settings.texts is not None
    assert (settings.texts.url, settings.calling_code) == (BASE["url"], "52")
    with pytest.raises(ConfigurationError) as missing:
        settings.text_secret()
    assert missing.value.code == "config.secret_missing"
    write_secret(tmp_path / "home" / "secrets" / "text-secret", b"TEST-ONLY\n")
    assert settings.text_secret() == "TEST-ONLY"
    file.write_text(f'{plain}default_calling_code = "49"\n', "utf-8")
    with pytest.raises(ConfigurationError) as unknown:
        load_settings(tmp_path / "home")
    assert unknown.value.code == "config.file_invalid"


@pytest.mark.parametrize("wrong", ["-1", "100_001", "true", '"200"', "1.5"])
def test_texts_to_unlisted_numbers_are_counted_in_whole_numbers(wrong: str, tmp_path: Path) -> None:
    """The cap of a day is 200, or what skillmark.toml says; what is no such number is refused by name."""
    settings = create_home(tmp_path / "home", base_url="https://badges.college.example")
    assert settings.unlisted_texts_per_day == 200
    file = tmp_path / "home" / "skillmark.toml"
    plain = file.read_text("utf-8")
    file.write_text(f"{plain}unlisted_texts_per_day = 0\n", "utf-8")
    assert load_settings(tmp_path / "home").unlisted_texts_per_day == 0
    file.write_text(f"{plain}unlisted_texts_per_day = {wrong}\n", "utf-8")
    with pytest.raises(ConfigurationError, match="unlisted_texts_per_day"):
        load_settings(tmp_path / "home")
