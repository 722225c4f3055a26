"""The engine of one machine: passes over the examples, in its processes when there are many.

Memory holds keys (24 bytes an example and key), what was learned, and the blocks at hand, never the examples.
"""

import pickle
from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct

from curator.engines import pairs, shapes
from curator.engines.blocks import Groups, KeyTable, tasks
from curator.engines.crew import Crew, processors
from curator.engines.desk import Desk, Read
from curator.engines.pairs import Compared
from curator.engines.plan import Plan
from curator.engines.shapes import ENGINE, Learned, Problem, Problems
from curator.model import Finding, Progress
from curator.workspace import Workspace
from curator.workspace.findings import Run

#: With more examples than this, the start of more processes (half a second each) is worth it.
ALONE = 5_000
#: Examples of one task.
SLICE = 2_000
#: Groups that a profile check knows one by one; beyond, the largest. The others are held against the whole set.
PROFILES = 20_000


class Outcome(Struct, frozen=True):
    """What a run came to: the examples it saw, the findings it stored, and what stood in the way of checks."""

    examples: int
    findings: int
    problems: tuple[Problem, ...] = ()


def run(
    workspace: Workspace, plan: Plan, *, whole: bool = False, processes: int | None = None, slice_size: int = SLICE
) -> Generator[Progress, None, Outcome]:
    """Run a plan over all examples and make its findings stand. To cancel is to stop iterating: then nothing changes.

    With `whole` the plan is all that there is to check: what checks outside of it had found stands no more.
    `processes` is for tests; by default it follows the number of examples and processors.
    """
    ids = workspace.examples.ids()
    if processes is None:
        processes = processors() if len(ids) > ALONE and plan.portable else 1
    parts = [(ids[at] - 1, ids[min(at + slice_size, len(ids)) - 1]) for at in range(0, len(ids), slice_size)]
    storing = workspace.findings.begin_run(plan.codes, plan.options, whole=whole)
    finished = False
    try:
        with Crew(Desk(workspace, plan), workspace.path, plan, processes) as crew:
            course = _Course(plan, crew, storing, parts, len(ids), slice_size)
            yield from course.read()
            yield from course.depart()
            yield from course.match()
            course.judge_set()
            if crew.broken:
                course.problems.extend([Problem(ENGINE, "", "a process died; the rest was done in one process")])
        storing.finish()
        finished = True
    finally:
        if not finished:
            storing.abandon()
    return Outcome(len(ids), course.stored, tuple(course.problems))


