"""A label gets another kind on the Labels screen; and whatever undoes it, curator.toml and the digits follow."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.operations import relabel
from curator.settings import load
from curator.tui.screens.labels import LabelsScreen
from curator.workspace import Change, Workspace

Sit = Any
WRITTEN = """\
# agreed on with Bob
[labels.quality]
kind = "multi"
values = ["wrong answer", "style drift"]
keys = ["1", "2"]

[labels.remark]
kind = "text"
keys = ["5"]

[review]
min_dwell_ms = 0
"""


@pytest.fixture
def labelled(refunds: Path) -> Path:
    """Thirty rows, some of which carry labels, of two reviewers."""
    (refunds.parent / "curator.toml").write_text(WRITTEN)
    with Workspace.open(refunds) as workspace:
        quality = [Change(seq, "labels", {"quality": ["wrong answer"]}) for seq in range(6, 20)]
        workspace.log.record([Change(1, "labels", {"remark": "curt\x1b[2J"}), *quality], actor="ana")
        both = {"quality": ["wrong answer", "style drift"], "remark": "[b]odd"}
        workspace.log.record([Change(2, "labels", both)], actor="bob")
    return refunds


def toml(path: Path) -> str:
    return (path.parent / "curator.toml").read_text()


def stored(workspace: Workspace) -> list[Any]:
    return [list(workspace._connection.rows(f"select * from {name} order by 1, 2")) for name in ("judgement", "state")]


async def turned(seat: Any, path: Path, *keys: str, kind: str = "single") -> None:
    """Give `quality` another kind: from the queue, and back to it."""
    await seat.press("g", "l", *keys, "t")
    await seat.type(kind)
    await seat.press("enter", "y", "escape")
    assert seat.app.screen is seat.queue
    assert load(path.parent).labels[0].kind == kind


async def test_what_would_fit_is_said_before_anything_is_changed(
    sit: Sit, labelled: Path, golden: Callable[[str, str], None]
) -> None:
    async with sit(labelled, size=(80, 24)) as seat:
        before = stored(seat.workspace)
        await seat.press("g", "l", "t")
        await seat.type("single")
        await seat.press("enter")
        assert "FITS, IN 14 ROWS" in seat.grid
        assert "DOES NOT FIT, IN 1 ROW" in seat.grid
        assert "wrong answer and style drift   1 row" in seat.grid
        golden("labels-kind-80x24", seat.grid)
        await seat.press("n")
        assert "nothing was changed" in seat.last_line
        assert (stored(seat.workspace), toml(labelled)) == (before, WRITTEN)


async def test_one_step_changes_the_file_and_the_rows_and_u_takes_it_back(sit: Sit, labelled: Path) -> None:
    async with sit(labelled, settings=load(labelled.parent)) as seat:
        before = stored(seat.workspace)
        await seat.press("g", "l", "t")
        await seat.type("single")
        await seat.press("enter", "y")
        assert f"quality is single now · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert seat.entry(6).state.labels == {"quality": "wrong answer"}
        assert seat.entry(2).state.labels["quality"] == ["wrong answer", "style drift"]
        assert 'kind = "single"' in toml(labelled)
        assert toml(labelled).startswith("# agreed on with Bob\n")
        await seat.press("u")
        assert stored(seat.workspace) == before
        assert load(labelled.parent).labels[0].kind == "multi"
        assert isinstance(seat.app.screen, LabelsScreen)


async def test_a_text_becomes_values_and_what_is_wrong_with_a_kind_is_said(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await seat.press("g", "l", "G", "t")
        await seat.type("choice")
        await seat.press("enter")
        assert "a kind: single, multi, flag, rating, text" in seat.grid
        await seat.press("end", "ctrl+u")
        await seat.type("text")
        await seat.press("enter")
        assert "remark is text already" in seat.last_line
        await seat.press("t")
        await seat.type("rating 3")
        await seat.press("enter")
        assert "DOES NOT FIT, IN 2 ROWS" in seat.grid
        assert "curt␛[2J   1 row" in seat.grid
        assert "[b]odd   1 row" in seat.grid
        await seat.press("y")
        assert "5 remark rating 1-3 2 rows" in " ".join(seat.grid.split())
        await seat.press("j", "t", "escape")  # a value has no kind of its own


async def test_history_tells_what_became_what(sit: Sit, labelled: Path) -> None:
    async with sit(labelled, settings=load(labelled.parent)) as seat:
        await seat.press("g", "l", "G", "t")
        await seat.type("single")
        await seat.press("enter", "y", "escape", "g", "t")
        assert "make label remark single, text before" in seat.grid
        assert "text → single" in seat.grid
        await seat.press("escape")
        await turned(seat, labelled, kind="single")
        await seat.press("g", "t")
        assert "make label quality single, multi before" in seat.grid


@pytest.mark.parametrize("way", ["queue", "history", "home"])
async def test_whatever_undoes_it_the_digits_follow(sit: Sit, labelled: Path, way: str) -> None:
    places: dict[str, tuple[str, ...]] = {"queue": (), "history": ("g", "t"), "home": ("g", "h")}
    async with sit(labelled, settings=load(labelled.parent)) as seat:
        before = toml(labelled)
        await turned(seat, labelled)
        await seat.press(*places[way], "u", *(("escape",) if places[way] else ()))
        assert load(labelled.parent).labels[0].kind == "multi"
        assert seat.app.screen is seat.queue
        await seat.press("1", "2")
        here = seat.entry(seat.here).state.labels["quality"]
        assert here == ["wrong answer", "style drift"]
        assert toml(labelled) == before


async def test_a_name_that_is_undone_in_the_queue_is_given_by_its_digit_again(sit: Sit, labelled: Path) -> None:
    async with sit(labelled, settings=load(labelled.parent)) as seat:
        await seat.press("g", "l", "j", "e", "end", "ctrl+u")
        await seat.type("incorrect")
        await seat.press("enter", "escape", "u")
        assert "undid: rename quality wrong answer to incorrect" in seat.last_line
        assert toml(labelled) == WRITTEN
        await seat.press("1")
        assert seat.entry(1).state.labels["quality"] == ["wrong answer"]
        await seat.press("u", "u", "U", "U")
        assert seat.workspace.verify() == []


async def test_redo_in_the_queue_takes_the_file_along(sit: Sit, labelled: Path) -> None:
    async with sit(labelled, settings=load(labelled.parent)) as seat:
        await turned(seat, labelled)
        await seat.press("u", "U", "3", "1")
        assert load(labelled.parent).labels[0].kind == "single"
        assert seat.entry(1).state.labels["quality"] == "wrong answer"


def test_review_in_lines_follows_too(labelled: Path) -> None:
    with Workspace.open(labelled) as workspace:
        relabel.rename(workspace, "quality", "wrong answer", "incorrect", actor="ana")
    done = subprocess.run(
        [sys.executable, "-m", "curator", "review", "--plain", "-w", labelled.name, "--as", "ana"], cwd=labelled.parent,
        input="u\n1\nq\n", text=True, encoding="utf-8", capture_output=True, check=True, timeout=60,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert "undid: rename quality wrong answer to incorrect" in done.stdout
    with Workspace.open(labelled) as workspace:
        assert workspace.examples.entry(1).state.labels["quality"] == ["wrong answer"]
    assert toml(labelled) == WRITTEN
