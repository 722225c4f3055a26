"""One act for many rows on the screen: counted, objected to, carried out as one step, taken back."""

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding
from curator.settings import Label, Review, Settings
from curator.tui.screens.bulk import BulkScreen
from curator.workspace import Change, Workspace
from tests.tui.conftest import said

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
ROWS = [said(f"Where is parcel {n}?", f"Parcel {n} is on its way.") for n in range(1, 13)]
WHERE = "finding:DUP001"


@pytest.fixture
def parcels(fill: Any) -> Path:
    """Twelve rows with a duplicate's finding; bob has accepted #2 with a label and rejected #3; #5 contradicts #6."""
    path: Path = fill(ROWS)
    with Workspace.open(path) as ws:
        ids = dict(enumerate(ws.examples.ids_of(list(range(1, 13))), 1))
        run = ws.findings.begin_run(
            {"DUP001": ("warning", "exact-duplicate"), "CON001": ("error", "conflicting-outputs")}
        )
        run.add(Finding("DUP001", ids[n], "the same as another row") for n in range(1, 13))
        run.add([Finding("CON001", ids[5], "2 outputs for one input", related=(ids[6],))])
        run.add_edges([(5, 6, "conflict", "CON001")])
        run.finish()
        ws.log.record([Change(2, "status", "accepted"), Change(2, "labels", {"tone": "warm"})], actor="bob")
        ws.log.record([Change(3, "status", "rejected")], actor="bob")
    return path


async def bulk(seat: Any, *keys: str) -> BulkScreen:
    """Open the screen over all twelve rows, and press keys there."""
    screen = BulkScreen(seat.queue.desk, WHERE, array("q", range(1, 13)))
    await seat.app.push_screen(screen, seat.queue._place_left)
    await seat.settle()
    for key in keys:
        await seat.press(key)
    return screen


def statuses(seat: Any) -> dict[str, int]:
    by = seat.workspace.status().by_status
    return {name: count for name, count in by.items() if count}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, parcels: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(parcels, size=size) as seat:
        await bulk(seat)
        golden(f"bulk-choose-{size[0]}x{size[1]}", seat.grid)
        await seat.press("x")
        golden(f"bulk-{size[0]}x{size[1]}", seat.grid)


