"""What the checks say follows a text back and forth."""

import json
from pathlib import Path

from curator.operations.check import recheck
from curator.workspace import Change, Workspace
from tests.conftest import Run, chat, write_jsonl


def codes(run: Run) -> list[str]:
    return [json.loads(line)["code"] for line in run("findings", "--json").stdout.splitlines()]


def test_a_finding_goes_with_the_text_and_comes_back_with_it(run: Run, folder: Path) -> None:
    write_jsonl(folder / "desk.jsonl", [chat("Where is it?", ""), chat("Thank you.", "You're welcome.")])
    run("import", "desk.jsonl")
    run("check")
    assert codes(run) == ["TXT001"]
    with Workspace.open(folder / "desk.curator") as ws:
        ws.log.record([Change(1, "messages[1].content", "Which one do you mean?", revision=0)], actor="ana")
        recheck(ws, 1)
    assert "TXT001" not in codes(run)
    run("undo")
    assert codes(run) == ["TXT001"]
    run("redo")
    assert "TXT001" not in codes(run)
