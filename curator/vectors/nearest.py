"""Which vectors are near each other, without the table of all pairs. Pure numpy.

Vectors are kept as bytes (`pack`): a million of them take 240 MB. Up to `EXACT` different ones are compared one with
another, which misses nothing. More are laid in cells around directions that k-means finds, and each is compared
with the cells nearest to it; what that misses is measured in `tests/benchmarks/measures/nearest.py`.

Nothing is drawn by chance: rows are worked on in the order of a hash of their content, so the order in which they
are given changes no neighbour and no cosine.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Up to so many different vectors are compared one with another.
EXACT = 20_000
#: In how many cells the neighbours of a vector are looked for.
PROBES = 4
#: A cell with more vectors than this is cut into runs of vectors that lie along one line.
LARGEST_CELL = 4_096

_PER_CELL = 400
_ROUNDS = 5
_SAMPLED = 24  # vectors for each cell that k-means looks at
_BLOCK = 1_024

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


class Packed(NamedTuple):
    """Vectors of length 1 as bytes, each with what one step is worth."""

    numbers: NDArray[np.int8]
    steps: Floats

    def unpack(self, rows: Rows) -> Floats:
        """The vectors of these rows."""
        return self.numbers[rows].astype(np.float32) * self.steps[rows, None]

    def cosines(self, rows: Rows, other: "Packed", columns: Rows) -> Floats:
        """The cosine of each of these rows with each of those of another."""
        return _scaled(self.products(rows, other, columns), self.steps[rows], other.steps[columns])

    def products(self, rows: Rows, other: "Packed", columns: Rows) -> Floats:
        """The scalar products of the numbers of these rows with those of another.

        Products of bytes add up to whole numbers that float32 holds exactly (up to 1,040 dimensions), so the result
        does not depend on how the matrix library splits its work.
        """
        return self.numbers[rows].astype(np.float32) @ other.numbers[columns].astype(np.float32).T


class Neighbours(NamedTuple):
    """For each row its nearest other rows, nearest first: -1, with cosine -1, where there are no more."""

    rows: NDArray[np.int32]
    cosines: Floats


def pack(vectors: Floats) -> Packed:
    """Vectors of length 1 (or 0) in a quarter of the space; a cosine changes by less than 0.01."""
    steps = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9) / 127
    return Packed(np.rint(vectors / steps[:, None]).astype(np.int8), steps.astype(np.float32))


def together(parts: Sequence[Packed]) -> Packed:
    """The packed vectors of several batches as one."""
    return Packed(np.concatenate([part.numbers for part in parts]), np.concatenate([part.steps for part in parts]))


def pairs_above(
    vectors: Packed | Floats,
    at_least: float,
    *,
    most: int = 8,
    keys: NDArray[np.uint64] | None = None,
) -> Iterator[tuple[int, int, float]]:
    """Every pair of rows whose cosine is `at_least` this, the earlier row first, in order.

    Each row is paired with at most `most` others that are nearest to it. Of rows with the same vector the first
    stands for all: it is paired with each of them and they with nobody else. Rows with different `keys` are no pair.
    A row of zeros has no neighbours.
    """
    ends, cosines = couples_above(vectors, at_least, most=most, keys=keys)
    for start in range(0, len(ends), 64 * _BLOCK):  # Python's numbers take five times the space of numpy's
        part = slice(start, start + 64 * _BLOCK)
        for (one, other), cosine in zip(ends[part].tolist(), cosines[part].tolist(), strict=True):
            yield one, other, cosine


def couples_above(
    vectors: Packed | Floats,
    at_least: float,
    *,
    most: int = 8,
    keys: NDArray[np.uint64] | None = None,
    of: NDArray[np.integer] | None = None,
) -> tuple[Rows, Floats]:
    """The pairs of `pairs_above` as an array [n, 2], and their cosines.

    `of` says which vector each row has, where rows share a text; vectors are then numbered as the rows first name
    them. Rows that share one are no pair, and the first of them has its neighbours.
    """
    packed = vectors if isinstance(vectors, Packed) else pack(vectors)
    content = _hashes(packed, keys)
    of = np.arange(len(content)) if of is None else of
    filled = np.flatnonzero(packed.numbers.any(axis=1))
    _, first, group = np.unique(content[filled], return_index=True, return_inverse=True)
    alone = filled[first]
    stands = np.arange(len(content))
    stands[filled] = alone[group]
    near = neighbours(packed, at_least, most=most, keys=keys, among=alone)
    copies = np.flatnonzero(stands[of] != of)
    row_of = np.unique(of, return_index=True)[1]
    # One number for a pair, and one place of neighbours after the other: a million rows have millions of pairs.
    size = len(of)
    codes = [row_of[stands[of[copies]]] * size + copies]
    cosines = [np.ones(len(copies), np.float32)]
    for rows, known in zip(near.rows.T, near.cosines.T, strict=True):
        filled = rows >= 0
        one, other = row_of[alone[filled]], row_of[rows[filled]]
        codes.append(np.minimum(one, other) * size + np.maximum(one, other))
        cosines.append(known[filled])
    found, once = np.unique(np.concatenate(codes), return_index=True)
    ends: Rows = np.stack(np.divmod(found, max(len(of), 1)), axis=1)
    return ends, np.minimum(np.concatenate(cosines)[once], np.float32(1))


def neighbours(
    vectors: Packed | Floats,
    at_least: float = -1.0,
    *,
    most: int = 10,
    keys: NDArray[np.uint64] | None = None,
    among: Rows | None = None,
) -> Neighbours:
    """The `most` nearest rows of each row (of each of `among`, in their order), with cosines `at_least` this."""
    packed = vectors if isinstance(vectors, Packed) else pack(vectors)
    rows = np.arange(len(packed.steps)) if among is None else among
    order = np.argsort(_hashes(packed, None)[rows], kind="stable")
    search = _Search(packed, rows[order], at_least, most, None if keys is None else keys[rows[order]])
    if len(rows) <= EXACT:
        search.all_with_all()
    else:
        search.by_cells()
    found = np.full((len(rows), most), -1, np.int32)
    cosines = np.full((len(rows), most), -1, np.float32)
    found[order] = np.where(search.found >= 0, search.rows[search.found], -1)
    cosines[order] = search.cosines
    return Neighbours(found, cosines)


class _Search:
    """The best found so far, for rows in the order of their content; positions in that order stand for rows."""

    def __init__(self, packed: Packed, rows: Rows, at_least: float, most: int, keys: NDArray[np.uint64] | None) -> None:
        self.packed, self.rows, self.at_least, self.most, self.keys = packed, rows, at_least, most, keys
        self.found = np.full((len(rows), most), -1, np.int32)
        self.cosines = np.full((len(rows), most), -1, np.float32)

    def all_with_all(self) -> None:
        """Compare every vector with every other, each two once."""
        blocks = [np.arange(start, min(start + _BLOCK, len(self.rows))) for start in range(0, len(self.rows), _BLOCK)]
        for number, block in enumerate(blocks):
            self.compare(block, block)
            for other in blocks[number + 1 :]:
                products = self.packed.products(self.rows[block], self.packed, self.rows[other])
                self._keep(block, other, products)
                self._keep(other, block, products.T)

    def by_cells(self) -> None:
        """Compare each vector with those at home in the cells that are nearest to it."""
        nearest = self._cells()
        visits = dict(_grouped(nearest.ravel()))
        for home, members in _grouped(nearest[:, 0]):
            visitors = visits[home] // PROBES
            if len(members) <= LARGEST_CELL:
                self._compare_all(visitors, members)
                continue
            line = _line(self._vectors(members))
            along, place = self._along(members, line), self._along(visitors, line)
            members, visitors = members[np.argsort(along, kind="stable")], visitors[np.argsort(place, kind="stable")]
            ends = np.sort(along)[LARGEST_CELL - 1 : -1 : LARGEST_CELL]
            runs = np.split(members, range(LARGEST_CELL, len(members), LARGEST_CELL))
            for run, near in zip(runs, np.split(visitors, np.searchsorted(np.sort(place), ends, "right")), strict=True):
                self._compare_all(near, run)

    def compare(self, queries: Rows, members: Rows) -> None:
        """Put the best of `members` among what was found for `queries`."""
        products = self.packed.products(self.rows[queries], self.packed, self.rows[members])
        self._keep(queries, members, products, queries[:, None] == members)

    def _keep(self, queries: Rows, members: Rows, products: Floats, without: NDArray[np.bool_] | None = None) -> None:
        cosines = _scaled(products, self.packed.steps[self.rows[queries]], self.packed.steps[self.rows[members]])
        if without is not None:
            cosines[without] = -2
        if self.keys is not None:
            cosines[self.keys[queries][:, None] != self.keys[members]] = -2
        # What is as near as the last that was found so far may come before it.
        worst = np.maximum(self.cosines[queries, -1], np.float32(self.at_least))[:, None]
        query, member = _where(cosines >= worst)
        if len(query) > 2 * self.most * len(queries) and len(members) > self.most:
            # The nearest of each row, and all that are as near as the last of them.
            nearest = np.partition(np.ascontiguousarray(cosines), -self.most, axis=1)[:, -self.most, None]
            query, member = _where(cosines >= np.maximum(worst, nearest))
        if len(query):
            self._put(queries, query, members[member], cosines[query, member])

    def _put(self, queries: Rows, query: Rows, found: Rows, cosines: Floats) -> None:
        touched, place = np.unique(query, return_inverse=True)
        known = queries[touched]
        before = np.nonzero(self.found[known] >= 0)
        owner = np.concatenate((place, before[0]))
        candidates = np.concatenate((found, self.found[known][before]))
        values = np.concatenate((cosines, self.cosines[known][before]))
        order = np.lexsort((candidates, -values, owner))
        owner, candidates, values = owner[order], candidates[order], values[order]
        rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
        kept = rank < self.most
        best, value = np.full((2, len(known), self.most), -1, np.float64)
        best[owner[kept], rank[kept]] = candidates[kept]
        value[owner[kept], rank[kept]] = values[kept]
        self.found[known], self.cosines[known] = best, value

    def _compare_all(self, queries: Rows, members: Rows) -> None:
        for start in range(0, len(queries), _BLOCK):
            self.compare(queries[start : start + _BLOCK], members)

    def _cells(self) -> NDArray[np.int32]:
        """The nearest cells of each vector, [n, PROBES], its home first."""
        count = max(PROBES, len(self.rows) // _PER_CELL)
        # In the order of content hashes, every part is a fair sample.
        centres = _centres(self.packed, self.rows[: count * _SAMPLED], count)
        cells = np.arange(count)
        nearest = np.empty((len(self.rows), PROBES), np.int32)
        for start in range(0, len(self.rows), _BLOCK):
            part = np.arange(start, min(start + _BLOCK, len(self.rows)))
            cosines = self.packed.cosines(self.rows[part], centres, cells)
            for probe in range(PROBES):
                nearest[part, probe] = best = cosines.argmax(axis=1)
                cosines[part - start, best] = -2
        return nearest

    def _along(self, positions: Rows, line: Floats) -> Floats:
        return np.concatenate(
            [self._vectors(positions[start : start + _BLOCK]) @ line for start in range(0, len(positions), _BLOCK)]
        )

    def _vectors(self, positions: Rows) -> Floats:
        return self.packed.unpack(self.rows[positions])


def _scaled(products: Floats, steps: Floats, others: Floats) -> Floats:
    """Scalar products of whole numbers as cosines, in memory as the products are."""
    cosines = products * steps[:, None]
    cosines *= others
    return cosines


def _where(true: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Where a table is true, rows and columns: `np.nonzero` in a sixth of its time, in the order of the memory."""
    flat = true if true.flags.c_contiguous else true.T
    rows, columns = np.divmod(np.flatnonzero(flat), flat.shape[1])
    return (rows, columns) if flat is true else (columns, rows)


