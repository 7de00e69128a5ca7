"""What to do about a wrong course file, in both languages of the desk, and in no parser's words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas import describe_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import BadgeError, YamlError

# English advice as the code gives it, and the same in Spanish.
ADVICE_ES: Mapping[str, str] = MappingProxyType(
    {
        "write the name of the badge": "escriba el nombre de la insignia",
        "say in a sentence or two what the badge is for": "diga en una o dos frases para qué es la insignia",
        "say what a person has to do to get the badge": "diga qué tiene que hacer una persona para obtenerla",
        "write who made the course or the standard": "escriba quién hizo el curso o la norma",
        "write the web address of whoever made it": "escriba la dirección web de quien lo hizo",
        "write a language such as en, es or es-MX": "escriba un idioma como es, en o es-MX",
        "write the name of the skill": "escriba el nombre de la habilidad",
        "write the name of the list, such as O*NET or ESCO": "escriba el nombre de la lista, como O*NET o ESCO",
        "write what was measured": "escriba qué se midió",
        "write the name of the level": "escriba el nombre del nivel",
        "give each entry a key of its own": "dé a cada entrada una clave propia",
        "the levels are {keys}": "los niveles son {keys}",
        "this result has no levels: add some": "este resultado no tiene niveles: agregue algunos",
        "a result has either levels or numbers, not both": "un resultado tiene niveles o números, no ambos",
        "use one of {names}": "use uno de estos: {names}",
        "min must not be larger than max": "min no debe ser mayor que max",
        "it must lie between min and max": "debe estar entre min y max",
        "write a number such as 70 or 2.5": "escriba un número como 70 o 2.5",
        "write a number such as 24, or a number and a unit such as 3 days": (
            "escriba un número como 24, o un número y una unidad como 3 días"
        ),
        "did you mean “{meant}”?": "¿quiso decir «{meant}»?",
        "did you mean “{meant}”? You can use {names}": "¿quiso decir «{meant}»? Puede usar {names}",
        "known fields are {names}": "los campos conocidos son {names}",
        "write text here": "escriba texto aquí",
        "write it on one line": "escríbalo en una sola línea",
        "type the text again by hand": "escriba el texto de nuevo a mano",
        "write text here or take the dash away": "escriba texto aquí o quite el guion",
        "at most {most} entries fit": "caben como máximo {most} entradas",
        "at most {most} letters fit": "caben como máximo {most} letras",
        "write a list here, each entry with a dash": "escriba aquí una lista, cada entrada con un guion",
        "write fields such as “name: …” here": "escriba aquí campos como «name: …»",
        "write a whole number from 0 to {most}": "escriba un número entero de 0 a {most}",
        "write a full address that starts with https://": "escriba una dirección completa que empiece con https://",
        "use small letters, digits and dashes, at most 64": "use letras minúsculas, cifras y guiones, 64 como máximo",
        "send the picture with the course, or take this line out": "envíe la imagen con el curso o quite esta línea",
        "put the picture beside the course file": "ponga la imagen junto al archivo del curso",
        "use a PNG or an SVG picture": "use una imagen PNG o SVG",
        "there is no such file beside the course file": "no hay tal archivo junto al archivo del curso",
        "make it smaller than {most} KiB": "hágala más pequeña que {most} KiB",
        "draw it again as a plain picture ({code})": "dibújela de nuevo como imagen simple ({code})",
        "the content is not what the end of the name says": "el contenido no es lo que dice el final del nombre",
    }
)
# What a YAML parser says, and what the writer of the line can do about it. The first that fits counts.
_YAML_ADVICE = (
    (
        "mapping values are not allowed",
        "put the text in quotes, because it has a colon in it",
        "ponga el texto entre comillas, porque lleva dos puntos",
    ),
    (
        "anchors and aliases",
        "put the text in quotes, because it starts with & or *",
        "ponga el texto entre comillas, porque empieza con & o *",
    ),
    (
        "stands twice",
        "this field stands in the file twice; take one out",
        "este campo está dos veces en el archivo; quite uno",
    ),
    (
        "tab character",
        "put spaces at the start of the line, not tabs",
        "ponga espacios al comienzo de la línea, no tabuladores",
    ),
    (
        "quoted scalar",
        "a quotation mark is opened here and not closed",
        "aquí se abren unas comillas que no se cierran",
    ),
    (
        "cannot start any token",
        "put the text in quotes, because it starts with a sign",
        "ponga el texto entre comillas, porque empieza con un signo",
    ),
    (
        "could not find expected ':'",
        "write a colon and a space after the name of the field",
        "escriba dos puntos y un espacio después del nombre del campo",
    ),
    (
        "tag",
        "put the text in quotes, because it starts with an exclamation mark",
        "ponga el texto entre comillas, porque empieza con un signo de exclamación",
    ),
    (
        "flow ",
        "a bracket is opened and not closed",
        "se abre un corchete que no se cierra",
    ),
    (
        "block ",
        "the spaces at the start of this line, or its quotation marks, do not fit the lines above",
        "los espacios al comienzo de esta línea, o sus comillas, no concuerdan con las líneas de arriba",
    ),
)
_UNKNOWN_YAML = (
    "compare this line with the example course",
    "compare esta línea con el curso de ejemplo",
)


def advise(advice: str, **words: str | int) -> tuple[str, str]:
    """Return advice in English and Spanish, with its words filled in."""
    return advice.format(**words), ADVICE_ES[advice].format(**words)


def advise_on_yaml(error: YamlError, text: str) -> tuple[str, str]:
    """Return what to do about `text` that is no YAML, in English and Spanish."""
    line = "".join(text.split("\n")[max(error.line - 1, 0) : error.line])
    said = "tab character" if "\t" in line[: len(line) - len(line.lstrip())] else str(error)
    english, spanish = next((texts for sign, *texts in _YAML_ADVICE if sign in said), _UNKNOWN_YAML)
    if not error.line:
        return english, spanish
    return f"Line {error.line}: {english}", f"Línea {error.line}: {spanish}"


def advise_on_json(error: BadgeError) -> tuple[str, str]:
    """Return what to do about text that is no JSON, in English and Spanish."""
    info = describe_code(error.code)
    return f"{info.en} {info.next_en}", f"{info.es} {info.next_es}"
