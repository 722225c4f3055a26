"""Text to read: wrapped on demand, evidence marked, drawn line by line."""

from collections.abc import Sequence
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from curator.tui.glyphs import drawn
from curator.tui.widgets.ink import Inks, Piece, draw
from curator.tui.widgets.wrap import SLICE, Block, Mark, Part, Row, Sheet, plainly


class TextView(Widget, can_focus=True):
    """Blocks of text with marks. It keeps its own scroll offset, so that a new text costs no layout."""

    ALLOW_SELECT = False

    class Scrolled(Message):
        """The view shows another part of its text."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._inks = Inks(self)
        self._blocks: Sequence[Block] = ()
        self._marks: Sequence[Mark] = ()
        self._part: Part = plainly
        self._sheet = Sheet((), 1)
        self._from_end = False
        self.top = 0

    def show(
        self, blocks: Sequence[Block], marks: Sequence[Mark] = (), part: Part = plainly, *, from_end: bool = False
    ) -> None:
        """Show these from their beginning, or their end; nothing is repainted when they are what is shown.

        `part` says what of their text may be seen; when only that is another, the view stays where it is.
        """
        if blocks == self._blocks and marks == self._marks and part == self._part:
            return
        touched = self.size.height if marks != self._marks or self.top else len(self._sheet.rows)
        if blocks != self._blocks or part != self._part:
            if blocks != self._blocks:
                self.top, self._from_end = 0, from_end and sum(len(block.text) for block in blocks) <= SLICE
            self._blocks, self._part = blocks, part
            self._lay_out()
        self._marks = marks
        lines = min(self.size.height, max(touched, len(self._sheet.rows)))
        if lines:
            self.refresh(Region(0, 0, self.outer_size.width, lines))

    def reveal(self, field: str, offset: int) -> bool:
        """Scroll so that character `offset` of `field` can be seen; False without such a field."""
        line = self._sheet.row_of(field, offset)
        if line is None:
            return False
        if not self.top <= line < self.top + self.size.height:
            self._go(line - self.size.height // 3)
        return True

    def scroll_lines(self, count: int) -> bool:
        """Move by `count` lines; False when there is nothing more in that direction."""
        return self._go(self.top + count)

    @property
    def fields(self) -> set[str]:
        """The fields that it shows."""
        return {block.field for block in self._blocks}

    @property
    def more_below(self) -> bool:
        """Whether there is text below what can be seen."""
        return not self._sheet.done or len(self._sheet.rows) > self.top + self.size.height

    def lines(self, most: int) -> int:
        """How many lines its text takes; more than `most` are not counted."""
        self._sheet.reach(most)
        return min(len(self._sheet.rows), most)

    def _lay_out(self) -> None:
        self._sheet = Sheet(self._blocks, self._width(), self._part)
        self._settle()

    def _settle(self) -> None:
        """Be where the text is: at its end, or no further down than it goes."""
        height = self.size.height
        self._sheet.reach(SLICE if self._from_end else self.top + height + 1)
        last = max(0, len(self._sheet.rows) - height)
        self.top = last if self._from_end else min(self.top, last)

    def _go(self, top: int) -> bool:
        self._from_end = False
        self._sheet.reach(top + self.size.height + 1)
        top = max(0, min(top, len(self._sheet.rows) - self.size.height))
        moved = top != self.top
        if moved:
            self.top = top
            self.refresh()
            self.post_message(self.Scrolled())
        return moved

    def _width(self) -> int:
        return max(1, self.size.width - 1)  # the last column says whether there is more

    def on_resize(self) -> None:
        if self._sheet.width != self._width():
            self._sheet = Sheet(self._blocks, self._width(), self._part)
        self._settle()
        self.refresh()
        self.post_message(self.Scrolled())  # what is below may be in sight now

    def render_line(self, y: int) -> Strip:
        """A line of text, with an arrow at its end where text goes on above or below."""
        base, width = self._inks.base(), self.size.width
        index = self.top + y
        if index >= len(self._sheet.rows):
            return Strip.blank(width, base)
        strip = self._line(self._sheet.rows[index], width - 1, base)
        arrow = "↑" if y == 0 and self.top else "↓" if y == self.size.height - 1 and self.more_below else " "
        return Strip([*strip, Segment(drawn(arrow), self._inks.on(base, "dim"))], width)

    def _line(self, row: Row, width: int, base: Style) -> Strip:
        if row.block < 0:
            return Strip.blank(width, base)
        block = self._blocks[row.block]
        if row.slice < 0:
            return draw([Piece(block.heading, "title")], width, self._inks, base)
        shown = self._sheet.slices[row.slice].shown
        style = self._inks.on(base, block.ink)
        inks = [""] * (row.end - row.start)
        for start, end, name in self._sheet.marks_in(row, self._marks):  # a later mark lies on an earlier one
            inks[start - row.start : end - row.start] = [name] * (end - start)
        segments, at = [], row.start
        for name, run in groupby(inks):
            end = at + sum(1 for _ in run)
            segments.append(Segment(shown[at:end], self._inks.on(style, name) if name else style))
            at = end
        return Strip(segments).adjust_cell_length(width, base)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-3)
