"""Preference pairs in review: chosen and rejected side by side, turned round with one key, liked or not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.operations.import_ import import_sources
from curator.settings import Review
from curator.workspace import Workspace

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
ASKED = "How do I get wine out of a carpet?"
CHOSEN = "Dab it with cold water at once, then put salt on it. Do not rub."
REJECTED = "Rub it with hot water at once, then put salt on it. It may fade."
ROWS = [
    {"prompt": ASKED, "chosen": CHOSEN, "rejected": REJECTED},
    {"prompt": "2+2?", "completion": "5", "label": True},
    {"messages": [{"role": "user", "content": "3+3?"}, {"role": "assistant", "content": "6"}]},
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A pair, an answer that was liked, and a row with one end."""
    path = tmp_path / "ends.curator"
    with Workspace.open_or_create(path) as ws:
        for number, row in enumerate(ROWS):
            (tmp_path / f"{number}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
            for _ in import_sources(ws, [str(tmp_path / f"{number}.jsonl")], actor="ana"):
                pass
    return path


def ends(seat: Any, seq: int = 1) -> tuple[str, str]:
    example = seat.entry(seq).example
    return example.output_text, example.alternatives[0].messages[0].text


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, desk: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(desk, size=size) as seat:
        golden(f"ends-{size[0]}x{size[1]}", seat.grid)


async def test_without_colours(sit: Sit, desk: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(desk, size=(80, 24)) as seat:
        seat.app.dress(Review(theme="mono"))
        await seat.settle()
        golden("ends-mono-80x24", seat.grid)


async def test_one_key_turns_a_pair_round_and_u_turns_it_back(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        assert ends(seat) == (CHOSEN, REJECTED)
        assert "O turn" in seat.grid.splitlines()[-1]
        await seat.press("O")
        assert ends(seat) == (REJECTED, CHOSEN)
        assert "turned #1: chosen, one rejected" in seat.grid
        assert (seat.status(1), seat.here) == ("pending", 1)
        await seat.press("O")
        assert ends(seat) == (CHOSEN, REJECTED)
        await seat.press("u")
        assert ends(seat) == (REJECTED, CHOSEN)
        await seat.press("u")
        assert ends(seat) == (CHOSEN, REJECTED)
        assert seat.workspace.verify() == []


async def test_an_answer_that_was_liked_is_shown_once_and_turned_round(sit: Sit, desk: Path) -> None:
    async with sit(desk, size=(80, 24)) as seat:
        await seat.press("j")
        assert "THIS ANSWER WAS LIKED" in seat.grid
        await seat.press("O")
        assert seat.entry(2).example.alternatives[0].preferred is False
        assert "turned #2: not liked" in seat.grid
        await seat.press("u")
        assert seat.entry(2).example.alternatives[0].preferred is True


async def test_a_row_with_one_end_offers_nothing_to_turn(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("G")
        assert "O turn" not in seat.grid
        before = seat.workspace.log.last_seq()
        await seat.press("O")
        assert seat.workspace.log.last_seq() == before


async def test_both_bad_is_a_rejection(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("x")
        assert seat.status(1) == "rejected"
