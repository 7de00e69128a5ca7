"""Attacks on mail: headers of one's own, HTML in names, plain text with a password, poisoned links (T-59, T-61)."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from pages import MailPart, MailText, render_mail_html
from schemas import ConfigurationError
from skillmark.mail import MailError, compose_mail
from skillmark.mail_settings import MailIdentity, is_mail_address, read_mail_settings
from skillmark.settings import load_settings

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BREAKS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


def compose(subject: str = "Your badge", recipient: str = "p@example.org", name: str = "College") -> EmailMessage:
    part = MailPart(language="en", paragraphs=("Hello",))
    return compose_mail(
        MailText(subject=subject, parts=(part,)),
        identity=MailIdentity(address="badges@college.example", name=name),
        recipient=recipient,
        message_id="0" * 32,
        created=NOW,
    )


@pytest.mark.parametrize("mark", BREAKS, ids=ascii)
def test_line_break_in_a_header_is_refused(mark: str) -> None:
    """No subject, name or address begins a header of its own."""
    for fields in (
        {"subject": f"Badge{mark}Bcc: all@example.org"},
        {"recipient": f"p@example.org{mark}Bcc: all@example.org"},
        {"name": f"College{mark}Bcc: all@example.org"},
    ):
        with pytest.raises(MailError) as caught:
            compose(**fields)
        assert (caught.value.code, caught.value.is_final) == ("mail.header_invalid", True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "p",
        "p@",
        "@example.org",
        "p@example.org, q@example.org",
        "p@example.org;q@example.org",
        "P <p@example.org>",
        '"p q"@example.org',
        "p@example.org>",
        "p @example.org",
        "p@exa mple.org",
        "p@@example.org",
        "p(comment)@example.org",
        f"{'p' * 65}@example.org",
        "p@[127.0.0.1]",
    ],
)
def test_only_one_plain_address_is_written_to(address: str) -> None:
    """Lists, comments, names and routes are not addresses here."""
    assert not is_mail_address(address)
    with pytest.raises(MailError):
        compose(recipient=address)


def test_one_mail_has_one_recipient() -> None:
    """Read by an independent reader, the mail has one To, and neither Cc nor Bcc."""
    mail = message_from_bytes(
        compose(subject="Bcc: all@example.org", name='x" <evil@example.org>').as_bytes(), policy=default
    )
    assert mail.get_all("To") == ["p@example.org"]
    assert mail.get_all("Cc") is None
    assert mail.get_all("Bcc") is None
    assert [address.addr_spec for address in mail["From"].addresses] == ["badges@college.example"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=//evil.example/x>',
        "</title><a href='javascript:alert(1)'>",
        "<style>@import url(//evil.example)</style>",
        "&lt;b&gt;",
    ],
)
def test_html_in_a_name_is_text(name: str) -> None:
    """A name in subject, paragraph, button or link closes no tag and opens none."""
    part = MailPart(language="en", paragraphs=(name,), button=name, after=name)
    html = render_mail_html(MailText(subject=name, parts=(part,), link=f"https://college.example/{name}"))
    plain = render_mail_html(
        MailText(
            subject="x", parts=(MailPart(language="en", paragraphs=("x",), button="x", after="x"),), link="https://x"
        )
    )
    assert html.count("<") == plain.count("<")
    assert html.count('"') == plain.count('"')


@pytest.mark.parametrize("security", ["none"])
def test_password_without_encryption_is_refused_at_start(tmp_path: Path, security: str) -> None:
    """A login over a way that is not encrypted is an error of the settings, not a mail."""
    (tmp_path / "skillmark.toml").write_text(
        'base_url = "https://badges.college.example"\n[mail]\nfrom = "b@college.example"\nhost = "smtp.example"\n'
        f'user = "b"\nsecurity = "{security}"\n',
        "utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "mail.tls_required"


@pytest.mark.parametrize(
    "table",
    [
        [],
        "x",
        {},
        {"from": 7},
        {"from": "b"},
        {"from": "b@college.example\nBcc: x@example.org"},
        {"from": "b@college.example", "from_name": "a\r\nb"},
        {"from": "b@college.example", "reply_to": "x"},
        {"from": "b@college.example", "host": "h", "port": 0},
        {"from": "b@college.example", "host": "h", "port": 65_536},
        {"from": "b@college.example", "host": "h", "port": True},
        {"from": "b@college.example", "host": "h", "port": "25"},
        {"from": "b@college.example", "host": "h", "security": "ssl3"},
        {"from": "b@college.example", "password": "stands in the wrong file"},
    ],
    ids=repr,
)
def test_wrong_settings_are_told(table: object) -> None:
    """Settings that cannot be used stop the program with a sentence, and a password in them is one of those."""
    with pytest.raises(ConfigurationError) as caught:
        read_mail_settings(table)
    assert caught.value.code == "mail.settings_invalid"


def test_settings_without_a_server_write_files() -> None:
    """Who says only who the mails come from gets files."""
    settings = read_mail_settings({"from": "b@college.example"})
    assert settings is not None
    assert settings.smtp is None
    assert read_mail_settings(None) is None
