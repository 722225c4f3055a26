"""Fails each write, sync and truncate in turn, once and for ever, while a workspace works: `... fault_sweep EVERY`.

With EVERY = 1 each place is tried, with 3 each third one. Prints one line of JSON with the numbers of places and runs
and what went wrong.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import apsw

from curator.errors import WorkspaceError
from curator.workspace import Change, Workspace
from tests.reliability.disk import Disk
from tests.workspace.filling import example, fill

DECISIONS = 4
ROWS = 400
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
FAILURES: tuple[type[apsw.Error], ...] = (apsw.IOError, apsw.FullError)


class Faults:
    """Counts what SQLite asks of the disk, and fails it at a place while armed."""

    def __init__(self) -> None:
        self.armed = self.lasting = False
        self.count = self.place = self.struck = 0
        self.failure: type[apsw.Error] = apsw.IOError

    def __call__(self, kind: str, *_change: object) -> None:
        if not self.armed or kind == "delete":
            return
        self.count += 1
        if self.place and (self.count == self.place or (self.lasting and self.count > self.place)):
            self.struck += 1
            raise self.failure("planted")

    def arm(self, place: int, failure: type[apsw.Error], *, lasting: bool) -> None:
        self.armed, self.count, self.place, self.failure, self.lasting = True, 0, place, failure, lasting


def decide(ws: Workspace) -> list[str]:
    """Decides a few times; the notes that were acknowledged."""
    said = []
    for number in range(DECISIONS):
        changes = [Change(1 + number % 3, "note", f"note {number}"), Change(1 + number % 3, "status", "fix")]
        try:
            ws.log.record([*changes, Change(2, "route", "rag" if number % 2 else "train")], actor="ana")
            said.append(f"note {number}")
        except WorkspaceError as error:
            sentence = str(error)
            if not sentence.startswith(str(ws.path)) or not sentence.endswith("."):
                raise AssertionError(f"no sentence: {sentence}") from error
    return said


def bring_in(ws: Workspace) -> list[str]:
    """Imports; says so when it was acknowledged."""
    load = ws.sources.begin("more.jsonl", kind="jsonl", format="openai_chat", split=None)
    try:
        for row in range(1, ROWS + 1):
            load.add(example(f"q{row}", "a"), raw=b"{}", row=row)
        load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")
    except WorkspaceError:
        load.abandon()
        return []
    return ["more.jsonl"]


def import_rows(ws: Workspace) -> list[str]:
    try:
        return bring_in(ws)
    except WorkspaceError:
        return []


def wrong(ws: Workspace, said: list[str], when: str) -> list[str]:
    """What a workspace holds that it should not, and what it lacks."""
    found = [f"{when}: {line}" for line in ws.verify()]
    events = ws.log.tail(10_000)
    stored = {str(event.after) for event in events if event.field == "note"}
    stored |= {source.name for source in ws.sources.list()}
    found += [f"{when}: {name} was acknowledged and is lost" for name in said if name not in stored]
    found += [f"{when}: {name} was refused and is there" for name in stored - set(said) - {"base.jsonl"}]
    if ws.examples.count() not in (3, 3 + ROWS) or ws.examples.count() != sum(one.rows for one in ws.sources.list()):
        found.append(f"{when}: half an import")
    halves = {event.batch for event in events if event.field == "note"} ^ {
        event.batch for event in events if event.field in ("status", "note", "route") and event.actor == "ana"
    }
    return found + [f"{when}: half an operation {batch}" for batch in halves]


def one(base: bytes, faults: Faults, work: Callable[[Workspace], list[str]], checkpoint: int) -> list[str]:
    """Runs the work on a fresh copy while the armed fault strikes; what is wrong afterwards."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "fault.curator"
        path.write_bytes(base)
        arming, faults.armed = faults.armed, False
        ws = Workspace.open(path)
        ws._connection.sqlite.execute(f"pragma wal_autocheckpoint = {checkpoint}")
        faults.armed = arming
        said = work(ws)
        faults.armed = False
        found = wrong(ws, said, "at once")
        ws.close()
        with Workspace.open(path) as again:
            found += wrong(again, said, "reopened")
            again.log.record([Change(3, "labels", {"after": True})], actor="ben")
            fill(again, [("later", "later")], name="later.jsonl")
            found += [f"afterwards: {line}" for line in again.verify()]
        return found


def main(every: int) -> None:
    faults = Faults()
    disk = Disk(faults)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "base.curator"
        with Workspace.create(path) as ws:
            fill(ws, name="base.jsonl")
        base = path.read_bytes()
    found: list[str] = []
    places = runs = 0
    for work, checkpoint in ((decide, 1_000), (decide, 5), (import_rows, 1_000), (import_rows, 5)):
        faults.arm(0, apsw.IOError, lasting=False)
        found += one(base, faults, work, checkpoint)
        count = faults.count
        places += count
        for place in range(1, count + 1, every):
            for number, failure in enumerate(FAILURES):
                for lasting in (False, True):
                    faults.arm(place, failure, lasting=lasting)
                    runs += 1
                    found += [
                        f"{work.__name__}, checkpoint {checkpoint}, place {place}, {FAILURES[number].__name__}, "
                        f"{'for ever' if lasting else 'once'}: {line}"
                        for line in one(base, faults, work, checkpoint)
                    ]
    disk.unregister()
    print(json.dumps({"places": places, "runs": runs, "struck": faults.struck, "wrong": found[:20], "all": len(found)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
