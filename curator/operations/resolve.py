"""One decision about a conflict: which output is right, or that none is; all of it one step to undo.

Nothing is accepted unless that is asked for: that an output is right among those of its cluster does not say that
nothing else is wrong with its row. Rows that are in RAG, and those whose input was changed since, are left alone.
"""

import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Progress
from curator.operations.conflicts import Conflict, Row, look
from curator.workspace import Change, Judgement, Saved, Workspace
from curator.workspace.adjudicating import ADJUDICATED, adjudication

#: Rows from which on the workspace is copied first.
MANY = 1_000
#: Rows that a note names.
NAMED = 4

Kind = Literal["right", "write", "both", "reject", "rag"]
Wanted = dict[str, Any]


class Resolution(Struct, frozen=True):
    """What is decided: the `variant` that is right, the `text` that is written once, or what happens to all rows.

    With `accept`, rows that say what is right are accepted too.
    """

    kind: Kind
    variant: int = -1
    text: str = ""
    accept: bool = False


class Effect(Struct, frozen=True):
    """What a resolution would do: to how many rows, by what they become, and whose decisions it goes over."""

    rows: int
    become: Counter[str]
    over: Counter[tuple[str, str]]


class Resolved(Struct, frozen=True):
    """How many rows were changed, those whose text was, and what was stored."""

    rows: int
    edited: tuple[int, ...]
    saved: Saved


def plan(conflict: Conflict, resolution: Resolution) -> dict[int, Wanted]:
    """What each row is to be, by its number: only fields that would change."""
    found: dict[int, Wanted] = {}
    for row in conflict.rows:
        if row.route == "rag" or row.moved or row.status == "rejected":
            continue
        wanted = _wanted(conflict, resolution, row)
        stands = {"status": row.status, "route": row.route, "note": row.note}
        if changed := {name: value for name, value in wanted.items() if stands.get(name) != value}:
            found[row.seq] = changed
    return found


def _wanted(conflict: Conflict, resolution: Resolution, row: Row) -> Wanted:
    kind = resolution.kind
    if kind == "rag":
        return {"route": "rag"}
    if kind == "reject" or (kind == "right" and row.variant != resolution.variant):
        return {"status": "rejected"}
    if kind == "both":
        return {"status": "fix", "note": _lacking(conflict, row)} if row.live else {}
    write = kind == "write"  # what needed a fix has got one by it, and nothing else has
    accepts = resolution.accept and (row.status == "pending" or (write and row.status == "fix"))
    return ({"status": "accepted"} if accepts else {}) | ({"text": resolution.text} if write else {})


def _lacking(conflict: Conflict, row: Row) -> str:
    others = [f"#{one.first.seq}" for number, one in enumerate(conflict.variants) if number != row.variant]
    named = ", ".join(others[:NAMED]) + (" …" if len(others) > NAMED else "")
    said = f"the input lacks context: other answers to it are right too ({named})"
    return said if not row.note else row.note if said in row.note else f"{row.note}; {said}"


def effect(conflict: Conflict, resolution: Resolution) -> Effect:
    """What a resolution would do, counted."""
    become: Counter[str] = Counter()
    over: Counter[tuple[str, str]] = Counter()
    wanted = plan(conflict, resolution)
    for row in conflict.rows:
        if (one := wanted.get(row.seq)) is None:
            continue
        become.update(str(one[name]) for name in ("status", "route") if name in one)
        become["written"] += "text" in one
        if row.reviewer is not None and row.status != "pending" and "status" in one:
            over[row.status, row.reviewer] += 1
    return Effect(len(wanted), become, over)


def resolve(
    ws: Workspace, conflict: Conflict, resolution: Resolution, *, actor: str
) -> Generator[Progress, None, Resolved]:
    """Resolves a conflict as it was seen, as one operation of `actor`.

    Raises WorkspaceError when there is nothing to change, when an output that is no text would be written over, and
    when somebody has changed one of the rows since.
    """
    if resolution.kind == "write" and not conflict.plain:
        raise WorkspaceError("an output of this conflict is no plain text, so nothing was changed. Edit its row.")
    if resolution.kind == "write" and not resolution.text.strip():
        raise WorkspaceError("an empty text is no answer, so nothing was changed.")
    wanted = plan(conflict, resolution)
    if not wanted:
        raise WorkspaceError("all rows of this conflict are so already, so nothing was changed.")
    yield Progress("looking at the rows again", 0, None)
    now = look(ws, [row.seq for row in conflict.rows], conflict.compared)
    if now.rows != conflict.rows:
        raise WorkspaceError("somebody has changed this conflict meanwhile, so nothing was changed. Look at it again.")
    if len(wanted) > MANY:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("resolve")
    yield Progress("resolving", 0, None)
    said = ws.judgements.of([row.seq for row in conflict.rows if row.reviewer is not None and row.seq in wanted])
    changes = [
        change
        for row in conflict.rows
        if row.seq in wanted
        for change in _changes(row, wanted[row.seq], said.get(row.seq, ()), actor)
    ]
    saved = ws.log.record(changes, actor=actor, batch=uuid.uuid4().hex)
    return Resolved(len(wanted), tuple(seq for seq, one in wanted.items() if "text" in one), saved)


def _changes(row: Row, wanted: Wanted, said: "list[Judgement] | tuple[()]", actor: str) -> Iterator[Change]:
    if "text" in wanted and row.field is not None:
        yield Change(row.seq, row.field, wanted["text"], row.revision)
    judged = {name: value for name, value in wanted.items() if name != "text"}
    if judged:
        yield from judge(row.seq, judged, said, actor)


def judge(seq: int, wanted: Mapping[str, Any], said: "list[Judgement] | tuple[()]", actor: str) -> Iterator[Change]:
    """The changes after which this stands for an example, whoever has judged it: `said` is what everybody has said.

    What was adjudicated is adjudicated again, or it would stand on.
    """
    last = said[-1] if said else None
    if last is None or not last.adjudicated:
        yield from (Change(seq, field, value) for field, value in wanted.items())
        return
    whole = {"status": last.status, "labels": last.labels, "note": last.note, "route": last.route, **wanted}
    yield Change(seq, ADJUDICATED, adjudication(actor, **whole))
