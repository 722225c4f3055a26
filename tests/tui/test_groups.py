"""All rows with the same difference: what is said before, one key that does it, one step that takes it back."""

from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding, Fix, Span
from curator.tui.screens.card import CardScreen
from curator.tui.screens.confirm import ConfirmScreen
from curator.workspace import Change, Workspace

Sit = Any
STARTS, ENDS = "starts with 'Answer:'", "ends without a stop"


@pytest.fixture
def drifting(fill: Any) -> Path:
    """Rows 1 to 4 begin with "Answer:", rows 5 and 6 end without a stop; row 7 has no rule, row 8 no finding."""
    outputs = [*(f"Answer: The box is on shelf {n}." for n in range(1, 5)), "Shelf five", "Shelf six"]
    outputs += ["???", "Shelf eight."]
    path: Path = fill(
        [
            {"messages": [{"role": "user", "content": f"Where is box {n}?"}, {"role": "assistant", "content": said}]}
            for n, said in enumerate(outputs, 1)
        ]
    )
    with Workspace.open(path) as workspace:
        ids = {entry.seq: entry.example.id for entry in workspace.examples.entries(range(1, 9))}
        run = workspace.findings.begin_run({"FMT004": ("warning", "format-drift"), "ZZZ001": ("info", "odd")}, {})
        found = [
            Finding(
                "FMT004",
                ids[n],
                'Most outputs begin at once. This one begins with "Answer:".',
                evidence=(Span("messages[1].content", 0, 7, "prefix"),),
                related=(ids[8],),
                fix=Fix({"messages[1].content": f"The box is on shelf {n}."}),
                rule=STARTS,
            )
            for n in range(1, 5)
        ]
        found += [Finding("FMT004", ids[n], "no stop", rule=ENDS) for n in (5, 6)]
        run.add([*found, Finding("ZZZ001", ids[7], "odd")])
        run.finish()
    return path


