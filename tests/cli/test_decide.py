"""Deciding, taking back and looking back from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl


@pytest.fixture
def desk(run: Run, folder: Path) -> Run:
    """A workspace with five pairs."""
    write_jsonl(folder / "desk.jsonl", [chat(f"Question {n}?", f"Answer {n}.") for n in range(1, 6)])
    assert run("import", "desk.jsonl").exit_code == 0
    return run


def shown(run: Run, where: str = "") -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("examples", "--where", where, "--json").stdout.splitlines()]


def statuses(run: Run) -> list[str]:
    return [row["status"] for row in shown(run)]


def test_many_decisions_are_one_step_to_undo_and_redo(desk: Run) -> None:
    assert desk("decide", "--where", "#1 or #2 or #3", "--accept", "--yes").exit_code == 0
    assert statuses(desk) == ["accepted"] * 3 + ["pending"] * 2
    assert "accept 3 examples" in desk("undo").stderr
    assert statuses(desk) == ["pending"] * 5
    assert "accept 3 examples" in desk("redo").stderr
    assert statuses(desk) == ["accepted"] * 3 + ["pending"] * 2
    assert "nothing to redo" in desk("redo").stderr


def test_a_decision_says_who_made_it(desk: Run) -> None:
    desk("decide", "--where", "#1", "--reject", "--note", "too short", "--as", "ben", "--yes")
    first = shown(desk)[0]
    assert (first["status"], first["note"], first["reviewer"]) == ("rejected", "too short", "ben")
    assert "ana has nothing to undo" in desk("undo").stderr
    assert "Undone" in desk("undo", "--as", "ben").stderr


def test_labels_are_added_and_routes_are_set(desk: Run) -> None:
    desk("decide", "--where", "#1", "--label", "quality=good", "--yes")
    desk("decide", "--where", "#1", "--label", "topic=parcel", "--route", "rag", "--yes")
    first = shown(desk, "label:parcel route:rag")[0]
    assert first["labels"] == {"quality": "good", "topic": "parcel"}


def test_without_a_terminal_many_need_a_yes(desk: Run) -> None:
    result = desk("decide", "--where", "status:pending", "--accept")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert statuses(desk) == ["pending"] * 5


def test_what_selects_nothing_or_says_nothing_is_refused(desk: Run) -> None:
    assert "selects no example" in desk("decide", "--where", "status:rejected", "--accept", "--yes").stderr
    assert "say what to decide" in desk("decide", "--where", "#1", "--yes").stderr


def test_the_log_lists_everything_newest_first(desk: Run) -> None:
    desk("decide", "--where", "#2", "--accept", "--yes")
    desk("undo")
    events = [json.loads(line) for line in desk("log", "--json").stdout.splitlines()]
    assert [(event["field"], event.get("before"), event.get("after")) for event in events[:2]] == [
        ("status", "accepted", "pending"), ("status", "pending", "accepted")]  # fmt: skip
    assert events[0]["undoes"] == events[1]["seq"]
    assert events[-1]["field"] == "import"
    assert len(desk("log", "--example", "2").stdout.splitlines()) == 2


def test_status_counts_what_stands(desk: Run) -> None:
    desk("decide", "--where", "#1 or #2", "--accept", "--yes")
    desk("decide", "--where", "#3", "--route", "rag", "--yes")
    desk("check")
    status = json.loads(desk("status", "--json").stdout)
    assert status["examples"] == 5
    assert status["by_status"] == {"accepted": 2, "pending": 3}
    assert status["by_route"] == {"train": 4, "rag": 1}
    assert {count["code"] for count in status["findings"]} >= {"TXT001", "CON001"}
    text = desk("status").stdout
    assert "5 examples" in text
    assert "desk.jsonl: 5 examples" in text


def test_a_backup_is_a_workspace_and_never_overwrites(desk: Run, folder: Path) -> None:
    desk("decide", "--where", "#1", "--accept", "--yes")
    assert desk("backup", "copy.curator").exit_code == 0
    with Workspace.open(folder / "copy.curator") as copy:
        assert copy.verify() == []
        assert copy.examples.entry(1).state.status == "accepted"
    assert desk("backup", "copy.curator", "-w", "desk.curator").exit_code == 2


def test_a_bulk_decision_leaves_a_snapshot(desk: Run, folder: Path) -> None:
    desk("decide", "--where", "status:pending", "--reject", "--yes")
    (snapshot,) = (folder / "desk.curator.snapshots").iterdir()
    with Workspace.open(snapshot) as before:
        assert before.status().by_status == {"pending": 5}
