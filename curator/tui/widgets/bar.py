"""Lines of chrome: bars, rules of the frame, and panels of short lines."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from curator.tui.glyphs import drawn
from curator.tui.widgets.ink import Inks, Piece, Pieces, draw, width_of


class Bar(Widget):
    """One line: pieces from the left, pieces at the right end, which give way when there is no room."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._inks = Inks(self)
        self._left: Pieces = ()
        self._right: Pieces = ()

    def show(self, left: Pieces, right: Pieces = ()) -> None:
        """Draw these from now on; nothing is repainted when they are what is shown."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; rows below the first are blank."""
        width, base = self.size.width, self._inks.base()
        if y:
            return Strip.blank(width, base)
        right = width_of(self._right)
        if not self._right or right >= width:
            return draw(self._left, width, self._inks, base)
        left = draw(self._left, width - right - 1, self._inks, base)
        return Strip.join([left, draw([Piece(" "), *self._right], right + 1, self._inks, base)])


class Rule(Widget):
    """A horizontal line of the frame with a title in it, or a plain heading between two of the frame's sides."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._inks = Inks(self)
        self._title: Pieces = ()
        self._right: Pieces = ()
        self._ends = ("", "")
        self._joints: tuple[tuple[int, str], ...] = ()
        self._line = "─"

    def show(self, title: Pieces, right: Pieces = ()) -> None:
        """Put these into the line; those on the right give way when there is no room."""
        if (title, right) != (self._title, self._right):
            self._title, self._right = title, right
            self.refresh()

    def frame(self, ends: tuple[str, str], joints: Sequence[tuple[int, str]] = (), *, plain: bool = False) -> None:
        """Draw these corners, and these joints at their columns where no title is; `plain` draws no line."""
        line = " " if plain else "─"
        if (ends, tuple(joints), line) != (self._ends, self._joints, self._line):
            self._ends, self._joints, self._line = ends, tuple(joints), line
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The rule; rows below the first are blank."""
        base = self._inks.base()
        if y:
            return Strip.blank(self.size.width, base)
        rule = self._inks.on(base, "rule")
        start, end = map(drawn, self._ends)
        width = max(0, self.size.width - len(start) - len(end))
        inner = self._titled(width, base) if self._title else [Segment(self._joined(width), rule)]
        line = [segment for segment in (Segment(start, rule), *inner, Segment(end, rule)) if segment.text]
        return Strip(line).adjust_cell_length(self.size.width, base)

    def _joined(self, width: int) -> str:
        line = [self._line] * width
        for column, joint in self._joints:
            place = column - len(self._ends[0])
            if 0 <= place < width:
                line[place] = joint
        return drawn("".join(line))

    def _titled(self, width: int, base: Style) -> list[Segment]:
        lead = [Piece(self._line, "rule"), Piece(" ")] if self._line != " " else [Piece(" ")]
        left = [*lead, *self._title, Piece(" ")]
        right = [Piece(" "), *self._right, Piece(" "), Piece(self._line, "rule")] if self._right else []
        taken, space = width_of(left), width_of(right)
        if taken + space > width:
            right, space = [], 0
        taken = min(taken, width)
        fill = Segment(self._joined(width)[taken : width - space], self._inks.on(base, "rule"))
        return [*draw(left, taken, self._inks, base), fill, *draw(right, space, self._inks, base)]


def frame(screen: Screen[Any], *names: str) -> None:
    """Draw the rules `#rule-NAME` of a screen as one frame: corners for the first and the last, joints between."""
    for name in names:
        ends = ("┌", "┐") if name == names[0] else ("└", "┘") if name == names[-1] else ("├", "┤")
        screen.query_one(f"#rule-{name}", Rule).frame(ends)


class Panel(Widget, can_focus=False):
    """A few lines of pieces, scrolled so that one of them stays in sight."""

    ALLOW_SELECT = False

    class Picked(Message):
        """A line was clicked."""

        def __init__(self, panel: "Panel", line: int) -> None:
            super().__init__()
            self.panel = panel
            self.line = line

        @property
        def control(self) -> "Panel":
            """The panel that was clicked."""
            return self.panel

    class Scrolled(Message):
        """Other lines are in sight."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._inks = Inks(self)
        self._lines: Sequence[Pieces] = ()
        self.top = 0

    def show(self, lines: Sequence[Pieces], keep: tuple[int, int] = (0, 1)) -> None:
        """Draw these lines, scrolled so that lines `keep[0]` to `keep[1]` (exclusive) can be seen."""
        height = max(1, self.size.height)
        top = self.top if lines == self._lines else 0
        if keep[1] > top + height:
            top = keep[1] - height
        top = max(0, min(top, keep[0]))
        if top != self.top:
            changed: Sequence[int] = range(height)
        else:
            shown = zip_longest(self._lines[top : top + height], lines[top : top + height])
            changed = [y for y, (old, new) in enumerate(shown) if old != new]
        self._lines, self.top = lines, top
        if changed:
            self.refresh(*(line_region(self, y) for y in changed))

    def scroll_lines(self, count: int) -> bool:
        """Move by `count` lines; False when there is nothing to move to."""
        top = max(0, min(self.top + count, len(self._lines) - self.size.height))
        moved = top != self.top
        if moved:
            self.top = top
            self.refresh()
            self.post_message(self.Scrolled())
        return moved

    def render_line(self, y: int) -> Strip:
        """A line of the panel."""
        base = self._inks.base()
        index = self.top + y
        if index >= len(self._lines):
            return Strip.blank(self.size.width, base)
        return draw(self._lines[index], self.size.width, self._inks, base)

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Picked(self, self.top + event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-3)


def line_region(widget: Widget, y: int) -> Region:
    """The part of `widget` that its line `y` covers."""
    return Region(0, y, widget.outer_size.width, 1)