class _Course:
    """One run under way."""

    def __init__(
        self, plan: Plan, crew: Crew, run: Run, parts: Sequence[tuple[int, int]], total: int, slice_size: int
    ) -> None:
        self._plan, self._crew, self._run = plan, crew, run
        self._parts, self._total, self._slice = parts, total, slice_size
        self._tables = [KeyTable() for _ in plan.keys]
        self._learned: Learned = {}
        self._overflow = False
        self.problems = Problems()
        self.stored = 0

    def read(self) -> Iterator[Progress]:
        """The first pass: example checks, keys, and what is usual, as long as it fits."""
        yield Progress("Reading", 0, self._total)
        calls = ((after, until, not self._overflow) for after, until in self._parts)
        done = 0
        for part in self._crew.map("read", calls):
            self._take(part)
            done = min(done + self._slice, self._total)
            yield Progress("Reading", done, self._total)

    def _take(self, part: Read) -> None:
        self._store(part.findings)
        self.problems.extend(part.problems)
        for table, keys in zip(self._tables, part.keys, strict=True):
            table.add(keys)
        shapes.merge(self._learned, part.learned)
        if any(len(groups) > PROFILES for _, groups in self._learned.values()):
            self._overflow = True
        if self._overflow:
            for _, groups in self._learned.values():
                groups.clear()

    def depart(self) -> Iterator[Progress]:
        """The second pass: who departs from what is usual. Where groups were too many, first what is in the largest."""
        if not self._plan.of("profile"):
            return
        wanted = self._wanted()
        if self._overflow:
            done = 0
            for learned in self._crew.map("learn", ((after, until, wanted) for after, until in self._parts)):
                for code, (_, groups) in learned.items():
                    shapes.merge(self._learned, {code: (self._plan_summary(code), groups)})
                done = min(done + self._slice, self._total)
                yield Progress("Learning", done, self._total)
        for code, (_, groups) in self._learned.items():
            for key in groups.keys() - wanted.get(code, frozenset()):
                del groups[key]
        learned_bytes = pickle.dumps(self._learned)
        done = 0
        for findings, problems in self._crew.map("depart", ((a, u, learned_bytes) for a, u in self._parts)):
            self._store(findings)
            self.problems.extend(problems)
            done = min(done + self._slice, self._total)
            yield Progress("Comparing with what is usual", done, self._total)

    def match(self) -> Iterator[Progress]:
        """The blocks: pairs and groups of examples that share a key."""
        blocks = {bound.check.block for bound in self._plan.of("pair", "group")}
        for number, key in enumerate(self._plan.keys):
            if key not in blocks:
                continue
            groups = self._tables[number].groups()
            apart = groups.apart
            ties: dict[str, list[tuple[Compared, dict[int, str]]]] = {}
            done = 0
            calls = ((number, task, apart) for task in tasks(groups, self._slice))
            for matched in self._crew.map("match", calls):
                self._store(matched.findings)
                self._run.add_edges(matched.edges)
                self.problems.extend(matched.problems)
                for code, tied in matched.ties.items():
                    ties.setdefault(code, []).append(tied)
                done += matched.blocks
                yield Progress("Comparing", done, len(groups))
            self._report(ties)

    def _report(self, ties: dict[str, list[tuple[Compared, dict[int, str]]]]) -> None:
        """Findings of checks whose blocks overlap: only all ties together are a cluster."""
        for code, parts in sorted(ties.items()):
            check = next(bound.check for bound in self._plan.bounds if bound.check.code == code)
            ids = {seq: name for _, names in parts for seq, name in names.items()}
            reported = pairs.report(check, pairs.merged(compared for compared, _ in parts), ids)
            self._store(reported.findings)
            self._run.add_edges([(left, right, kind, code) for left, right, kind in reported.edges])

    def judge_set(self) -> None:
        """What is to be said about the set as a whole."""
        judged = shapes.judge_set(self._plan, self._learned)
        self._store(judged.findings)
        self.problems.extend(judged.problems)

    def _wanted(self) -> dict[str, frozenset[bytes]]:
        """The groups that are large enough to have something usual, by check code."""
        sized: dict[tuple[int, int], frozenset[bytes]] = {}
        wanted = {}
        for bound in self._plan.of("profile"):
            check = bound.check
            number = next(index for index, key in enumerate(self._plan.keys) if key is check.by)
            size = (number, check.at_least)
            if size not in sized:
                groups: Groups = self._tables[number].groups(check.at_least)
                sized[size] = groups.largest(PROFILES)
            wanted[check.code] = sized[size]
        return wanted

    def _plan_summary(self, code: str) -> object:
        bound = next(bound for bound in self._plan.bounds if bound.check.code == code)
        assert bound.check.learn is not None
        return bound.check.learn()

    def _store(self, findings: Sequence[Finding]) -> None:
        self.stored += self._run.add(findings)


def recheck(workspace: Workspace, seq: int, plan: Plan) -> list[Finding]:
    """Run the example checks of a plan on one example, after its text was changed, and replace what they had found.

    Findings of other shapes stay, marked as older than the text, until the next run.
    """
    bounds = plan.of("example")
    mapped = shapes.map_examples(Plan(bounds), [workspace.examples.entry(seq)])
    workspace.findings.replace_for(seq, [bound.check.code for bound in bounds], mapped.findings)
    return mapped.findings
