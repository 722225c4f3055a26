"""The one door between text and the terminal: pieces of text and the names of the inks they are drawn in.

Every widget of ours draws `Piece`s. Their text may come from anywhere: it is sanitised here, never parsed as
markup, and cropped and padded by cells. Colours live in the style sheet as component classes ``ink--NAME``, which the
application holds for all of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.strip import Strip
from textual.widget import Widget

from curator.text import visible
from curator.tui.glyphs import drawn

INKS = (
    "plain", "dim", "bold", "key", "title", "rule", "focus", "pointer",
    "accepted", "rejected", "fix", "pending", "error", "warning", "info",
    "saved", "failed", "evidence", "evidence-now", "cursor", "removed", "added", "bar",
)  # fmt: skip
INK_CLASSES = {f"ink--{name}" for name in INKS}

ELLIPSIS = "…"


class Piece(NamedTuple):
    """Some text and the ink to draw it in. The text may be anything: it is made visible when it is drawn."""

    text: str
    ink: str = "plain"


Pieces = Sequence[Piece]


class InkApp(App[None], inherit_bindings=False):
    """An application that holds the inks for all its widgets.

    Held by each widget they would be looked up in the style sheet for each, whenever it comes to a screen: most of the
    time that a screen takes to open.
    """

    COMPONENT_CLASSES = INK_CLASSES

    def __init__(self) -> None:
        self._inks: dict[str, tuple[object, Style]] = {}
        super().__init__()

    def ink(self, name: str) -> Style:
        """What the ink adds to the style that it is drawn over."""
        styles = self.get_component_styles(f"ink--{name}")
        known = self._inks.get(name)
        if known is None or known[0] is not styles:  # the style sheet has been read anew, for another theme
            known = self._inks[name] = (styles, styles.partial_rich_style)
        return known[1]


class Inks:
    """The styles of one widget by ink name, on that widget's own background."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget

    def base(self) -> Style:
        """The widget's own style, background included; take it once for many lines."""
        return self._widget.rich_style

    def on(self, base: Style, name: str) -> Style:
        """The style of the ink `name` drawn over `base`."""
        if name == "plain":
            return base
        app = self._widget.app
        assert isinstance(app, InkApp)
        return base + app.ink(name)


def width_of(pieces: Iterable[Piece]) -> int:
    """Cells that the pieces take when drawn in full."""
    return sum(cell_len(drawn(visible(piece.text, line=True))) for piece in pieces)


def draw(pieces: Iterable[Piece], width: int, inks: Inks, base: Style) -> Strip:
    """One line of exactly `width` cells: the pieces in turn, cut with an ellipsis, the rest blank."""
    segments: list[Segment] = []
    left = width
    for text, ink in pieces:
        if left <= 0:
            break
        # Four characters a cell leave room for combining marks; what is cut off here is never measured.
        shown = drawn(visible(text[: 4 * left + 4], line=True))
        cells = len(shown) if shown.isascii() else cell_len(shown)
        if cells > left:
            shown = _cut(shown, left)
            cells = left
        segments.append(Segment(shown, inks.on(base, ink)))
        left -= cells
    if left > 0:
        segments.append(Segment(" " * left, base))
    return Strip(segments, width)


def _cut(text: str, width: int) -> str:
    """A text that is too long, with an ellipsis in its last cells."""
    end = drawn(ELLIPSIS)[:width]
    return set_cell_size(text, width - len(end)) + end


def clipped(pieces: Pieces, width: int) -> list[Piece]:
    """The pieces cut or filled with blanks to exactly `width` cells, one of them left blank at the end."""
    found: list[Piece] = []
    left = width - 1
    for text, ink in pieces:
        shown = visible(text, line=True)
        cells = cell_len(drawn(shown))
        if cells > left:
            shown = _cut(shown, left)
            cells = left
        found.append(Piece(shown, ink))
        left -= cells
        if left <= 0:
            break
    return [*found, Piece(" " * (left + 1))]
