"""What people decided in an annotation tool, recorded under their names once its export is imported."""

import uuid
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from curator.errors import FormatError
from curator.formats.base import Judgement
from curator.model import Entry, Progress
from curator.operations.import_reading import Chosen
from curator.sources.base import Row
from curator.workspace import Change, Counts, Workspace

#: Examples read at once, and changes recorded in one transaction.
STEP = 2_000

Said = dict[int, tuple[Judgement, ...]]


def judge(chosen: Chosen, row: Row, said: Said) -> None:
    """Notes what people decided about a row that was parsed."""
    if chosen.format.judgements is None or row.value is None:
        return
    try:
        found = chosen.format.judgements(row.value)
    except FormatError:
        return  # a mapped format read the row, and it is no task
    if found:
        said[row.number] = found


def record(ws: Workspace, name: str, said: Said, counts: Counts) -> Generator[Progress, None, int]:
    """Records what people decided about the examples of a source. Returns how many decisions that were.

    What the same export said before is not said again, so a later decision of somebody here stands. Every reviewer
    is one operation of the kind import, which nobody's undo takes back.
    """
    if not said:
        return 0
    changes: dict[str, list[Change]] = defaultdict(list)
    first = not counts.known
    for entry in _entries(ws, name, counts):
        for judgement in said.get(entry.example.provenance.row, ()):
            changes[judgement.reviewer] += _changes(ws, entry, judgement, first)
    total = sum(map(len, changes.values()))
    done = 0
    for reviewer, asked in changes.items():
        for start in range(0, len(asked), STEP):
            part = asked[start : start + STEP]
            ws.log.record(part, actor=reviewer, kind="import", batch=uuid.uuid4().hex)
            done += len(part)
            yield Progress(f"recording what {reviewer} decided", done, total)
    return total


def _entries(ws: Workspace, name: str, counts: Counts) -> Iterator[Entry]:
    """The examples of a source: the newest of all when it is new, else looked for among all."""
    if not counts.known:
        numbers = ws.examples.ids()[-counts.stored :] if counts.stored else []
        found = [ws.examples.entries(numbers[start : start + STEP]) for start in range(0, len(numbers), STEP)]
        if all(entry.example.provenance.source == name for part in found for entry in part):
            for part in found:
                yield from part
            return
    for batch in ws.examples.batches(STEP):
        yield from (entry for entry in batch if entry.example.provenance.source == name)


def _changes(ws: Workspace, entry: Entry, judgement: Judgement, first: bool) -> Iterator[Change]:
    before: Mapping[str, Any] = {} if first else _imported(ws, entry.seq, judgement.reviewer)
    said = {"status": judgement.status, "labels": judgement.labels or None, "note": judgement.note or None}
    for field, value in said.items():
        if value is not None and before.get(field) != value:
            yield Change(entry.seq, field, value)


def _imported(ws: Workspace, seq: int, reviewer: str) -> dict[str, Any]:
    """What was imported of this reviewer about an example, by field, the newest of each."""
    return {
        event.field: event.after
        for event in ws.log.history(seq)
        if event.actor == reviewer and event.actor_kind == "import"
    }
