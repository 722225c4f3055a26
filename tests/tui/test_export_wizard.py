"""The export wizard: what would be refused, and what splits share, is counted while one chooses; then it writes."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from curator.model import Finding, Progress
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.export import ExportScreen
from curator.workspace import Change, Workspace
from tests.tui.conftest import said

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]


def rows() -> list[dict[str, Any]]:
    """Fourteen pairs: two that no target takes, one that is there twice, one whose input was held out too."""
    found = [said(f"Where is order {number}?", f"Order {number} is on its way.") for number in range(1, 11)]
    found += [said("Is it late?", ""), said("Was it lost?", " ")]
    found.append(said("Where is order 1?", "Order 1 is on its way."))
    found.append(said("Where is order 2?", "It arrives today.", split="validation"))
    return found


@pytest.fixture
def orders(fill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All of them accepted but the last two of the ten; the current folder is an empty one."""
    path: Path = fill(rows())
    with Workspace.open(path) as workspace:
        ids = [seq for seq in range(1, 15) if seq not in (9, 10)]
        workspace.log.record([Change(seq, "status", "accepted") for seq in ids], actor="ana")
        run = workspace.findings.begin_run({"TXT003": ("error", "truncated-output")}, {})
        run.add([Finding("TXT003", workspace.examples.entry(10).example.id, "stops within a word")])
        run.finish()
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return path


async def to_check(seat: Any, folder: str = "out") -> None:
    """Go through the wizard to its last step, with a folder of one's own."""
    await seat.press("g", "e")
    await seat.press("n", "n", "n", "o", "ctrl+u")
    await seat.type(f"{folder}\n")


async def agree(seat: Any) -> None:
    """Write, although two rows of one cluster lie in different splits."""
    await seat.press("y")
    assert isinstance(seat.app.screen, ConfirmScreen)
    assert "CLUSTERS ARE PARTED" in seat.grid
    await seat.press("y")


def written(folder: Path, name: str) -> list[Any]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, orders: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    name = f"{size[0]}x{size[1]}"
    async with sit(orders, size=size) as seat:
        await seat.press("g", "e")
        golden(f"export-rows-{name}", seat.grid)
        await seat.press("n")
        golden(f"export-target-{name}", seat.grid)
        await seat.press("n")
        golden(f"export-split-{name}", seat.grid)
        await seat.press("n", "o", "ctrl+u")
        await seat.type("out\n")
        golden(f"export-check-{name}", seat.grid)
        await agree(seat)
        golden(f"export-written-{name}", seat.grid)


