"""A place that asks for a line now and then: a reason, a number, a note."""

from collections.abc import Generator

from textual import on
from textual.widget import Widget

from curator.tui.actions import APP_ACTIONS, ASK_ACTIONS
from curator.tui.footer import footer
from curator.tui.screens.place import PlaceScreen
from curator.tui.widgets.ask import Ask
from curator.tui.widgets.bar import Bar
from curator.tui.widgets.ink import Piece


class AskingScreen(PlaceScreen, inherit_bindings=False):
    """While a line is typed, letters are text; what it says goes to `answered`."""

    def body(self) -> "Generator[Widget, None, None]":
        """The line that is typed into: there when it is asked for, above what a place shows."""
        yield Ask(id="ask")

    @property
    def asking(self) -> str:
        """What a line is typed for; empty when none is."""
        return self.query_one(Ask).about if self.is_mounted and self.query(Ask) else ""

    def ask_line(self, about: str, prompt: str, text: str, hint: str = "") -> None:
        """Open the line, with a hint below it."""
        ask = self.query_one(Ask)
        ask.ask(about, prompt, text, 1 if hint else 0)
        ask.hint(0, [Piece(f" {hint}", "dim")])
        self.call_after_refresh(self.draw)
        self.show_status()

    def hint(self, text: str, ink: str = "dim") -> None:
        """Say something below the line."""
        self.query_one(Ask).hint(0, [Piece(f" {text}", ink)])

    def close_line(self) -> None:
        """Put it away: letters are keys again."""
        self.query_one(Ask).close()
        self.set_focus(self.query_one(self.AUTO_FOCUS) if self.AUTO_FOCUS else None)
        self.call_after_refresh(self.draw)
        self.show_status()

    def typed(self, about: str, text: str) -> None:
        """The line was changed."""

    def answered(self, about: str, text: str) -> None:
        """Enter was pressed."""

    @on(Ask.Typed)
    def _line_typed(self, event: Ask.Typed) -> None:
        if not isinstance(event, Ask.Answered) and event.about == self.asking:
            self.typed(event.about, event.text)

    @on(Ask.Answered)
    def _line_answered(self, event: Ask.Answered) -> None:
        if event.about == self.asking:
            self.answered(event.about, event.text)

    def action_ask(self, what: str) -> None:
        if what == "cancel":
            self.close_line()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if self.asking:
            return name.startswith("ask.") or name in ("app.quit", "app.interrupt")
        return not name.startswith("ask.") and super().possible(name)

    def show_status(self) -> None:
        """Draw the bars below."""
        super().show_status()
        if self.asking:
            actions = (*ASK_ACTIONS, *APP_ACTIONS)
            keys = footer(actions, lambda action: self.possible(action.name), self.size.width, typing=True)
            self.query_one("#keys", Bar).show(keys)
