"""One act for many rows in words: what it is, what it would do, what speaks against it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from curator.model import Entry
from curator.text import many
from curator.tui.present import head_of, labels_text
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import SEVERITY_GLYPHS, STATUS_GLYPHS
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the engines, which nobody needs before many rows are decided
    from curator.operations.bulk import Bulk, Objection, Preview


def choices(digits: Sequence[str]) -> str:
    """What can be done, with the digits that are labels."""
    labels = f"  {digits[0]}-{digits[-1]} label" if len(digits) > 1 else "".join(f"  {one} label" for one in digits)
    return f"a accept  x reject  f needs fix  R →RAG or training{labels}  n note"


def named(bulk: "Bulk") -> str:
    """An act in a word or two; empty when none is chosen."""
    one = bulk.decision
    words = {"accepted": "accept", "rejected": "reject", "fix": "needs fix"}
    if one.status is not None:
        return words[one.status]
    if one.route is not None:
        return "to RAG" if one.route == "rag" else "to training"
    if bulk.binding is not None:
        return f"label {labels_text({bulk.binding.label: bulk.binding.value})}"
    return "note" if one.note is not None else ""


def done(bulk: "Bulk", count: int) -> str:
    """What was done, in words."""
    words = {"accept": "accepted", "reject": "rejected", "to RAG": "routed to RAG", "to training": "routed to training",
             "needs fix": "marked as in need of a fix", "note": "wrote a note on"}  # fmt: skip
    return f"{words.get(named(bulk), 'labelled')} {many(count)}"


def counts(bulk: "Bulk", seen: "Preview") -> list[Pieces]:
    """How many rows are meant, change and are kept; how they stand now."""
    kept = f"   kept because a person decided {seen.kept:,} (o overwrites)" if seen.kept else ""
    over = "   what people decided is overwritten (o keeps it)" if bulk.overwrite else ""
    same = f"   so already {seen.same:,}" if seen.same else ""
    now = [
        Piece(f"{glyph} {seen.statuses[status]:,} {status}   ", status)
        for status, glyph in STATUS_GLYPHS.items()
        if status in seen.statuses
    ]
    return [
        [Piece(f"matched {seen.matched:,}   "), Piece(f"will change {len(seen.change):,}", "bold"), Piece(same)],
        [Piece((kept + over).strip(), "fix" if over else "plain")],
        [Piece("now: ", "dim"), *now],
    ]


def objections(seen: "Preview", dropped: int) -> list[Pieces]:
    """What speaks against it, and what `d` would do."""
    lines: list[Pieces] = []
    for one in seen.objections:
        glyph = Piece(f"{SEVERITY_GLYPHS[one.severity]} ", one.severity.value)
        lines.append([glyph, Piece(one.text, "plain")])
    if droppable(seen):
        lines.append([Piece("  d ", "key"), Piece(f"leaves {many(len(droppable(seen)))} out of it", "dim")])
    if dropped:
        lines.append([Piece(f"  {many(dropped)} left out; D takes all in again", "dim")])
    return lines or [[Piece("nothing speaks against it", "dim")]]


def droppable(seen: "Preview") -> set[int]:
    """The rows that `d` leaves out: those of the first thing that speaks against the act."""
    first = next((one for one in seen.objections if _bad(one)), None)
    return set(first.rows) if first is not None else set()


def _bad(one: "Objection") -> bool:
    return bool(one.rows)


def sampled(bulk: "Bulk", seen: "Preview", seed: int, width: int, veil: Veil) -> list[Block]:
    """Some of the rows that would change."""
    count = len(seen.change)
    note = [Block("", "NOTE", bulk.decision.note)] if bulk.decision.note else []
    if not count:
        return [*note, Block("", "NOTHING WOULD CHANGE", "all rows stand so already, or are kept", "dim")]
    heading = f"SAMPLE {len(seen.sample):,} of {count:,} (seed {seed}, r another)"
    return [*note, Block("", heading, "\n".join(_row(entry, width, veil) for entry in seen.sample))]


def _row(entry: Entry, width: int, veil: Veil) -> str:
    """A row in a line: cut, not wrapped, so that all of the sample can be seen."""
    line = f"{STATUS_GLYPHS[entry.state.status]} #{entry.seq}  {head_of(entry.example, veil, 2 * width)}"
    return set_cell_size(line, width - 1).rstrip() + "…" if cell_len(line) > width else line
