"""Messages to people: the same words in English and Spanish, as plain text, as HTML, and short for a telephone.

No picture, nothing that is fetched when the message is opened, and one link.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas import Language

_RULE = "-" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPart:
    """What a message says in one language.

    Args:
        language: Of the words.
        paragraphs: Plain text each; names in them may hold anything.
        button: Words on the link; empty when there is none.
        after: A paragraph below the link; may be empty.
    """

    language: Language
    paragraphs: tuple[str, ...]
    button: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """One message.

    Args:
        subject: In both languages.
        parts: One for each language, that of the reader first if it is known.
        link: Where the button leads; empty when there is none.
        stop: Address that ends such messages by one POST (RFC 8058); empty when there is none.
        short: The whole message for a telephone, in both languages; empty when it is never sent to one.
    """

    subject: str
    parts: tuple[MailPart, ...]
    link: str = ""
    short: str = ""
    stop: str = ""


def render_mail_plain(text: MailText) -> str:
    """Return a message as plain text."""
    return f"\n{_RULE}\n\n".join(_render_plain_part(part, text.link) for part in text.parts)


def _render_plain_part(part: MailPart, link: str) -> str:
    pieces = [" ".join(paragraph.split()) for paragraph in part.paragraphs]
    if part.button and link:
        pieces.append(f"{part.button}:\n{link}")
    if part.after:
        pieces.append(" ".join(part.after.split()))
    return "\n\n".join(pieces) + "\n"


def render_mail_html(text: MailText) -> str:
    """Return a message as HTML: every word escaped, no picture, no script, no address but the one of the link."""
    parts = "\n<hr>\n".join(_render_html_part(part, text.link) for part in text.parts)
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(text.subject)}</title></head>\n"
        '<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; color: #14202b; '
        'max-width: 34em; margin: 1.5em auto; padding: 0 1em">\n'
        f"{parts}\n</body></html>\n"
    )


def _render_html_part(part: MailPart, link: str) -> str:
    pieces = [f"<p>{escape(paragraph)}</p>" for paragraph in part.paragraphs]
    if part.button and link:
        pieces.append(
            f'<p><a href="{escape(link)}" rel="noreferrer" style="display: inline-block; padding: 12px 20px; '
            f'background: #14202b; color: #ffffff; text-decoration: none; border-radius: 6px">{escape(part.button)}</a>'
            f'</p>\n<p style="font-size: 14px; word-break: break-all">{escape(link)}</p>'
        )
    if part.after:
        pieces.append(f'<p style="font-size: 14px">{escape(part.after)}</p>')
    body = "\n".join(pieces)
    return f'<div lang="{part.language}">\n{body}\n</div>'
