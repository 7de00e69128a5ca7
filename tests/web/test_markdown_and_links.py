"""Text and addresses from strangers are harmless on our pages (T-46, T-47)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from pages import host_of, plain_text, render_markdown, safe_link, secure_link
from tests.doubles.cost import within_cost

ALLOWED_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "code", "blockquote", "hr"}
MAX_COST_PER_FIELD = 30.0  # yardsticks

HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/desk/logout)",
    "[x](../../desk)",
    "![beacon](https://evil.example/pixel.png)",
    "![x](x){onerror=alert(1)}",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "`<script>`",
    "<!--><script>alert(1)</script>",
    "<style>@import url(https://evil.example)</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><button>x</button></form>",
    "a <b onmouseover=alert(1)>bold</b>",
    "\u202ecod.exe\u202c",
    "# heading <script>",
    "<p style='position:fixed'>x</p>",
    "<details open ontoggle=alert(1)>",
    '[x](https://evil.example" onmouseover="alert(1))',
)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_markdown_leaves_only_harmless_elements(text: str) -> None:
    """Only allow-listed elements remain, and links lead to https or mailto."""
    parser = _Elements()
    parser.feed(render_markdown(text))
    for tag, attributes in parser.found:
        assert tag in ALLOWED_TAGS
        assert set(attributes) <= {"href", "rel"}
        assert (attributes.get("href") or "https:").startswith(("https:", "mailto:"))


def test_markdown_keeps_what_is_meant() -> None:
    """Emphasis, lists and https links work."""
    html = render_markdown("**Pass** both:\n\n- one\n- [rules](https://example.org/r)")
    assert "<strong>Pass</strong>" in html
    assert html.count("<li>") == 2
    assert '<a href="https://example.org/r" rel="nofollow noopener noreferrer">rules</a>' in html


@pytest.mark.parametrize("text", ["[" * 20_000, "*a " * 9_000, "![[" * 8_000, "> " * 9_000, "`" * 20_000])
def test_markdown_is_cheap(text: str) -> None:
    """A hostile field costs little."""
    within_cost(MAX_COST_PER_FIELD, lambda: render_markdown(text))


def test_markdown_is_cut_at_eight_kibibytes() -> None:
    """What stands beyond 8 KiB is left out, and a letter that is cut in two is no error."""
    html = render_markdown("é" * 8_000)
    assert html.count("é") == 4_096


def test_plain_text_has_no_marks() -> None:
    """Markdown becomes one line of text."""
    assert plain_text("**Pass**\n\n- one") == "Pass one"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://example.org",
        "//example.org",
        "/desk",
        "https:example.org",
        "https://",
        "https:///x",
        "https://user@example.org/",
        "https://good.example@evil.example/",
        "https://example.org\\@evil.example",
        "https://exa mple.org",
        "https://example.org/\u202egnp.exe",
        "https://example.org/\n",
        "https://example.org:99999/",
        "https://[::1",
        'https://example.org/"onclick=',
        "mailto:a@b@c",
        "mailto:",
        "mailto:x@example.org?cc=y@example.org",
        "ftp://example.org",
        "https://example.org/" + "x" * 3_000,
    ],
)
def test_unsafe_address_is_no_link(url: str) -> None:
    """Only a plain https or mailto address becomes a link."""
    assert safe_link(url) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/path?q=1#f", "example.org"),
        ("https://EXAMPLE.org", "example.org"),
        ("https://example.org:8443/x", "example.org:8443"),
        ("https://xn--e1afmkfd.example/", "xn--e1afmkfd.example"),
        ("mailto:badges@example.org", "badges@example.org"),
    ],
)
def test_safe_address_shows_its_host(url: str, host: str) -> None:
    """The host is shown in full beside the link."""
    link = safe_link(url)
    assert link is not None
    assert (link.href, link.host) == (url, host)


def test_host_in_other_letters_is_shown_as_punycode() -> None:
    """A Cyrillic look-alike cannot pass as the Latin name (T-26)."""
    assert host_of("https://univ\u0435rsity.example") == "xn--univrsity-j0h.example"


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("http://data.europa.eu/esco/skill/S5", "https://data.europa.eu/esco/skill/S5"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_framework_address_is_followed_over_https(url: str, href: str) -> None:
    """ESCO names its skills with http; the link goes to the same place over https."""
    link = secure_link(url)
    assert link is not None
    assert link.href == href


def test_unsafe_framework_address_is_no_link() -> None:
    """Nothing else becomes https by this."""
    assert secure_link("http://user@example.org") is None
    assert secure_link("javascript:alert(1)") is None
