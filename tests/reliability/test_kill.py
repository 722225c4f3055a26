"""A process is killed while it labels or imports. What it was told is saved is there; an import is whole or absent.

`CURATOR_KILLS` makes the campaign longer; `CURATOR_SEED` repeats one.
"""

import os
import random
from pathlib import Path

import pytest

from curator.workspace import Workspace
from tests.reliability.processes import Worker
from tests.workspace.filling import example, fill

KILLS = int(os.environ.get("CURATOR_KILLS", "50"))
SEED = int(os.environ.get("CURATOR_SEED", random.SystemRandom().randrange(10**6)))


def notes(ws: Workspace) -> dict[int, str]:
    """Every note ever written, by the number of its event."""
    return {event.seq: str(event.after) for event in ws.log.tail(10**6) if event.field == "note"}


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    path = tmp_path / "kill.curator"
    with Workspace.create(path) as ws:
        fill(ws, [example(f"q{row}", "a") for row in range(20)])
    acknowledged: dict[int, str] = {}
    for attempt in range(KILLS * 3 // 5):
        context = f"CURATOR_SEED={SEED}, round {attempt}"
        workers = [Worker("label", path, actor, f"{SEED}-{attempt}") for actor in ("ana", "ben")[: 1 + attempt % 2]]
        for worker in workers:
            worker.ready().go()
        said = [line for worker in workers for line in worker.kill_after(chance.uniform(0, 0.05))]
        for line in said:
            event, _, note = line.split(" ", 2)
            acknowledged[int(event)] = note
        with Workspace.open(path) as ws:
            assert ws.verify() == [], context
            stored = notes(ws)
            # The number that was said is that of the operation's last event: the note.
            assert {seq: note for seq, note in acknowledged.items() if stored.get(seq) != note} == {}, context
            assert ws.log.undo("ana") is None or ws.log.redo("ana") is not None, context
    assert len(acknowledged) > KILLS / 5, f"the workers were killed before they worked; CURATOR_SEED={SEED}"


@pytest.mark.parametrize("rows", [200, 9_000])
def test_an_import_that_was_killed_is_there_wholly_or_not_at_all(tmp_path: Path, rows: int) -> None:
    chance = random.Random(SEED + rows)
    landed, longest = 0, 0.01 + rows / 30_000
    for attempt in range(KILLS // 5):
        context = f"CURATOR_SEED={SEED}, round {attempt}"
        path = tmp_path / f"{attempt}.curator"
        with Workspace.create(path) as ws:
            fill(ws)
        worker = Worker("load", path, "big.jsonl", rows).ready()
        worker.go()
        said = worker.kill_after(chance.uniform(0, longest))
        with Workspace.open(path) as ws:
            assert ws.verify() == [], context
            present = ws.examples.count() - 3
            assert present in ((rows,) if said == ["done"] else (0, rows)), context
            assert len(ws.sources.list()) == 1 + (present == rows), context
            landed += present == rows
            # However fast a machine is, and whatever else it does: what landed is killed sooner the next time.
            longest *= 0.5 if present else 1.5
            again = fill(
                ws, [example(f"question {n} of big.jsonl", "answer " * 8) for n in range(rows)], name="big.jsonl"
            )
            assert (again.stored, again.known) == ((0, rows) if present else (rows, 0)), context
            assert ws.examples.count() == rows + 3, context
            assert ws.verify() == [], context
    assert landed < KILLS // 5, f"no import was killed in time; CURATOR_SEED={SEED}"
