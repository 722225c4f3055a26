"""Which cues a text has: each word is looked up once, phrases are looked for only where their first word stands.

A cue is one bit of a number. It is written as a list of entries with " ; " between them: a word ("story"), a word with
free endings ("translat\\w+"), or a phrase ("in your", "(?:der|die|das) text"). Most prompts are read for a dozen cues,
and a search for each of them would cost ten times as much as looking up every word.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

_RUN = re.compile(r"\w+")
# Alternatives at the beginning of an entry: "(?:der|die|das) text" is three phrases.
_GROUP = re.compile(r"\(\?:([^()]*)\)(\??)")
_LITERAL = re.compile(r"\w+\Z")
_FIRST = re.compile(r"(?:\w|\\w[*+]|\[\w+\]|\(\?:[^()' ]*\)|\?)+")
# Words remembered with their cues.
_REMEMBERED = 60_000


class Cues:
    """Cues by number, ready to be looked for."""

    def __init__(self, entries: Mapping[int, Sequence[str]]) -> None:
        self._exact: dict[str, tuple[int, int]] = {}
        self._shaped: list[tuple[int, re.Pattern[str] | None, re.Pattern[str] | None]] = []
        self._phrases: dict[int, re.Pattern[str]] = {}
        for cue, lines in entries.items():
            singles: list[str] = []
            starts: list[str] = []
            phrases = []
            for entry in _each(lines):
                first = _FIRST.match(entry)
                if first is None:
                    raise ValueError(f"an entry begins with no word: {entry!r}")
                whole = first.end() == len(entry)
                if not whole:
                    phrases.append(entry)
                if _LITERAL.match(first[0]):
                    single, start = self._exact.get(first[0], (0, 0))
                    self._exact[first[0]] = (single | cue, start) if whole else (single, start | cue)
                else:
                    (singles if whole else starts).append(first[0])
            if singles or starts:
                self._shaped.append((cue, _any(singles), _any(starts)))
            if phrases:
                self._phrases[cue] = re.compile(r"\b(?:" + "|".join(phrases) + r")\b")
        self.of_word = lru_cache(maxsize=_REMEMBERED)(self._of_word)

    def _of_word(self, word: str) -> tuple[int, int]:
        """The cues that a word gives by itself, and those of which it begins a phrase."""
        single, start = self._exact.get(word, (0, 0))
        for cue, singles, starts in self._shaped:
            if singles is not None and singles.fullmatch(word):
                single |= cue
            if starts is not None and starts.fullmatch(word):
                start |= cue
        return single, start

    def of(self, text: str) -> int:
        """The cues anywhere in a text."""
        folded = text.casefold()
        found = begun = 0
        for word in set(_RUN.findall(folded)):
            single, start = self.of_word(word)
            found |= single
            begun |= start
        for cue in _bits(begun & ~found):
            if self._phrases[cue].search(folded):
                found |= cue
        return found

    def at(self, text: str) -> int:
        """The cues that a text begins with."""
        first = _RUN.search(text)
        if first is None:
            return 0
        found, begun = self.of_word(first[0].casefold())
        if begun & ~found:
            folded = text[first.start() : first.start() + 80].casefold()
            for cue in _bits(begun & ~found):
                if self._phrases[cue].match(folded):
                    found |= cue
        return found

    def counts(self, text: str, wanted: int) -> dict[int, int]:
        """How often each of the wanted cues stands in a text: words, and of phrases those that no word gives."""
        folded = text.casefold()
        found: dict[int, int] = {}
        begun = 0
        for word in _RUN.findall(folded):
            single, start = self.of_word(word)
            begun |= start & wanted
            for cue in _bits(single & wanted) if single & wanted else ():
                found[cue] = found.get(cue, 0) + 1
        for cue in _bits(begun):
            found[cue] = found.get(cue, 0) + len(self._phrases[cue].findall(folded))
        return found


def _any(words: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(words)) if words else None


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest
        number ^= lowest


def _each(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        for entry in line.split(" ; "):
            group = _GROUP.match(entry) if " " in entry or "'" in entry else None
            if group is None:
                yield entry.strip()
                continue
            ways = [*group[1].split("|"), *([""] if group[2] else [])]
            yield from ("".join(parts).strip() for parts in product(ways, (entry[group.end() :],)))
