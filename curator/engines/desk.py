"""Where the shapes meet the examples: the work of one process on a part of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from curator.checks.base import Nearness
from curator.engines import pairs, shapes
from curator.engines.answers import (
    Compared,
    Departed,
    Learned,
    Matched,
    Packed,
    Problem,
    Read,
)
from curator.engines.blocks import packed
from curator.engines.learned import pack_learned, unpack_learned
from curator.engines.pairs import Comparing, Member
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems
from curator.engines.texts import Sketcher
from curator.model import Entry
from curator.workspace import Workspace

#: Members of one block that are compared; the rest of a larger one is said to be left out.
BLOCK = 10_000
#: Members of one block that a group check is given at once.
HELD = 2_000
#: Examples in memory at a time.
BATCH = 1_000
#: Examples that checks see and learn from in turn: few, so that what was worked out about a text is still known.
NEXT = 32


class Examples(Protocol):
    """Where a desk reads: the examples of a workspace, or a part of them that was sent here."""

    def batches(self, size: int, after: int, until: int) -> Iterator[list[Entry]]:
        """The examples with numbers beyond `after`, up to `until`, so many at a time."""

    def entries(self, seqs: Sequence[int]) -> list[Entry]:
        """The examples of these numbers, in this order."""

    def ids_of(self, seqs: Sequence[int]) -> list[str]:
        """The ids of these numbers, in this order."""


class Desk:
    """Runs a plan on parts of the examples, which it only reads. Every method answers with values that can be sent."""

    def __init__(self, examples: Examples, plan: Plan) -> None:
        self._examples = examples
        self._plan = plan
        self._learned: Learned = {}

    def teach(self, learned: Packed) -> None:
        """Tell what is usual, before the methods that ask for it."""
        self._learned = unpack_learned(self._plan, learned)

    def read(self, after: int, until: int, groups: bool) -> Read:
        """Example checks, keys, and what is usual (with `groups`, in each group too), of the examples in between."""
        whole = Read()
        keys: list[tuple[list[int], list[bytes]]] = [([], []) for _ in self._plan.keys]
        learning = shapes.Learning(self._plan, groups)
        for entries in self._batches(after, until):
            for start in range(0, len(entries), NEXT):
                part = entries[start : start + NEXT]
                mapped = shapes.map_examples(self._plan, part)
                whole.findings += mapped.findings
                whole.problems += mapped.problems
                for known, (seqs, given) in zip(keys, mapped.keys, strict=True):
                    known[0].extend(seqs)
                    known[1].extend(given)
                learning.add(part)
        whole.keys = [packed(*part) for part in keys]
        whole.learned = pack_learned(self._plan, learning.finish(), learning.problems)
        whole.problems += learning.problems
        return whole

    def learn(self, after: int, until: int, wanted: dict[int, frozenset[bytes]]) -> Read:
        """What is usual in the wanted groups alone, by number of learner."""
        learning = shapes.Learning(self._plan)
        for entries in self._batches(after, until):
            learning.add(entries)
        learned = learning.finish()
        for number, (_, groups) in learned.items():
            for key in groups.keys() - wanted.get(number, frozenset()):
                del groups[key]
        packed_up = pack_learned(self._plan, learned, learning.problems)
        return Read(learned=packed_up, problems=list(learning.problems))

    def depart(self, after: int, until: int) -> Departed:
        """Profile checks on the examples in between, and what their variable texts come to."""
        sketcher = Sketcher(self._plan, self._learned)
        departed = Departed()
        for entries in self._batches(after, until):
            mapped = shapes.depart(self._plan, self._learned, entries)
            departed.findings += mapped.findings
            departed.problems += mapped.problems
            sketcher.add(entries)
        sketcher.into(departed)
        return departed

    def match(self, key: int, groups: Sequence[list[int]], apart: bool) -> Matched:
        """Pair and group checks whose block is the plan's key of this number, on blocks of example numbers."""
        block = self._plan.keys[key]
        checks = [bound for bound in self._plan.of("pair", "group") if block in bound.check.blocks]
        several = pairs.kindred(bound for bound in checks if bound.check.shape == "pair")
        problems = Problems()
        comparing = Comparing(self._plan, self._learned, problems)
        matched = Matched(blocks=len(groups))
        most = BLOCK if several else HELD
        grouping = [bound for bound in checks if bound.check.shape == "group"]
        if not grouping and all(bounds[0].check.most for bounds in several):
            largest = max(bounds[0].check.most for bounds in several)
            groups = [group for group in groups if len(group) <= largest]  # the others are passed over by all
        held = dict(self._members([seq for group in groups if len(group) <= pairs.ALL_PAIRS for seq in group]))
        for group in groups:
            small = len(group) <= pairs.ALL_PAIRS
            members = [(seq, held[seq]) for seq in group] if small else list(self._members(group[:most]))
            for bounds in several:
                if 0 < bounds[0].check.most < len(group):
                    continue
                for bound in bounds:
                    self._say_capped(bound, group, BLOCK, problems)
                for bound, compared in zip(bounds, comparing.together(bounds, members), strict=True):
                    self._file(bound, compared, apart and len(bound.check.blocks) == 1, matched)
            for bound in grouping:
                self._say_capped(bound, group, HELD, problems)
                examples = [example for _, example in members[:HELD]]
                matched.findings += shapes.run_one(bound, problems, examples[0], examples)
        matched.problems = list(problems)
        return matched

    def pair(self, block: Nearness, couples: Sequence[tuple[int, int]]) -> Matched:
        """Pair checks on examples that lie near each other, given as couples of numbers."""
        problems = Problems()
        comparing = Comparing(self._plan, self._learned, problems)
        matched = Matched(blocks=len(couples))
        held = dict(self._members(sorted({seq for couple in couples for seq in couple})))
        for bounds in pairs.kindred(self._plan.on(block)):
            for bound, compared in zip(bounds, comparing.couples(bounds, held, couples), strict=True):
                self._file(bound, compared, False, matched)
        matched.problems = list(problems)
        return matched

    def _file(self, bound: Bound, compared: Compared, apart: bool, matched: Matched) -> None:
        if not compared.ties:
            return
        code = bound.check.code
        if apart:
            tied = sorted({seq for tie in compared.ties for seq in (tie.left, tie.right)})
            ids = dict(zip(tied, self._examples.ids_of(tied), strict=True))
            reported = pairs.report(bound.check, compared, ids)
            matched.findings += reported.findings
            matched.edges += [(left, right, kind, code) for left, right, kind in reported.edges]
            return
        known = matched.ties.setdefault(code, Compared())
        known.ties += compared.ties
        for seq, share in compared.shares.items():
            known.shares[seq] = max(share, known.shares.get(seq, 0.0))

    def _say_capped(self, bound: Bound, group: list[int], most: int, problems: Problems) -> None:
        if len(group) > most:
            said = f"{len(group):,} examples share one key, and only the first {most:,} of them were compared"
            problems.extend([Problem(bound.check.code, f"#{group[0]}", said)])

    def _members(self, seqs: Sequence[int]) -> Iterator[Member]:
        for start in range(0, len(seqs), BATCH):
            for entry in self._examples.entries(seqs[start : start + BATCH]):
                yield entry.seq, shapes.standing(entry)

    def _batches(self, after: int, until: int) -> Iterator[list[Entry]]:
        return self._examples.batches(BATCH, after, until)


def open_desk(path: Path, plan: Plan) -> Desk:
    """A desk with a connection of its own, for a process of its own."""
    return Desk(Workspace.open(path).examples, plan)
