"""What the reliability tests run in processes of its own: `python -m tests.reliability.worker VERB WORKSPACE ...`.

A worker says `ready`, waits for a line on its standard input, and prints a line for each thing that it was told is
stored. Whoever kills it can hold it to those lines.
"""

import random
import resource
import sys
from pathlib import Path

from curator.errors import WorkspaceError
from curator.model import Message
from curator.query import parse
from curator.workspace import Change, Workspace
from tests.workspace.filling import example, fill


def say(*words: object) -> None:
    print(*words, flush=True)


def label(ws: Workspace, actor: str, seed: str, count: str = "1000000") -> None:
    """Decides at random; a line is the event's number, the example and the note that came with the decision."""
    chance = random.Random(seed)
    size = ws.examples.count()
    for number in range(int(count)):
        seq, note = chance.randint(1, size), f"{actor} {seed} {number}"
        status = chance.choice(["accepted", "rejected", "fix"])
        saved = ws.log.record([Change(seq, "status", status), Change(seq, "note", note)], actor=actor)
        say(saved.seq, seq, note)


def load(ws: Workspace, name: str, rows: str) -> None:
    """Imports rows; the only line is `done`."""
    fill(ws, [example(f"question {row} of {name}", "answer " * 8) for row in range(int(rows))], name=name)
    say("done")


def watch(ws: Workspace, fewest: str, most: str) -> None:
    """Reads until everything is there; a line for each size that it ever saw."""
    seen: set[int] = set()
    while int(most) not in seen:
        seen |= {ws.examples.count(), len(ws.examples.ids(parse("len(out)>=0"))), sum(1 for _ in ws.examples.stream())}
        assert seen <= {int(fewest), int(most)}, seen
    say(*sorted(seen))


def limited(ws: Workspace, size: str, verb: str, *words: str) -> None:
    """Does something while no file may grow beyond a size, as on a full disk; ends with what it was told."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    try:
        VERBS[verb](ws, *words)
    except WorkspaceError as error:
        say("refused", error)


VERBS = {"label": label, "load": load, "watch": watch, "limited": limited}


def main(verb: str, path: str, *words: str) -> None:
    if verb == "create":
        say("ready")
        sys.stdin.readline()
        with Workspace.open_or_create(Path(path)) as ws:
            say(ws.examples.count())
        return
    Message("user", "")  # everything is imported before anybody counts time
    ws = Workspace.open(Path(path))
    say("ready")
    sys.stdin.readline()
    VERBS[verb](ws, *words)
    ws.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
