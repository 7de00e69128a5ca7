"""What a foreman reads for each kind of badge: the headline, why, and what to do now, in both languages."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import STATUS_URL
from tests.web.showroom import COLLEGE, EXHIBITS, open_showroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.showroom import Showroom


class Words(NamedTuple):
    """What the banner says in one language."""

    headline: str
    why: str
    next_step: str


GENUINE = Words(
    "Genuine",
    "Nothing was changed since it was signed, and it is in force.",
    "Compare the name with the person, and try the skill at the machine.",
)
GENUINE_ES = Words(
    "Auténtica",
    "Nada ha cambiado desde que se firmó, y está vigente.",
    "Compare el nombre con la persona y pruebe la habilidad en la máquina.",
)
NAMELESS = "The badge names nobody. Ask the issuer whose it is, and try the skill at the machine."
NAMELESS_ES = (
    "La insignia no nombra a nadie. Pregunte a quien la emitió de quién es, y pruebe la habilidad en la máquina."
)
READINGS: dict[str, tuple[Words, Words]] = {
    "genuine": (GENUINE, GENUINE_ES),
    "tampered": (
        Words(
            "Not genuine",
            "The badge was changed after it was signed, or the signature belongs to another badge.",
            "Do not accept it. Ask the sender for the original badge file.",
        ),
        Words(
            "No es auténtica",
            "La insignia se cambió después de firmarla, o la firma es de otra insignia.",
            "No la acepte. Pida al remitente el archivo original de la insignia.",
        ),
    ),
    "expired": (
        Words(
            "Expired (it was genuine)",
            "It was valid until November 20, 2026.",
            "Ask the holder whether the training was renewed and for the new badge.",
        ),
        Words(
            "Vencida (era auténtica)",
            "Fue válida hasta el 20 de noviembre de 2026.",
            "Pregunte a la persona si renovó la capacitación y pida la insignia nueva.",
        ),
    ),
    "suspended": (
        Words(
            "Suspended (it is genuine)",
            "The issuer put this badge on hold for now.",
            "Ask the issuer why, or check again later.",
        ),
        Words(
            "Suspendida (es auténtica)",
            "Quien la emitió puso esta insignia en pausa por ahora.",
            "Pregunte el motivo a quien la emitió o revise más tarde.",
        ),
    ),
    "revoked": (
        Words(
            "Revoked (it was genuine)",
            "The issuer took this badge back for good.",
            "Do not accept it. Questions go to the issuer.",
        ),
        Words(
            "Revocada (era auténtica)",
            "Quien la emitió retiró esta insignia de forma definitiva.",
            "No la acepte. Para preguntas, hable con quien la emitió.",
        ),
    ),
    "ob2-signed": (GENUINE._replace(next_step=NAMELESS), GENUINE_ES._replace(next_step=NAMELESS_ES)),
    "ob2-hosted": (
        Words(
            "Genuine",
            "It has no signature. The issuer's own website shows it today, and it is in force.",
            NAMELESS,
        ),
        Words(
            "Auténtica",
            "No lleva firma. El sitio web de quien la emitió la muestra hoy, y está vigente.",
            NAMELESS_ES,
        ),
    ),
    "vc-1-1": (GENUINE, GENUINE_ES),
    "issuer-not-on-the-list": (
        Words(
            "Genuine",
            "This issuer is not on the list of this site. That is neither good nor bad.",
            "Decide for yourself whether you trust it.",
        ),
        Words(
            "Auténtica",
            "Este emisor no está en la lista de este sitio. Eso no es ni bueno ni malo.",
            "Decida usted si confía en él.",
        ),
    ),
    "issuer-not-known": (
        Words(
            "Genuine, issuer not known",
            "But nothing proves that “Hillside Training Center” signed it: anyone can write a name.",
            "Ask the issuer, in a way that you already know, whether this badge is theirs.",
        ),
        Words(
            "Auténtica, emisor no conocido",
            "Pero nada prueba que la firmó «Hillside Training Center»: cualquiera puede escribir un nombre.",
            "Pregunte al emisor, por una vía que usted ya conozca, si esta insignia es suya.",
        ),
    ),
    "key-retired-after": (GENUINE, GENUINE_ES),
    "key-retired-before": (
        Words(
            "Not genuine",
            "The badge was signed with a key that the organization had already put away.",
            "Do not accept it. Ask the organization, using a phone number or address you already know.",
        ),
        Words(
            "No es auténtica",
            "La insignia se firmó con una clave que la organización ya había retirado.",
            "No la acepte. Pregunte a la organización por un teléfono o una dirección que ya conozca.",
        ),
    ),
    "status-host-down": (
        Words(
            "Could not check",
            "The issuer's list of badges taken back could not be reached.",
            "Try again in a few minutes. If it stays so, ask the issuer.",
        ),
        Words(
            "No se pudo comprobar",
            "No se pudo consultar la lista de insignias retiradas de quien la emitió.",
            "Inténtelo de nuevo en unos minutos. Si sigue igual, pregunte a quien la emitió.",
        ),
    ),
    "list-rolled-back": (
        Words(
            "Could not check",
            "The issuer's list is older than one seen before, so a badge taken back could be hidden.",
            "Do not rely on the badge. Ask the issuer.",
        ),
        Words(
            "No se pudo comprobar",
            "La lista es más antigua que otra ya vista, y podría ocultar una insignia retirada.",
            "No confíe en la insignia. Pregunte a quien la emitió.",
        ),
    ),
    "endorsement-forged": (GENUINE, GENUINE_ES),
    "derived": (GENUINE, GENUINE_ES),
    "learner-record": (
        Words("All are genuine", "2 badges stand in this file. Each was checked on its own.", GENUINE.next_step),
        Words(
            "Todas son auténticas",
            "En este archivo hay 2 insignias. Cada una se comprobó por separado.",
            GENUINE_ES.next_step,
        ),
    ),
    "record-with-an-expired-badge": (
        Words(
            "Not all are in force",
            "2 badges stand in this file. Each was checked on its own.",
            "Look below: each badge has its own word, and what to do now.",
        ),
        Words(
            "No todas están vigentes",
            "En este archivo hay 2 insignias. Cada una se comprobó por separado.",
            "Mire abajo: cada insignia tiene su propia palabra y lo que hay que hacer.",
        ),
    ),
    "presentation": (
        Words(
            "Could not check all of them",
            "Nobody asked for this just now, so it may be a copy of what was shown to somebody else.",
            "Ask the person to show the badges to you here and now, or compare the names with a photo ID.",
        ),
        Words(
            "No se pudieron comprobar todas",
            "Nadie pidió esto ahora, así que puede ser una copia de lo que se mostró a otra persona.",
            "Pida a la persona que le muestre las insignias aquí y ahora, o compare los nombres con un documento con "
            "foto.",
        ),
    ),
}
# Words of people who build such programs; a foreman has no use for them.
JARGON = re.compile(
    r"\b(DIDs?|proofs?|JSON(-LD)?|JWTs?|cryptosuite|assertion|verification method|bitstring|URI|hash|claims?)\b|did:",
    re.IGNORECASE,
)
CLAIMS = ("Robin Exampleson", "Sam Otherperson", "CNC Mill", "test part", COLLEGE)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Showroom]:
    """A site that knows one college."""
    opened = open_showroom(tmp_path)
    yield opened
    opened.database.close()


def read_text(markup: str) -> str:
    """Return what a person reads of a piece of a page."""
    without_code = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_code)).split())


def find_banner(page: str) -> str:
    """Return the banner of a page as markup."""
    found = re.search(r'<section class="verdict.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def read_first_part(page: str) -> str:
    """Return what stands on the page before a reader asks for the checks."""
    main = page.partition("<main")[2]
    return read_text("<main" + re.split("Show the checks|Mostrar las comprobaciones|Ver las comprobaciones", main)[0])


def test_every_exhibit_has_its_words() -> None:
    """No state is left out of these tests."""
    assert READINGS.keys() == EXHIBITS.keys()


@pytest.mark.parametrize("number", [0, 1], ids=["en", "es"])
@pytest.mark.parametrize("name", EXHIBITS)
def test_banner(name: str, number: int, room: Showroom) -> None:
    """Headline, reason and next step, word for word."""
    answer = room.check(EXHIBITS[name](room), language=("en", "es")[number])
    assert answer.status_code == 200
    banner, wanted = find_banner(answer.text), READINGS[name][number]
    assert read_text(banner.partition("<h1")[2].partition("</h1>")[0].partition(">")[2]) == wanted.headline
    assert f"<p>{wanted.why}</p>" in html.unescape(banner)
    assert f'<p class="verdict__next">{wanted.next_step}</p>' in html.unescape(banner)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", EXHIBITS)
def test_no_words_of_the_trade(name: str, language: str, room: Showroom) -> None:
    """Before anybody asks for details, nothing on the page needs a dictionary."""
    text = read_first_part(room.check(EXHIBITS[name](room), language=language).text)
    assert len(text) > 100
    assert JARGON.findall(text) == []


@pytest.mark.parametrize("name", ["tampered", "key-retired-before"])
def test_nothing_of_a_false_badge_is_shown(name: str, room: Showroom) -> None:
    """No name, no course and no issuer, neither the true nor the forged ones."""
    page = room.check(EXHIBITS[name](room)).text
    assert [claim for claim in CLAIMS if claim in page] == []


@pytest.mark.parametrize("name", [name for name in EXHIBITS if name not in {"tampered", "key-retired-before"}])
def test_what_is_proven_is_shown(name: str, room: Showroom) -> None:
    """Who issued it, for what, and how it was tested."""
    text = read_first_part(room.check(EXHIBITS[name](room)).text)
    issuer = "Hillside Training Center" if name.startswith("issuer-not") else COLLEGE
    assert issuer in text
    assert "CNC Mill Operator 1" in text
    is_one = name != "presentation"  # its holder shows a badge without such details
    assert ("Made the test part within 0.1 mm" in text) == is_one


def test_status_host_down_says_since_when(room: Showroom) -> None:
    """Three answers: unchanged, from whom, and since when nobody knows whether it was taken back."""
    banner = read_text(find_banner(room.check(EXHIBITS["status-host-down"](room)).text))
    assert "Nobody changed it since it was signed." in banner
    assert "It comes from college.example.edu." in banner
    assert "Taken back since? We could not check." in banner
    assert "We last read the issuer's list on Nov 22, 2026, 09:00 UTC." in banner
    assert "Checked Nov 24, 2026, 09:00 UTC" in banner


def test_rolled_back_list_says_when_the_newer_one_was_read(room: Showroom) -> None:
    """The newest list that this site has read is named by its day and hour."""
    banner = read_text(find_banner(room.check(EXHIBITS["list-rolled-back"](room)).text))
    assert "We last read the issuer's list on Nov 22, 2026, 10:00 UTC." in banner
    assert "That does not mean that the badge is false." in banner


def test_forged_endorsement_is_told_of_and_not_shown(room: Showroom) -> None:
    """Neither the praise nor who is said to have given it."""
    page = room.check(EXHIBITS["endorsement-forged"](room)).text
    assert "The badge carries a recommendation that could not be proven. We do not show it." in page
    assert "best people" not in page
    assert "Example Maker" not in page


def test_derived_badge_says_that_it_is_a_part(room: Showroom) -> None:
    """The page says that the worker chose, and what was left out is not there."""
    page = room.check(EXHIBITS["derived"](room)).text
    assert "The worker chose which parts of the badge to show. What is shown is genuine." in page
    assert "Robin Exampleson" in page
    assert "vise jaw" not in page


def test_older_badge_of_a_key_put_away(room: Showroom) -> None:
    """A reader who sees that the key is gone is told why the badge holds all the same."""
    page = room.check(EXHIBITS["key-retired-after"](room)).text
    assert "The issuer stopped using the key of this badge on Nov 17, 2026, 09:00 UTC." in page


def test_key_that_is_still_to_be_put_away_is_not_remarked_on(room: Showroom) -> None:
    """A key with an end in the future is a key like any other."""
    page = room.check(EXHIBITS["genuine"](room)).text
    assert "stopped using the key" not in page


def test_old_badge_without_a_name_is_not_compared_with_an_id(room: Showroom) -> None:
    """Where no name stands there is nothing to compare."""
    page = room.check(EXHIBITS["ob2-signed"](room)).text
    assert "photo ID with the same name" not in page
    assert "No name stands in this badge" in page


def test_gallery_shows_every_exhibit() -> None:
    """docs/reports.md has the picture of each state."""
    gallery = (ROOT / "docs" / "reports.md").read_text("utf-8")
    assert {f"(screenshots/report-{name}.png)" for name in EXHIBITS} <= set(
        re.findall(r"\(screenshots/[^)]+\)", gallery)
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Many badges are being checked just now, so we could not ask the issuer's website."),
        ("es", "Ahora se comprueban muchas insignias, así que no pudimos preguntar al sitio web de quien la emitió."),
    ],
)
def test_busy_site_takes_the_blame(language: str, sentence: str, room: Showroom) -> None:
    """When we had no time to ask, the banner says so, and says nothing against issuer or badge."""
    badge = EXHIBITS["genuine"](room)
    room.world.break_down(room.college.document_url, code="fetch.busy")
    room.world.break_down(STATUS_URL, code="fetch.busy")
    banner = html.unescape(find_banner(room.check(badge, language=language).text))
    assert f"<p>{sentence}</p>" in banner
    assert "verdict--could_not_check" in banner


def test_kept_list_does_not_stand_in_for_a_host_that_was_not_asked(room: Showroom) -> None:
    """Whoever fills our room for fetches cannot make an older list count."""
    badge = EXHIBITS["genuine"](room)
    room.check(badge)
    room.wait(minutes=6)
    room.world.break_down(STATUS_URL, code="fetch.busy")
    banner = find_banner(room.check(badge).text)
    assert "verdict--could_not_check" in banner
