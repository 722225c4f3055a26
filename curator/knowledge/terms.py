"""The terms of a text that clusters may be made of: its content words, and the names of its evidence."""

import re
from array import array
from collections.abc import Iterable
from hashlib import blake2b
from zlib import crc32

import numpy as np

from curator.grounding.lexicon import EMPTY, listed
from curator.knowledge.payload import rank
from curator.text import words

#: Suspect pairs that hold a term before it recurs; fewer are no cluster.
RECURRING = 4
# The word of rank r stands in about 4 / r of all rows (Zipf's law, 40 words a row).
_PER_ROW = 4.0
# Where the words begin in the vocabulary that ranks them, behind its single letters and signs; where its frequent words
# end; and the share of rows that is reckoned for a word behind them.
_FIRST_WORD, _RARE = 1_995, 9_000
_HARDLY = 1e-6
# Slots of the sketch that says which terms may recur, before they are counted.
_SLOTS = 1 << 20
_LONGEST_NAME = 5
_SHORTEST_WORD = 3

# Words that make up sentences in German, French, Spanish and Swedish, besides those of `EMPTY`: the frequencies are of
# English.
_CONNECTING = listed(
    "wir sie ihr uns ich mich dich sich wie was wer wann wenn dann dass mehr auch noch nur sehr schon durch über "
    "unter zwischen gegen ohne muss müssen soll sollte darf dürfen gibt alle diese dieser dieses welche welcher "
    "welches wurde haben hatte eines seit bis beim vom ins zwei vous nous ils elle elles votre notre leur quand "
    "quel quelle quels quelles comment pourquoi combien cette ces aux mais donc fait peut doit être avoir plus "
    "moins tout tous toute entre après avant sans chez deux était avez ont cómo cuándo cuál cuánto cuánta dónde "
    "qué quién está están este esta estos pero como más muy sin sobre entre hasta desde cuando también puede "
    "pueden debe tiene tienen hay dos fue ser todo och att det den som inte till från han hon vad när var hur "
    "vilken vilket vilka kan ska måste har hade efter före utan eller men också mycket alla denna detta dessa "
    "finns får ett två vara blir om jag"
)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://|[\w.+-]+@)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)


def content_words(text: str) -> frozenset[str]:
    """The words of a text that may be terms."""
    return frozenset(filter(_may_be_term, map(_bare, words(text))))


def named_terms(evidence: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The terms of more than one word in the evidence of a finding: pairs of its kind (name, term, link) and text."""
    found = set()
    for kind, text in evidence:
        if kind == "link":
            match = _HOST.match(text.strip())
            text = match[1] if match else ""
        elif kind not in ("name", "term"):
            continue
        parts = _parts(text)
        if 1 < len(parts) <= _LONGEST_NAME and any(map(_may_be_term, parts)):
            found.add(" ".join(parts))
    return frozenset(found)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(map(_bare, words(text)))


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "\u2019s")) else word


def _may_be_term(word: str) -> bool:
    return len(word) >= _SHORTEST_WORD and word.isalpha() and word not in EMPTY and word not in _CONNECTING


class Recurring:
    """Finds the terms that enough suspects have, without holding the others."""

    def __init__(self) -> None:
        self._met = array("B", bytes(_SLOTS))
        self._often: set[str] = set()
        self._names = array("Q")

    def add(self, words: Iterable[str], names: Iterable[str] = ()) -> None:
        """Meet the words of one suspect, and the names of several words in its evidence."""
        for word in words:
            self._meet(word)
        for name in names:
            self._meet(name)
            self._names.append(_number(name))

    def _meet(self, term: str) -> None:
        slot = crc32(term.encode("utf-8", "surrogatepass")) % _SLOTS
        if self._met[slot] < RECURRING - 1:
            self._met[slot] += 1
        else:
            self._often.add(term)

    @property
    def terms(self) -> set[str]:
        """All words that recur, with a few that share a counter with them, and exactly the names that do."""
        numbers, counts = np.unique(np.frombuffer(self._names, np.uint64), return_counts=True)
        often = set(numbers[counts >= RECURRING].tolist())
        return {term for term in self._often if " " not in term or _number(term) in often}


def _number(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Vocabulary:
    """The terms that are looked for in each row, by number. In order of the alphabet, however they were met."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.terms = sorted(terms)
        self._numbers = {term: number for number, term in enumerate(self.terms) if " " not in term}
        self._longer: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for number, term in enumerate(self.terms):
            if " " in term:
                parts = tuple(term.split())
                self._longer.setdefault(parts[0], []).append((parts, number))

    def held(self, text: str) -> list[int]:
        """The terms that a text holds, in order of their numbers."""
        numbers, longer = self._numbers, self._longer
        parts = _parts(text)
        found = {numbers[word] for word in set(parts) if word in numbers}
        if not longer.keys().isdisjoint(parts):
            for place, word in enumerate(parts):
                found.update(n for name, n in longer.get(word, ()) if parts[place : place + len(name)] == name)
        return sorted(found)


def in_english(term: str) -> float:
    """The share of rows of ordinary English that hold a term."""
    share = 1.0
    for word in term.split():
        place = rank(word)
        share *= _HARDLY if place > _RARE else _PER_ROW / max(_PER_ROW, place - _FIRST_WORD)
    return max(share, _HARDLY)


def is_rare(term: str) -> bool:
    """Whether a term is a name of several words, or no ordinary word."""
    return " " in term or rank(term) > _RARE
