"""Which inputs lie near each other: candidates for pair checks, and the groups that are looked at as points."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from curator.checks.base import NEAR, Nearness, Space
from curator.engines.answers import Departed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Inputs whose sentence vectors are at least this alike are candidates, each with so many others at most. Static
#: vectors put paraphrases with other words no nearer than this; what else is as near, the checks themselves tell.
ALIKE_FROM, ALIKE_MOST = 0.6, 4

_WIDTHS = ("seqs", "prints", "bands", "signatures", "vectors", "steps", "texts")


class Texts:
    """The MinHash and the sentence vector of every example's variable text: some 500 bytes an example."""

    def __init__(self) -> None:
        self._parts: dict[str, list[bytes]] = {name: [] for name in _WIDTHS}
        self._answers: dict[str, str] = {}
        self._labels: list[str | None] = []
        #: Examples that were compared with none, because too many have nearly the same letters.
        self.left_out = 0

    def add(self, part: Departed) -> None:
        """Take in a part; its findings are none of our business."""
        self._labels += [label and self._answers.setdefault(label, label) for label in part.labels]
        for name, parts in self._parts.items():
            parts.append(getattr(part, name))

    def close(self) -> None:
        """Everything was taken in."""
        import numpy as np

        self._seqs: NDArray[np.int64] = self._whole("seqs", np.int64)
        order = np.argsort(self._seqs, kind="stable")
        # Parts come in the order of their numbers, as a rule; then nothing is copied.
        self._order = None if (order == np.arange(len(order))).all() else order
        if self._order is not None and self._labels:
            self._labels = [self._labels[row] for row in order]
        self._seqs = self._seqs if self._order is None else self._seqs[order]
        self._prints: NDArray[np.uint64] = self._whole("prints", np.uint64)
        self._bands: NDArray[np.uint32] = self._rows("bands", np.uint32)
        self._signatures: NDArray[np.uint8] = self._rows("signatures", np.uint8)
        self._vectors: NDArray[np.int8] = self._rows("vectors", np.int8)
        self._steps: NDArray[np.float32] = self._whole("steps", np.float32)
        self._texts: NDArray[np.uint64] = self._whole("texts", np.uint64)

    def couples(self, block: Nearness) -> "NDArray[np.int64]":
        """Pairs of example numbers [n, 2] that lie near each other in this way, each once, the earlier first."""
        import numpy as np

        if not len(self._seqs):
            return np.zeros((0, 2), np.int64)
        if block == NEAR:
            from curator.minhash import leader_pairs

            found = leader_pairs(self._bands, self._signatures, self._prints)
            self.left_out = found.left_out
            del self._bands, self._signatures
            pairs = found.pairs
        else:
            from curator.vectors.nearest import Packed, pairs_above

            packed = Packed(self._vectors, self._steps)
            flat = chain.from_iterable(
                (one, other) for one, other, _ in pairs_above(packed, ALIKE_FROM, most=ALIKE_MOST, texts=self._texts)
            )
            pairs = np.fromiter(flat, np.int64).reshape(-1, 2)
        return np.sort(self._seqs[pairs], axis=1)

    def fair_parts(self, seqs: Sequence[int], size: int) -> Iterator[list[int]]:
        """Example numbers in parts of about this size, each a fair sample: the text of an example says which."""
        import numpy as np

        numbers = np.asarray(seqs, dtype=np.int64)
        numbers = numbers[np.isin(numbers, self._seqs)]  # one that was rejected meanwhile has no text here
        count = -(-len(numbers) // size)
        if count <= 1:
            yield numbers.tolist()
            return
        part = self._texts[np.searchsorted(self._seqs, numbers)] % np.uint64(count)
        for number in range(count):
            yield numbers[part == number].tolist()

    def space(self, seqs: Sequence[int], ids: Sequence[str], texts: Sequence[str]) -> Space:
        """These examples as points."""
        import numpy as np

        from curator.vectors.nearest import Packed

        rows = np.searchsorted(self._seqs, np.asarray(seqs, dtype=np.int64))
        vectors = Packed(self._vectors, self._steps).unpack(rows)
        return Space(ids=ids, labels=[self._labels[row] for row in rows.tolist()], vectors=vectors, texts=texts)

    def _whole(self, name: str, kind: type) -> "NDArray[Any]":
        import numpy as np

        flat: NDArray[Any] = np.frombuffer(b"".join(self._parts.pop(name)), dtype=kind)
        return flat if name == "seqs" or self._order is None or not len(flat) else flat[self._order]

    def _rows(self, name: str, kind: type) -> "NDArray[Any]":
        import numpy as np

        flat: NDArray[Any] = np.frombuffer(b"".join(self._parts.pop(name)), dtype=kind)
        rows = flat.reshape(len(self._seqs), -1) if len(flat) else flat.reshape(len(self._seqs), 0)
        return rows if self._order is None else rows[self._order]
