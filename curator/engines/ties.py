"""The ties of a check whose blocks overlap, kept until all are known: only then is it clear what is one cluster.

As objects ties take 900 bytes each, and a million examples may have a million of them. Here they are packed, some
40 bytes each, since what they say is mostly alike, and come out again a few clusters at a time.
"""

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import zstandard

from curator.corpus import Clusters
from curator.engines.answers import Compared, Tie

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Ties that are packed together, and ties that come out at once, if no single cluster has more.
PACKED, AT_ONCE = 5_000, 50_000

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Tie]).decode


class Ties:
    """Takes the ties of one check as they are found, a pair more than once perhaps, and gives them by clusters."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._pending: list[Tie] = []
        self._ends = array("q")
        self._shares: dict[int, float] = {}

    def add(self, compared: Compared) -> None:
        """Take what was found in some blocks."""
        for tie in compared.ties:
            self._ends.extend((tie.left, tie.right))
        for member, share in compared.shares.items():
            self._shares[member] = max(share, self._shares.get(member, 0.0))
        self._pending += compared.ties
        if len(self._pending) >= PACKED:
            self._parts.append(_packed(self._pending))
            self._pending = []

    def clusters(self) -> Iterator[Compared]:
        """All ties in lists, in the order in which they came; what is in one cluster is in one list."""
        together = self._together()
        lists: list[list[bytes]] = [[] for _ in range(int(together.max(initial=-1)) + 1)]
        start = 0
        for part in (*self._parts, _packed(self._pending)):
            ties = _unpacked(part)
            chosen: dict[int, list[Tie]] = {}
            for number, tie in zip(together[start : start + len(ties)].tolist(), ties, strict=True):
                chosen.setdefault(number, []).append(tie)
            for number, some in chosen.items():
                lists[number].append(_packed(some))
            start += len(ties)
        for parts in lists:
            yield Compared([tie for part in parts for tie in _unpacked(part)], self._shares)

    def _together(self) -> "NDArray[np.int64]":
        """In which list each tie comes."""
        import numpy as np

        clusters = Clusters()
        for left, right in zip(self._ends[::2], self._ends[1::2], strict=True):
            clusters.join(left, right)
        number_of = {member: number for number, cluster in enumerate(clusters) for member in cluster}
        numbers = np.fromiter((number_of[left] for left in self._ends[::2]), np.int64)
        sizes = np.bincount(numbers)
        lists: NDArray[np.int64] = ((np.cumsum(sizes) - sizes) // AT_ONCE)[numbers]
        return lists


def _packed(ties: list[Tie]) -> bytes:
    return zstandard.compress(_encode(ties), 1)


def _unpacked(part: bytes) -> list[Tie]:
    return _decode(zstandard.decompress(part))
