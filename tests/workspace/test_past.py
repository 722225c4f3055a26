"""The past is read a page at a time, in both directions, and every page is the same whoever asks for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.operations.import_ import import_sources
from curator.workspace import Change, Workspace


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Workspace]:
    source = tmp_path / "train.jsonl"
    source.write_text("".join(json.dumps({"prompt": f"q {n}", "completion": f"a {n}"}) + "\n" for n in range(9)))
    with Workspace.create(tmp_path / "w.curator") as workspace:
        for _ in import_sources(workspace, [str(source)], actor="ana"):
            pass
        log = workspace.log
        log.record([Change(1, "status", "accepted")], actor="ana")
        log.record([Change(seq, "status", "rejected") for seq in (2, 3, 4)], actor="bob")
        log.record([Change(1, "note", "fine"), Change(1, "route", "rag")], actor="ana")
        log.undo("ana")
        log.redo("ana")
        log.undo("ana")
        yield workspace


def told(workspace: Workspace) -> list[tuple[str, str, int, str]]:
    return [(one.turned, one.words, one.size, one.standing) for one in workspace.past.before(None, 100)]


def test_operations_are_told_the_newest_first(busy: Workspace) -> None:
    assert told(busy) == [
        ("undid", "note and route to RAG #1", 2, "inverse"),
        ("redid", "note and route to RAG #1", 2, "inverse"),
        ("undid", "note and route to RAG #1", 2, "inverse"),
        ("", "note and route to RAG #1", 2, "undone"),
        ("", "reject 3 examples", 3, "done"),
        ("", "accept #1", 1, "done"),
        ("", "import train.jsonl", 1, "kept"),
    ]


def test_pages_join_in_both_directions(busy: Workspace) -> None:
    whole = busy.past.before(None, 100)
    down = busy.past.before(None, 3)
    while more := busy.past.before(down[-1].first, 2):
        down += more
    assert down == whole
    up = busy.past.after(0, 2)
    while more := busy.past.after(up[0].last, 3):
        up = more + up
    assert up == whole


def test_an_example_has_a_past_of_its_own(busy: Workspace) -> None:
    assert [one.words for one in busy.past.of(3)] == ["reject 3 examples"]
    assert [one.turned for one in busy.past.of(1)] == ["undid", "redid", "undid", "", ""]
    batch = busy.past.of(3)[0].batch
    assert [(e.example, e.before, e.after) for e in busy.past.events(batch, 2)] == [
        (2, "pending", "rejected"),
        (3, "pending", "rejected"),
    ]
    assert [event.example for event in busy.past.events(batch, 9, example=4)] == [4]
    assert list(busy.past.examples(batch)) == [2, 3, 4]
