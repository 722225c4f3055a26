"""Disagreements on the screen: what each reviewer says, one key between them, and that it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.query import parse
from curator.settings import Review, Settings
from curator.tui.screens.disagreements import OPEN, SETTLED, DisagreementsScreen
from curator.workspace import Change, Workspace

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]


@pytest.fixture
def shop(refunds: Path) -> Path:
    """Rows 1 to 4 are judged differently, 5 to 20 alike, 21 by one alone; the clock stands still."""
    said = {
        "bob": {1: "accepted", 2: "rejected", 3: "accepted", 4: "accepted", **dict.fromkeys(range(5, 21), "accepted")},
        "cyd": {1: "rejected", 2: "accepted", 3: "fix", 4: "accepted", **dict.fromkeys(range(5, 21), "accepted")},
        "dan": {1: "rejected", 21: "rejected"},
    }
    with Workspace.open(refunds) as workspace:
        for name, statuses in said.items():
            workspace.log.record([Change(seq, "status", status) for seq, status in statuses.items()], actor=name)
        workspace.log.record([Change(2, "labels", {"unsafe": True, "tone": "warm"})], actor="bob")
        workspace.log.record(
            [Change(2, "labels", {"unsafe": True}), Change(4, "labels", {"tone": "cold"}), Change(2, "note", "fine")],
            actor="cyd",
        )
    return refunds


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.workspace.log._now", lambda: "2026-11-23T10:41:07.000+00:00")


def standing(seat: Any, seq: int) -> tuple[str, dict[str, Any], str, str | None]:
    state = seat.entry(seq).state
    return state.status, state.labels, state.note, state.reviewer


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, shop: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        await seat.press("g", "d", "j")
        golden(f"disagreements-{size[0]}x{size[1]}", seat.grid)


async def test_without_colours_it_says_the_same(
    sit: Sit, shop: Path, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sit(shop, size=(80, 24)) as seat:
        await seat.press("g", "d")
        golden("disagreements-mono-80x24", seat.grid)


async def test_each_reviewers_say_is_shown_and_one_key_takes_it(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d")
        assert isinstance(seat.app.screen, DisagreementsScreen)
        assert "1 of 4 open · 0 adjudicated" in seat.grid
        assert "1 bob            ✓ accepted" in seat.grid
        assert "3 dan            ✗ rejected  2026-11-23 10:41" in seat.grid
        assert not seat.app.screen.possible("take.4")
        await seat.press("1")
        assert standing(seat, 1) == ("accepted", {}, "", "ana (adjudicated)")
        assert f"adjudicated #1: as bob says · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert "1 of 3 open · 1 adjudicated" in seat.grid
        await seat.press("2")
        assert standing(seat, 2) == ("accepted", {"unsafe": True}, "fine", "ana (adjudicated)")


async def test_a_status_is_given_with_the_labels_that_all_gave(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d", "a", "f", "x")
        assert standing(seat, 1)[:2] == ("accepted", {})
        assert standing(seat, 2)[:2] == ("fix", {"unsafe": True})
        assert standing(seat, 3)[:2] == ("rejected", {})


async def test_an_answer_of_ones_own_is_typed_with_its_labels(
    sit: Sit, shop: Path, golden: Callable[[str, str], None]
) -> None:
    async with sit(shop, size=(80, 24)) as seat:
        await seat.press("g", "d", "j", "o")
        assert "accept unsafe=yes" in seat.grid  # what all gave
        golden("disagreements-own-80x24", seat.grid)
        await seat.type(" tone=warmish")
        await seat.press("enter")
        assert "'warmish' is no value of it (did you mean 'warm'?)" in seat.grid
        assert standing(seat, 2)[3] != "ana (adjudicated)"
        await seat.press("end", "ctrl+u")
        await seat.type("perhaps")
        await seat.press("enter")
        assert "accept, reject or fix, then labels" in seat.grid
        await seat.press("end", "ctrl+u")
        await seat.type("fix tone=cold quality='bad format'  quality='style drift'")
        await seat.press("enter")
        labels = {"tone": "cold", "quality": ["bad format", "style drift"]}
        assert standing(seat, 2) == ("fix", labels, "", "ana (adjudicated)")
        assert f"adjudicated #2: an answer of your own · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        await seat.press("u")
        assert "of 4 open" in seat.grid
        await seat.press("o", "escape", "q")
        assert seat.app.screen is seat.queue
        assert seat.workspace.verify() == []


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("", "accept, reject or fix"), ("accept tone", "tone: write a label as NAME=VALUE"),
     ("accept 'tone=warm", "a quotation mark has no end"), ("reject mood=sour", "there is no label 'mood'")],
)  # fmt: skip
async def test_what_is_wrong_with_an_own_answer_is_said(sit: Sit, shop: Path, typed: str, wrong: str) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d", "o", "end", "ctrl+u")
        await seat.type(typed)
        await seat.press("enter")
        assert wrong in seat.grid
        assert standing(seat, 1)[3] != "ana (adjudicated)"


async def test_it_stands_until_it_is_adjudicated_again_even_when_a_reviewer_decides_later(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d", "1")
        for name in ("bob", "cyd", "ana"):
            seat.workspace.log.record([Change(1, "status", "fix"), Change(1, "note", "later")], actor=name)
            assert standing(seat, 1) == ("accepted", {}, "", "ana (adjudicated)")
        assert seat.workspace.verify() == []
        await seat.press("r", "v")
        assert "1 of 1 adjudicated · 3 open" in seat.grid
        assert "ana adjudicated ✓ accepted" in seat.grid
        await seat.press("x")
        assert standing(seat, 1)[0] == "rejected"
        assert "1 of 1 adjudicated" in seat.grid
        assert seat.workspace.verify() == []


async def test_undo_brings_back_what_stood_before(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        before = [standing(seat, seq) for seq in range(1, 5)]
        await seat.press("g", "d", "1", "1", "2")
        assert "1 of 1 open" in seat.grid
        await seat.press("u", "u")
        assert "1 of 3 open" in seat.grid or "2 of 3 open" in seat.grid
        await seat.press("u")
        assert [standing(seat, seq) for seq in range(1, 5)] == before
        assert "of 4 open · 0 adjudicated" in seat.grid
        assert seat.workspace.verify() == []
        await seat.press("U")
        assert standing(seat, 1)[3] == "ana (adjudicated)"
        assert "of 3 open · 1 adjudicated" in seat.grid


async def test_undoing_a_second_adjudication_restores_the_first_and_who_made_it(sit: Sit, shop: Path) -> None:
    async with sit(shop, reviewer="eva") as seat:
        await seat.press("g", "d", "1")
    async with sit(shop) as seat:
        await seat.press("g", "d", "v", "x")
        assert standing(seat, 1)[::3] == ("rejected", "ana (adjudicated)")
        await seat.press("u")
        assert standing(seat, 1)[::3] == ("accepted", "eva (adjudicated)")
        await seat.press("1")
        assert standing(seat, 1)[::3] == ("accepted", "ana (adjudicated)")
        assert seat.workspace.verify() == []


async def test_enter_shows_them_in_the_queue(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d", "1", "enter")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == [2, 3, 4]
        assert seat.queue.where == OPEN
        assert list(seat.workspace.examples.ids(parse(OPEN))) == [2, 3, 4]
        assert list(seat.workspace.examples.ids(parse(SETTLED))) == [1]


async def test_how_far_reviewers_agree_is_said_with_its_interval(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d")
        assert "AGREEMENT  3 reviewers" in seat.grid
        line = next(line for line in seat.grid.splitlines() if "status" in line and "alpha" in line)
        assert "poor" in line
        assert "in 95 of 100 · 85% of 20 rows alike" in line


async def test_nobody_disagrees(sit: Sit, refunds: Path) -> None:
    async with sit(refunds) as seat:
        await seat.press("g", "d")
        assert "reviewers disagree on no row that is open" in seat.last_line
        assert "no row was judged by two reviewers yet" in seat.grid
        await seat.press("1", "a", "x", "f", "j", "G", "v", "enter", "escape")
        assert seat.app.screen is seat.queue
        assert seat.workspace.judgements.of(range(1, 31)) == {}


async def test_nothing_is_called_saved_when_it_is_not(sit: Sit, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

    async with sit(shop) as seat:
        await seat.press("g", "d")
        with monkeypatch.context() as patched:
            patched.setattr("curator.workspace.log.EventLog.record", full)
            await seat.press("1")
        assert "the disk is full" in seat.last_line
        assert "1 of 4 open" in seat.grid


async def test_a_key_that_came_too_soon_is_dropped_and_said(sit: Sit, shop: Path) -> None:
    async with sit(shop, settings=Settings(review=Review(min_dwell_ms=10_000))) as seat:
        await seat.press("g", "d", "1", "1", "1")
        assert "too fast: the key was dropped" in seat.last_line
        assert "of 3 open" in seat.grid


async def test_a_row_is_picked_with_the_mouse(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d")
        await seat.pilot.click("#rows", offset=(10, 2))
        await seat.settle()
        assert "3 of 4 open" in seat.grid
        await seat.press("home", "G")
        assert "4 of 4 open" in seat.grid


async def test_text_from_data_does_not_drive_the_terminal(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        for name, status in (("\x1b[31mbob", "accepted"), ("[b]cyd[/]", "rejected")):
            changes = [Change(3, "status", status), Change(3, "note", f"\x1b]0;owned\x07 {name}"),
                       Change(3, "labels", {"[red]": "\u202e", "mail": "odile@lanterns.com"})]  # fmt: skip
            workspace.log.record(changes, actor=name)
    async with sit(refunds) as seat:
        await seat.press("g", "d")
        assert "␛[31mbob" in seat.grid
        assert "[b]cyd[/]" in seat.grid
        assert "[red]: <U+202E>" in seat.grid
        shown = "".join(segment.text for strip in seat.strips for segment in strip)
        assert not [letter for letter in shown if not letter.isprintable()]


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, shop: Path, size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        await seat.press("g", "d")
        for keys in (("j", "J", "K"), ("1", "v")):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]


async def test_help_names_the_keys(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "d", "question_mark")
        assert "Disagreements ▸ Keys" in seat.grid
        assert "as reviewer 1 has said, for good" in seat.grid
