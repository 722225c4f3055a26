"""Words, clauses and phrases of many texts at once, as numbers: the same in every process, whatever the spelling.

Letters are folded (case, width); words are runs of letters and digits, or single signs where a script has no spaces;
a clause ends at a stop or a new line; a phrase is a run of words, the end of a clause counted as one.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import cycle
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

#: Words of a phrase; the edge of a clause counts as one.
PHRASE = 4

SEPARATOR, LETTER, SIGN, STOP, BREAK = range(5)
_POWERS = np.cumprod(np.full(64, 0x9E3779B97F4A7C15, dtype=np.uint64), dtype=np.uint64)
_POWER_LIST = _POWERS.tolist()
_ALL = (1 << 64) - 1
EDGE = np.uint64(0xD1B54A32D192ED03)
_MIX, _MIX_AGAIN = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Units(NamedTuple):
    """The words of some texts, edges of clauses among them, and the clauses and phrases that they form."""

    words: Hashes
    owner: NDArray[np.int64]
    edge: NDArray[np.bool_]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    clauses: Hashes
    clause_owner: NDArray[np.int64]
    clause_first: NDArray[np.int64]
    clause_words: NDArray[np.int64]
    phrases: Hashes
    phrase_owner: NDArray[np.int64]
    phrase_first: NDArray[np.int64]


def units_of(texts: Sequence[str]) -> Units:
    """Cut texts into words, clauses and phrases, all at once."""
    fold, kinds = character_tables()
    lengths = np.array([len(text) for text in texts], np.int64)
    raw = "\n".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, np.uint32)
    basic = np.minimum(codes, 0xFFFF)
    kind = np.where(codes > 0xFFFF, SIGN, kinds[basic])
    # A stop ends a clause only before a space: not in 3.50 or at 10:30.
    after = np.concatenate((kind[1:], [BREAK]))
    kind = np.where(kind == STOP, np.where((after == SEPARATOR) | (after == BREAK), BREAK, SEPARATOR), kind)
    folded = np.where(codes > 0xFFFF, codes, fold[basic])
    text_start = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    previous = np.concatenate(([BREAK], kind[:-1]))
    begins = np.flatnonzero(((kind == LETTER) & (previous != LETTER)) | (kind == SIGN))
    ends = np.flatnonzero(((kind == LETTER) & (after != LETTER)) | (kind == SIGN)) + 1
    return _assemble(text_start, folded, kind, begins, ends)


def _assemble(
    text_start: NDArray[np.int64],
    folded: NDArray[np.uint32],
    kind: NDArray[np.int64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> Units:
    hashes = _word_hashes(folded, begins, ends)
    owner = np.searchsorted(text_start, begins, side="right") - 1
    breaks = np.concatenate(([0], np.cumsum(kind == BREAK)))
    # A clause ends after a word that a break, or another text, follows.
    closes = np.ones(len(begins), np.bool_)
    closes[:-1] = (breaks[begins[1:]] != breaks[ends[:-1]]) | (owner[1:] != owner[:-1])
    number = np.concatenate(([0], np.cumsum(closes)[:-1])) if len(begins) else np.zeros(0, np.int64)
    place = np.arange(len(begins)) + number
    size = len(begins) + int(closes.sum())
    words = np.full(size, EDGE)
    words[place] = hashes
    edge = np.ones(size, np.bool_)
    edge[place] = False
    all_owner, start, end = (np.zeros(size, np.int64) for _ in range(3))
    local = text_start[owner] if len(owner) else owner
    for target, values in ((all_owner, owner), (start, begins - local), (end, ends - local)):
        target[place] = values
        target[edge] = target[np.flatnonzero(edge) - 1]
    start[edge] = end[edge]
    first = np.flatnonzero(np.concatenate(([True], edge[:-1]))) if size else np.zeros(0, np.int64)
    counts = np.diff(np.concatenate((first, [size]))) - 1
    return Units(
        words, all_owner, edge, start, end, *_clauses(words, all_owner, first, counts), *_phrases(words, all_owner)
    )


def _word_hashes(folded: NDArray[np.uint32], begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    if not len(begins):
        return np.zeros(0, np.uint64)
    lengths = ends - begins
    offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    place = np.arange(int(lengths.sum())) - np.repeat(offsets, lengths)
    letters = folded[place + np.repeat(begins, lengths)].astype(np.uint64)
    return mixed(np.add.reduceat((letters + np.uint64(1)) * _POWERS[place & 63], offsets))


def _clauses(
    words: Hashes, owner: NDArray[np.int64], first: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[Hashes, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    if not len(first):
        return np.zeros(0, np.uint64), owner, first, counts
    place = np.arange(len(words)) - np.repeat(first, counts + 1)
    return mixed(np.add.reduceat(words * _POWERS[place & 63], first)), owner[first], first, counts


def _phrases(words: Hashes, owner: NDArray[np.int64]) -> tuple[Hashes, NDArray[np.int64], NDArray[np.int64]]:
    """Every run of `PHRASE` words; the beginning of a text counts as an edge."""
    size = len(words) - PHRASE + 1
    if size <= 0:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    first = np.flatnonzero(owner[:size] == owner[PHRASE - 1 :])
    hashes = np.zeros(len(first), np.uint64)
    for shift in range(PHRASE):
        hashes += words[first + shift] * _POWERS[shift]
    return mixed(hashes), owner[first], first


def mixed(values: Hashes) -> Hashes:
    """The values, every bit of which now depends on all of them (the finisher of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX
    values = (values ^ (values >> np.uint64(27))) * _MIX_AGAIN
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=1 << 14)
def word_hash(word: str) -> int:
    """What `units_of` makes of one word."""
    if not word.isascii():
        return int(units_of([word]).words[0])
    return hash_of([ord(letter) + 1 for letter in word.lower()])


def hash_of(values: Sequence[int]) -> int:
    """What `units_of` makes of a clause or phrase whose words have these hashes."""
    total = sum(value * power for value, power in zip(values, cycle(_POWER_LIST), strict=False)) & _ALL
    total = ((total ^ (total >> 30)) * int(_MIX)) & _ALL
    total = ((total ^ (total >> 27)) * int(_MIX_AGAIN)) & _ALL
    return int(total ^ (total >> 31))


@lru_cache(maxsize=1)
def character_tables() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """For every character of the basic plane what it is folded to, and what it is."""
    fold = np.arange(0x10000, dtype=np.uint32)
    kinds = np.zeros(0x10000, np.int64)
    for code in range(0x10000):
        character = chr(code)
        if character.isalnum() or (code > 0x2FF and character.isidentifier()):
            kinds[code] = SIGN if 0x2E80 <= code <= 0xD7FF or 0xF900 <= code <= 0xFAFF else LETTER
            single = normalize("NFKC", character).casefold()
            if len(single) == 1:
                fold[code] = ord(single)
    # Combining marks belong to the letter before them.
    kinds[0x300:0x370] = LETTER
    kinds[[ord(stop) for stop in ".:!?;\u2026"]] = STOP
    kinds[[ord(stop) for stop in "\n\r\v\f\x85\u2028\u2029\u3002\uff01\uff1f\uff1b"]] = BREAK
    return fold, kinds
