"""Decide about many examples at once: one batch, one step to undo."""

import uuid
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Progress
from curator.query import Query
from curator.workspace import Change, Saved, Workspace

#: Examples read between two reports of progress.
STEP = 500


class Decision(Struct, frozen=True):
    """What to decide: only the fields that are set are changed. A label is added to those that stand."""

    status: str | None = None
    route: str | None = None
    note: str | None = None
    label: tuple[str, str] | None = None

    def changes(self, seq: int, labels: dict[str, Any]) -> Iterator[Change]:
        """The changes for one example, whose labels are given."""
        if self.status is not None:
            yield Change(seq, "status", self.status)
        if self.route is not None:
            yield Change(seq, "route", self.route)
        if self.note is not None:
            yield Change(seq, "note", self.note)
        if self.label is not None:
            yield Change(seq, "labels", {**labels, self.label[0]: self.label[1]})


class Decided(Struct, frozen=True):
    """How many examples the filter selected, and what was stored."""

    selected: int
    saved: Saved


def decide(ws: Workspace, query: Query, decision: Decision, *, actor: str) -> Generator[Progress, None, Decided]:
    """Applies a decision to every example that a query selects, as one operation of `actor`.

    The workspace is copied first when more than one example is selected. Raises `WorkspaceError` when nothing is.
    """
    if decision == Decision():
        raise WorkspaceError("nothing to decide: name a status, a route, a label or a note.")
    ids = ws.examples.ids(query)
    if not ids:
        raise WorkspaceError(f"{query.text!r} selects no example, so nothing was decided.")
    if len(ids) > 1:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("decide")
    changes: list[Change] = []
    for start in range(0, len(ids), STEP):
        changes += _changes(ws, ids[start : start + STEP], decision)
        yield Progress("reading", min(start + STEP, len(ids)), len(ids))
    yield Progress("deciding", 0, None)
    return Decided(len(ids), ws.log.record(changes, actor=actor, batch=uuid.uuid4().hex))


def _changes(ws: Workspace, ids: Sequence[int], decision: Decision) -> list[Change]:
    if decision.label is None:
        return [change for seq in ids for change in decision.changes(seq, {})]
    entries = ws.examples.entries(ids)
    return [change for entry in entries for change in decision.changes(entry.seq, entry.state.labels)]
