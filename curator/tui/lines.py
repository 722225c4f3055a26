"""The one-line bars of the queue as pieces: title, labels, progress. Pure functions of what they show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from curator.model import State, Status
from curator.review import Pace
from curator.settings import Binding
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces, width_of

SIDE_BY_SIDE = 100
"""Columns from which the list stands beside the detail."""


class LabelKey(NamedTuple):
    """A value of the label schema and the digit that gives it."""

    key: str
    binding: Binding

    @property
    def shown(self) -> str:
        """The value as the bar names it; a flag by its name."""
        return self.binding.label if self.binding.value in (True, None) else str(self.binding.value)

    def given(self, labels: Mapping[str, Any]) -> bool:
        """Whether these labels have it."""
        held = labels.get(self.binding.label)
        if self.binding.value is None:
            return held is not None
        return self.binding.value in held if isinstance(held, list) else held == self.binding.value


@dataclass(slots=True)
class Tally:
    """How many examples the workspace has and how many are decided; None until they were counted."""

    total: int | None = None
    pending: int | None = None

    def moved(self, before: Status, after: Status) -> None:
        """A decision was made: keep count without counting."""
        if self.pending is not None:
            self.pending += (after == "pending") - (before == "pending")

    @property
    def decided(self) -> float | None:
        """The share that is decided, 0 to 1."""
        if not self.total or self.pending is None:
            return None
        return (self.total - self.pending) / self.total


class Place(NamedTuple):
    """Where in the queue: the row, of how many, whether there will be more; how many rows are tagged, and marked."""

    row: int
    rows: int
    growing: bool = False
    tagged: int = 0
    marked: int = 0


def title(way: Pieces, where: str, at: Place, pool: int | None, reviewer: str, width: int) -> tuple[Pieces, Pieces]:
    """Where we are: the way here, the filter; the row, and who is reviewing where there is room."""
    left = list(way)
    if where:
        left += [Piece("   / ", "key"), Piece(where)]
    so_far = "≥ " if at.growing else ""
    place = f"row {at.row:,} of {so_far}{at.rows:,}" if at.rows else "looking …" if at.growing else "no rows"
    if at.tagged:
        place = f"{at.tagged:,} tagged · {place}"
    if at.marked:
        place = f"{at.marked:,} marked · {place}"
    if where and pool:
        place += f" · pool {pool:,}"
    if width >= SIDE_BY_SIDE:
        place += f" · {reviewer}"
    return left, [Piece(f"{place} ", "dim")]


def labels(keys: Sequence[LabelKey], state: State | None, width: int, most: int) -> list[Pieces]:
    """The labels with their digits, in as many lines as they take, `most` at the most; those that are set in brackets.

    A bracket stands where a blank would: nothing moves when a label is set.
    """
    given: Mapping[str, Any] = state.labels if state is not None else {}
    offered = [_button(label.key, label.shown, "plain", is_set=label.given(given)) for label in keys]
    if given:
        offered.append(_button("0", "clear", "dim", is_set=False))
    rows: list[list[Piece]] = [[Piece(" Labels ", "dim")] if width >= SIDE_BY_SIDE and keys else []]
    for button in offered:
        if rows[-1] and width_of(rows[-1]) + width_of(button) > width and len(rows) < most:
            rows.append([])
        rows[-1] += button
    return list(rows)


def label_rows(keys: Sequence[LabelKey], width: int, most: int) -> int:
    """How many lines the labels of a schema take, whatever is given: the panes above stay where they are."""
    return len(labels(keys, State(labels=dict.fromkeys(label.binding.label for label in keys)), width, most))


def _button(key: str, shown: str, ink: str, *, is_set: bool) -> list[Piece]:
    start, end = "[]" if is_set else "  "
    return [Piece(start + key, "key"), Piece(f" {shown}{end}", "bold" if is_set else ink)]


def note(state: State | None, width: int, veil: Veil) -> Pieces:
    """The note of an example, for the frame's last line; nothing without one."""
    if state is None or not state.note:
        return ()
    return [Piece("note: ", "dim"), Piece(veil.head(state.note, width))]


def progress(tally: Tally, pace: Pace, saved: int, width: int) -> tuple[Pieces, Pieces]:
    """How much of the workspace is decided, how fast it goes, and the last event that is on the disk."""
    pieces: list[Piece] = [Piece(" ")]
    share = tally.decided
    if share is not None and tally.total is not None and tally.pending is not None:
        cells = max(10, width // 4)
        full = int(share * cells)
        pieces += [Piece("█" * full, "bar"), Piece("░" * (cells - full), "rule"), Piece(f" {share:.0%}")]
        pieces.append(Piece(f"  {tally.total - tally.pending:,} of {tally.total:,} decided", "dim"))
    right = [Piece(f"saved #{saved:,} ", "saved")] if saved else []
    more = [f"   {pace.decided:,} this session"] if pace.decided else []
    speed = pace.per_hour()
    if speed:
        more.append(f"  {speed:,}/h")
        if tally.pending:
            more.append(f"  eta {_span(tally.pending / speed)}")
    room = width - sum(len(piece.text) for piece in [*pieces, *right]) - 2
    for text in more:  # whole or not at all: half a figure says something else
        if len(text) <= room:
            pieces.append(Piece(text, "dim"))
            room -= len(text)
    return pieces, right


def _span(hours: float) -> str:
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} d"
