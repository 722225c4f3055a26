"""A text that fills the screen, to be read: what is above it, its keys, and how it scrolls."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.screen import Screen

from curator.tui.actions import Actions, name_of
from curator.tui.footer import footer
from curator.tui.trail import Trailed
from curator.tui.widgets.bar import Bar, Rule, frame
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.wrap import Block, Mark

T = TypeVar("T")


class ReadingScreen(Trailed, Screen[T], Generic[T], inherit_bindings=False):
    """One scrolling text. What it answers with is up to the screens of this kind."""

    ACTIONS: ClassVar[Actions] = ()
    AUTO_FOCUS = "#reading"

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-top")
        yield TextView(id="reading")
        yield Rule(id="rule-bottom")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        frame(self, "top", "bottom")
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Show what there is to read."""
        raise NotImplementedError

    def show(self, title: Pieces, right: Pieces, blocks: Sequence[Block], marks: Sequence[Mark]) -> None:
        """Put the text on the screen, its title above it."""
        self.query_one("#title", Bar).show(title, right)
        self.text.show(tuple(blocks), tuple(marks))
        self._show_frame()

    def _show_frame(self) -> None:
        more = [Piece("↓ more", "dim")] if self.text.more_below else []
        self.query_one("#rule-bottom", Rule).show(more)
        keys = footer(self.ACTIONS, lambda action: self.possible(action.name), self.size.width)
        self.query_one("#keys", Bar).show(keys)

    @property
    def text(self) -> TextView:
        """What is read."""
        return self.query_one("#reading", TextView)

    def on_text_view_scrolled(self) -> None:
        self._show_frame()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now."""
        return self.possible(name_of(action, parameters))

    def possible(self, name: str) -> bool:  # noqa: ARG002 - screens of this kind ask it
        """Whether the action `name` can be done now."""
        return True

    def scroll_by(self, what: str) -> None:
        """Move the text: down, up, page_down or page_up."""
        page = max(1, self.text.size.height - 1)
        self.text.scroll_lines({"down": 1, "up": -1, "page_down": page, "page_up": -page}[what])
