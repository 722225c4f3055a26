"""What many inputs share, and what is left of an input without it.

System prompts, instruction templates and passages that many questions are asked about make inputs look alike that
have nothing in common. `SharedText` counts clauses, phrases and words over a whole set in a table of fixed size;
`variable_parts` takes what is shared off again. Both look at the text that a model reads, however a format cuts it
into messages.
"""

import re
from collections.abc import Callable, Sequence
from math import ceil

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from curator.corpus import answer_kind, joined, opening, opening_turns
from curator.memo import per_example
from curator.model import Example
from curator.text import shared_beginning
from curator.units import EDGE, PHRASE, Hashes, Units, hash_of, units_of, word_hash

Cells = NDArray[np.uint32]

#: A clause of this many words says something; one that so many inputs hold is a passage, not a coincidence.
CLAUSE = 5
#: Inputs that share a clause before it is taken off. Clusters of copies have up to four members: their text stays.
CLAUSES = 6
#: The same for phrases and short clauses, which coincide more easily: so many inputs, and this share of the set.
PHRASES, PHRASE_SHARE = 8, 0.005
CLAUSE_SHARE = 1 / 20_000  # in a large set clauses coincide as well
#: A word that so many inputs hold is no typing mistake.
WORDS, WORD_SHARE = 3, 1 / 50_000
#: The share of the texts that have their frame.
FRAMED = 0.9
# Two counters for each clause, phrase, word and output; the smaller one is believed (a count-min sketch). At a
# million long rows a clause counter holds about twenty strangers, less than half of what makes a clause shared.
_SIZES = {"clause": 1 << 18, "phrase": 1 << 17, "word": 1 << 17, "output": 1 << 17}
_STARTS = dict(zip(_SIZES, np.cumsum([0, *(2 * size for size in _SIZES.values())]).tolist(), strict=False))
_CELLS = 2 * sum(_SIZES.values())
# Texts wait until numpy has enough to do.
_PENDING = 2_048
_PENDING_CHARACTERS = 400_000

_ASCII_CLAUSE = re.compile(r"(?:[^\n\r\v\f.:!?;]|[.:!?;](?=[0-9A-Za-z.:!?;]))+")
_ASCII_WORD = re.compile(r"[0-9A-Za-z]+")
_LINES = re.compile(r"\s*\n\s*")
# Characters up to which Python is faster than numpy.
_SHORT = 500


class SharedText(Struct):
    """How many inputs of a set hold a clause, a phrase or a word, and how many rows give an output. About 4 MB."""

    rows: int = 0
    counters: bytearray = field(default_factory=bytearray)
    inputs: list[str] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    characters: int = 0

    def add(self, example: Example) -> None:
        """Count one example."""
        text = given_text(example)
        self.rows += 1
        self.inputs.append(text)
        self.outputs.append(_output_hash(example))
        self.characters += len(text)
        if len(self.inputs) >= _PENDING or self.characters > _PENDING_CHARACTERS:
            self.settle()

    def merge(self, other: "SharedText") -> None:
        """Take in another count."""
        self.rows += other.rows
        self.inputs += other.inputs
        self.outputs += other.outputs
        self.characters += other.characters
        if other.counters:
            self._table()[:] += np.frombuffer(other.counters, np.uint32)
        if len(self.inputs) >= _PENDING or self.characters > _PENDING_CHARACTERS:
            self.settle()

    def settle(self) -> None:
        """Count what waits. Asking does this; before a summary is stored or sent it makes it smaller."""
        if not self.inputs:
            return
        units = units_of(self.inputs)
        table = self._table()
        for kind, hashes, owner in (
            ("clause", units.clauses, units.clause_owner),
            ("phrase", units.phrases, units.phrase_owner),
            ("word", units.words[~units.edge], units.owner[~units.edge]),
            ("output", np.array(self.outputs, np.uint64), np.arange(len(self.outputs))),
        ):
            for cells in _cells(kind, hashes):
                held = np.sort(cells << 32 | owner)
                once = held[np.concatenate(([True], held[1:] != held[:-1]))] if len(held) else held
                np.add.at(table, once >> 32, np.uint32(1))
        self.inputs, self.outputs, self.characters = [], [], 0

    def count(self, kind: str, hashes: Hashes) -> Cells:
        """In how many inputs each of these is; never too low, seldom too high."""
        self.settle()
        if not self.counters:
            return np.zeros(len(hashes), np.uint32)
        table = np.frombuffer(self.counters, np.uint32)
        one, two = _cells(kind, hashes)
        return np.minimum(table[one], table[two])

    def counter(self) -> Callable[[str, int], int]:
        """`count` for one hash at a time."""
        self.settle()
        table = memoryview(self.counters or bytearray(4 * _CELLS)).cast("I")

        def count(kind: str, value: int) -> int:
            size, start = _SIZES[kind], _STARTS[kind]
            one, two = value & (size - 1), (value >> 32) & (size - 1)
            return int(min(table[start + one], table[start + size + two]))

        return count

    def outputs_like(self, example: Example) -> int:
        """How many rows give the output of this example."""
        return self.counter()("output", _output_hash(example))

    @property
    def many_clauses(self) -> float:
        """From how many inputs on a clause is shared text."""
        return max(CLAUSES, self.rows * CLAUSE_SHARE)

    @property
    def many_phrases(self) -> float:
        """From how many inputs on a phrase or a short clause is shared text."""
        return max(PHRASES, self.rows * PHRASE_SHARE)

    @property
    def many_words(self) -> float:
        """From how many inputs on a word is known to be one."""
        return max(WORDS, self.rows * WORD_SHARE)

    def _table(self) -> Cells:
        if not self.counters:
            self.counters = bytearray(4 * _CELLS)
        return np.frombuffer(self.counters, np.uint32)


