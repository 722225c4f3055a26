"""Findings by check and rule on the screen: looked at, ignored with a reason, fixed, opened, taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding, Fix, Span
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.triage import TriageScreen
from curator.workspace import Change, Workspace
from tests.tui.conftest import said

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
ANSWER, SURE, BLANKS = "starts with 'Answer:'", "starts with 'Sure, '", "ends with blanks"
OUTPUT = "messages[1].content"
ROWS = [
    *(said(f"What is {n}+{n}?", f"Answer: {2 * n}") for n in range(1, 7)),
    *(said(f"Name the capital of country {n}.", f"Sure, it is city {n}.") for n in range(7, 10)),
    *(said(f"Translate word {n}.", f"Wort {n}  ") for n in range(10, 14)),
    said("Hello", "Hi!"),
]
CODES = {
    "FMT004": ("error", "format-drift"),
    "TXT003": ("warning", "truncated-output"),
    "STY002": ("info", "least-typical"),
}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.screens.triage.SAMPLE_AFTER", 0)


@pytest.fixture
def drifting(fill: Any) -> Path:
    """Fourteen rows: six and three with two rules of one check, four with a safe fix, two that are only less typical.

    Bob has decided four of those that start with 'Answer:': two were right.
    """
    path: Path = fill(ROWS)
    with Workspace.open(path) as ws:
        ids = dict(enumerate(ws.examples.ids_of(list(range(1, 15))), 1))
        run = ws.findings.begin_run(CODES, {})
        span = (Span(OUTPUT, 0, 7),)
        run.add(Finding("FMT004", ids[n], "starts with 'Answer:', which 8 of 14 do not", 0.9, span, rule=ANSWER)
                for n in range(1, 7))  # fmt: skip
        run.add(Finding("FMT004", ids[n], "starts with 'Sure, ' and 1 like it", 0.5, rule=SURE) for n in range(7, 10))
        run.add(Finding("TXT003", ids[n], "ends with 2 blanks", 0.4, rule=BLANKS, fix=Fix({OUTPUT: f"Wort {n}"}, True))
                for n in range(10, 14))  # fmt: skip
        run.add(Finding("STY002", ids[n], "is unlike the others", n / 20) for n in (13, 14))
        run.finish()
        ws.log.record([Change(n, "status", "rejected") for n in (1, 2)], actor="bob")
        ws.log.record([Change(n, "status", "accepted") for n in (3, 4)], actor="bob")
    return path


async def triage(seat: Any) -> None:
    """Go there, and wait until it has counted."""
    await seat.press("g", "f")
    await seat.until(lambda: isinstance(seat.app.screen, TriageScreen) and seat.app.screen.found)
    await seat.settle()


def open_codes(seat: Any) -> dict[str, int]:
    return {one.code: one.examples for one in seat.workspace.findings.counts()}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, drifting: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    name = f"{size[0]}x{size[1]}"
    async with sit(drifting, size=size) as seat:
        await triage(seat)
        await seat.press("j")
        golden(f"triage-{name}", seat.grid)
        await seat.press("i")
        await seat.type("the customer wants it so")
        golden(f"triage-why-{name}", seat.grid)


async def test_without_colours(sit: Sit, drifting: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(drifting, size=(80, 24)) as seat:
        seat.app.theme = "curator-mono"
        await triage(seat)
        await seat.press("j")
        golden("triage-mono-80x24", seat.grid)


async def test_it_says_how_often_a_rule_was_right(sit: Sit, drifting: Path) -> None:
    async with sit(drifting, size=(160, 50)) as seat:
        await triage(seat)
        assert isinstance(seat.app.screen, TriageScreen)
        assert "15 open in 3 checks" in seat.grid
        await seat.press("j")
        assert "2 of 4 decided were real: 50% (95% interval 15% to 85%)" in seat.grid
        assert "starts with 'Answer:', which 8 of 14 do not" in seat.grid
        await seat.press("j")
        assert "no row with it was decided yet" in seat.grid


async def test_a_rule_is_ignored_with_a_reason_and_stays_listed(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("j", "i", "enter")
        assert "say why" in seat.grid
        await seat.type("the customer wants it so")
        await seat.press("enter")
        assert open_codes(seat) == {"FMT004": 3, "TXT003": 4, "STY002": 2}
        assert f"ignored 6 rows · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert "6 ignored" in seat.grid
        await seat.press("G")
        assert all(part in seat.grid for part in ("the customer wants it so", "ana · ", "WHO AND WHEN"))
        await seat.press("I")
        assert open_codes(seat)["FMT004"] == 9
        assert "6 rows listed again" in seat.last_line


async def test_undo_lists_it_again_here_and_in_the_queue(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("i")
        await seat.type("no format is asked for")
        await seat.press("enter")
        assert open_codes(seat)["FMT004"] == 0
        assert "u undoes: ignore FMT004" in seat.grid
        await seat.press("u")
        assert (open_codes(seat)["FMT004"], seat.workspace.findings.ignored()) == (9, [])
        await seat.press("U", "escape")
        assert seat.app.screen is seat.queue
        await seat.press("u")
        assert open_codes(seat)["FMT004"] == 9


async def test_escape_leaves_the_line_and_nothing_is_ignored(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("i", "x", "escape")
        assert isinstance(seat.app.screen, TriageScreen)
        assert seat.workspace.findings.ignored() == []
        await seat.press("j", "escape")
        assert seat.app.screen is seat.queue


async def test_a_threshold_says_what_it_leaves_out_before_it_does(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("t")
        await seat.type("0.6")
        assert "3 findings would be left out below 0.6" in seat.grid
        await seat.press("enter")
        assert open_codes(seat)["FMT004"] == 6
        await seat.press("t", "backspace", "backspace", "backspace")
        await seat.type("much")
        assert "a score is a number" in seat.grid
        await seat.press("escape", "u")
        assert open_codes(seat)["FMT004"] == 9


async def test_one_sampled_row_is_said_to_have_no_such_flaw(sit: Sit, drifting: Path) -> None:
    async with sit(drifting, size=(160, 50)) as seat:
        await triage(seat)
        await seat.press("j", "right_square_bracket")
        screen = seat.app.screen
        seq = screen.seen.entries[1].seq
        assert f"▸ {'·✗✓'[(seq in (1, 2)) + 2 * (seq in (3, 4))]} #{seq}" in seat.grid
        await seat.press("n")
        assert seat.workspace.findings.of(seq) == []
        assert f"#{seq} has no such flaw" in seat.last_line
        await seat.press("u")
        assert len(seat.workspace.findings.of(seq)) == 1


async def test_the_safe_fixes_of_a_rule_are_shown_and_taken_as_one_step(sit: Sit, drifting: Path) -> None:
    with Workspace.open(drifting) as ws:
        ws.log.record([Change(11, "status", "accepted")], actor="bob")
    async with sit(drifting, size=(160, 50)) as seat:
        await triage(seat)
        await seat.press("j", "j", "j", "j", "A")
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "y writes 3 new texts in 3 rows that nobody has decided." in seat.grid
        assert "FOR EXAMPLE #10" in seat.grid
        await seat.press("escape")
        assert seat.entry(10).example.output_text == "Wort 10  "
        await seat.press("A", "y")
        assert [seat.entry(n).example.output_text for n in (10, 11, 12)] == ["Wort 10", "Wort 11  ", "Wort 12"]
        assert "fixed 3 texts of 3 rows · saved #" in seat.last_line
        await seat.press("u")
        assert [seat.entry(n).example.output_text for n in (10, 11, 12)] == ["Wort 10  ", "Wort 11  ", "Wort 12  "]


async def test_what_has_no_fix_offers_none(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("j")
        assert not seat.app.screen.possible("triage.fix")
        assert "A fix" not in seat.footer


async def test_enter_opens_exactly_the_rows_of_a_rule_in_the_queue(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("j", "j", "enter")
        assert seat.app.screen is seat.queue
        assert list(seat.queue.queue.seqs) == [7, 8, 9]
        assert seat.queue.where == f'finding="FMT004/{SURE}"'
        await triage(seat)
        await seat.press("enter")
        assert list(seat.queue.queue.seqs) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


async def test_checks_fold(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("j", "h")
        rules = [line.key for line in seat.app.screen.lines]
        assert rules[:2] == [("FMT004", None, 0), ("TXT003", None, 0)]
        assert "+ ▲ FMT004" in seat.grid
        await seat.press("l")
        assert "- ▲ FMT004" in seat.grid
        assert len(seat.app.screen.lines) == 6


async def test_the_screen_says_what_is_missing(sit: Sit, fill: Any) -> None:
    async with sit(fill(ROWS[:2])) as seat:
        await triage(seat)
        assert "not checked yet: g h goes home" in seat.last_line
        names = ("open", "ignore", "lift", "threshold", "fix", "dismiss", "fold", "down")
        assert not any(seat.app.screen.possible(f"triage.{name}") for name in names)
        await seat.press("enter", "i", "t", "A", "n", "j", "h", "escape")
        assert seat.app.screen is seat.queue


async def test_a_finding_about_the_whole_set_is_ignored_like_any_other(sit: Sit, drifting: Path) -> None:
    with Workspace.open(drifting) as ws:
        run = ws.findings.begin_run({"TXT013": ("warning", "refusal-rate")})
        run.add([Finding("TXT013", None, "12% of the outputs refuse")])
        run.finish()
    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("G", "k")
        assert "TXT013" in seat.grid
        assert "about the set as a whole" in seat.grid
        await seat.press("i")
        await seat.type("known")
        await seat.press("enter")
        assert [one.code for one in seat.workspace.findings.ignored()] == ["TXT013"]


async def test_nothing_is_called_saved_when_it_is_not(
    sit: Sit, drifting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

    async with sit(drifting) as seat:
        await triage(seat)
        await seat.press("i", "x")
        with monkeypatch.context() as patched:
            patched.setattr("curator.workspace.log.EventLog.set_aside", full)
            await seat.press("enter")
        assert "the disk is full" in seat.last_line
        assert "saved #" not in seat.grid
        assert open_codes(seat)["FMT004"] == 9
