"""Clusters of knowledge on the screen: looked at, opened in the queue, routed to RAG with one key, taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.query import parse
from curator.tui.screens.clusters import ClustersScreen
from curator.tui.screens.confirm import ConfirmScreen
from curator.workspace import Change, Workspace
from tests.knowledge import lanterns

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]


@pytest.fixture
def shop(fill: Any) -> Path:
    """The lantern maker's rows, with what the knowledge checks find in them."""
    path: Path = fill(lanterns.rows())
    with Workspace.open(path) as workspace:
        lanterns.suspect(workspace)
    return path


def routed(seat: Any) -> list[int]:
    return list(seat.workspace.examples.ids(parse("route:rag")))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, shop: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        await seat.press("C")
        golden(f"clusters-{size[0]}x{size[1]}", seat.grid)
        await seat.press("R")
        golden(f"clusters-route-{size[0]}x{size[1]}", seat.grid)


async def test_clusters_are_listed_the_largest_first(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("C")
        assert isinstance(seat.app.screen, ClustersScreen)
        lines = [line for line in seat.grid.splitlines() if "%" in line]
        assert ["glimmerhold" in lines[0], "a mountain hut" in lines[1]] == [True, True]
        assert "of 8 rows that hold these terms" not in seat.grid
        assert "of 9 rows that hold these terms, 6 teach facts · 1 may" in seat.grid
        assert "13 of 26 rows teach facts" in seat.last_line
        await seat.press("j")
        assert "of 5 rows that were asked of the same instruction, 5 teach facts" in seat.grid
        await seat.press("G")
        assert "2 rows that share neither a recurring term nor an instruction" in seat.grid
        await seat.press("home", "k")
        assert "cluster 1 of 3" in seat.grid


async def test_pairs_that_were_edited_and_not_checked_again_are_said(sit: Sit, shop: Path) -> None:
    with Workspace.open(shop) as workspace:
        output = len(workspace.examples.entry(1).example.messages) - 1
        workspace.log.record([Change(1, f"messages[{output}].content", "Ask the desk.", 0)], actor="ana")
    async with sit(shop) as seat:
        await seat.press("C")
        assert "12 of 26 rows teach facts · 1 edited and not checked again" in seat.last_line


async def test_a_cluster_is_routed_with_one_key_once_it_was_said_what_that_does(sit: Sit, shop: Path) -> None:
    with Workspace.open(shop) as workspace:
        workspace.log.record([Change(1, "status", "accepted"), Change(2, "status", "rejected")], actor="bob")
    async with sit(shop) as seat:
        await seat.press("C", "R")
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "y routes 5 rows to RAG: 4 pending, 1 accepted. Their status stays." in seat.grid
        assert "1 row rejected: kept as it is." in seat.grid
        assert routed(seat) == []
        await seat.press("y")
        assert routed(seat) == [1, 3, 4, 5, 6]
        assert (seat.status(1), seat.status(2), seat.status(3)) == ("accepted", "rejected", "pending")
        assert f"routed 5 rows to RAG · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert "6 teach facts · 1 may · 5 in RAG" in seat.grid
        assert "→ RAG" in seat.grid  # the rows of the sample say so too


async def test_a_routed_cluster_is_one_step_to_undo_here_and_in_the_queue(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("C", "R", "y")
        assert "u undoes: route to RAG 6 examples" in seat.grid
        await seat.press("u")
        assert routed(seat) == []
        assert "undid: route to RAG 6 examples" in seat.last_line
        assert "in RAG ·" not in seat.grid
        await seat.press("U")
        assert routed(seat) == [1, 2, 3, 4, 5, 6]
        await seat.press("escape")
        assert seat.app.screen is seat.queue
        assert "u undoes: route to RAG 6 examples" in seat.grid
        await seat.press("u")
        assert routed(seat) == []


async def test_the_queue_says_what_was_saved_and_its_undo_leaves_the_reader_at_his_row(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("G")
        last = seat.here
        await seat.press("C", "R", "y", "escape")
        assert f"saved #{seat.workspace.log.last_seq()}" in seat.grid
        await seat.press("u")
        assert (routed(seat), seat.here) == ([], last)


async def test_what_is_not_confirmed_is_not_done(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("C")
        for key in ("escape", "n", "q"):
            await seat.press("R", key)
            assert "nothing was changed" in seat.last_line
        assert routed(seat) == []
        await seat.press("R", "y")
        await seat.press("R")
        assert "None of its rows is left to route." in seat.grid
        assert "6 rows in RAG already." in seat.grid
        await seat.press("y")  # is no key while there is nothing to do
        assert isinstance(seat.app.screen, ConfirmScreen)


@pytest.mark.parametrize("named", [2_000, 0], ids=["by number", "by term"])
async def test_enter_shows_the_rows_of_a_cluster_in_the_queue(
    sit: Sit, shop: Path, monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr("curator.operations.clusters.NAMED", named)
    async with sit(shop) as seat:
        await seat.press("C", "j", "enter")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == [7, 8, 9, 10, 11]
        assert seat.queue.where == ("id:7,8,9,10,11" if named else f'finding:KNO001,KNO002 any~"{lanterns.SYSTEM}"')
        await seat.press("r")
        assert list(seat.queue.queue.seqs) == [7, 8, 9, 10, 11]
        await seat.press("a")
        assert seat.status(7) == "accepted"


async def test_the_screen_says_what_is_missing(sit: Sit) -> None:
    async with sit() as seat:  # the refunds, which no knowledge check has looked at
        await seat.press("C")
        assert "not checked yet: curator check --select KNO" in seat.last_line
        assert not any(seat.app.screen.possible(f"clusters.{name}") for name in ("open", "route", "down"))
        await seat.press("enter", "R", "j", "escape")
        assert seat.app.screen is seat.queue


async def test_nothing_is_called_saved_when_it_is_not(sit: Sit, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

    async with sit(shop) as seat:
        await seat.press("C", "R")
        with monkeypatch.context() as patched:
            patched.setattr("curator.workspace.log.EventLog.record", full)
            await seat.press("y")
        assert "the disk is full" in seat.last_line
        assert "saved #" not in seat.grid
        await seat.press("R", "y")
        assert routed(seat) == [1, 2, 3, 4, 5, 6]


async def test_what_changed_since_it_was_seen_is_looked_at_again(sit: Sit, shop: Path) -> None:
    with Workspace.open(shop) as workspace:
        workspace.log.record([Change(2, "status", "rejected")], actor="bob")
    async with sit(shop) as seat:
        await seat.press("C", "R")
        with Workspace.open(shop) as other:
            other.log.record([Change(2, "status", "pending")], actor="bob")
        await seat.press("y")
        assert "1 more of these pairs can be routed by now" in seat.last_line
        assert routed(seat) == []


async def test_a_row_of_the_list_is_picked_with_the_mouse(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("C")
        await seat.pilot.click("#clusters", offset=(10, 1))
        await seat.settle()
        assert "cluster 2 of 3" in seat.grid


async def test_text_from_data_does_not_drive_the_terminal(sit: Sit, fill: Any) -> None:
    rows = lanterns.rows()
    for row in rows[6:11]:
        row["messages"][0]["content"] = "\x1b]0;owned\x07\x1b[2J[bold]you[/] \u202eare"
        row["messages"][1]["content"] += " \x9b31m"
    path = fill(rows)
    with Workspace.open(path) as workspace:
        lanterns.suspect(workspace)
    async with sit(path) as seat:
        await seat.press("C", "j")
        assert "␛]0;owned␇␛[2J[bold]you[/] <U+202E>are" in seat.grid
        await seat.press("R")
        shown = "".join(segment.text for strip in seat.strips for segment in strip)
        assert not [letter for letter in shown if not letter.isprintable()]
        await seat.press("y")
        assert routed(seat) == [7, 8, 9, 10, 11]


async def test_secrets_in_a_sample_are_masked(sit: Sit, fill: Any) -> None:
    rows = lanterns.rows()
    rows[0]["messages"][1]["content"] += " Write to odile.marchetti@glimmerhold-lanterns.com."
    path = fill(rows)
    with Workspace.open(path) as workspace:
        lanterns.suspect(workspace)
    async with sit(path) as seat:
        await seat.press("C")
        assert "Write to" in seat.grid
        assert "odile.marchetti@" not in seat.grid


async def test_leaving_while_clusters_are_made_is_no_error(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.pilot.press("C", "escape")
        await seat.settle()
        assert seat.app.screen is seat.queue
        await seat.press("a")
        assert seat.status(1) == "accepted"


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, shop: Path, size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        for keys in (("C",), ("j", "J", "K"), ("R",)):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]


async def test_help_names_the_keys(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("C", "question_mark")
        assert "Clusters ▸ Keys" in seat.grid
        assert "route its rows to RAG" in seat.grid
        await seat.press("escape")
        assert isinstance(seat.app.screen, ClustersScreen)
