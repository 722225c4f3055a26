"""`V`: a range of rows, and one key for all of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curator.errors import WorkspaceError
from curator.model import Entry
from curator.operations.tagged import decide_tagged
from curator.settings import Binding, Label, Review, Settings
from curator.tui.screens.bulk import BulkScreen
from curator.workspace import Change, Workspace

Sit = Any
Fill = Any
Golden = Callable[[str, str], None]


async def test_a_decision_goes_to_the_marked_rows_as_one_step(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("j", "V", "j", "j")
        assert "3 marked · row 4 of 30" in seat.grid
        assert "3 rows marked: a x f R n 1-9 t b · esc leaves" in seat.last_line
        await seat.press("x")
        assert [seat.status(seq) for seq in (1, 2, 3, 4, 5)] == ["pending", *["rejected"] * 3, "pending"]
        assert "status rejected: 3 marked rows" in seat.last_line
        assert "marked ·" not in seat.grid
        await seat.press("u")
        assert {seat.status(seq) for seq in range(1, 31)} == {"pending"}
        assert seat.workspace.verify() == []


async def test_the_range_is_drawn_upwards_and_downwards_and_not_by_colour_alone(sit: Sit) -> None:
    async with sit() as seat:

        def marks() -> str:
            return "".join(row[1] for row in seat.grid.splitlines()[2:9])

        await seat.press("j", "j", "V", "j", "j")
        assert marks() == "  ▌▌▸  "
        await seat.press("k", "k", "k", "k")
        assert marks() == "▸▌▌    "
        await seat.press("G")
        assert "28 rows marked" in seat.last_line
        await seat.press("g", "g")
        assert marks() == "▸▌▌    "
        await seat.press("escape")
        assert marks() == "▸      "
        assert "nothing was changed" in seat.last_line
        await seat.press("a")
        assert [seat.status(seq) for seq in (1, 2)] == ["accepted", "pending"]


async def test_what_somebody_decided_is_kept_and_said_before(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.log.record([Change(2, "status", "accepted")], actor="bob")
    async with sit(size=(160, 50)) as seat:
        await seat.press("V", "j", "j")
        assert "3 rows marked, 1 decided stay so: a accept x reject" in seat.grid
        await seat.press("f")
        assert [seat.status(seq) for seq in (1, 2, 3)] == ["fix", "accepted", "fix"]
        assert "status fix: 2 marked rows · 1 decided before are kept" in seat.grid


async def test_labels_routes_notes_and_tags_go_to_the_marked_rows(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("V", "j", "4")
        await seat.press("g", "g", "V", "j", "R")
        await seat.press("g", "g", "V", "j", "n")
        assert "note of 2 marked" in seat.grid
        await seat.type("both")
        await seat.press("enter")
        states = [seat.entry(seq).state for seq in (1, 2, 3)]
        assert [(one.labels, one.route, one.note) for one in states[:2]] == [({"tone": "warm"}, "rag", "both")] * 2
        assert (states[2].labels, states[2].route, states[2].note) == ({}, "train", "")
        await seat.press("g", "g", "V", "j", "t")
        assert "2 tagged" in seat.grid
        await seat.press("g", "g", "V", "j", "t")
        assert "tagged ·" not in seat.grid.splitlines()[0]
        await seat.press("u", "u", "u")
        assert seat.entry(1).state == seat.entry(3).state


async def test_while_rows_are_marked_keys_of_one_row_do_nothing(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("a", "g", "g", "V", "j")
        for key in ("full_stop", "space", "e", "semicolon", "T", "X", "i"):
            await seat.press(key)
            assert seat.app.screen is seat.queue
            assert "has nothing to do here" in seat.last_line
        assert seat.status(2) == "pending"
        await seat.press("V")
        assert "no rows are marked" in seat.last_line


async def test_other_rows_end_the_range(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("V", "j", "o", "l")
        assert "marked" not in seat.grid.splitlines()[0]
        await seat.press("a")
        assert sum(seat.status(seq) == "accepted" for seq in range(1, 31)) == 1


async def test_more_rows_than_somebody_has_seen_go_to_bulk(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.screens.marking.MOST", 20)
    async with sit() as seat:
        await seat.press("V", "G")
        assert "30 rows marked, more than 20: b decides them" in seat.last_line
        for key in ("a", "1", "n"):
            await seat.press(key)
            assert "30 rows are more than a range takes (20): b decides them" in seat.last_line
        assert {seat.status(seq) for seq in range(1, 31)} == {"pending"}
        await seat.press("b")
        assert isinstance(seat.app.screen, BulkScreen)
        assert "marked rows, #1 to #30" in seat.grid
        assert list(seat.app.screen.seqs) == list(range(1, 31))


async def test_a_range_in_goldens(sit: Sit, golden: Golden) -> None:
    for width, height in ((80, 24), (100, 30), (160, 50)):
        async with sit(size=(width, height)) as seat:
            await seat.press("j", "V", "j", "j")
            golden(f"queue-range-{width}x{height}", seat.grid)


# -- the law -------------------------------------------------------------------------------------------------------


def stored(workspace: Workspace) -> list[Entry]:
    return [entry for batch in workspace.examples.batches() for entry in batch]


acts = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(["accepted", "rejected", "fix"])),
    st.tuples(st.just("route"), st.just("rag")),
    st.tuples(st.just("note"), st.text(max_size=5).filter(str.isprintable)),
    st.tuples(
        st.just("labels"), st.sampled_from([None, Binding("tone", "single", "warm"), Binding("x", "flag", True)])
    ),
)


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), acts), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undo_takes_back_each_range_whole(refunds: Path, given_to: list[tuple[int, int, tuple[Any, Any]]]) -> None:
    with Workspace.open(refunds) as workspace:
        seen = []
        for first, last, (field, value) in given_to:
            before = stored(workspace)
            seqs = list(range(min(first, last) + 1, max(first, last) + 2))
            try:
                *_, done = [*decided(workspace, seqs, field, value)]
            except WorkspaceError:
                continue  # every one of them is decided
            if done.saved.seq:
                seen.append(before)
        for before in reversed(seen):
            assert workspace.log.undo("ana") is not None
            assert stored(workspace) == before


def decided(workspace: Workspace, seqs: list[int], field: Any, value: Any) -> Any:
    yield (yield from decide_tagged(workspace, seqs, field, value, actor="ana"))


# -- labels of some rows -------------------------------------------------------------------------------------------

SOME = Settings(
    labels=(
        Label("tone", "single", ("warm", "cold"), ("1", "2"), where="lang:en"),
        Label("quality", "multi", ("wrong",), ("3",)),
        Label("odd", "flag", (), ("4",), where="colour:red"),
        Label("clarity", "rating", (), ("5",), most=5, where="in~refund"),
        Label("refunds", "flag", (), ("6",), where="refund"),
    ),
    review=Review(min_dwell_ms=0),
)
TONGUES: list[dict[str, Any]] = [
    {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": told}]}
    for asked, told in (
        ("When will my refund come?", "It will be with you in a week, and we are sorry that it took so long."),
        ("Wann kommt das Geld?", "Sie haben es in einer Woche, und es tut uns leid, dass es so lange gedauert hat."),
        ("When do you open?", "We are open from nine to six on all days but Sunday."),
    )
]


def labels_shown(grid: str) -> str:
    return next(line for line in grid.splitlines() if line.startswith((" Labels", "  3 ", " 1 ", " 3 ")))


async def test_only_labels_of_the_row_are_offered_and_the_others_say_why(sit: Sit, fill: Fill) -> None:
    async with sit(fill(TONGUES), settings=SOME) as seat:
        shown = labels_shown(seat.grid)
        assert all(name in shown for name in ("1 warm", "2 cold", "3 wrong", "5 clarity", "6 refunds"))
        assert "odd" not in labels_shown(seat.grid)
        await seat.press("4")
        assert "odd cannot be given, its where is wrong: there is no field 'colour'" in seat.last_line
        await seat.press("j")
        assert labels_shown(seat.grid).split() == ["Labels", "3", "wrong"]
        await seat.press("1")
        assert "tone is for other rows: lang:en" in seat.last_line
        await seat.press("5")
        assert "clarity is for other rows: in~refund" in seat.last_line
        await seat.press("3")
        assert seat.entry(2).state.labels == {"quality": ["wrong"]}
        await seat.press("k", "1")
        assert seat.entry(1).state.labels == {"tone": "warm"}
        assert not seat.queue.possible("label.4")
        assert seat.queue.possible("label.1")


async def test_a_label_that_stands_is_shown_and_can_be_taken_away(sit: Sit, fill: Fill) -> None:
    path = fill(TONGUES)
    with Workspace.open(path) as workspace:
        workspace.log.record([Change(2, "labels", {"tone": "cold"})], actor="ana")
    async with sit(path, settings=SOME) as seat:
        await seat.press("j")
        assert "[2 cold]" in labels_shown(seat.grid)
        await seat.press("2")
        assert seat.entry(2).state.labels == {}
        assert "cold" not in labels_shown(seat.grid)


async def test_a_row_is_asked_about_again_when_it_has_changed(sit: Sit, fill: Fill) -> None:
    labels = (Label("late", "flag", (), ("1",), where="status:rejected"),)
    async with sit(fill(TONGUES), settings=Settings(labels=labels, review=Review(min_dwell_ms=0))) as seat:
        await seat.press("1")
        assert "late is for other rows: status:rejected" in seat.last_line
        await seat.press("x", "k", "1")
        assert seat.entry(1).state.labels == {"late": True}


async def test_a_label_for_many_goes_to_its_own_rows(sit: Sit, fill: Fill) -> None:
    async with sit(fill(TONGUES), settings=SOME) as seat:
        await seat.press("g", "g", "V", "G", "1")
        assert [seat.entry(seq).state.labels for seq in (1, 2, 3)] == [{"tone": "warm"}, {}, {"tone": "warm"}]
        assert "labels tone: 2 marked rows · 1 that it is not for" in seat.last_line
        await seat.press("g", "g", "j", "V", "2")
        assert "tone is for other rows: lang:en. Nothing was changed." in seat.last_line
        assert json.dumps(seat.entry(2).state.labels) == "{}"
