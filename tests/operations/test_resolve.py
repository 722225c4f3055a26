"""Conflicts: which are open, what each way to resolve one does, and that it is one step to undo."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Example, Message, ToolCall
from curator.operations.conflicts import Conflict, Conflicts, conflicts, contradicting, look
from curator.operations.overview import figures
from curator.operations.resolve import Resolution, effect, resolve
from curator.query import parse
from curator.workspace import Change, Workspace
from curator.workspace.adjudicating import adjudication
from tests.operations.conflicting import tie
from tests.workspace.filling import fill

Filling = Callable[..., Workspace]
RIGHT_A, RIGHT_B = Resolution("right", 0), Resolution("right", 1)


def ended(steps: Any) -> Any:
    """The answer of a long operation."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def surveyed(ws: Workspace) -> Conflicts:
    found: Conflicts = ended(conflicts(ws))
    return found


def seen(ws: Workspace, number: int = 0) -> Conflict:
    found = surveyed(ws)
    return look(ws, found.rows(number), found.compared)


def done(ws: Workspace, resolution: Resolution, *, actor: str = "ana") -> Any:
    return ended(resolve(ws, seen(ws), resolution, actor=actor))


def test_home_status_and_readiness_count_the_conflicts_that_the_screen_shows(shop: Workspace) -> None:
    assert (figures(shop).open.conflicts, surveyed(shop).left, contradicting(shop, surveyed(shop))) == (2, 2, 7)
    done(shop, RIGHT_A)
    assert (figures(shop).open.conflicts, surveyed(shop).left, contradicting(shop, surveyed(shop))) == (1, 1, 2)


def statuses(ws: Workspace) -> str:
    """One letter a row."""
    return "".join(entry.state.status[0] for entry in ws.examples.stream())


@pytest.fixture
def shop(workspace: Filling) -> Workspace:
    """Two conflicts: rows 1 to 5 say yes, no and yes again; rows 6 and 7 differ; row 8 has nothing to do with it."""
    ws = workspace(
        ("Refund?", "Yes."), ("Refund?", "No."), ("Refund?", "yes"), ("Refund?", "Yes."), ("Refund?", "No."),
        ("Return?", "In 10 days."), ("Return?", "In 30 days."), ("Hi", "Hello."),
    )  # fmt: skip
    tie(ws, (1, 2, 3, 4, 5), (6, 7))
    return ws


def test_variants_are_told_apart_as_the_check_does_and_stand_by_their_first_row(shop: Workspace) -> None:
    shop.log.record([Change(2, "status", "accepted")], actor="bob")
    found = seen(shop)
    assert [list(one.seqs) for one in found.variants] == [[1, 3, 4], [2, 5]]
    assert [one.text for one in found.variants] == ["Yes.", "No."]
    assert found.variants[1].decided == {("accepted", "bob"): 1, ("pending", None): 1}
    assert sum(found.variants[0].sources.values()) == 3
    assert found.same_input


def test_one_is_right_rejects_the_others_and_accepts_nothing(shop: Workspace) -> None:
    done(shop, RIGHT_A)
    assert statuses(shop) == "prpprppp"
    shop.log.undo("ana")
    assert statuses(shop) == "pppppppp"
    done(shop, RIGHT_B)
    assert statuses(shop) == "rprrpppp"


def test_what_is_right_is_accepted_where_that_is_asked_for(shop: Workspace) -> None:
    shop.log.record([Change(4, "status", "fix")], actor="bob")
    done(shop, Resolution("right", 0, accept=True))
    assert statuses(shop) == "arafrppp"


def test_the_right_answer_is_written_once_into_all_rows_that_remain(shop: Workspace) -> None:
    shop.log.record([Change(5, "status", "rejected"), Change(4, "status", "fix")], actor="bob")
    before = [entry.example.output_text for entry in shop.examples.stream()]
    result = done(shop, Resolution("write", text="Within 14 days."))
    texts = [entry.example.output_text for entry in shop.examples.stream()]
    assert texts[:5] == ["Within 14 days."] * 4 + ["No."]
    assert statuses(shop) == "pppfrppp"
    assert result.edited == (1, 2, 3, 4)
    assert not seen(shop).open
    shop.log.undo("ana")
    assert [entry.example.output_text for entry in shop.examples.stream()] == before
    assert statuses(shop) == "pppfrppp"
    done(shop, Resolution("write", text="Within 14 days.", accept=True))
    assert statuses(shop) == "aaaarppp"


def test_both_right_says_what_the_input_lacks(shop: Workspace) -> None:
    shop.log.record([Change(1, "note", "look at the order")], actor="ana")
    done(shop, Resolution("both"))
    assert statuses(shop) == "fffffppp"
    notes = [entry.state.note for entry in shop.examples.entries([1, 2])]
    assert notes == [
        "look at the order; the input lacks context: other answers to it are right too (#2)",
        "the input lacks context: other answers to it are right too (#1)",
    ]


def test_reject_all_and_to_rag(shop: Workspace) -> None:
    shop.log.record([Change(2, "status", "rejected"), Change(3, "status", "accepted")], actor="bob")
    done(shop, Resolution("rag"))
    assert list(shop.examples.ids(parse("route:rag"))) == [1, 3, 4, 5]
    assert statuses(shop) == "prapppp" + "p"  # what somebody has decided stays
    shop.log.undo("ana")
    done(shop, Resolution("reject"))
    assert statuses(shop) == "rrrrrppp"


