"""Texts as vectors: the sum of what the table says about their word pieces, at length 1.

The table (`table.npz`, see NOTICE) has the word pieces of a BERT vocabulary, each with a vector of int8 numbers and
a scale. Sums are taken over whole numbers, so that a text has the same vector, to the last bit, in any batch and on
any machine.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate, chain
from typing import NamedTuple
from unicodedata import combining, normalize

import numpy as np
from numpy.typing import NDArray

# Texts that are summed at once: enough to hide numpy's overhead, little enough to stay in the processor's cache.
_BATCH = 64
# Words remembered with their pieces; when there are more, all are forgotten.
_REMEMBERED = 100_000
# Longer "words" are ids, hashes and encoded data, and finding their pieces is quadratic.
_LONGEST = 40

#: Letters that are words of their own.
IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_WORDS = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")


class _Table(NamedTuple):
    vectors: NDArray[np.int16]
    pieces: "Pieces"


class Pieces(dict[str, tuple[int, ...]]):
    """The rows of a word's pieces: the longest that the vocabulary knows, from left to right. Fills itself."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, word: str) -> tuple[int, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = tuple(self._split(word)) if len(word) <= _LONGEST else ()
        return found

    def _split(self, word: str) -> Iterator[int]:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                row = self._vocabulary.get(mark + word[start:end])
                if row is not None:
                    yield row
                    break
            else:
                end = start + 1  # a letter of a script that the vocabulary does not have
            start = end


def encode(texts: Iterable[str]) -> NDArray[np.float32]:
    """One row of length 1 for each text, float32 [n, DIMENSIONS]; a text without a known word is a row of zeros."""
    table = _table()
    given = texts if isinstance(texts, Sequence) else list(texts)
    out = np.zeros((len(given), table.vectors.shape[1]), np.float32)
    for start in range(0, len(given), _BATCH):
        rows = [_rows(text, table.pieces) for text in given[start : start + _BATCH]]
        _add_up(rows, table.vectors, out[start : start + _BATCH])
    return out


def dimensions() -> int:
    """How many numbers a vector has."""
    return int(_table().vectors.shape[1])


def pieces() -> "Pieces":
    """The rows of the word pieces of each word. A row is the piece's number in the vocabulary of the teacher."""
    return _table().pieces


def _rows(text: str, pieces: Pieces) -> list[int]:
    return list(chain.from_iterable(map(pieces.__getitem__, _WORDS.findall(folded(text)))))


def folded(text: str) -> str:
    """Lower case without accents, as the vocabulary is written."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFKD", text.lower())
    return "".join(character for character in plain if not combining(character))


def _add_up(rows: list[list[int]], vectors: NDArray[np.int16], out: NDArray[np.float32]) -> None:
    filled = [index for index, pieces in enumerate(rows) if pieces]
    if not filled:
        return
    starts = [0, *accumulate(len(rows[index]) for index in filled[:-1])]
    flat = np.fromiter(chain.from_iterable(rows), np.int32)
    sums = np.add.reduceat(vectors[flat], starts, axis=0, dtype=np.int32).astype(np.float64)
    lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    out[filled] = sums / np.maximum(lengths, 1.0)


@cache
def _table() -> _Table:
    with (files("curator.vectors") / "table.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        tokens = stored["tokens"].tobytes().decode().split("\n")
        numbers, scales = stored["numbers"], stored["scales"]
    whole = numbers.astype(np.float32) * scales[:, None]
    whole *= 32_767 / np.abs(whole).max()
    return _Table(np.rint(whole).astype(np.int16), Pieces({token: row for row, token in enumerate(tokens)}))
