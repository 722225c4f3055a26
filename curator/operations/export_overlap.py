"""How far splits overlap: which share of the rows of one has a mate in another, in both directions."""

from array import array
from collections.abc import Mapping

from msgspec import Struct

from curator.model import SPLITS, Split
from curator.operations.export_passages import Held


class Overlap(Struct, frozen=True):
    """Of the rows of `split`, how many share something with a row of `other`. `share` is 0 to 1."""

    shares: str
    split: Split
    other: Split
    rows: int
    of: int
    share: float


def overlaps(codes: bytearray, shared: Mapping[str, "array[int] | Held"]) -> list[Overlap]:
    """Every pair of splits in both directions, for each thing that rows may share; empty for one split alone.

    `codes` is the place of each row's split in `SPLITS`, `shared` by name a number for each row, 0 where it shares
    nothing, or who holds which of several.
    """
    import numpy as np

    places = np.frombuffer(codes, dtype=np.uint8)
    present = [code for code in range(len(SPLITS)) if code in codes]
    found: list[Overlap] = []
    if len(present) < 2:
        return found
    for name, numbers in shared.items():
        keys, rows_of, _ = numbers if isinstance(numbers, Held) else _one_each(numbers)
        unique, home = np.unique(keys, return_inverse=True)
        seen, mates = np.zeros(len(unique), dtype=np.uint8), np.zeros(len(places), dtype=np.uint8)
        np.bitwise_or.at(seen, home, np.left_shift(np.uint8(1), places[rows_of]))
        np.bitwise_or.at(mates, rows_of, seen[home])
        for code in present:
            own = mates[places == code]
            for other in (one for one in present if one != code):
                rows = int(np.count_nonzero(own & np.uint8(1 << other)))
                share = round(rows / len(own), 4)
                found.append(Overlap(name, SPLITS[code], SPLITS[other], rows, len(own), share))
    return found


def _one_each(numbers: "array[int]") -> Held:
    import numpy as np

    keys = np.frombuffer(numbers, dtype=np.uint64)
    rows = np.flatnonzero(keys)
    return Held(keys[rows], rows, np.ones(len(rows), dtype=np.int64))
