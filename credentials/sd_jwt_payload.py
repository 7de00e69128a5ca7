"""Hide parts of a JSON document behind digests, and put back what its holder disclosed.

Spec: RFC 9901 §4.2.4 and §4.2.5 (digests in objects and arrays), §7.1 (processing, steps 3 to 5).
"""

from __future__ import annotations

import copy
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.json_selection import read_steps
from credentials.sd_jwt_disclosure import (
    DIGEST_ALGORITHM,
    DIGESTS,
    HIDDEN_ELEMENT,
    RESERVED_NAMES,
    DigestAlgorithm,
    Disclosure,
    compose_disclosure,
    read_digest_algorithm,
)
from schemas import MAX_JSON_DEPTH, DecodingError, ProofError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas import JsonObject, JsonValue

MAX_DISCLOSURES: Final = 500  # with one token
_SALT_BYTES: Final = 16


def new_salt() -> bytes:
    """Return 128 random bits."""
    return secrets.token_bytes(_SALT_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedPayload:
    """A payload with what was disclosed put back.

    Args:
        claims: The payload without digests.
        disclosures: What was put back, by JSON Pointer into `claims`.
        hidden: JSON Pointer of each object or array in `claims` from which something was held back; it may stand
            there more than once. A decoy looks the same.
    """

    claims: JsonObject
    disclosures: Mapping[str, Disclosure]
    hidden: tuple[str, ...]


def conceal(
    document: JsonObject, pointers: Sequence[str], *, salts: Callable[[], bytes] = new_salt
) -> tuple[JsonObject, tuple[Disclosure, ...]]:
    """Return a copy of the document with digests in place of what the pointers name, and the disclosures.

    A pointer below another makes the inner part a disclosure of its own, inside the outer one (RFC 9901 §6.3).
    Digests are sorted, so that their order says nothing.

    Raises:
        ProofError: A pointer is malformed or names nothing (`proof.pointer_unmatched`), one is given twice or names
            the whole document (`proof.disclosure_path_not_allowed`), or the document uses a name that is reserved
            (`proof.disclosure_malformed`).
    """
    _refuse_reserved_names(document)
    paths = [tuple(read_steps(document, pointer)) for pointer in pointers]
    if () in paths or len(set(paths)) != len(paths) or len(paths) > MAX_DISCLOSURES:
        raise ProofError("proof.disclosure_path_not_allowed", "the whole document, one path twice, or too many")
    payload = copy.deepcopy(document)
    disclosures = []
    for path in sorted(paths, key=len, reverse=True):
        container: JsonValue = payload
        for step in path[:-1]:
            container = _member(container, step)
        disclosures.append(_hide(container, path[-1], salt=salts()))
    if disclosures:
        payload[DIGEST_ALGORITHM] = DigestAlgorithm.SHA_256.value
    return payload, tuple(disclosures)


def _member(container: JsonValue, step: str | int) -> JsonValue:
    if isinstance(container, dict) and isinstance(step, str):
        return container[step]
    assert isinstance(container, list)
    assert isinstance(step, int)
    return container[step]


def _hide(container: JsonValue, step: str | int, *, salt: bytes) -> Disclosure:
    if isinstance(container, dict) and isinstance(step, str):
        disclosure = compose_disclosure(step, container.pop(step), salt=salt)
        digests = container.get(DIGESTS, [])
        assert isinstance(digests, list)
        added = [str(digest) for digest in digests] + [DigestAlgorithm.SHA_256.digest(disclosure.encoded)]
        container[DIGESTS] = [*sorted(added)]
        return disclosure
    assert isinstance(container, list)
    assert isinstance(step, int)
    disclosure = compose_disclosure(None, container[step], salt=salt)
    container[step] = {HIDDEN_ELEMENT: DigestAlgorithm.SHA_256.digest(disclosure.encoded)}
    return disclosure


def _refuse_reserved_names(value: JsonValue) -> None:
    if isinstance(value, dict):
        if RESERVED_NAMES & value.keys():
            raise ProofError("proof.disclosure_malformed", "the document uses a reserved name")
        for member in value.values():
            _refuse_reserved_names(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_reserved_names(member)


def reveal(payload: JsonObject, disclosures: Sequence[Disclosure]) -> RevealedPayload:
    """Put disclosures where their digests stand, and take away digests that nothing was disclosed for.

    Raises:
        ProofError: A digest or an array element is malformed, or a disclosure is of the wrong kind for its place
            (`proof.disclosure_malformed`); a digest or a disclosure stands twice (`proof.disclosure_repeated`); a
            disclosure belongs to no digest (`proof.disclosure_unused`); a name is taken already
            (`proof.disclosure_collision`).
        UnacceptedCryptosuiteError: `proof.digest_algorithm_unsupported`.
        DecodingError: Disclosures inside disclosures go too deep (`decoding.too_deep`).
    """
    if len(disclosures) > MAX_DISCLOSURES:
        raise ProofError("proof.disclosure_malformed", "too many disclosures", detail={"limit": MAX_DISCLOSURES})
    revealer = _Revealer(disclosures, read_digest_algorithm(payload))
    signed = {name: value for name, value in payload.items() if name != DIGEST_ALGORITHM}
    claims = revealer.read_object(signed, "", depth=1)
    if revealer.waiting:
        raise ProofError("proof.disclosure_unused", detail={"count": len(revealer.waiting)})
    return RevealedPayload(claims=claims, disclosures=revealer.placed, hidden=tuple(revealer.hidden))


class _Revealer:
    """Walks one payload; every digest is met once and every disclosure used once."""

    def __init__(self, disclosures: Sequence[Disclosure], algorithm: DigestAlgorithm) -> None:
        counted = Counter(disclosure.encoded for disclosure in disclosures)
        if counted and max(counted.values()) > 1:
            raise ProofError("proof.disclosure_repeated", "one disclosure stands twice")
        self.waiting = {algorithm.digest(disclosure.encoded): disclosure for disclosure in disclosures}
        self.placed: dict[str, Disclosure] = {}
        self.hidden: list[str] = []
        self._met: set[str] = set()

    def read_object(self, value: JsonObject, pointer: str, *, depth: int) -> JsonObject:
        """Return an object with its disclosed members after its own."""
        if value.keys() & {HIDDEN_ELEMENT, DIGEST_ALGORITHM}:
            raise ProofError("proof.disclosure_malformed", "a reserved name out of its place", pointer=pointer)
        result: JsonObject = {}
        for word, member in value.items():
            if word != DIGESTS:
                found = self._read(member, _below(pointer, word), depth=depth)
                if found != [] or member == []:  # an array of which nothing is shown says nothing
                    result[word] = found
        digests = value.get(DIGESTS, [])
        if not isinstance(digests, list):
            raise ProofError("proof.disclosure_malformed", "digests are not in an array", pointer=pointer)
        for digest in digests:
            disclosure = self._take(digest, pointer)
            if disclosure is None:
                continue
            name = disclosure.name
            if name is None:
                raise ProofError("proof.disclosure_malformed", "an element where a member belongs", pointer=pointer)
            if name in result:
                raise ProofError("proof.disclosure_collision", pointer=pointer)
            self.placed[_below(pointer, name)] = disclosure
            result[name] = self._read(disclosure.value, _below(pointer, name), depth=depth)
        return result

    def _read_array(self, value: list[JsonValue], pointer: str, *, depth: int) -> list[JsonValue]:
        result: list[JsonValue] = []
        for element in value:
            place = _below(pointer, str(len(result)))
            if not isinstance(element, dict) or HIDDEN_ELEMENT not in element:
                result.append(self._read(element, place, depth=depth))
                continue
            if len(element) != 1:
                raise ProofError("proof.disclosure_malformed", "a digest is alone in its object", pointer=place)
            disclosure = self._take(element[HIDDEN_ELEMENT], pointer)
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise ProofError("proof.disclosure_malformed", "a member where an element belongs", pointer=place)
            self.placed[place] = disclosure
            result.append(self._read(disclosure.value, place, depth=depth))
        return result

    def _read(self, value: JsonValue, pointer: str, *, depth: int) -> JsonValue:
        if depth > MAX_JSON_DEPTH:
            raise DecodingError("decoding.too_deep", detail={"limit": MAX_JSON_DEPTH})
        if isinstance(value, dict):
            return self.read_object(value, pointer, depth=depth + 1)
        if isinstance(value, list):
            return self._read_array(value, pointer, depth=depth + 1)
        return value

    def _take(self, digest: JsonValue, pointer: str) -> Disclosure | None:
        if not isinstance(digest, str):
            raise ProofError("proof.disclosure_malformed", "a digest is text", pointer=pointer)
        if digest in self._met:
            raise ProofError("proof.disclosure_repeated", "one digest stands twice", pointer=pointer)
        self._met.add(digest)
        disclosure = self.waiting.pop(digest, None)
        if disclosure is None:
            self.hidden.append(pointer)
        return disclosure


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def select_disclosures(revealed: RevealedPayload, shown: Sequence[str]) -> tuple[Disclosure, ...]:
    """Return the disclosures that show what the pointers name, with all above it and all below it.

    Raises:
        ProofError: A pointer names nothing in the payload (`proof.pointer_unmatched`).
    """
    for pointer in shown:
        read_steps(revealed.claims, pointer)
    return tuple(
        disclosure
        for place, disclosure in revealed.disclosures.items()
        if any(_is_at_or_below(pointer, place) or _is_at_or_below(place, pointer) for pointer in shown)
    )


def _is_at_or_below(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")
