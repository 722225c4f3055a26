"""What import and export have in common: steps, a list to choose from, what it is about, what would come of it."""

import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widget import Widget

from curator.errors import CuratorError
from curator.model import Progress
from curator.tui.actions import APP_ACTIONS, ASK_ACTIONS, FIND, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.footer import footer
from curator.tui.screens.place import PlaceScreen
from curator.tui.trail import trail
from curator.tui.veil import EXACT
from curator.tui.widgets.ask import Ask
from curator.tui.widgets.bar import Bar, Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.text_view import TextView
from curator.tui.widgets.wrap import Block

T = TypeVar("T")

TOLD = 0.1
"""Seconds between two reports of what streams in the background."""


def steps(family: str) -> Actions:
    """What moves through the steps of a wizard and through the list of each."""
    return (
        Action(f"{family}.enter", ("enter", "l", "right"), "choose", "take what is under the cursor", FIND, 1, "enter"),
        Action(f"{family}.next", ("n",), "next", "the next step", MOVE, 3),
        Action(f"{family}.back", ("b", "h", "left"), "back", "the step before", MOVE, 4, "b", beside=f"{family}.next"),
        Action(f"{family}.down", ("j", "down"), "down", "line down", MOVE, 20),
        Action(f"{family}.up", ("k", "up"), "up", "line up", MOVE, beside=f"{family}.down"),
        Action(f"{family}.page_down", ("pagedown", "ctrl+d"), "page down", "a page down", MOVE),
        Action(f"{family}.page_up", ("pageup", "ctrl+u"), "up", "a page up", MOVE, beside=f"{family}.page_down"),
        Action(f"{family}.first", ("home",), "first", "first line", MOVE),
        Action(f"{family}.last", ("G", "end"), "last", "last line", MOVE, beside=f"{family}.first"),
        Action(f"{family}.text_down", ("J", "space"), "text", "scroll the text", MOVE, 21),
        Action(f"{family}.text_up", ("K",), "up", "scroll it up", MOVE, beside=f"{family}.text_down"),
    )  # fmt: skip


