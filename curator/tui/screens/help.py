"""The keys that work where help was asked for, written from the table of actions."""

from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from curator.tui.actions import APP_ACTIONS, BY_SCREEN, DRAFT, bindings
from curator.tui.footer import footer
from curator.tui.widgets.bar import Bar, Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces, width_of

KEYS = 9
"""Cells for the keys of an action."""


class HelpScreen(Screen[None], inherit_bindings=False):
    """Two columns of keys in groups; typing searches."""

    ACTIONS: ClassVar[str] = "help"
    BINDINGS: ClassVar[list[BindingType]] = bindings("help")

    def __init__(self, about: str, labels: dict[str, str]) -> None:
        super().__init__()
        self._about = about
        self._labels = labels
        self._needle = ""

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-top")
        yield Panel(id="help")
        yield Rule(id="rule-bottom")
        yield Bar(id="keys")

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Draw the keys that match what was typed."""
        width = self.size.width
        found = [Piece("  searching ", "dim"), Piece(self._needle, "bold")] if self._needle else []
        self.query_one("#title", Bar).show(
            [Piece(" Keys", "title"), Piece(f" ▸ {self._about.capitalize()}", "dim"), *found],
            [Piece("type to search ", "dim")],
        )
        self.query_one("#rule-top", Rule).frame(("┌", "┐"))
        self.query_one("#rule-bottom", Rule).frame(("└", "┘"))
        panel = self.query_one("#help", Panel)
        panel.show(self.lines(panel.size.width))
        self.query_one("#keys", Bar).show(footer(BY_SCREEN["help"], lambda _: True, width))

    def lines(self, width: int) -> list[Pieces]:
        """The groups in two columns where they fit, in one where they do not."""
        groups = self._groups()
        if width < 76:
            return [line for group in groups for line in [*group, [Piece("")]]]
        half = width // 2
        left: list[Pieces] = []
        right: list[Pieces] = []
        for group in groups:
            column = left if len(left) <= len(right) else right
            column += [*group, [Piece("")]]
        return [_beside(a or [], b or [], half) for a, b in zip_longest(left, right)]

    def _groups(self) -> list[list[Pieces]]:
        groups: dict[str, list[Pieces]] = {}
        for action in (*BY_SCREEN[self._about], *APP_ACTIONS):
            if not action.keys or (action.name in self._hidden()):
                continue
            help = self._labels.get(action.name, action.help)
            keys = action.typing if self._about == "edit" and action.group != DRAFT else action.written
            if self._needle and self._needle not in f"{keys} {help} {action.name}".lower():
                continue
            gap = " " * max(1, KEYS - len(keys))
            groups.setdefault(action.group, []).append([Piece(f" {keys}", "key"), Piece(f"{gap}{help}")])
        return [[[Piece(f" {name}", "title")], *lines] for name, lines in groups.items()]

    def _hidden(self) -> set[str]:
        """Digits that no label is bound to."""
        digits = {f"label.{digit}" for digit in range(1, 10)}
        return digits - set(self._labels)

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


def _beside(left: Pieces, right: Pieces, half: int) -> list[Piece]:
    return [*left, Piece(" " * max(0, half - width_of(left))), *right]
