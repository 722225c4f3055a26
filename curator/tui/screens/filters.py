"""The filters that were saved under a name: one key shows the rows of one."""

from collections.abc import Generator, Mapping
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from curator.tui.actions import FIND, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Opened
from curator.tui.screens.place import PLACE_ACTIONS, PlaceScreen, place_bindings
from curator.tui.veil import EXACT
from curator.tui.widgets.bar import Panel, Rule, frame
from curator.tui.widgets.ink import Piece

ACTIONS: Actions = (
    Action("filters.open", ("enter", "l", "right"), "rows", "its rows in the queue", FIND, 1, "enter"),
    Action("filters.down", ("j", "down"), "down", "filter down", MOVE, 2),
    Action("filters.up", ("k", "up"), "up", "filter up", MOVE, beside="filters.down"),
    *PLACE_ACTIONS,
)


class FiltersScreen(PlaceScreen, inherit_bindings=False):
    """A list of names with their filters, as they stand in curator.toml."""

    NAME: ClassVar[str] = "saved filters"
    IS_PLACE = False
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)
    CSS_PATH = "filters.tcss"

    def __init__(self, desk: WorkspaceDesk, filters: Mapping[str, str]) -> None:
        super().__init__(desk)
        self.filters = sorted(filters.items())
        self.cursor = 0
        self.message = [Piece("[filters] in curator.toml; F2 in the filter line saves one", "dim")]

    def body(self) -> Generator[Widget, None, None]:
        """The list."""
        yield Rule(id="rule-top")
        yield Panel(id="filters")

    def on_mount(self) -> None:
        frame(self, "top", "bottom")
        self.draw()

    def draw(self) -> None:
        """Show names and filters."""
        self.show_title([Piece(f"{len(self.filters):,} ", "dim")])
        room = min(24, max((len(name) for name, _ in self.filters), default=0))
        lines = [
            [
                Piece("▸ " if place == self.cursor else "  ", "pointer"),
                Piece(f"{EXACT.head(name, room):<{room}}  ", "bold"),
                Piece(EXACT.head(text, 400)),
            ]
            for place, (name, text) in enumerate(self.filters)
        ]
        self.query_one("#filters", Panel).show(lines, (self.cursor, self.cursor + 1))
        self.show_status()

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        return bool(self.filters) if name.startswith("filters.") else super().possible(name)

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        if event.line < len(self.filters):
            self.cursor = event.line
            self.draw()

    def action_filters(self, what: str) -> None:
        if what == "open":
            self.dismiss(Opened(self.filters[self.cursor][1]))
            return
        self.cursor = max(0, min(self.cursor + (1 if what == "down" else -1), len(self.filters) - 1))
        self.draw()
