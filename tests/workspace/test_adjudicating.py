"""An adjudication stands whatever reviewers say later, and is undone like anything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curator.errors import UndoRefusedError, WorkspaceError
from curator.query import parse
from curator.workspace import Change, Workspace
from curator.workspace.adjudicating import adjudication
from curator.workspace.bulk import Act
from tests.workspace.filling import fill


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "refunds.curator") as workspace:
        fill(workspace)
        yield workspace


def between(by: str, status: str, **more: Any) -> Change:
    return Change(1, "adjudicated", adjudication(by, status=status, labels=more.pop("labels", {}), **more))


def stands(ws: Workspace) -> tuple[str, str | None]:
    state = ws.examples.entry(1).state
    return state.status, state.reviewer


def test_it_stands_until_it_is_adjudicated_again(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    ws.log.record([Change(1, "status", "rejected")], actor="bob")
    ws.log.record([between("cyd", "accepted", labels={"tone": "warm"}, note="as ana says")], actor="cyd")
    ws.log.record([Change(1, "status", "fix")], actor="bob")
    ws.log.record([Change(1, "status", "rejected")], actor="cyd")  # even who adjudicated only judges here
    assert stands(ws) == ("accepted", "cyd (adjudicated)")
    assert ws.examples.entry(1).state.labels == {"tone": "warm"}
    ws.log.record([between("bob", "fix")], actor="bob")
    assert stands(ws) == ("fix", "bob (adjudicated)")
    assert [one.adjudicated for one in ws.judgements.of([1])[1]] == [False, False, False, True]
    assert ws.verify() == []


def test_undo_restores_what_stood_before(ws: Workspace) -> None:
    ws.log.record([between("ana", "rejected")], actor="ana")
    ws.log.record([Change(1, "status", "accepted")], actor="bob")
    ws.log.record([between("bob", "accepted")], actor="bob")
    ws.log.undo("bob")
    assert stands(ws) == ("rejected", "ana (adjudicated)")
    ws.log.redo("bob")
    with pytest.raises(UndoRefusedError):
        ws.log.undo("ana")
    ws.log.undo("bob")
    ws.log.undo("ana")
    assert stands(ws) == ("accepted", "bob")
    assert ws.verify() == []
    ws.log.redo("ana")
    assert stands(ws) == ("rejected", "ana (adjudicated)")
    assert ws.verify() == []


def test_a_decision_about_many_leaves_it_standing(ws: Workspace) -> None:
    ws.log.record([between("cyd", "rejected")], actor="cyd")
    for _ in ws.log.many.record(Act(status="accepted", overwrite=True), [1, 2, 3], "ana"):
        pass
    assert stands(ws) == ("rejected", "cyd (adjudicated)")
    assert ws.verify() == []


def test_what_is_said_of_it(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted"), Change(2, "status", "accepted")], actor="ana")
    ws.log.record([Change(1, "status", "fix"), Change(2, "status", "fix")], actor="bob")
    assert list(ws.judgements.different()) == [1, 2]
    ws.log.record([between("cyd", "fix")], actor="cyd")
    assert list(ws.judgements.different()) == [2]
    assert list(ws.judgements.different(adjudicated=True)) == [1]
    assert list(ws.examples.ids(parse("by~adjudicated"))) == [1]
    assert ws.log.next_undo("cyd") == "adjudicate #1"
    assert list(ws.examples.ids(parse("disagree:yes"))) == [1, 2]


def test_labels_that_are_only_written_otherwise_are_no_difference(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "fix"), Change(1, "labels", {"a": 1, "b": 2})], actor="ana")
    ws.log.record([Change(1, "status", "fix"), Change(1, "labels", {"b": 2, "a": 1})], actor="bob")
    assert list(ws.judgements.different()) == []


@pytest.mark.parametrize(
    "value",
    [None, "accepted", {"status": "accepted"}, adjudication("a", status="good", labels={}),
     adjudication("a", status="fix", labels={}, route="bin"), adjudication("a", status="fix", labels={"x": {1, 2}})],
)  # fmt: skip
def test_what_is_no_adjudication_is_refused(ws: Workspace, value: Any) -> None:
    with pytest.raises(WorkspaceError):
        ws.log.record([Change(1, "adjudicated", value)], actor="ana")


ACTS = ["accepted", "rejected", "fix", "pending", "adjudicate accepted", "adjudicate fix", "undo", "redo"]
steps = st.lists(st.tuples(st.sampled_from(["ana", "bob"]), st.sampled_from(ACTS)), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_is_done_the_log_says_the_same(tmp_path_factory: pytest.TempPathFactory, done: Any) -> None:
    with Workspace.create(tmp_path_factory.mktemp("any") / "refunds.curator") as ws:
        fill(ws)
        for actor, what in done:
            try:
                if what in ("undo", "redo"):
                    getattr(ws.log, what)(actor)
                elif what.startswith("adjudicate"):
                    ws.log.record([between(actor, what.split()[1])], actor=actor)
                else:
                    ws.log.record([Change(1, "status", what)], actor=actor)
            except UndoRefusedError:
                ws.log.pass_over(actor)
        said = ws.judgements.of([1]).get(1, [])
        if said:
            assert stands(ws)[0] == said[-1].status
            assert said[-1].adjudicated or not any(one.adjudicated for one in said)
        assert ws.verify() == []
