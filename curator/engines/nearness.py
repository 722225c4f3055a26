"""Which inputs lie near each other: candidates for pair checks, and the groups that are looked at as points."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from curator.checks.base import NEAR, Nearness, Space
from curator.engines.answers import Departed

if TYPE_CHECKING:
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
        self._prints: NDArray[np.uint64] = self._whole("prints", np.uint64)
        self._bands: NDArray[np.uint64] = self._rows("bands", np.uint64)
        self._signatures: NDArray[np.uint8] = self._rows("signatures", np.uint8)
        self._vectors: NDArray[np.int8] = self._rows("vectors", np.int8)
        self._steps: NDArray[np.float32] = self._whole("steps", np.float32)
        self._texts: NDArray[np.uint64] = self._whole("texts", np.uint64)

    def couples(self, block: Nearness) -> Iterator[tuple[int, int]]:
        """Pairs of example numbers that lie near each other in this way, each once, the earlier first."""
        if block == NEAR:
            from curator.minhash import leader_pairs

            found = leader_pairs(self._bands, self._signatures, self._prints)
            self.left_out = found.left_out
            pairs: Iterator[tuple[int, int]] = ((int(one), int(other)) for one, other in found.pairs)
        else:
            from curator.vectors.nearest import Packed, pairs_above

            packed = Packed(self._vectors, self._steps)
            pairs = ((one, other) for one, other, _ in pairs_above(packed, ALIKE_FROM, most=ALIKE_MOST, texts=self._texts))
        for one, other in pairs:
            left, right = int(self._seqs[one]), int(self._seqs[other])
            yield (left, right) if left < right else (right, left)

    def space(self, seqs: Sequence[int], ids: Sequence[str]) -> Space:
        """These examples as points."""
        import numpy as np

        from curator.vectors.nearest import Packed

        order = np.argsort(self._seqs, kind="stable")
        rows = order[np.searchsorted(self._seqs, np.asarray(seqs, dtype=np.int64), sorter=order)]
        vectors = Packed(self._vectors, self._steps).unpack(rows)
        return Space(ids=ids, labels=[self._labels[row] for row in rows.tolist()], vectors=vectors)

    def _whole(self, name: str, kind: type) -> "NDArray[Any]":
        import numpy as np

        return np.frombuffer(b"".join(self._parts.pop(name)), dtype=kind)

    def _rows(self, name: str, kind: type) -> "NDArray[Any]":
        flat = self._whole(name, kind)
        return flat.reshape(len(self._seqs), -1) if len(flat) else flat.reshape(len(self._seqs), 0)