async def test_without_colours(sit: Sit, parcels: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(parcels, size=(80, 24)) as seat:
        seat.app.theme = "curator-mono"
        await bulk(seat, "a", "o")
        golden("bulk-mono-80x24", seat.grid)


async def test_what_people_decided_is_kept_unless_o(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        await bulk(seat, "x")
        assert "matched 12   will change 10   so already 1" in seat.grid
        assert "kept because a person decided 1 (o overwrites)" in seat.grid
        assert "· 10 pending   ✓ 1 accepted   ✗ 1 rejected" in seat.grid
        assert statuses(seat) == {"pending": 10, "accepted": 1, "rejected": 1}
        await seat.press("o")
        assert "will change 11" in seat.grid
        await seat.press("y")
        assert statuses(seat) == {"rejected": 12}
        assert f"rejected 11 rows · saved #{seat.workspace.log.last_seq()}" in seat.last_line


async def test_it_is_one_step_to_undo_here_and_in_the_queue(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        await bulk(seat, "a", "y")
        assert statuses(seat) == {"accepted": 11, "rejected": 1}
        assert "u undoes: accept 10 examples" in seat.grid
        await seat.press("u")
        assert statuses(seat) == {"pending": 10, "accepted": 1, "rejected": 1}
        await seat.press("U", "escape")
        assert seat.app.screen is seat.queue
        assert statuses(seat) == {"accepted": 11, "rejected": 1}
        await seat.press("u")
        assert statuses(seat) == {"pending": 10, "accepted": 1, "rejected": 1}


async def test_rows_that_speak_against_it_are_left_out_with_one_key(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        await bulk(seat, "a")
        assert "1 row with an open error would be accepted" in seat.grid
        assert "2 rows contradict another row; in 1 group several would be accepted" in seat.grid
        assert "labels of accepted rows" not in seat.grid
        await seat.press("d")
        assert "will change 9" in seat.grid
        assert "1 row left out; D takes all in again" in seat.grid
        await seat.press("d")
        assert "will change 8" in seat.grid
        await seat.press("D")
        assert "will change 10" in seat.grid
        await seat.press("d", "d", "y")
        assert (seat.status(5), seat.status(6), seat.status(7)) == ("pending", "pending", "accepted")


async def test_the_last_row_of_a_label_is_told(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        await bulk(seat, "x", "o")
        assert "no accepted row with tone: warm would be left; there is 1 now" in seat.grid


async def test_labels_routes_and_notes(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        await bulk(seat, "5")
        assert "LABEL TONE: COLD" in seat.grid
        assert "will change 11" in seat.grid
        await seat.press("y", "R")
        assert "TO RAG" in seat.grid
        await seat.press("R")
        assert "TO TRAINING" in seat.grid
        assert "so already 12" in seat.grid
        assert not seat.app.screen.possible("bulk.apply")
        await seat.press("R", "y", "n")
        await seat.type("ask legal")
        await seat.press("enter", "y")
        state = seat.entry(1).state
        assert (state.labels, state.route, state.note, state.status) == (
            {"tone": "cold"},
            "rag",
            "ask legal",
            "pending",
        )
        assert seat.entry(2).state.labels == {"tone": "warm"}


async def test_above_ten_thousand_rows_the_number_is_typed(
    sit: Sit, parcels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curator.tui.screens.bulk.TYPED_ABOVE", 9)
    async with sit(parcels) as seat:
        await bulk(seat, "a", "y")
        assert "type 10 and enter to do it" in seat.grid
        await seat.type("y11")
        await seat.press("enter")
        assert statuses(seat)["pending"] == 10
        await seat.press("escape", "y")
        await seat.type("10")
        await seat.press("enter")
        assert statuses(seat) == {"accepted": 11, "rejected": 1}


async def test_another_sample(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        screen = await bulk(seat, "a")
        assert screen.seen is not None
        first = [entry.seq for entry in screen.seen.sample]
        assert "SAMPLE 8 of 10 (seed 0, r another)" in seat.grid
        await seat.press("r")
        assert screen.seen is not None
        assert [entry.seq for entry in screen.seen.sample] != first


async def test_nothing_is_offered_before_something_is_chosen(sit: Sit, parcels: Path) -> None:
    async with sit(parcels) as seat:
        screen = await bulk(seat)
        assert not any(
            screen.possible(f"bulk.{name}") for name in ("apply", "overwrite", "drop", "all", "resample", "9")
        )
        await seat.press("y", "o", "d", "D", "r")
        assert statuses(seat)["pending"] == 10
        await seat.press("escape")
        assert seat.app.screen is seat.queue


async def test_nothing_is_called_saved_when_it_is_not(sit: Sit, parcels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

    async with sit(parcels) as seat:
        await bulk(seat, "a")
        with monkeypatch.context() as patched:
            patched.setattr("curator.workspace.bulk.BulkStore.record", full)
            await seat.press("y")
        assert "the disk is full" in seat.last_line
        assert "saved #" not in seat.grid
        await seat.press("x")
        assert "REJECT" in seat.grid


async def test_a_rating_and_a_text_are_asked_for(sit: Sit, parcels: Path) -> None:
    labels = (Label("clarity", "rating", (), ("7",), most=3), Label("remark", "text", (), ("8",)))
    async with sit(parcels, settings=Settings(labels=labels, review=Review(min_dwell_ms=0))) as seat:
        screen = await bulk(seat, "7")
        assert "a number from 1 to 3" in seat.grid
        await seat.type("9")
        await seat.press("enter")
        assert "that is no value of it" in seat.grid
        await seat.press("backspace", "2", "enter")
        assert "LABEL CLARITY: 2" in seat.grid
        assert "will change 12" in seat.grid
        await seat.press("y", "8")
        await seat.type("as [b]agreed")
        await seat.press("enter", "y")
        assert seat.entry(3).state.labels == {"clarity": 2, "remark": "as [b]agreed"}
        await seat.press("7", "escape")
        assert screen.bulk is None
        await seat.press("u", "u")
        assert seat.entry(3).state.labels == {}
