"""How near each row of a group lies to each label: cosines to the labels' centres, the row itself left out.

Three views: sentence vectors, words weighted by how rare they are, and the words of the labels' own names. Each is
centred first: what all rows of a group have in common says nothing about their labels, and without it a label that
takes in everything is nearest to everything. Nothing here is n x n, and rows are looked at in blocks.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from curator.checks.base import Space
from curator.checks.label_definitions import definitions
from curator.tasks import spelt_out
from curator.text import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Numbers = NDArray[np.int64]

#: Numbers in a block of rows by labels, or of words by labels.
_BLOCK = 4_000_000
#: Sums of words by label are held for this many of both together.
_WORD_SUMS = 1 << 23
_WORD_BUCKETS = 1 << 15


class Labelled:
    """The rows of a space that have a label and a vector, with numbers for labels.

    Labels that are the same but for case and spacing are one: their spelling is another check's business.
    """

    def __init__(self, space: Space) -> None:
        import numpy as np

        numbers: dict[str, int] = {}
        spelt: list[dict[str, int]] = []
        codes = np.full(len(space.labels), -1, np.int64)
        usable = np.einsum("ij,ij->i", space.vectors, space.vectors) > 0 if len(space.labels) else codes > 0
        for row, label in enumerate(space.labels):
            if label is None or not usable[row]:
                continue
            code = codes[row] = numbers.setdefault(" ".join(label.casefold().split()), len(numbers))
            if code == len(spelt):
                spelt.append({})
            spelt[code][label] = spelt[code].get(label, 0) + 1
        # Labels and rows in an order of their own: sums are then the same to the last bit, whoever comes first.
        order = sorted(numbers)
        place = np.zeros(len(order) + 1, np.int64)
        place[[numbers[name] for name in order]] = np.arange(len(order))
        self.names = [_usual(spelt[numbers[name]]) for name in order]
        kept = np.flatnonzero(codes >= 0).tolist()
        self.rows: Numbers = np.asarray(sorted(kept, key=space.ids.__getitem__), np.int64)
        self.codes: Numbers = place[codes[self.rows]]
        self.sizes: Numbers = np.bincount(self.codes, minlength=len(order))
        self.space = space
        told = definitions(space.instruction, self.names)
        #: What each label is for, in words: its name, and what the instruction says of it.
        self.meanings = [f"{spelt_out(name)} {told.get(name, '')}".strip() for name in self.names]

    def blocks(self, rows: "Numbers", width: int) -> Iterator["Numbers"]:
        """`rows` in parts, so that a part of `width` numbers a row stays small."""
        size = max(1, _BLOCK // max(width, 1))
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def _usual(spellings: dict[str, int]) -> str:
    return min(spellings, key=lambda name: (-spellings[name], name))


class Sentences:
    """Cosines of sentence vectors; and the centred vectors themselves."""

    def __init__(self, labelled: Labelled) -> None:
        import numpy as np

        self._given = labelled
        vectors, rows = labelled.space.vectors, labelled.rows
        self.mean: Floats = np.zeros(vectors.shape[1], np.float32)
        total = np.zeros(vectors.shape[1])
        for part in labelled.blocks(rows, vectors.shape[1]):
            total += vectors[part].sum(axis=0, dtype=np.float64)
        self.mean = (total / max(len(rows), 1)).astype(np.float32)
        self._sums = np.zeros((len(labelled.names), vectors.shape[1]))
        by_label = np.argsort(labelled.codes, kind="stable")
        for part in labelled.blocks(by_label, vectors.shape[1]):
            codes = labelled.codes[part]
            starts = np.flatnonzero(np.diff(codes, prepend=-1))
            self._sums[codes[starts]] += np.add.reduceat(self.centred(part), starts, axis=0)
        self._squares = (self._sums**2).sum(axis=1)

    def centred(self, members: "Numbers") -> "Floats":
        """The vectors of these members of the labelled rows without what all have in common, at length 1."""
        return self._line(self._given.space.vectors[self._given.rows[members]])

    def cosines(self, members: "Numbers") -> "Floats":
        """How near these members are to each label, as [members, labels]."""
        return left_out(self.centred(members) @ self._sums.T.astype("float32"), self._squares, self._given, members)

    def to_names(self, members: "Numbers", names: "Floats") -> "Floats":
        """How near these members are to what each label's name says."""
        cosines: Floats = self.centred(members) @ self._line(names).T
        cosines[:, ~(names**2).sum(axis=1).astype(bool)] = 0
        return cosines

    def _line(self, vectors: "Floats") -> "Floats":
        import numpy as np

        moved = vectors - self.mean
        lengths = np.sqrt(np.einsum("ij,ij->i", moved, moved))
        line: Floats = (moved / np.maximum(lengths, 1e-6)[:, None]).astype(np.float32, copy=False)
        return line


