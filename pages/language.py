"""Which language a page speaks, and its words in it.

English is the source language; `translations/<language>.po` holds the others and is read once at start.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, cast

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import current_app, g, has_app_context, has_request_context, request

if TYPE_CHECKING:
    from datetime import date

    from babel.messages.catalog import Catalog
    from flask import Response

    from schemas import Language

LANGUAGES: tuple[Language, ...] = ("en", "es")
DEFAULT_LANGUAGE: Language = "en"
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "es": "Español"}
LANGUAGE_COOKIE = "language"
TIME_ZONE_KEY = "TIME_ZONE"  # of the application's settings
_COOKIE_SECONDS = 365 * 24 * 3600


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a text for translation where it is written down; `translate` it where it is shown."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def load_catalog(language: Language) -> Catalog:
    """Return the catalogue of a language other than English."""
    with resources.files("pages").joinpath("translations", f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@lru_cache(maxsize=len(LANGUAGES))
def load_translations(language: Language) -> NullTranslations:
    """Return the translations of a language, ready for look-up."""
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, load_catalog(language))
    compiled.seek(0)
    return Translations(fp=compiled)


def _known(name: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == name), None)


def choose_language() -> Language:
    """Return the language asked for by `?lang=`, else the cookie, else the browser, else English."""
    return (
        _known(request.args.get("lang"))
        or _known(request.cookies.get(LANGUAGE_COOKIE))
        or _known(request.accept_languages.best_match(LANGUAGES))
        or DEFAULT_LANGUAGE
    )


def current_language() -> Language:
    """Return the language of the request that is being answered."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    if "language" not in g:
        g.language = choose_language()
    return cast("Language", g.language)


def remember_language(response: Response) -> Response:
    """Keep a choice made by `?lang=` in a cookie, and say that the page depends on the language."""
    if response.mimetype == "text/html":
        response.content_language.add(current_language())
        response.vary.update(("Accept-Language", "Cookie"))
        chosen = _known(request.args.get("lang"))
        if chosen:
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                max_age=_COOKIE_SECONDS,
                secure=request.is_secure,
                httponly=True,
                samesite="Lax",
            )
    return response


def translate(message: str) -> str:
    """Return `message` in the language of the request."""
    return str(load_translations(current_language()).gettext(message))


def translate_plural(one: str, many: str, count: int) -> str:
    """Return the form of a text that fits `count`, in the language of the request."""
    return str(load_translations(current_language()).ngettext(one, many, count))


def _local(moment: datetime) -> datetime:
    zone = current_app.config.get(TIME_ZONE_KEY, UTC) if has_app_context() else UTC
    assert isinstance(zone, tzinfo)
    return moment.astimezone(zone)


def show_date(moment: date | None) -> str:
    """Return a date as people write it, such as “November 22, 2026”: a day that stands so in a badge, or on paper."""
    return format_date(moment, format="long", locale=current_language()) if moment else ""


def write_date(moment: date, language: Language) -> str:
    """Return a date in a language of its own, for what is written outside of a request."""
    return format_date(moment, format="long", locale=language)


def write_short_date(moment: date, language: Language) -> str:
    """Return a date in a language of its own, in few letters, for paper: “Nov 22, 2026”."""
    return format_date(moment, format="medium", locale=language)


def show_day(moment: date | None) -> str:
    """Return the day on which something happens, as clocks show it in the time zone of the site."""
    return show_date(_local(moment) if isinstance(moment, datetime) else moment)


def show_time(moment: datetime | None) -> str:
    """Return date and time in the time zone of the site, with the zone's name, as people write it."""
    return write_time(_local(moment), current_language()) if moment is not None else ""


def write_time(moment: datetime, language: Language) -> str:
    """Return date and time in the zone of `moment`: “Nov 22, 2026, 09:30 EST”."""
    return f"{format_date(moment, format='medium', locale=language)}, {moment:%H:%M} {name_zone(moment)}"


def name_zone(moment: datetime) -> str:
    """Return what people call the zone of an aware moment; where they have no name for it, how far it is from UTC."""
    name = moment.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name
