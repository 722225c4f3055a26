"""The verdict on the screen: read line by line, questions answered, an eval set frozen, a page written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.operations.eval_set import names
from curator.operations.tried import tried
from curator.query import parse
from curator.tui.screens.verdict import VerdictScreen

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]


def to(seat: Any, name: str) -> int:
    """How many lines down the line of that name is."""
    screen = seat.app.screen
    return [one.line.name if one.line else "" for one in screen.told].index(name) - int(screen.cursor)


async def go(seat: Any, name: str) -> None:
    down = to(seat, name)
    await seat.press(*(["j"] * down if down > 0 else ["k"] * -down))


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The places to train say until when they are open."""
    import curator.operations.assess as operation

    class Day(operation.date):
        @classmethod
        def today(cls) -> "Day":
            return cls(2026, 11, 23)

    monkeypatch.setattr(operation, "date", Day)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(size=size) as seat:
        await seat.press("g", "v")
        golden(f"verdict-{size[0]}x{size[1]}", seat.grid)
        await go(seat, "prompting: examples")
        await seat.press("y")
        golden(f"verdict-tried-{size[0]}x{size[1]}", seat.grid)


async def test_it_says_the_verdict_and_what_stands_in_the_way(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("g", "v")
        assert isinstance(seat.app.screen, VerdictScreen)
        assert "Not yet: the data comes first" in seat.grid
        assert "HOW SURE" in seat.grid
        await seat.press("j")
        assert "IN THE WAY" in seat.grid
        assert "WHAT WOULD OVERTURN IT" in seat.grid
        await seat.press("G")
        assert "WHERE IT CAN" in seat.grid  # places come last: they say where, not whether
        gone = [one.missing is None for one in reversed(seat.app.screen.told)].index(False)
        await seat.press(*["k"] * gone)
        assert "WHAT BRINGS IT" in seat.grid


async def test_enter_shows_the_rows_of_a_line(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("g", "v")
        await go(seat, "conflicts")
        await seat.press("enter")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == list(seat.workspace.examples.ids(parse("status:pending finding:CON")))
        assert len(seat.queue.queue.seqs) == 2


async def test_a_question_is_answered_with_what_shows_it_and_taken_back(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("g", "v")
        await go(seat, "prompting: examples")
        await seat.press("y", "enter")
        assert "without that it does not count" in seat.grid
        assert tried(seat.workspace)["examples"].tried is None
        await seat.type("82 of 100")
        await seat.press("enter")
        assert (tried(seat.workspace)["examples"].note, tried(seat.workspace)["examples"].by) == ("82 of 100", "ana")
        assert f"answered · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert '"82 of 100"' in seat.grid  # the cursor stays on the question, wherever its line is now
        await seat.press("n")
        assert tried(seat.workspace)["examples"].tried is False
        await seat.press("u", "u")
        assert tried(seat.workspace)["examples"].tried is None


async def test_only_questions_are_answered(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("g", "v")
        screen = seat.app.screen
        assert not any(screen.possible(f"verdict.{name}") for name in ("yes", "no", "open"))
        before = seat.workspace.log.last_seq()
        await seat.press("y", "n", "enter")
        assert (seat.workspace.log.last_seq(), seat.app.screen) == (before, screen)


async def test_an_eval_set_is_frozen_with_one_key(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("g", "v", "E")
        assert names(seat.workspace) == ["eval"]
        assert "froze an eval set of" in seat.last_line
        assert not seat.app.screen.possible("verdict.freeze")
        await seat.press("u")
        assert names(seat.workspace) == []
        assert seat.app.screen.possible("verdict.freeze")


async def test_the_page_is_written_beside_the_workspace(sit: Sit, refunds: Path) -> None:
    async with sit() as seat:
        await seat.press("g", "v", "w", "enter")
        out = refunds.parent / "refunds-verdict.html"
        assert "Not yet: the data comes first" in out.read_text()
        assert "written to refunds-verdict.html" in seat.last_line
        await seat.press("w", "enter")
        assert "exists already" in seat.last_line
