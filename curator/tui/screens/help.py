"""The keys that work where help was asked for, written from the table of actions."""

from itertools import zip_longest
from textwrap import wrap
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from curator.tui.actions import APP, APP_ACTIONS, DRAFT, LABELS, MOVE, Action, Actions, bindings, key_name
from curator.tui.footer import footer
from curator.tui.trail import Trailed, trail
from curator.tui.widgets.bar import Bar, Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces, clipped

ACTIONS = (
    Action("help.close", ("escape", "f1"), "back", "close the help", APP, 1, "esc"),
    Action("help.down", ("down",), "down", "scroll down", MOVE, 2),
    Action("help.up", ("up",), "up", "scroll up", MOVE, 3, beside="help.down"),
    Action("help.page_down", ("pagedown",), "page down", "a page down", MOVE, 4),
    Action("help.page_up", ("pageup",), "up", "a page up", MOVE, 5, beside="help.page_down"),
)


KEYS = 9
"""Most cells that the keys of an action are given."""
TWO_COLUMNS = 76


class HelpScreen(Trailed, Screen[None], inherit_bindings=False):
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
        self._count = 0

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-top")
        yield Panel(id="help")
        yield Rule(id="rule-bottom")
        yield Bar(id="keys")

    def on_resize(self) -> None:
        self.show()

    @property
    def called(self) -> str:
        """What it is called in the line at the top."""
        return "Keys"

    def show(self) -> None:
        """Draw the keys that match what was typed."""
        width, height = self.size
        found = [Piece("  searching ", "dim"), Piece(self._needle, "bold")] if self._needle else []
        self.query_one("#title", Bar).show(
            [*trail(self), *found],
            [Piece("type to search ", "dim")],
        )
        self.query_one("#rule-top", Rule).frame(("┌", "┐"))
        lines = self.lines(width - 2, height - 4)
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"))
        self.query_one("#help", Panel).show(lines)
        self._count = len(lines)
        self.show_more()
        self.query_one("#keys", Bar).show(footer(ACTIONS, lambda _: True, width))

    @on(Panel.Scrolled)
    def show_more(self) -> None:
        """Say whether there are lines above and below."""
        panel = self.query_one("#help", Panel)
        above, below = panel.top > 0, panel.top + self.size.height - 4 < self._count
        told = " ".join([*(["↑"] if above else []), *(["↓"] if below else []), "more"])
        self.query_one("#rule-bottom", Rule).show([Piece(told, "dim")] if above or below else [])

    def lines(self, width: int, height: int) -> list[Pieces]:
        """The groups in two columns where they fit, in one where they do not; blank lines where there is room."""
        if width < TWO_COLUMNS:
            return [line for group in self._groups(width) for line in [*group, [Piece("")]]]
        groups = self._groups(width // 2)
        for gap in ([[Piece("")]], []):
            columns: tuple[list[Pieces], list[Pieces]] = ([], [])
            for group in groups:
                column = min(columns, key=len)
                column += [*(gap if column else []), *group]
            if max(map(len, columns)) <= height:
                break
        half = width // 2
        return [[*clipped(a or [], half), *(b or [])] for a, b in zip_longest(*columns)]

    def _groups(self, width: int) -> list[list[Pieces]]:
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
        return [[[Piece(f" {name}", "title")], *_lines(rows, width)] for name, rows in ordered]

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
        page = max(1, self.size.height - 5)
        steps = {"down": 1, "up": -1, "page_down": page, "page_up": -page}
        if what in steps:
            self.query_one(Panel).scroll_lines(steps[what])
        elif self._needle:
            self._needle = ""
            self.show()
        else:
            self.dismiss(None)


def _lines(rows: list[tuple[str, str]], width: int) -> list[Pieces]:
    """Keys and what they do, which goes on below where it is longer than its column."""
    room = min(KEYS, max(len(keys) for keys, _ in rows))
    found: list[Pieces] = []
    for keys, told in rows:
        left = f" {keys:<{room}}  "
        first, *more = wrap(told, max(12, width - len(left) - 1)) or [""]
        found.append([Piece(left, "key"), Piece(first)])
        found += [[Piece(" " * (room + 3)), Piece(line)] for line in _rewrapped(more, width - room - 4)]
    return found


def _rewrapped(lines: list[str], width: int) -> list[str]:
    return wrap(" ".join(lines), max(12, width)) if lines else []
