"""Keys of examples in numpy: 24 bytes an example, sorted once into the groups that share one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Groups that numpy hands out at a time: most are of two or three.
_TOGETHER = 1_000


def packed(seqs: Sequence[int], keys: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Numbers and 16-byte keys as two byte strings: small to pass between processes, flat to keep."""
    from array import array

    return array("q", seqs).tobytes(), b"".join(keys)


class KeyTable:
    """Every example's key under one function. An example without a key is not in it; one with several is, for each."""

    def __init__(self) -> None:
        self._seqs, self._keys = bytearray(), bytearray()  # they grow where they are

    def add(self, part: tuple[bytes, bytes]) -> None:
        """Take in what `packed` made; least work when parts come in the order of the examples."""
        self._seqs += part[0]
        self._keys += part[1]

    def groups(self, at_least: int = 2) -> "Groups":
        """The groups of at least this many examples."""
        import numpy as np

        seqs = np.frombuffer(self._seqs, dtype=np.int64)
        keys = np.frombuffer(self._keys, dtype=np.uint64).reshape(-1, 2)
        apart = bool((seqs[1:] > seqs[:-1]).all())
        # Examples nearly always come in their order; only those that do not have to be sorted by it.
        rising = apart or bool((seqs[1:] >= seqs[:-1]).all())
        order = np.lexsort((keys[:, 1], keys[:, 0]) if rising else (seqs, keys[:, 1], keys[:, 0]))
        seqs, keys = seqs[order], keys[order]
        first = np.ones(len(seqs), dtype=bool)
        if len(seqs):
            first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        starts = np.flatnonzero(first)
        sizes = np.diff(np.append(starts, len(seqs)))
        kept = sizes >= at_least
        return Groups(seqs, keys, starts[kept], sizes[kept], apart)


class Groups:
    """Groups of examples that share a key. Iterating gives each group's numbers, groups by their first member.

    `apart` says that no example has two keys, so that each group can be reported by itself.
    """

    def __init__(
        self,
        seqs: "NDArray[np.int64]",
        keys: "NDArray[np.uint64]",
        starts: "NDArray[Any]",
        sizes: "NDArray[Any]",
        apart: bool,
    ) -> None:
        self._seqs, self._keys, self._starts, self._sizes = seqs, keys, starts, sizes
        self.apart = apart

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[list[int]]:
        import numpy as np

        order = np.argsort(self._seqs[self._starts], kind="stable")
        for first in range(0, len(order), _TOGETHER):
            part = order[first : first + _TOGETHER]
            sizes = self._sizes[part]
            ends = np.cumsum(sizes)
            members = self._seqs[np.arange(ends[-1]) + np.repeat(self._starts[part] - (ends - sizes), sizes)].tolist()
            for end, size in zip(ends.tolist(), sizes.tolist(), strict=True):
                yield members[end - size : end]

    def items(self) -> Iterator[tuple[bytes, list[int]]]:
        """Each group's key and numbers, groups by key."""
        for start, size in zip(self._starts, self._sizes, strict=True):
            yield self._keys[start].tobytes(), self._seqs[start : start + size].tolist()

    def largest(self, count: int) -> frozenset[bytes]:
        """The keys of the largest groups; of equally large ones those with the smallest keys."""
        import numpy as np

        keys = self._keys[self._starts]
        order = np.lexsort((keys[:, 1], keys[:, 0], -self._sizes))[:count]
        return frozenset(keys[index].tobytes() for index in order)


def tasks(groups: Groups, members: int) -> Iterator[list[list[int]]]:
    """The groups in lists of up to so many members; a larger group is a list of its own."""
    pending: list[list[int]] = []
    held = 0
    for group in groups:
        if pending and held + len(group) > members:
            yield pending
            pending, held = [], 0
        pending.append(group)
        held += len(group)
    if pending:
        yield pending
