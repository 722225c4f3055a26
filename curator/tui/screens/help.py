"""The keys that work where help was asked for, written from the table of actions."""

from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from curator.tui.actions import APP, APP_ACTIONS, DRAFT, LABELS, MOVE, Action, Actions, bindings, key_name
from curator.tui.footer import footer
from curator.tui.widgets.bar import Bar, Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces, clipped

ACTIONS = (
    Action("help.close", ("escape", "f1"), "back", "close the help", APP, 1, "esc"),
    Action("help.down", ("down",), "down", "scroll down", MOVE, 2),
    Action("help.up", ("up",), "up", "scroll up", MOVE, 3, beside="help.down"),
)


KEYS = 9
"""Most cells that the keys of an action are given."""
TWO_COLUMNS = 76


class HelpScreen(Screen[None], inherit_bindings=False):
    """Two columns of keys in groups; typing searches."""

    NAME: ClassVar[str] = "help"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, about: str, actions: Actions, labels: dict[str, str]) -> None:
        super().__init__()
        self._about = about
        self._actions = actions
        self._labels = labels
        self._needle = ""

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-top")
        yield Panel(id="help")
        yield Rule(id="rule-bottom")
        yield Bar(id="keys")

    def on_resize(self) -> None:
        self.show()

    def show(self) -> None:
        """Draw the keys that match what was typed."""
        width, height = self.size
        found = [Piece("  searching ", "dim"), Piece(self._needle, "bold")] if self._needle else []
        self.query_one("#title", Bar).show(
            [Piece(" Keys", "title"), Piece(f" ▸ {self._about.capitalize()}", "dim"), *found],
            [Piece("type to search ", "dim")],
        )
        self.query_one("#rule-top", Rule).frame(("┌", "┐"))
        lines = self.lines(width - 2, height - 4)
        more = [Piece("↓ more", "dim")] if len(lines) > height - 4 else []
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"))
        self.query_one("#rule-bottom", Rule).show(more)
        self.query_one("#help", Panel).show(lines)
        self.query_one("#keys", Bar).show(footer(ACTIONS, lambda _: True, width))

    def lines(self, width: int, height: int) -> list[Pieces]:
        """The groups in two columns where they fit, in one where they do not; blank lines where there is room."""
        groups = self._groups()
        if width < TWO_COLUMNS:
            return [line for group in groups for line in [*group, [Piece("")]]]
        for gap in ([[Piece("")]], []):
            columns: tuple[list[Pieces], list[Pieces]] = ([], [])
            for group in groups:
                column = min(columns, key=len)
                column += [*(gap if column else []), *group]
            if max(map(len, columns)) <= height:
                break
        half = width // 2
        return [[*clipped(a or [], half), *(b or [])] for a, b in zip_longest(*columns)]

    def _groups(self) -> list[list[Pieces]]:
        actions = [a for a in (*self._actions, *APP_ACTIONS) if a.strokes and a.name not in self._hidden()]
        groups: dict[str, list[tuple[str, str]]] = {}
        for action in actions:
            if action.beside:
                continue
            beside = [other for other in actions if other.beside == action.name]
            keys = " ".join(filter(None, (self._keys(a) for a in (action, *beside))))
            help = self._labels.get(action.name, action.help)
            told = ", ".join(dict.fromkeys([help, *(other.label for other in beside if other.label != action.label)]))
            searched = " ".join(f"{a.name} {a.help}" for a in (action, *beside))
            if self._needle and self._needle not in f"{keys} {told} {searched}".lower():
                continue
            groups.setdefault(action.group, []).append((keys, told))
        ordered = sorted(groups.items(), key=lambda group: group[0] == LABELS)  # digits last: the bar shows them too
        return [[[Piece(f" {name}", "title")], *_lines(rows)] for name, rows in ordered]

    def _keys(self, action: Action) -> str:
        """Its keys; while a text is typed, those that are no letters."""
        typing = self._about == "edit" and action.group != DRAFT
        return action.typing if typing else " ".join(map(key_name, action.strokes))

    def _hidden(self) -> set[str]:
        """Digits that no label is bound to."""
        digits = {f"label.{digit}" for digit in range(1, 10)}
        return digits - set(self._labels) | (set() if self._labels else {"label.clear"})

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace":
            self._needle = self._needle[:-1]
        elif event.is_printable and event.character:
            self._needle += event.character.lower()
        else:
            return
        event.stop()
        self.show()

    def action_help(self, what: str) -> None:
        if what in ("down", "up"):
            self.query_one(Panel).scroll_lines(1 if what == "down" else -1)
        elif self._needle:
            self._needle = ""
            self.show()
        else:
            self.dismiss(None)


def _lines(rows: list[tuple[str, str]]) -> list[Pieces]:
    room = min(KEYS, max(len(keys) for keys, _ in rows))
    return [[Piece(f" {keys:<{room}}  ", "key"), Piece(told)] for keys, told in rows]