async def test_a_group_is_accepted_with_one_key_once_it_was_said_what_that_does(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("A")
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "4 rows have this finding." in seat.grid
        assert "y gives 4 rows the status accepted." in seat.grid
        assert [seat.status(n) for n in range(1, 9)] == ["pending"] * 8
        await seat.press("y")
        assert [seat.status(n) for n in range(1, 9)] == ["accepted"] * 4 + ["pending"] * 4
        assert f"accepted 4 rows · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        assert seat.here == 5


async def test_a_group_is_one_step_to_undo(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("X")
        await seat.press("y")
        assert [seat.status(n) for n in range(1, 5)] == ["rejected"] * 4
        assert "u undoes: reject 4 examples" in seat.grid
        await seat.press("u")
        assert [seat.status(n) for n in range(1, 5)] == ["pending"] * 4
        assert "4 of 8 decided" not in seat.grid


async def test_what_people_have_decided_is_named_and_kept(sit: Sit, drifting: Path) -> None:
    with Workspace.open(drifting) as workspace:
        workspace.log.record([Change(2, "status", "accepted")], actor="bob")
    async with sit(drifting) as seat:
        await seat.press("X")
        assert "KEPT AS IT IS  1 row decided before" in seat.grid
        assert "✓ #2  Where is box 2?" in seat.grid
        await seat.press("y")
        assert [seat.status(n) for n in range(1, 5)] == ["rejected", "accepted", "rejected", "rejected"]


async def test_rows_outside_of_the_queue_are_counted(sit: Sit, drifting: Path) -> None:
    async with sit(drifting, where="id:1,2") as seat:
        await seat.press("A")
        assert "2 of the pending rows are not in this queue." in seat.grid


async def test_a_group_is_fixed_after_a_look_at_one_change(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("j", "F")
        assert "y writes 4 new texts in 4 rows, which stay pending. The fix may change" in seat.grid
        assert "[-Answer: -]The box is on shelf 2." in seat.grid
        await seat.press("y")
        assert [seat.entry(n).example.output_text for n in range(1, 7)] == [
            *(f"The box is on shelf {n}." for n in range(1, 5)),
            "Shelf five",
            "Shelf six",
        ]
        assert [seat.status(n) for n in range(1, 5)] == ["pending"] * 4
        assert "fixed 4 texts of 4 rows · saved #" in seat.last_line
        await seat.press("u")
        assert seat.entry(3).example.output_text == "Answer: The box is on shelf 3."


async def test_escape_changes_nothing(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        before = seat.workspace.log.last_seq()
        for key in ("escape", "n", "q"):
            await seat.press("A")
            await seat.press(key)
        assert seat.workspace.log.last_seq() == before
        assert "nothing was changed" in seat.last_line


async def test_a_finding_that_no_other_row_has_is_no_group(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("G", "k", "A")
        assert seat.here == 7
        assert seat.app.screen is seat.queue
        assert "no other row has ZZZ001: a and x decide this one" in seat.last_line


async def test_the_group_keys_work_where_there_is_a_group(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        assert all(seat.queue.possible(f"group.{what}") for what in ("accept", "reject", "fix"))
        await seat.press("j", "j", "j", "j")  # no fix is proposed for row 5
        assert [seat.queue.possible(f"group.{what}") for what in ("accept", "fix")] == [True, False]
        await seat.press("G", "A", "X", "F")  # nothing is found in row 8
        assert not any(seat.queue.possible(f"group.{what}") for what in ("accept", "reject", "fix"))
        assert seat.status(8) == "pending"


async def test_a_group_that_has_grown_is_looked_at_again(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("A")
        with Workspace.open(drifting) as other:
            example = other.examples.entry(8).example
            other.findings.replace_for([8], ["FMT004"], [Finding("FMT004", example.id, "now here too", rule=STARTS)])
        await seat.press("y")
        assert "1 more row has got this finding meanwhile, so nothing was changed" in seat.last_line
        assert seat.status(1) == "pending"


async def test_nothing_is_called_saved_when_it_is_not(
    sit: Sit, drifting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

    async with sit(drifting) as seat:
        await seat.press("A")
        monkeypatch.setattr("curator.workspace.log.EventLog.record", full)
        await seat.press("y")
        assert "the disk is full" in seat.last_line
        assert "saved #" not in seat.grid
        monkeypatch.undo()
        await seat.press("A")
        await seat.press("y")
        assert seat.status(1) == "accepted"


# -- the card --------------------------------------------------------------------------------------------------------


async def test_a_long_finding_is_read_whole_on_a_small_terminal(sit: Sit, drifting: Path) -> None:
    message = "It departs from the others. " + " ".join(f"reason{n}" for n in range(60)) + " THE END"
    with Workspace.open(drifting) as workspace:
        example = workspace.examples.entry(1).example
        workspace.findings.replace_for([1], ["FMT004"], [Finding("FMT004", example.id, message, rule=STARTS)])
    async with sit(drifting, size=(80, 24)) as seat:
        assert "THE END" not in seat.grid
        await seat.press("v")
        assert "THE END" in seat.grid


async def test_the_card_tells_all_about_a_finding(sit: Sit, drifting: Path) -> None:
    async with sit(drifting, size=(160, 50)) as seat:
        await seat.press("v")
        grid = seat.grid
        assert "FMT004 · warning · score 1.00" in grid
        assert STARTS in grid
        assert "EVIDENCE  messages[1].content · prefix" in grid
        assert "RELATED #8  train.jsonl:8 · · pending" in grid
        assert "input: Where is box 8?" in grid
        assert "output: Shelf eight." in grid
        assert "PROPOSED FIX  messages[1].content · may change the meaning" in grid
        assert "[-Answer: -]The box is on shelf 1." in grid
        assert "WHAT format-drift LOOKS FOR" in grid
        assert "WHY" in grid
        for key in ("escape", "v"):
            await seat.press(key)
            assert (seat.app.screen is seat.queue) == (key == "escape")


async def test_the_card_of_a_check_that_is_gone_says_so(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("G", "k", "v")
        assert "this check is not installed any more" in seat.grid


async def test_the_next_finding_is_a_key_away_and_stays_selected(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("v")
        assert "finding 1 of 2" in seat.grid
        await seat.press("right_square_bracket")
        assert "STY001 · warning" in seat.grid
        await seat.press("escape")
        assert seat.queue.current == 1


async def test_a_group_is_decided_from_the_card(sit: Sit, drifting: Path) -> None:
    async with sit(drifting) as seat:
        await seat.press("v")
        assert isinstance(seat.app.screen, CardScreen)
        await seat.press("A")
        await seat.press("y")
        assert [seat.status(n) for n in range(1, 6)] == ["accepted"] * 4 + ["pending"]
