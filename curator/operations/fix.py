"""Fixes that checks propose: shown as a diff, then taken as one batch of edits that can be undone."""

import uuid
from collections.abc import Generator, Iterator, Sequence
from difflib import unified_diff

from msgspec import Struct

from curator.engines.plan import plan
from curator.engines.recheck import recheck as check_again
from curator.model import Entry, Progress
from curator.query import Query
from curator.settings import Settings, load
from curator.text import visible
from curator.workspace import Change, Workspace

#: Fixes read, and examples checked again, at a time.
STEP = 500


class Proposed(Struct, frozen=True):
    """One change of one field that a check proposes. `revision` is the one of the text that it was found in."""

    seq: int
    code: str
    place: str
    field: str
    before: str
    after: str
    safe: bool
    revision: int


class Fixed(Struct, frozen=True):
    """What was applied: changes stored, and the examples that they touched."""

    changes: int
    examples: int
    batch: str | None = None


def fixes(
    ws: Workspace, select: Sequence[str] = (), unsafe: bool = False, query: Query | None = None
) -> Iterator[Proposed]:
    """The fixes that standing findings propose, in the order of the examples; unsafe ones only when asked for.

    A finding that is older than the text proposes nothing. Where two would change one field, the first counts;
    the other one is found again by the next run if it is still due.
    """
    taken: set[tuple[int, str]] = set()
    for stored in ws.findings.select(tuple(select), query):
        fix, seq = stored.finding.fix, stored.seq
        if fix is None or seq is None or not (fix.safe or unsafe):
            continue
        entry = ws.examples.entry(seq)
        for field, after in sorted(fix.changes.items()):
            before = _text(entry, field)
            if before is None or before == after or (seq, field) in taken:
                continue
            taken.add((seq, field))
            place = f"{entry.example.provenance.source}:{entry.example.provenance.row}"
            yield Proposed(seq, stored.finding.code, place, field, before, after, fix.safe, entry.state.revision)


def apply(
    ws: Workspace, proposed: Sequence[Proposed], *, actor: str, settings: Settings | None = None
) -> Generator[Progress, None, Fixed]:
    """Takes fixes as one batch, after a copy of the workspace, and checks the touched examples again.

    Raises ConflictError when a text was edited since the fixes were read; nothing is changed then.
    """
    if not proposed:
        return Fixed(0, 0)
    again = plan(settings if settings is not None else load(ws.path.parent))
    yield Progress("Copying the workspace first", 0)
    ws.snapshot("fix")
    changes = [Change(one.seq, one.field, one.after, one.revision) for one in proposed]
    saved = ws.log.record(changes, actor=actor, kind="fix", batch=uuid.uuid4().hex)
    touched = sorted({one.seq for one in proposed})
    for done, seq in enumerate(touched, 1):
        check_again(ws, seq, again)
        if done % STEP == 0 or done == len(touched):
            yield Progress("Checking again", done, len(touched))
    return Fixed(saved.changes, len(touched), saved.batch)


def diff(one: Proposed) -> str:
    """The change as a unified diff, every line of it safe to print."""
    lines = unified_diff(
        one.before.split("\n"), one.after.split("\n"), f"{one.place} {one.field}", f"{one.code} fixed", n=1, lineterm=""
    )
    return "\n".join(visible(line, line=True) for line in lines)


def _text(entry: Entry, field: str) -> str | None:
    """The text of ``messages[2].content``; None when the example has no such text."""
    for index, message in enumerate(entry.example.messages):
        if field == f"messages[{index}].content":
            return message.content if isinstance(message.content, str) else None
    return None
