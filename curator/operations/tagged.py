"""Decide about rows that were tagged one by one or all at once: one batch, one step to undo."""

import uuid
from collections.abc import Generator, Sequence
from typing import Any, Literal

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Entry, Progress
from curator.operations.decide import STEP
from curator.settings import Binding
from curator.workspace import Change, Saved, Workspace

Field = Literal["status", "route", "labels", "note"]
#: From so many rows on, the workspace is copied first.
COPIED = 1_000


class Tagged(Struct, frozen=True):
    """How many rows were given it, how many decided ones were kept as they are, and what was stored."""

    rows: int
    kept: int
    saved: Saved


def decide_tagged(
    ws: Workspace, seqs: Sequence[int], field: Field, value: Any, *, actor: str
) -> Generator[Progress, None, Tagged]:
    """Gives rows a status, a note, a label (a `Binding`; None takes all labels away) or another route.

    A status goes to pending rows only: what people decided stays. The route is RAG unless all of them have it already.
    Raises `WorkspaceError` when there is no row to decide.
    """
    chosen = list[tuple[int, dict[str, Any]]]()
    kept = routed = 0
    for start in range(0, len(seqs), STEP):
        for entry in ws.examples.entries(seqs[start : start + STEP]):
            if field == "status" and entry.state.status != "pending":
                kept += 1
            else:
                chosen.append((entry.seq, _labels(entry, value) if field == "labels" else {}))
                routed += entry.state.route == "rag"
        yield Progress("reading", min(start + STEP, len(seqs)), len(seqs))
    if not chosen:
        raise WorkspaceError("every tagged row is decided already, so nothing was changed.")
    if len(chosen) > COPIED:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("tagged")
    yield Progress("deciding", 0, None)
    given = value if field != "route" else "train" if routed == len(chosen) else "rag"
    changes = [Change(seq, field, labels if field == "labels" else given) for seq, labels in chosen]
    return Tagged(len(chosen), kept, ws.log.record(changes, actor=actor, batch=uuid.uuid4().hex))


def _labels(entry: Entry, value: Any) -> dict[str, Any]:
    return value.added_to(entry.state.labels) if isinstance(value, Binding) else {}
