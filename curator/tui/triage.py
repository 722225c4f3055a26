"""Findings by check and rule in words: the lines of their list, what is said of one, what is asked before a fix."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from curator.model import Entry, Severity
from curator.text import many, visible
from curator.tui.cards import Card, CheckCard, sample
from curator.tui.present import beginning
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces, clipped
from curator.tui.widgets.rows import SEVERITY_GLYPHS, STATUS_GLYPHS
from curator.tui.widgets.wrap import Block, Mark
from curator.workspace import Ignored

if TYPE_CHECKING:  # loads the engines, which nobody needs before findings are asked for
    from curator.operations.fix import Proposed
    from curator.operations.triage import Checked, Precision, Ruled, Triage

EXCERPT = 200
"""Characters of an output that a sample shows."""
DIFFS = 3
"""Changes that are shown before a rule is fixed."""
IGNORED = "ignored"
"""The name under which what is ignored is folded."""
DEFINITION = (
    "Real: rejected, marked as in need of a fix, changed so that the finding went away, or routed to RAG where it says "
    "that facts are taught. Not real: accepted with the finding in its text, or said to be none (n). Rows that nobody "
    "has decided say nothing."
)


class Line(NamedTuple):
    """A line of the list: a check or rule, something ignored, or the heading of those; which one folds it."""

    fold: str
    ruled: "Ruled | None" = None
    ignored: Ignored | None = None
    depth: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        """What the line is about: the cursor stays on it when the list is read again."""
        held = self.ignored
        if held is not None:
            return ("ignored", held.code, held.rule, held.example, held.score)
        return (self.fold, self.ruled.rule, self.ruled.others) if self.ruled is not None else (self.fold,)


def listed(found: "Triage", folded: Collection[str]) -> list[Line]:
    """The lines of the list: checks with their rules unless they are folded, then what is ignored."""
    lines: list[Line] = []
    for check in found.checks:
        lines.append(Line(check.whole.code, check.whole))
        if check.whole.code not in folded and has_rules(check):
            lines += [Line(check.whole.code, rule, depth=1) for rule in check.rules]
    if found.ignored:
        lines.append(Line(IGNORED))
        if IGNORED not in folded:
            lines += [Line(IGNORED, ignored=held, depth=1) for held in found.ignored]
    return lines


def has_rules(check: "Checked") -> bool:
    """Whether a check has more than findings without a rule: only then it can be folded."""
    return any(rule.rule != "" for rule in check.rules)


def foldable(found: "Triage") -> set[str]:
    """The checks that have rules to hide, and what is ignored."""
    return {check.whole.code for check in found.checks if has_rules(check)} | {IGNORED}


def drawn(
    lines: Sequence[Line], cursor: int, found: "Triage", folded: Collection[str], width: int, veil: Veil
) -> list[Pieces]:
    """The lines as they are drawn, the one under the cursor pointed at."""
    folding = foldable(found)
    counts = max([1, *(len(f"{_count(line, found):,}") for line in lines)])
    return [
        _line(line, found, line.fold in folded, line.fold in folding, index == cursor, counts, width, veil)
        for index, line in enumerate(lines)
    ]


def _count(line: Line, found: "Triage") -> int:
    if line.ruled is not None:
        return line.ruled.rows
    return line.ignored.rows if line.ignored is not None else sum(held.rows for held in found.ignored)


def _line(
    line: Line, found: "Triage", folded: bool, foldable: bool, here: bool, digits: int, width: int, veil: Veil
) -> Pieces:
    fold = (" " if not foldable else "+" if folded else "-") if not line.depth else " "
    left = [Piece("▸" if here else " ", "pointer"), Piece(f"{fold} ", "dim"), *_named(line, here, veil)]
    share = line.ruled.precision if line.ruled is not None else None
    real = f"{share.share:>5.0%}" if share is not None and share.decided else "     "
    right = [Piece(f"{_count(line, found):>{digits},}", "bold" if here else "plain"), Piece(f"{real} ", "dim")]
    return [*clipped(left, max(10, width - digits - 6)), *right]


def _named(line: Line, here: bool, veil: Veil) -> Pieces:
    ink = "bold" if here else "plain"
    ruled, held = line.ruled, line.ignored
    if held is not None:
        return [Piece("  "), Piece(veil.head(subject(held), 200), ink), Piece(f"  {held.actor}", "dim")]
    if ruled is None:
        return [Piece("Ignored", ink)]
    if line.depth:
        return [Piece("  "), Piece(rule_of(ruled, veil), ink)]
    severity = Severity(ruled.severity)
    return [Piece(f"{SEVERITY_GLYPHS[severity]} ", severity.value), Piece(f"{ruled.code} ", "bold"),
            Piece(ruled.check, ink)]  # fmt: skip


def rule_of(ruled: "Ruled", veil: Veil) -> str:
    """A rule in words."""
    if ruled.others:
        return f"{ruled.others:,} more rules"
    return veil.head(ruled.rule, 200) if ruled.rule else "no rule named"


def subject(held: Ignored) -> str:
    """What is ignored, in a few words."""
    what = held.code if held.rule is None else f"{held.code} {held.rule or 'no rule named'}"
    below = "" if held.score is None else f" below {held.score:g}"
    return what + below + ("" if held.example is None else f" in #{held.example}")


def width_of_list(lines: Sequence[Pieces]) -> int:
    """Cells of the widest line."""
    return max((sum(cell_len(visible(piece.text, line=True)) for piece in line) for line in lines), default=0)


# -- what is said of one -----------------------------------------------------------------------------------------


class Sample(NamedTuple):
    """Some rows of a rule with what was found in them, and the card of the check."""

    entries: Sequence[Entry]
    messages: Mapping[int, str]
    card: CheckCard | None


def told(ruled: "Ruled", seen: Sample | None, at: int, veil: Veil) -> list[Block]:
    """A rule: how many rows, how often it was right, a sample with a pointer at one, what its check looks for."""
    heading = f"{ruled.code} {ruled.check}" + ("" if ruled.rule is None else f" · {rule_of(ruled, veil)}")
    fixes = f", {ruled.fixes:,} safe fix{'' if ruled.fixes == 1 else 'es'}" if ruled.fixes else ""
    blocks = [Block("", heading, f"{many(ruled.rows)}{fixes}")]
    if not ruled.others:
        blocks.append(Block("", "PRECISION SO FAR", _precision(ruled.precision)))
    if seen is None:
        return [*blocks, Block("", "SAMPLE", "its rows are being read", "dim")]
    for index, entry in enumerate(seen.entries):
        state = entry.state
        place = f"{entry.example.provenance.source}:{entry.example.provenance.row}"
        mark = "▸" if index == at else " "
        heading = f"{mark} {STATUS_GLYPHS[state.status]} #{entry.seq}  {place}"
        taught = beginning(entry.example.output_text, veil, EXCERPT) or "none"
        blocks.append(Block("", heading, f"{seen.messages.get(entry.seq, '')}\noutput: {taught}"))
    if not seen.entries:
        blocks.append(Block("", "SAMPLE", "it is about the set as a whole, not about a row", "dim"))
    if seen.card is not None and seen.card.name:
        blocks.append(Block("", f"WHAT {seen.card.name} LOOKS FOR", seen.card.what))
        blocks += [Block("", "WHAT TO DO", seen.card.fix)] if seen.card.fix else []
    return [*blocks, Block("", "WHAT IS CALLED REAL", DEFINITION, "dim")]


def _precision(seen: "Precision") -> str:
    if not seen.decided:
        return "no row with it was decided yet"
    low, high = seen.interval
    was = "was" if seen.real == 1 else "were"
    return (
        f"{seen.real:,} of {seen.decided:,} decided {was} real: {seen.share:.0%} (95% interval {low:.0%} to {high:.0%})"
    )


def told_ignored(held: Ignored, veil: Veil) -> list[Block]:
    """What is ignored: who, when and why."""
    what = "A THRESHOLD" if held.score is not None else "NOT A FINDING" if held.example is not None else "IGNORED"
    return [
        Block("", what, veil.head(subject(held), 400)),
        Block("", "WHY", veil.head(held.reason, 1000) or "no reason was given"),
        Block("", "WHO AND WHEN", f"{held.actor} · {held.at[:16].replace('T', ' ')} UTC"),
        Block(
            "",
            "WHAT IT LEAVES OUT",
            f"{many(held.rows)}. I lists {'it' if held.rows == 1 else 'them'} again; i changes the reason.",
        ),
    ]


def told_all(found: "Triage") -> list[Block]:
    """All that is ignored, as a sum."""
    count = len(found.ignored)
    said = f"{count:,} {'thing is' if count == 1 else 'things are'} ignored: {many(sum(h.rows for h in found.ignored))}"
    return [Block("", "IGNORED", f"{said}. Nothing of it counts in the queue, in status or in an export.")]


def question(ruled: "Ruled", proposed: "Sequence[Proposed]", veil: Veil) -> Card:
    """What would be changed, and some of it as a diff."""
    seqs = {one.seq for one in proposed}
    count = len(proposed)
    effect = (
        f"y writes {count:,} new text{'' if count == 1 else 's'} in {many(len(seqs))} that nobody has decided. They "
        "stay pending. The fix cannot change the meaning.\nIt is one step: u takes all of it back."
        if count
        else "There is no safe fix left in a row that nobody has decided. F in the queue takes those that may change "
        "the meaning."
    )
    blocks = [Block("", f"FIX A RULE  {ruled.code} {ruled.check}", effect)]
    blocks += [] if ruled.rule is None else [Block("", "WHAT THEY SHARE", rule_of(ruled, veil))]
    marks: list[Mark] = []
    for number, one in enumerate(proposed[:DIFFS]):
        change, own = sample(f"FOR EXAMPLE #{one.seq}  {one.field}", one.before, one.after, veil)
        blocks += [block._replace(field=f"{number} {block.field}") if block.field else block for block in change]
        marks += [mark._replace(field=f"{number} {mark.field}") for mark in own]
    return blocks, marks
