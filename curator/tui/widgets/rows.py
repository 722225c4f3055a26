"""The queue's list: a million rows, of which a screenful is ever drawn."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from curator.model import Severity, Status
from curator.tui.widgets.bar import line_region
from curator.tui.widgets.ink import Inks, Piece, draw

STATUS_GLYPHS: dict[Status, str] = {"pending": "·", "accepted": "✓", "rejected": "✗", "fix": "~"}
SEVERITY_GLYPHS = {Severity.ERROR: "▲", Severity.WARNING: "■", Severity.INFO: "●"}


class RowView(NamedTuple):
    """What a row of the list shows."""

    number: int
    status: Status
    severities: Sequence[Severity]
    edited: bool
    to_rag: bool
    text: str
    tagged: bool = False
    marked: bool = False


class RowList(Widget, can_focus=True):
    """A list over `count` rows that are asked for when they are drawn.

    It keeps its own scroll offset: a virtual size would lay out the whole screen at each change. At its edge
    it flips half a page instead of scrolling a line, an eighth of the bytes when a key is held.
    """

    ALLOW_SELECT = False

    class Picked(Message):
        """A row was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, row: Callable[[int], RowView], *, id: str) -> None:
        super().__init__(id=id)
        self._inks = Inks(self)
        self._row = row
        self._count = 0
        self._digits = 1
        self.cursor = 0
        self.top = 0

    def show(self, count: int, cursor: int, *, digits: int = 1) -> None:
        """A new set of rows, of numbers up to `digits` digits, with the cursor on one."""
        self._count, self._digits, self.cursor = count, digits, cursor
        self.top = self._top_for(cursor)
        self.refresh()

    def grow(self, count: int, digits: int) -> None:
        """More rows below those that are shown, of numbers up to `digits` digits."""
        first = self._count - self.top
        self._count = count
        if digits > self._digits:
            self._digits = digits
            self.refresh()
        elif first < self.size.height:
            self.refresh(*(line_region(self, y) for y in range(max(0, first), self.size.height)))

    def move(self, cursor: int) -> None:
        """Put the cursor on a row; repaints two lines, or all of them when it flips."""
        old, self.cursor = self.cursor, cursor
        top = self._top_for(cursor)
        if top != self.top:
            self.top = top
            self.refresh()
        elif old != cursor:
            self.refresh(line_region(self, old - top), line_region(self, cursor - top))

    def touch(self, index: int) -> None:
        """Draw the row again: its content changed."""
        if self.top <= index < self.top + self.size.height:
            self.refresh(line_region(self, index - self.top))

    def _top_for(self, cursor: int) -> int:
        height = self.size.height
        if height <= 0:
            return self.top
        top = self.top
        if not top <= cursor < top + height:
            far = not top - height <= cursor < top + 2 * height
            half = height // 2
            top = cursor - (half if far else half - 1 if cursor > top else height - half)
        return max(0, min(top, self._count - height))

    def render_line(self, y: int) -> Strip:
        """A row."""
        base, width, index = self._inks.base(), self.size.width, self.top + y
        if index >= self._count:
            return Strip.blank(width, base)
        row = self._row(index)
        here = index == self.cursor
        if here:
            base = self._inks.on(base, "cursor")
        return draw(self._pieces(row, here, width), width, self._inks, base)

    def _pieces(self, row: RowView, here: bool, width: int) -> list[Piece]:
        worst = sorted(set(row.severities), key=lambda severity: -severity.rank)[:2]
        marks = [Piece(SEVERITY_GLYPHS[severity], severity.value) for severity in worst]
        flag = "→" if row.to_rag else "✎" if row.edited else " "
        return [
            Piece("▸" if here else "▌" if row.marked else " ", "pointer"),
            Piece(STATUS_GLYPHS[row.status], row.status),
            Piece(" "),
            *marks,
            Piece(" " * (2 - len(marks)) + flag),
            Piece("*" if row.tagged else " ", "key"),
            Piece(f"{row.number:<{self._digits}} ", "dim"),
            Piece(row.text[: 4 * width]),
        ]

    def on_resize(self) -> None:
        self.top = self._top_for(self.cursor)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if self.top + event.y < self._count:
            self.post_message(self.Picked(self.top + event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._roll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._roll(-3)

    def _roll(self, count: int) -> None:
        self.top = max(0, min(self.top + count, self._count - self.size.height))
        self.refresh()
