"""Drafts, backups and snapshots."""

from pathlib import Path

import pytest

from curator.errors import WorkspaceError
from curator.workspace import Change, Workspace
from tests.workspace.filling import fill, texts


def test_a_draft_is_kept_per_example_field_and_reviewer(ws: Workspace) -> None:
    ws.drafts.save(1, "messages[1].content", "half a sen", "ana")
    ws.drafts.save(1, "messages[1].content", "half a sentence\0\u2028", "ana")
    with Workspace.open(ws.path) as again:
        assert again.drafts.load(1, "messages[1].content", "ana") == "half a sentence\0\u2028"
        assert again.drafts.load(1, "messages[1].content", "ben") is None
        assert again.drafts.load(2, "messages[1].content", "ana") is None
        again.drafts.drop(1, "messages[1].content", "ana")
    assert ws.drafts.load(1, "messages[1].content", "ana") is None
    assert ws.log.history(1) == []


def test_a_draft_that_is_no_text_is_refused(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="cannot be stored"):
        ws.drafts.save(1, "messages[1].content", "\ud800", "ana")


def test_a_backup_is_a_whole_workspace_of_one_moment(ws: Workspace, tmp_path: Path) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    ws.backup(tmp_path / "copy.curator")
    ws.log.record([Change(1, "status", "rejected")], actor="ana")
    with Workspace.open(tmp_path / "copy.curator") as copy:
        assert copy.examples.entry(1).state.status == "accepted"
        assert copy.log.undo("ana") is not None
        assert copy.verify() == []
    assert not list(tmp_path.glob("*.partial"))


def test_a_backup_never_overwrites(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ana")
    for taken in (tmp_path / "letter.txt", tmp_path, ws.path):
        with pytest.raises(WorkspaceError, match="exists already"):
            ws.backup(taken)
    assert (tmp_path / "letter.txt").read_text() == "Dear Ana"
    with pytest.raises(WorkspaceError, match="no such folder"):
        ws.backup(tmp_path / "nowhere" / "copy.curator")


def test_snapshots_lie_beside_the_workspace_and_the_oldest_go(ws: Workspace) -> None:
    taken = [ws.snapshot("bulk") for _ in range(7)]
    kept = sorted(Path(f"{ws.path}.snapshots").iterdir())
    assert kept == taken[-5:]
    with Workspace.open(kept[0]) as old:
        assert texts(old) == texts(ws)


def test_a_snapshot_that_cannot_be_taken_is_an_error(ws: Workspace) -> None:
    Path(f"{ws.path}.snapshots").write_text("in the way")
    with pytest.raises(WorkspaceError, match=r"no snapshot can be put there.*Nothing was changed"):
        ws.snapshot("bulk")


def test_the_workspace_in_numbers(ws: Workspace) -> None:
    fill(ws, [("q", "a")], name="more.jsonl")
    changes = [
        Change(1, "status", "accepted"), Change(2, "route", "rag"), Change(2, "split", "test"),
        Change(3, "messages[1].content", "Hey", 0),
    ]  # fmt: skip
    ws.log.record(changes, actor="ana")
    summary = ws.status()
    assert (summary.examples, summary.edited, summary.last_event) == (4, 1, ws.log.last_seq())
    assert summary.by_status == {"accepted": 1, "pending": 3}
    assert summary.by_route == {"train": 3, "rag": 1}
    assert summary.by_split == {"test": 1}
    assert [(source.name, source.rows) for source in summary.sources] == [("refunds.jsonl", 3), ("more.jsonl", 1)]
