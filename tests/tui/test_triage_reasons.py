"""Why something is ignored can be said anew, on the screen and from Python."""

import time
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.operations.triage import give_reason, ignore, lift, threshold
from curator.workspace import Workspace

Sit = Any


@pytest.fixture
def ignoring(refunds: Path) -> Path:
    """Bob ignores a check and has set a threshold for another."""
    with Workspace.open(refunds) as workspace:
        ignore(workspace, "STY001", reason="house style", actor="bob")
        time.sleep(0.002)  # the newest stands first, by milliseconds: nobody does two things within one
        threshold(workspace, "TXT008", 0.5, actor="bob", reason="too many")
    return refunds


async def test_the_reason_is_changed_where_it_stands(sit: Sit, ignoring: Path) -> None:
    async with sit(ignoring) as seat:
        before = seat.workspace.findings.ignored()
        await seat.press("g", "f", "G", "i")
        assert "house style" in seat.grid
        await seat.press("end", "ctrl+u", "enter")
        assert "say why" in seat.grid
        await seat.type("agreed on with [b]legal")
        await seat.press("enter")
        assert f"STY001 stays ignored, for another reason · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        now = {one.code: one for one in seat.workspace.findings.ignored()}
        assert (now["STY001"].reason, now["STY001"].actor, now["STY001"].rows) == ("agreed on with [b]legal", "ana", 1)
        assert "agreed on with [b]legal" in seat.grid
        await seat.press("u")
        assert seat.workspace.findings.ignored() == before
        assert seat.workspace.verify() == []


async def test_a_threshold_keeps_its_score(sit: Sit, ignoring: Path) -> None:
    async with sit(ignoring) as seat:
        await seat.press("g", "f", "G", "k", "i", "end", "ctrl+u")
        await seat.type("below it is noise")
        await seat.press("enter")
        held = next(one for one in seat.workspace.findings.ignored() if one.score is not None)
        assert (held.code, held.score, held.reason) == ("TXT008", 0.5, "below it is noise")


async def test_escape_leaves_the_reason_as_it_was(sit: Sit, ignoring: Path) -> None:
    async with sit(ignoring) as seat:
        before = seat.workspace.log.last_seq()
        await seat.press("g", "f", "G", "i", "escape", "i", "enter")
        assert "it stands so already" in seat.last_line
        assert seat.workspace.log.last_seq() == before
        await seat.press("I")
        assert [one.code for one in seat.workspace.findings.ignored()] == ["TXT008"]


def test_what_was_lifted_meanwhile_gets_no_reason(ignoring: Path) -> None:
    with Workspace.open(ignoring) as workspace:
        held = workspace.findings.ignored()[0]
        lift(workspace, held, actor="bob")
        before = workspace.log.last_seq()
        with pytest.raises(WorkspaceError, match="not ignored any more"):
            give_reason(workspace, held, "why not", actor="ana")
        assert workspace.log.last_seq() == before
