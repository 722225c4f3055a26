"""How the slots of a group's records are told in its texts, learned by counting words; for GRD003 and GRD005."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from curator.grounding.records import Slot, record, stands, stems, value_stems

# A value that fewer rows have teaches nothing about how it is said in other words.
_ENOUGH = 10
# So many words and pairs of words tell a value; what is rarer goes with it by chance.
_TELLING = 25
# Rows with a word, before it can tell a value.
_SEEN = 5
# A value that stands in this share of its texts as it is has to stand out from the other values of its slot.
_AS_IT_STANDS = 0.7
# Rows that add a name, before it is no invention of one of them.
_WAY_OF_SAYING = 3
_LOWER = re.compile(r"\b[a-z][\w'-]+")

Beyond = Callable[[str, str, frozenset[str]], tuple[tuple[int, int], ...]]


class Telling(NamedTuple):
    """How a slot is told: in how many rows it is given, and in how many the text has its value as it stands."""

    rows: int
    literal: int


class Told:
    """How the slots of a group's records are told in its texts, learned by counting.

    For a value that is not told as it stands ("no" as "not for children"), the words that go with it: those that
    are more frequent in texts whose record has it than in texts whose record has not, by the logarithm of the
    ratio. Words that another slot of the same record explains do not count for this one.
    """

    def __init__(self, rows: list[tuple[str, str]], beyond: Beyond) -> None:
        self._rows = [(record(given), grams(output)) for given, output in rows]
        self.literal = self._literal()
        self.ordinary = frozenset(word for _, output in rows for word in _LOWER.findall(output))
        added = [(output, beyond(given, output, self.ordinary)) for given, output in rows]
        self.beyond = sum(bool(places) for _, places in added)
        # What several rows add is a way of saying ("British" for English food).
        often = Counter(
            word
            for output, places in added
            for word in {word for start, end in places for word in output[start:end].casefold().split()}
        )
        self.ordinary |= {word for word, count in often.items() if count >= _WAY_OF_SAYING}
        self.rows = len(rows)
        self._words = self._count()

    def _literal(self) -> dict[str, Telling]:
        counts: dict[str, list[int]] = {}
        for slots, words in self._rows:
            for slot, value in slots:
                count = counts.setdefault(slot, [0, 0])
                count[0] += 1
                count[1] += value_stems(value) <= words
        return {slot: Telling(*count) for slot, count in counts.items()}

    def _count(self) -> dict[Slot, "_Words"]:
        counts = _Counts()
        frequency: Counter[Slot] = Counter(slot for slots, _ in self._rows for slot in slots)
        counts.frequency = frequency
        common = {slot for slot, count in frequency.items() if count >= _ENOUGH}
        for slots, words in self._rows if common else ():
            counts.every.update(words)
            for slot in common.intersection(slots):
                others = _other_tokens(slots, slot)
                left = [word for word in words if others.isdisjoint(word.split("_"))]
                counts.by_value[slot].update(left)
                counts.by_slot[slot[0]].update(left)
                counts.literal[slot] += value_stems(slot[1]) <= words
        return {slot: self._telling(slot, counts) for slot in common}

    def _telling(self, slot: Slot, counts: "_Counts") -> "_Words":
        rows, literal = counts.frequency[slot], counts.literal[slot]
        given = self.literal[slot[0]].rows
        without, elsewhere = self.rows - given, given - rows
        here, slotted = counts.by_value[slot], counts.by_slot[slot[0]]
        tells: dict[str, float] = {}
        sets_apart: dict[str, float] = {}
        for word, count in here.items():
            if count < _SEEN or count < 0.01 * rows:
                continue
            share = (count - math.sqrt(count)) / rows
            ratio = other = None
            if without >= _ENOUGH:
                ratio = math.log(share * (without + 1) / (max(counts.every[word] - slotted[word], 0) + 0.5))
            if elsewhere >= _ENOUGH:
                other = math.log(share * (elsewhere + 1) / (slotted[word] - count + 0.5))
                if other > 1:
                    sets_apart[word] = other
                if ratio is None or literal >= _AS_IT_STANDS * rows:
                    ratio = other if ratio is None else min(ratio, other + 1)
            if ratio is not None and ratio > 1:
                tells[word] = ratio
        top = sorted(sets_apart, key=lambda word: (-here[word] * sets_apart[word], word))[:_TELLING]
        least = _unsure(max(tells.values(), default=0.0))
        return _Words(tells, {word: sets_apart[word] for word in top}, literal / rows, least)

    @cached_property
    def _values(self) -> dict[str, list[Slot]]:
        found: dict[str, list[Slot]] = {}
        for slot in sorted(self._words):
            found.setdefault(slot[0], []).append(slot)
        return found

    @property
    def known(self) -> bool:
        """Whether there is a value of which it is known how it is told."""
        return bool(self._words)

    def tells(self, slot: Slot, output: str) -> bool:
        """Whether the text has a word that is known to tell the slot."""
        known = self._words.get(slot)
        return known is not None and not grams(output).isdisjoint(known.tells)

    def doubts(self, slots: tuple[Slot, ...], output: str) -> list[tuple[float, Slot]]:
        """Slots that the text may not tell, each with how likely that is, 0 to 1."""
        # What stands in the text, and always does, is told.
        asked = [
            slot
            for slot in slots
            if (known := self._words.get(slot)) is not None and not (known.literal == 1 and stands(output, slot[1]))
        ]
        if not asked:
            return []
        words = grams(output)
        return [(doubt, slot) for slot in asked if (doubt := self._doubt(slots, slot, words)) > 0]

    def _doubt(self, slots: tuple[Slot, ...], slot: Slot, words: frozenset[str]) -> float:
        known = self._words[slot]
        stands = value_stems(slot[1]) <= words
        doubt = 0.0
        if not stands:
            best = max((known.tells[word] for word in words if word in known.tells), default=0.0)
            doubt = (_unsure(best) - known.least) / (1 - known.least)
        if known.literal < 1:
            doubt = max(doubt, 0.9 * self._rivalled(slots, slot, words, known, stands))
        return doubt

    def _rivalled(
        self, slots: tuple[Slot, ...], slot: Slot, words: frozenset[str], known: "_Words", stands: bool
    ) -> float:
        """How much more the text sounds like another value of the slot."""
        others = _other_tokens(slots, slot)

        def loudest(value: Slot) -> float:
            apart = self._words[value].apart
            heard = (word for word in apart if word in words and others.isdisjoint(word.split("_")))
            return max((apart[word] for word in heard), default=0.0)

        own = max(loudest(slot), 3.0 if stands and known.literal > 0.3 else 0.0)
        rival = max((loudest(value) for value in self._values[slot[0]] if value != slot), default=0.0)
        return 1 / (1 + math.exp(2 - (rival - own))) if rival > own else 0.0


class _Words(NamedTuple):
    """Of one value: the words that tell it, those that set it apart from the slot's other values, how often it
    stands in the text as it is, 0 to 1, and the doubt that the best of its words leaves."""

    tells: dict[str, float]
    apart: dict[str, float]
    literal: float
    least: float


def _unsure(ratio: float) -> float:
    """How little a word of this ratio says, 0 to 1."""
    return 1 / (1 + math.exp(ratio - 1.5))


class _Counts:
    """Rows with a word: all, those with a slot, those with a value of it; without what other slots explain."""

    def __init__(self) -> None:
        self.every: Counter[str] = Counter()
        self.by_slot: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.by_value: defaultdict[Slot, Counter[str]] = defaultdict(Counter)
        self.frequency: Counter[Slot] = Counter()
        self.literal: Counter[Slot] = Counter()


def _other_tokens(slots: tuple[Slot, ...], slot: Slot) -> frozenset[str]:
    others = frozenset().union(*(value_stems(value) for name, value in slots if name != slot[0]))
    return others - value_stems(slot[1])


@lru_cache(maxsize=64)
def grams(text: str) -> frozenset[str]:
    """The tokens of a text and its pairs of neighbouring tokens."""
    tokens = stems(text)
    return frozenset((*tokens, *(f"{one}_{two}" for one, two in pairwise(tokens))))
