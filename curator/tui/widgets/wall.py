"""The second wall: what leaves for the terminal is filtered once more, whatever drew it.

The first wall is `curator.text.visible`. This one knows nothing of data and trusts nobody: a control or
steering character in a segment is dropped, and the characters that `hazard` hides from a text area are drawn
as pictures.
"""

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from curator.tui.widgets.hazard import BASE, HAZARDS

_STEERING = (
    *range(0x00, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0),  # C0 without tab and newline, DEL, C1
    0x061C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
    *range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE1000),
)  # fmt: skip


def _picture(code: int) -> str:
    """One cell for a hidden character: the control picture where Unicode has one."""
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\u25af"


TABLE: dict[int, str | None] = dict.fromkeys(_STEERING)
TABLE |= {BASE + code: _picture(code) for code in HAZARDS}


class Wall(LineFilter):
    """Drops ESC, C0, C1, DEL, bidi, zero-width and tag characters from every line."""

    def apply(self, segments: list[Segment], _background: Color) -> list[Segment]:
        """The segments without them; the same list when there are none, which is the rule."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.text.isprintable() else Segment(segment.text.translate(TABLE), segment.style)
            for segment in segments
        ]


class Mono(LineFilter):
    """Takes every colour away, so that only the terminal's own two and bold, reverse, underline are left."""

    DEFAULT = Style(color=RichColor.default(), bgcolor=RichColor.default())

    def apply(self, segments: list[Segment], _background: Color) -> list[Segment]:
        """The segments in the terminal's own colours."""
        return [
            Segment(text, style if style is None else style + self.DEFAULT, control)
            for text, style, control in segments
        ]
