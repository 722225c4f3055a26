"""Records what a workspace writes, then cuts the power at random places: `... power_cut STATES SEED SYNCHRONOUS`.

Prints one line of JSON: how many acknowledged decisions were lost, how many states were damaged or held half an
import. `SYNCHRONOUS` is full, or off to show that the test notices.
"""

import json
import sys
import tempfile
from pathlib import Path
from random import Random

from curator.errors import WorkspaceError
from curator.workspace import Change, Workspace
from tests.reliability.disk import Disk, Operation, after_power_cut
from tests.workspace.filling import example, fill

ROWS = 5_000
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # the disk is the recorded one


def record(path: Path, chance: Random, synchronous: str) -> list[Operation]:
    """Works on a workspace and returns every change of its files, with what was acknowledged in between."""
    log: list[Operation] = []
    disk = Disk(lambda *operation: log.append(operation))
    ws = Workspace.open(path)
    sqlite = ws._connection.sqlite
    # Checkpoints are where a write-ahead log can go wrong; the default of 1,000 pages would show two.
    sqlite.execute(f"pragma synchronous = {synchronous}; pragma wal_autocheckpoint = 40")
    for number in range(90):
        seq = chance.randint(1, 20)
        saved = ws.log.record([Change(seq, "status", chance.choice(["fix", "rejected"])),
                               Change(seq, "note", f"note {number}")], actor="ana")  # fmt: skip
        log.append(("said", f"note {number}", saved.seq, b""))
        if number % 30 == 15:
            name = f"{number}.jsonl"
            fill(ws, [example(f"question {row}", "answer " * 4) for row in range(ROWS)], name=name)
            log.append(("said", name, 0, b""))
    ws.close()
    disk.unregister()
    return log


def complaints(folder: Path, said: list[Operation]) -> tuple[int, list[str]]:
    """Opens what the power cut has left; acknowledged changes that are lost, and whatever else is wrong."""
    try:
        with Workspace.open(folder / "power.curator") as ws:
            wrong = ws.verify()
            sources = {source.name: source.rows for source in ws.sources.list()}
            stored = {event.seq: event.after for event in ws.log.tail(10**6)}
            wrong += [f"{name}: {rows} rows" for name, rows in sources.items() if rows not in (20, ROWS)]
            if ws.examples.count() != sum(sources.values()):
                wrong.append("rows of no source")
            lost = sum(1 for _, name, seq, _ in said if (stored.get(seq) != name if seq else name not in sources))
            ws.log.record([Change(1, "note", "work goes on")], actor="ben")
            return lost, wrong
    except WorkspaceError as error:
        return 0, [str(error)]


def main(states: int, seed: int, synchronous: str) -> None:
    chance = Random(seed)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "power.curator"
        with Workspace.create(path) as ws:
            fill(ws, [example(f"q{row}", "a") for row in range(20)])
        before = {path.name: path.read_bytes()}
        log = record(path, chance, synchronous)
        lost = damaged = 0
        wrong: list[str] = []
        for number in range(states):
            cut = log[: chance.randint(0, len(log))]
            place = Path(folder) / str(number)
            place.mkdir()
            for name, data in after_power_cut(before, cut, chance).items():
                (place / name).write_bytes(data)
            missing, complaint = complaints(place, [operation for operation in cut if operation[0] == "said"])
            lost += missing
            damaged += bool(complaint)
            wrong += complaint[:1]
            for file in place.iterdir():
                file.unlink()
    print(json.dumps({"states": states, "changes": len(log), "lost": lost, "damaged": damaged, "wrong": wrong[:5]}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
