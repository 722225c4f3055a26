"""The second stroke of a key sequence: a small menu that takes one key and goes away."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from curator.tui.actions import Action, key_name
from curator.tui.widgets.bar import Bar
from curator.tui.widgets.ink import Piece


class NextKey(ModalScreen[str | None], inherit_bindings=False):
    """Answers with the action of the key that is pressed, or with None."""

    def __init__(self, stroke: str, menu: Sequence[tuple[str, Action]]) -> None:
        super().__init__()
        self._stroke = stroke
        self._menu = menu

    def compose(self) -> ComposeResult:
        yield Bar(id="next-key")

    def on_mount(self) -> None:
        pieces = [Piece(f" {key_name(self._stroke)} ", "key"), Piece("then", "dim")]
        for key, action in self._menu:
            pieces += [Piece(f"  {key_name(key)} ", "key"), Piece(action.help)]
        self.query_one(Bar).show([*pieces, Piece("   esc nothing", "dim")])

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.answer(event.key)

    def answer(self, key: str) -> None:
        """Take the key, whoever it was sent to, and go away."""
        self.dismiss(next((action.method for stroke, action in self._menu if stroke == key), None))
