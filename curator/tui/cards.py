"""What the card of a finding says, and what is asked before a group is decided: blocks of text with their marks."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from curator.model import Entry, Example, Severity, Span
from curator.rows import Found
from curator.text import shared_beginning
from curator.tui.diff import changes
from curator.tui.present import beginning, head_of, labels_text
from curator.tui.veil import Veil
from curator.tui.widgets.rows import SEVERITY_GLYPHS, STATUS_GLYPHS
from curator.tui.widgets.wrap import Block, Mark

RELATED = 8
"""Related examples that are shown; more are counted."""
EVIDENCE = 8
AROUND = 60
"""Characters of a text shown on each side of a piece of evidence."""
EXCERPT = 300
"""Characters of evidence, of an input or of an output that are shown."""
SUGGESTED = 50_000
"""Characters up to which a suggestion is compared with its text each time that a row is shown: 10 ms."""
SHARED = 60
"""Characters that a related input has in common with this one before they are left out."""


class CheckCard(NamedTuple):
    """The card of a check as `curator explain` prints it; empty for one that is not installed any more."""

    name: str = ""
    what: str = ""
    why: str = ""
    fix: str = ""
    example: str = ""


Card = tuple[list[Block], list[Mark]]
Item = TypeVar("Item", bound=Found)


def finding_card(
    item: Found, entry: Entry, related: Sequence[Entry], check: CheckCard | None, own: Veil, over: Veil
) -> Card:
    """All about a finding. `own` lies over the example's own text, `over` over that of others.

    `check` is None while the cards of the checks are still being read.
    """
    finding, severity = item.finding, Severity(item.severity)
    said = f"{SEVERITY_GLYPHS[severity]} {finding.code} · {severity.value} · score {finding.score:.2f}"
    blocks, marks = [Block("", said, finding.message)], list[Mark]()
    if item.stale:
        blocks.append(Block("", "STALE", "found before the text was changed", "dim"))
    if finding.rule:
        keys = "A accepts, X rejects, F fixes" if finding.fix is not None else "A accepts, X rejects"
        blocks.append(Block("", f"SHARED  {keys} all rows of which this is said", finding.rule))
    if not item.stale:
        _evidence(finding.evidence, entry.example, own, blocks, marks)
    _related(entry, related, len(item.related), own, over, blocks)
    if finding.fix is not None and not item.stale:
        told = "cannot change the meaning" if finding.fix.safe else "may change the meaning"
        for field, after in sorted(finding.fix.changes.items()):
            before = text_of(entry.example, field)
            if before is not None:
                _changed(f"PROPOSED FIX  {field} · {told}", before, after, own, blocks, marks)
    _explained(check, blocks)
    return blocks, marks


def proposing(found: Sequence[Item], current: int | None) -> Item | None:
    """The finding whose suggestion is shown and taken: the one looked at; before any was, the first that has one."""
    if current is not None:
        return found[current]
    return next((item for item in found if item.finding.fix is not None and not item.stale), None)


def suggestion(item: Found, example: Example, veil: Veil) -> Card:
    """What a finding proposes to write, to be shown under the output: nothing when it proposes nothing."""
    blocks, marks = list[Block](), list[Mark]()
    fix = item.finding.fix
    if fix is None or item.stale:
        return blocks, marks
    told = "cannot change the meaning" if fix.safe else "may change the meaning"
    for field, after in sorted(fix.changes.items()):
        before = text_of(example, field)
        if before is None or before == after:
            continue
        heading = f"SUGGESTION  {item.finding.code} {field} · {told} · i takes it"
        if max(len(before), len(after)) > SUGGESTED:
            blocks.append(Block("", heading, "too long to be compared here; i takes it, v shows it", "dim"))
        else:
            _changed(heading, before, after, veil, blocks, marks)
    return blocks, marks


def text_of(example: Example, field: str) -> str | None:
    """The text of ``messages[2].content``; None when there is none."""
    for index, message in enumerate(example.messages):
        if field == f"messages[{index}].content":
            return message.text
    return None


def sample(heading: str, before: str, after: str, over: Veil) -> Card:
    """One change, to be looked at before it is made in many rows."""
    blocks, marks = list[Block](), list[Mark]()
    _changed(heading, before, after, over, blocks, marks)
    return blocks, marks


def listed(entries: Sequence[Entry], count: int, over: Veil) -> str:
    """Some examples, a line each, and how many more there are."""
    lines = [
        f"{STATUS_GLYPHS[entry.state.status]} #{entry.seq}  {head_of(entry.example, over, 120)}" for entry in entries
    ]
    return "\n".join([*lines, *([f"and {count - len(entries):,} more"] if count > len(entries) else [])])


def _evidence(spans: Sequence[Span], example: Example, own: Veil, blocks: list[Block], marks: list[Mark]) -> None:
    for number, span in enumerate(spans[:EVIDENCE]):
        text = text_of(example, span.field)
        if text is None:
            continue
        start, end = max(0, min(span.start, len(text))), min(span.end, span.start + EXCERPT, len(text))
        first, last = max(0, start - AROUND), min(len(text), max(start, end) + AROUND)
        before, after = "…" if first else "", "…" if last < len(text) else ""
        field = f"evidence {number}"
        why = f" · {span.why}" if span.why else ""
        blocks.append(Block(field, f"EVIDENCE  {span.field}{why}", before + own.part(text, first, last) + after))
        place = len(before) - first
        marks.append(Mark(field, place + start, place + max(start, end), "evidence-now"))
    if len(spans) > EVIDENCE:
        blocks.append(Block("", "", f"and {len(spans) - EVIDENCE} more places", "dim"))


def _related(entry: Entry, related: Sequence[Entry], count: int, own: Veil, over: Veil, blocks: list[Block]) -> None:
    if not related:
        return
    here = entry.example.input_text
    taught = beginning(entry.example.output_text, own, EXCERPT)
    blocks.append(Block("", "OUTPUT OF THIS ROW", taught or "none"))
    for other in related:
        state = other.state
        labels = f" · {labels_text(state.labels)}" if state.labels else ""
        place = f"{other.example.provenance.source}:{other.example.provenance.row}"
        heading = f"RELATED #{other.seq}  {place} · {STATUS_GLYPHS[state.status]} {state.status}{labels}"
        given = _given(other.example, here, over)
        taught = beginning(other.example.output_text, over, EXCERPT) or "none"
        blocks.append(Block("", heading, f"input: {given}\noutput: {taught}"))
    if count > len(related):
        blocks.append(Block("", "", f"and {count - len(related):,} more rows", "dim"))


def _given(example: Example, here: str, over: Veil) -> str:
    """The beginning of an input; what it begins with like this row's is left out."""
    text = example.input_text
    if text == here:
        return "the same"
    shared = shared_beginning(text, here)
    if shared <= SHARED:
        return beginning(text, over, EXCERPT)
    start = max(text.rfind(" ", 0, shared), text.rfind("\n", 0, shared), 0)
    return "… " + " ".join(over.part(text, start, start + EXCERPT).split())


def _changed(heading: str, before: str, after: str, veil: Veil, blocks: list[Block], marks: list[Mark]) -> None:
    """A change word by word. The veil lies over both texts, or the change would show what it hides."""
    told = changes(veil.part(before, 0, len(before)), veil.part(after, 0, len(after)))
    field = f"change {len(blocks)}"
    blocks.append(Block(field, heading, told.text or "the change is inside of what is masked; m shows it"))
    marks += [mark._replace(field=field) for mark in told.marks]


def _explained(check: CheckCard | None, blocks: list[Block]) -> None:
    if check is None:
        blocks.append(Block("", "WHAT IS CHECKED", "…", "dim"))
    elif not check.name:
        blocks.append(Block("", "WHAT IS CHECKED", "this check is not installed any more", "dim"))
    else:
        parts = (f"WHAT {check.name} LOOKS FOR", check.what), ("WHY", check.why), ("WHAT TO DO", check.fix)
        blocks += [Block("", heading, text) for heading, text in (*parts, ("EXAMPLE", check.example)) if text]