def _centres(packed: Packed, sample: Rows, count: int) -> Packed:
    """Spherical k-means over a sample of rows in the order of their hashes, from the first `count` of them."""
    centres = Packed(packed.numbers[sample[:count]], packed.steps[sample[:count]])
    cells = np.arange(count)
    for _ in range(_ROUNDS):
        parts = [sample[start : start + _BLOCK] for start in range(0, len(sample), _BLOCK)]
        home = np.concatenate([packed.cosines(part, centres, cells).argmax(axis=1) for part in parts])
        moved = centres.unpack(cells)
        for cell, members in _grouped(home):
            total = packed.unpack(sample[members]).sum(axis=0, dtype=np.float64)
            moved[cell] = total / max(float(np.linalg.norm(total)), 1e-9)
        centres = pack(moved)
    return centres


def _grouped(home: NDArray[np.integer]) -> Iterator[tuple[int, Rows]]:
    """Each cell that is somebody's home, with its members in order."""
    order = np.argsort(home, kind="stable")
    cells, starts = np.unique(home[order], return_index=True)
    yield from zip(cells.tolist(), np.split(order, starts[1:]), strict=True)


def _line(vectors: Floats) -> Floats:
    """The direction in which these vectors differ most (power iteration)."""
    centred = vectors - vectors.mean(axis=0)
    spread = centred.T @ centred
    line = spread[:, int(np.argmax(spread.diagonal()))]
    for _ in range(20):
        line = spread @ (line / max(float(np.linalg.norm(line)), 1e-9))
    unit: Floats = line / max(float(np.linalg.norm(line)), 1e-9)
    return unit


def _hashes(packed: Packed, keys: NDArray[np.uint64] | None) -> NDArray[np.uint64]:
    """64 bits of each row's content: the same bits for the same vector (and key), in every process."""
    width = packed.numbers.shape[1]
    odd = (np.arange(1, width + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
    mixed = (odd ^ (odd >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) | np.uint64(1)
    out = np.empty(len(packed.steps), np.uint64)
    for start in range(0, len(out), 4 * _BLOCK):
        part = packed.numbers[start : start + 4 * _BLOCK].astype(np.int64).view(np.uint64)
        out[start : start + 4 * _BLOCK] = (part * mixed).sum(axis=1, dtype=np.uint64)
    if keys is not None:
        out ^= keys * np.uint64(0x94D049BB133111EB)
    return (out ^ (out >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