class WizardScreen(PlaceScreen, inherit_bindings=False):
    """Steps through what has to be chosen; nothing is done before the last step.

    A wizard says for its step what is listed (`lines`), what is said of it (`blocks`) and what would come of it
    (`counted`), and does ``FAMILY.what`` in `act`, as far as it is no movement.
    """

    CSS_PATH = "wizard.tcss"
    AUTO_FOCUS = "#reading"
    FAMILY: ClassVar[str] = ""
    STEPS: ClassVar[tuple[str, ...]] = ()
    TYPING: ClassVar[frozenset[str]] = frozenset()

    class Streamed(Message):
        """Something in the background has come so far."""

        def __init__(self, token: int, value: Any) -> None:
            super().__init__()
            self.token = token
            self.value = value

    class Came(Message):
        """The work of the last step has come so far."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.step = 0
        self.cursor = 0
        self.listed: Sequence[Pieces] = ()
        self.running = False
        self.working = False
        self.stopped = False
        self._token = 0

    def body(self) -> Generator[Widget, None, None]:
        """A line to type into, which is there when it is asked for; the list, the text and the counts."""
        yield Ask(id="ask")
        with Container(id="wizard"):
            with Vertical(id="half-left"):
                yield Rule(id="rule-choices")
                yield Panel(id="choices")
            with Vertical(id="half-right"):
                yield Rule(id="rule-reading")
                yield TextView(id="reading")
                yield Rule(id="rule-tally")
                yield Panel(id="tally")

    # -- what a wizard says --------------------------------------------------------------------------------------

    def lines(self) -> tuple[Pieces, Sequence[Pieces]]:
        """The heading of the list, and its lines."""
        raise NotImplementedError

    def blocks(self) -> tuple[Pieces, Sequence[Block]]:
        """The heading of the text, and the text."""
        raise NotImplementedError

    def counted(self) -> tuple[Pieces, Sequence[Pieces]]:
        """The heading of the counts, and the counts."""
        raise NotImplementedError

    def about(self) -> Pieces:
        """What stands in the rule below: what all this is about."""
        return ()

    def act(self, what: str) -> None:
        """Do what is no movement."""
        raise NotImplementedError

    def streamed(self, value: Any) -> None:
        """Take what something in the background has come to."""
        raise NotImplementedError

    def moved(self) -> None:
        """Another line is under the cursor."""

    def typed(self, text: str) -> None:
        """The line that is typed has another text."""

    def answered(self, text: str) -> None:
        """The line that was asked for is there."""
        raise NotImplementedError

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the step."""
        if not self.is_mounted:
            return
        self._frame()
        self._show_title()
        heading, lines = self.lines()
        self.cursor = max(0, min(self.cursor, len(lines) - 1))
        shown = list(lines)
        if shown and self.points():
            shown[self.cursor] = [Piece("▸", "pointer"), *shown[self.cursor][1:]]
        self.listed = lines
        self.query_one("#choices", Panel).show(shown, (self.cursor, self.cursor + 1))
        place = [Piece(f"{self.cursor + 1:,} of {len(lines):,}", "dim")] if len(lines) > 1 else []
        self.query_one("#rule-choices", Rule).show(heading, place)
        said, blocks = self.blocks()
        self.query_one(TextView).show(tuple(blocks), (), EXACT.part)
        self.query_one("#rule-reading", Rule).show(said)
        self.show_counted()
        self.show_status()

    def show_counted(self) -> None:
        """Show what would come of it, as far as it is known."""
        heading, counts = self.counted()
        panel = self.query_one("#tally", Panel)
        room = panel.size.height
        self.query_one("#rule-tally", Rule).show(heading)
        if len(counts) > room > 0:
            counts = [*counts[: room - 1], [Piece(f" … and {len(counts) - room + 1:,} more", "dim")]]
        panel.show(counts)

    def _show_title(self) -> None:
        pieces = trail(self)
        for number, name in enumerate(self.STEPS):
            done = " ✓" if number < self.step else ""
            pieces.append(Piece(f" ▸ {number + 1} {name}{done}", "bold" if number == self.step else "dim"))
        self.query_one("#title", Bar).show(pieces)

    def _frame(self) -> None:
        narrow = self.has_class("-narrow")
        sides = ("├", "┤")
        self.query_one("#rule-choices", Rule).frame(("┌", "┐" if narrow else ""))
        self.query_one("#rule-reading", Rule).frame(sides if narrow else ("┬", "┐"))
        self.query_one("#rule-tally", Rule).frame(sides)
        joint = self.query_one("#half-left").size.width
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"), [] if narrow else [(joint, "┴")])

    def show_status(self) -> None:
        """Draw the bars below."""
        more = self.query_one(TextView).more_below
        self.query_one("#rule-bottom", Rule).show(self.about(), [Piece("↓ more", "dim")] if more else [])
        super().show_status()
        if self.asking:
            actions = (*ASK_ACTIONS, *self.ACTIONS, *APP_ACTIONS)
            keys = footer(actions, lambda action: self.possible(action.name), self.size.width, typing=True)
            self.query_one("#keys", Bar).show(keys)

    def on_text_view_scrolled(self) -> None:
        self.show_status()

    # -- asking for a line ---------------------------------------------------------------------------------------

    @property
    def asking(self) -> str:
        """What a line is typed for; empty when none is."""
        return self.query_one(Ask).about if self.is_mounted else ""

    def ask_line(self, about: str, prompt: str, text: str, hints: int = 0) -> None:
        """Open the line that is typed into."""
        self.query_one(Ask).ask(about, prompt, text, hints)
        self.call_after_refresh(self.draw)

    def close_line(self) -> None:
        """Put it away: letters are keys again."""
        self.query_one(Ask).close()
        self.set_focus(self.query_one(TextView))
        self.call_after_refresh(self.draw)

    @on(Ask.Typed)
    def _typed(self, event: Ask.Typed) -> None:
        if not isinstance(event, Ask.Answered) and event.about == self.asking:
            self.typed(event.text)

    @on(Ask.Answered)
    def _line_answered(self, event: Ask.Answered) -> None:
        if event.about == self.asking:
            self.answered(event.text)

    def action_ask(self, what: str) -> None:
        if what == "cancel":
            self.close_line()

    # -- in the background ---------------------------------------------------------------------------------------

    def stream(self, make: Callable[[WorkspaceDesk], Generator[T, None, T]]) -> None:
        """Run what says again and again how far it is; what was run before it ends, and is heard no more."""
        self._token += 1
        self.running = True
        self.ask(partial(self._stream, self._token, make), partial(self._ended, self._token), group="stream")

    def end_stream(self) -> None:
        """Nothing that streams is wanted any more."""
        self._token += 1
        self.running = False

    def _stream(
        self, token: int, make: Callable[[WorkspaceDesk], Generator[T, None, T]], desk: WorkspaceDesk
    ) -> T | None:
        running = make(desk)
        told = 0.0
        while True:
            try:
                value = next(running)
            except StopIteration as ended:
                last: T = ended.value
                return last
            except CuratorError:
                if token == self._token:
                    raise
                return None  # it was interrupted because something newer is wanted
            if token != self._token or self.left:
                running.close()
                return None
            if (now := time.monotonic()) - told >= TOLD:
                told = now
                self.post_message(self.Streamed(token, value))

    @on(Streamed)
    def _come_so_far(self, event: Streamed) -> None:
        if event.token == self._token:
            self.streamed(event.value)

    def _ended(self, token: int, value: Any) -> None:
        if token == self._token:
            self.running = False
            if value is not None:
                self.streamed(value)

    def carried(self, work: Generator[Progress, None, T], stopped: str) -> T:
        """Run the work of the last step, for a worker's thread. `stopped` says what it means that it was stopped."""
        told = 0.0
        while True:
            try:
                step = next(work)
            except StopIteration as ended:
                result: T = ended.value
                return result
            if self.left or self.stopped:
                work.close()
                raise CuratorError(stopped)
            if (now := time.monotonic()) - told >= TOLD:
                told = now
                self.post_message(self.Came(step))

    @on(Came)
    def _came(self, event: Came) -> None:
        progress = event.progress
        if not self.working:
            return
        share = f" of {progress.total:,}" if progress.total else ""
        done = f" {progress.done:,}{share}" if progress.done else ""
        self.say(f"{EXACT.head(progress.stage, 120)}{done} …", "dim")

    # -- keys ----------------------------------------------------------------------------------------------------

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        family, _, what = name.partition(".")
        if self.asking:
            return family == "ask" or what in self.TYPING or name in ("app.quit", "app.interrupt")
        if family == "place":
            return not self.working and super().possible(name)
        if family != self.FAMILY:
            return family != "ask"
        if what in ("text_down", "text_up"):
            return True
        if what in ("down", "up", "page_down", "page_up", "first", "last"):
            return len(self.listed) > 1
        return self.can(what)

    def can(self, what: str) -> bool:
        """Whether something can be done that is no movement."""
        raise NotImplementedError

    def do(self, what: str) -> None:
        """Move, or do what the wizard knows."""
        count = len(self.listed)
        page = max(1, self.query_one("#choices", Panel).size.height - 1)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -count, "last": count}
        if what in ("text_down", "text_up"):
            self.query_one(TextView).scroll_lines(2 if what == "text_down" else -2)
        elif what in moves:
            self._point(self.cursor + moves[what])
        else:
            self.act(what)

    def points(self) -> bool:
        """Whether a line is under the cursor, or only could be."""
        return True

    def _point(self, place: int) -> None:
        place = max(0, min(place, len(self.listed) - 1))
        if place != self.cursor and self.listed:
            self.cursor = place
            self.moved()
            self.draw()

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        if event.panel.id == "choices" and event.line < len(self.listed):
            self._point(event.line)

    def to_step(self, step: int) -> None:
        """Show another step from its beginning."""
        self.step = step
        self.cursor = 0
        self.message = ()
        self.draw()
