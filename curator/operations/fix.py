"""Fixes that checks propose: shown as a diff, then taken as one batch of edits that can be undone."""

import uuid
from collections.abc import Generator, Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from curator.ends import with_its_end
from curator.engines.plan import plan
from curator.engines.recheck import recheck as check_again
from curator.model import JUDGED, Entry, Progress
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
    """What was applied: changes stored, the examples that they touched, and the last event that was saved."""

    changes: int
    examples: int
    batch: str | None = None
    event: int = 0


def fixes(
    ws: Workspace,
    select: Sequence[str] = (),
    unsafe: bool = False,
    query: Query | None = None,
    *,
    rule: str | None = None,
) -> Iterator[Proposed]:
    """The fixes that standing findings propose, in the order of the examples; unsafe ones only when asked for.

    With `rule`, those of findings with exactly this rule, which may be empty.
    What a second reader would write is among them only where its code is selected: a person looks at it first.
    A finding that is older than the text proposes nothing. Where two would change one field, the first counts;
    the other one is found again by the next run if it is still due.
    """
    taken: set[tuple[int, str]] = set()
    for stored in ws.findings.select(tuple(select), query):
        fix, seq = stored.finding.fix, stored.seq
        if fix is None or seq is None or not (fix.safe or unsafe):
            continue
        if rule is not None and stored.finding.rule != rule:
            continue
        if not select and stored.finding.code.startswith(JUDGED):
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
    changes = list(_changes(ws, proposed))
    saved = ws.log.record(changes, actor=actor, kind="fix", batch=uuid.uuid4().hex)
    touched = sorted({one.seq for one in proposed})
    for done, seq in enumerate(touched, 1):
        check_again(ws, seq, again)
        if done % STEP == 0 or done == len(touched):
            yield Progress("Checking again", done, len(touched))
    return Fixed(saved.changes, len(touched), saved.batch, saved.seq)


def _changes(ws: Workspace, proposed: Sequence[Proposed]) -> Iterator[Change]:
    """The new texts, and beside those of answers that were liked or not the same for the end that bears the mark."""
    of: dict[int, list[Proposed]] = {}
    for one in proposed:
        of.setdefault(one.seq, []).append(one)
    seqs = list(of)
    for start in range(0, len(seqs), STEP):
        for entry in ws.examples.entries(seqs[start : start + STEP]):
            texts = {one.field: one.after for one in of[entry.seq]}
            revision = of[entry.seq][0].revision
            for field, text in with_its_end(entry.example, texts).items():
                yield Change(entry.seq, field, text, revision)


def diff(one: Proposed) -> str:
    """The change as a unified diff, every line of it safe to print, secrets and personal data in it masked.

    What is compared are the texts themselves: a change inside of what is masked is shown as a changed line.
    """
    from curator.checks.sensitive_values import masked_text  # loads what the safety checks look for

    before, after = one.before.split("\n"), one.after.split("\n")
    old, new = masked_text(one.before).split("\n"), masked_text(one.after).split("\n")
    lines = [f"--- {one.place} {one.field}", f"+++ {one.code} fixed"]
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(1):
        lines.append(f"@@ -{_lines(group[0][1], group[-1][2])} +{_lines(group[0][3], group[-1][4])} @@")
        for tag, first, last, start, end in group:
            if tag == "equal":
                lines += [f" {line}" for line in old[first:last]]
                continue
            lines += [f"-{line}" for line in old[first:last]]
            lines += [f"+{line}" for line in new[start:end]]
    return "\n".join(visible(line, line=True) for line in lines)


def _lines(first: int, end: int) -> str:
    """A stretch of lines as a unified diff names it: counted from 1, its length left out when that is 1."""
    length = end - first
    return str(first + 1) if length == 1 else f"{first + 1 if length else first},{length}"


def _text(entry: Entry, field: str) -> str | None:
    """The text of ``messages[2].content``; None when the example has no such text."""
    for index, message in enumerate(entry.example.messages):
        if field == f"messages[{index}].content":
            return message.content if isinstance(message.content, str) else None
    return None
