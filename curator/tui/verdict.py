"""The verdict in words: a line for each thing that is known or missing, and what is said of one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from curator.advice.evidence import WHERE, Bears, Line, Missing
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads what measures, which nobody needs before a verdict is asked for
    from curator.operations.assess import Assessment

MARKS: dict[Bears, tuple[str, str, str]] = {
    "blocks": ("✗", "failed", "in the way"),
    "retrieval": ("→", "warning", "for retrieval"),
    "prompt": ("✓", "saved", "for the prompt"),
    "for": ("▲", "warning", "for fine-tuning"),
    "against": ("↓", "plain", "against fine-tuning"),
    "open": ("●", "info", "open"),
    "fine": ("✓", "dim", "in order"),
    "here": ("✓", "dim", "where it can be trained"),
    "elsewhere": ("·", "dim", "where it cannot be trained"),
}
"""How a line bears on the verdict: its glyph, its ink, and that in words."""
ROWS = {
    "conflicts": "finding:CON",
    "labels": "finding:LAB001,LAB002",
    "leakage": "finding:SPL",
    "knowledge": "finding:KNO001,KNO002",
    "style": "finding:FMT,STY",
}
"""The rows that a line is about, as a filter."""
QUESTION = "prompting: "
"""What the name of a line begins with that one of the four questions stands behind."""


class Told(NamedTuple):
    """A line of the list: the verdict itself, what is known, or what is missing."""

    line: Line | None = None
    missing: Missing | None = None

    @property
    def where(self) -> str:
        """The rows that it is about, as a filter; empty for none."""
        return ROWS.get(self.line.name, "") if self.line is not None else ""

    @property
    def question(self) -> str:
        """Which of the four questions it answers; empty for none."""
        name = self.line.name if self.line is not None else ""
        return name.removeprefix(QUESTION) if name.startswith(QUESTION) else ""


def listed(found: "Assessment") -> list[Told]:
    """All lines: the verdict, what led to it, what else is known, what is missing, where it could be trained."""
    verdict = found.verdict
    places = [Told(one) for one in verdict.lines if one.bears in WHERE]
    known = [Told(one) for one in verdict.lines if one.bears not in WHERE]
    return [Told(), *known, *(Told(missing=one) for one in verdict.missing), *places]


def lines(found: "Assessment", told: Sequence[Told], at: int, veil: Veil) -> list[Pieces]:
    """The lines of the list, the one under the cursor marked."""
    return [_line(found, one, veil, here=place == at) for place, one in enumerate(told)]


def _line(found: "Assessment", one: Told, veil: Veil, *, here: bool) -> Pieces:
    pointer = Piece("▸" if here else " ", "pointer")
    ink = "bold" if here else "plain"
    if one.line is not None:
        glyph, own, _ = MARKS[one.line.bears]
        said = veil.head(one.line.says, 300)
        return [pointer, Piece(f"{glyph} ", own), Piece(said, ink if here or own != "dim" else "dim")]
    if one.missing is not None:
        return [pointer, Piece("· ", "dim"), Piece(f"missing: {one.missing.name}", ink if here else "dim")]
    return [pointer, Piece("■ ", "title"), Piece(found.verdict.title, "title")]


def said(found: "Assessment", one: Told, veil: Veil) -> list[Block]:
    """What is said of a line: its number, where that is from, what would overturn it."""
    if one.line is not None:
        line = one.line
        bears = MARKS[line.bears][2]
        blocks = [
            Block("", bears.upper(), veil.head(line.says, 1_000)),
            Block("", "NUMBER", veil.head(line.number, 1_000)),
        ]
        blocks.append(Block("", "FROM", veil.head(line.source, 1_000)))
        return [*blocks, Block("", "WHAT WOULD OVERTURN IT", veil.head(line.overturn, 1_000))]
    if one.missing is not None:
        return [Block("", "MISSING", one.missing.name), Block("", "WHAT BRINGS IT", one.missing.how)]
    verdict, signals = found.verdict, found.signals
    read = f"{signals.usable:,} of {signals.rows:,} rows would be trained on"
    if signals.sampled < signals.usable:
        read += f"; texts were read of a sample of {signals.sampled:,}"
    return [
        Block("", verdict.title.upper(), veil.head(verdict.why, 1_000)),
        Block("", "NEXT", veil.head(verdict.next, 1_000)),
        Block("", "HOW SURE", f"{verdict.confidence}.\n{read}."),
    ]
