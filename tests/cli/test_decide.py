"""Deciding, taking back and looking back from the command line."""

import json
from array import array
from pathlib import Path
from typing import Any

import pytest

from curator.model import State
from curator.review import Review
from curator.rows import Queue
from curator.settings import load
from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl
from tests.test_review import Desk


@pytest.fixture
def desk(run: Run, folder: Path) -> Run:
    """A workspace with five pairs."""
    write_jsonl(folder / "desk.jsonl", [chat(f"Question {n}?", f"Answer {n}.") for n in range(1, 6)])
    assert run("import", "desk.jsonl").exit_code == 0
    return run


def reviewing(labels: dict[str, Any]) -> Review:
    """A review of one example that has these labels."""
    memory = Desk(1)
    memory.states[1] = State(labels=labels)
    queue = Queue(memory, array("q", [1]))
    queue.start()
    return Review(memory, queue)


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


SCHEMA = """
[labels]
quality = {kind = "multi", values = ["wrong answer", "bad format"]}
topic = {values = ["billing", "bug"]}
urgent = {kind = "flag"}
"""


def test_labels_are_given_as_the_settings_say(desk: Run, folder: Path) -> None:
    (folder / "curator.toml").write_text(SCHEMA)
    for label in ("quality=bad format", "quality=wrong answer", "quality=bad format", "topic=bug", "topic=billing",
                  "urgent=Yes"):  # fmt: skip
        assert desk("decide", "--where", "#1", "--label", label, "--yes").exit_code == 0, label
    labels = shown(desk)[0]["labels"]
    assert labels == {"quality": ["bad format", "wrong answer"], "topic": "billing", "urgent": True}
    assert [row["row"] for row in shown(desk, 'label:"wrong answer" label:urgent')] == [1]


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("qualty=bad", "there is no label 'qualty' (did you mean 'quality'?); there are quality, topic, urgent"),
        ("mood=good", "[labels]: there is no label 'mood'; there are quality, topic, urgent"),
        ("topic=bugs", "[labels.topic]: 'bugs' is no value of it (did you mean 'bug'?); its values are 'billing',"),
        ("urgent=no", "[labels.urgent]: 'no' is no value of it; it is a flag, so write urgent=yes"),
    ],
)
def test_a_label_that_the_settings_do_not_know_is_refused(desk: Run, folder: Path, label: str, sentence: str) -> None:
    (folder / "curator.toml").write_text(SCHEMA)
    result = desk("decide", "--where", "status:pending", "--label", label, "--yes")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "curator.toml" in result.stderr
    assert not any(row["labels"] for row in shown(desk))
    assert not (folder / "desk.curator.snapshots").exists()


def test_review_takes_away_what_decide_has_given(desk: Run, folder: Path) -> None:
    (folder / "curator.toml").write_text(SCHEMA)
    settings = load(folder)
    for label, value in (("quality", "bad format"), ("topic", "bug"), ("urgent", "true")):
        desk("decide", "--where", "#1", "--label", f"{label}={value}", "--yes")
        given = settings.binding(label, value)
        assert given in settings.bindings.values()
        (stored,) = (row["labels"] for row in shown(desk) if row["labels"])
        review = reviewing(stored)
        review.toggle_label(given)
        assert label not in review.queue.here.entry.state.labels
        review.toggle_label(given)
        assert review.queue.here.entry.state.labels == stored


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


def test_a_workspace_may_be_named_without_its_option(desk: Run) -> None:
    assert "5 examples" in desk("status", "desk.curator").stdout
    assert len(desk("examples", "desk.curator", "--where", "#1").stdout.splitlines()) == 1


def test_a_conflict_is_settled_when_all_answers_but_one_are_rejected(run: Run, folder: Path) -> None:
    write_jsonl(
        folder / "desk.jsonl", [chat("When does it come?", "In 3 days."), chat("When does it come?", "In 5 days.")]
    )
    run("import", "desk.jsonl")
    assert run("check", "--ignore", "KNO", "--fail-on", "error").exit_code == 1
    run("decide", "--where", "#2", "--reject", "--yes")
    assert run("check", "--ignore", "KNO", "--fail-on", "error").exit_code == 0
    exported = run("export", "--to", "trl", "--out", "out", "--include", "pending")
    assert exported.exit_code == 0
    assert (folder / "out" / "train.jsonl").read_text().count("\n") == 1


def test_an_export_tells_what_it_knows_against_the_accepted(run: Run, folder: Path) -> None:
    write_jsonl(folder / "desk.jsonl", [chat("Thank you.", "You're welcome."), chat("Which one?", "TODO")])
    run("import", "desk.jsonl")
    run("decide", "--where", "", "--accept", "--yes")
    assert "nothing was checked" in run("export", "--to", "trl", "--out", "one").stderr
    run("check")
    assert "accepted with an open error: 1" in run("export", "--to", "trl", "--out", "two").stderr
