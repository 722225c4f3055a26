"""Where a text is typed, with a view in its place for a text that is only read."""

from textual.containers import Container
from textual.widgets import TextArea

from curator.tui.widgets.text_view import TextView


def typing_area() -> Container:
    """The container `#text` with the text area `#area` and the view `#whole`; a screen shows one of the two."""
    area = TextArea(id="area", soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False)
    area.cursor_blink = False
    return Container(area, TextView(id="whole"), id="text")
