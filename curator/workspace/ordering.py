"""The order of a query: by number, worst finding first, longest output first, by cluster, nearest first, shuffled."""

from array import array
from collections.abc import Mapping, Sequence

from curator.query import Query
from curator.workspace.connection import Connection

_PRIORITY = """
select f.example, max(case c.severity when 'error' then 3 when 'warning' then 2 else 1 end + f.score / 2)
from code c cross join finding f on f.code = c.code and f.run = c.run and f.stale = 0 and f.example is not null
group by 1 order by 2 desc, 1
"""
_EDGES = "select d.left, d.right from edge d join code c on c.code = d.code and c.run = d.run"
#: splitmix64: what it makes of a number looks like chance and is the same on every machine.
_STEPS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def arranged(
    connection: Connection, seqs: "array[int]", query: Query, near: Mapping[int, Sequence[int]]
) -> "array[int]":
    """Selected numbers, given in ascending order, in the order of a query other than by number or by length."""
    if query.order == "priority":
        return _first(array("q", (row[0] for row in connection.rows(_PRIORITY))), seqs)
    if query.order == "cluster":
        return _first(clustered(connection), seqs)
    if query.order == "sim":
        return _first(array("q", (seq for around in near.values() for seq in around)), seqs)
    return shuffled(seqs, query.seed)


def _first(wanted: "array[int]", seqs: "array[int]") -> "array[int]":
    """Those of `seqs` that are wanted, in that order, then the rest of them."""
    if not seqs:
        return seqs
    waiting = bytearray(seqs[-1] + 1)
    for seq in seqs:
        waiting[seq] = 1
    found = array("q")
    for seq in wanted:
        if seq < len(waiting) and waiting[seq]:
            waiting[seq] = 0
            found.append(seq)
    if not found:
        return seqs
    found.extend(seq for seq in seqs if waiting[seq])
    return found


def shuffled(seqs: "array[int]", seed: int) -> "array[int]":
    """The numbers in an order that the seed alone decides, whatever else is selected."""
    import numpy as np  # heavy: only this order needs it

    numbers = np.frombuffer(seqs, dtype=np.int64) if len(seqs) else np.zeros(0, np.int64)
    start = ((seed % 2**63 + 1) * 0x9E3779B97F4A7C15) % 2**64
    mixed = numbers.astype(np.uint64) + np.uint64(start)
    for shift, factor in _STEPS:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return array("q", numbers[np.lexsort((numbers, mixed >> np.uint64(1)))].tobytes())


def clustered(connection: Connection) -> "array[int]":
    """The examples that standing edges tie together, cluster by cluster, by the first member of each."""
    parent: dict[int, int] = {}

    def root(seq: int) -> int:
        while parent.setdefault(seq, seq) != seq:
            parent[seq] = parent[parent[seq]]
            seq = parent[seq]
        return seq

    for left, right in connection.rows(_EDGES):
        a, b = root(left), root(right)
        parent[max(a, b)] = min(a, b)
    return array("q", sorted(parent, key=lambda seq: (root(seq), seq)))
