"""The course of a run: which passes there are, what is gathered in them, and what is made of it in the end."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from curator.checks.base import ALIKE, NEAR, Nearness
from curator.corpus import opening
from curator.engines import pairs, shapes
from curator.engines.answers import (
    ENGINE,
    Answer,
    Departed,
    Group,
    Learned,
    Matched,
    Problem,
    Read,
    unpacked,
)
from curator.engines.blocks import KeyTable, tasks
from curator.engines.crew import Crew
from curator.engines.desk import BATCH, Examples
from curator.engines.guard import GUARD
from curator.engines.journal import Journal
from curator.engines.learned import pack_learned, unpack_learned
from curator.engines.nearness import Texts
from curator.engines.plan import Bound, Learner, Plan
from curator.engines.problems import Problems
from curator.engines.ties import Ties
from curator.model import Finding, Progress
from curator.variable import SharedText, given_text, variable_parts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Findings and edges that are stored together: a commit of a few takes longer than they do.
STORED = 2_000
#: Members, or pairs, of one task that compares.
COMPARED = 2_000
#: Examples of a group that are looked at as points at once: a larger group is looked at in fair parts.
SPACE = 100_000
#: Groups that are known one by one to what learns; beyond, the largest. The others are held against the whole set.
PROFILES = 20_000


class Store(Protocol):
    """Where the findings of a run go."""

    def add(self, findings: Iterable[Finding]) -> int:
        """Take findings, and say how many."""

    def add_edges(self, edges: Iterable[tuple[int, int, str, str]]) -> None:
        """Take edges: left and right example, kind, code."""

    def keep(self, usual: Sequence[tuple[str, bytes, int, bytes]]) -> None:
        """Take what was learned to be usual: by whom, in which group, of how many, the packed summary."""


class Course:
    """One run under way, whoever does the work and wherever the findings go."""

    def __init__(
        self,
        plan: Plan,
        workers: Crew,
        journal: Journal,
        store: Store,
        examples: Examples,
        parts: Sequence[tuple[int, int]],
        total: int,
    ) -> None:
        self._plan, self._workers, self._journal = plan, workers, journal
        self._store_in, self._examples = store, examples
        self._parts, self._total = parts, total
        self._tables = [KeyTable() for _ in plan.keys]
        self._learned: Learned = {}
        self._overflow = False
        self._texts = Texts()
        self._ties: dict[str, Ties] = {}
        self._findings: list[Finding] = []
        self._edges: list[tuple[int, int, str, str]] = []
        self.problems = Problems()
        self.stored = 0

    def steps(self) -> Iterator[Progress]:
        """Everything, in its order."""
        yield from self._read()
        yield from self._learn()
        yield from self._depart()
        looking = _Looking(self._texts, [block for block in (NEAR, ALIKE) if self._plan.on(block)])
        yield from self._match()
        for block, couples in looking.found():
            if couples is None:
                yield Progress("Looking for what is alike", 0, None)
            else:
                yield from self._pair(block, couples)
        self._report()
        yield from self._judge_spaces()
        judged = shapes.judge_set(self._plan, self._learned)
        self._store(judged.findings)
        self.problems.extend(judged.problems)
        self._flush()

    def _answers(self, stage: str, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[Answer]:
        for body in self._journal.map(self._workers, stage, method, calls):
            answer = unpacked(method, body)
            if not isinstance(answer, Read) or method == "read":
                self._store(getattr(answer, "findings", ()))
            self.problems.extend(answer.problems)
            yield answer

    def _paced(self, answers: Iterator[Answer], said: str) -> Iterator[tuple[Answer, Progress]]:
        """Answers about one part each, with how far that is."""
        size = -(-self._total // max(len(self._parts), 1))
        for number, answer in enumerate(answers, 1):
            yield answer, Progress(said, min(number * size, self._total), self._total)

    def _read(self) -> Iterator[Progress]:
        """The first pass: example checks, keys, and what is usual, as long as it fits."""
        yield Progress("Reading", 0, self._total)
        calls = ((after, until, not self._overflow) for after, until in self._parts)
        for part, progress in self._paced(self._answers("read", "read", calls), "Reading"):
            assert isinstance(part, Read)
            for table, keys in zip(self._tables, part.keys, strict=True):
                table.add(keys)
            self._take(part)
            yield progress

    def _take(self, part: Read) -> None:
        shapes.merge(self._plan, self._learned, unpack_learned(self._plan, part.learned), self.problems)
        if any(len(groups) > PROFILES for _, groups in self._learned.values()):
            self._overflow = True
        if self._overflow:
            for _, groups in self._learned.values():
                groups.clear()

    def _learn(self) -> Iterator[Progress]:
        """Where groups were too many: what is usual in the largest. Then everybody is told."""
        wanted = self._wanted()
        if self._overflow:
            calls = ((after, until, wanted) for after, until in self._parts)
            for part, progress in self._paced(self._answers("learn", "learn", calls), "Learning"):
                assert isinstance(part, Read)
                for number, (_, groups) in unpack_learned(self._plan, part.learned).items():
                    nothing = self._plan.learners[number].learn()
                    shapes.merge(self._plan, self._learned, {number: (nothing, groups)}, self.problems)
                yield progress
        for number, (_, groups) in self._learned.items():
            for key in groups.keys() - wanted.get(number, frozenset()):
                del groups[key]
        learned = pack_learned(self._plan, self._learned, self.problems)
        self._workers.teach(learned)
        if any(len(groups) >= PROFILES for _, groups in self._learned.values()):
            said = f"more than {PROFILES:,} instructions: the smaller groups were held against the whole set"
            self.problems.extend([Problem(ENGINE, "", said)])
        # The whole set goes by what was learned alone: in another plan it may be learned without groups.
        kept: dict[tuple[str, bytes], tuple[int, bytes]] = {}
        for number, key, count, body in learned:
            learner = self._plan.learners[number]
            kept[(learner.name if key else Learner(learner.learn).name, key)] = (count, body)
        self._store_in.keep([(*named, *known) for named, known in kept.items()])

    def _depart(self) -> Iterator[Progress]:
        """The second pass: who departs from what is usual, and what the variable texts come to."""
        said = "Comparing with what is usual"
        if self._plan.of("profile") or self._plan.texts:
            for part, progress in self._paced(self._answers("depart", "depart", self._parts), said):
                assert isinstance(part, Departed)
                self._texts.add(part)
                yield progress
        self._texts.close()

    def _match(self) -> Iterator[Progress]:
        """The blocks: pairs and groups of examples that share a key."""
        blocks = {block for bound in self._plan.of("pair", "group") for block in bound.check.blocks}
        for number, key in enumerate(self._plan.keys):
            if key not in blocks:
                continue
            groups = self._tables[number].groups()
            if key not in [learner.by for learner in self._plan.learners]:
                self._tables[number] = KeyTable()  # nobody asks for it again
            done = 0
            calls = ((number, task, groups.apart) for task in tasks(groups, COMPARED))
            for matched in self._answers(f"match {number}", "match", calls):
                assert isinstance(matched, Matched)
                self._file(matched)
                done += matched.blocks
                yield Progress("Comparing", done, len(groups))

    def _pair(self, block: Nearness, found: "NDArray[np.int64]") -> Iterator[Progress]:
        """Pairs of inputs that lie near each other."""
        done = 0
        starts = range(0, len(found), COMPARED)
        calls = ((block, [*map(tuple, found[start : start + COMPARED].tolist())]) for start in starts)
        for matched in self._answers(f"pair {block}", "pair", calls):
            assert isinstance(matched, Matched)
            self._file(matched)
            done += matched.blocks
            yield Progress("Comparing what is alike", done, len(found))
        if self._texts.left_out and block == NEAR:
            said = f"{self._texts.left_out:,} inputs have nearly the letters of 50,000 others: not compared"
            self.problems.extend([Problem(self._plan.on(block)[0].check.code, "", said)])

    def _file(self, matched: Matched) -> None:
        self._edges += matched.edges
        for code, compared in matched.ties.items():
            self._ties.setdefault(code, Ties()).add(compared)

    def _report(self) -> None:
        """Findings of checks whose blocks overlap: only all ties together are a cluster."""
        for code in sorted(self._ties):
            check = next(bound.check for bound in self._plan.bounds if bound.check.code == code)
            for compared in self._ties.pop(code).clusters():
                tied = sorted({seq for tie in compared.ties for seq in (tie.left, tie.right)})
                ids = dict(zip(tied, self._examples.ids_of(tied), strict=True))
                reported = pairs.report(check, pairs.merged([compared]), ids)
                self._store(reported.findings)
                self._edges += [(left, right, kind, code) for left, right, kind in reported.edges]

    def _judge_spaces(self) -> Iterator[Progress]:
        """Groups as points, for the checks whose condition they meet."""
        for number, learner in enumerate(self._plan.learners):
            bounds = [bound for bound in self._plan.of("space") if self._plan.learner(bound.check) == number]
            if not bounds or learner.by is None:
                continue
            table = self._tables[self._plan.keys.index(learner.by)]
            for key, seqs in table.groups(self._plan.at_least(learner)).items():
                usual = self._learned.get(number, (None, {}))[1].get(key)
                yield Progress("Looking at groups", 0, None)
                asking = [] if usual is None else [bound for bound in bounds if self._asks(bound, usual)]
                for part in self._texts.fair_parts(seqs, SPACE) if asking else ():
                    space = self._texts.space(part, self._examples.ids_of(part), *self._inputs(part))
                    GUARD.now.factor = 1 + len(part) / 500
                    for bound in asking:
                        self._store(shapes.run_one(bound, self.problems, None, space))
                    GUARD.now.factor = 1.0

    def _asks(self, bound: Bound, usual: Group) -> bool:
        """Whether a check wants to see a group as points."""
        if usual.count < bound.check.at_least:
            return False
        return bound.check.when is None or bool(self.problems.ask(bound.check, None, bound.check.when, usual.summary))

    def _inputs(self, seqs: Sequence[int]) -> tuple[list[str], "array[int]", str]:
        """The variable part of the input of each of these examples, where its output is (-1 without one), and the
        lines that all of them open with."""
        shared = self._learned[self._plan.learning(SharedText)][0]
        texts: list[str] = []
        outputs = array("i")
        lines: set[str] | None = None
        for start in range(0, len(seqs), BATCH):
            examples = [shapes.standing(entry) for entry in self._examples.entries(seqs[start : start + BATCH])]
            texts += variable_parts([given_text(example) for example in examples], shared)
            for example in examples:
                outputs.append(-1 if example.output_index is None else example.output_index)
                held = opening(example).split("\n")
                lines = set(held) if lines is None else lines.intersection(held) if lines else lines
        return texts, outputs, "\n".join(sorted(lines or ()))

    def _wanted(self) -> dict[int, frozenset[bytes]]:
        """The groups that are large enough to have something usual, by number of learner."""
        wanted = {}
        for number, learner in enumerate(self._plan.learners):
            if learner.by is not None:
                table = self._tables[self._plan.keys.index(learner.by)]
                wanted[number] = table.groups(self._plan.at_least(learner)).largest(PROFILES)
        return wanted

    def _store(self, findings: Sequence[Finding]) -> None:
        self._findings += findings
        if len(self._findings) + len(self._edges) >= STORED:
            self._flush()

    def _flush(self) -> None:
        self.stored += self._store_in.add(self._findings)
        self._store_in.add_edges(self._edges)
        self._findings, self._edges = [], []


class _Looking:
    """Looks for what lies near each other in a thread of its own, while others compare blocks."""

    def __init__(self, texts: Texts, blocks: Sequence[Nearness]) -> None:
        self._texts, self._blocks = texts, blocks
        self._found: SimpleQueue[NDArray[np.int64] | BaseException] = SimpleQueue()
        if blocks:
            Thread(target=self._look, daemon=True).start()

    def found(self) -> Iterator[tuple[Nearness, "NDArray[np.int64] | None"]]:
        """The couples of each block; None in between, as long as there is nothing yet."""
        for block in self._blocks:
            while True:
                try:
                    found = self._found.get(timeout=0.5)
                except Empty:
                    yield block, None
                    continue
                if isinstance(found, BaseException):
                    raise found
                yield block, found
                break

    def _look(self) -> None:
        try:
            for block in self._blocks:
                self._found.put(self._texts.couples(block))
        except BaseException as error:  # it is raised where it is waited for
            self._found.put(error)
