"""Decide about rows that were tagged, or marked in the queue: one batch, one step to undo."""

import uuid
from array import array
from collections.abc import Generator, Sequence
from typing import Any, Literal

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Entry, Progress
from curator.operations.decide import STEP
from curator.query import And, Query, Term, parse
from curator.settings import Binding
from curator.workspace import Change, Saved, Workspace

Field = Literal["status", "route", "labels", "note"]
#: From so many rows on, the workspace is copied first.
COPIED = 1_000


class Tagged(Struct, frozen=True):
    """How many rows were given it, how many decided ones were kept as they are, and what was stored.

    `others` is how many were left out because the label is for other rows.
    """

    rows: int
    kept: int
    saved: Saved
    others: int = 0


def decide_tagged(
    ws: Workspace, seqs: Sequence[int], field: Field, value: Any, *, actor: str
) -> Generator[Progress, None, Tagged]:
    """Gives rows a status, a note, a label (a `Binding`; None takes all labels away) or another route.

    A status goes to pending rows only: what people decided stays. The route is RAG unless all of them have it already.
    A label with a filter of its own goes to the rows that it matches. Raises `WorkspaceError` when there is no row to
    decide.
    """
    given_to = len(seqs)
    if isinstance(value, Binding) and value.where:
        seqs = _its_own(ws, seqs, value)
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
        raise WorkspaceError("every one of these rows is decided already, so nothing was changed.")
    if len(chosen) > COPIED:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("tagged")
    yield Progress("deciding", 0, None)
    given = value if field != "route" else "train" if routed == len(chosen) else "rag"
    changes = [Change(seq, field, labels if field == "labels" else given) for seq, labels in chosen]
    saved = ws.log.record(changes, actor=actor, batch=uuid.uuid4().hex)
    return Tagged(len(chosen), kept, saved, given_to - len(seqs))


def _its_own(ws: Workspace, seqs: Sequence[int], binding: Binding) -> Sequence[int]:
    """Those of the rows that a label is for. Raises `WorkspaceError` when it is for none of them."""
    node = parse(binding.where).where
    if node is None:
        return seqs
    among = Term("tag", ":", ("yes",))
    own = ws.examples.ids(Query(And((among, node)), text=binding.where, tagged=array("q", seqs)))
    if not own:
        raise WorkspaceError(f"{binding.label} is for other rows: {binding.where}. Nothing was changed.")
    return own


def _labels(entry: Entry, value: Any) -> dict[str, Any]:
    return value.added_to(entry.state.labels) if isinstance(value, Binding) else {}
