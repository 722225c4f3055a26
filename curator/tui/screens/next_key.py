"""The second stroke of a key sequence: a small menu that takes one key and goes away."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from curator.tui.actions import Action, key_name
from curator.tui.widgets.bar import Panel
from curator.tui.widgets.ink import Piece, Pieces, clipped, width_of

NOTHING = ("esc", "nothing")


class NextKey(ModalScreen[str | None], inherit_bindings=False):
    """Answers with the action of the key that is pressed, or with None."""

    def __init__(self, stroke: str, menu: Sequence[tuple[str, Action]]) -> None:
        super().__init__()
        self._stroke = stroke
        self._menu = menu

    def compose(self) -> ComposeResult:
        yield Panel(id="next-key")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        """Write the menu: in a line where it fits, in columns where it does not."""
        width, height = self.app.size
        start = [Piece(f" {key_name(self._stroke)} ", "key"), Piece("then ", "dim")]
        ways = [(key_name(key), action.help) for key, action in self._menu]
        lines = _lines(start, [*ways, NOTHING], width)
        if len(lines) > height // 2:  # the words of the footer are shorter
            lines = _lines(start, [*((key_name(key), action.label) for key, action in self._menu), NOTHING], width)
        panel = self.query_one(Panel)
        panel.styles.height = len(lines)
        panel.show(lines)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.answer(event.key)

    def answer(self, key: str) -> None:
        """Take the key, whoever it was sent to, and go away."""
        self.dismiss(next((action.method for stroke, action in self._menu if stroke == key), None))


def _lines(start: Pieces, ways: Sequence[tuple[str, str]], width: int) -> list[Pieces]:
    """What may follow, after `start`: down each column in turn, in as few lines as the columns allow."""
    keys = max(len(key) for key, _ in ways[:-1]) if len(ways) > 1 else 0
    cells = [[Piece(f" {key:<{keys}} ", "key"), Piece(f"{said} ")] for key, said in ways]
    room = width - width_of(start)
    for count in range(1, len(cells) + 1):
        columns = [cells[at : at + count] for at in range(0, len(cells), count)]
        widths = [max(map(width_of, column)) + 1 for column in columns]
        if sum(widths) <= room + 2 or count == len(cells):
            break
    indent = [Piece(" " * width_of(start))]
    lines: list[Pieces] = []
    for number in range(count):
        row = [
            piece
            for column, cell in zip(columns, widths, strict=True)
            if number < len(column)
            for piece in clipped(column[number], min(cell, room))
        ]
        lines.append([*(indent if number else start), *row])
    return lines
