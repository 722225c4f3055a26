"""How far reviewers agree, on Home: a line where two have judged the same rows, the reason where they have not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.workspace import Change, Workspace

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]


def say(path: Path, actor: str, **said: str) -> None:
    """Statuses of rows, as ``accepted="1-20"``."""
    with Workspace.open(path) as workspace:
        for status, rows in said.items():
            first, _, last = rows.partition("-")
            changes = [Change(seq, "status", status) for seq in range(int(first), int(last) + 1)]
            workspace.log.record(changes, actor=actor)


def status_panel(seat: Any) -> str:
    grid: str = seat.grid
    return grid.partition("FINDINGS")[0]


@pytest.fixture
def two(refunds: Path) -> Path:
    """Twenty rows that two have judged, four of them differently."""
    say(refunds, "bob", accepted="1-14", rejected="15-20")
    say(refunds, "cyd", accepted="1-10", rejected="11-20")
    return refunds


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, two: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(two, size=size) as seat:
        await seat.press("g", "h")
        golden(f"home-agreement-{size[0]}x{size[1]}", seat.grid)


async def test_alpha_is_told_with_its_interval(sit: Sit, two: Path) -> None:
    async with sit(two) as seat:
        await seat.press("g", "h")
        assert "agreement: alpha 0.59 poor (0.19 to 0.90)" in status_panel(seat)
        assert "2 reviewers, 80% of 20 rows alike" in status_panel(seat)


async def test_who_reviews_alone_reads_nothing_of_it(sit: Sit, refunds: Path) -> None:
    say(refunds, "bob", accepted="1-14")
    async with sit(refunds) as seat:
        await seat.press("g", "h")
        assert "agreement" not in seat.grid


async def test_why_there_is_none_is_said_where_several_review(sit: Sit, refunds: Path) -> None:
    say(refunds, "bob", accepted="1-10")
    say(refunds, "cyd", accepted="11-20")
    async with sit(refunds) as seat:
        await seat.press("g", "h")
        assert "agreement: 2 reviewers, no row in common" in status_panel(seat)


async def test_an_undo_counts_again(sit: Sit, refunds: Path) -> None:
    say(refunds, "bob", accepted="1-10")
    say(refunds, "ana", accepted="1-10")
    async with sit(refunds) as seat:
        await seat.press("g", "h")
        assert "agreement: 2 reviewers, 100% of 10 rows alike" in status_panel(seat)
        await seat.press("u")
        assert "agreement" not in seat.grid  # bob is alone again


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, two: Path, size: tuple[int, int]) -> None:
    async with sit(two, size=size) as seat:
        await seat.press("g", "h")
        for strip in seat.app.screen._compositor.render_strips():
            assert strip.cell_length == size[0]
