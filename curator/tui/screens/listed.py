"""A place of two halves: a list with a cursor, and what is said of the line under it."""

from collections.abc import Generator, Sequence

from textual import on
from textual.containers import Container, Vertical
from textual.widget import Widget

from curator.tui.actions import MOVE, Action, Actions
from curator.tui.screens.asking import AskingScreen
from curator.tui.widgets.bar import Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.wrap import Block, Mark


def moving(family: str, one: str) -> Actions:
    """What moves the cursor of the list, and the text beside it."""
    return (
        Action(f"{family}.down", ("j", "down"), "down", f"{one} down", MOVE, 20),
        Action(f"{family}.up", ("k", "up"), "up", f"{one} up", MOVE, beside=f"{family}.down"),
        Action(f"{family}.page_down", ("pagedown", "ctrl+d"), "page down", "a page down", MOVE),
        Action(f"{family}.page_up", ("pageup", "ctrl+u"), "up", "a page up", MOVE, beside=f"{family}.page_down"),
        Action(f"{family}.first", ("home",), "first", f"first {one}", MOVE),
        Action(f"{family}.last", ("G", "end"), "last", f"last {one}", MOVE, beside=f"{family}.first"),
        Action(f"{family}.text_down", ("J", "space"), "scroll", "scroll what is said of it", MOVE, 21),
        Action(f"{family}.text_up", ("K",), "up", "scroll it up", MOVE, beside=f"{family}.text_down"),
    )


class ListedScreen(AskingScreen, inherit_bindings=False):
    """Its list stands above what is said of a line, or beside it where there is room."""

    AUTO_FOCUS = "#reading"
    CSS_PATH = "listed.tcss"
    cursor = 0

    def body(self) -> Generator[Widget, None, None]:
        """The line that is typed into, the list, and what is said of one."""
        yield from super().body()
        with Container(id="halves"):
            with Vertical(id="half-list"):
                yield Rule(id="rule-listed")
                yield Panel(id="listed")
            with Vertical(id="half-told"):
                yield Rule(id="rule-told")
                yield TextView(id="reading")

    def on_mount(self) -> None:
        self.draw()

    # -- drawing -------------------------------------------------------------------------------------------------

    def show_list(self, title: str, lines: Sequence[Pieces], at: int | None = None) -> None:
        """Show the lines, line `at` (the cursor's, unless given) in sight."""
        at = self.cursor if at is None else at
        self.query_one("#rule-listed", Rule).show([Piece(title, "title")])
        self.query_one("#listed", Panel).show(lines, (at, at + 1))

    def show_told(self, title: str, blocks: Sequence[Block], marks: Sequence[Mark] = ()) -> None:
        """Show what is said of the line under the cursor."""
        self.query_one("#rule-told", Rule).show([Piece(title, "title")] if title else [])
        self.query_one(TextView).show(tuple(blocks), tuple(marks))

    def show_status(self) -> None:
        """Draw the frame, and the bars below."""
        above = self.query_one("#half-list").size.width == self.query_one("#half-told").size.width
        self.query_one("#rule-listed", Rule).frame(("┌", "┐" if above else ""))
        self.query_one("#rule-told", Rule).frame(("├", "┤") if above else ("┬", "┐"))
        joint = self.query_one("#half-list").size.width
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"), [] if above else [(joint, "┴")])
        more = self.query_one(TextView).more_below
        self.query_one("#rule-bottom", Rule).show([Piece("↓ more", "dim")] if more and above else [])
        super().show_status()

    def say(self, text: str, ink: str = "plain") -> None:
        """Put a message into the status line; where the workspace lies is known, and leaves no room for the rest."""
        super().say(text.replace(f"{self.desk.workspace.path.parent}/", ""), ink)

    def on_text_view_scrolled(self) -> None:
        self.show_status()

    # -- keys ----------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many lines the list has."""
        raise NotImplementedError

    def move(self, what: str) -> None:
        """Carry out an action of `moving`."""
        if what in ("text_down", "text_up"):
            self.query_one(TextView).scroll_lines(2 if what == "text_down" else -2)
            return
        page = max(1, self.query_one("#listed", Panel).size.height - 1)
        count = self.count
        steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
        self.point(self.cursor + steps[what])

    def point(self, place: int) -> None:
        """Put the cursor on a line."""
        place = max(0, min(place, self.count - 1))
        if place != self.cursor:
            self.cursor = place
            self.draw()

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        if event.line < self.count and not self.asking:
            self.point(event.line)
