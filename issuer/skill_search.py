"""Looks for skills by words in English or Spanish: the beginning of a word will do, and one letter may be wrong."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from issuer.skill_library import LibrarySkill

MAX_QUERY_CHARS = 100
MAX_QUERY_WORDS = 8
MIN_TYPO_CHARS = 4  # a shorter word with a wrong letter is another word
MAX_WORDS_PER_SKILL = 120
_WORD = re.compile(r"[a-z0-9&]+")
# How much a word counts by where it stands.
_NAME, _CODE, _KEYWORD, _TEXT = 8, 6, 4, 1
_WHOLE_WORD = 2  # times as much as its beginning
_TYPO_SHARE = 0.5
# Small words that stand everywhere say nothing; without another word they are looked for all the same.
_SMALL = frozenset(("a", "an", "and", "de", "el", "en", "for", "la", "los", "of", "the", "to", "y"))


def fold_words(text: str) -> list[str]:
    """Return the words of a text in small plain letters: `Impresión 3-D` is `impresion`, `3`, `d` and `3d`."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode("ascii")
    joined = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", plain)
    return _WORD.findall(plain) + [word.replace("-", "") for word in joined]


class SkillIndex:
    """An index in memory over up to some 20,000 skills; never changed once it is made."""

    def __init__(self, skills: Sequence[LibrarySkill]) -> None:
        self._skills = tuple(skills)
        self._by_key = {skill.key: skill for skill in self._skills}
        weights: dict[str, dict[int, int]] = defaultdict(dict)
        for number, skill in enumerate(self._skills):
            for word, weight in _weigh(skill):
                if weight > weights[word].get(number, 0):
                    weights[word][number] = weight
        self._weights = dict(weights)
        self._words = sorted(self._weights)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_start[word[:1]].append(word)

    def find(self, key: str) -> LibrarySkill | None:
        """Return the skill of that key, or None."""
        return self._by_key.get(key)

    def search(self, query: str, *, limit: int) -> tuple[LibrarySkill, ...]:
        """Return the skills that have every word of `query`, best first; an empty query gives the first ones."""
        asked = list(dict.fromkeys(fold_words(query[:MAX_QUERY_CHARS])))[:MAX_QUERY_WORDS]
        asked = [word for word in asked if word not in _SMALL] or asked
        if not asked:
            return self._skills[:limit]
        total: dict[int, float] | None = None
        for word in asked:
            found = self._score(word)
            total = found if total is None else {n: total[n] + found[n] for n in total.keys() & found.keys()}
        ranked = sorted((total or {}).items(), key=lambda pair: (-pair[1], self._skills[pair[0]].name.casefold()))
        return tuple(self._skills[number] for number, _ in ranked[:limit])

    def _score(self, asked: str) -> dict[int, float]:
        """Return for each skill how well one word fits; other spellings count only when nobody has this one."""
        scores: dict[int, float] = {}
        for word in self._begins(asked):
            _raise_scores(scores, self._weights[word], _WHOLE_WORD if word == asked else 1)
        if not scores and len(asked) >= MIN_TYPO_CHARS:
            for word in self._resembles(asked):
                _raise_scores(scores, self._weights[word], _TYPO_SHARE)
        return scores

    def _begins(self, asked: str) -> Iterator[str]:
        for place in range(bisect_left(self._words, asked), len(self._words)):
            if not self._words[place].startswith(asked):
                return
            yield self._words[place]

    def _resembles(self, asked: str) -> Iterator[str]:
        """Find words that begin like `asked` but for one letter: wrong, missing, too many, or two turned round."""
        # The first letter, or the second when the first two were turned or the first is missing, is taken as right.
        for start in dict.fromkeys((asked[:1], asked[1:2])):
            for word in self._by_start.get(start, ()):
                if is_one_typo_away(asked, word):
                    yield word


def is_one_typo_away(asked: str, word: str) -> bool:
    """Tell whether `asked` is a beginning of `word` with one letter wrong, missing, too many, or two turned round."""
    place = 0
    while place < min(len(asked), len(word)) and asked[place] == word[place]:
        place += 1
    rest, there = asked[place:], word[place:]
    return (
        there.startswith(rest[1:])  # one too many
        or there[1:].startswith(rest[1:])  # a wrong one
        or there[1:].startswith(rest)  # one is missing
        or (len(rest) > 1 and there.startswith(rest[1] + rest[0] + rest[2:]))  # turned round
    )


def _raise_scores(scores: dict[int, float], weights: dict[int, int], times: float) -> None:
    for number, weight in weights.items():
        scores[number] = max(scores.get(number, 0), weight * times)


def _weigh(skill: LibrarySkill) -> Iterable[tuple[str, int]]:
    texts = (
        (f"{skill.name} {skill.name_es}", _NAME),
        (" ".join(term.code for term in skill.terms), _CODE),
        (skill.words, _KEYWORD),
        (" ".join(term.name for term in skill.terms), _TEXT),
        (f"{skill.description} {skill.can_do} {skill.can_do_es}", _TEXT),
    )
    pairs = [(word, weight) for text, weight in texts for word in fold_words(text)]
    return pairs[:MAX_WORDS_PER_SKILL]
