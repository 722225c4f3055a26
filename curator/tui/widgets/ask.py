"""A line to type into, over or under what it is about: the filter, a note, a row's number."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from curator.tui.actions import ASK_ACTIONS, FILTER_ACTIONS, bindings
from curator.tui.widgets.bar import Bar
from curator.tui.widgets.hazard import decode, encode
from curator.tui.widgets.ink import Piece, Pieces


class Ask(Widget):
    """Asks for one line. `about` says what for; hints stand below. Enter answers, escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ASK_ACTIONS, of="screen.")

    class Typed(Message):
        """The text was changed."""

        def __init__(self, about: str, text: str) -> None:
            super().__init__()
            self.about = about
            self.text = text

    class Answered(Typed):
        """Enter was pressed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.about = ""
        self._hints = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="ask-line"):
            yield Bar(id="ask-prompt")
            field = Input(id="ask-input", select_on_focus=False, compact=True)
            field.cursor_blink = False
            yield field
        for number in range(3):
            yield Bar(id=f"ask-hint-{number}")

    def ask(self, about: str, prompt: str, text: str, hints: int) -> None:
        """Open for `about` with a prompt and a text to start from; `hints` lines are kept for hints."""
        self.about, self._hints = about, hints
        bar = self.query_one("#ask-prompt", Bar)
        bar.styles.width = len(prompt) + 2
        bar.show([Piece(f" {prompt} ", "key")])
        for number in range(3):
            hint = self.query_one(f"#ask-hint-{number}", Bar)
            hint.display = number < hints
            hint.show([])
        field = self.query_one(Input)
        with self.prevent(Input.Changed):
            field.value = encode(text, line=True)
        field.cursor_position = len(field.value)
        self.display = True
        self.screen.set_focus(field)

    def close(self) -> None:
        """Put it away."""
        self.about = ""
        self.display = False

    def hint(self, number: int, pieces: Pieces) -> None:
        """Say something on a line below the text."""
        self.query_one(f"#ask-hint-{number}", Bar).show(pieces)

    @property
    def text(self) -> str:
        """What stands there now."""
        return decode(self.query_one(Input).value, line=True)

    @property
    def place(self) -> int:
        """Where the cursor stands in the text."""
        field = self.query_one(Input)
        return len(decode(field.value[: field.cursor_position], line=True))

    def write(self, text: str, place: int) -> None:
        """Put another text there, with the cursor at `place`."""
        field = self.query_one(Input)
        field.value = encode(text, line=True)
        field.cursor_position = len(encode(text[:place], line=True))

    @property
    def indent(self) -> int:
        """The column of the text's first character, for a caret."""
        return self.query_one("#ask-prompt", Bar).size.width

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.about, decode(event.value, line=True)))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Answered(self.about, decode(event.value, line=True)))


class FilterLine(Ask):
    """The line of the queue, into which filters are typed too."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FILTER_ACTIONS, of="screen.")
