"""Badges of a kind that was met before: what is the same in all of them is not read and canonicalized again.

A form is a template (`issue_template`) with a way to find it. A badge has a form when its bytes are those of the
badges from which the form was made, but for texts that may change, and a proof behind them. So a form cannot misread:
it knows, or it says that it does not, and then the badge is read from its first byte. Never a verdict is kept, only
what the bytes mean; the signature of each badge decides anew. See docs/adr/0035.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from credentials.cryptosuites import Cryptosuite
from credentials.issue_template import MAX_TEMPLATE_VALUES, MAX_VALUES_BYTES, compile_template
from credentials.lossless import MAX_SUBJECT_CHARS
from credentials.outline import compile_outline
from credentials.template_marks import Marker
from schemas import encode_json, read_cache_key, read_plain_json_of_any_depth

if TYPE_CHECKING:
    from typing import Any

    from credentials.document import VerifiedDocument
    from credentials.issue_template import IssueTemplate
    from credentials.outline import Outline
    from schemas import JsonObject, JsonValue

MAX_KINDS: Final = 1_024  # of badges of which anything is kept
MAX_KEPT_BYTES: Final = 24 * 1024 * 1024  # of all forms and shapes, as their weights count them
MAX_FORMS_OF_A_KIND: Final = 8
MAX_SHAPES_OF_A_KIND: Final = 8  # looked at, to make forms of them
# Badges of one shape that are looked at to see which of their texts change, before a form is made.
LOOKED_AT: Final = 4
# Badges of a kind that are not looked at after its first form was made, or after some were looked at in vain; twice
# as many after each further time.
FIRST_PAUSE: Final = 8
_SHAPE_BYTES: Final = 1_024  # about what Python takes for a shape,
_TEXT_BYTES: Final = 176  # and for each of its texts: two numbers, and places in a tuple and two sets
# Statements of a proof, and of the document about it, and the brackets of an id: what the walk may count besides.
_PLACES_OF_PROOF: Final = 16
_BRACKETS: Final = 2
# A form costs some ten badges to make. Each is to be used this often before all are made anew; and lest a stranger who
# uses up the first tries keeps others from theirs, badges without a form count too, less.
_USES_FOR_A_FORM: Final = 8
_OTHERS_FOR_A_FORM: Final = 64
_FIRST_TRIES: Final = 64

_SUITE: Final = Cryptosuite.EDDSA_RDFC_2022.value
_PROOF: Final = b',"proof":{'
_KIND: Final = b'"achievement":{'
# That tell badges of two courses from each other, by the id of the achievement, and are within it however short it is.
_KIND_BYTES: Final = 128


class KnownBadge(NamedTuple):
    """A badge that has a known form.

    Args:
        outline: As `VerifiedDocument.outline`, and its proof.
        encoded: The badge without its proof, as `encode_json` writes it.
        digest: SHA-256 of the canonical N-Quads of that.
    """

    outline: dict[str, Any]
    encoded: bytes
    digest: bytes


class _Form(NamedTuple):
    template: IssueTemplate
    outline: Outline
    max_bytes: int  # of a badge without its proof

    @property
    def weight(self) -> int:
        """About how much memory it may come to take, in bytes."""
        return self.template.weight + self.outline.weight


class _Look(NamedTuple):
    """What tells the shape of a badge, its texts by their hashes, and the numbers of those that may stay."""

    skeleton: int
    texts: tuple[int, ...]
    steady: frozenset[int]


@dataclass(slots=True)
class _Shape:
    """Which texts of the badges of one shape were seen to change. Texts are known by their hashes, of one process."""

    first: tuple[int, ...]
    steady: frozenset[int]
    seen: int = 0  # since a form was made
    moving: set[int] = field(default_factory=set)

    @property
    def weight(self) -> int:
        """About how much memory it may come to take, in bytes."""
        return _SHAPE_BYTES + _TEXT_BYTES * len(self.first)


@dataclass(slots=True)
class _Kind:
    """What is kept of the badges of one course."""

    forms: tuple[_Form, ...] = ()  # the newest first
    shapes: dict[int, _Shape] = field(default_factory=dict)
    pause: int = FIRST_PAUSE
    not_looked_at: int = 1  # badges to come that are let pass; the first, for most courses are met once

    @property
    def weight(self) -> int:
        """About how much memory its forms and shapes may come to take, in bytes."""
        return sum([form.weight for form in self.forms]) + self.weight_of_shapes

    @property
    def weight_of_shapes(self) -> int:
        """That of its shapes."""
        return sum([shape.weight for shape in self.shapes.values()])

    def put_off(self) -> None:
        """Let badges pass for a while, twice as many as the last time."""
        self.not_looked_at, self.pause = self.pause, 2 * self.pause


class FormStore:
    """Keeps forms; the kind used longest ago goes first. Safe for threads.

    Args:
        max_bytes: Of all forms and shapes together.
    """

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kinds: OrderedDict[bytes, _Kind] = OrderedDict()
        self._uses = 0
        self._others = 0  # badges that had no form
        self._tries_left = _FIRST_TRIES
        self._lock = Lock()

    def find(self, data: bytes) -> KnownBadge | None:
        """Return what is known of a badge; None when it has to be read.

        Args:
            data: JSON, or anything.
        """
        key = _find_kind(data)
        kind = self._kinds.get(key)
        if kind is None or not kind.forms:
            return None
        end = data.rfind(_PROOF)
        if end < 0 or not data.endswith(b"}}"):
            return None
        unsecured = data[:end] + b"}"
        for form in kind.forms:
            values = form.template.read_values(unsecured) if len(unsecured) <= form.max_bytes else None
            if values is not None:
                break
        else:
            return None
        # What stands before the proof is one object, and closed; so the proof is its last member.
        proof = read_plain_json_of_any_depth(data[end + len(_PROOF) - 1 : -1])
        if proof is None or type(proof.value) is not dict or proof.value.get("cryptosuite") != _SUITE:
            return None
        canonical = form.template.write(values)
        if canonical is None:
            return None
        self._note_use(key)
        outline: Any = read_cache_key(form.outline.write(values))
        outline["proof"] = proof.value
        return KnownBadge(outline, unsecured, hashlib.sha256(canonical).digest())

    def _note_use(self, key: bytes) -> None:
        with self._lock:
            self._uses += 1
            if key in self._kinds:
                self._kinds.move_to_end(key)

    def learn(self, verified: VerifiedDocument) -> None:
        """Look at a badge that was read, verified and found to fit its schema, and may be the first of many.

        Args:
            verified: Compact JSON with a proof as its last member; of anything else nothing is learnt.
        """
        data = verified.original
        key, end = _find_kind(data), data.rfind(_PROOF)
        if not key or end < 0 or not data.endswith(b"}}"):
            return
        with self._lock:
            self._others += 1
            kind = self._kinds.get(key)
            if kind is None:
                kind = self._kinds[key] = _Kind()
                if len(self._kinds) > MAX_KINDS:
                    self._forget_oldest()
            if kind.not_looked_at:
                kind.not_looked_at -= 1
                return
        unsecured = data[:end] + b"}"
        is_compact = encode_json(verified.document) == unsecured
        look = _look_at(verified.document) if is_compact else None
        with self._lock:
            if self._kinds.get(key) is not kind:  # forgotten meanwhile
                return
            shape = self._note_look(kind, look)
            if shape is None or shape.seen < LOOKED_AT:
                return
            shape.seen = 0
            staying = shape.steady - shape.moving
            kind.put_off()
            if self._tries_left + self._uses // _USES_FOR_A_FORM + self._others // _OTHERS_FOR_A_FORM <= 0:
                return
            self._tries_left -= 1
        form = _compose_form(verified.document, unsecured, staying)
        if form is not None:
            self._keep(key, form)

    def _note_look(self, kind: _Kind, look: _Look | None) -> _Shape | None:
        """Note which texts of a badge are others than in the first of its shape.

        None when no form can be made of it, or its kind has had enough shapes: then these are forgotten, and badges of
        the kind let pass, lest all that are to come are looked at in vain.
        """
        shape = None if look is None else kind.shapes.get(look.skeleton)
        if look is None or (shape is None and len(kind.shapes) >= MAX_SHAPES_OF_A_KIND):
            self._bytes -= kind.weight_of_shapes
            kind.shapes.clear()
            kind.put_off()
            return None
        if shape is None:
            shape = kind.shapes[look.skeleton] = _Shape(look.texts, look.steady)
            self._bytes += shape.weight
            self._make_room()
        shape.seen += 1
        pairs = enumerate(zip(look.texts, shape.first, strict=False))
        shape.moving.update([place for place, (text, first) in pairs if text != first])
        return shape

    def _keep(self, key: bytes, form: _Form) -> None:
        with self._lock:
            kind = self._kinds.get(key)
            if kind is None:
                return
            dropped = kind.forms[MAX_FORMS_OF_A_KIND - 1 :]
            kind.forms = (form, *kind.forms[: MAX_FORMS_OF_A_KIND - 1])
            self._bytes += form.weight - sum([one.weight for one in dropped])
            self._make_room()

    def _make_room(self) -> None:
        while self._bytes > self._max_bytes:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, kind = self._kinds.popitem(last=False)
        self._bytes -= kind.weight


def _find_kind(data: bytes) -> bytes:
    """Return bytes that badges of one course share, and of two courses hardly ever. To find a form, never to judge."""
    at = data.find(_KIND)
    return data[at : at + _KIND_BYTES] if at >= 0 else b""


def _look_at(document: JsonObject) -> _Look | None:
    """Return what tells the shape of a badge, and its texts; None when it has too many of them for a form."""
    marker = Marker()
    skeleton = hash(encode_json(marker.mark_members(document)))
    if len(marker.values) > MAX_TEMPLATE_VALUES:
        return None
    return _Look(skeleton, tuple([hash(value.text) for value in marker.values]), frozenset(marker.steady))


def _compose_form(document: JsonObject, encoded: bytes, staying: frozenset[int]) -> _Form | None:
    """Return a form for badges in which no text is so long that the general walk would count too many characters.

    That counts the characters of each id for all members of its object and all entries of their arrays.
    """
    template = compile_template(encoded, staying=staying)
    outline = None if template is None else compile_outline(document, staying=staying)
    if template is None or outline is None:
        return None
    places = _PLACES_OF_PROOF + _count_places(document)
    longest = min(MAX_VALUES_BYTES, MAX_SUBJECT_CHARS // places - _BRACKETS)
    return _Form(template, outline, template.fixed_bytes + longest)


def _count_places(value: JsonValue) -> int:
    """Return how many members and entries stand in a value, at any depth."""
    if not isinstance(value, (dict, list)):
        return 0
    return len(value) + sum(map(_count_places, value.values() if isinstance(value, dict) else value))


_forms: Final = FormStore()


def find_known_badge(data: bytes) -> KnownBadge | None:
    """Return what is known of a badge from others of its kind; None when it has to be read. As `FormStore.find`."""
    return _forms.find(data)


def learn_form(verified: VerifiedDocument) -> None:
    """Look at a badge that may be the first of many. As `FormStore.learn`."""
    _forms.learn(verified)
