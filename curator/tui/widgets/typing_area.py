"""Where a text is typed, with a view in its place for a text that is only read."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import TextArea

from curator.tui.actions import TEXT, Action, Actions
from curator.tui.widgets.text_view import TextView

TEXT_KEYS: Actions = (
    Action("text.ends", ("home", "end"), "line", "beginning and end of the line", TEXT),
    Action("text.whole", ("ctrl+home", "ctrl+end"), "text", "beginning and end of the text", TEXT),
    Action("text.words", ("ctrl+left", "ctrl+right"), "word", "word left, word right", TEXT),
    Action("text.select", ("shift+left", "shift+right"), "select", "select, also with other arrows", TEXT),
    Action("text.all", ("f7",), "all", "select all of it", TEXT),
    Action("text.after", ("ctrl+k",), "cut after", "delete to the end of the paragraph", TEXT),
    Action("text.before", ("ctrl+u",), "cut before", "delete to its beginning", TEXT),
    Action("text.word", ("ctrl+w",), "cut word", "delete the word before", TEXT),
    Action("text.undo", ("ctrl+z", "ctrl+y"), "undo", "take typing back, and do it again", TEXT),
    Action("text.paste", ("ctrl+x", "ctrl+v"), "cut", "cut and paste what is selected", TEXT),
)
"""The keys of the area itself, for the help."""


class TypingArea(TextArea):
    """A text area whose lines are paragraphs: what is wrapped for the screen is one line to its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "text_start", show=False),
        Binding("ctrl+end", "text_end", show=False),
        Binding("ctrl+shift+home", "text_start(True)", show=False),
        Binding("ctrl+shift+end", "text_end(True)", show=False),
    ]

    def action_text_start(self, select: bool = False) -> None:
        """Go to the beginning of the text."""
        self.move_cursor((0, 0), select=select)

    def action_text_end(self, select: bool = False) -> None:
        """Go to the end of the text."""
        self.move_cursor(self.document.end, select=select)

    async def action_delete_to_end_of_line_or_delete_line(self) -> None:
        """Delete what is selected, or all up to the end of the paragraph; at its end join the next one to it."""
        start, (row, column) = sorted(self.selection)
        end = (row, column) if start != (row, column) else (row, len(self.document[row]))
        if start == end:
            self.action_delete_right()
        else:
            self._delete_via_keyboard(start, end)

    def action_delete_to_start_of_line(self) -> None:
        """Delete what is selected, or all from the beginning of the paragraph."""
        (row, column), end = sorted(self.selection)
        self._delete_via_keyboard((row, column) if (row, column) != end else (row, 0), end)


def typing_area() -> Container:
    """The container `#text` with the text area `#area` and the view `#whole`; a screen shows one of the two."""
    area = TypingArea(id="area", soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False)
    area.cursor_blink = False
    return Container(area, TextView(id="whole"), id="text")