class Words:
    """The same over the words of the texts, each weighted by how few rows have it."""

    def __init__(self, labelled: Labelled) -> None:
        import numpy as np

        self._given = labelled
        labels = len(labelled.names)
        buckets = _WORD_BUCKETS
        while buckets * labels > _WORD_SUMS and buckets > 1024:
            buckets //= 2
        self._starts, self._flat = _bags([labelled.space.texts[row] for row in labelled.rows.tolist()], buckets)
        held = np.bincount(self._flat, minlength=buckets)
        self._weights = (np.log((1 + len(labelled.rows)) / (1 + held)) + 1).astype(np.float32)
        lengths = np.sqrt(self._reduced(np.square(self._weights[self._flat])))
        self._values: Floats = self._weights[self._flat] / np.repeat(np.maximum(lengths, 1e-6), np.diff(self._starts))
        mean = np.bincount(self._flat, weights=self._values, minlength=buckets) / max(len(labelled.rows), 1)
        self._mean_square = float(mean @ mean)
        self._on_mean = self._reduced(self._values * mean[self._flat])
        filled = np.diff(self._starts) > 0
        self._away = np.sqrt(np.maximum(filled - 2 * self._on_mean + self._mean_square, 1e-6))
        self._filled = filled
        of_word = np.repeat(labelled.codes, np.diff(self._starts))
        away = np.repeat(self._away, np.diff(self._starts))
        sums = np.zeros(buckets * labels)
        for start in range(0, len(self._flat), _BLOCK):
            part = slice(start, start + _BLOCK)
            sums += np.bincount(
                self._flat[part] * labels + of_word[part], weights=self._values[part] / away[part], minlength=len(sums)
            )
        self._sums = sums.reshape(buckets, labels).astype(np.float32)
        self._shares = np.bincount(labelled.codes, weights=filled / self._away, minlength=labels)
        self._mean_on = mean @ self._sums
        squares = np.einsum("ij,ij->j", self._sums, self._sums, dtype=np.float64)
        self._squares = squares - 2 * self._shares * self._mean_on + self._shares**2 * self._mean_square

    def cosines(self, members: "Numbers") -> "Floats":
        """How near these members are to each label, as [members, labels]."""
        import numpy as np

        dots = np.zeros((len(members), len(self._given.names)), np.float32)
        counts = (self._starts[members + 1] - self._starts[members]).astype(np.int64)
        most = int(counts.max(initial=1))
        step = max(1, _BLOCK // (most * max(dots.shape[1], 1)))
        for start in range(0, len(members), step):
            part = slice(start, start + step)
            some = counts[part] > 0
            if not some.any():
                continue
            size = counts[part][some]
            begin = np.cumsum(size) - size
            at = np.repeat(self._starts[members[part][some]] - begin, size) + np.arange(size.sum())
            dots[np.flatnonzero(some) + start] = np.add.reduceat(
                self._sums[self._flat[at]] * self._values[at, None], begin, axis=0
            )
        on = self._on_mean[members][:, None]
        moved = dots - self._shares * on - self._mean_on + self._shares * self._mean_square
        moved *= (self._filled[members] / self._away[members])[:, None]
        return left_out(moved.astype(np.float32), self._squares, self._given, members, self._filled[members])

    def _reduced(self, values: "Floats") -> "Floats":
        import numpy as np

        total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        reduced: Floats = (total[self._starts[1:]] - total[self._starts[:-1]]).astype(np.float32)
        return reduced


def name_vectors(labelled: Labelled) -> "Floats | None":
    """What the labels are for, as sentence vectors; None where rows have vectors of another kind."""
    from curator.vectors.table import dimensions, encode

    if labelled.space.vectors.shape[1] != dimensions():
        return None
    return encode(labelled.meanings)


def left_out(
    dots: "Floats", squares: "NDArray[np.float64]", given: Labelled, members: "Numbers", filled: object = True
) -> "Floats":
    """Cosines to the sums of labels; to a member's own label, without the member. 0 where nothing is left.

    `dots` are products of rows of length 1 with the sums, so the sum without the row needs no second pass.
    """
    import numpy as np

    own = np.arange(len(members)), given.codes[members]
    cosines = dots / np.sqrt(np.maximum(squares, 1e-9))
    left = np.sqrt(np.maximum(squares[own[1]] - 2 * dots[own] + 1, 1e-9))
    alone = (given.sizes[own[1]] < 2) | (left < 1e-3)
    cosines[own] = np.where(alone | ~np.broadcast_to(np.asarray(filled), alone.shape), 0, (dots[own] - 1) / left)
    floats: Floats = cosines.astype(np.float32)
    return floats


def _bags(texts: Sequence[str], buckets: int) -> tuple["Numbers", "Numbers"]:
    """The different words of each text as bucket numbers: where each text starts, and all of them in a row."""
    import numpy as np

    known: dict[str, int] = {}
    flat: list[int] = []
    starts = np.zeros(len(texts) + 1, np.int64)
    for row, text in enumerate(texts):
        for word in dict.fromkeys(words(text)):
            bucket = known.get(word)
            if bucket is None:
                bucket = known[word] = crc32(word.encode("utf-8", "surrogatepass")) % buckets
            flat.append(bucket)
        starts[row + 1] = len(flat)
    return starts, np.asarray(flat, np.int64)
