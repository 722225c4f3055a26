"""Several processes work on one workspace: nobody is told that it is locked, nothing is lost, nothing half is seen."""

from pathlib import Path

from curator.workspace import Workspace
from tests.reliability.processes import Worker
from tests.workspace.filling import example, fill


def test_four_reviewers_an_import_and_a_reader_at_once(tmp_path: Path) -> None:
    path = tmp_path / "together.curator"
    with Workspace.create(path) as ws:
        fill(ws, [example(f"q{row}", "a") for row in range(50)])
    reviewers = [Worker("label", path, f"reviewer {n}", n, 100) for n in range(4)]
    others = [Worker("load", path, "more.jsonl", 3_000), Worker("watch", path, 50, 3_050)]
    for worker in (*reviewers, *others):
        worker.ready()
    for worker in (*reviewers, *others):
        worker.go()
    said = [line.split(" ", 2) for worker in reviewers for line in worker.finish()]
    assert others[0].finish() == ["done"]
    assert others[1].finish() in (["50 3050"], ["3050"])
    assert len(said) == 400
    with Workspace.open(path) as ws:
        assert ws.verify() == []
        stored = {event.seq: event for event in ws.log.tail(10_000)}
        for event, seq, note in said:
            assert (stored[int(event)].example, stored[int(event)].after) == (int(seq), note)
        assert len([event for event in stored.values() if event.field == "note"]) == 400


def test_processes_that_make_the_same_workspace_at_once_share_it(tmp_path: Path) -> None:
    path = tmp_path / "new.curator"
    workers = [Worker("create", path).ready() for _ in range(4)]
    for worker in workers:
        worker.go()
    assert [worker.finish() for worker in workers] == [["0"]] * 4
    with Workspace.open(path) as ws:
        assert ws.verify() == []


def test_two_imports_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "two.curator"
    with Workspace.create(path) as ws:
        fill(ws)
    workers = [Worker("load", path, f"{name}.jsonl", 6_000).ready() for name in "ab"]
    for worker in workers:
        worker.go()
    assert [worker.finish() for worker in workers] == [["done"]] * 2
    with Workspace.open(path) as ws:
        assert ws.examples.count() == 12_003
        assert ws.verify() == []
