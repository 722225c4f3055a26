"""Tags: rows that are marked in this session, and one decision for all of them."""

from pathlib import Path
from typing import Any

import pytest

from curator.operations.tagged import decide_tagged
from curator.rows import Tags
from curator.workspace import Change, Workspace

Sit = Any


def test_tags_are_counted_and_come_in_the_order_of_their_numbers() -> None:
    tags = Tags()
    tags.set((900_000, 3), True)
    tags.set((3, 7), True)
    assert (len(tags), list(tags.seqs)) == (3, [3, 7, 900_000])
    assert 7 in tags
    tags.set((7, 8), False)
    assert 7 not in tags
    assert 10**9 not in tags
    tags.clear()
    assert len(tags) == 0


async def test_a_decision_goes_to_the_tagged_rows_as_one_step(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("t", "j", "t")
        assert "2 tagged · row 4 of 30" in seat.grid
        await seat.press("semicolon")
        assert "for 2 tagged rows" in seat.last_line
        await seat.press("x")
        assert [seat.status(seq) for seq in (1, 2, 3)] == ["rejected", "pending", "rejected"]
        assert "tagged" not in seat.grid.splitlines()[0]
        await seat.press("u")
        assert [seat.status(seq) for seq in (1, 3)] == ["pending", "pending"]
        assert seat.workspace.verify() == []


async def test_what_somebody_decided_is_kept(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.log.record([Change(1, "status", "accepted")], actor="bob")
    async with sit() as seat:
        await seat.press("T", "semicolon", "f")
        assert seat.status(1) == "accepted"
        assert {seat.status(seq) for seq in range(2, 31)} == {"fix"}
        assert "29 tagged rows · 1 decided before are kept" in seat.last_line


async def test_labels_routes_and_notes_go_to_the_tagged_rows_too(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("4", "t", "t")
        await seat.press("semicolon", "5", "semicolon", "1", "semicolon", "R")
        for seq in (1, 2):
            state = seat.entry(seq).state
            assert state.labels == {"tone": "cold", "quality": ["wrong answer"]}
            assert state.route == "rag"
        await seat.press("semicolon", "n")
        await seat.type("both")
        await seat.press("enter")
        assert [seat.entry(seq).state.note for seq in (1, 2, 3)] == ["both", "both", ""]
        await seat.press("semicolon", "0", "semicolon", "R")
        assert [(seat.entry(seq).state.labels, seat.entry(seq).state.route) for seq in (1, 2)] == [({}, "train")] * 2


async def test_escape_gives_the_next_decision_back_to_the_row(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("t", "t", "semicolon", "escape", "a")
        assert [seat.status(seq) for seq in (1, 2, 3)] == ["pending", "pending", "accepted"]


async def test_tags_can_be_filtered_for(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("t", "j", "t", "slash")
        await seat.type("tag:yes")
        assert "2 rows" in seat.grid
        await seat.press("enter")
        assert list(seat.queue.queue.seqs) == [1, 3]
        await seat.press("T")
        assert "not tagged any more" in seat.last_line


async def test_nothing_tagged_nothing_to_decide(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("semicolon", "a")
        assert [seat.status(seq) for seq in (1, 2)] == ["accepted", "pending"]


def test_tagged_rows_that_are_all_decided_are_refused(refunds: Path) -> None:
    from curator.errors import WorkspaceError

    with Workspace.open(refunds) as workspace:
        workspace.log.record([Change(1, "status", "accepted")], actor="bob")
        with pytest.raises(WorkspaceError, match="decided already"):
            list(decide_tagged(workspace, [1], "status", "rejected", actor="ana"))
