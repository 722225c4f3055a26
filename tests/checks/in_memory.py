"""Runs checks over examples in memory, in any order and in batches of any size: the course of a run without a file."""

from collections.abc import Iterable, Iterator, Sequence

from curator.checks.base import Check
from curator.engines.answers import Problem
from curator.engines.course import Course
from curator.engines.crew import Alone
from curator.engines.desk import Desk
from curator.engines.journal import Journal
from curator.engines.plan import plan
from curator.model import Entry, Finding


class Memory:
    """Entries in the order given; parts are places in that order."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._by_seq = {entry.seq: entry for entry in entries}

    def batches(self, size: int, after: int, until: int) -> Iterator[list[Entry]]:
        for start in range(after, until, size):
            yield list(self._entries[start : min(start + size, until)])

    def entries(self, seqs: Sequence[int]) -> list[Entry]:
        return [self._by_seq[seq] for seq in seqs]

    def ids_of(self, seqs: Sequence[int]) -> list[str]:
        return [self._by_seq[seq].example.id for seq in seqs]


class Collected:
    """A store that only remembers."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.edges: list[tuple[int, int, str, str]] = []

    def add(self, findings: Iterable[Finding]) -> int:
        before = len(self.findings)
        self.findings += findings
        return len(self.findings) - before

    def add_edges(self, edges: Iterable[tuple[int, int, str, str]]) -> None:
        self.edges += edges

    def keep(self, usual: Sequence[tuple[str, bytes, int, bytes]]) -> None:
        """Nobody edits here."""


def found(
    checks: Iterable[Check], entries: Sequence[Entry], *, batch: int = 1000, context: Sequence[Entry] = ()
) -> tuple[list[Finding], list[Problem]]:
    """What the checks find in these examples. The `context` is there to be learned from: its findings are left out."""
    planned = plan(among=tuple(checks))
    everything = [*context, *entries]
    memory, store = Memory(everything), Collected()
    parts = [(start, min(start + batch, len(everything))) for start in range(0, len(everything), batch)]
    course = Course(planned, Alone(Desk(memory, planned)), Journal(None, b""), store, memory, parts, len(everything))
    for _ in course.steps():
        pass
    around = {entry.example.id for entry in context}
    return [one for one in store.findings if one.example_id not in around], list(course.problems)
