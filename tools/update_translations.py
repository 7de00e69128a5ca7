"""Collects every text of the pages and merges it into the catalogues under pages/translations/.

Run it after changing a text: `python -m tools.update_translations`. New texts arrive untranslated
and a test fails until somebody has translated them.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("pages", "verifier/web", "issuer/web", "wallet/web", "skillmark")
LANGUAGES = ("es",)
_JINJA_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true"}
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "translate": None, "ngettext": (1, 2), "translate_plural": (1, 2)}


def collect_messages() -> Catalog:
    """Return every text that a template or a page module marks for translation, with the places where it stands."""
    catalog = Catalog(project="skillmark", version="1", charset="utf-8")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in {".html", ".py"}:
                continue
            method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
            options = _JINJA_OPTIONS if path.suffix == ".html" else {}
            found = extract(method, io.BytesIO(path.read_bytes()), _KEYWORDS, (), options)
            for _, message, _, _ in found:
                catalog.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalog


def main() -> None:
    """Merge the texts into each catalogue and say how many are untranslated."""
    template = collect_messages()
    for language in LANGUAGES:
        path = ROOT / "pages" / "translations" / f"{language}.po"
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        merged = io.BytesIO()
        write_po(merged, catalog, sort_output=True, no_location=True, omit_header=True, width=110)
        path.write_bytes(merged.getvalue())
        missing = [message.id for message in catalog if message.id and not message.string]
        print(f"{language}: {len(catalog)} texts, {len(missing)} not translated")
        for text in missing:
            print(f"  {text!r}")


if __name__ == "__main__":
    main()
