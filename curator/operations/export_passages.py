"""Rows that were written from one passage: what is asked of it in one split is answered by what another has learned."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from curator.model import Example, Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: So many characters, without spaces, of sentences in a row are a passage when another row has them, too; a shorter
#: stretch is a heading, or what is asked.
LONG = 64
#: A passage that more rows share is an instruction: more than one in five of a small set, one in twenty of a large one,
#: and in any set more than `MOST`.
MOST, FEW = 200, 10
_ONE_IN_FEW, _ONE_IN_MANY = 5, 20
# Stretches of one row that are looked at: a row may be a book. Those of the smallest hashes are the same in any row.
_LOOKED_AT = 16
# A sentence ends at its stop with the quotes and brackets behind it (a passage may stand in JSON), or with its line.
_END = re.compile(r"[.!?][\"'\u201d\u2019)\]},]*\s+|\n|[\u3002\uff01\uff1f]")


class Held(NamedTuple):
    """Who holds what: the number of a passage, the place of a row that has it, and how many rows have it."""

    numbers: "NDArray[np.uint64]"
    rows: "NDArray[np.int64]"
    counts: "NDArray[np.int64]"


class Passages:
    """The passages of rows, by number: 16 bytes for each stretch of a long input."""

    def __init__(self) -> None:
        self._numbers, self._rows = array("Q"), array("q")
        self.rows = 0

    def add(self, example: Example) -> None:
        """Notes the passages of the next row."""
        for number in stretches(example):
            self._numbers.append(number)
            self._rows.append(self.rows)
        self.rows += 1

    @property
    def most(self) -> int:
        """How many rows may share a passage."""
        return min(MOST, max(2, self.rows // _ONE_IN_FEW), max(FEW, self.rows // _ONE_IN_MANY))

    def shared(self) -> Held:
        """The passages that rows share, but for those that so many have that they are instructions."""
        import numpy as np

        numbers, rows = np.frombuffer(self._numbers, dtype=np.uint64), np.frombuffer(self._rows, dtype=np.int64)
        _, home, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        count = counts[home]
        kept = np.flatnonzero((count > 1) & (count <= self.most))
        return Held(numbers[kept], rows[kept], count[kept])

    def ties(self, held: Held, keys: Sequence[int], homes: "Homes") -> Iterator[tuple[int, int]]:
        """Ties of the rows that share a passage, by the keys of these rows; `homes` are the clusters so far.

        Rows with several passages, as retrieval puts them together, may hang together in a chain, all of a set. So by
        passages, the rarest first, no cluster grows beyond as many rows as may share one; and none that was given a
        split before is tied to one of another split, since another question of one passage is no leak of an input.
        """
        import numpy as np

        order = np.lexsort((np.asarray(keys, dtype=np.uint64)[held.rows], held.numbers, held.counts))
        numbers, rows = held.numbers[order], held.rows[order]
        beside = np.flatnonzero(numbers[1:] == numbers[:-1])
        # Rows mostly share many stretches of one passage: each pair of rows once, where its rarest stretch stands.
        _, first = np.unique(rows[beside] * self.rows + rows[beside + 1], return_index=True)
        for at in beside[np.sort(first)].tolist():
            left, right = keys[rows[at]], keys[rows[at + 1]]
            if homes.may_join(left, right, self.most):
                homes.join(left, right)
                yield left, right


class Homes:
    """Clusters of keys while they are joined: how many rows each has, and the splits that it was given before."""

    def __init__(self, keys: Iterable[int], kept: Iterable[Split | None]) -> None:
        self._parent: dict[int, int] = {}
        self._rows = Counter[int]()
        self._splits: dict[int, set[Split]] = {}
        for key, split in zip(keys, kept, strict=True):
            self._rows[key] += 1
            if split is not None:
                self._splits.setdefault(key, set()).add(split)

    def join(self, left: int, right: int) -> None:
        """Makes one cluster of those of two keys."""
        first, second = sorted((self._root(left), self._root(right)))
        if first == second:
            return
        self._parent[second] = first
        self._rows[first] += self._rows.pop(second, 0)
        if second in self._splits:
            self._splits.setdefault(first, set()).update(self._splits.pop(second))

    def may_join(self, left: int, right: int, most: int) -> bool:
        """Whether the clusters of two keys are two, have at most so many rows together, and were not parted before."""
        first, second = self._root(left), self._root(right)
        if first == second or self._rows[first] + self._rows[second] > most:
            return False
        return len(self._splits.get(first, set()) | self._splits.get(second, set())) < 2

    def _root(self, key: int) -> int:
        parent = self._parent
        while (above := parent.get(key, key)) != key:
            parent[key] = parent.get(above, above)
            key = above
        return key


def stretches(example: Example) -> list[int]:
    """The numbers of the stretches of an input that are long enough to be answered from, whatever stands beside them.

    From each sentence on as many are taken as make up `LONG`, so that it counts neither where a passage begins in its
    message nor how it is set off from the question.
    """
    found: set[int] = set()
    for message in example.input:
        if message.role != "assistant" and len(text := message.text) >= LONG:
            found.update(_of_prompt(text) if message.role == "system" else _numbers(text))
    return sorted(found)[:_LOOKED_AT] if len(found) > 1 else list(found)


# A set has few system prompts, and every row has one.
@lru_cache(maxsize=256)
def _of_prompt(text: str) -> tuple[int, ...]:
    return tuple(_numbers(text))


def _numbers(text: str) -> Iterator[int]:
    sentences = ["".join(part.split()) for part in _END.split(text.casefold())]
    end, length = 0, 0
    for start, sentence in enumerate(sentences):
        while length < LONG and end < len(sentences):
            length += len(sentences[end])
            end += 1
        if length < LONG:
            return
        length -= len(sentence)
        if sentence:
            whole = "".join(sentences[start:end])
            yield int.from_bytes(blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") | 1