@per_example
def given_text(example: Example) -> str:
    """All that the model is given, as one text: system prompt and every turn before the output."""
    given = example.input
    # Nearly always one turn: that text is known, and so are the hashes that caches go by.
    return opening(example) if len(opening_turns(given)) == len(given) else joined(given)


def variable_part(example: Example, shared: SharedText) -> str:
    """The input without what many inputs share. Of many examples, `variable_parts` is the faster way."""
    return variable_parts([given_text(example)], shared)[0]


def variable_parts(texts: Sequence[str], shared: SharedText) -> list[str]:
    """These texts without the clauses and phrases that many inputs of the set share.

    Where nothing would be left, what is shared least stays: of a system prompt and "Yes, please." the latter.
    """
    if not texts:
        return []
    units = units_of(texts)
    kept = ~units.edge
    clause_of = np.repeat(np.arange(len(units.clauses)), units.clause_words + 1)
    counts = shared.count("clause", units.clauses)
    long = units.clause_words >= CLAUSE
    gone = counts >= np.where(long, shared.many_clauses, shared.many_phrases)
    kept &= ~gone[clause_of]
    fine = kept & ~_covered(units, shared)
    size = len(texts)
    left = np.bincount(units.owner[fine], minlength=size)
    # Of fewer than three words too little is left to compare; then phrases stay, and at last the rarest clauses.
    use = np.where((left >= 3)[units.owner], fine, kept)
    left = np.bincount(units.owner[use], minlength=size)
    bare = left < 1
    if bare.any():
        rarest = np.full(size, np.iinfo(np.int64).max)
        np.minimum.at(rarest, units.clause_owner, counts.astype(np.int64))
        rare = (counts <= 4 * rarest[units.clause_owner])[clause_of]
        use = np.where(bare[units.owner], rare & ~units.edge, use)
    return _pieces(texts, units, use)


class Frame(Struct, frozen=True):
    """What most texts of a set begin with, and end with: a template around the input, from which nothing is learned."""

    begin: str = ""
    end: str = ""

    def off(self, text: str) -> str:
        """A text without the frame; one that is all frame stays as it is."""
        left = text.removeprefix(self.begin).removesuffix(self.end).strip()
        return left or text


def frame_of(texts: Sequence[str]) -> Frame:
    """The frame of these texts. What only some of them share stays in them: it may be what tells labels apart."""
    return Frame(_begin(texts), _begin([text[::-1] for text in texts])[::-1])


