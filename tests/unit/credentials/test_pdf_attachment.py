"""A credential attached to a PDF is found again; the PDFs are made with pypdf, not with our own writer."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter

from credentials import extract_pdf
from credentials.pdf_reading import read_attachment
from schemas import DecodingError
from tests.pictures import JSON_BADGE, JWS, OTHER_BADGE


def _pdf(*attachments: tuple[str, bytes], password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    for name, content in attachments:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _code(data: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        extract_pdf(data)
    return caught.value.code


@pytest.mark.parametrize("credential", [JSON_BADGE, JWS])
def test_attached_credential_comes_out_unchanged(credential: bytes) -> None:
    """The bytes are those that were attached, whatever the file is called."""
    assert extract_pdf(_pdf(("anything.bin", credential))) == credential


def test_other_attachments_are_passed_over() -> None:
    """An invoice as JSON, a text and a picture beside the badge do not matter."""
    others = (("invoice.json", b'{"total": 3}'), ("notes.txt", b"hello"), ("a.b.c", b"one.two.three"))
    assert extract_pdf(_pdf(*others, ("badge.json", JSON_BADGE))) == JSON_BADGE


def test_same_credential_twice_is_one() -> None:
    """Two equal copies leave no doubt."""
    assert extract_pdf(_pdf(("one.json", JSON_BADGE), ("two.json", JSON_BADGE))) == JSON_BADGE


def test_two_credentials_are_ambiguous() -> None:
    """Two different badges in one file are not guessed between."""
    assert _code(_pdf(("one.json", JSON_BADGE), ("two.json", OTHER_BADGE))) == "decoding.pdf_ambiguous"


def test_second_credential_in_other_letters() -> None:
    """A badge whose words are written with JSON escapes is a badge: two are ambiguous, one comes out as it is."""
    escaped = b'{"type":["\\u0056erifiableCredential","\\u004fpenBadgeCredential"],"name":"Another"}'
    assert extract_pdf(_pdf(("badge.json", escaped))) == escaped
    assert _code(_pdf(("one.json", JSON_BADGE), ("two.json", escaped))) == "decoding.pdf_ambiguous"


def test_pdf_without_a_credential_is_named() -> None:
    """A plain PDF, and one with only other files."""
    assert _code(_pdf()) == "decoding.pdf_no_credential"
    assert _code(_pdf(("notes.txt", b"hello"))) == "decoding.pdf_no_credential"


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7\n", b"not a pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 9 0 R>>", _pdf()[:-200]],
    ids=["empty", "header only", "text", "no root", "cut"],
)
def test_damaged_pdf_never_passes(data: bytes) -> None:
    """A damaged file is malformed, or at best a file without a badge."""
    assert _code(data) in {"decoding.pdf_malformed", "decoding.pdf_no_credential"}


def test_locked_pdf_is_malformed() -> None:
    """We do not try passwords."""
    assert _code(_pdf(("badge.json", JSON_BADGE), password="TEST ONLY")) == "decoding.pdf_malformed"


def test_too_many_attachments_are_refused() -> None:
    """Thirty-three files are more than a certificate needs."""
    assert _code(_pdf(*((f"{number}.txt", b"x") for number in range(33)))) == "decoding.pdf_malformed"


def test_oversize_attachment_is_refused() -> None:
    """A badge of more than 256 KiB is none."""
    assert _code(_pdf(("badge.json", JSON_BADGE + b" " * 10 + b"{" * (256 * 1024)))) == "decoding.inflate_limit"


def test_oversize_file_is_refused_before_reading() -> None:
    """Ten MiB are enough for any certificate."""
    assert _code(b"%PDF-1.7" + bytes(10 * 1024 * 1024)) == "decoding.too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF", "decoding.pdf_malformed"),
        (_pdf(), "decoding.pdf_no_credential"),
        (_pdf(("a", JSON_BADGE), ("b", OTHER_BADGE)), "decoding.pdf_ambiguous"),
        (_pdf(("a", JSON_BADGE), password="TEST ONLY"), "decoding.pdf_malformed"),
        (_pdf(*((f"{number}.txt", b"x") for number in range(33))), "decoding.pdf_malformed"),
        (_pdf(("a", JSON_BADGE + b"{" * (256 * 1024))), "decoding.inflate_limit"),
    ],
    ids=["damaged", "none", "two", "locked", "many", "large"],
)
def test_reader_gives_the_same_code_without_the_sandbox(data: bytes, code: str) -> None:
    """The function that runs in the child, called here."""
    with pytest.raises(DecodingError) as caught:
        read_attachment(data)
    assert caught.value.code == code


def test_reader_gives_the_same_badge_without_the_sandbox() -> None:
    """The function that runs in the child, called here."""
    assert read_attachment(_pdf(("badge.jwt", JWS))) == JWS


@pytest.mark.parametrize("failure", [MemoryError, RecursionError])
def test_exhaustion_is_left_to_the_sandbox(failure: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """No memory left says nothing about the file: the parent turns it into a limit."""

    def exhaust(*_arguments: object, **_options: object) -> None:
        raise failure

    monkeypatch.setattr("credentials.pdf_reading.PdfReader", exhaust)
    with pytest.raises(failure):
        read_attachment(_pdf())
