"""A label gets another name wherever it was given: one event, whoever had said it, and back again."""

from pathlib import Path
from typing import Any

import pytest

from curator.errors import UndoRefusedError, WorkspaceError
from curator.workspace import Change, Workspace

TABLES = ("judgement", "state")


@pytest.fixture
def labelled(tmp_path: Path) -> Any:
    import json

    from curator.operations.import_ import import_sources

    source = tmp_path / "train.jsonl"
    rows = [{"prompt": f"question {n}", "completion": f"answer {n}"} for n in range(6)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Workspace.create(tmp_path / "w.curator") as workspace:
        for _ in import_sources(workspace, [str(source)], actor="ana"):
            pass
        workspace.log.record(
            [
                Change(1, "labels", {"quality": ["wrong", "rude"], "urgent": True}),
                Change(2, "labels", {"tone": "cold"}),
            ],
            actor="ana",
        )
        workspace.log.record(
            [Change(3, "labels", {"quality": ["wrong"]}), Change(3, "status", "accepted"), Change(4, "note", "wrong")],
            actor="bob",
        )
        yield workspace


def stored(workspace: Workspace) -> list[Any]:
    return [list(workspace._connection.rows(f"select * from {table} order by 1, 2")) for table in TABLES]


def labels(workspace: Workspace, seq: int) -> dict[str, Any]:
    return dict(workspace.examples.entry(seq).state.labels)


def test_a_value_is_renamed_in_what_everybody_said(labelled: Workspace) -> None:
    before = labelled.log.last_seq()
    labelled.labels.rename("quality", "wrong", "incorrect", actor="ana")
    assert labelled.log.last_seq() == before + 1
    assert labels(labelled, 1) == {"quality": ["incorrect", "rude"], "urgent": True}
    assert labels(labelled, 3) == {"quality": ["incorrect"]}
    assert labelled.examples.entry(3).state.reviewer == "bob"
    assert labelled.examples.entry(3).state.status == "accepted"
    assert labelled.examples.entry(4).state.note == "wrong"
    assert labelled.verify() == []


def test_a_label_is_renamed_where_it_stands(labelled: Workspace) -> None:
    labelled.labels.rename("quality", None, "flaws", actor="ana")
    assert list(labels(labelled, 1)) == ["flaws", "urgent"]
    assert labelled.labels.given() == {
        ("flaws", "wrong"): 2, ("flaws", "rude"): 1, ("urgent", ""): 1, ("tone", "cold"): 1,
    }  # fmt: skip
    assert labelled.verify() == []


def test_undo_and_redo_are_one_step(labelled: Workspace) -> None:
    before = stored(labelled)
    labelled.labels.rename("quality", "wrong", "incorrect", actor="ana")
    after = stored(labelled)
    assert labelled.log.next_undo("ana") == "rename quality wrong to incorrect"
    undone = labelled.log.undo("ana")
    assert undone is not None
    assert undone.label == "rename quality wrong to incorrect"
    assert stored(labelled) == before
    labelled.log.redo("ana")
    assert stored(labelled) == after
    labelled.log.undo("ana")
    assert stored(labelled) == before
    assert labelled.verify() == []


def test_two_names_never_become_one(labelled: Workspace) -> None:
    before = stored(labelled)
    for value, to in (("wrong", "rude"), (None, "tone")):
        with pytest.raises(WorkspaceError, match="two names cannot become one"):
            labelled.labels.rename("quality", value, to, actor="ana")
    labelled.labels.rename("quality", "wrong", "incorrect", actor="ana")
    labelled.log.record([Change(5, "labels", {"quality": ["wrong"]})], actor="bob")
    with pytest.raises(UndoRefusedError):
        labelled.log.undo("ana")
    labelled.log.undo("bob")
    labelled.log.undo("ana")
    assert stored(labelled)[0] == before[0]


def test_what_nobody_gave_is_renamed_all_the_same(labelled: Workspace) -> None:
    labelled.labels.rename("mood", None, "temper", actor="ana")
    assert labelled.log.next_undo("ana") == "rename label mood to temper"
    assert labelled.verify() == []
