"""What single words say of the labels of a small group: how near they come to a label's name, and to its rows' words.

A row of ten words and a label of four rows seldom share one. So words are compared by what they mean: "basin" and
"swimming" come near "Pools", and near the "lifeguards" of another row that is labelled so. Only words that carry
content count, and words that all rows are about count least.
"""

from typing import TYPE_CHECKING

from curator.checks.contradiction import FUNCTION_WORDS, stem
from curator.checks.label_views import Labelled
from curator.text import words
from curator.vectors.table import encode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from curator.checks.label_views import Floats

# Cosines below this are chance: static vectors put any two words of a language somewhat near each other.
_CHANCE = 0.35
# From so many letters on, words that begin alike are taken for forms of one word.
_STEM = 5
# The nearest words that are asked what a label's name has to do with a row.
_BEST = 3
# The rest of a long text says the same once more.
_LONGEST = 60


class Meanings:
    """The content words of each row of a group, and how near they come to each other and to the names of labels."""

    def __init__(self, labelled: Labelled) -> None:
        import numpy as np

        self._given = labelled
        bags = [_content(labelled.space.texts[row]) for row in labelled.rows.tolist()]
        known = {word: place for place, word in enumerate(sorted(set().union(*bags)))}
        self._words = list(known)
        self._held = np.zeros((len(bags), len(known)), np.float32)
        for row, bag in enumerate(bags):
            self._held[row, [known[word] for word in bag]] = 1
        rare = np.log((1 + len(bags)) / (1 + self._held.sum(axis=0))) + 1
        self._weights = self._held * rare.astype(np.float32)
        self._weights /= np.maximum(self._weights.sum(axis=1, keepdims=True), 1e-6)
        points = encode(self._words)
        self._mean: Floats = points.mean(axis=0) if len(points) else np.zeros(points.shape[1], np.float32)
        self._points = self._line(points)

    def to_names(self) -> tuple["Floats", "Floats"]:
        """How near the nearest word of each row, and the three nearest, come to each label's name: [rows, labels]."""
        import numpy as np

        shape = len(self._held), len(self._given.names)
        nearest, best = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        counts = np.clip(self._held.sum(axis=1), 1, _BEST)
        for label, meaning in enumerate(self._given.meanings):
            said = _content(meaning) or sorted(set(words(meaning)))
            if not said or not self._words:
                continue
            cosines = np.clip(self._points @ self._line(encode(said)).T, 0, 1).max(axis=1)
            cosines[[any(same_word(word, one) for one in said) for word in self._words]] = 1
            ranked = -np.sort(-(self._held * cosines), axis=1)[:, :_BEST]
            nearest[:, label], best[:, label] = ranked[:, 0], ranked.sum(axis=1) / counts
        return nearest, best

    def to_rows(self) -> "Floats":
        """How near the words of each row come to words of each label's other rows: [rows, labels]."""
        import numpy as np

        codes, labels = self._given.codes, len(self._given.names)
        near = np.zeros((len(codes), labels), np.float32)
        if not self._words:
            return near
        cosines = self._points @ self._points.T
        cosines[cosines < _CHANCE] = 0
        for label in range(labels):
            uses = self._held[codes == label].sum(axis=0)
            near[:, label] = self._weights @ (cosines * (uses > 0)).max(axis=1)
            for row in np.flatnonzero(codes == label).tolist():
                mine = self._held[row] > 0
                others = uses - self._held[row] > 0
                near[row, label] = self._weights[row][mine] @ (cosines[mine] * others).max(axis=1)
        return near

    def _line(self, points: "Floats") -> "Floats":
        import numpy as np

        moved = points - self._mean
        line: Floats = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)).astype(np.float32)
        return line


def named_by_its_label(labelled: Labelled, other: "NDArray[np.int64]") -> "NDArray[np.bool_]":
    """Rows that use a word of their own label's name which is not in the name of the other label."""
    import numpy as np

    names = [frozenset(_content(meaning)) or frozenset(words(meaning)) for meaning in labelled.meanings]
    said = np.zeros(len(labelled.rows), bool)
    for row, place in enumerate(labelled.rows.tolist()):
        own = names[int(labelled.codes[row])] - names[int(other[row])]
        said[row] = any(same_word(word, name) for word in words(labelled.space.texts[place]) for name in own)
    return said


def same_word(word: str, name: str) -> bool:
    """Whether a word is a word of a label's name, or another form of it."""
    if len(name) < 3:
        return False
    if word == name or (len(word) >= _STEM and len(name) >= _STEM and word[:_STEM] == name[:_STEM]):
        return True
    return len(name) > 3 and len(word) > 3 and stem(word) == stem(name)


def _content(text: str) -> list[str]:
    """The different words of a text that carry content, as they come."""
    found = [word for word in words(text) if len(word) > 1 and word not in FUNCTION_WORDS and not word[0].isdigit()]
    return list(dict.fromkeys(found))[:_LONGEST]
