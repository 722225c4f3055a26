"""Where the shapes meet the workspace: the work of one process on a part of the examples."""

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from curator.engines import pairs, shapes
from curator.engines.blocks import packed
from curator.engines.pairs import Compared, Member
from curator.engines.plan import Bound, Plan
from curator.engines.shapes import Learned, Problem, Problems
from curator.model import Entry, Finding
from curator.workspace import Workspace

#: Members of one block that are compared; the rest of a larger one is said to be left out.
BLOCK = 20_000
#: Members of one block that a group check is given at once.
HELD = 2_000
#: Examples in memory at a time.
BATCH = 1_000


class Read(Struct):
    """What the first pass gave for a part of the examples. `keys` as `packed` makes them, one a key of the plan."""

    findings: list[Finding]
    keys: list[tuple[bytes, bytes]]
    learned: Learned
    problems: list[Problem]


class Matched(Struct):
    """What the comparison of some blocks gave: findings and edges with their code, or ties still to be merged."""

    findings: list[Finding]
    edges: list[tuple[int, int, str, str]]
    ties: dict[str, tuple[Compared, dict[int, str]]]
    problems: list[Problem]
    blocks: int


class Desk:
    """Runs a plan on parts of a workspace, which it only reads."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        self._workspace = workspace
        self._plan = plan
        self._learned: tuple[bytes, Learned] = (b"", {})

    def read(self, after: int, until: int, groups: bool) -> Read:
        """Example checks, keys, and what is usual (with `groups`, in each group too), of the examples in between."""
        whole = Read([], [], {}, [])
        keys: list[tuple[list[int], list[bytes]]] = [([], []) for _ in self._plan.keys]
        for entries in self._batches(after, until):
            mapped = shapes.map_examples(self._plan, entries)
            whole.findings += mapped.findings
            for known, (seqs, given) in zip(keys, mapped.keys, strict=True):
                known[0].extend(seqs)
                known[1].extend(given)
            learned, problems = shapes.learn(self._plan, entries, groups)
            shapes.merge(whole.learned, learned)
            whole.problems += mapped.problems + problems
        whole.keys = [packed(*part) for part in keys]
        return whole

    def learn(self, after: int, until: int, wanted: dict[str, frozenset[bytes]]) -> Learned:
        """What is usual in the wanted groups alone, by check code."""
        found: Learned = {}
        for entries in self._batches(after, until):
            learned, _ = shapes.learn(self._plan, entries)
            for code, (_, groups) in learned.items():
                for key in groups.keys() - wanted.get(code, frozenset()):
                    del groups[key]
            shapes.merge(found, learned)
        return found

    def depart(self, after: int, until: int, learned: bytes) -> tuple[list[Finding], list[Problem]]:
        """Profile checks on the examples in between. `learned` comes pickled, and is kept for the next part."""
        if self._learned[0] != learned:
            self._learned = (learned, pickle.loads(learned))
        findings: list[Finding] = []
        problems: list[Problem] = []
        for entries in self._batches(after, until):
            mapped = shapes.depart(self._plan, self._learned[1], entries)
            findings += mapped.findings
            problems += mapped.problems
        return findings, problems

    def match(self, key: int, groups: Sequence[list[int]], apart: bool) -> Matched:
        """Pair and group checks whose block is the plan's key of this number, on blocks of example numbers."""
        checks = [bound for bound in self._plan.bounds if bound.check.block is self._plan.keys[key]]
        problems = Problems()
        matched = Matched([], [], {}, [], len(groups))
        small = [group for group in groups if len(group) <= pairs.ALL_PAIRS]
        held = dict(self._members([seq for group in small for seq in group])) if small else {}
        for group in groups:
            members = [(seq, held[seq]) for seq in group] if len(group) <= pairs.ALL_PAIRS else None
            for bound in checks:
                if bound.check.shape == "group":
                    given = members or list(self._members(self._capped(bound, group, HELD, problems)))
                    examples = [example for _, example in given]
                    matched.findings += shapes.run_one(bound, problems, examples[0], examples)
                else:
                    compared = self._compared(bound, group, members, problems)
                    self._file(bound, compared, apart, matched)
        matched.problems = list(problems)
        return matched

    def _compared(self, bound: Bound, group: list[int], members: list[Member] | None, problems: Problems) -> Compared:
        if members is not None:
            return pairs.compare(self._plan, bound, members, members, problems)
        group = self._capped(bound, group, BLOCK, problems)
        first = pairs.leaders(self._plan, bound, self._members(group), problems)
        return pairs.compare(self._plan, bound, first, self._members(group), problems)

    def _file(self, bound: Bound, compared: Compared, apart: bool, matched: Matched) -> None:
        if not compared.ties:
            return
        code = bound.check.code
        tied = sorted({seq for tie in compared.ties for seq in (tie.left, tie.right)})
        ids = dict(zip(tied, self._workspace.examples.ids_of(tied), strict=True))
        if apart:
            reported = pairs.report(bound.check, compared, ids)
            matched.findings += reported.findings
            matched.edges += [(left, right, kind, code) for left, right, kind in reported.edges]
            return
        known, names = matched.ties.setdefault(code, (Compared(), {}))
        known.ties += compared.ties
        known.seen.update(compared.seen)
        names.update(ids)

    def _capped(self, bound: Bound, group: list[int], most: int, problems: Problems) -> list[int]:
        if len(group) > most:
            said = f"{len(group):,} examples share one key, and only the first {most:,} of them were compared"
            problems.extend([Problem(bound.check.code, f"#{group[0]}", said)])
        return group[:most]

    def _members(self, seqs: Sequence[int]) -> Iterator[Member]:
        for start in range(0, len(seqs), BATCH):
            for entry in self._workspace.examples.entries(seqs[start : start + BATCH]):
                yield entry.seq, shapes.standing(entry)

    def _batches(self, after: int, until: int) -> Iterator[list[Entry]]:
        return self._workspace.examples.batches(BATCH, after, until)


def open_desk(path: Path, plan: Plan) -> Desk:
    """A desk with a connection of its own, for a process of its own."""
    return Desk(Workspace.open(path), plan)