@pytest.mark.parametrize(
    "resolution",
    [RIGHT_A, RIGHT_B, Resolution("write", text="It depends."), Resolution("both"), Resolution("reject"),
     Resolution("rag"), Resolution("right", 1, accept=True)],
    ids=lambda one: one.kind,
)  # fmt: skip
def test_each_is_one_step_and_ends_the_conflict(shop: Workspace, resolution: Resolution) -> None:
    shop.log.record([Change(2, "status", "accepted"), Change(2, "labels", {"tone": "warm"})], actor="bob")
    shop.log.record([Change(2, "status", "rejected"), Change(2, "status", "pending")], actor="ana")
    before = [(entry.state, entry.example) for entry in shop.examples.stream()]
    assert bytes(surveyed(shop).open) == b"\1\1"
    counted = effect(seen(shop), resolution)
    result = done(shop, resolution)
    assert result.rows == counted.rows
    assert bytes(surveyed(shop).open) == b"\0\1"
    assert shop.verify() == []
    assert len({event.batch for event in shop.log.tail(result.saved.changes)}) == 1
    shop.log.undo("ana")
    assert shop.verify() == []
    stripped = [(entry.state, entry.example) for entry in shop.examples.stream()]
    assert [state.status for state, _ in stripped] == [state.status for state, _ in before]
    assert [(s.labels, s.note, s.route, e.output_text) for s, e in stripped] == [
        (s.labels, s.note, s.route, e.output_text) for s, e in before
    ]
    shop.log.redo("ana")
    assert bytes(surveyed(shop).open) == b"\0\1"


def test_a_decision_of_another_reviewer_is_gone_over_and_said(shop: Workspace) -> None:
    shop.log.record([Change(2, "status", "rejected")], actor="ana")
    shop.log.record([Change(2, "status", "accepted"), Change(2, "labels", {"tone": "warm"})], actor="bob")
    assert effect(seen(shop), RIGHT_A).over == {("accepted", "bob"): 1}
    done(shop, RIGHT_A)
    state = shop.examples.entry(2).state
    assert (state.status, state.labels, state.reviewer) == ("rejected", {"tone": "warm"}, "ana")


def test_said_before_and_judged_otherwise_since_it_stands_again(shop: Workspace) -> None:
    shop.log.record([Change(2, "status", "rejected")], actor="ana")
    shop.log.record([Change(2, "status", "accepted")], actor="bob")
    done(shop, RIGHT_A)
    assert statuses(shop) == "prpprppp"
    shop.log.undo("ana")
    assert statuses(shop) == "papppppp"
    assert shop.verify() == []


def test_what_was_adjudicated_is_adjudicated_again(shop: Workspace) -> None:
    value = adjudication("cyd", status="accepted", labels={"tone": "warm"})
    shop.log.record([Change(2, "adjudicated", value)], actor="cyd")
    done(shop, RIGHT_A)
    state = shop.examples.entry(2).state
    assert (state.status, state.labels, state.reviewer) == ("rejected", {"tone": "warm"}, "ana (adjudicated)")
    shop.log.undo("ana")
    assert shop.examples.entry(2).state.reviewer == "cyd (adjudicated)"
    assert shop.verify() == []


def test_rows_in_rag_and_rows_asked_something_else_since_are_left_alone(shop: Workspace) -> None:
    shop.log.record([Change(5, "route", "rag"), Change(2, "messages[0].content", "Refund of a gift?", 0)], actor="bob")
    assert [row.live for row in seen(shop).rows] == [True, False, True, True, False]
    assert not seen(shop).open
    with pytest.raises(WorkspaceError, match="so already"):
        done(shop, RIGHT_A)
    tie(shop, (1, 2, 3, 4, 5), (6, 7))  # the checks have seen the other input, and still hold that it is one conflict
    assert seen(shop).open


def test_what_was_changed_since_it_was_seen_is_looked_at_again(shop: Workspace) -> None:
    shown = seen(shop)
    shop.log.record([Change(4, "status", "accepted")], actor="bob")
    with pytest.raises(WorkspaceError, match="meanwhile"):
        ended(resolve(shop, shown, RIGHT_B, actor="ana"))
    assert statuses(shop) == "pppapppp"


def test_an_answer_is_not_written_over_a_call_nor_left_empty(shop: Workspace, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="empty"):
        done(shop, Resolution("write", text=" \n"))
    calls = [
        Example(messages=(Message("user", "Weather?"), Message("assistant", tool_calls=(ToolCall("get", city),))))
        for city in ('{"city": "Oslo"}', '{"city": "Rome"}')
    ]
    ws = Workspace.create(tmp_path / "calls.curator")
    fill(ws, calls)
    tie(ws, (1, 2))
    assert [one.text for one in seen(ws).variants] == ['get {"city": "Oslo"}', 'get {"city": "Rome"}']
    with pytest.raises(WorkspaceError, match="no plain text"):
        done(ws, Resolution("write", text="Sunny."))
    done(ws, RIGHT_A)
    assert statuses(ws) == "pr"


def test_the_largest_stand_first_and_a_row_finds_its_conflict(shop: Workspace) -> None:
    found = surveyed(shop)
    assert [list(found.rows(number)) for number in range(len(found))] == [[1, 2, 3, 4, 5], [6, 7]]
    assert [found.of(4), found.of(7), found.of(8)] == [0, 1, None]
    assert (found.left, found.next_open(0, 1), found.next_open(1, 1)) == (2, 1, None)
    shop.log.record([Change(7, "status", "rejected")], actor="ana")
    assert (surveyed(shop).left, surveyed(shop).next_open(0, 1)) == (1, None)