async def test_screen_without_colours(sit: Sit, orders: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(orders, size=(80, 24)) as seat:
        for _ in range(10):
            if seat.app.has_class("-mono"):
                break
            seat.app.action_app("theme")
            await seat.settle()
        await to_check(seat)
        golden("export-check-mono-80x24", seat.grid)


async def test_what_would_be_refused_is_counted_while_one_chooses(sit: Sit, orders: Path) -> None:
    async with sit(orders, size=(160, 50)) as seat:
        await seat.press("g", "e")
        assert "✓ 10 exported  train 9, validation 1" in seat.grid
        assert "▲ 2 openai: " in seat.grid
        assert "■ 2 the same input in two splits" in seat.grid
        assert "■ 1 the same pair as another row" in seat.grid
        await seat.press("j", "enter")  # pending too, but for the one with an open error
        assert "✓ 11 exported" in seat.grid
        assert "▲ 1 open error TXT003" in seat.grid
        await seat.press("j", "enter")
        assert "✓ 12 exported" in seat.grid
        await seat.press("k", "enter")  # without the pending ones there are none of those either
        assert "✓ 10 exported" in seat.grid
        await seat.press("n", "home", "enter")
        assert "CHECK  alpaca" in seat.grid
        assert not list(Path().iterdir())  # nothing was written by all this


async def test_the_rows_of_a_problem_are_opened_in_the_queue(sit: Sit, orders: Path) -> None:
    async with sit(orders) as seat:
        await seat.press("g", "e")
        await seat.press("1")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == [11, 12]
        await seat.press("r")
        assert list(seat.queue.queue.seqs) == [11, 12]
        await seat.press("g", "e")
        await seat.press("2")
        assert list(seat.queue.queue.seqs) == [2, 14]
        await to_check(seat)
        await seat.press("j", "j", "enter")
        assert list(seat.queue.queue.seqs) == [13]


async def test_the_files_are_written_and_named(sit: Sit, orders: Path) -> None:
    async with sit(orders) as seat:
        await to_check(seat)
        assert "y writes into out" in seat.grid
        await agree(seat)
        assert "10 rows written into out" in seat.last_line
        assert "train.jsonl 9 rows" in seat.grid
        assert "curator verify out" in seat.grid
    assert len(written(Path("out"), "train.jsonl")) == 9
    assert len(written(Path("out"), "left_out.jsonl")) == 4


async def test_nothing_is_overwritten_without_asking(sit: Sit, orders: Path) -> None:
    async with sit(orders, size=(160, 50)) as seat:
        await to_check(seat)
        await agree(seat)
        before = Path("out/manifest.json").read_bytes()
        await seat.press("b", "n")
        await agree(seat)
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "the old ones are kept beside them as .bak" in seat.grid
        await seat.press("escape")
        assert "nothing was written" in seat.last_line
        assert Path("out/manifest.json").read_bytes() == before
        await agree(seat)
        await seat.press("y")
        assert Path("out/manifest.json.bak").read_bytes() == before
        assert "KEPT WHAT WAS THERE" in seat.grid


async def test_rows_are_dealt_out_and_that_is_taken_back(sit: Sit, orders: Path) -> None:
    async with sit(orders) as seat:
        await seat.press("g", "e")
        await seat.press("n", "n", "j", "enter")
        assert "validation" in seat.grid.split("CHECK")[1]
        await seat.press("n", "o", "ctrl+u")
        await seat.type("out\n")
        await seat.press("y")
        dealt = {seq: split for seq in range(1, 15) if (split := seat.entry(seq).state.split) is not None}
        assert set(dealt) == {1, 2, 3, 4, 5, 6, 7, 8, 13}  # 14 had one
        assert len(written(Path("out"), "validation.jsonl")) == 1 + list(dealt.values()).count("validation")
        await seat.press("u")
        assert not any(seat.entry(seq).state.split for seq in range(1, 15))


async def test_shares_and_a_seed_are_typed(sit: Sit, orders: Path) -> None:
    async with sit(orders) as seat:
        await seat.press("g", "e")
        await seat.press("n", "n", "G", "k", "k", "enter", "ctrl+u")
        await seat.type("train=0.5,test=0.6")
        assert "the shares add up to 1.1, not to 1" in seat.grid
        await seat.press("enter", "backspace")  # it stays open
        await seat.type("5\n")
        assert "other shares: train=0.5,test=0.5" in seat.grid
        await seat.press("G", "k", "enter", "ctrl+u")
        await seat.type("x")
        assert "a seed is a whole number" in seat.grid
        await seat.press("ctrl+u")
        await seat.type("12\n")
        assert "seed 12" in seat.grid


async def test_rows_are_kept_together_by_a_column(sit: Sit, fill: Any, tmp_path: Path) -> None:
    path = fill([said(f"What of {n}?", f"It is {n}.", book=f"b{n % 10}") for n in range(1, 31)])
    with Workspace.open(path) as workspace:
        workspace.log.record([Change(seq, "status", "accepted") for seq in range(1, 31)], actor="ana")
    async with sit(path, size=(160, 50)) as seat:
        await seat.press("g", "e")
        await seat.press("n", "n", "j", "enter", *("j",) * 5, "enter")
        await seat.type("shelf\n")
        assert "no row that is exported has this key in its metadata" in seat.last_line
        await seat.press("enter", "ctrl+u")
        await seat.type("book\n")
        assert "● together by book" in seat.grid
        await seat.press("n", "o", "ctrl+u")
        await seat.type(f"{tmp_path / 'books'}\n")
        assert "WHAT SPLITS SHARE" not in seat.grid
        await seat.press("y")
        assert "30 rows written" in seat.last_line
        parts = {seq: seat.entry(seq).state.split for seq in range(1, 31)}
    assert all(parts[seq] == parts[seq + 10] for seq in range(1, 21))
    assert set(parts.values()) == {"train", "validation"}


async def test_what_is_parted_is_asked_about_first(sit: Sit, orders: Path) -> None:
    async with sit(orders, size=(160, 50)) as seat:
        await to_check(seat)
        await seat.press("y")
        assert "#2 in train and #14 in validation have the same or a near input" in " ".join(seat.grid.split())
        await seat.press("escape")
        assert "nothing was written" in seat.last_line
    assert not Path("out").exists()


async def test_a_filter_selects_among_them(sit: Sit, orders: Path) -> None:
    async with sit(orders) as seat:
        await seat.press("g", "e")
        await seat.press("slash")
        await seat.type("id<=3 or")
        assert "▲" in seat.grid.splitlines()[2]
        await seat.press("enter")
        assert seat.app.screen.asking == "filter"  # what cannot be read is not taken
        await seat.press("backspace", "backspace", "enter")
        assert "✓ 3 exported  train 3" in seat.grid
        assert "filter  id<=3" in seat.grid
        await seat.press("n", "n", "n", "o", "ctrl+u")
        await seat.type("out\n")
        await seat.press("y")
    assert len(written(Path("out"), "train.jsonl")) == 3


async def test_what_cannot_be_exported_is_said(sit: Sit, orders: Path) -> None:
    Path("taken").write_text("a file")
    async with sit(orders, size=(160, 50)) as seat:
        await to_check(seat, "taken")
        await agree(seat)
        assert "taken: is not a folder" in seat.last_line
        assert not seat.app.screen.working
        await seat.press("b", "b", "b", "slash")
        await seat.type("nothing-has-this\n")
        assert "nothing is selected" in seat.grid
        await seat.press("n", "n", "n", "y")  # is no key now
        assert "No row is selected" in seat.grid


async def test_a_stopped_export_puts_nothing_in_place(sit: Sit, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: Any, **__: Any) -> Iterator[Progress]:
        while True:
            yield Progress("writing", 1, 12)
            time.sleep(0.001)

    async with sit(orders) as seat:
        await to_check(seat)
        with monkeypatch.context() as patched:
            patched.setattr("curator.operations.export.export", endless)
            await seat.pilot.press("y")
            await seat.pilot.press("y")
            assert isinstance(seat.app.screen, ExportScreen)
            assert not seat.app.screen.possible("place.close")
            await seat.pilot.press("x")
            await seat.settle()
        assert "stopped: nothing was put in place" in seat.last_line
        await agree(seat)
        assert "10 rows written" in seat.last_line


async def test_a_folder_is_completed_and_a_home_is_meant_by_its_sign(
    sit: Sit, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("exports").mkdir()
    monkeypatch.setenv("HOME", str(Path().absolute()))
    async with sit(orders) as seat:
        await seat.press("g", "e")
        await seat.press("n", "n", "n", "o", "ctrl+u")
        await seat.type("~/exp")
        await seat.press("tab")
        await seat.type("new\n")
        await agree(seat)
    assert Path("exports/new/train.jsonl").exists()


@pytest.mark.usefixtures("orders")
async def test_text_from_data_does_not_drive_the_terminal(sit: Sit, fill: Any) -> None:
    path = fill([said("\x1b[2J", f"[bold]{n}\x9b31m", name="\u202e") for n in range(12)])
    with Workspace.open(path) as workspace:
        workspace.log.record([Change(seq, "status", "accepted") for seq in range(1, 13)], actor="ana")
    async with sit(path) as seat:
        await to_check(seat, "o\x1bu[t]")
        for keys in ((), ("y",), ("b", "n")):
            await seat.press(*keys)
            shown = "".join(segment.text for strip in seat.strips for segment in strip)
            assert not [letter for letter in shown if not letter.isprintable()]


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, orders: Path, size: tuple[int, int]) -> None:
    async with sit(orders, size=size) as seat:
        for keys in (("g", "e"), ("slash",), ("escape", "n"), ("n",), ("n",), ("y",)):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]


async def test_help_names_the_keys(sit: Sit, orders: Path) -> None:
    async with sit(orders) as seat:
        await seat.press("g", "e")
        await seat.press("question_mark")
        assert "only rows that a filter selects" in seat.grid
