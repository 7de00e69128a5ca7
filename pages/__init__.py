"""What every web face shares: layout, languages, Markdown, safe links, error pages, security headers."""

from pages.clients import as_client, client_address, current_client, read_client
from pages.errors import PageError, TooManyRequestsError, render_error
from pages.files import send_bytes, send_download, send_public_document
from pages.language import (
    LANGUAGES,
    N_,
    current_language,
    load_catalog,
    show_date,
    show_day,
    show_time,
    translate,
    translate_plural,
    write_date,
    write_short_date,
)
from pages.links import SafeLink, host_of, safe_link, secure_link
from pages.markdown import MAX_MARKDOWN_BYTES, plain_text, render_markdown
from pages.messages import MailPart, MailText, render_mail_html, render_mail_plain
from pages.passkey_messages import PasskeyPlace, compose_passkey_notice
from pages.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, hash_password, is_right_password
from pages.plain_words import say_achievement_type, say_organization_kind
from pages.printed_cards import CardPlace, place_cards
from pages.printed_sheet import INK, QUIET_INK, Colour, FontStyle, Paper, SheetPdf
from pages.printed_signs import is_printable, printable_text
from pages.security import (
    CONTENT_SECURITY_POLICY,
    MAX_REQUEST_BYTES,
    accepts_upload,
    allow_camera,
    allow_worker,
    allowed_hosts,
)
from pages.setup import Limiter, create_limiter, install_pages, static_url
from pages.text_messages import MAX_PARTS, count_parts, fit_text

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "INK",
    "LANGUAGES",
    "MAX_MARKDOWN_BYTES",
    "MAX_PARTS",
    "MAX_PASSWORD_CHARS",
    "MAX_REQUEST_BYTES",
    "MIN_PASSWORD_CHARS",
    "N_",
    "QUIET_INK",
    "CardPlace",
    "Colour",
    "FontStyle",
    "Limiter",
    "MailPart",
    "MailText",
    "PageError",
    "Paper",
    "PasskeyPlace",
    "SafeLink",
    "SheetPdf",
    "TooManyRequestsError",
    "accepts_upload",
    "allow_camera",
    "allow_worker",
    "allowed_hosts",
    "as_client",
    "client_address",
    "compose_passkey_notice",
    "count_parts",
    "create_limiter",
    "current_client",
    "current_language",
    "fit_text",
    "hash_password",
    "host_of",
    "install_pages",
    "is_printable",
    "is_right_password",
    "load_catalog",
    "place_cards",
    "plain_text",
    "printable_text",
    "read_client",
    "render_error",
    "render_mail_html",
    "render_mail_plain",
    "render_markdown",
    "safe_link",
    "say_achievement_type",
    "say_organization_kind",
    "secure_link",
    "send_bytes",
    "send_download",
    "send_public_document",
    "show_date",
    "show_day",
    "show_time",
    "static_url",
    "translate",
    "translate_plural",
    "write_date",
    "write_short_date",
]
