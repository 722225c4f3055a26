"""Which inputs lie near each other: candidates for pair checks, and the groups that are looked at as points."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from curator.checks.base import NEAR, Nearness, Space
from curator.engines.answers import Departed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from curator.vectors.nearest import Packed

#: Inputs whose sentence vectors are at least this alike are candidates, each with so many others at most. Static
#: vectors put paraphrases with other words no nearer than this; what else is as near, the checks themselves tell.
ALIKE_FROM, ALIKE_MOST = 0.6, 4

#: What is kept of an example, and of a text, however many examples have it; with the type of its numbers.
_OF_EXAMPLES = {"seqs": "i8", "prints": "u8", "of": "i4"}
_OF_TEXTS = {"bands": "u4", "signatures": "u1", "vectors": "i1", "steps": "f4", "texts": "u8"}


class Texts:
    """The MinHash and the sentence vector of every variable text, some 450 bytes each, and whose text it is."""

    def __init__(self) -> None:
        # Bytes, since they grow where they are; arrays would be there twice when they are put together.
        self._held = {name: bytearray() for name in (*_OF_EXAMPLES, *_OF_TEXTS)}
        self._numbers: dict[int, int] = {}
        self._answers: dict[str, str] = {}
        self._labels: list[str | None] = []
        #: Examples that were compared with none, because too many have nearly the same letters.
        self.left_out = 0

    def add(self, part: Departed) -> None:
        """Take in a part, in the order of the examples; its findings are none of our business."""
        import numpy as np

        self._labels += [label and self._answers.setdefault(label, label) for label in part.labels]
        # Without vectors only the first of examples that are the same is looked at: its text may stand for theirs.
        names = np.frombuffer(part.texts or part.prints, np.uint64).tolist()
        known = len(self._numbers)
        of = np.array([self._numbers.setdefault(name, len(self._numbers)) for name in names], np.int32)
        numbers, first = np.unique(of, return_index=True)
        new = first[numbers >= known]
        self._held["seqs"] += part.seqs
        self._held["prints"] += part.prints
        self._held["of"] += of.tobytes()
        for name in _OF_TEXTS:
            given = np.frombuffer(getattr(part, name), np.uint8)
            if len(given):
                self._held[name] += given.reshape(len(of), -1)[new].tobytes()

    def close(self) -> None:
        """Everything was taken in."""
        import numpy as np

        self._count = len(self._numbers)
        self._numbers.clear()
        self._answers.clear()
        self._seqs: NDArray[np.int64] = self._whole("seqs")
        self._prints: NDArray[np.uint64] = self._whole("prints")
        self._of: NDArray[np.int32] = self._whole("of")
        if not (self._seqs[1:] >= self._seqs[:-1]).all():  # parts nearly always come in their order
            order = np.argsort(self._seqs, kind="stable")
            self._seqs, self._prints, self._of = self._seqs[order], self._prints[order], self._of[order]
            self._labels = [self._labels[row] for row in order.tolist()] if self._labels else []
        self._bands: NDArray[np.uint32] = self._whole("bands")
        self._signatures: NDArray[np.uint8] = self._whole("signatures")
        self._vectors: NDArray[np.int8] = self._whole("vectors")
        self._steps: NDArray[np.float32] = self._whole("steps")
        self._texts: NDArray[np.uint64] = self._whole("texts")

    def couples(self, block: Nearness) -> "NDArray[np.int64]":
        """Pairs of example numbers [n, 2] that lie near each other in this way, each once, the earlier first."""
        import numpy as np

        if not len(self._seqs):
            return np.zeros((0, 2), np.int64)
        if block == NEAR:
            from curator.minhash import leader_pairs

            bands, signatures = self._rows(self._bands), self._rows(self._signatures)
            del self._bands, self._signatures
            found = leader_pairs(bands, signatures, self._prints, of=self._of)
            self.left_out = found.left_out
            return self._seqs[found.pairs]
        from curator.vectors.nearest import couples_above

        pairs, _ = couples_above(self._packed(), ALIKE_FROM, most=ALIKE_MOST, of=self._of)
        return self._seqs[pairs]

    def fair_parts(self, seqs: Sequence[int], size: int) -> Iterator[list[int]]:
        """Example numbers in parts of about this size, each a fair sample: the text of an example says which."""
        import numpy as np

        numbers = np.asarray(seqs, dtype=np.int64)
        numbers = numbers[np.isin(numbers, self._seqs)]  # one that was rejected meanwhile has no text here
        count = -(-len(numbers) // size)
        if count == 1:
            yield numbers.tolist()
            return
        part = self._texts[self._of[np.searchsorted(self._seqs, numbers)]] % np.uint64(count)
        for number in range(count):
            yield numbers[part == number].tolist()

    def space(
        self, seqs: Sequence[int], ids: Sequence[str], texts: Sequence[str], outputs: Sequence[int], instruction: str
    ) -> Space:
        """These examples as points."""
        import numpy as np

        rows = np.searchsorted(self._seqs, np.asarray(seqs, dtype=np.int64))
        vectors = self._packed().unpack(self._of[rows].astype(np.intp))
        labels = [self._labels[row] for row in rows.tolist()]
        return Space(ids=ids, labels=labels, vectors=vectors, texts=texts, outputs=outputs, instruction=instruction)

    def _packed(self) -> "Packed":
        from curator.vectors.nearest import Packed

        return Packed(self._rows(self._vectors), self._steps)

    def _rows(self, values: "NDArray[Any]") -> "NDArray[Any]":
        """The values of all texts as a table with a row for each."""
        return values.reshape(self._count, -1)

    def _whole(self, name: str) -> "NDArray[Any]":
        import numpy as np

        return np.frombuffer(self._held.pop(name), {**_OF_EXAMPLES, **_OF_TEXTS}[name])
