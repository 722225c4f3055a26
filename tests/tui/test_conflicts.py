"""Conflicts on the screen: answers side by side, one key that says which is right, one step to take it back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.query import parse
from curator.settings import Review, Settings
from curator.tui.dwell import Dwell
from curator.tui.screens.conflicts import ConflictsScreen
from curator.tui.screens.one_answer import OneAnswerScreen
from curator.tui.side_by_side import sides
from curator.workspace import Change, Workspace
from tests.operations.conflicting import tie
from tests.tui.conftest import REFUND, SYSTEM, said

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
LATE, WAIT = (
    '{"answer": "Refunds take 5-7 days. Yours is late.", "escalate": true}',
    '{"answer": "Refunds take 10 days. Please wait.", "escalate": false}',
)
ASKED = "Does Acme ship to Norway?"


@pytest.fixture
def shop(fill: Any) -> Path:
    """Rows 1 to 5 say two things of one refund, rows 6 and 7 two of a country; 8 and 9 one of near to one question."""
    rows = [
        *(said(REFUND, text, system=SYSTEM) for text in (LATE, WAIT, LATE, LATE, WAIT)),
        said(ASKED, "Yes, within 5 days."), said(ASKED, "No, to Sweden only."),
        said("How do I cancel?", "orders"), said("How can I cancel please?", "refunds"),
        said("Hello", "Hello. What is it about?"),
    ]  # fmt: skip
    path: Path = fill(rows)
    with Workspace.open(path) as workspace:
        tie(workspace, (1, 2, 3, 4, 5), (6, 7), (8, 9))
    return path


def statuses(seat: Any) -> str:
    """One letter a row."""
    return "".join(entry.state.status[0] for entry in seat.workspace.examples.stream())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, shop: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    with Workspace.open(shop) as workspace:
        workspace.log.record([Change(2, "status", "accepted")], actor="bob")
    async with sit(shop, size=size) as seat:
        await seat.press("g", "c")
        golden(f"conflicts-{size[0]}x{size[1]}", seat.grid)
        await seat.press("m")
        await seat.type("Refunds take 10 days.")
        golden(f"conflicts-write-{size[0]}x{size[1]}", seat.grid)


async def test_without_colours_it_says_the_same(
    sit: Sit, shop: Path, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sit(shop, size=(80, 24)) as seat:
        await seat.press("g", "c")
        golden("conflicts-mono-80x24", seat.grid)
        assert "[-5-7-]" in seat.grid
        assert "{+10+}" in seat.grid


async def test_one_key_says_which_is_right_and_the_next_conflict_comes(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c")
        assert "1 of 3 open · 3 in all · 2 outputs, 5 rows" in seat.grid
        assert "1 rejects 2 · 2 rejects 3" in seat.grid
        assert "A majority is not the truth" in seat.grid
        await seat.press("1")
        assert statuses(seat) == "prpprppppp"
        assert f"A is right: 2 rows changed · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert "1 of 2 open · 3 in all · 2 outputs, 2 rows" in seat.grid
        await seat.press("2")
        assert statuses(seat) == "prpprrpppp"


async def test_each_is_one_step_to_undo_and_brings_its_conflict_back(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "x")
        assert statuses(seat) == "rrrrrppppp"
        assert "u undoes: reject 5 examples" in seat.grid
        await seat.press("u")
        assert statuses(seat) == "pppppppppp"
        assert "1 of 3 open" in seat.grid
        assert "▸ #1 " in seat.grid
        await seat.press("U")
        assert statuses(seat) == "rrrrrppppp"
        assert "resolved · 2 open" in seat.grid
        await seat.press("right_square_bracket")
        assert "1 of 2 open" in seat.grid
        assert seat.workspace.verify() == []


async def test_what_is_right_is_accepted_too_once_that_was_asked_for(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c")
        assert "What is right stays as it is (a: accept it)" in seat.grid
        await seat.press("a")
        assert "1 rejects 2, accepts 3" in seat.grid
        await seat.press("1")
        assert statuses(seat) == "araarppppp"


async def test_all_right_marks_them_for_a_fix_with_what_the_input_lacks(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "k")
        assert statuses(seat) == "fffffppppp"
        assert seat.entry(1).state.note == "the input lacks context: other answers to it are right too (#2)"


async def test_to_rag_and_skip(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "s")
        assert "skipped #1" in seat.last_line
        assert "2 of 3 open" in seat.grid
        await seat.press("R")
        assert list(seat.workspace.examples.ids(parse("route:rag"))) == [6, 7]
        assert "to RAG: 2 rows changed" in seat.last_line
        assert "2 of 2 open" in seat.grid
        await seat.press("left_square_bracket")
        assert "1 of 2 open" in seat.grid


async def test_the_right_answer_is_written_once(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "m")
        assert isinstance(seat.app.screen, OneAnswerScreen)
        assert "THE RIGHT ANSWER  0 ch · for 5 rows" in seat.grid
        assert not seat.app.screen.possible("answer.save")
        await seat.press("tab", "tab")
        assert "starts from B" in seat.last_line
        await seat.type(" ok")
        await seat.press("tab")
        assert "what was typed stays" in seat.last_line
        await seat.press("ctrl+s")
        assert isinstance(seat.app.screen, ConflictsScreen)
        assert {seat.entry(seq).example.output_text for seq in range(1, 6)} == {f"{WAIT} ok"}
        assert statuses(seat) == "pppppppppp"
        assert "one answer written: 5 rows changed" in seat.last_line
        assert seat.workspace.drafts.load(1, "conflict", "ana") is None
        await seat.press("u")
        assert [seat.entry(seq).example.output_text for seq in (1, 2)] == [LATE, WAIT]


async def test_what_was_written_and_not_stored_is_a_draft(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "m")
        await seat.type("Within 14 days.")
        await seat.press("escape")
        assert "not stored" in seat.last_line
        await seat.press("escape")
        assert "nothing was changed" in seat.last_line
        await seat.press("m")
        assert "Within 14 days." in seat.grid
        assert "this is the draft of an answer" in seat.last_line
        await seat.press("ctrl+s")
        assert seat.entry(5).example.output_text == "Within 14 days."


async def test_more_than_two_answers_are_gone_through_at_the_right(sit: Sit, fill: Any) -> None:
    path = fill([said("Pick a number", f"It is {number}.") for number in range(12)])
    with Workspace.open(path) as workspace:
        tie(workspace, range(1, 13))
    async with sit(path) as seat:
        await seat.press("g", "c")
        assert "1 of 11 others" in seat.grid
        assert "12 outputs, 12 rows" in seat.grid
        await seat.press(*["l"] * 20)
        assert "0 L  1 row  #12" in seat.grid
        assert "11 of 11 others" in seat.grid
        await seat.press("h")
        assert "0 K  1 row  #11" in seat.grid
        await seat.press("0")
        assert statuses(seat) == "rrrrrrrrrrpr"
        assert "K is right: 11 rows changed" in seat.last_line


async def test_the_difference_is_told_by_words_by_lines_or_not(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c")
        assert "diff: words" in seat.grid
        assert "[-5-7-]" in seat.grid
        await seat.press("d")
        assert "diff: next to nothing in common" in seat.grid  # its only line is another one
        await seat.press("d")
        assert "diff: off" in seat.grid
        assert "[-" not in seat.grid
        await seat.press("d")
        assert "{+10+}" in seat.grid


async def test_inputs_that_are_not_the_same_are_told_apart(sit: Sit, shop: Path) -> None:
    async with sit(shop, size=(160, 50)) as seat:
        await seat.press("g", "c")
        assert "SAME INPUT" in seat.grid
        await seat.press("s", "s")
        assert "INPUT OF A" in seat.grid
        assert "ITS INPUT IS NOT THAT OF A" in seat.grid
        assert "How [-do-]{+can+} I cancel{+ please+}?" in seat.grid


async def test_the_whole_input_is_one_key_away(sit: Sit, shop: Path) -> None:
    async with sit(shop, size=(80, 24)) as seat:
        await seat.press("g", "c")
        assert "You are the support assistant" not in seat.grid
        await seat.press("i")
        assert "You are the support assistant" in seat.grid
        await seat.press("i")
        assert "You are the support assistant" not in seat.grid


async def of_row(seat: Any, seq: int) -> None:
    """The conflict of a row, as the queue opens it."""
    seat.app.push_screen(ConflictsScreen(seat.app.desk, seq), seat.queue._place_left)
    await seat.settle()


async def test_from_the_queue_the_conflict_of_the_row_opens(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await of_row(seat, 7)
        assert "▸ #6 " in seat.grid
        await seat.press("enter")
        assert seat.app.screen is seat.queue
        assert seat.queue.where == "id:6,7"
        assert list(seat.queue.queue.seqs) == [6, 7]


async def test_what_is_resolved_by_another_way_is_not_open(sit: Sit, shop: Path) -> None:
    with Workspace.open(shop) as workspace:
        workspace.log.record([Change(6, "status", "rejected")], actor="bob")
    async with sit(shop) as seat:
        await seat.press("g", "c")
        assert "1 of 2 open · 3 in all" in seat.grid
        await seat.press("escape")
        await of_row(seat, 7)  # a resolved one can still be looked at
        assert "resolved · 2 open" in seat.grid
        assert "decided  ✗ 1 rejected bob" in seat.grid
        await seat.press("escape")
        await of_row(seat, 10)
        assert "#10 conflicts with nothing that the checks have found" in seat.last_line
        assert "1 of 2 open" in seat.grid


async def test_when_all_are_resolved_it_says_so(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "1", "1", "1")
        assert "none open · 3 in all" in seat.grid
        assert "No conflict is open. esc goes back to the queue, g h shows what is next." in seat.grid
        assert "A is right: 1 row changed" in seat.last_line
        assert not seat.app.screen.possible("conflicts.next")
        await seat.press("escape")
        assert seat.app.screen is seat.queue


async def test_the_screen_says_what_is_missing(sit: Sit, fill: Any) -> None:
    async with sit(fill([said("Hello", "Hi"), said("What?", "That.")])) as seat:
        await seat.press("g", "c")
        assert "not checked yet: curator check --select CON" in seat.last_line
        await seat.press("1", "x", "m", "k", "R", "s", "d", "enter", "escape")
        assert seat.app.screen is seat.queue


async def test_somebody_else_was_faster(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c")
        with Workspace.open(shop) as other:
            other.log.record([Change(4, "status", "rejected")], actor="bob")
        await seat.press("1")
        assert "somebody has changed this conflict meanwhile" in seat.last_line
        assert statuses(seat) == "ppprpppppp"


async def test_nothing_is_called_saved_when_it_is_not(sit: Sit, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

    async with sit(shop) as seat:
        await seat.press("g", "c")
        with monkeypatch.context() as patched:
            patched.setattr("curator.workspace.log.EventLog.record", full)
            await seat.press("1")
        assert "the disk is full" in seat.last_line
        assert "saved #" not in seat.grid
        await seat.press("1")
        assert statuses(seat) == "prpprppppp"


def test_a_key_that_is_held_is_one_press() -> None:
    now = [0.0]
    dwell = Dwell(150, lambda: now[0])
    dwell.shown()
    for tick in range(30):
        now[0] = 0.033 * tick
        assert dwell.too_soon()
    now[0] += 0.2
    assert not dwell.too_soon()


async def test_a_key_that_came_too_soon_is_dropped_and_said(sit: Sit, shop: Path) -> None:
    async with sit(shop, settings=Settings(review=Review(min_dwell_ms=10_000))) as seat:
        await seat.press("g", "c", "x")
        assert "too fast: the key was dropped" in seat.last_line
        assert statuses(seat) == "pppppppppp"


async def test_text_from_data_does_not_drive_the_terminal(sit: Sit, fill: Any) -> None:
    path = fill([said("\x1b[2J[bold]Ask[/]", f"\x1b]0;owned\x07 [red]{end}\u202e") for end in ("one two", "one three")])
    with Workspace.open(path) as workspace:
        tie(workspace, (1, 2))
    async with sit(path) as seat:
        await seat.press("g", "c")
        assert "␛[2J[bold]Ask[/]" in seat.grid
        assert "␛]0;owned␇ [red]one [-two-]<U+202E>" in seat.grid
        await seat.press("m", "tab")
        shown = "".join(segment.text for strip in seat.strips for segment in strip)
        assert not [letter for letter in shown if not letter.isprintable() and ord(letter) < 0xF0000]
        await seat.press("ctrl+s")
        assert seat.entry(2).example.output_text == "\x1b]0;owned\x07 [red]one two\u202e"


async def test_secrets_are_masked_and_compared_masked(sit: Sit, fill: Any) -> None:
    path = fill(
        [said("Whom do I ask?", f"Write to {name}@glimmerhold-lanterns.com now") for name in ("odile", "marco")]
    )
    with Workspace.open(path) as workspace:
        tie(workspace, (1, 2))
    async with sit(path) as seat:
        await seat.press("g", "c")
        assert "Write to" in seat.grid
        assert "odile@" not in seat.grid
        assert "marco" not in seat.grid


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, shop: Path, size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        await seat.press("g", "c")
        for keys in (("J", "K"), ("i",), ("i", "d"), ("m",)):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]


async def test_leaving_while_conflicts_are_read_is_no_error(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.pilot.press("g", "c", "escape")
        await seat.settle()
        assert seat.app.screen is seat.queue


async def test_help_names_the_keys(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await seat.press("g", "c", "question_mark")
        assert " ▸ Keys" in seat.grid
        assert "A is right: reject the others" in seat.grid


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("It takes 5 days.", "It takes 10 days.", ("It takes [-5-] days.", "It takes {+10+} days.")),
        ("one two three four", "one two three four", ("one two three four", "one two three four")),
        ("billing", "technical", ("billing", "technical")),
        ("a b c d, so it is", "a b c d, so it is not", ("a b c d, so it is", "a b c d, so it is{+ not+}")),
        ("", "x", ("", "x")),
    ],
)
def test_sides_mark_what_only_one_of_them_says(left: str, right: str, shown: tuple[str, str]) -> None:
    found = sides(left, right, "words")
    assert (found.left.text, found.right.text) == shown
    for side in (found.left, found.right):
        for mark in side.marks:
            assert side.text[mark.start : mark.end].startswith(("[-", "{+"))
            assert side.text[mark.start : mark.end].endswith(("-]", "+}"))


def test_long_texts_are_compared_by_lines_and_longer_ones_not() -> None:
    long = "a line of some words\n" * 3_000
    assert sides(long, f"{long}and one more", "words").how == "lines"
    assert sides(long * 20, long * 21, "words").how == "too long to compare"
