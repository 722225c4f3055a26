"""Choosing rows: what is typed is completed, kept and gone back to; rows come while one works."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curator.model import Finding, Fix
from curator.query import Query
from curator.settings import Review, Settings, load
from curator.tui.completing import offer, shared
from curator.tui.screens.choosing import _in_parts
from curator.workspace import Change, Workspace
from curator.workspace.examples import ExampleStore

Sit = Any


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stat", ["status:"]),
        ("-stat", ["status:"]),
        ("(a or spl", ["split:"]),
        ("status:pending,f", ["fix"]),
        ("sev:w", ["warning"]),
        ("finding:con", ["CON001"]),
        ("order:c", ["cluster"]),
        ("disagree:", ["yes", "no"]),
        ("lang:n", ["nl", "none"]),
        ("dup:exact,n", ["no", "near", "none"]),
        ("nothing-like-it", []),
    ],
)
def test_what_may_stand_at_the_cursor_is_offered(text: str, words: list[str]) -> None:
    found = offer(text, len(text), {"finding": ["CON001", "STY001"]})
    assert list(found.words) == words
    assert not words or text[: found.start] + shared(words) != text or len(words) > 1


async def test_tab_completes_a_filter_and_goes_through_what_may_stand_there(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("findi")
        await seat.press("tab")
        assert " / finding:" in seat.grid
        await seat.press("tab")
        assert " / finding:CON001" in seat.grid
        await seat.press("tab")
        assert " / finding:STY001" in seat.grid
        await seat.press("enter")
        assert "row 1 of 1" in seat.grid


async def test_ctrl_r_brings_the_filters_of_this_session_back(sit: Sit) -> None:
    async with sit() as seat:
        for text in ("status:pending", "finding:CON001"):
            await seat.press("slash", "ctrl+u")
            await seat.type(text)
            await seat.press("enter")
        await seat.press("slash", "ctrl+u", "ctrl+r")
        assert " / finding:CON001" in seat.grid
        await seat.press("ctrl+r", "enter")
        assert "/ status:pending" in seat.grid
        assert "row 1 of 30" in seat.grid


async def test_a_filter_is_saved_under_a_name_and_shown_again(sit: Sit, refunds: Path) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("finding:CON001")
        await seat.press("f2")
        await seat.type("clashes")
        await seat.press("enter")
        assert "row 1 of 2" in seat.grid
        assert load(refunds.parent).filters == {"clashes": "finding:CON001"}
    async with sit(settings=load(refunds.parent)) as seat:
        assert "row 1 of 30" in seat.grid
        await seat.press("L")
        assert "▸ clashes  finding:CON001" in seat.grid
        await seat.press("enter")
        assert "row 1 of 2" in seat.grid


async def test_a_filter_over_tags_is_not_saved(sit: Sit, refunds: Path) -> None:
    async with sit() as seat:
        await seat.press("t", "slash")
        await seat.type("tag:yes")
        await seat.press("f2")
        assert "cannot be saved" in seat.grid
        assert not (refunds.parent / "curator.toml").exists()


async def test_orders_are_written_into_the_filter(sit: Sit) -> None:
    async with sit(where="status:pending") as seat:
        await seat.press("o", "w")
        assert "/ status:pending order:priority" in seat.grid
        assert list(seat.queue.queue.seqs[:2]) == [1, 2]
        await seat.press("o", "r")
        assert "order:random(" in seat.grid
        shuffled = list(seat.queue.queue.seqs)
        assert shuffled != sorted(shuffled)
        await seat.press("r")
        assert list(seat.queue.queue.seqs) == shuffled
        await seat.press("o", "n")
        assert "/ status:pending  " in seat.grid
        assert list(seat.queue.queue.seqs) == sorted(shuffled)


async def test_rows_near_to_this_one(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("G", "s")
        assert "/ sim:30 order:sim" in seat.grid
        assert seat.queue.queue.seqs[0] == 30
        assert set(seat.queue.queue.seqs) == set(range(6, 31))
        await seat.press("slash", "ctrl+u", "enter", "g", "g", "s")
        assert list(seat.queue.queue.seqs) == [1, 2]


def _slowly(_store: ExampleStore, _query: Query) -> Iterator["array[int]"]:
    yield array("q", [3, 4])
    yield array("q", [5])
    yield array("q")


async def test_rows_are_shown_as_they_are_found_and_decided_meanwhile(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curator.tui.screens.choosing.FIRST", 1)
    monkeypatch.setattr(ExampleStore, "growing", _slowly)
    async with sit() as seat:
        seat.queue.where = "out~x"
        await seat.press("r")
        assert list(seat.queue.queue.seqs) == [3, 4, 5]
        assert "row 1 of 3" in seat.grid
        ticket = seat.queue._ticket
        seat.queue.post_message(seat.queue.Chosen("out~x", array("q", [3, 4]), done=False, ticket=ticket))
        await seat.settle()
        assert "≥ 2 so far" in seat.grid
        assert "row 1 of ≥ 2" in seat.grid
        await seat.press("a", "x")
        assert [seat.status(seq) for seq in (3, 4)] == ["accepted", "rejected"]
        seat.queue.post_message(seat.queue.More(array("q", [9]), ticket - 1, done=True))  # of an earlier filter
        seat.queue.post_message(seat.queue.More(array("q", [6, 7]), ticket, done=True))
        await seat.settle()
        assert list(seat.queue.queue.seqs) == [3, 4, 6, 7]
        assert "row 2 of 4" in seat.grid
        await seat.press("space", "a")
        assert seat.status(6) == "accepted"


async def test_a_row_that_comes_later_is_gone_back_to_when_its_rows_are_chosen_again(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("number_sign", "9", "enter")
        ticket = seat.queue._ticket
        seat.queue.post_message(seat.queue.Chosen("", array("q", [3, 4]), done=False, ticket=ticket))
        seat.queue.post_message(seat.queue.More(array("q", [8, 9]), ticket, done=True))
        await seat.settle()
        assert seat.here == 9


def test_parts_are_gathered_until_there_is_something_to_show() -> None:
    found = [array("q"), array("q", range(150)), array("q", range(100)), array("q", [1]), array("q", [2])]
    now = iter([0.0, 0, 0, 0, 0, 0.1, 0.5, 1, 1, 1])
    parts = [(len(part), done) for part, done in _in_parts(iter(found), lambda: next(now))]
    assert parts == [(250, False), (2, False), (0, True)]


async def test_a_suggestion_is_shown_as_a_change_and_taken_with_one_key(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        run = workspace.findings.begin_run({"LAB001": ("warning", "label-spelling")}, {})
        fix = Fix({"messages[1].content": "Bug"}, safe=True)
        run.add([Finding("LAB001", workspace.examples.entry(6).example.id, "written otherwise", fix=fix)])
        run.finish()
    async with sit(where="#6") as seat:
        assert "SUGGESTION  LAB001" in seat.grid
        assert "[-bug-]{+Bug+}" in seat.grid
        await seat.press("i")
        assert seat.entry(6).example.output_text == "Bug"
        assert seat.status(6) == "pending"
        assert "took LAB001 #6" in seat.last_line
        await seat.press("i")
        assert "SUGGESTION" not in seat.grid
        await seat.press("u")
        assert seat.entry(6).example.output_text == "bug"


@pytest.mark.parametrize("keys", [("slash", "enter"), ("v", "escape"), ("question_mark", "escape")])
async def test_a_decision_right_after_something_else_is_shown_is_dropped_and_said(
    sit: Sit, keys: tuple[str, ...]
) -> None:
    async with sit(settings=Settings(review=Review(min_dwell_ms=10_000))) as seat:
        await seat.press(*keys, "a")
        assert seat.status(1) == "pending"
        assert "too fast after" in seat.last_line


async def test_what_reviewers_judged_differently_can_be_chosen(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.log.record([Change(seq, "status", "accepted") for seq in (2, 3)], actor="ana")
        workspace.log.record([Change(2, "status", "rejected"), Change(3, "status", "accepted")], actor="ben")
    async with sit(where="disagree:yes") as seat:
        assert list(seat.queue.queue.seqs) == [2]
