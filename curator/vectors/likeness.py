"""How much two texts say the same, as far as vectors and letters can tell."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from curator.text import words
from curator.vectors.table import dimensions, encode

# The share of the letters. Vectors alone know paraphrases best and edits worst, token-sort ratio the reverse; a third
# is good for both (tests/benchmarks/measures/paraphrases.py).
_LETTERS = 1 / 3


def similarity(left: str, right: str) -> float:
    """From 0 to 1: two parts the cosine of the vectors, one part the likeness of the sorted words."""
    sorted_words = fuzz.ratio(" ".join(sorted(words(left))), " ".join(sorted(words(right)))) / 100
    return (1 - _LETTERS) * max(cosine(left, right), 0.0) + _LETTERS * sorted_words


def cosine(left: str, right: str) -> float:
    """The cosine of the angle between the vectors of two texts; 0 when one of them has none."""
    return float(vector(left) @ vector(right))


def word_cosines(left: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]:
    """The cosines between single words, [len(left), len(right)]; either may be none at all."""
    width = dimensions()
    mine, theirs = (np.array([vector(word) for word in side]).reshape(len(side), width) for side in (left, right))
    cosines: NDArray[np.float32] = mine @ theirs.T
    return cosines


@lru_cache(maxsize=1024)
def vector(text: str) -> NDArray[np.float32]:
    """The vector of one text. Remembered: the pairs that are compared one after the other share texts."""
    found: NDArray[np.float32] = encode((text,))[0]
    found.flags.writeable = False
    return found
