"""The label schema on the screen: changed in curator.toml at once, and live in the queue."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.query import parse
from curator.settings import load
from curator.tui.screens.labels import LabelsScreen
from curator.workspace import Change, Workspace

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
WRITTEN = """\
# agreed on with Bob
[labels.quality]
kind = "multi"
values = ["wrong answer", "", "style drift"]
keys = ["1", "2", "3"]

[labels.tone]
values = ["warm", "cold"]
where = "len(out)>40"

[labels.unsafe]
kind = "flag"
keys = ["9"]

[labels.clarity]
kind = "rating"
"""


@pytest.fixture
def labelled(refunds: Path) -> Path:
    """Thirty rows, some of which carry labels."""
    (refunds.parent / "curator.toml").write_text(WRITTEN)
    with Workspace.open(refunds) as workspace:
        quality = [Change(seq, "labels", {"quality": ["wrong answer"]}) for seq in range(6, 20)]
        workspace.log.record([Change(1, "labels", {"tone": "cold", "mood": "sour"}), *quality], actor="ana")
        workspace.log.record([Change(2, "labels", {"quality": ["wrong answer"], "unsafe": True})], actor="bob")
    return refunds


def toml(path: Path) -> str:
    return (path.parent / "curator.toml").read_text()


async def labels(seat: Any) -> Any:
    await seat.press("g", "l")
    assert isinstance(seat.app.screen, LabelsScreen)
    return seat.app.screen


async def type_line(seat: Any, text: str, *, clear: bool = False) -> None:
    if clear:
        await seat.press("end", "ctrl+u")
    await seat.type(text)
    await seat.press("enter")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, labelled: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(labelled, size=size) as seat:
        await labels(seat)
        golden(f"labels-{size[0]}x{size[1]}", seat.grid)
        await seat.press("A")
        await seat.type("tone2 single")
        golden(f"labels-new-{size[0]}x{size[1]}", seat.grid)


async def test_it_reads_without_colours(sit: Sit, labelled: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(labelled, size=(80, 24)) as seat:
        for _ in range(2):
            seat.app.action_app("theme")
        await labels(seat)
        golden("labels-mono-80x24", seat.grid)


async def test_labels_are_listed_with_digits_and_counts(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        lines = [" ".join(line.strip(" │").split()) for line in seat.grid.splitlines()[2:14]]
        assert lines[:10] == [
            "▸ quality multi 15 rows",
            "1 wrong answer 15 rows",
            "2 gone; its digit stays empty",
            "3 style drift 0 rows",
            "tone single 1 row / len(out)>40",
            "4 warm 0 rows",
            "5 cold 1 row",
            "9 unsafe flag 1 row",
            "6 clarity rating 1-5 0 rows",
            "! mood: sour 1 row given, but no label here",
        ]
        assert "curator.toml holds 4 labels" in seat.last_line
        assert toml(labelled) == WRITTEN


async def test_a_value_is_added_and_its_digit_works_in_the_queue(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("a")
        await type_line(seat, "rude words")
        assert "rude words · saved in curator.toml" in seat.last_line
        assert load(labelled.parent).bindings["7"].value == "rude words"
        assert toml(labelled).startswith("# agreed on with Bob\n")
        await seat.press("escape", "7")
        assert seat.entry(1).state.labels["quality"] == ["rude words"]
        assert "[7 rude words]" in seat.grid


async def test_a_new_label_is_typed_in_a_line_that_says_what_is_missing(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("A")
        await seat.type("depth")
        assert "depth: then a kind: single, multi, flag, rating, text" in seat.grid
        await seat.press("enter")
        await seat.type(" rating 12")
        await seat.press("enter")
        assert "then its best, a number from 2 to 9" in seat.grid
        assert "depth" not in toml(labelled)
        await seat.press("backspace", "backspace")
        await type_line(seat, "7")
        assert load(labelled.parent).labels[-1].most == 7
        assert "1 of 9 digits free" in seat.grid
        await seat.press("A")
        await type_line(seat, "length single: short, long, endless")
        assert load(labelled.parent).labels[-1].keys == ("8", "", "")
        await seat.press("A")
        await type_line(seat, "length flag")
        assert "there is a label 'length' already" in seat.grid
        await seat.press("escape")


async def test_a_new_name_reaches_every_row_and_u_takes_it_back(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("j", "e")
        await type_line(seat, "incorrect", clear=True)
        assert f"renamed wrong answer to incorrect · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert seat.entry(2).state.labels == {"quality": ["incorrect"], "unsafe": True}
        assert seat.entry(2).state.reviewer == "bob"
        assert 'values = ["incorrect", "", "style drift"]' in toml(labelled)
        assert "15 rows carry it" in seat.grid
        await seat.press("u")
        assert seat.entry(2).state.labels == {"quality": ["wrong answer"], "unsafe": True}
        assert 'values = ["wrong answer", "", "style drift"]' in toml(labelled)
        await seat.press("U")
        assert 'values = ["incorrect", "", "style drift"]' in toml(labelled)
        await seat.press("home", "e")
        await type_line(seat, "tone", clear=True)
        assert "there is 'tone' already" in seat.last_line


async def test_what_is_removed_leaves_its_digit_empty(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("j", "x")
        assert "15 rows that carry it keep it" in seat.grid
        assert "Digit 1: left empty." in seat.grid
        await seat.press("n")
        assert "nothing was changed" in seat.last_line
        await seat.press("x", "y")
        assert list(load(labelled.parent).bindings) == ["3", "4", "5", "6", "9"]
        assert seat.entry(2).state.labels["quality"] == ["wrong answer"]
        assert "quality: wrong answer" in seat.grid  # given, but no label any more
        await seat.press("home", "j", "x", "a")  # the place is gone: nothing to remove
        await seat.press("escape")


async def test_what_was_given_is_taken_in(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("G", "i")
        assert load(labelled.parent).labels[-1].values == ("sour",)
        assert load(labelled.parent).bindings["7"].value == "sour"


async def test_order_changes_and_digits_stay(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        before = load(labelled.parent).bindings
        screen = await labels(seat)
        await seat.press(*["j"] * 6, "left_square_bracket")
        assert load(labelled.parent).labels[1].values == ("cold", "warm")
        assert screen.here.name == "cold"
        await seat.press("home", "right_square_bracket")
        assert [label.name for label in load(labelled.parent).labels] == ["tone", "quality", "unsafe", "clarity"]
        assert load(labelled.parent).bindings == before


async def test_a_label_is_offered_for_some_rows(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("w")
        await type_line(seat, "len(")
        assert "where" not in toml(labelled).partition("[labels.tone]")[0]
        await seat.press("end", "ctrl+u")
        await type_line(seat, "sev:error")
        assert load(labelled.parent).labels[0].where == "sev:error"
        assert "Offered for rows of: sev:error" in seat.grid


async def test_enter_shows_the_rows_that_carry_it(sit: Sit, labelled: Path) -> None:
    async with sit(labelled) as seat:
        await labels(seat)
        await seat.press("j", "enter")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == [2, *range(6, 20)]
        assert list(seat.workspace.examples.ids(parse(seat.queue.where))) == [2, *range(6, 20)]


async def test_a_workspace_without_labels(sit: Sit, refunds: Path) -> None:
    async with sit(refunds) as seat:
        await labels(seat)
        assert "no labels yet: A makes the first" in seat.last_line
        await seat.press("j", "e", "x", "enter", "A")
        await type_line(seat, "quality multi: wrong, rude")
        assert toml(refunds) == '[labels.quality]\nkind = "multi"\nvalues = ["wrong", "rude"]\nkeys = ["1", "2"]\n'
        await seat.press("escape", "2")
        assert seat.entry(1).state.labels == {"quality": ["rude"]}


async def test_a_file_that_is_wrong_is_said_and_left(sit: Sit, labelled: Path) -> None:
    (labelled.parent / "curator.toml").write_text("[labels")
    async with sit(labelled) as seat:
        await labels(seat)
        assert "this is not TOML" in seat.last_line
        await seat.press("A")
        await type_line(seat, "x flag")
        assert toml(labelled) == "[labels"


async def test_hostile_names(sit: Sit, refunds: Path) -> None:
    (refunds.parent / "curator.toml").write_text('[labels."[red]x"]\nvalues = ["[bold]\\u001b[2J", "\\u202eback"]\n')
    async with sit(refunds) as seat:
        await labels(seat)
        await seat.press("j")
        assert "[bold]␛[2J" in seat.grid
        shown = "".join(segment.text for strip in seat.strips for segment in strip)
        assert not [letter for letter in shown if not letter.isprintable()]


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, labelled: Path, size: tuple[int, int]) -> None:
    async with sit(labelled, size=size) as seat:
        await labels(seat)
        for keys in (("j", "j"), ("J", "G"), ("A",)):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]
