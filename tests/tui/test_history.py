"""The past on the screen: who did what and when, what was there before, and one key that takes it back."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.tui.screens.history import HistoryScreen
from curator.workspace import Change, Workspace

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
EDITED = '{"answer": "Refunds take 5-10 days. Yours is late.", "escalate": true}'


@pytest.fixture
def busy(refunds: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty rows in which two people have worked, at a time that goldens can name."""
    minutes = itertools.count()
    monkeypatch.setattr("curator.workspace.log._now", lambda: f"2026-03-05T14:{next(minutes) % 60:02}:09.000+00:00")
    with Workspace.open(refunds) as workspace:
        log = workspace.log
        log.record([Change(1, "status", "accepted")], actor="ana")
        log.record([Change(1, "messages[2].content", EDITED, 0), Change(1, "status", "fix")], actor="bob")
        log.record([Change(2, "labels", {"quality": ["bad format"]}), Change(2, "note", "ask Carla")], actor="ana")
        log.record([Change(seq, "status", "rejected") for seq in range(6, 31)], actor="ana")
        log.record([Change(3, "route", "rag")], actor="ana")
        log.undo("ana")
    return refunds


async def past(seat: Any) -> None:
    await seat.press("g", "t")
    assert isinstance(seat.app.screen, HistoryScreen)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, busy: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(busy, size=size) as seat:
        await past(seat)
        imported = seat.workspace.past.before(None, 99)[-1].at[5:16].replace("T", " ")
        golden(f"history-{size[0]}x{size[1]}", seat.grid.replace(imported, "03-05 13:59"))
        seat.app.push_screen(HistoryScreen(seat.app.desk, 1))
        await seat.settle()
        golden(f"history-pair-{size[0]}x{size[1]}", seat.grid)


async def test_it_reads_without_colours(sit: Sit, busy: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(busy, size=(80, 24)) as seat:
        for _ in range(2):
            seat.app.action_app("theme")
        seat.app.push_screen(HistoryScreen(seat.app.desk, 1))
        await seat.settle()
        golden("history-mono-80x24", seat.grid)


async def test_the_workspace_is_told_operation_by_operation(sit: Sit, busy: Path) -> None:
    async with sit(busy) as seat:
        await past(seat)
        listed = [line for line in seat.grid.splitlines() if "ana " in line and "│" in line]
        assert "undid: route to RAG #3" in listed[0]
        assert "↶ route to RAG #3  undone" in listed[1]
        assert "reject 25 examples" in listed[2]
        await seat.press("j", "j")
        assert "25 events, one step" in seat.grid
        assert "· pending → ✗ rejected" in seat.grid
        await seat.press("j")
        assert "nothing → quality: bad format" in seat.grid
        assert "ask Carla" in seat.grid
        await seat.press("G")
        assert "import train.jsonl" in seat.grid
        assert "by ana (import)" in seat.grid


async def test_a_pair_has_its_own_past_with_what_changed_word_by_word(sit: Sit, busy: Path) -> None:
    async with sit(busy) as seat:
        seat.app.push_screen(HistoryScreen(seat.app.desk, 1))
        await seat.settle()
        assert "History of #1" in seat.grid
        assert "│ #6" not in seat.grid
        assert "take 5-[-7-]{+10+} days" in seat.grid
        assert "✓ accepted" not in seat.grid.split("BEFORE")[0]
        await seat.press("j")
        assert "· pending → ✓ accepted" in seat.grid
        await seat.press("escape")
        seat.app.push_screen(HistoryScreen(seat.app.desk, 4))
        await seat.settle()
        assert "nothing has happened to it" in seat.last_line
        assert not seat.app.screen.possible("history.open")
        await seat.press("j", "G", "enter", "J")


async def test_enter_shows_the_rows_of_an_operation(sit: Sit, busy: Path) -> None:
    async with sit(busy) as seat:
        await past(seat)
        await seat.press("j", "j", "enter")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == list(range(6, 31))
        assert seat.queue.where.startswith("id:6,7,8")
        await past(seat)
        await seat.press("G", "enter")
        assert "it is about no row" in seat.last_line


async def test_undo_takes_back_my_last_and_shows_that(sit: Sit, busy: Path) -> None:
    async with sit(busy) as seat:
        await past(seat)
        await seat.press("u")
        assert "undid: reject 25 examples" in seat.last_line
        assert seat.status(6) == "pending"
        assert "undid: reject 25 examples" in seat.grid.splitlines()[2]
        await seat.press("U")
        assert seat.status(6) == "rejected"
        assert "redid: reject 25 examples" in seat.grid.splitlines()[2]


async def test_a_long_past_is_read_a_page_at_a_time(sit: Sit, refunds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.screens.history.PAGE", 8)
    monkeypatch.setattr("curator.tui.screens.history.WINDOW", 20)
    with Workspace.open(refunds) as workspace:
        for number in range(60):
            workspace.log.record([Change(1, "note", f"note {number}")], actor="ana")
        whole = workspace.past.before(None, 1000)
    async with sit(refunds) as seat:
        await past(seat)
        screen = seat.app.screen
        for one in whole:
            assert screen.here == one
            await seat.press("j")
        assert len(screen.listed) <= 20
        for one in reversed(whole):
            assert screen.here == one
            await seat.press("k")
        await seat.press("G")
        assert screen.here == whole[-1]
        await seat.press("pageup", "pagedown", "home")
        assert screen.here == whole[0]


async def test_hostile_texts_and_secrets(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.log.record(
            [Change(1, "note", "\x1b]0;owned\x07 [bold]you[/] odile.marchetti@glimmerhold-lanterns.com \x9b31m")],
            actor="[red]\x1b[2J",
        )
    async with sit(refunds) as seat:
        await past(seat)
        assert "[bold]you[/]" in seat.grid
        assert "odile.marchetti@" not in seat.grid
        shown = "".join(segment.text for strip in seat.strips for segment in strip)
        assert not [letter for letter in shown if not letter.isprintable()]


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, busy: Path, size: tuple[int, int]) -> None:
    async with sit(busy, size=size) as seat:
        await past(seat)
        for keys in (("j", "j"), ("J", "G"), ("k",)):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]


async def test_help_names_the_keys(sit: Sit, busy: Path) -> None:
    async with sit(busy) as seat:
        await past(seat)
        await seat.press("question_mark")
        assert "History ▸ Keys" in seat.grid
        assert "its rows in the queue" in seat.grid
