"""Two reviewers decide, edit, undo and redo in any order; the workspace is compared with plain dictionaries.

`CURATOR_MACHINE_RUNS` and `CURATOR_MACHINE_STEPS` make the search longer than in CI.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from curator.errors import ConflictError
from curator.model import STATUSES
from curator.workspace import Change, Workspace
from tests.workspace.filling import fill

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # this test is not about the disk
JUDGEMENTS: dict[str, Any] = {"status": "pending", "labels": {}, "note": "", "route": "train"}
reviewers = st.sampled_from(["ana", "ben"])
places = st.sampled_from([0, 0, 0, 1, 2, 5, 9])  # mostly the same example, so that reviewers meet
words = st.sampled_from(["", "yes", "no", "Yes.", "a\0b", "é\u2028x", "'; --"])
judgements = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(STATUSES)),
    st.tuples(st.just("route"), st.sampled_from(["train", "rag"])),
    st.tuples(st.just("note"), words),
    st.tuples(st.just("labels"), st.dictionaries(st.sampled_from("ab"), st.sampled_from([1, True, "x"]), max_size=2)),
)


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: 1 is not true, and the order of labels says nothing."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@dataclass
class Step:
    """What one change of an operation did."""

    example: int
    field: str
    before: Any
    after: Any
    time: int


@dataclass
class Operation:
    steps: list[Step] = field(default_factory=list)


class Model:
    """The workspace as dictionaries. What stands is what the operations that are not undone add up to."""

    def __init__(self) -> None:
        self.shared: dict[tuple[int, str], Any] = {}
        self.done: dict[str, list[Operation]] = {"ana": [], "ben": []}
        self.undone: dict[str, list[Operation]] = {"ana": [], "ben": []}
        self.time = 0

    def judgement(self, example: int, reviewer: str) -> tuple[dict[str, Any], dict[str, int]]:
        value, times = dict(JUDGEMENTS), dict.fromkeys(JUDGEMENTS, 0)
        for operation in self.done[reviewer]:
            for step in operation.steps:
                if step.example == example and step.field in JUDGEMENTS:
                    value[step.field], times[step.field] = step.after, step.time
        return value, times

    def standing(self, example: int) -> tuple[dict[str, Any], str | None]:
        """Each field as it was said last; who gave the status, or while it waits who said the rest."""
        said = [(*self.judgement(example, reviewer), reviewer) for reviewer in self.done]
        last = {name: max(said, key=lambda one, name=name: one[1][name]) for name in JUDGEMENTS}
        value = {name: last[name][0][name] for name in JUDGEMENTS}
        if value["status"] != "pending":
            return value, last["status"][2]
        rest = [one for one in said if not same({**one[0], "status": "pending"}, JUDGEMENTS)]
        return value, max(rest, key=lambda one: max(one[1].values()))[2] if rest else None

    def value(self, example: int, name: str, reviewer: str) -> Any:
        return self.judgement(example, reviewer)[0][name] if name in JUDGEMENTS else self.shared.get((example, name))

    def record(self, reviewer: str, changes: list[tuple[int, str, Any]]) -> int:
        operation = Operation()
        self.done[reviewer].append(operation)
        for example, name, after in changes:
            before = self.value(example, name, reviewer)
            stands = name not in JUDGEMENTS or same(self.standing(example)[0][name], after)
            if not same(before, after) or not stands:
                self.time += 1
                operation.steps.append(Step(example, name, before, after, self.time))
                if name not in JUDGEMENTS:
                    self.shared[example, name] = after
        if operation.steps:
            self.undone[reviewer].clear()
        else:
            self.done[reviewer].pop()
        return len(operation.steps)

    def move(self, source: list[Operation], target: list[Operation], old: str, new: str) -> Operation | None:
        """Moves the top operation over; None when it is refused. Raises `IndexError` when there is none."""
        operation = source[-1]
        moved = dict(self.shared)
        steps = reversed(operation.steps) if old == "after" else operation.steps
        for step in steps:
            if step.field not in JUDGEMENTS:
                if moved.get((step.example, step.field)) != getattr(step, old):
                    return None
                moved[step.example, step.field] = getattr(step, new)
        self.shared = moved
        target.append(source.pop())
        return operation


class TwoReviewers(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.path = Path(self.folder.name) / "machine.curator"
        self.ws = Workspace.create(self.path)
        self.model = Model()
        self.sources = 0
        self.another_source(3)

    @rule(rows=st.integers(1, 3))
    @precondition(lambda self: self.sources < 4)
    def another_source(self, rows: int) -> None:
        first = self.ws.examples.count() + 1
        fill(self.ws, [(f"q{self.sources}", "Yes.")] * rows, name=f"{self.sources}.jsonl")
        self.sources += 1
        for seq in range(first, first + rows):
            self.model.shared[seq, "messages[0].content"] = f"q{self.sources - 1}"
            self.model.shared[seq, "messages[1].content"] = "Yes."

    @rule()
    def the_first_source_again(self) -> None:
        assert fill(self.ws, [("q0", "Yes.")] * 3, name="0.jsonl").stored == 0

    def seq(self, place: int) -> int:
        return place % self.ws.examples.count() + 1

    def record(self, reviewer: str, changes: list[Change]) -> None:
        saved = self.ws.log.record(changes, actor=reviewer)
        assert saved.changes == self.model.record(reviewer, [(one.seq, one.field, one.after) for one in changes])

    @rule(reviewer=reviewers, place=places, judgement=judgements)
    def judge(self, reviewer: str, place: int, judgement: tuple[str, Any]) -> None:
        self.record(reviewer, [Change(self.seq(place), *judgement)])

    @rule(reviewer=reviewers, chosen=st.lists(st.tuples(places, judgements), min_size=2, max_size=5))
    def judge_in_bulk(self, reviewer: str, chosen: list[tuple[int, tuple[str, Any]]]) -> None:
        self.record(reviewer, [Change(self.seq(place), *judgement) for place, judgement in chosen])

    @rule(reviewer=reviewers, place=places, split=st.sampled_from(["train", "test", None]))
    def assign_split(self, reviewer: str, place: int, split: str | None) -> None:
        self.record(reviewer, [Change(self.seq(place), "split", split)])

    @rule(reviewer=reviewers, place=places, texts=st.dictionaries(st.sampled_from([0, 1]), words, min_size=1))
    def edit(self, reviewer: str, place: int, texts: dict[int, str]) -> None:
        seq = self.seq(place)
        revision = self.ws.examples.entry(seq).state.revision
        self.record(reviewer, [Change(seq, f"messages[{at}].content", text, revision) for at, text in texts.items()])

    @rule(reviewer=reviewers, place=places)
    def edit_what_has_moved_on(self, reviewer: str, place: int) -> None:
        seq = self.seq(place)
        seen = self.ws.examples.entry(seq).state.revision - 1
        with pytest.raises(ConflictError):
            self.ws.log.record([Change(seq, "messages[1].content", "late", seen)], actor=reviewer)

    @rule(reviewer=reviewers)
    def undo(self, reviewer: str) -> None:
        self.turn(reviewer, self.ws.log.undo, self.model.done[reviewer], self.model.undone[reviewer], "after", "before")

    @rule(reviewer=reviewers)
    def redo(self, reviewer: str) -> None:
        self.turn(reviewer, self.ws.log.redo, self.model.undone[reviewer], self.model.done[reviewer], "before", "after")

    def turn(
        self, reviewer: str, act: Any, source: list[Operation], target: list[Operation], old: str, new: str
    ) -> None:
        if not source:
            assert act(reviewer) is None
            return
        moved = self.model.move(source, target, old, new)
        if moved is None:
            with pytest.raises(ConflictError):
                act(reviewer)
        else:
            assert set(act(reviewer).seqs) == {step.example for step in moved.steps}

    @rule()
    def reopen(self) -> None:
        self.ws.close()
        self.ws = Workspace.open(self.path)

    @invariant()
    def the_workspace_says_what_the_model_says(self) -> None:
        for entry in self.ws.examples.stream():
            judgement, reviewer = self.model.standing(entry.seq)
            state = entry.state
            stored = {"status": state.status, "labels": state.labels, "note": state.note, "route": state.route}
            assert same(stored, judgement), entry.seq
            assert state.reviewer == reviewer
            assert state.split == self.model.shared.get((entry.seq, "split"))
            for index, message in enumerate(entry.example.messages):
                assert message.content == self.model.shared[entry.seq, f"messages[{index}].content"]

    @invariant()
    def the_log_agrees(self) -> None:
        assert self.ws.verify() == []

    def teardown(self) -> None:
        if hasattr(self, "ws"):
            self.ws.close()
            self.folder.cleanup()


TwoReviewers.TestCase.settings = settings(
    max_examples=int(os.environ.get("CURATOR_MACHINE_RUNS", "60")),
    stateful_step_count=int(os.environ.get("CURATOR_MACHINE_STEPS", "30")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_two_reviewers = TwoReviewers.TestCase
