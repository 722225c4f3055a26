"""What is opened, what is refused, and that a refused file stays as it was, byte for byte."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from curator.errors import WorkspaceError
from curator.model import State
from curator.workspace import Change, Workspace, schema
from tests.workspace.filling import fill, texts

OPENINGS: tuple[Callable[[Path], Workspace], ...] = (Workspace.open, Workspace.open_or_create)


def refused(path: Path, sentence: str) -> None:
    """Both ways of opening say this, and neither changes a byte of the folder."""
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    for opening in OPENINGS:
        with pytest.raises(WorkspaceError, match=sentence) as caught:
            opening(path)
        assert str(path) in str(caught.value)
    assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before


@pytest.fixture
def closed(path: Path) -> Path:
    """A workspace that nobody has open."""
    with Workspace.create(path) as ws:
        fill(ws)
    return path


def change(path: Path, statements: str) -> None:
    sqlite = apsw.Connection(str(path))
    list(sqlite.execute(statements))  # apsw runs the statements only as far as their rows are taken
    sqlite.close()


def test_a_new_workspace_is_made_once(path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"there is no such workspace.*curator import"):
        Workspace.open(path)
    assert not path.exists()
    Workspace.create(path).close()
    with pytest.raises(WorkspaceError, match="exists already"):
        Workspace.create(path)
    with Workspace.open_or_create(path) as ws:
        assert ws.examples.count() == 0
        assert ws.verify() == []


def test_closing_leaves_one_file_and_its_locks(closed: Path) -> None:
    assert {file.name for file in closed.parent.iterdir()} == {
        "refunds.curator", ".refunds.curator.lock", ".refunds.curator.import-lock",
    }  # fmt: skip


def test_a_text_file_is_no_workspace(path: Path) -> None:
    path.write_text("Dear Ana,\n" * 200)
    refused(path, "is no Curator workspace")


def test_a_short_text_file_is_no_workspace(path: Path) -> None:
    path.write_text("hello")
    refused(path, "is no Curator workspace")


def test_an_empty_file_is_no_workspace_but_can_become_one(path: Path) -> None:
    path.touch()
    with pytest.raises(WorkspaceError, match="is empty"):
        Workspace.open(path)
    assert path.read_bytes() == b""
    with Workspace.open_or_create(path) as ws:
        fill(ws)


def test_a_folder_is_no_workspace(path: Path) -> None:
    path.mkdir()
    refused(path, "is a folder")


def test_a_pipe_is_no_workspace(path: Path) -> None:
    os.mkfifo(path)
    for opening in OPENINGS:
        with pytest.raises(WorkspaceError, match="is not a regular file"):
            opening(path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="nowhere does not exist"):
        Workspace.create(tmp_path / "nowhere" / "refunds.curator")


@pytest.mark.parametrize("name", ["a\0b.curator", "x" * 300 + ".curator", "\udcff.curator"])
def test_a_name_that_cannot_be_is_an_error(tmp_path: Path, name: str) -> None:
    for opening in OPENINGS:
        with pytest.raises(WorkspaceError):
            opening(tmp_path / name)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_another_programs_database_is_left_alone(path: Path, mode: str) -> None:
    change(path, f"pragma journal_mode = {mode}; create table bookmarks(url); insert into bookmarks values ('x')")
    refused(path, "is a database of another program")


def test_a_journal_that_another_program_left_is_not_replayed(path: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    sqlite = apsw.Connection(str(work / "live"))
    list(
        sqlite.execute(
            "pragma journal_mode = wal; create table bookmarks(url); pragma wal_checkpoint; create table more(x)"
        )
    )
    shutil.copy(work / "live", path)
    shutil.copy(work / "live-wal", f"{path}-wal")
    refused(path, "is a database of another program")
    sqlite.close()


def test_a_newer_workspace_is_left_alone(closed: Path) -> None:
    change(closed, f"pragma user_version = {schema.VERSION + 1}")
    refused(closed, "written by a newer Curator .*Update Curator")


def test_a_newer_workspace_that_was_not_closed_is_left_alone(closed: Path, tmp_path: Path) -> None:
    sqlite = apsw.Connection(str(closed))
    sqlite.execute(f"pragma user_version = {schema.VERSION + 1}")
    copy = tmp_path / "copy"
    copy.mkdir()
    for ending in ("", "-wal"):
        subprocess.run(["cp", f"{closed}{ending}", str(copy)], check=True)  # no plain file calls on an open database
    sqlite.close()
    before = (copy / closed.name).read_bytes()
    with pytest.raises(WorkspaceError, match="written by a newer Curator"):
        Workspace.open(copy / closed.name)
    assert (copy / closed.name).read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "create trigger evil after insert on event begin delete from state; end",
        "create view harmless as select * from example",
        "create table more(x)",
        "create index fast on example(digest)",
    ],
)
def test_what_curator_never_makes_is_not_trusted(closed: Path, statement: str) -> None:
    change(closed, statement)
    refused(closed, "which Curator never makes")


def test_a_workspace_whose_log_is_no_longer_protected_is_refused(closed: Path) -> None:
    change(closed, "drop trigger event_never_goes")
    refused(closed, "it lacks trigger event_never_goes")


def test_a_truncated_workspace_is_damaged(closed: Path) -> None:
    closed.write_bytes(closed.read_bytes()[: 8192 * 3 + 100])
    with pytest.raises(WorkspaceError, match="is damaged"):
        open_and_decide(closed)


def open_and_decide(path: Path) -> None:
    with Workspace.open(path) as ws:
        ws.log.record([Change(1, "status", "accepted")], actor="ana")


#: Root may read everything; without these two capabilities it may not.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
TRY = "from curator.workspace import Workspace; Workspace.{how}({path!r})"


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read everything")
@pytest.mark.parametrize(
    ("mode", "folder_mode"), [(0o000, 0o777), (0o444, 0o777), (0o666, 0o555), (0o666, 0o000)], ids=oct
)
@pytest.mark.parametrize("how", ["open", "open_or_create"])
def test_without_permission_there_is_a_sentence(closed: Path, how: str, mode: int, folder_mode: int) -> None:
    closed.chmod(mode)
    closed.parent.chmod(folder_mode)
    command = [sys.executable, "-c", TRY.format(how=how, path=str(closed))]
    try:
        done = subprocess.run(
            UNPRIVILEGED + command if os.geteuid() == 0 else command,
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    finally:
        closed.parent.chmod(0o755)
        closed.chmod(0o644)
    assert "WorkspaceError" in done.stderr.splitlines()[-1], done.stderr
    with Workspace.open(closed) as ws:
        assert ws.examples.count() == 3


def add_colour(connection: apsw.Connection) -> None:
    connection.execute("create table colour(example integer primary key, name text not null) strict")


def explode(connection: apsw.Connection) -> None:
    add_colour(connection)
    connection.execute("insert into nowhere values (1)")


def test_an_older_workspace_is_brought_up_to_date_after_a_snapshot(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_colour))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with Workspace.open(closed) as ws:
        assert texts(ws) == ["Yes.", "On its way.", "Hello!"]
        assert ws.verify() == []
    Workspace.open(closed).close()
    (copy,) = Path(f"{closed}.snapshots").iterdir()
    monkeypatch.undo()
    refused(closed, "written by a newer Curator")
    with Workspace.open(copy) as old:
        assert texts(old) == ["Yes.", "On its way.", "Hello!"]


def test_a_migration_that_fails_changes_nothing(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, explode))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(WorkspaceError):
        Workspace.open(closed)
    monkeypatch.undo()
    with Workspace.open(closed) as ws:
        assert ws.verify() == []


def test_an_older_workspace_with_foreign_objects_is_not_migrated(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(closed, "create trigger evil after insert on event begin delete from state; end")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_colour))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    refused(closed, "holds trigger evil, which Curator never makes")


def test_what_stands_in_an_older_file_is_made_again_from_its_log(path: Path) -> None:
    with Workspace.create(path) as ws:
        fill(ws)
        ws.log.record([Change(1, "status", "accepted"), Change(1, "note", "fine")], actor="ana")
        ws.log.record([Change(1, "route", "rag")], actor="ben")
    # As the third version of the tables had it: the last judgement stands alone, and who only routes takes it back.
    older = apsw.Connection(":memory:")
    for migration in schema.MIGRATIONS[:3]:
        migration(older)
    (judgement,) = older.execute("select sql from sqlite_schema where name = 'judgement'").fetchone()
    kept = {name for (name,) in older.execute("select name from sqlite_schema")}
    with closing(apsw.Connection(str(path))) as now:
        tables = {name for (name,) in now.execute("select name from sqlite_schema where type = 'table'")}
    change(
        path,
        "".join(f"drop table {name}; " for name in sorted(tables - kept)) + f"drop table judgement; {judgement}; "
        "insert into judgement values (1, 'ana', 'accepted', '{}', 'fine', 'train', 2), "
        "(1, 'ben', 'pending', '{}', '', 'rag', 3); "
        "update state set status = 'pending', note = '', reviewer = 'ben' where example = 1; pragma user_version = 3",
    )
    with Workspace.open(path) as ws:
        assert ws.examples.entry(1).state == State("accepted", {}, "fine", "rag", "ana")
        assert ws.verify() == []
    assert [file.name for file in Path(f"{path}.snapshots").iterdir()] != []
