"""What one step of a run gives back, as values that pass between processes and onto disk as msgpack."""

from typing import Any

import msgspec
from msgspec import Struct, field

from curator.corpus import Edge
from curator.model import Finding


class Group(Struct):
    """What is usual in a group, and how many examples say so."""

    summary: Any
    count: int = 0


#: What is usual, by number of learner: the whole set's summary, and its groups by key.
Learned = dict[int, tuple[Any, dict[bytes, Group]]]
#: The same on its way: number of learner, key of the group (empty for the whole set), its count, its summary.
Packed = list[tuple[int, bytes, int, bytes]]

#: The code of a problem that was the engine's own: it got over it, or set a limit; no check missed an example.
ENGINE = "engine"


class Problem(Struct, frozen=True):
    """A check that could not do its work: where for the first time, why, how often, and some of the `others` where."""

    code: str
    where: str
    message: str
    count: int = 1
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        left = self.count - 1 - len(self.others)
        rest = [*self.others, *([f"{left:,} more"] if left else [])]
        more = f" (also {'; '.join(rest)})" if rest else ""
        return f"{self.code}: {self.where}: {self.message}{more}" if self.where else f"{self.code}: {self.message}"


class Read(Struct):
    """Of the first pass over some examples. `keys` as `blocks.packed` makes them, one a key of the plan."""

    findings: list[Finding] = field(default_factory=list)
    keys: list[tuple[bytes, bytes]] = field(default_factory=list)
    learned: Packed = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Departed(Struct):
    """Of the second pass: who departs from what is usual, and what the examples' variable texts come to.

    `seqs` are the numbers of the examples (8 bytes each), `prints` stand for what they are and `texts` for their
    variable texts (8 bytes), `bands` and `signatures` are their MinHash, `vectors` and `steps` their sentence vectors;
    each as bytes, row after row, empty where no check asks for them. `labels` are the outputs short enough for one.
    """

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seqs: bytes = b""
    prints: bytes = b""
    bands: bytes = b""
    signatures: bytes = b""
    vectors: bytes = b""
    steps: bytes = b""
    texts: bytes = b""
    labels: list[str | None] = field(default_factory=list)


class Tie(Struct, frozen=True):
    """An edge between two examples, by number."""

    left: int
    right: int
    edge: Edge


class Compared(Struct):
    """The ties that one check found in a block, and with which share of the others each member is tied."""

    ties: list[Tie] = field(default_factory=list)
    shares: dict[int, float] = field(default_factory=dict)


class Matched(Struct):
    """Of the comparison of some blocks: findings and edges with their code, or ties still to be merged, by code."""

    findings: list[Finding] = field(default_factory=list)
    edges: list[tuple[int, int, str, str]] = field(default_factory=list)
    ties: dict[str, Compared] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blocks: int = 0


Answer = Read | Departed | Matched

_KINDS: dict[str, type[Answer]] = {"read": Read, "learn": Read, "depart": Departed, "match": Matched, "pair": Matched}
_encode = msgspec.msgpack.Encoder().encode
_decoders = {method: msgspec.msgpack.Decoder(kind) for method, kind in _KINDS.items()}


def packed(answer: Answer) -> bytes:
    """An answer as bytes."""
    return _encode(answer)


def unpacked(method: str, body: bytes) -> Answer:
    """The answer to a method of the desk. Raises `msgspec.DecodeError` for anything else."""
    return _decoders[method].decode(body)