def _begin(texts: Sequence[str]) -> str:
    """The longest text, up to a whole word, that `FRAMED` of these begin with."""
    if not texts:
        return ""
    ordered = sorted(texts)
    size = ceil(FRAMED * len(ordered))
    # In order, the texts between two have what both of them begin with.
    runs = (shared_beginning(ordered[at], ordered[at + size - 1]) for at in range(len(ordered) - size + 1))
    place, length = max(enumerate(runs), key=lambda run: run[1])
    begin = ordered[place][:length]
    return begin[: next((at for at in range(length, 0, -1) if begin[at - 1].isspace()), 0)]


def covered_words(text: str, shared: SharedText) -> dict[int, int]:
    """By where they begin: words in a clause that templates are made of (2), in such a phrase (1), in neither (0).

    A passage that only some inputs share is no template: a clause counts as phrases do, whatever its length.
    """
    if text.isascii() and len(text) <= _SHORT:
        return _covered_ascii(text, shared)
    units = units_of([text])
    clause_of = np.repeat(np.arange(len(units.clauses)), units.clause_words + 1)
    many = shared.count("clause", units.clauses) >= shared.many_phrases
    levels = np.where(many[clause_of], 2, _covered(units, shared).astype(np.int64))
    real = ~units.edge
    return dict(zip(units.start[real].tolist(), levels[real].tolist(), strict=True))


def _covered_ascii(text: str, shared: SharedText) -> dict[int, int]:
    """The same for a short text, at a fifth of what so many calls of numpy cost."""
    count = shared.counter()
    many = shared.many_phrases
    levels: dict[int, int] = {}
    hashes: list[int] = []
    starts: list[int] = []
    for clause in _ASCII_CLAUSE.finditer(text):
        found = [(word.start(), word_hash(word.group())) for word in _ASCII_WORD.finditer(text, *clause.span())]
        if not found:
            continue
        level = 2 if count("clause", hash_of([*(value for _, value in found), int(EDGE)])) >= many else 0
        levels.update((start, level) for start, _ in found)
        hashes += [*(value for _, value in found), int(EDGE)]
        starts += [*(start for start, _ in found), -1]
    for first in range(len(hashes) - PHRASE + 1):
        if count("phrase", hash_of(hashes[first : first + PHRASE])) >= many:
            for start in starts[first : first + PHRASE]:
                levels[start] = max(1, levels.get(start, 0))
    return levels


def _covered(units: Units, shared: SharedText) -> NDArray[np.bool_]:
    """The words that lie in a shared phrase."""
    many = shared.count("phrase", units.phrases) >= shared.many_phrases
    covered = np.zeros(len(units.words) + PHRASE, np.bool_)
    for shift in range(PHRASE):
        covered[units.phrase_first[many] + shift] = True
    return covered[: len(units.words)]


def _pieces(texts: Sequence[str], units: Units, use: NDArray[np.bool_]) -> list[str]:
    """The runs of used words as they are written, with the marks between them."""
    real = ~units.edge
    owner, start, end, used = units.owner[real], units.start[real], units.end[real], use[real]
    same = np.concatenate(([False], owner[1:] == owner[:-1])) if len(owner) else used
    follows = same & used & np.concatenate(([False], used[:-1])) if len(owner) else used
    begins = used & ~follows
    ends = used & ~np.concatenate((follows[1:], [False])) if len(owner) else used
    pieces: list[list[str]] = [[] for _ in texts]
    for number, first, last in zip(owner[begins].tolist(), start[begins].tolist(), end[ends].tolist(), strict=True):
        pieces[number].append(texts[number][first:last])
    # How many line breaks part an instruction from its input is up to the format.
    return [_LINES.sub("\n", " ".join(piece)) for piece in pieces]


def _cells(kind: str, hashes: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    size, start = _SIZES[kind], _STARTS[kind]
    one = (hashes & np.uint64(size - 1)).astype(np.int64) + start
    two = ((hashes >> np.uint64(32)) & np.uint64(size - 1)).astype(np.int64) + start + size
    return one, two


def _output_hash(example: Example) -> int:
    return int.from_bytes(answer_kind(example)[:8], "little")
