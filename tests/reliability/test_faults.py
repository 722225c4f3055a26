"""The disk fails or is full: nothing acknowledged is lost, nothing half is there, and the workspace opens again.

Each place where the disk can fail is tried; `CURATOR_FAULTS=3` tries every third.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding
from curator.workspace import Change, Workspace
from tests.reliability.processes import ROOT, Worker
from tests.workspace.filling import example, fill


def test_each_failure_of_the_disk_is_survived() -> None:
    command = [sys.executable, "-m", "tests.reliability.fault_sweep", os.environ.get("CURATOR_FAULTS", "1")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["wrong"] == [], found["all"]
    assert found["struck"] >= found["runs"] > 300


@pytest.mark.parametrize("room", [0, 9_000, 40_000, 200_000])
def test_a_full_disk_stops_decisions_and_loses_none(tmp_path: Path, room: int) -> None:
    path = tmp_path / "full.curator"
    with Workspace.create(path) as ws:
        fill(ws, [example(f"q{row}", "a") for row in range(20)])
    worker = Worker("limited", path, room, "label", "ana", 1, 400).ready()
    worker.go()
    *said, last = worker.finish()
    assert last.startswith(f"refused {path}: ")
    assert last.endswith(".")
    with Workspace.open(path) as ws:
        assert ws.verify() == []
        stored = {event.seq: event.after for event in ws.log.tail(10_000)}
        for line in said:
            event, _, note = line.split(" ", 2)
            assert stored[int(event)] == note
        ws.log.record([Change(1, "note", "there is room again")], actor="ben")


@pytest.mark.parametrize("room", [0, 100_000, 1_000_000, 2_000_000])
def test_a_full_disk_leaves_no_part_of_an_import(tmp_path: Path, room: int) -> None:
    path = tmp_path / "full.curator"
    with Workspace.create(path) as ws:
        fill(ws)
    worker = Worker("limited", path, room, "load", "big.jsonl", 12_000).ready()
    worker.go()
    (last,) = worker.finish()
    assert last.startswith("refused ")
    with Workspace.open(path) as ws:
        assert ws.verify() == []
        assert ws.examples.count() == 3
        assert fill(ws, [example(f"question {n} of big.jsonl", "x") for n in range(50)], name="big.jsonl").stored == 50


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "landed.curator") as ws:
        fill(ws)
        yield ws
        assert ws.verify() == []


@pytest.fixture
def next_commit(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The next commit is reported as failed, though it landed or because it did not."""
    connection = ws._connection
    write = connection.write

    def fail(*, landed: bool, commit: int = 1) -> None:
        commits = iter(range(1, 1_000))

        @contextmanager
        def failing() -> Iterator[Any]:
            strike = next(commits) == commit
            with write() as sqlite:
                yield sqlite
                if strike and not landed:
                    raise WorkspaceError("the disk failed.")
            if strike:
                raise WorkspaceError("the disk failed.")

        monkeypatch.setattr(connection, "write", failing)

    return fail


def test_a_decision_whose_commit_failed_but_landed_is_saved(ws: Workspace, next_commit: Callable[..., None]) -> None:
    next_commit(landed=True)
    saved = ws.log.record([Change(1, "status", "accepted")], actor="ana")
    assert (saved.changes, ws.log.history(1)[0].batch) == (1, saved.batch)


def test_a_decision_whose_commit_failed_is_refused(ws: Workspace, next_commit: Callable[..., None]) -> None:
    next_commit(landed=False)
    with pytest.raises(WorkspaceError, match="the disk failed"):
        ws.log.record([Change(1, "status", "accepted")], actor="ana")
    assert ws.log.history(1) == []


def test_an_undo_that_landed_is_not_done_twice(ws: Workspace, next_commit: Callable[..., None]) -> None:
    for status in ("accepted", "rejected"):
        ws.log.record([Change(1, "status", status)], actor="ana")
    next_commit(landed=True)
    undone = ws.log.undo("ana")
    assert undone is not None
    assert ws.examples.entry(1).state.status == "accepted"


def test_an_import_whose_last_commit_failed_but_landed_is_there(
    ws: Workspace, next_commit: Callable[..., None]
) -> None:
    load = ws.sources.begin("more.jsonl", kind="jsonl", format="openai_chat", split=None)
    load.add(example("q", "a"), raw=b"", row=1)
    next_commit(landed=True, commit=3)
    assert load.finish(digest="", layout={}, revision=None, blank=0, actor="ana").stored == 1
    load.abandon()
    assert ws.examples.count() == 4


def test_a_run_of_checks_whose_last_commit_failed_but_landed_stands(
    ws: Workspace, next_commit: Callable[..., None]
) -> None:
    run = ws.findings.begin_run({"TXT001": ("error", "empty-output")})
    run.add([Finding("TXT001", ws.examples.ids_of([1])[0], "is odd")])
    next_commit(landed=True)
    run.finish()
    run.abandon()
    assert [found.seq for found in ws.findings.select()] == [1]


def test_a_change_inside_a_change_is_an_error_and_not_a_mixture(ws: Workspace) -> None:
    with ws._connection.write(), pytest.raises(WorkspaceError):
        ws.log.record([Change(1, "status", "accepted")], actor="ana")
    assert ws.log.history(1) == []


def test_every_setting_that_durability_needs_is_on(ws: Workspace) -> None:
    value = ws._connection.value
    assert (value("pragma journal_mode"), value("pragma synchronous"), value("pragma mmap_size")) == ("wal", 2, 0)
    assert (value("pragma fullfsync"), value("pragma checkpoint_fullfsync")) == (1, 1)
    assert (value("pragma trusted_schema"), value("pragma cell_size_check")) == (0, 1)


def test_an_answer_that_is_not_the_wanted_one_stops_the_opening(tmp_path: Path) -> None:
    """A file system without shared memory answers `delete` to `journal_mode = wal`."""
    script = (
        "import apsw\n"
        "class NoSharedMemory(apsw.VFS):\n"
        "    def __init__(self): super().__init__('flat', base='unix-none', makedefault=True)\n"
        "vfs = NoSharedMemory()\n"
        "from curator.workspace import Workspace\n"
        f"Workspace.create({str(tmp_path / 'flat.curator')!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Move the workspace to a local disk." in done.stderr.splitlines()[-1], done.stderr
