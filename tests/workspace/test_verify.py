"""`verify` finds what was changed behind the program's back."""

from pathlib import Path

import apsw
import pytest

from curator.workspace import Change, Workspace
from tests.workspace.filling import fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed workspace with decisions of two reviewers, an edit and an undo."""
    path = tmp_path / "refunds.curator"
    with Workspace.create(path) as ws:
        fill(ws)
        ws.log.record([Change(1, "status", "accepted"), Change(2, "status", "rejected")], actor="ana")
        ws.log.record([Change(1, "labels", {"topic": "billing"})], actor="ben")
        ws.log.record([Change(3, "messages[1].content", "Hey", 0)], actor="ana")
        ws.log.undo("ana")
        ws.log.redo("ana")
        assert ws.verify() == []
    return path


def tamper(path: Path, statements: str) -> None:
    sqlite = apsw.Connection(str(path))
    sqlite.execute(statements)
    sqlite.close()


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        ("update state set status = 'rejected' where example = 1", "state: (1, 'rejected'"),
        ("delete from state where example = 2", "state: (2, 'rejected'"),
        ("update state set example = 9 where example = 2", "state: (9"),
        ("update judgement set labels = '{}' where reviewer = 'ben'", "judgement: (1, 'ben'"),
        ("update operation set standing = 'undone' where actor = 'ben'", "operation: "),
        ("update state set body = null, revision = 0 where example = 3", "state: (3"),
        ("delete from example where seq = 2", "refunds.jsonl: import 1 stored 3 rows"),
        ("delete from example where seq = 3", "cannot be carried out: #3: there is no such example"),
        ("update identified set seq = 2", "has no identity"),
        ("update example set body = cast(replace(body, 'Yes.', 'No!!') as blob) where seq = 1", "#1: its text"),
        ("update example set body = cast('{' as blob) where seq = 1", "#1: its text"),
        ("insert into rejected values (1, 9, 9, 9, 'made up', x'00')", "rejected 0"),
        ("pragma writable_schema = on; update sqlite_schema set rootpage = 3 where name = 'rejected_load'", "SQLite: "),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(path: Path, statements: str, sentence: str) -> None:
    tamper(path, statements)
    with Workspace.open(path) as ws:
        found = ws.verify()
    assert any(sentence in line for line in found), found


def test_a_clean_workspace_agrees_and_verify_changes_nothing(path: Path) -> None:
    with Workspace.open(path) as ws:
        last = ws.log.last_seq()
        assert ws.verify() == ws.verify() == []
        assert ws.log.last_seq() == last
        assert ws.log.undo("ana") is not None
        assert ws.verify() == []
