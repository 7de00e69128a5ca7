"""Reads the fields of a course file and says of each wrong one what it is called and what is wanted."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from issuer.advice import advise
from issuer.cells import is_https_url
from schemas import IssuanceError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from schemas import JsonObject, JsonValue

MAX_LINE_CHARS = 300
MAX_TEXT_CHARS = 8_000  # a Markdown field
MAX_URL_CHARS = 2_000
MAX_SHOWN_CHARS = 60
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_NO_WORDS: Mapping[str, str | int] = MappingProxyType({})
_ESCO = "http://data.europa.eu/esco/"  # ESCO identifies its skills by http addresses
_CTDL = "http://purl.org/ctdl/"


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of the file and where it stands; `pointer` is a JSON Pointer, empty at the top."""

    values: JsonObject
    pointer: str = ""

    def fail(
        self, code: str, name: str, advice: str, *, value: JsonValue = None, words: Mapping[str, str | int] = _NO_WORDS
    ) -> NoReturn:
        """Raise an IssuanceError that names the field and says what to do; `advice` is one of `ADVICE_ES`."""
        field = ".".join(part for part in [*self.pointer.split("/")[1:], name] if part)
        english, spanish = advise(advice, **words)
        detail: JsonObject = {"field": field, "advice": english, "advice_es": spanish}
        if isinstance(value, str | int | float):
            detail["value"] = str(value)[:MAX_SHOWN_CHARS]
        escaped = name.replace("~", "~0").replace("/", "~1")  # RFC 6901 §3
        raise IssuanceError(code, f"{field}: {english}", pointer=f"{self.pointer}/{escaped}", detail=detail)

    def check_known(self, known: Collection[str]) -> None:
        """Refuse a field that does not exist, with the name that may be meant (`achievement.field_unknown`)."""
        for name in self.values:
            if name in known:
                continue
            meant = difflib.get_close_matches(_snake(name), known, n=1)
            place = name[:MAX_SHOWN_CHARS]
            if meant:
                self.fail("achievement.field_unknown", place, "did you mean “{meant}”?", words={"meant": meant[0]})
            names = ", ".join(sorted(known))
            self.fail("achievement.field_unknown", place, "known fields are {names}", words={"names": names})

    def line(self, name: str, *, max_chars: int = MAX_LINE_CHARS) -> str:
        """Read one line of text; numbers are taken as they are written; missing is empty."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail("achievement.field_type", name, "write text here")
        text = unicodedata.normalize("NFC", str(value)).strip()
        if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text):
            self.fail("achievement.control_character", name, "write it on one line")
        self._check_length(name, text, max_chars)
        return text

    def required_line(self, name: str, advice: str, *, max_chars: int = MAX_LINE_CHARS) -> str:
        """Read one line that must be there (`achievement.field_missing`)."""
        text = self.line(name, max_chars=max_chars)
        if not text:
            self.fail("achievement.field_missing", name, advice)
        return text

    def text(self, name: str, *, max_chars: int = MAX_TEXT_CHARS) -> str:
        """Read text of several lines; missing is empty."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fail("achievement.field_type", name, "write text here")
        text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
        if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in text):
            self.fail("achievement.control_character", name, "type the text again by hand")
        self._check_length(name, text, max_chars)
        return text

    def required_text(self, name: str, advice: str) -> str:
        """Read text that must be there (`achievement.field_missing`)."""
        text = self.text(name)
        if not text:
            self.fail("achievement.field_missing", name, advice)
        return text

    def lines(self, name: str, *, most: int) -> tuple[str, ...]:
        """Read a list of lines; one line alone is a list of one."""
        value = self.values.get(name)
        if value is None:
            return ()
        entries = value if isinstance(value, list) else [value]
        if len(entries) > most:
            self.fail("achievement.too_many", name, "at most {most} entries fit", words={"most": most})
        group = Fields({str(index): entry for index, entry in enumerate(entries)}, f"{self.pointer}/{name}")
        return tuple(group.required_line(index, "write text here or take the dash away") for index in group.values)

    def groups(self, name: str, *, most: int) -> tuple[Fields, ...]:
        """Read a list of mappings."""
        value = self.values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fail("achievement.field_type", name, "write a list here, each entry with a dash")
        if len(value) > most:
            self.fail("achievement.too_many", name, "at most {most} entries fit", words={"most": most})
        found = []
        for index, entry in enumerate(value):
            if not isinstance(entry, dict):
                place = Fields({}, f"{self.pointer}/{name}")
                place.fail("achievement.field_type", str(index), "write fields such as “name: …” here")
            found.append(Fields(entry, f"{self.pointer}/{name}/{index}"))
        return tuple(found)

    def group(self, name: str) -> Fields | None:
        """Read one mapping; missing is None."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fail("achievement.field_type", name, "write fields such as “name: …” here")
        return Fields(value, f"{self.pointer}/{name}")

    def whole_number(self, name: str, *, most: int) -> int:
        """Read a whole number from 0 on; missing is 0 (`achievement.number_invalid`)."""
        value = self.values.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            advice = "write a whole number from 0 to {most}"
            self.fail("achievement.number_invalid", name, advice, value=value, words={"most": most})
        return value

    def url(self, name: str) -> str:
        """Read an https address; ESCO and CTDL terms may be http, as they are published (`achievement.url_invalid`)."""
        link = self.line(name, max_chars=MAX_URL_CHARS)
        secure = "https://" + link.removeprefix("http://") if link.startswith((_ESCO, _CTDL)) else link
        if link and not is_https_url(secure):
            self.fail("achievement.url_invalid", name, "write a full address that starts with https://", value=link)
        return link

    def key(self, name: str, default: str) -> str:
        """Read a short name of small letters, digits and dashes (`achievement.key_invalid`)."""
        key = self.line(name) or default
        if not _KEY.fullmatch(key):
            self.fail("achievement.key_invalid", name, "use small letters, digits and dashes, at most 64", value=key)
        return key

    def word(self, name: str, known: Collection[str], *, default: str = "", extension: str = "") -> str:
        """Read one of the words of a standard, or a word of one's own that starts with `extension`."""
        word = self.line(name) or default
        is_own = bool(extension) and re.fullmatch(re.escape(extension) + r"[A-Za-z0-9._-]+", word) is not None
        if word and word not in known and not is_own:
            words = {"meant": _guess_word(word, known), "names": ", ".join(sorted(known))}
            advice = "did you mean “{meant}”? You can use {names}" if words["meant"] else "use one of {names}"
            self.fail("achievement.value_unknown", name, advice, value=word, words=words)
        return word

    def _check_length(self, name: str, text: str, max_chars: int) -> None:
        if len(text) > max_chars:
            self.fail("achievement.field_too_long", name, "at most {most} letters fit", words={"most": max_chars})


def _guess_word(word: str, known: Collection[str]) -> str:
    """Return the known word that may be meant: `Completion certificate` is CertificateOfCompletion."""
    by_parts = {_sort_parts(name): name for name in known}
    meant = difflib.get_close_matches(_sort_parts(word), by_parts, n=1, cutoff=0.6)
    return by_parts[meant[0]] if meant else ""


def _sort_parts(word: str) -> str:
    parts = re.findall(r"[a-z]+|[0-9]+", _snake(word))
    return " ".join(sorted(part for part in parts if part != "of"))


def make_key(text: str) -> str:
    """Make a key from a name: small ASCII letters and digits with dashes between; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("-", "_").replace(" ", "_")
