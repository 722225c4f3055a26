"""Decide about many examples at once: one batch, one step to undo."""

import uuid
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Progress
from curator.query import Query
from curator.settings import Binding, Settings, load
from curator.workspace import Change, Saved, Workspace

#: Examples read between two reports of progress.
STEP = 500


class Decision(Struct, frozen=True):
    """What to decide: only the fields that are set are changed.

    A label (its name and its value in words) is added to those that stand.
    """

    status: str | None = None
    route: str | None = None
    note: str | None = None
    label: tuple[str, str] | None = None

    def changes(self, seq: int, labels: dict[str, Any] | None) -> Iterator[Change]:
        """The changes for one example; `labels` are all that it has then, None when they stay."""
        if self.status is not None:
            yield Change(seq, "status", self.status)
        if self.route is not None:
            yield Change(seq, "route", self.route)
        if self.note is not None:
            yield Change(seq, "note", self.note)
        if labels is not None:
            yield Change(seq, "labels", labels)


class Decided(Struct, frozen=True):
    """How many examples the filter selected, and what was stored."""

    selected: int
    saved: Saved


def decide(
    ws: Workspace, query: Query, decision: Decision, *, actor: str, settings: Settings | None = None
) -> Generator[Progress, None, Decided]:
    """Applies a decision to every example that a query selects, as one operation of `actor`.

    The workspace is copied first when more than one example is selected. Without `settings`, the curator.toml
    beside the workspace is read. Raises `WorkspaceError` for a decision about nothing and `SettingsError` for a
    label that the settings do not know, both at once; `WorkspaceError` when iterated and no example is selected.
    """
    if decision == Decision():
        raise WorkspaceError("nothing to decide: name a status, a route, a label or a note.")
    binding = None
    if decision.label is not None:
        binding = (load(ws.path.parent) if settings is None else settings).binding(*decision.label)
    return _decide(ws, query, decision, binding, actor)


def _decide(
    ws: Workspace, query: Query, decision: Decision, binding: Binding | None, actor: str
) -> Generator[Progress, None, Decided]:
    ids = ws.examples.ids(query)
    if not ids:
        raise WorkspaceError(f"{query.text!r} selects no example, so nothing was decided.")
    if len(ids) > 1:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("decide")
    changes: list[Change] = []
    for start in range(0, len(ids), STEP):
        changes += _changes(ws, ids[start : start + STEP], decision, binding)
        yield Progress("reading", min(start + STEP, len(ids)), len(ids))
    yield Progress("deciding", 0, None)
    return Decided(len(ids), ws.log.record(changes, actor=actor, batch=uuid.uuid4().hex))


def _changes(ws: Workspace, ids: Sequence[int], decision: Decision, binding: Binding | None) -> list[Change]:
    if binding is None:
        return [change for seq in ids for change in decision.changes(seq, None)]
    given = ((entry.seq, binding.added_to(entry.state.labels)) for entry in ws.examples.entries(ids))
    return [change for seq, labels in given for change in decision.changes(seq, labels)]
